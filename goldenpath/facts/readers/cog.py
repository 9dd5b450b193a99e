"""cog.yaml: the environment that Cog builds a model's container with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts import constraint
from goldenpath.facts.model import Facts, Include, Python, merge
from goldenpath.facts.tools.base import listed
from goldenpath.facts.yaml_file import document, texts

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("cog.yaml", "cog.yml")
VERSION = 1


def read(file: File) -> Facts:
    """Return the packages, the requirements file and the Python of the build."""
    top = document(file.data)
    build = top.get("build") if top else None
    if build is None:
        return Facts()
    python = tuple(
        Python(specifier=constraint.exactly(text) or text, written=text, path=file.path, line=line)
        for text, line in texts(build.get("python_version"))
    )
    includes = tuple(
        Include(target=text, kind="dynamic", scope="runtime", path=file.path, line=line)
        for text, line in texts(build.get("python_requirements"))
        if text
    )
    packages = listed(texts(build.get("python_packages")), file.path, "runtime")
    return merge([packages, Facts(python=python, includes=includes)])
