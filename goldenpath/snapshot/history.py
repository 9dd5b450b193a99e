"""Which commit a repo stood at on a day, read from its commits alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.errors import UnreadableError
from goldenpath.snapshot.layout import locate, read_pointer
from goldenpath.snapshot.objects import peel
from goldenpath.snapshot.refs import resolve
from goldenpath.snapshot.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from goldenpath.snapshot.layout import Layout

_PARENT = re.compile(rb"^parent ([0-9a-f]{40,64})$", re.MULTILINE)
_COMMITTED = re.compile(rb"^committer .*> (-?\d{1,15}) [+-]\d{4}$", re.MULTILINE)
_SHALLOW_BYTES = 16 * 1024 * 1024


def commit_at(path: Path | str, moment: int, *, ref: str = "HEAD", within: Iterable[Path | str] = ()) -> str | None:
    """Return the last commit, going back from a ref by first parents, that was committed at a moment or before it.

    `moment` is in seconds since 1970, UTC. None means that there was no commit yet. Raise UnreadableError where the
    repo can't be read, and where its history is cut off before it reaches the moment.
    """
    layout = locate(path, within=within)
    named = resolve(layout, ref)
    store = open_store(layout, named)
    oid, _ = peel(store, named, str(path))
    cut = _cut(layout)
    while True:
        _, data = store.read(oid)
        head = data.partition(b"\n\n")[0]
        committed = _COMMITTED.search(head)
        if committed is None:
            raise UnreadableError(f"commit {oid[:12]} has no date", where=str(path))
        if int(committed[1]) <= moment:
            return oid
        parent = _PARENT.search(head)
        if parent is None:
            return None
        if oid in cut:
            raise UnreadableError(
                "its history is shallow and doesn't reach back so far",
                where=str(path),
                hint="Fetch the rest with `git fetch --unshallow`.",
            )
        oid = parent[1].decode("ascii")


def _cut(layout: Layout) -> frozenset[str]:
    """Return the commits whose parents a shallow clone has left behind."""
    text = read_pointer(layout.common / "shallow", limit=_SHALLOW_BYTES) or b""
    return frozenset(text.decode("ascii", "replace").split())
