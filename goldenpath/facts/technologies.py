"""Which technologies of a radar a repo uses, and what shows it."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import translate
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from goldenpath.facts.distributions import distribution
from goldenpath.facts.model import Technology
from goldenpath.facts.radar import KINDS, Ring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from goldenpath.facts.model import Facts, Image, Project, Record
    from goldenpath.facts.radar import Blip, Radar

BASE_IMAGES = "container-base"
"""The category that governs what a build ends with; an image there that no entry matches is `unlisted`."""

_ONCE = frozenset({"ci", "import"})
_MINORS = ("2.7", *(f"3.{minor}" for minor in range(40)))
_HUB = re.compile(r"\A(?:(?:index\.|registry-1\.)?docker\.io/)?(?:library/)?")


class _Sign(NamedTuple):
    """One piece of evidence: its kind, its word as matchers see it, the version asked for, and where it stands."""

    kind: str
    word: str
    version: str | None
    row: Record
    base: bool = False

    @property
    def evidence(self) -> str:
        return f"{self.kind} {self.word}"


def technologies(facts: Facts, radar: Radar, paths: Iterable[str] = ()) -> tuple[Technology, ...]:
    """Return what is used of the radar, with evidence; `paths` are the repo's, for technologies known by a file.

    An import shows what no dependency of its project shows, once a project, and so does a file of a CI system: each of
    its workflows would say the same. `version` is what is asked for: a specifier, an image's tag, a revision. Each
    other file that shows a technology gives a record.
    """
    index = _Index(radar)
    found: dict[tuple[str, str, str], Technology] = {}
    shown: set[tuple[str, str]] = set()
    for sign in _signs(facts):
        hits = [hit for hit in index.hits(sign.kind, sign.word) if sign.base or hit[0] != BASE_IMAGES]
        for category, blip in hits:
            if sign.kind in _ONCE and (blip.name, sign.row.project) in shown:
                continue
            shown.add((blip.name, sign.row.project))
            found.setdefault((blip.name, sign.row.path, sign.evidence), _record(sign, blip.name, category, blip.ring))
        if sign.base and not hits and BASE_IMAGES in radar.categories:
            key = (sign.word, sign.row.path, sign.evidence)
            found.setdefault(key, _record(sign, sign.word, BASE_IMAGES, Ring.UNLISTED))
    rows = (*found.values(), *_by_file(index, paths))
    return tuple(sorted(rows, key=lambda row: (row.path, row.line or 0, row.name, row.evidence)))


def _by_file(index: _Index, paths: Iterable[str]) -> Iterator[Technology]:
    """Yield technologies that a path shows, each once, at the first such path."""
    seen = set()
    for path in sorted(paths) if index.has("file") else ():
        for category, blip in index.hits("file", path):
            if blip.name not in seen:
                seen.add(blip.name)
                yield Technology(
                    name=blip.name,
                    category=category,
                    ring=blip.ring.value,
                    version=None,
                    evidence=f"file {path}",
                    path=path,
                )


def _record(sign: _Sign, name: str, category: str, ring: Ring) -> Technology:
    return Technology(
        name=name,
        category=category,
        ring=ring.value,
        version=sign.version or None,
        evidence=sign.evidence,
        path=sign.row.path,
        line=sign.row.line,
        project=sign.row.project,
    )


def _signs(facts: Facts) -> Iterator[_Sign]:
    yield from (_Sign("dependency", canonicalize_name(row.name), row.specifier, row) for row in facts.dependencies)
    yield from (_Sign("import", row.module, None, row) for row in facts.imports)
    yield from (_Sign("image", _HUB.sub("", row.image), row.tag, row, _is_base(row)) for row in facts.images)
    yield from (_Sign("action", row.name, row.ref, row) for row in facts.actions)
    yield from (_Sign("hook", row.id, row.rev, row) for row in facts.hooks)
    yield from (_Sign("ci", row.system, None, row) for row in facts.ci)
    yield from (_Sign("lockfile", row.tool, None, row) for row in facts.lockfiles)
    for project in facts.projects:
        if project.build_backend:
            place = replace(project, line=project.backend_line or project.line)
            yield _Sign("backend", _backend(project), None, place)
    for row in facts.python:
        lowest = _lowest(row.specifier)
        if lowest:
            yield _Sign("python", lowest, row.specifier, row)


def _is_base(image: Image) -> bool:
    return image.shipped and image.origin == "from" and image.resolved and image.image != "scratch"


def _backend(project: Project) -> str:
    """Return the distribution of a build backend's module: `poetry.core.masonry.api` is poetry."""
    return (project.build_backend or "").partition(".")[0].replace("_", "-")


@cache
def _lowest(specifier: str) -> str | None:
    """Return the lowest minor version of Python that a specifier allows, None where it names none."""
    if not specifier:
        return None
    try:
        allowed = SpecifierSet(specifier)
        return next(
            (minor for minor in _MINORS if any(allowed.contains(f"{minor}.{patch}") for patch in (99, 0))), None
        )
    except ValueError:  # InvalidSpecifier, and a number of too many digits
        return None


class _Index:
    """The radar's matchers, by kind: exact words in a table, wildcards as patterns, each word looked up once."""

    def __init__(self, radar: Radar) -> None:
        self._exact: dict[tuple[str, str], list[tuple[str, Blip]]] = {}
        self._globs: dict[str, list[tuple[re.Pattern[str], tuple[str, Blip]]]] = {kind: [] for kind in KINDS}
        self._known: dict[tuple[str, str], tuple[tuple[str, Blip], ...]] = {}
        for category, blips in radar.categories.items():
            for blip in blips:
                self._add(category, blip)

    def _add(self, category: str, blip: Blip) -> None:
        for kind in KINDS:
            for word in blip.match.words(kind):
                if "*" in word or "?" in word:
                    self._globs[kind].append((re.compile(translate(word)), (category, blip)))
                else:
                    self._exact.setdefault((kind, word), []).append((category, blip))

    def has(self, kind: str) -> bool:
        """Tell whether anything is known by this kind of evidence."""
        return bool(self._globs[kind]) or any(known == kind for known, _ in self._exact)

    def hits(self, kind: str, word: str) -> tuple[tuple[str, Blip], ...]:
        """Return the entries, with their categories, that a word shows; an import shows its distribution's too."""
        known = self._known.get((kind, word))
        if known is None:
            found = [*self._exact.get((kind, word), ())]
            found.extend(entry for pattern, entry in self._globs[kind] if pattern.match(word))
            if kind == "import":
                found.extend(self.hits("dependency", distribution(word)))
            if kind == "file" and "/" in word:
                found.extend(self._exact.get((kind, word.rpartition("/")[2]), ()))
            known = self._known[kind, word] = tuple({blip.name: (where, blip) for where, blip in found}.values())
        return known
