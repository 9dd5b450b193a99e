"""The readers: one file a format; a new one is a file here and a line in `READERS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.readers import (
    bentofile,
    brief,
    catalog_info,
    codeowners,
    cog,
    conda_env,
    conda_lock,
    dockerfile,
    gitattributes,
    github_workflows,
    goldenpath_yaml,
    hatch_toml,
    imports,
    licenses,
    mlflow_env,
    mlproject,
    notebooks,
    other_locks,
    pipfile,
    pipfile_lock,
    pixi_toml,
    poetry_lock,
    pre_commit,
    provenance,
    pyproject,
    python_version,
    requirements,
    secrets,
    setup_cfg,
    setup_py,
    task_files,
    tool_config,
    uv_lock,
)

if TYPE_CHECKING:
    from goldenpath.facts.base import Reader

READERS: dict[str, Reader] = {
    "bentofile": bentofile,
    "brief": brief,
    "catalog_info": catalog_info,
    "codeowners": codeowners,
    "cog": cog,
    "conda_env": conda_env,
    "conda_lock": conda_lock,
    "dockerfile": dockerfile,
    "gitattributes": gitattributes,
    "github_workflows": github_workflows,
    "goldenpath_yaml": goldenpath_yaml,
    "hatch_toml": hatch_toml,
    "imports": imports,
    "licenses": licenses,
    "mlflow_env": mlflow_env,
    "mlproject": mlproject,
    "notebooks": notebooks,
    "other_locks": other_locks,
    "pipfile": pipfile,
    "pipfile_lock": pipfile_lock,
    "pixi_toml": pixi_toml,
    "poetry_lock": poetry_lock,
    "pre_commit": pre_commit,
    "provenance": provenance,
    "pyproject": pyproject,
    "python_version": python_version,
    "requirements": requirements,
    "secrets": secrets,
    "setup_cfg": setup_cfg,
    "setup_py": setup_py,
    "task_files": task_files,
    "tool_config": tool_config,
    "uv_lock": uv_lock,
}

MANIFESTS = frozenset(
    {
        "bentofile",
        "cog",
        "conda_env",
        "conda_lock",
        "hatch_toml",
        "mlflow_env",
        "mlproject",
        "other_locks",
        "pipfile",
        "pipfile_lock",
        "pixi_toml",
        "poetry_lock",
        "pyproject",
        "python_version",
        "requirements",
        "setup_cfg",
        "setup_py",
        "uv_lock",
    }
)
"""The readers of what a project asks for and locks: they have nothing to say of a test's data."""
