"""Scores one partition: read, check, predict, keep; the unit of work of every engine."""

import hashlib
import io
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from road.batch.encoding import as_columns, encode
from road.batch.ledger import PREDICTIONS, REASON, ROWS, Ledger, Record
from road.batch.partitions import BadPartitionError, Content, Partition, read_content
from road.batch.rules import CHUNK, Rules
from road.core.bundle import Bundle
from road.core.contract import Sorted
from road.core.predictions import Predictions
from road.core.reference import count_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a partition: its record, whether it was there already, and the time it took."""

    record: Record
    reused: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """Scores partitions into one output folder with one model."""

    bundle: Bundle
    rules: Rules
    output: Path

    def __call__(self, partition: Partition) -> Outcome:
        """Score a partition, unless its output is there already."""
        started = time.perf_counter()
        record, reused = self._score(partition)
        return Outcome(record=record, reused=reused, seconds=time.perf_counter() - started)

    def _score(self, partition: Partition) -> tuple[Record, bool]:
        ledger = Ledger(self.output)
        try:
            content = read_content(partition)
        except BadPartitionError as error:
            return self._keep_bad(ledger, partition, Content(files={}, sha256=""), error), False
        found = ledger.find(partition.name, content.sha256, self.bundle.digest, self.rules.configuration)
        if found is not None:
            return found, True
        try:
            return self._keep_good(ledger, partition, content), False
        except BadPartitionError as error:
            return self._keep_bad(ledger, partition, content, error), False

    def _keep_good(self, ledger: Ledger, partition: Partition, content: Content) -> Record:
        manifest = self.bundle.manifest
        rows = self.rules.sort(partition, self.rules.read(content))
        matrix = encode(rows.good, manifest.inputs, manifest.transforms)
        predicted = self._predict(matrix)
        outputs = self._outputs(partition.name, rows, predicted)
        record = Record(
            partition=partition.name,
            input_sha256=content.sha256,
            bundle=self.bundle.digest,
            configuration=self.rules.configuration,
            rows=rows.good.height + rows.bad.height,
            scored=rows.good.height,
            reasons=rows.reasons,
            outputs=_hashes(outputs),
            features=count_all(manifest.features, self.bundle.columns, matrix),
            predictions=manifest.predictions.counts(predicted.values),
        )
        ledger.keep(record, outputs)
        return record

    def _keep_bad(self, ledger: Ledger, partition: Partition, content: Content, why: BadPartitionError) -> Record:
        """Keep what was read beside the reason: upstream may have replaced it by tomorrow."""
        folder = f"quarantine/{partition.name}"
        outputs = {f"{folder}/{name}": data for name, data in content.files.items()}
        outputs[f"{folder}/{REASON}"] = f"{why}\n".encode()
        record = Record(
            partition=partition.name,
            input_sha256=content.sha256,
            bundle=self.bundle.digest,
            configuration=self.rules.configuration,
            failure=str(why),
            rows=partition.rows,
            scored=0,
            reasons={},
            outputs=_hashes(outputs),
            features={},
            predictions=[],
        )
        ledger.keep(record, outputs)
        return record

    def _outputs(self, name: str, rows: Sorted, predicted: Predictions) -> dict[str, bytes]:
        made = self.rules.output(rows.good, as_columns(self.bundle.manifest.output, predicted))
        outputs = {f"predictions/{name}/{PREDICTIONS}": _parquet(made)}
        if not rows.bad.is_empty():
            outputs[f"quarantine/{name}/{ROWS}"] = _parquet(rows.bad)
        return outputs

    def _predict(self, matrix: NDArray[np.float32]) -> Predictions:
        """Predict in chunks of a fixed size, so that memory stays small whatever a day holds."""
        parts = [self.bundle.run(matrix[at : at + CHUNK]) for at in range(0, len(matrix), CHUNK)]
        none = np.empty((0, self.bundle.manifest.output.width), np.float32)
        return self.bundle.decide(np.concatenate(parts) if parts else none)


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _hashes(outputs: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(data).hexdigest() for name, data in outputs.items()}
