"""MLproject: MLflow's project file, and the environment that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, Include, Project
from goldenpath.facts.yaml_file import document

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("MLproject",)
VERSION = 1


def read(file: File) -> Facts:
    """Return the project and the environment files that it runs in."""
    top = document(file.data)
    if top is None or not top.is_mapping:
        return Facts()
    name = top.get("name")
    project = Project(
        root=file.path.rpartition("/")[0],
        name=name.text if name else None,
        build_backend=None,
        path=file.path,
        line=name.line if name else None,
    )
    rows = []
    for key in ("conda_env", "python_env"):
        named = top.get(key)
        if named and named.text:
            rows.append(Include(target=named.text, kind="dynamic", scope="runtime", path=file.path, line=named.line))
    return Facts(projects=(project,), includes=tuple(rows))
