"""The first bytes of blobs, read from a repo's packs and loose objects without inflating the rest.

libgit2 and `git cat-file` give whole objects alone: a model of a gigabyte would be inflated to look at its mark. Of
what is stored as a difference to another blob only the first steps are taken. What is read isn't checked against its
id, so it serves to tell what a file is, never to read what it says. Formats: https://git-scm.com/docs/pack-format.
"""

from __future__ import annotations

import mmap
import os
import stat
import struct
import zlib
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_INDEX = b"\xfftOc\0\0\0\x02"
_BLOB, _BY_PLACE, _BY_NAME = 3, 6, 7
_MOST = 64 * 1024  # of a blob that another one's first bytes are taken from
_ROUND = 4096
_MOST_PIECES = 100  # of a difference; a text that was edited in more places is better read whole
_MOST_KNOWN = 4000
_DEEP = 50  # as git makes them
_HEADER = 32
_SPARE = 1024  # of deflated bytes: what can't be deflated takes a little more than itself
_FAN = 256
_LARGE = 1 << 31


class Heads:
    """The first bytes of the blobs of some object folders, by id; packs are opened when the first is asked for."""

    def __init__(self, stores: Iterable[Path]) -> None:
        self._stores = tuple(stores)

    def head(self, oid: str, length: int, *, plain: bool = False) -> bytes | None:
        """Return at most `length` first bytes of a blob; None where it is missing, damaged or put together from afar.

        `plain` asks only for what is stored as itself, which costs a fifth.
        """
        name = bytes.fromhex(oid)
        for pack in self._packs:
            at = pack.offset(name)
            if at is not None:
                return pack.head(at, length, plain=plain)
        loose = (_loose(f"{store}/{oid[:2]}/{oid[2:]}", length) for store in self._stores)
        return next((data for data in loose if data is not None), None)

    @cached_property
    def _packs(self) -> tuple[_Pack, ...]:
        paths = (path for store in self._stores for path in sorted((store / "pack").glob("*.idx")))
        return tuple(pack for path in paths if (pack := _pack(path)))


class _Pack:
    """One pack with its index, both mapped into memory."""

    def __init__(self, index: mmap.mmap, pack: mmap.mmap) -> None:
        self._index = index
        self._pack = pack
        self._fan = struct.unpack(f">{_FAN}I", index[8 : 8 + 4 * _FAN])
        self._names = 8 + 4 * _FAN
        self._size = 20
        self._known: dict[int, bytes] = {}

    def offset(self, name: bytes) -> int | None:
        """Return where an object begins in the pack, None where it isn't in it."""
        low = self._fan[name[0] - 1] if name[0] else 0
        high, size = self._fan[name[0]], len(name)
        self._size = size
        while low < high:
            middle = (low + high) // 2
            found = self._index[self._names + middle * size : self._names + (middle + 1) * size]
            if found == name:
                return self._place(middle, size)
            low, high = (middle + 1, high) if found < name else (low, middle)
        return None

    def head(self, at: int, length: int, *, plain: bool) -> bytes | None:
        """Return the first bytes of the blob that begins at a place."""
        return self._head(at, length, _DEEP + 1 if plain else 0)

    def _head(self, at: int, length: int, depth: int) -> bytes | None:
        data = self._pack[at : at + _SPARE + length]
        kind, start = (data[0] >> 4) & 7 if data else 0, _after(data, 0)
        if kind == _BLOB:
            return _inflated(data[start:], length)
        if kind not in {_BY_PLACE, _BY_NAME} or depth > _DEEP or length > _MOST:
            return None
        base, start = self._base(data, at, start, kind)
        steps = _inflated(data[start:], length + _SPARE)
        if base is None or steps is None:
            return None
        pieces = _pieces(steps, length)
        if len(pieces) > _MOST_PIECES:
            return None
        wanted = max((offset + size for offset, size, _ in pieces), default=0)
        source = self._source(base, wanted, depth + 1) if wanted else b""
        if source is None or len(source) < wanted:
            return None
        return b"".join(source[offset : offset + size] or literal for offset, size, literal in pieces)[:length]

    def _source(self, at: int, length: int, depth: int) -> bytes | None:
        """Return the first bytes of a blob that others are differences to: mostly it is asked for again."""
        found = self._known.get(at)
        if found is None or len(found) < length:
            found = self._head(at, min(max(length, _ROUND), _MOST), depth)
            if found is not None and len(self._known) < _MOST_KNOWN:
                self._known[at] = found
        return found

    def _base(self, data: bytes, at: int, start: int, kind: int) -> tuple[int | None, int]:
        """Return where the blob begins that a difference is to, and where the difference itself does."""
        if kind == _BY_NAME:
            size = self._size
            return self.offset(data[start : start + size]), start + size
        end = _after(data, start)
        back = 0
        for index, byte in enumerate(data[start:end]):
            back = ((back + 1) << 7 if index else 0) | (byte & 127)
        return (at - back if 0 < back < at else None), end

    def _place(self, number: int, size: int) -> int | None:
        count = self._fan[-1]
        places = self._names + count * (size + 4)
        (place,) = _unpacked(">I", self._index, places + 4 * number)
        if place is not None and place >= _LARGE:
            (place,) = _unpacked(">Q", self._index, places + 4 * count + 8 * (place - _LARGE))
        return place


