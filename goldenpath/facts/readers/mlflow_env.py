"""python_env.yaml: the environment that an MLflow project runs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts import constraint
from goldenpath.facts.model import Facts, Python, merge
from goldenpath.facts.tools.base import listed
from goldenpath.facts.yaml_file import document, texts

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("python_env.yaml", "python_env.yml")
VERSION = 1


def read(file: File) -> Facts:
    """Return the Python and the packages, those of the build too."""
    top = document(file.data)
    if top is None:
        return Facts()
    rows = tuple(
        Python(specifier=constraint.exactly(text) or text, written=text, path=file.path, line=line)
        for text, line in texts(top.get("python"))
    )
    return merge(
        [
            Facts(python=rows),
            listed(texts(top.get("dependencies")), file.path, "runtime"),
            listed(texts(top.get("build_dependencies")), file.path, "build"),
        ]
    )
