"""Which files hold a model, or a pickle of anything: told by their first bytes, or by name where those aren't here.

`inventory` asks `candidates` whose first bytes are worth reading, and gives them to `told`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from goldenpath.facts import formats
from goldenpath.facts.known import known
from goldenpath.facts.model import Artifact, Certainty
from goldenpath.snapshot.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from goldenpath.facts.formats import Format
    from goldenpath.snapshot.base import Entry

UNSAFE = frozenset({"pickle", "joblib", "torch", "checkpoint", "torch-archive", "nemo"})
"""Kinds that can run code when they are loaded."""

_KNOWN = frozenset({"tensorflow"})
"""Kinds that are known by their bytes alone: others share the suffix."""

_PICKLED = frozenset({"pickle", "joblib"})
_PACKED = (b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")
_TEXTUAL = frozenset({"mlflow"})
_GRAPH = re.compile(r"model|graph|frozen|inference|weights", re.IGNORECASE)
"""Names of protocol buffers (`.pb`) that hold a model; most others are messages of something else."""

_INSTRUCTIONS = re.compile(r"(?:docker|container|make)file\.", re.IGNORECASE)
"""Names of which the suffix is a word of their author's (`Dockerfile.nemo`)."""

_WRAPPED = frozenset(("bin", "tar", "gz", "bz2", "xz", "lzma", "zst", "z", "zip", "lz4"))
"""Suffixes of which the rest of the name may tell more."""

_TEXTS = frozenset(("json", "jsonl", "ndjson", "csv", "tsv", "txt", "log"))
"""Suffixes of texts, of which some are models (XGBoost, LightGBM) and any may be a pickle under another name."""


def candidates(entries: Iterable[Entry]) -> tuple[list[str], list[str]]:
    """Return the paths whose first bytes may tell a model, and apart those of them that are texts by name.

    Of texts there are hundreds, and git keeps most as differences to others, which no model is: so they are looked
    into only where that costs little.
    """
    skipped = _skipped()
    sought: list[str] = []
    texts: list[str] = []
    for entry in entries:
        suffix = _suffix(entry.path)
        if entry.kind is Kind.FILE and suffix not in skipped:
            (texts if suffix in _TEXTS else sought).append(entry.path)
    return sought, texts


def told(entries: Iterable[Entry], heads: Mapping[str, bytes]) -> Iterator[Artifact]:
    """Yield the models and the pickles among files: by first bytes, and by name where there are none."""
    for entry in entries:
        head = heads.get(entry.path)
        row = _told(entry, head) if entry.kind is Kind.FILE and (head is not None or by_name(entry.path)) else None
        if row:
            yield row


@lru_cache(maxsize=8192)
def by_name(path: str) -> str | None:
    """Return the kind of model that a name promises, None where it promises none."""
    name = path.rpartition("/")[2].lower()
    if name == "mlmodel":
        return "mlflow" if path.endswith("MLmodel") else None
    if _INSTRUCTIONS.match(name):
        return None
    suffix = _suffix(name)
    kind = _suffixes().get(suffix)
    if kind is None and suffix in _WRAPPED:
        kind = next((kind for kind, named in _named() if named.fullmatch(name)), None)
    return None if kind == "tensorflow" and not _GRAPH.search(name) else kind


def _told(entry: Entry, head: bytes | None) -> Artifact | None:
    kind = by_name(entry.path)
    if kind in _TEXTUAL:
        return _row(entry, kind or "", Certainty.SURE, "is what MLflow calls the description of a model")
    pointer = head is not None and head.startswith(formats.POINTER)
    if head is None or pointer:
        vague = _suffix(entry.path) in known("models")["vague"]["suffixes"]
        why = "is a pointer of the large file storage" if pointer else "can't be looked into"
        return (
            _row(entry, kind, Certainty.LIKELY, f"is called so, and {why}", lfs=pointer) if kind and not vague else None
        )
    found = formats.sniff(head, entry.size)
    if kind == "tensorflow" and not found and head.startswith(b"\x08\x01\x12"):
        return _row(entry, kind, Certainty.SURE, "begins as a saved model of TensorFlow, and is called so")
    if found:
        return _sniffed(entry, found)
    return _row(entry, kind, Certainty.LIKELY, "is called so") if kind and _may_be(entry.path, kind, head) else None


def _may_be(path: str, kind: str, head: bytes) -> bool:
    """Tell whether a file may be what its name says though its first bytes aren't known."""
    if not head or kind in _KNOWN or formats.is_text(head) or _suffix(path) in known("models")["vague"]["suffixes"]:
        return False
    if kind in _PICKLED:
        return head.startswith(
            _PACKED
        )  # what the standard library can't unpack; any other pickle is known by its bytes
    return formats.other(head) in {"", "archive"}


def _sniffed(entry: Entry, found: Format) -> Artifact | None:
    if found.kind == "hdf5" and found.detail is None and _suffix(entry.path) not in {"h5", "hdf5", "weights"}:
        return None  # measurements and cells are kept in HDF5 as well, under names of their own
    return Artifact(
        kind=found.kind,
        path=entry.path,
        size=entry.size,
        detail=found.detail,
        executes=found.executes,
        certainty=Certainty.SURE,
        reason=found.reason,
    )


def _row(entry: Entry, kind: str, certainty: Certainty, reason: str, *, lfs: bool = False) -> Artifact:
    return Artifact(
        kind=kind,
        path=entry.path,
        size=entry.size,
        executes=kind in UNSAFE,
        lfs=lfs,
        certainty=certainty,
        reason=reason,
    )


def _suffix(path: str) -> str:
    """Return what follows the last dot of a name; a dot that begins it makes no suffix (`.plan`)."""
    _, dot, suffix = path.rpartition("/")[2].lstrip(".").rpartition(".")
    return suffix.lower() if dot else ""


@cache
def _skipped() -> frozenset[str]:
    """Return the suffixes of files that aren't looked into: there are thousands, and each takes 20 us."""
    return frozenset(suffix for suffixes in known("models")["skipped"].values() for suffix in suffixes)


@cache
def _suffixes() -> Mapping[str, str]:
    return {suffix: kind for kind, suffixes in known("models")["suffixes"].items() for suffix in suffixes}


@cache
def _named() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["kind"], re.compile(row["name"])) for row in known("models")["named"])
