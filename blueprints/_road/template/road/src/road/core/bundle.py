"""Writes and reads model bundles: a folder with a model, its facts, its card and checksums.

Reading runs no code from the bundle and trusts nothing: the bytes that were checked are the
bytes that are loaded.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import ValidationError

from road.core.card import render_card
from road.core.errors import UserError
from road.core.manifest import FORMAT_VERSION, Column, Manifest

if TYPE_CHECKING:
    import onnxruntime as ort

MODEL, FACTS, CARD, SUMS = "model.onnx", "bundle.json", "MODEL_CARD.md", "SHA256SUMS"
_SUMMED = (CARD, FACTS, MODEL)


class BundleError(UserError):
    """The bundle can't be trusted or read."""


class InputError(UserError):
    """The rows aren't what the model was trained for."""


def write_bundle(folder: Path, manifest: Manifest, model: bytes) -> str:
    """Write a bundle aside, move it into place and give its digest; the folder must be new."""
    files = {
        MODEL: model,
        FACTS: (manifest.model_dump_json(indent=2) + "\n").encode(),
        CARD: render_card(manifest).encode(),
    }
    sums = "".join(f"{_sha256(files[name])}  {name}\n" for name in _SUMMED).encode()
    if folder.exists():
        raise BundleError(f"{folder} exists already: bundles are never changed")
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".bundle-", dir=folder.parent))
    try:
        for name, content in {**files, SUMS: sums}.items():
            (aside / name).write_bytes(content)
        aside.chmod(0o755)
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return _sha256(sums)


