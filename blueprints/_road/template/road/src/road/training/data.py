"""Reads the training data and proves which bytes it was: version by content hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.project import Column
from road.training.config import Training
from road.training.contract import validate
from road.training.hooks import Dataset, Source
from road.training.tables import as_declared, is_text, read_table


def load_dataset(repository: Training, *, as_of: datetime) -> Dataset:
    """Read the data and hold it to its contract; its rows come in the order of the keys."""
    project, location = repository.project, repository.settings.data
    if project.source:
        read: Source = load_hook("source", project.source, Source)
        dataset = read(location)
    else:
        dataset = read_file(location, project.columns)
    sha256 = dataset.sha256 or content_hash(dataset.frame)
    moment = as_of.astimezone(UTC).replace(tzinfo=None)
    return replace(dataset, frame=validate(dataset.frame, project, as_of=moment), sha256=sha256)


def read_file(location: str, columns: Mapping[str, Column] | None = None) -> Dataset:
    """Read a file or folder of Parquet or CSV; where a manifest.json beside it names it, it must be that very one.

    The texts of CSV become what the columns declare.
    """
    if "://" in location:
        raise UserError(f"{location} is no file: name a hook that reads it, as `source` in project.yaml")
    path = Path(location)
    frame, sha256 = read_table(path)
    if is_text(path):
        frame = as_declared(frame, columns or {})
    return Dataset(frame=frame, source=_source(path, sha256), sha256=sha256)


def content_hash(frame: pl.DataFrame) -> str:
    """Name the content of rows in their order: the sha256 of names, types and values as text."""
    types = ",".join(f"{name}:{dtype}" for name, dtype in frame.schema.items())
    return hashlib.sha256(f"{types}\n{frame.write_csv()}".encode()).hexdigest()


def _source(path: Path, sha256: str) -> str:
    """Where the file is from, as its manifest says."""
    manifest = path.parent / "manifest.json"
    try:
        entry = json.loads(manifest.read_text(encoding="utf-8"))
        name, expected, source = (str(entry[key]) for key in ("file", "sha256", "source"))
    except FileNotFoundError:
        return str(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{manifest} can't be read: {error!r}") from error
    if name != path.name:
        return str(path)
    if expected != sha256:
        raise UserError(f"{path} is not the file that {manifest} names: its sha256 is {sha256}")
    return source
