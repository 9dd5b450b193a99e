"""The technology radar of a standard: which technologies are governed, by category, and where each stands.

A radar file maps categories to entries. Of the radars of a standard and those it extends, the higher one decides: an
entry replaces one of the same name below it, and a category that the higher one names is governed by it alone. What
only a lower radar knows in such a category stays known, but is `unlisted`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date  # noqa: TC003 - pydantic reads the annotations at run time
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from goldenpath import _schema
from goldenpath.errors import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from goldenpath._schema import Mistake


class Ring(StrEnum):
    """Where a technology stands; `unlisted` is what is known, used perhaps, and on no ring of the standard."""

    ADOPT = "adopt"
    TRIAL = "trial"
    ASSESS = "assess"
    HOLD = "hold"
    UNLISTED = "unlisted"


Words = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What shows that a technology is used: any one of these; `*` and `?` are wildcards.

    `dependency` is a distribution's name (an import of its modules shows it too), `import` a top-level module, `image`
    a container image without tag, `action` a workflow's action without ref, `hook` a hook's id, `ci` a CI system,
    `lockfile` a lock file's tool, `backend` a build backend, `python` a version such as 3.11 (the lowest one that the
    repo's requirement allows), `file` a path.
    """

    dependency: Words = ()
    import_: Words = ()
    image: Words = ()
    action: Words = ()
    hook: Words = ()
    ci: Words = ()
    lockfile: Words = ()
    backend: Words = ()
    python: Words = ()
    file: Words = ()

    __pydantic_config__: ClassVar[Any] = {**_schema.STRICT, "alias_generator": lambda name: name.rstrip("_")}

    def words(self, kind: str) -> tuple[str, ...]:
        """Return the words of one kind of evidence."""
        value: Words = getattr(self, "import_" if kind == "import" else kind)
        return (value,) if isinstance(value, str) else value


KINDS = ("dependency", "import", "image", "action", "hook", "ci", "lockfile", "backend", "python", "file")
"""The kinds of evidence that a match can name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blip:
    """A technology on the radar: its ring, the versions allowed (PEP 440), what comes after it and until when.

    An entry without a ring is known to belong to its category and is `unlisted`: used, it is a finding of its own.
    """

    name: str
    match: Match
    ring: Ring = Ring.UNLISTED
    versions: str = ""
    successor: str | None = None
    until: date | None = None
    reason: str = ""

    __pydantic_config__: ClassVar[Any] = _schema.STRICT


@dataclass(frozen=True, kw_only=True)
class Radar:
    """The radar of a standard: entries by category, in the order of the files."""

    categories: Mapping[str, tuple[Blip, ...]] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, tuple[str, Blip]]:
        """Each technology's category and entry."""
        return {blip.name: (category, blip) for category, blips in self.categories.items() for blip in blips}

    def get(self, name: str) -> Blip | None:
        """Return a technology's entry, None for one that the radar doesn't know."""
        found = self.by_name.get(name)
        return found[1] if found else None


def load_radar(paths: Iterable[Path]) -> Radar:
    """Return the radar of a standard from its files, the lowest first.

    Raise GoldenpathError with file, line and column for a wrong key or value, a name given twice, a version range that
    is none, and a successor that the radar doesn't know.
    """
    radar = Radar()
    read = []
    for path in paths:
        text, mistakes = _schema.text_of(path)
        if mistakes:
            raise _schema.as_error(mistakes, "radar")
        categories = _schema.read_text(text, dict[str, tuple[Blip, ...]], where=str(path), empty={})
        read.append((_schema.Source(where=str(path), text=text), categories))
        radar = extended(radar, categories)
    wrong = [mistake for source, categories in read for mistake in _mistakes(categories, radar, source)]
    if wrong:
        raise _schema.as_error(wrong, "radar")
    return radar


def extended(lower: Radar, categories: Mapping[str, tuple[Blip, ...]]) -> Radar:
    """Return a radar with the categories of a higher one laid over it."""
    named = {blip.name for blips in categories.values() for blip in blips}
    merged: dict[str, tuple[Blip, ...]] = {}
    for category, blips in lower.categories.items():
        left = tuple(blip for blip in blips if blip.name not in named)
        if category in categories:
            left = tuple(replace(blip, ring=Ring.UNLISTED, successor=None, until=None, versions="") for blip in left)
        merged[category] = left
    for category, blips in categories.items():
        merged[category] = (*blips, *merged.get(category, ()))
    return Radar(categories=merged)


def _mistakes(categories: Mapping[str, tuple[Blip, ...]], radar: Radar, source: _schema.Source) -> Iterator[Mistake]:
    seen: set[str] = set()
    for category, blips in categories.items():
        for index, blip in enumerate(blips):
            if blip.name in seen:
                yield source.mistake((category, index, "name"), f"{blip.name} is on the radar twice")
            seen.add(blip.name)
            for key, message, hint in _wrong(blip, radar):
                yield source.mistake((category, index, key), message, hint)


def _wrong(blip: Blip, radar: Radar) -> Iterator[tuple[str, str, str]]:
    """Yield the key, what is wrong with it and what to do."""
    if not any(blip.match.words(kind) for kind in KINDS):
        yield "match", f"nothing shows that {blip.name} is used", did_you_mean("", KINDS)
    try:
        SpecifierSet(blip.versions)
    except InvalidSpecifier:
        yield "versions", f"{blip.versions!r} is no range of versions", 'Write it as in PEP 440, such as ">=1.2,<2".'
    if blip.successor and not radar.get(blip.successor):
        hint = did_you_mean(blip.successor, radar.by_name)
        yield "successor", f"the successor {blip.successor!r} isn't on the radar", hint
