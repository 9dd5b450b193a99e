"""The inventory of a snapshot: every reader's facts, and what only several files together say."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from goldenpath._deadline import OverdueError, deadline
from goldenpath.errors import UnreadableError
from goldenpath.facts import contexts, errands, formats, guests, includes, locks, models, projects, roads
from goldenpath.facts.aside import aside, spoken
from goldenpath.facts.base import File, ReadError
from goldenpath.facts.force import in_force
from goldenpath.facts.join import join
from goldenpath.facts.listing import is_artifact, listed
from goldenpath.facts.match import Matcher
from goldenpath.facts.model import Facts, Unreadable, merge
from goldenpath.facts.packages import packages_of
from goldenpath.facts.readers import MANIFESTS, READERS, conda_env, requirements
from goldenpath.facts.technologies import technologies
from goldenpath.facts.text import decode
from goldenpath.snapshot.base import Kind, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from goldenpath.facts.radar import Radar
    from goldenpath.snapshot.base import Entry, Snapshot

_DEFAULT = Limits()
_BY_CONTENTS = MANIFESTS | {"dockerfile"}
"""Readers to which a second name of a file is no second thing."""
_LONG_YAML = ("conda_env",)
"""Who reads any YAML, up to a size: a longer one isn't even fetched."""


def inventory(
    snapshot: Snapshot, limits: Limits = _DEFAULT, *, packages: bool = False, radar: Radar | None = None
) -> Facts:
    """Return all that a snapshot says of its stack; what can't be read is in `unreadable`, with the reason.

    `packages` asks for those that lock files pin, `radar` for the technologies on it.
    Raise UnreadableError where the snapshot can't be listed.
    """
    every = snapshot.entries()
    wanted = {path: _matcher().readers(path) for path in every if in_force(path, every)}
    entries = _sized(snapshot, {path: every[path] for path in wanted}, wanted)
    reading = _Reading(snapshot, limits, entries)
    heads = _heads(snapshot, entries, wanted, reading)
    parts = [
        listed(entries, heads),
        _models(snapshot, entries, heads),
        locks.found(entries),
        _unlisted(snapshot, every),
    ]
    for path, entry in entries.items():
        names = wanted[path]
        if names == _LONG_YAML and (entry.size or 0) > conda_env.MOST_BYTES:
            continue
        if names and entry.kind is not Kind.SUBMODULE:
            parts.extend(reading.read(entry, names))
    parts.extend(guests.read(entries.values(), reading.bytes_of, limits))
    facts = includes.followed(merge(parts), entries.keys(), reading.included)
    facts = _compiled(facts, entries, reading)
    facts = replace(facts, lockfiles=locks.judged(facts, entries, lambda path: reading.packages(path).packages))
    if packages:
        facts = merge([facts, *(reading.packages(lock.path) for lock in facts.lockfiles)])
    facts = errands.run(facts, entries.keys(), reading.text_of)
    facts = contexts.followed(facts, entries.keys())
    facts = replace(facts, projects=projects.roots(facts))
    facts = roads.taken_in(replace(facts, dependencies=projects.named(facts)))
    facts = projects.assigned(join(facts, entries.keys(), committed=bool(snapshot.commit)))
    if radar is None:
        return facts
    own = [path for path in entries if not aside(path)]
    return projects.assigned(replace(facts, technologies=technologies(spoken(facts), radar, own)), ("technologies",))


def _sized(
    snapshot: Snapshot, entries: Mapping[str, Entry], wanted: Mapping[str, tuple[str, ...]]
) -> Mapping[str, Entry]:
    """Return the entries with the sizes that a fact or a reader looks at, however the snapshot lists them."""
    unknown = [
        path
        for path, entry in entries.items()
        if entry.size is None and (is_artifact(path) or wanted[path] == _LONG_YAML)
    ]
    sizes = snapshot.sizes(unknown)
    return {**entries, **{path: replace(entries[path], size=size) for path, size in sizes.items()}}


def _heads(
    snapshot: Snapshot, entries: Mapping[str, Entry], wanted: Mapping[str, tuple[str, ...]], reading: _Reading
) -> Mapping[str, bytes]:
    """Return the first bytes of what may be a model; what is called one and has none for little is read."""
    unread = (entry for path, entry in entries.items() if not wanted[path] or models.by_name(path))
    sought, texts = models.candidates(unread)
    heads = {**snapshot.heads(sought, formats.HEAD), **snapshot.heads(texts, formats.HEAD, plain=True)}
    for path in sought:
        if path not in heads and models.by_name(path):
            data = reading.bytes_of(entries[path])
            if isinstance(data, bytes):
                heads[path] = data[: formats.HEAD]
    return heads


def _models(snapshot: Snapshot, entries: Mapping[str, Entry], heads: Mapping[str, bytes]) -> Facts:
    rows = list(models.told(entries.values(), heads))
    sizes = snapshot.sizes(row.path for row in rows if row.size is None)
    return Facts(models=tuple(replace(row, size=sizes.get(row.path, row.size)) for row in rows))


