"""Models that are zip archives, by the names of their first members."""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

from goldenpath.facts.formats.base import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TORCH = re.compile(r"[^/]+/(?:data\.pkl|data/\d+|\.format_version|version|byteorder|\.data/serialization_id)")
_SCRIPT = re.compile(r"[^/]+/(?:code/.+|constants\.pkl)")
_PICKLE = re.compile(r".+\.(?:pkl|pickle|joblib|pth|pt)", re.IGNORECASE)
_LOCAL = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_DEFLATED = b"\x08\0"
_MOST = 1024
_CENTRAL = re.compile(rb"PK\x01\x02.{24}(..).{16}", re.DOTALL)


def zipped(head: bytes) -> Format | None:
    """Tell what a zip archive is a model of."""
    names = list(_members(head)) if head.startswith(b"PK\x03\x04") else []
    return next((found for test in _KINDS if names and (found := test(names, head))), None)


def first(head: bytes) -> bytes:
    """Return how the first member of a zip archive begins, b"" where it isn't deflated."""
    found = _LOCAL.match(head)
    if not found or head[8:10] != _DEFLATED:
        return b""
    name, extra = struct.unpack("<HH", head[26:30])
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(head[found.end() + name + extra :], _MOST)
    except zlib.error:
        return b""


def _members(head: bytes) -> Iterator[str]:
    """Yield the names of the members that begin within the first bytes, in a small archive those of all."""
    for pattern in (_LOCAL, _CENTRAL):
        for found in pattern.finditer(head):
            (length,) = struct.unpack("<H", found[1])
            yield head[found.end() : found.end() + length].decode("utf-8", "replace")


def _torch(names: list[str], _: bytes) -> Format | None:
    if not _TORCH.fullmatch(names[0]):
        return None
    holds = " that holds code" if any(_SCRIPT.fullmatch(name) for name in names) else ""
    return Format(kind="torch", reason=f"is an archive of torch{holds}", executes=True, detail="torch")


def _keras(names: list[str], head: bytes) -> Format | None:
    if names[0] != "metadata.json" or b"keras_version" not in head:
        return None
    return Format(kind="keras", reason="is an archive of Keras", detail="keras")


def _skops(names: list[str], _: bytes) -> Format | None:
    if "schema.json" not in names or not all(name.endswith((".npy", ".json")) for name in names):
        return None
    return Format(kind="skops", reason="is an archive of skops", detail="sklearn")


def _torchserve(names: list[str], _: bytes) -> Format | None:
    if not names[0].startswith("MAR-INF/"):
        return None
    return Format(kind="torch-archive", reason="is an archive for TorchServe", executes=True, detail="torch")


def _pickled(names: list[str], _: bytes) -> Format | None:
    if not any(_PICKLE.fullmatch(name) for name in names):
        return None
    return Format(kind="pickle", reason="is an archive that holds a pickle", executes=True)


_KINDS: tuple[Callable[[list[str], bytes], Format | None], ...] = (_torch, _keras, _skops, _torchserve, _pickled)