class Bundle:
    """A verified bundle, ready to predict."""

    def __init__(self, manifest: Manifest, digest: str, session: "ort.InferenceSession") -> None:
        """Use `Bundle.load`."""
        self.manifest = manifest
        self.digest = digest
        self.names = tuple(column.name for column in manifest.inputs)
        self._session = session

    @classmethod
    def load(cls, folder: Path, *, expect: str | None = None, threads: int = 1) -> Self:
        """Verify and load a bundle; `BundleError` when anything is not as it was written.

        Checksums in the folder find damage; only `expect`, the digest from a registry or a
        deployment, finds a bundle that somebody rewrote as a whole.
        """
        files, digest = _verified_files(folder)
        if expect is not None and digest != expect:
            raise BundleError(f"{folder} has digest {digest}, expected {expect}")
        manifest = _manifest(files[FACTS], folder)
        return cls(manifest, digest, _session(files[MODEL], manifest, folder, threads))

    def predict(self, columns: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
        """Predict for rows given as columns; `InputError` when they aren't as declared."""
        return self.run(self.encode(columns))

    def encode(self, columns: Mapping[str, ArrayLike]) -> NDArray[np.float32]:
        """Check columns against the declared inputs and turn them into the model's matrix."""
        return encode(self.manifest.inputs, columns)

    def run(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Predict for a matrix that `encode` made; the fast path."""
        graph = self.manifest.graph
        (result,) = self._session.run([graph.output], {graph.input: matrix})
        return np.asarray(result, dtype=np.float64).reshape(-1)


def encode(inputs: Sequence[Column], columns: Mapping[str, ArrayLike]) -> NDArray[np.float32]:
    """Turn columns into a matrix with a row each; training and `Bundle.encode` do it alike.

    `InputError` says which column isn't as the inputs declare it, and in which rows.
    """
    names = [column.name for column in inputs]
    _check_names(names, columns)
    encoded = [_encode(column, columns[column.name]) for column in inputs]
    lengths = {name: len(values) for name, values in zip(names, encoded, strict=True)}
    if len(set(lengths.values())) > 1:
        raise InputError(f"columns differ in length: {lengths}")
    return np.column_stack(encoded)


def _verified_files(folder: Path) -> tuple[dict[str, bytes], str]:
    try:
        present = sorted(path.name for path in folder.iterdir())
        files = {name: (folder / name).read_bytes() for name in (*_SUMMED, SUMS)}
    except OSError as error:
        raise BundleError(f"{folder} is not a whole bundle: {error}") from error
    if present != sorted(files):
        raise BundleError(f"{folder} holds other files than a bundle: {', '.join(present)}")
    expected = "".join(f"{_sha256(files[name])}  {name}\n" for name in _SUMMED)
    if files[SUMS].decode("utf-8", "replace") != expected:
        wrong = [n for n in _SUMMED if f"{_sha256(files[n])}  {n}\n".encode() not in files[SUMS]]
        raise BundleError(f"{folder} was changed after it was written: {', '.join(wrong) or SUMS}")
    return files, _sha256(files[SUMS])


def _manifest(content: bytes, folder: Path) -> Manifest:
    try:
        fields: Any = json.loads(content)
        version = fields.get("format_version") if isinstance(fields, dict) else None
        if isinstance(version, int) and version > FORMAT_VERSION:
            raise BundleError(
                f"{folder} has bundle format {version}, this code reads up to {FORMAT_VERSION}: "
                "update this repository from its blueprint"
            )
        return Manifest.model_validate_json(content)
    except (ValueError, ValidationError) as error:
        raise BundleError(f"{folder}/{FACTS} is not valid: {error}") from error


def _session(model: bytes, manifest: Manifest, folder: Path, threads: int) -> "ort.InferenceSession":
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when it is imported; sends otherwise
    import onnxruntime as ort  # takes longer than all else here

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    try:
        session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no base class
        raise BundleError(f"{folder}/{MODEL} can't be loaded: {error}") from error
    inputs = [(i.name, i.type, i.shape[1:]) for i in session.get_inputs()]
    outputs = [o.name for o in session.get_outputs()]
    declared = [(manifest.graph.input, "tensor(float)", [len(manifest.inputs)])]
    if inputs != declared or outputs != [manifest.graph.output]:
        raise BundleError(f"{folder}/{MODEL} takes {inputs}, but {FACTS} declares {declared}")
    return session


def _check_names(expected: Sequence[str], columns: Mapping[str, ArrayLike]) -> None:
    missing = [name for name in expected if name not in columns]
    unknown = [name for name in columns if name not in expected]
    if missing or unknown:
        raise InputError(f"inputs differ from what the model expects: missing {missing}, unknown {unknown}")


def _encode(column: Column, values: ArrayLike) -> NDArray[np.float32]:
    if column.kind == "category":
        return _encode_category(column, np.asarray(values, dtype=object))
    array = _array(column, values)
    if array.dtype.kind not in "iuf" and not _numbers_or_none(array):
        raise InputError(f"{column.name} must be numbers, not {array.dtype}")
    if array.ndim != 1:
        raise InputError(f"{column.name} must be one column, not of shape {array.shape}")
    try:
        with np.errstate(over="ignore"):  # what is too large is infinite, and named below
            numbers = array.astype(np.float32)
    except OverflowError as error:
        raise InputError(f"{column.name} is out of range: {error}") from error
    if np.isinf(numbers).any():
        raise InputError(f"{column.name} is infinite in rows {_some(np.isinf(numbers))}")
    if not column.nullable and np.isnan(numbers).any():
        raise InputError(f"{column.name} is missing in rows {_some(np.isnan(numbers))}")
    return numbers


def _array(column: Column, values: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError as error:
        raise InputError(f"{column.name} must be one column: {error}") from error


def _encode_category(column: Column, values: NDArray[np.object_]) -> NDArray[np.float32]:
    if values.ndim != 1:
        raise InputError(f"{column.name} must be one column, not of shape {values.shape}")
    codes = {value: float(code) for code, value in enumerate(column.values)}
    try:
        encoded = np.array([codes.get(value, -1.0) for value in values], dtype=np.float32)
    except TypeError as error:  # a value that no dictionary could hold, such as a list
        raise InputError(f"{column.name} must be texts: {error}") from error
    if (encoded < 0).any():
        raise InputError(
            f"{column.name} is none of {column.values} in rows {_some(encoded < 0)}: "
            f"{sorted({str(v) for v in values[encoded < 0]})[:5]}"
        )
    return encoded


def _numbers_or_none(array: NDArray[Any]) -> bool:
    return array.dtype == object and all(
        value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in array.ravel()
    )


def _some(mask: NDArray[np.bool_]) -> str:
    rows = np.flatnonzero(mask)
    return ", ".join(map(str, rows[:5])) + (" ..." if rows.size > 5 else "")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
