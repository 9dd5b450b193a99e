"""What a file is by its first bytes: formats of models, and pickles of anything. Nothing is loaded or run.

Checked against files that the formats' own libraries wrote. The bytes of a format stand beside the test for it.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from goldenpath.facts.formats import pickled
from goldenpath.facts.formats.archives import first, zipped
from goldenpath.facts.formats.base import HEAD, Format, marked
from goldenpath.facts.formats.buffers import graph, onnx, saved_model

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HEAD", "POINTER", "Format", "holds_objects", "is_text", "other", "sniff"]

POINTER = b"version https://git-lfs.github.com/spec/"
"""How a pointer of git's large file storage begins."""

_HDF5 = b"\x89HDF\r\n\x1a\n"
_HDF5_AT = (0, 512, 1024, 2048)  # a block of the user's own may stand before
_KERAS = (b"model_config", b"layer_names", b"keras_version")
_ARRAY = re.compile(rb"\x93NUMPY[\x01-\x03]\x00.{2,4}?(\{'descr': [^\n]{1,2000})", re.DOTALL)
_MOST_JSON = 100 * 1024 * 1024
_CONTROL = bytes({*range(27)} - {8, 9, 10, 12, 13})
_TAIL = 3  # bytes of a character that the end of a prefix may cut


def sniff(head: bytes, size: int | None = None) -> Format | None:
    """Return the format that the first bytes of a file have, None for one that isn't known here.

    `size` is the whole file's; without it a file that ends within the first bytes is taken to be whole.
    """
    found = next((found for test in _TESTS.get(head[:1], ()) if (found := test(head))), None)
    whole = size == len(head) or (size is None and len(head) < HEAD)
    return found or _written(head) or _deep(head) or pickled.bare(head, whole=whole)


def is_text(head: bytes) -> bool:
    """Tell whether first bytes are text: of those that are, none is a model but in the formats that are text."""
    if b"\0" in head:
        return head.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - _TAIL:
            return False
    return len(head) - len(head.translate(None, _CONTROL)) <= len(head) // 20


def other(head: bytes) -> str:
    """Return what another well-known format a file has (image, archive, ...), "" where none is known."""
    return next((name for name, magics in _OTHERS.items() if head.startswith(magics)), "")


def holds_objects(head: bytes) -> bool:
    """Tell whether an array of numpy, or one of an archive of them, is of Python's objects, which are pickled."""
    return any(b"|O" in found[1] for text in (head, first(head)) for found in _ARRAY.finditer(text))


def _deep(head: bytes) -> Format | None:
    """Tell formats whose marks don't stand at the very beginning."""
    if any(head[at : at + 8] == _HDF5 for at in _HDF5_AT):
        keras = any(word in head for word in _KERAS)
        return Format(kind="hdf5", reason="begins as HDF5", detail="keras" if keras else None)
    if head[4:8] == b"TFL3":
        return Format(kind="tflite", reason="has the mark of TensorFlow Lite", detail="tensorflow")
    if head[4:8] == b"ORTM":
        return Format(kind="onnx", reason="has the mark of ONNX Runtime", detail="onnxruntime")
    return _safetensors(head)


def _safetensors(head: bytes) -> Format | None:
    """Tell safetensors: the length of a JSON object, then the object, in which tensors have types."""
    if head[8:9] != b"{" or not (b'"dtype"' in head or b'"__metadata__"' in head):
        return None
    (length,) = struct.unpack("<Q", head[:8])
    return Format(kind="safetensors", reason="begins as safetensors") if length < _MOST_JSON else None


def _written(head: bytes) -> Format | None:
    """Tell models that are written as text."""
    start = head[:256].lstrip()
    if start.startswith(b"tree\nversion=v"):
        return Format(kind="lightgbm", reason="begins as a model of LightGBM", detail="lightgbm")
    if re.match(rb'\{\s*"learner"\s*:\s*\{', start):
        return Format(kind="xgboost", reason="begins as a model of XGBoost", detail="xgboost")
    return Format(kind="pmml", reason="is PMML") if b"<PMML" in head[:1024] else None


def _gguf(head: bytes) -> Format | None:
    version = re.match(rb"GGUF(?:.\0\0\0|\0\0\0.)", head, re.DOTALL)  # small, in either order of its bytes
    return Format(kind="gguf", reason="begins as GGUF") if version else None


def _ubjson(head: bytes) -> Format | None:
    if not re.match(rb"\{[LliIU].{1,8}learner", head, re.DOTALL):
        return None
    return Format(kind="xgboost", reason="begins as a model of XGBoost", detail="xgboost")


_TESTS: dict[bytes, tuple[Callable[[bytes], Format | None], ...]] = {
    b"P": (zipped,),
    b"G": (_gguf,),
    b"x": (pickled.in_zlib,),
    b"\x1f": (pickled.in_gzip,),
    b"B": (pickled.in_bzip2,),
    b"\xfd": (pickled.in_xz,),
    b"]": (pickled.in_xz,),
    b"\x04": (pickled.in_lz4,),
    b"Z": (pickled.of_old_joblib,),
    b"\x08": (saved_model, onnx),
    b"\n": (graph,),
    b"{": (_ubjson,),
    b"C": (marked(b"CBM1", "catboost", "a model of CatBoost"),),
    b"b": (marked(b"binf", "xgboost", "a model of XGBoost"),),
    b"\xba": (marked(b"\xba\x16\x4f\x2f", "fasttext", "a model of fastText"),),
    b"f": (marked(b"ftrt", "tensorrt", "an engine of TensorRT"), marked(b"fmgg", "ggml", "GGML")),
    b"l": (marked(b"lmgg", "ggml", "GGML"),),
    b"t": (marked(b"tjgg", "ggml", "GGML"),),
    b"\x12": (marked(b"\x12\x01" + b"\0" * 14, "mxnet", "parameters of MXNet"),),
}
"""The tests by the first byte of what they tell."""

_OTHERS: dict[str, tuple[bytes, ...]] = {
    "image": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    "media": (b"RIFF", b"ID3", b"OggS"),
    "document": (b"%PDF",),
    "array": (b"\x93NUMPY",),
    "archive": (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!"),
    "table": (b"SQLite format 3", b"PAR1", b"ARROW1", b"Obj\x01"),
    "program": (b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe"),
    "font": (b"wOFF", b"wOF2"),
}
"""Formats that are no models, whatever the file is called."""
