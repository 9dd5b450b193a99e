"""bentofile.yaml: what a BentoML service is packed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.facts import constraint
from goldenpath.facts.model import Facts, Include, Python, merge
from goldenpath.facts.requirement import place
from goldenpath.facts.tools.base import listed
from goldenpath.facts.yaml_file import document, texts

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("bentofile.yaml", "bentofile.yml", "bentofile.*.yaml", "bentofile.*.yml")
VERSION = 2


def read(file: File) -> Facts:
    """Return the packages, the requirements files and the Python of the service."""
    top = document(file.data)
    if top is None:
        return Facts()
    files = [
        (text, line)
        for key in ("requirements_txt", "pyproject_toml")
        for text, line in texts(top.get("python", key))
        if text
    ]
    python = tuple(
        Python(specifier=constraint.exactly(text) or text, written=text, path=file.path, line=line)
        for text, line in texts(top.get("docker", "python_version"))
    )
    conda = [
        place(found, path=file.path, line=line, scope="runtime")
        for text, line in texts(top.get("conda", "dependencies"))
        if (found := constraint.conda(text))
    ]
    includes = tuple(
        Include(target=text, kind="dynamic", scope="runtime", path=file.path, line=line) for text, line in files
    )
    lists = (("python", "packages"), ("python", "wheels"), ("conda", "pip"))
    packages = merge([listed(texts(top.get(*where)), file.path, "runtime") for where in lists])
    return merge([packages, Facts(python=python, dependencies=tuple(conda), includes=includes)])