@cache
def _matcher() -> Matcher:
    return Matcher({name: reader.PATTERNS for name, reader in READERS.items()})


def _compiled(facts: Facts, entries: Mapping[str, Entry], reading: _Reading) -> Facts:
    """Read the requirements that locks say they were compiled from, where no reader's pattern knew them."""
    sources = {locks.manifest_of(lock, entries) for lock in facts.lockfiles if lock.manifest}
    paths = sorted(path for path in sources if path and path.endswith((".in", ".txt")))
    parts = [reading.included(path, "requirement", requirements.scope_of(path)) for path in paths]
    return merge([facts, *(part for part in parts if part)])


def _unlisted(snapshot: Snapshot, every: Mapping[str, Entry]) -> Facts:
    rows = (Unreadable(path=path, reason=reason) for path, reason in snapshot.unreadable if in_force(path, every))
    return Facts(unreadable=tuple(rows))


class _Reading:
    """The reading of one snapshot, every failure a record."""

    def __init__(self, snapshot: Snapshot, limits: Limits, entries: Mapping[str, Entry]) -> None:
        self._snapshot = snapshot
        self._limits = limits
        self._entries = entries
        self._requirements: set[str] = set()
        self._timed = False

    def read(self, entry: Entry, names: tuple[str, ...]) -> Iterator[Facts]:
        """Yield what each of the named readers says of one file."""
        if "requirements" in names:
            self._requirements.add(entry.path)
        data = self.bytes_of(entry)
        if isinstance(data, str):
            yield _failed(entry.path, data)
            return
        if entry.kind is Kind.SYMLINK and self._repeats(entry, data):
            return
        file = File(path=entry.path, data=data)
        reasons: set[str] = set()
        for name in names:
            try:
                with deadline(self._limits.seconds_per_file, again=self._timed):
                    self._timed = True
                    found = READERS[name].read(file)
            except OverdueError as error:
                found = _failed(entry.path, error.message)
            except ReadError as error:
                found = Facts() if error.reason in reasons else _failed(entry.path, error.reason, error.line)
                reasons.add(error.reason)
            yield found

    def included(self, path: str, kind: str, scope: str) -> Facts | None:
        """Return what a requirements file says that another names, None where it was read already."""
        entry = self._entries[path]
        if path in self._requirements or entry.kind is Kind.SUBMODULE:
            return None
        self._requirements.add(path)
        data = self.bytes_of(entry)
        if isinstance(data, str):
            return _failed(path, data)
        try:
            with deadline(self._limits.seconds_per_file):
                return requirements.read_as(File(path=path, data=data), kind=kind, scope=scope)
        except OverdueError as error:
            return _failed(path, error.message)
        except ReadError as error:
            return _failed(path, error.reason, error.line)

    def packages(self, path: str) -> Facts:
        """Return the packages of a lock, or that it can't be read."""
        data = self.bytes_of(self._entries[path])
        if isinstance(data, str):
            return _failed(path, data)
        try:
            with deadline(self._limits.seconds_per_file):
                return Facts(packages=packages_of(File(path=path, data=data)))
        except OverdueError as error:
            return _failed(path, error.message)
        except ReadError as error:
            return _failed(path, error.reason, error.line)

    def text_of(self, path: str) -> str:
        """Return a file's text, "" for one that can't be read: its own reader tells why."""
        data = self.bytes_of(self._entries[path]) if self._entries[path].kind is not Kind.SUBMODULE else ""
        try:
            return decode(data) if isinstance(data, bytes) else ""
        except ReadError:
            return ""

    def bytes_of(self, entry: Entry) -> bytes | str:
        """Return a file's bytes, or the reason why there are none."""
        most = self._limits.bytes_for(entry.path)
        over = f"is larger than {most} bytes"
        if entry.size is not None and entry.size > most:
            return over
        try:
            data = self._snapshot.read(entry.path)
        except UnreadableError as error:
            return error.message
        return data if len(data) <= most else over

    def _repeats(self, link: Entry, data: bytes) -> bool:
        """Tell whether a link only repeats a file that the same readers read at its own path.

        Of code it must bear the same name too: a module is what it is called.
        """
        wanted = frozenset(_matcher().readers(link.path))
        name = "" if wanted & _BY_CONTENTS else posixpath.basename(link.path)
        twins = (
            entry
            for entry in self._entries.values()
            if entry.kind is Kind.FILE
            and (not name or posixpath.basename(entry.path) == name)
            and entry.size in {None, len(data)}
            and wanted.issubset(_matcher().readers(entry.path))
        )
        return any(self.bytes_of(twin) == data for twin in twins)


def _failed(path: str, reason: str, line: int | None = None) -> Facts:
    return Facts(unreadable=(Unreadable(path=path, reason=reason, line=line),))
