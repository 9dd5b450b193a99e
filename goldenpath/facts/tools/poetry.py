"""Poetry's table: dependencies in its own constraint words, groups, extras, and the digest that its lock records."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from goldenpath.facts import constraint
from goldenpath.facts.model import Dependency, Facts, Python, merge
from goldenpath.facts.requirement import is_commit, is_one_file, marker_of, without_secret
from goldenpath.facts.toml import word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.toml import Document

_OLD_KEYS = ("dependencies", "source", "extras", "dev-dependencies")
_PROJECT_KEYS = ("requires-python", "dependencies", "optional-dependencies")


def read(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the dependencies of every group and the Python requirement."""
    optional = _extras(document, where)
    found = [
        _table(document, path, (*where, "dependencies"), "runtime", optional),
        _table(document, path, (*where, "dev-dependencies"), "dev", {}),
    ]
    found.extend(
        _table(document, path, (*where, "group", name, "dependencies"), f"group:{name}", {})
        for name in document.table(*where, "group")
    )
    return merge(found)


def fingerprints(document: Document) -> tuple[str, ...]:
    """Return the digests that Poetry's versions record in a lock of this manifest, the newest way first."""
    poetry = document.table("tool", "poetry")
    project = {key: value for key in _PROJECT_KEYS if (value := document.get("project", key)) is not None}
    group = {"group": poetry["group"]} if "group" in poetry else {}
    old = {key: poetry.get(key) for key in _OLD_KEYS}
    said = {key: value for key, value in {**old, **group}.items() if value is not None}
    groups = document.table("dependency-groups")
    contents: list[dict[str, Any]] = []
    if groups:
        named = {"project": project} if project else {}
        contents.append({**named, "dependency-groups": groups, "tool": {"poetry": said}})
    if project:
        contents.append({"project": project, "tool": {"poetry": said}})
    contents += [{**old, **group}, old]
    return tuple(dict.fromkeys(f"poetry:{_digest(content)}" for content in contents))


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _extras(document: Document, where: tuple[str, ...]) -> dict[str, str]:
    """Return the first extra that names each optional dependency."""
    found: dict[str, str] = {}
    for extra, names in document.table(*where, "extras").items():
        for name in names if isinstance(names, list) else []:
            if isinstance(name, str):
                found.setdefault(canonicalize_name(name.partition("[")[0].strip()), extra)
    return found


def _table(document: Document, path: str, where: tuple[str, ...], scope: str, optional: dict[str, str]) -> Facts:
    dependencies: list[Dependency] = []
    python: list[Python] = []
    for name, said in document.table(*where).items():
        line = document.line(*where, name)
        if name.lower() == "python":
            python.extend(_python(said, path, line))
            continue
        for choice in _choices(said):
            own = scope
            if choice.get("optional") is True and scope == "runtime":
                extra = optional.get(canonicalize_name(name))
                own = f"optional:{extra}" if extra else "optional"
            dependencies.append(_dependency(name, choice, own, path, line))
    return Facts(dependencies=tuple(dependencies), python=tuple(python))


def _python(said: Any, path: str, line: int | None) -> Iterator[Python]:
    for choice in _choices(said):
        written = word(choice.get("version"))
        if written is not None:
            yield Python(specifier=constraint.poetry(written)[0], written=written, path=path, line=line)


def _choices(said: Any) -> Iterator[dict[str, Any]]:
    for item in said if isinstance(said, list) else [said]:
        if isinstance(item, dict):
            yield item
        else:
            yield {"version": str(item)}


def _dependency(name: str, choice: dict[str, Any], scope: str, path: str, line: int | None) -> Dependency:
    source, written, pinned = _source(choice)
    version = str(choice.get("version", ""))
    specifier, exact = constraint.poetry(version)
    extras = choice.get("extras")
    return Dependency(
        name=canonicalize_name(name),
        specifier=specifier,
        extras=tuple(sorted(str(extra) for extra in extras)) if isinstance(extras, list) else (),
        marker=_marker(choice),
        scope=scope,
        source=source,
        pinned=exact if source == "index" else pinned,
        written=written or version,
        path=path,
        line=line,
    )


def _source(choice: dict[str, Any]) -> tuple[str, str, bool]:
    """Return source, location and whether it is pinned."""
    if isinstance(choice.get("git"), str):
        return "vcs", without_secret(choice["git"]), is_commit(str(choice.get("rev", "")))
    if isinstance(choice.get("url"), str):
        return "url", without_secret(choice["url"]), is_one_file(choice["url"])
    for key in ("path", "file"):
        if isinstance(choice.get(key), str):
            return "path", choice[key], False
    return "index", "", False


def _marker(choice: dict[str, Any]) -> str:
    parts: list[str] = []
    if isinstance(choice.get("python"), str):
        specifier = constraint.poetry(choice["python"])[0]
        clauses = [clause for clause in specifier.split(",") if clause and " " not in clause]
        parts.extend(_python_marker(clause) for clause in reversed(clauses))
    if isinstance(choice.get("markers"), str):
        markers = choice["markers"]
        parts.append(f"({markers})" if parts and " or " in markers else markers)
    return marker_of(" and ".join(parts))


def _python_marker(clause: str) -> str:
    version = clause.lstrip("=<>!~")
    key = "python_full_version" if version.count(".") > 1 and not version.endswith("*") else "python_version"
    return f'{key} {clause[: len(clause) - len(version)]} "{version}"'
