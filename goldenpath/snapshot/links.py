"""Where a symbolic link of a snapshot leads, decided from the listed paths alone, so never outside of them."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from goldenpath.snapshot.base import Entry

_HOPS = 40


def follow(path: str, entries: Mapping[str, Entry], target_of: Callable[[str], str]) -> Entry:
    """Return the file that `path` names through any links; `target_of` reads a link's text.

    Raise UnreadableError for a loop, a link that leaves the listed paths or that leads to a folder or a submodule.
    """
    known = entries.get(path)
    if known is not None and known.kind is Kind.FILE and not _below_entry(path, entries):
        return known
    done: list[str] = []
    waiting = path.split("/")[::-1]
    hops = 0
    while waiting:
        part = waiting.pop()
        _step(part, done, path, entries)
        entry = entries.get("/".join(done))
        if entry is None or entry.kind is not Kind.SYMLINK:
            continue
        hops += 1
        target = target_of(entry.path)
        if hops > _HOPS:
            raise UnreadableError("the link leads round in a circle", where=path)
        if target.startswith("/"):
            raise UnreadableError("the link leaves the repo", where=path)
        done.pop()
        waiting += target.split("/")[::-1]
    return _file_at("/".join(done), path, entries)


def _below_entry(path: str, entries: Mapping[str, Entry]) -> bool:
    """Tell whether a folder of a path is listed as something else, as only a tree made by hand has it."""
    at = path.find("/")
    while at >= 0:
        if path[:at] in entries:
            return True
        at = path.find("/", at + 1)
    return False


def _step(part: str, done: list[str], path: str, entries: Mapping[str, Entry]) -> None:
    """Go one part of a path further, as the system would: only through folders."""
    here = "/".join(done)
    if here in entries:
        raise UnreadableError("the link leads to no listed file", where=path)
    if part not in ("", ".", ".."):
        done.append(part)
    elif part == ".." and not done:
        raise UnreadableError("the link leaves the repo", where=path)
    elif done and not _is_folder(here, entries):
        raise UnreadableError("the link leads to no listed file", where=path)
    elif part == "..":
        done.pop()


def _is_folder(path: str, entries: Mapping[str, Entry]) -> bool:
    """Tell whether something is listed below a path, of entries in their order."""
    known = list(entries)
    first = bisect_left(known, f"{path}/")
    return first < len(known) and known[first].startswith(f"{path}/")


def _file_at(place: str, path: str, entries: Mapping[str, Entry]) -> Entry:
    entry = entries.get(place)
    if entry is None and place == path:
        raise UnreadableError("there is no such file", where=path)
    if entry is None:
        raise UnreadableError("the link leads to no listed file", where=path)
    if entry.kind is Kind.SUBMODULE:
        raise UnreadableError("it is a submodule", where=path)
    return entry
