"""A snapshot made of a mapping of paths to texts: for policy cases and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.base import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class MemorySnapshot:
    """A snapshot of files that are held in memory."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in sorted(files.items())}
        self._entries = {path: Entry(path=path, kind=Kind.FILE, size=len(data)) for path, data in self._files.items()}

    @property
    def commit(self) -> str:
        """There is no commit."""
        return ""

    @property
    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """Everything can be read."""
        return ()

    def entries(self) -> Mapping[str, Entry]:
        """Return every path, sorted."""
        return self._entries

    def sizes(self, paths: Iterable[str]) -> Mapping[str, int]:
        """Return how many bytes files have."""
        return {path: len(self._files[path]) for path in paths if path in self._files}

    def heads(self, paths: Iterable[str], length: int, *, plain: bool = False) -> Mapping[str, bytes]:  # noqa: ARG002 - git alone keeps differences
        """Return the first bytes of files."""
        return {path: self._files[path][:length] for path in paths if path in self._files}

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        if path not in self._files:
            raise UnreadableError("there is no such file", where=path)
        return self._files[path]