def _after(data: bytes, at: int) -> int:
    """Return the place after a number of variable length: its last byte is less than 128."""
    return next((index + 1 for index in range(at, min(at + 10, len(data))) if data[index] < 128), len(data))  # noqa: PLR2004


def _pieces(steps: bytes, length: int) -> list[tuple[int, int, bytes]]:
    """Return the pieces of a difference that give the first bytes: offset and size in the other blob, or the bytes."""
    found: list[tuple[int, int, bytes]] = []
    at = _after(steps, _after(steps, 0))
    made = 0
    while made < length and at < len(steps) and len(found) <= _MOST_PIECES:
        step = steps[at]
        at += 1
        if step & 128:
            offset, at = _number(steps, at, step & 15)
            size, at = _number(steps, at, (step >> 4) & 7)
            size = min(size or 0x10000, length - made)
            found.append((offset, size, b""))
            made += size
        else:
            found.append((0, 0, steps[at : at + step]))
            made += step
            at += step
    return found


def _number(steps: bytes, at: int, bits: int) -> tuple[int, int]:
    """Return a number of which only those bytes are written that `bits` names, and the place after it."""
    value = 0
    for index in range(4):
        if bits >> index & 1 and at < len(steps):
            value |= steps[at] << (8 * index)
            at += 1
    return value, at


def _unpacked(form: str, data: mmap.mmap, at: int) -> tuple[int | None]:
    piece = data[at : at + struct.calcsize(form)]
    return struct.unpack(form, piece) if len(piece) == struct.calcsize(form) else (None,)


def _pack(index: Path) -> _Pack | None:
    """Open a pack; None for an index of another version, and for files that are none."""
    names = _mapped(index)
    objects = _mapped(index.with_suffix(".pack")) if names else None
    if not names or not objects or names[:8] != _INDEX or len(names) < 8 + 4 * _FAN:
        return None
    return _Pack(names, objects)


def _mapped(path: Path) -> mmap.mmap | None:
    try:
        handle = os.open(path, _OPEN)
    except OSError:
        return None
    try:
        return mmap.mmap(handle, 0, access=mmap.ACCESS_READ) if stat.S_ISREG(os.fstat(handle).st_mode) else None
    except (OSError, ValueError):
        return None
    finally:
        os.close(handle)


def _loose(path: str, length: int) -> bytes | None:
    try:
        handle = os.open(path, _OPEN)
    except OSError:
        return None
    try:
        data = os.read(handle, length + _HEADER + _SPARE) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    except OSError:
        return None
    finally:
        os.close(handle)
    head = _inflated(data, length + _HEADER)
    kind, zero, rest = head.partition(b"\0") if head else (b"", b"", b"")
    return rest[:length] if zero and kind.startswith(b"blob ") else None


def _inflated(data: bytes, length: int) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(data, length)
    except zlib.error:
        return None
