"""pyproject.toml: PEP 621, PEP 735, what builds it, and the tables of the packaging tools."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.model import Dependency, Facts, Include, Project, Unreadable, Wanted, merge
from goldenpath.facts.projects import is_public
from goldenpath.facts.text import decode
from goldenpath.facts.toml import Document, parse
from goldenpath.facts.tools import TOOLS, base, pdm, poetry, uv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("pyproject.toml",)
VERSION = 4

_PLUGINS = (
    ("tool", "hatch", "metadata", "hooks", "uv-dynamic-versioning"),
    ("tool", "setuptools_dynamic_dependencies"),
)
_SAID = (
    ("tool", "hatch", "metadata", "hooks", "requirements_txt"),
    ("tool", "poetry", "dependencies"),
    *((*where, "dependencies") for where in _PLUGINS),
)
_MANIFEST_TABLES = (("project",), ("build-system",), ("dependency-groups",), ("tool", "poetry"), ("tool", "pixi"))
_COMPUTED = ("dependencies", "optional-dependencies")
_OLD_NAMES = (("project",), ("tool", "poetry"), ("tool", "flit", "metadata"), ("tool", "pixi", "workspace"))


def read(file: File) -> Facts:
    """Return the project, its Python requirement and its dependencies of every scope."""
    document = parse(decode(file.data, strict=True))
    path = file.path
    found = [
        base.requirements(document, path, ("build-system", "requires"), "build"),
        base.requirements(document, path, ("project", "dependencies"), "runtime"),
        *base.groups(document, path, ("project", "optional-dependencies"), "optional"),
        base.python(document, path, ("project", "requires-python")),
        _groups(document, path),
        _dynamic(document, path),
        *(_plugin(document, path, where) for where in _PLUGINS),
        *(read(document, path, ("tool", tool)) for tool, read in TOOLS.items() if document.table("tool", tool)),
    ]
    whole = merge(found)
    project = _project(document, path)
    rows = uv.resolve(_once(whole.dependencies, document), document)
    rows = tuple(_own(row, project.name if project else None) for row in rows)
    own = tuple(_own_wishes(document, path)) if project else ()
    return replace(whole, dependencies=rows, projects=(project,) if project else (), wanted=(*own, *whole.wanted))


def _project(document: Document, path: str) -> Project | None:
    """Return the project; a file that only configures tools is no manifest."""
    if not any(document.table(*table) for table in _MANIFEST_TABLES) and not document.table("tool", "flit", "metadata"):
        return None
    name, line = None, None
    for table in _OLD_NAMES:
        said = document.get(*table, "module" if table[-1] == "metadata" else "name")
        if isinstance(said, str):
            name, line = said, document.line(*table, "name")
            break
    backend = document.get("build-system", "build-backend")
    return Project(
        root=path.rpartition("/")[0],
        name=name,
        build_backend=backend if isinstance(backend, str) else None,
        backend_line=document.line("build-system", "build-backend") if isinstance(backend, str) else None,
        version=_version(document),
        members=uv.members(document),
        published=is_public(text for table in _OLD_NAMES for text, _ in document.strings(*table, "classifiers")),
        fingerprints=_fingerprints(document, backend if isinstance(backend, str) else ""),
        path=path,
        line=line or document.line("project") or document.line("tool", "poetry"),
    )


def _version(document: Document) -> str | None:
    """Return the version that the manifest states; what the build computes stands nowhere."""
    said = (document.get(*table, "version") for table in (("project",), ("tool", "poetry")))
    return next((version for version in said if isinstance(version, str)), None)


def _fingerprints(document: Document, backend: str) -> tuple[str, ...]:
    """Return the digests that locks of this manifest may record, for the tools that it is for."""
    tools = {"poetry": poetry.fingerprints, "pdm": pdm.fingerprints}
    return tuple(
        digest
        for tool, digests in tools.items()
        if document.table("tool", tool) or backend.startswith(tool)
        for digest in digests(document)
    )


def _own_wishes(document: Document, path: str) -> Iterator[Wanted]:
    """Yield what a lock says of the project itself: name, version where it isn't computed, groups and extras."""
    name, version = document.get("project", "name"), document.get("project", "version")
    if isinstance(name, str):
        package = document.get("tool", "uv", "package")
        built = package if isinstance(package, bool) else bool(document.table("build-system"))
        yield Wanted(
            member="",
            name=str(canonicalize_name(name)),
            specifier=version if isinstance(version, str) else "",
            scope="",
            origin="editable" if built else "virtual",
            path=path,
            line=document.line("project", "name"),
        )
    for group in document.table("dependency-groups"):
        line = document.line("dependency-groups", group)
        yield Wanted(member="", name=str(canonicalize_name(group)), specifier="", scope="group", path=path, line=line)
    for name, line in document.strings("project", "dynamic"):
        if name in _COMPUTED:
            yield Wanted(member="", name=name, specifier="", scope="computed", path=path, line=line)
    for name in document.table("project", "optional-dependencies"):
        line = document.line("project", "optional-dependencies", name)
        yield Wanted(member="", name=str(canonicalize_name(name)), specifier="", scope="extra", path=path, line=line)


