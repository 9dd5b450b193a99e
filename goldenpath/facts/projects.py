"""Projects: the roots inside a repo that have their own manifest or answers file, and which record is of which."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.aside import aside
from goldenpath.facts.model import TABLES, Facts, Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from goldenpath.facts.model import Dependency, Record

_RANK = ("pyproject.toml", "setup.cfg", "setup.py", "pixi.toml", "pipfile", "mlproject")
_SCRIPT_LOCK = ".py.lock"
_UPLOADER = "pypa/gh-action-pypi-publish"
_UPLOAD = re.compile(r"\b(?:twine upload|(?:uv|poetry|pdm|hatch|flit|maturin) publish)\b")


def roots(facts: Facts) -> tuple[Project, ...]:
    """Return one project per root: the best manifest's record, with what the others add.

    A root has a manifest of a package, an answers file or a brief; the repo's own folder also where it has any
    requirements.
    """
    found: dict[str, list[Project]] = {}
    for project in facts.projects:
        found.setdefault(project.root, []).append(project)
    for answers in facts.provenance:
        root = posixpath.dirname(answers.path)
        found.setdefault(root, []).append(_bare(root, answers.path))
    for brief in facts.governance:
        root = posixpath.dirname(brief.path)
        if brief.kind == "brief":
            found.setdefault(root, []).append(_bare(root, brief.path))
    paths = [row.path for table in (facts.dependencies, facts.lockfiles, facts.python) for row in table]
    for path in paths:
        if "/" not in path and "" not in found and not path.endswith(_SCRIPT_LOCK):
            found[""] = [_bare("", path)]
    uploads = _uploads(facts)
    return tuple(_joined(found[root], uploaded=uploads and not root) for root in sorted(found))


def named(facts: Facts) -> tuple[Dependency, ...]:
    """Return the dependencies; one on a folder that is a project has the project's name, not the folder's."""
    names = {project.root: project.name for project in facts.projects if project.name}
    return tuple(
        _named(row, names) if row.source == "path" and "/" in row.written else row for row in facts.dependencies
    )


def _named(row: Dependency, names: Mapping[str, str]) -> Dependency:
    location = row.written.rstrip("/")
    root = posixpath.normpath(posixpath.join(posixpath.dirname(row.path), location))
    name = names.get(root)
    if name and canonicalize_name(posixpath.basename(location)) == row.name:
        return replace(row, name=canonicalize_name(name))
    return row


def assigned(facts: Facts, tables: Iterable[str] = (*TABLES, "extra")) -> Facts:
    """Return the facts with each record's project: the deepest root of the repo's own that encloses it.

    `tables` are those whose records have none yet.
    """
    inner = {project.root for project in facts.projects if project.root and not aside(project.path)}
    if not inner:
        return facts
    cache: dict[str, str] = {"": ""}
    placed: dict[str, tuple[Record, ...]] = {
        name: tuple(_placed(row, _root(row.path.rpartition("/")[0], inner, cache)) for row in getattr(facts, name))
        for name in tables
    }
    return replace(facts, **placed)  # type: ignore[arg-type]


def _root(folder: str, inner: set[str], cache: dict[str, str]) -> str:
    known = cache.get(folder)
    if known is None:
        known = cache[folder] = folder if folder in inner else _root(posixpath.dirname(folder), inner, cache)
    return known


def _placed(row: Record, root: str) -> Record:
    return replace(row, project=root) if root else row


def _bare(root: str, path: str) -> Project:
    return Project(root=root, name=None, build_backend=None, path=path)


def is_public(classifiers: Iterable[str]) -> bool:
    """Tell whether a package's classifiers are for an index: there are some, and none says that it is private."""
    texts = list(classifiers)
    return bool(texts) and not any(text.strip().lower().startswith("private ::") for text in texts)


def _uploads(facts: Facts) -> bool:
    """Tell whether a workflow uploads a package to an index."""
    commands = (command for workflow in facts.workflows for command in workflow.commands)
    return any(row.name == _UPLOADER for row in facts.actions) or any(map(_UPLOAD.search, commands))


def _joined(projects: list[Project], *, uploaded: bool) -> Project:
    ordered = sorted(projects, key=_rank)
    best = ordered[0]
    name = next((project for project in ordered if project.name), best)
    backend = next((project for project in ordered if project.build_backend), best)
    published = any(project.published for project in ordered) or uploaded
    line = backend.backend_line if backend.path == best.path else None
    return replace(best, name=name.name, build_backend=backend.build_backend, backend_line=line, published=published)


def _rank(project: Project) -> tuple[int, str]:
    name = posixpath.basename(project.path).lower()
    return (_RANK.index(name) if name in _RANK else len(_RANK), project.path)
