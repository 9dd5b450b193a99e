"""Third parties' readers: how they join ours, and how what they say is checked before it counts.

A guest is what every reader is (`PATTERNS`, `VERSION`, `read`), named by an entry point of the group
`goldenpath.readers`. It adds rows to our tables, and to tables of its own that it declares as `TABLES`, a mapping of
each table's name to the names of its fields. What it can't read or gets wrong is told of that file, and nothing that
asks one of its tables is decided there.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from goldenpath import _plugins
from goldenpath._deadline import OverdueError, deadline
from goldenpath.errors import GoldenpathError
from goldenpath.facts.base import File, ReadError
from goldenpath.facts.match import Matcher
from goldenpath.facts.model import TABLES, Facts, Unreadable
from goldenpath.facts.model.extra import PLACE, RESERVED
from goldenpath.facts.rows import wrong
from goldenpath.snapshot.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from goldenpath.facts.base import Reader
    from goldenpath.snapshot.base import Entry, Limits

GROUP = "goldenpath.readers"
_WANTS = ("PATTERNS", "VERSION", "read")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAKEN = frozenset((*TABLES, "extra", "schema_version", "repo", "commit"))


def installed() -> Mapping[str, Reader]:
    """Return third parties' readers by name; raise GoldenpathError for one that can't be used."""
    if not _plugins.names(GROUP):
        return {}
    from goldenpath.facts.readers import READERS  # noqa: PLC0415 - all of our own readers, which most runs don't need

    found = _plugins.joined(GROUP, READERS, _WANTS)
    guests = {name: reader for name, reader in found.items() if name not in READERS}
    for name, reader in guests.items():
        problem = _unusable(reader)
        if problem:
            raise GoldenpathError(f"the plugin {name!r} of {GROUP} {problem}", hint="Its authors must mend it.")
    return guests


def tables() -> Mapping[str, tuple[str, ...]]:
    """Return the tables that the installed guests declare, each with the names of its fields.

    Raise GoldenpathError where two of them declare one table differently.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, reader in installed().items():
        for table, fields in _declared(reader).items():
            if found.setdefault(table, fields) != fields:
                message = f"the plugin {name!r} of {GROUP} declares the table {table!r} otherwise than another does"
                raise GoldenpathError(message, hint="Remove one of the two packages.")
    return found


def fields_of(table: str) -> tuple[str, ...]:
    """Return what a condition can ask of a guest's table; raise KeyError for a table that nobody declares."""
    return (*tables()[table], *PLACE)


def read(entries: Iterable[Entry], bytes_of: Callable[[Entry], bytes | str], limits: Limits) -> Iterator[Facts]:
    """Yield what the installed guests say of the files that they want.

    `bytes_of` gives a file's bytes, or the reason why there are none.
    """
    readers = installed()
    if not readers:
        return
    matcher = Matcher({name: reader.PATTERNS for name, reader in readers.items()})
    wanted = [(entry, names) for entry in entries if (names := matcher.readers(entry.path))]
    files = [(entry, names) for entry, names in wanted if entry.kind is Kind.FILE]
    for entry, names in wanted:
        if entry.kind is Kind.SUBMODULE:
            continue
        data = bytes_of(entry)
        for name in names:
            repeats = entry.kind is Kind.SYMLINK and any(name in also and bytes_of(f) == data for f, also in files)
            if not repeats:
                yield _said(name, readers[name], entry.path, data, limits.seconds_per_file)


def _said(name: str, reader: Reader, path: str, data: bytes | str, seconds: float) -> Facts:
    """Return what a guest says of a file, or why it doesn't; it never ends the run."""
    declared = _declared(reader)
    if isinstance(data, str):
        return _failed(path, f"{data}, so the reader {name!r} says nothing", declared)
    try:
        with deadline(seconds):
            facts = reader.read(File(path=path, data=data))
        problem = _misuse(facts, path, declared)
    except OverdueError as error:
        return _failed(path, f"the reader {name!r} {error.message}", declared)
    except ReadError as error:
        line = error.line if isinstance(error.line, int) and error.line > 0 else None
        return _failed(path, str(error.reason), declared, line)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is a third party's: a file is told, the run goes on
        return _failed(path, f"the reader {name!r} failed: {_plugins.reason_of(error)}", declared)
    if problem:
        return _failed(path, f"the reader {name!r} is wrong: {problem}", declared)
    gaps = (row if row.partial else replace(row, tables=tuple(declared)) for row in facts.unreadable)
    return replace(facts, unreadable=tuple(gaps))


def _failed(path: str, reason: str, declared: Mapping[str, object], line: int | None = None) -> Facts:
    return Facts(unreadable=(Unreadable(path=path, reason=reason, line=line, tables=tuple(declared)),))


def _misuse(facts: Any, path: str, declared: Mapping[str, tuple[str, ...]]) -> str:
    """Return what is wrong with an answer, "" where nothing is."""
    if not isinstance(facts, Facts):
        return f"it answers with {type(facts).__name__}, no Facts"
    for table, kind in TABLES.items():
        for row in getattr(facts, table):
            problem = wrong(row, kind, path)
            if problem:
                return f"{table}: {problem}"
    for row in facts.extra:
        problem = wrong(row, type(row), path) or _undeclared(row, declared)
        if problem:
            return f"extra: {problem}"
    return ""


def _undeclared(row: Any, declared: Mapping[str, tuple[str, ...]]) -> str:
    if row.table not in declared:
        return f"it declares no table {row.table!r} in TABLES"
    unknown = [name for name, _ in row.values if name not in declared[row.table]]
    return f"it declares no field {unknown[0]!r} of {row.table} in TABLES" if unknown else ""


def _unusable(reader: Any) -> str:
    """Return why a reader can't be used at all, "" where it can."""
    patterns = reader.PATTERNS
    if not isinstance(patterns, (list, tuple)) or not all(isinstance(p, str) and p for p in patterns):
        return "has PATTERNS that are no list of texts"
    declared = getattr(reader, "TABLES", {})
    try:
        names = [(str(table), [*map(str, fields)]) for table, fields in declared.items() if not isinstance(fields, str)]
    except (AttributeError, TypeError):
        names = []
    if len(names) != len(declared):
        return "has TABLES that are no mapping of names to lists of names"
    for table, fields in names:
        for name, taken in ((table, _TAKEN), *((field, RESERVED) for field in fields)):
            if name in taken:
                return f"names {name!r} in TABLES, which is taken"
            if not _NAME.fullmatch(name):
                return f"names {name!r} in TABLES: a name is small letters, digits and _"
    return ""


def _declared(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    declared: Mapping[str, Iterable[str]] = getattr(reader, "TABLES", {})
    return {table: tuple(fields) for table, fields in sorted(declared.items())}