def _groups(document: Document, path: str) -> Facts:
    """Return the dependency groups, with those that they include (PEP 735)."""
    names = {canonicalize_name(name): name for name in document.table("dependency-groups")}
    found = []
    for outermost in names.values():
        scope = f"group:{outermost}"
        pending, seen = [outermost], {outermost}
        while pending:
            name = pending.pop(0)
            found.append(base.requirements(document, path, ("dependency-groups", name), scope))
            for include, line in _included(document, name):
                other = names.get(canonicalize_name(include))
                if other is None:
                    reason = "includes a dependency group that isn't there"
                    row = Unreadable(path=path, reason=reason, partial=True, line=line)
                    found.append(Facts(unreadable=(row,)))
                elif other not in seen:
                    seen.add(other)
                    pending.append(other)
    return merge(found)


def _included(document: Document, name: str) -> Iterator[tuple[str, int | None]]:
    items = document.get("dependency-groups", name)
    for index, item in enumerate(items if isinstance(items, list) else []):
        include = item.get("include-group") if isinstance(item, dict) else None
        if isinstance(include, str):
            yield include, document.line("dependency-groups", name, index)


def _dynamic(document: Document, path: str) -> Facts:
    """Return the files that dynamic dependencies come from; where none is named, that they are computed."""
    declared = document.get("project", "dynamic")
    dynamic = {word for word in declared if isinstance(word, str)} if isinstance(declared, list) else set()
    rows = _files(document, path, ("tool", "setuptools", "dynamic", "dependencies"), "runtime")
    for name in document.table("tool", "setuptools", "dynamic", "optional-dependencies"):
        where = ("tool", "setuptools", "dynamic", "optional-dependencies", name)
        rows.extend(_files(document, path, where, f"optional:{name}"))
    known = rows or any(document.get(*where) for where in _SAID)
    if "dependencies" in dynamic and not known:
        line = document.line("project", "dynamic")
        rows.append(Include(target="", kind="dynamic", scope="runtime", path=path, line=line))
    return Facts(includes=tuple(rows))


def _plugin(document: Document, path: str, where: tuple[str, ...]) -> Facts:
    """Return the dependencies that a plugin of the build fills in: their versions may have parts that it computes."""
    return merge(
        [
            base.requirements(document, path, (*where, "dependencies"), "runtime"),
            *base.groups(document, path, (*where, "optional-dependencies"), "optional"),
        ]
    )


def _files(document: Document, path: str, where: tuple[str, ...], scope: str) -> list[Include]:
    said = document.get(*where, "file")
    names = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return [
        Include(target=name, kind="dynamic", scope=scope, path=path, line=document.line(*where, "file", index))
        for index, name in enumerate(names)
        if isinstance(name, str)
    ]


def _once(rows: tuple[Dependency, ...], document: Document) -> tuple[Dependency, ...]:
    """Fold what Poetry's table adds to a dependency of `[project]` into that dependency's record."""
    table = document.table("tool", "poetry", "dependencies")
    if not table or not (document.get("project", "dependencies") or document.table("project", "optional-dependencies")):
        return rows
    lines = {document.line("tool", "poetry", "dependencies", name) for name in table}
    more = {row.name: row for row in rows if row.line in lines}
    declared = {row.name for row in rows if row.line not in lines and row.scope != "build"}
    kept = []
    for row in rows:
        extra = more.get(row.name)
        if extra is row and row.name in declared:
            continue
        if extra and extra is not row and extra.source != "index":
            kept.append(replace(row, source=extra.source, pinned=extra.pinned, written=extra.written))
        else:
            kept.append(row)
    return tuple(kept)


def _own(row: Dependency, name: str | None) -> Dependency:
    """Tell a project that names its own extras (`all = ["me[a,b]"]`): it installs itself, nothing of the index."""
    if name and row.name == canonicalize_name(name) and row.source == "index":
        return replace(row, source="path")
    return row
