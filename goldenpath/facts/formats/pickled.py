"""Pickles, bare and compressed as joblib and others write them."""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from typing import Any

from goldenpath.facts.formats.base import HEAD, Format
from goldenpath.facts.formats.pickles import look

_TORCH_LEGACY = bytes.fromhex("80028a0a6cfc9c46f920")
_LZ4 = b"\x04\x22\x4d\x18"
_LZ4_PICKLE = re.compile(rb"\x80[\x02-\x05]\x95")


def bare(head: bytes, *, whole: bool) -> Format | None:
    """Tell a pickle; `whole` says that the file ends with these bytes."""
    found = look(head, whole=whole)
    if not found:
        return None
    torch = head.startswith(_TORCH_LEGACY)
    kind = "torch" if torch else "joblib" if "joblib" in found.modules else "pickle"
    detail = "torch" if torch else found.library
    names = f" that names {found.running}" if found.running else ""
    return Format(kind=kind, reason=f"begins as a pickle{names}", executes=True, detail=detail)


def in_zlib(head: bytes) -> Format | None:
    """Tell a pickle that zlib compressed."""
    return _inside(_inflated(zlib.decompressobj(), head), "zlib")


def in_gzip(head: bytes) -> Format | None:
    """Tell a pickle that gzip compressed."""
    return _inside(_inflated(zlib.decompressobj(31), head), "gzip") if head[1:2] == b"\x8b" else None


def in_bzip2(head: bytes) -> Format | None:
    """Tell a pickle that bzip2 compressed."""
    return _inside(_inflated(bz2.BZ2Decompressor(), head), "bzip2") if head[:3] == b"BZh" else None


def in_xz(head: bytes) -> Format | None:
    """Tell a pickle that xz or its elder LZMA compressed."""
    return _inside(_inflated(lzma.LZMADecompressor(memlimit=1 << 26), head), "xz")


def in_lz4(head: bytes) -> Format | None:
    """Tell a pickle that lz4 compressed: the first of what it compresses stands as it is."""
    if not head.startswith(_LZ4) or not _LZ4_PICKLE.search(head[:40]):
        return None
    return Format(kind="pickle", reason="begins as a pickle within lz4", executes=True)


def of_old_joblib(head: bytes) -> Format | None:
    """Tell what joblib before 0.10 compressed: a mark, the length in hexadecimal, then zlib."""
    if not re.match(rb"ZF0x[0-9a-f]{1,16} *x", head):
        return None
    return Format(kind="joblib", reason="begins as a pickle that joblib compressed", executes=True)


def _inside(inner: bytes, how: str) -> Format | None:
    found = look(inner, whole=False) if inner[:1] == b"\x80" else None
    if not found:
        return None
    kind = "joblib" if "joblib" in found.modules else "pickle"
    return Format(kind=kind, reason=f"begins as a pickle within {how}", executes=True, detail=found.library)


def _inflated(engine: Any, head: bytes) -> bytes:
    try:
        data: bytes = engine.decompress(head, HEAD)
    except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError):
        return b""
    return data
