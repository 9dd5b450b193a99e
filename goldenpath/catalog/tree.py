"""The id that git gives a tree of files, computed without a repo."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


def tree_id(files: Mapping[str, bytes], executable: Collection[str] = ()) -> str:
    """Return the SHA-1 id in hex that git gives a tree of these files (paths with forward slashes)."""
    rows = {
        tuple(path.encode("utf-8", "surrogateescape").split(b"/")): (
            b"100755" if path in executable else b"100644",
            _object_id(b"blob", data),
        )
        for path, data in files.items()
    }
    return _tree(rows).hex()


def blob_id(data: bytes, *, sha256: bool = False) -> str:
    """Return the id in hex that git gives a file of these bytes; `sha256` for a repo of that format."""
    if not sha256:
        return _object_id(b"blob", data).hex()
    return hashlib.sha256(b"blob " + str(len(data)).encode() + b"\0" + data).hexdigest()


def read_files(folder: Path) -> tuple[dict[str, bytes], frozenset[str]]:
    """Return the files below a folder (`.git` left out) and which of them are executable."""
    files: dict[str, bytes] = {}
    executable = set()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(".git/"):
            files[name] = path.read_bytes()
            if path.stat().st_mode & 0o100:
                executable.add(name)
    return files, frozenset(executable)


def _tree(rows: Mapping[tuple[bytes, ...], tuple[bytes, bytes]]) -> bytes:
    """Return the id of a tree of (path parts -> mode, object id)."""
    own: dict[bytes, tuple[bytes, bytes]] = {}
    below: dict[bytes, dict[tuple[bytes, ...], tuple[bytes, bytes]]] = {}
    for (name, *rest), row in rows.items():
        if rest:
            below.setdefault(name, {})[tuple(rest)] = row
        else:
            own[name] = row
    own |= {name: (b"40000", _tree(inner)) for name, inner in below.items()}
    # Git sorts a folder as if its name ended in a slash.
    names = sorted(own, key=lambda name: name + b"/" if name in below else name)
    return _object_id(b"tree", b"".join(b"%s %s\0%s" % (own[name][0], name, own[name][1]) for name in names))


def _object_id(kind: bytes, data: bytes) -> bytes:
    return hashlib.sha1(kind + b" " + str(len(data)).encode() + b"\0" + data, usedforsecurity=False).digest()
