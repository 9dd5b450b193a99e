"""The manifest of the output: a record for each partition, written when its output is in place.

A record says from which input, model and configuration a partition's output was made. A run
passes over what has a record and is unchanged; all else it does, or does again.
"""

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from road.core.files import remove, write_file

PREDICTIONS = "predictions.parquet"
ROWS = "rows.parquet"
REASON = "reason.txt"


class Record(BaseModel):
    """What was made of one partition; without clock times, so that equal runs agree."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partition: str
    input_sha256: str
    bundle: str
    configuration: str
    failure: str | None = None
    rows: int
    scored: int
    reasons: dict[str, int]
    outputs: dict[str, str]
    features: dict[str, list[int]]
    predictions: list[int]

    @property
    def quarantined(self) -> int:
        """Rows taken out."""
        return self.rows - self.scored


class Ledger:
    """Records and outputs under one folder."""

    def __init__(self, root: Path) -> None:
        """Use the folder; nothing is made until something is kept."""
        self._root = root

    def find(self, partition: str, input_sha256: str, bundle: str, configuration: str) -> Record | None:
        """The record that makes scoring needless: same key, and its output still as written."""
        try:
            record = Record.model_validate_json(self._place(partition).read_bytes())
        except (OSError, ValidationError):
            return None
        key = (record.input_sha256, record.bundle, record.configuration)
        whole = key == (input_sha256, bundle, configuration) and self._is_whole(record)
        return record if whole else None

    def keep(self, record: Record, outputs: dict[str, bytes]) -> None:
        """Put outputs in place, and then the record that makes them count."""
        for folder in (f"predictions/{record.partition}", f"quarantine/{record.partition}"):
            for stale in self._files(folder) - set(outputs):
                remove(self._root / stale)
        for name, content in outputs.items():
            write_file(self._root, self._root / name, content)
        written = (record.model_dump_json(indent=1) + "\n").encode()
        write_file(self._root, self._place(record.partition), written)

    def _files(self, folder: str) -> set[str]:
        found = (self._root / folder).glob("*")
        return {path.relative_to(self._root).as_posix() for path in found}

    def _is_whole(self, record: Record) -> bool:
        return all(_sha256_of(self._root / name) == sha for name, sha in record.outputs.items())

    def _place(self, partition: str) -> Path:
        return self._root / "ledger" / f"{partition}.json"


def _sha256_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
