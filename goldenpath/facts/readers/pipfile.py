"""Pipfile: pipenv's manifest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from goldenpath.facts import constraint
from goldenpath.facts.model import Dependency, Facts, Project, Python
from goldenpath.facts.requirement import is_commit, is_one_file, marker_of, parse, without_secret
from goldenpath.facts.text import decode
from goldenpath.facts.toml import parse as parse_toml
from goldenpath.facts.toml import word

if TYPE_CHECKING:
    from goldenpath.facts.base import File
    from goldenpath.facts.toml import Document

PATTERNS: tuple[str, ...] = ("Pipfile",)
VERSION = 3

_MARKERS = frozenset(
    {
        "implementation_name",
        "implementation_version",
        "os_name",
        "platform_machine",
        "platform_python_implementation",
        "platform_release",
        "platform_system",
        "platform_version",
        "python_full_version",
        "python_version",
        "sys_platform",
    }
)
_OTHERS = frozenset({"source", "packages", "dev-packages", "requires", "scripts", "pipenv", "pipfile"})


def read(file: File) -> Facts:
    """Return the packages of each category and the Python version."""
    document = parse_toml(decode(file.data, strict=True))
    scopes = {"packages": "runtime", "dev-packages": "dev"}
    scopes.update({name: f"group:{name}" for name in document.values if name not in _OTHERS})
    rows = [
        _dependency(document, file.path, category, name, scope)
        for category, scope in scopes.items()
        for name in document.table(category)
    ]
    project = Project(
        root=file.path.rpartition("/")[0],
        name=None,
        build_backend=None,
        fingerprints=(f"pipenv:{_digest(document)}",),
        path=file.path,
    )
    return Facts(projects=(project,), dependencies=tuple(rows), python=_python(document, file.path))


def _dependency(document: Document, path: str, category: str, name: str, scope: str) -> Dependency:
    said: Any = document.table(category)[name]
    choice = said if isinstance(said, dict) else {"version": str(said)}
    version = str(choice.get("version", "*")).strip()
    found = parse(name) if version in {"", "*"} else parse(f"{name} {version}")
    source, written, pinned = _source(choice)
    extras = choice.get("extras")
    return Dependency(
        name=canonicalize_name(name),
        specifier=found.specifier if found else version,
        extras=tuple(sorted(map(str, extras))) if isinstance(extras, list) else (),
        marker=_marker(choice),
        scope=scope,
        source=source,
        pinned=found.pinned if source == "index" and found else pinned,
        written=written or version,
        path=path,
        line=document.line(category, name),
    )


def _marker(choice: dict[str, Any]) -> str:
    """Return the markers, those too that stand under keys of their own (`sys_platform = "== 'win32'"`)."""
    parts = [choice["markers"]] if isinstance(choice.get("markers"), str) else []
    keyed = [f"{key} {choice[key]}" for key in sorted(_MARKERS) if isinstance(choice.get(key), str)]
    both = [f"({part})" if keyed and " or " in part else part for part in parts]
    return marker_of(" and ".join(part for part in (*both, *keyed) if part))


def _source(choice: dict[str, Any]) -> tuple[str, str, bool]:
    for key in ("git", "hg", "svn", "bzr"):
        if isinstance(choice.get(key), str):
            return "vcs", without_secret(choice[key]), is_commit(str(choice.get("ref", "")))
    for key, source in (("path", "path"), ("file", "url")):
        location = choice.get(key)
        if isinstance(location, str):
            elsewhere = "://" in location
            return source if elsewhere else "path", without_secret(location), elsewhere and is_one_file(location)
    return "index", "", False


def _python(document: Document, path: str) -> tuple[Python, ...]:
    for key in ("python_full_version", "python_version"):
        written = word(document.get("requires", key))
        if written and written.strip():
            specifier = "" if written.strip() == "*" else constraint.exactly(written) or written
            return (Python(specifier=specifier, written=written, path=path, line=document.line("requires", key)),)
    return ()


def _digest(document: Document) -> str:
    """Return the digest that pipenv records in the lock."""
    values = document.values
    content = {
        "_meta": {"sources": values.get("source", []), "requires": values.get("requires", {})},
        "default": values.get("packages", {}),
        "develop": values.get("dev-packages", {}),
    }
    content.update({name: table for name, table in values.items() if name not in _OTHERS})
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()
