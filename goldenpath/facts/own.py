"""Drops imports of the repo's own modules: what Python would find in the repo before any installed package."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts.aside import aside
from goldenpath.facts.distributions import KNOWN, distribution

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldenpath.facts.model import Facts, Import

_LAYOUTS = ("", "src", "lib", "python")
_SUFFIXES = (".py", ".pyx", ".so", ".pyi")


def without_own(facts: Facts, paths: Iterable[str]) -> Facts:
    """Return the facts with third-party imports alone; `paths` are all paths of the repo that are in force.

    A local module or package hides a third-party one where it would at run time: it can be imported from the repo's
    root, a project's or a road's root, their `src`, or the folder that the importing file is run from. A folder without
    `__init__.py` never hides an installed package. Where nothing is known to be third-party under a name (no declared
    dependency, no package of the field), any module of the repo with this name explains the import.
    """
    roots = {project.root for project in facts.projects if not aside(project.path)}
    modules = _Modules(paths, roots | {road.root for road in facts.roads})
    declared: set[str] = {
        canonicalize_name(dependency.name) for dependency in facts.dependencies if not aside(dependency.path)
    }
    scripts = {_folder(row.path) for row in facts.imports if row.script}
    return replace(
        facts,
        imports=tuple(row for row in facts.imports if not _is_own(row, modules, declared, scripts)),
    )


def _is_own(row: Import, modules: _Modules, declared: set[str], scripts: set[str]) -> bool:
    if row.module not in modules.anywhere:
        return False
    if modules.hides(row.module, _folder(row.path), scripts):
        return True
    return row.module not in KNOWN and distribution(row.module) not in declared


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


class _Modules:
    """The modules that a repo holds, by the folder that must be on Python's path to find them."""

    def __init__(self, paths: Iterable[str], roots: set[str]) -> None:
        self._packages: set[str] = set()
        self._homes: dict[str, set[str]] = {}
        self.anywhere: set[str] = set()
        for path in paths:
            self._note(path)
        self._roots = {"/".join(filter(None, (root, layout))) for root in {*roots, ""} for layout in _LAYOUTS}
        self._everywhere = {module for module, homes in self._homes.items() if not homes.isdisjoint(self._roots)}
        self._bases: dict[str, frozenset[str]] = {}

    def _note(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        stem, dot, suffix = name.partition(".")
        if not dot or f".{suffix.rpartition('.')[2]}" not in _SUFFIXES:
            return
        self.anywhere.update(folder.split("/"))
        if stem == "__init__":
            self._packages.add(folder)
            base, _, package = folder.rpartition("/")
            self._homes.setdefault(package, set()).add(base)
        else:
            self._homes.setdefault(stem, set()).add(folder)
            self.anywhere.add(stem)

    def hides(self, module: str, folder: str, scripts: set[str]) -> bool:
        """Tell whether a file of a folder finds a module file or a package with `__init__.py` of this name."""
        if module in self._everywhere:
            return True
        homes = self._homes.get(module)
        return homes is not None and not homes.isdisjoint(self._own(folder, scripts))

    def _own(self, folder: str, scripts: set[str]) -> frozenset[str]:
        """Return the folders that are on Python's path for the files of a folder, and not for all."""
        found = self._bases.get(folder)
        if found is None:
            top = folder
            while top in self._packages and top:
                top = _folder(top)
            found = self._bases[folder] = frozenset({top, folder} if folder in scripts else {top})
        return found
