"""Reads the training data and proves which bytes it was: version by content hash."""

import hashlib
import io
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from road.core.errors import UserError
from road.training.contract import validate


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A validated panel, and what identifies it."""

    panel: pl.DataFrame
    source: str
    sha256: str


def load_dataset(path: Path, *, as_of: datetime) -> Dataset:
    """Read a Parquet file, check it against its manifest and against the contract."""
    try:
        content = path.read_bytes()
        panel = pl.read_parquet(io.BytesIO(content))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UserError(f"{path} can't be read: {error}") from error
    sha256 = hashlib.sha256(content).hexdigest()
    source = _check_manifest(path, sha256)
    return Dataset(panel=validate(panel, as_of=as_of), source=source, sha256=sha256)


def _check_manifest(path: Path, sha256: str) -> str:
    manifest = path.parent / "manifest.json"
    if not manifest.exists():
        return str(path)
    entry = json.loads(manifest.read_text(encoding="utf-8"))
    if entry["file"] != path.name:
        return str(path)
    if entry["sha256"] != sha256:
        raise UserError(f"{path} is not the file that {manifest} names: its sha256 is {sha256}")
    return str(entry["source"])
