"""Writes and reads model bundles: a folder with a model, its facts, its card and checksums.

Reading runs no code from the bundle and trusts nothing: the bytes that were checked are the
bytes that are loaded.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import ValidationError

from road.core.card import render_card
from road.core.encoding import InputError, encode, matrix_columns
from road.core.errors import UserError
from road.core.manifest import FORMAT_VERSION, Manifest
from road.core.predictions import Predictions, decide

if TYPE_CHECKING:
    import onnxruntime as ort

MODEL, FACTS, CARD, SUMS = "model.onnx", "bundle.json", "MODEL_CARD.md", "SHA256SUMS"
_SUMMED = (CARD, FACTS, MODEL)
_CLOSE = 1e-3  # how far a graph may be from the fitted model: faithful exports are within 1e-4


class BundleError(UserError):
    """The bundle can't be trusted or read."""


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
        """What a caller gives."""
        self.columns = tuple(manifest.graph.columns)
        """What the model sees: the columns of the matrix."""
        self._session = session

    @classmethod
    def load(cls, folder: Path, *, expect: str | None = None, threads: int = 1) -> Self:
        """Verify and load a bundle; `BundleError` when anything is not as it was written.

        Checksums in the folder find damage; only `expect`, the digest from a registry or a
        deployment, finds a bundle that somebody rewrote as a whole. The graph is run on the
        examples, so that what it takes and gives is known to be what the manifest says.
        """
        files, digest = _verified_files(folder)
        if expect is not None and digest != expect:
            raise BundleError(f"{folder} has digest {digest}, expected {expect}")
        manifest = _manifest(files[FACTS], folder)
        bundle = cls(manifest, digest, _session(files[MODEL], manifest, folder, threads))
        prove(bundle, str(folder))
        return bundle

    def predict(self, columns: Mapping[str, ArrayLike]) -> Predictions:
        """Predict for rows given as columns; `InputError` when they aren't as declared."""
        return self.decide(self.run(self.encode(columns)))

    def encode(self, columns: Mapping[str, ArrayLike]) -> NDArray[np.float32]:
        """Check columns against the declared inputs and turn them into the model's matrix."""
        return encode(self.manifest.inputs, columns, self.manifest.transforms)

    def run(self, matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the graph's answer to a matrix that `encode` made: rows x 1, or rows x labels; the fast path."""
        graph = self.manifest.graph
        (result,) = self._session.run([graph.output], {graph.input: matrix})
        answer: NDArray[np.float32] = result
        return answer

    def decide(self, answer: NDArray[np.float32]) -> Predictions:
        """Turn the graph's answer into predictions."""
        return decide(self.manifest.output, answer)


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
        manifest = Manifest.model_validate_json(content)
    except (ValueError, ValidationError) as error:
        raise BundleError(f"{folder}/{FACTS} is not valid: {error}") from error
    columns = matrix_columns(manifest.inputs, manifest.transforms)
    if manifest.graph.columns != columns:
        raise BundleError(
            f"{folder}/{FACTS} is not valid: graph.columns aren't what inputs and transforms make: {columns}"
        )
    return manifest


def prove(bundle: Bundle, place: str) -> None:
    """Run the graph on one row, on two, and on the examples; `BundleError` where it isn't as declared."""
    manifest = bundle.manifest
    for rows in (1, 2):
        answer = _run(bundle, np.zeros((rows, len(bundle.columns)), dtype=np.float32), place)
        if answer.shape != (rows, manifest.output.width):
            raise BundleError(
                f"{place}/{MODEL} gives shape {answer.shape} for {rows} rows, "
                f"but {FACTS} declares {(rows, manifest.output.width)}"
            )
    examples = manifest.examples
    if not examples.rows:
        return
    try:
        columns: dict[str, Any] = {name: [row.get(name) for row in examples.rows] for name in bundle.names}
        matrix = bundle.encode(columns)
    except InputError as error:
        raise BundleError(f"{place}/{FACTS}: examples: {error}") from error
    answer, expected = _run(bundle, matrix, place).astype(np.float64), np.asarray(examples.expected)
    if expected.shape != answer.shape:
        raise BundleError(f"{place}/{FACTS}: examples have {expected.shape} numbers, the model gives {answer.shape}")
    apart = np.abs(answer - expected) / (1 + np.abs(expected))
    if not np.all(apart <= _CLOSE):
        row = int(np.argmax(np.max(np.nan_to_num(apart, nan=np.inf), axis=1)))
        raise BundleError(
            f"{place}/{MODEL} says {answer[row].tolist()} of example {row}, the model as it was fitted said "
            f"{expected[row].tolist()}: the graph, a transform or the runtime is another one"
        )


def _run(bundle: Bundle, matrix: NDArray[np.float32], place: str) -> NDArray[np.float32]:
    try:
        return np.asarray(bundle.run(matrix), dtype=np.float32)
    except Exception as error:  # onnxruntime's errors share no base class
        raise BundleError(f"{place}/{MODEL} can't be run: {error}") from error


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
    outputs = [(o.name, o.type) for o in session.get_outputs()]
    graph = manifest.graph
    declared = [(graph.input, "tensor(float)", [len(graph.columns)])]
    if inputs != declared:
        raise BundleError(f"{folder}/{MODEL} takes {inputs}, but {FACTS} declares {declared}")
    if outputs != [(graph.output, "tensor(float)")]:
        raise BundleError(f"{folder}/{MODEL} gives {outputs}, but {FACTS} declares {graph.output} of tensor(float)")
    return session


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
