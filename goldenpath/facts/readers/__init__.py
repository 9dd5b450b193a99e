"""The readers: one file a format; a new one is a file here and a line in `READERS`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.readers import (
    dockerfile,
    github_workflows,
    goldenpath_yaml,
    imports,
    poetry_lock,
    pre_commit,
    provenance,
    pyproject,
    requirements,
    uv_lock,
)

if TYPE_CHECKING:
    from goldenpath.facts.base import Reader

READERS: dict[str, Reader] = {
    "dockerfile": dockerfile,
    "github_workflows": github_workflows,
    "goldenpath_yaml": goldenpath_yaml,
    "imports": imports,
    "poetry_lock": poetry_lock,
    "pre_commit": pre_commit,
    "provenance": provenance,
    "pyproject": pyproject,
    "requirements": requirements,
    "uv_lock": uv_lock,
}

MANIFESTS = frozenset({"poetry_lock", "pyproject", "requirements", "uv_lock"})
"""The readers of what a project asks for and locks: they have nothing to say of a test's data."""
