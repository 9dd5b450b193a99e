"""Pixi's tables, in its own file or in a pyproject: Conda and PyPI dependencies of the workspace and its features."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from goldenpath.facts import constraint
from goldenpath.facts.model import Dependency, Facts, Python, merge
from goldenpath.facts.requirement import is_commit, is_one_file, is_pinned, without_secret
from goldenpath.facts.requirement import parse as parse_requirement
from goldenpath.facts.toml import word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.toml import Document

_CONDITION = re.compile(r"if\s*\(")
_CONDA = {"dependencies": "", "host-dependencies": "build", "build-dependencies": "build", "run-dependencies": ""}


def read(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the dependencies of the default feature, each other feature, and each of their targets."""
    found = []
    for part, scope in _parts(document, where):
        for key, own in _CONDA.items():
            found.append(_conda(document, path, (*part, key), own or scope))
        found.append(_pypi(document, path, (*part, "pypi-dependencies"), scope))
    return merge(found)


def _parts(document: Document, where: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    features = [((*where, "feature", name), f"group:{name}") for name in document.table(*where, "feature")]
    for part, scope in [(where, "runtime"), ((*where, "package"), "runtime"), *features]:
        yield part, scope
        for target in document.table(*part, "target"):
            yield (*part, "target", target), scope


def _conda(document: Document, path: str, where: tuple[str, ...], scope: str) -> Facts:
    dependencies: list[Dependency] = []
    python: list[Python] = []
    more: list[Facts] = []
    for name, said in document.table(*where).items():
        if isinstance(said, dict) and _CONDITION.match(name):
            more.append(_conda(document, path, (*where, name), scope))
            continue
        written = word(said.get("version", "") if isinstance(said, dict) else said)
        if written is None:
            continue
        specifier, pinned = constraint.conda_version(written)
        line = document.line(*where, name)
        if name.lower() == "python":
            python.append(Python(specifier=specifier, written=written, path=path, line=line))
            continue
        location = _located(said)
        dependencies.append(
            Dependency(
                name=name.lower(),
                specifier=specifier,
                scope=scope,
                source=location[0] if location else "conda",
                pinned=location[2] if location else pinned,
                written=location[1] if location else written,
                path=path,
                line=line,
            )
        )
    return merge([Facts(dependencies=tuple(dependencies), python=tuple(python)), *more])


def _pypi(document: Document, path: str, where: tuple[str, ...], scope: str) -> Facts:
    rows = []
    for name, said in document.table(*where).items():
        written = word(said.get("version", "") if isinstance(said, dict) else said)
        if written is None:
            continue
        specifier, pinned = _specifier(name, written)
        extras = said.get("extras", ()) if isinstance(said, dict) else ()
        location = _located(said)
        rows.append(
            Dependency(
                name=canonicalize_name(name),
                specifier=specifier,
                extras=tuple(sorted(str(extra) for extra in extras)) if isinstance(extras, list) else (),
                scope=scope,
                source=location[0] if location else "index",
                pinned=location[2] if location else pinned,
                written=location[1] if location else written,
                path=path,
                line=document.line(*where, name),
            )
        )
    return Facts(dependencies=tuple(rows))


def _specifier(name: str, written: str) -> tuple[str, bool]:
    if written.strip() in {"", "*"}:
        return "", False
    found = parse_requirement(f"{name} {written}")
    if found:
        return found.specifier, found.pinned
    bare = written.strip()
    return f"=={bare}", is_pinned([("==", bare)])


def _located(said: Any) -> tuple[str, str, bool] | None:
    """Return source, location and whether it is pinned, for a dependency that is no package of an index."""
    if not isinstance(said, dict):
        return None
    if isinstance(said.get("git"), str):
        return "vcs", without_secret(said["git"]), is_commit(str(said.get("rev", "")))
    if isinstance(said.get("url"), str):
        return "url", without_secret(said["url"]), is_one_file(said["url"])
    if isinstance(said.get("path"), str):
        return "path", said["path"], False
    return None
