"""Finds the daily partitions of the panel, and reads one so that its bytes are known."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from road.batch.contract import BadPartitionError
from road.core.errors import UserError

PREFIX = "day="


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A folder `day=2013-12-31` of the panel, its Parquet files and how many rows they hold."""

    name: str
    files: tuple[Path, ...]
    rows: int

    @property
    def day(self) -> date:
        """The day; `BadPartitionError` when the folder's name is none."""
        try:
            return date.fromisoformat(self.name.removeprefix(PREFIX))
        except ValueError as error:
            raise BadPartitionError(f"{self.name!r} names no day") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of a partition's files, and the hash that stands for all of them."""

    files: dict[str, bytes]
    sha256: str


def find_partitions(panel: Path, since: date | None, until: date | None) -> list[Partition]:
    """Give the partitions in order of their days; `UserError` when there are none."""
    if not panel.is_dir():
        raise UserError(f"{panel} is no folder: the panel isn't there")
    folders = sorted(path for path in panel.glob(f"{PREFIX}*") if path.is_dir())
    wanted = [folder for folder in folders if _between(folder.name, since, until)]
    if not wanted:
        raise UserError(f"{panel} has no partition ({PREFIX}YYYY-MM-DD) to score")
    return [_partition(folder) for folder in wanted]


def read_content(partition: Partition) -> Content:
    """Read a partition once: what is hashed here is what is scored."""
    try:
        files = {path.name: path.read_bytes() for path in partition.files}
    except OSError as error:
        raise BadPartitionError(f"can't be read: {error.strerror}") from error
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    return Content(files=files, sha256=hashlib.sha256("".join(lines).encode()).hexdigest())


def read_rows(content: Content, columns: Sequence[str]) -> pl.DataFrame:
    """Give the rows of a partition, with the columns wanted where it has them."""
    if not content.files:
        raise BadPartitionError("holds no Parquet file")
    try:
        frames = [_read(data, columns) for data in content.files.values()]
        rows = pl.concat(frames)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadPartitionError(f"is no whole Parquet file: {_first_line(error)}") from error
    if rows.is_empty():
        raise BadPartitionError("holds no rows")
    return rows


def _read(data: bytes, columns: Sequence[str]) -> pl.DataFrame:
    there = set(pl.read_parquet_schema(io.BytesIO(data)))
    wanted = [name for name in columns if name in there]
    return pl.read_parquet(io.BytesIO(data), columns=wanted)


def _between(name: str, since: date | None, until: date | None) -> bool:
    """Compare as texts: days in ISO form sort so, and what is no day is kept, to be reported."""
    day = name.removeprefix(PREFIX)
    return (since is None or day >= since.isoformat()) and (until is None or day <= until.isoformat())


def _partition(folder: Path) -> Partition:
    """Files that start with a dot or a low line are on their way, or notes of the writer."""
    found = sorted(folder.glob("*.parquet"))
    files = tuple(path for path in found if not path.name.startswith((".", "_")))
    return Partition(name=folder.name, files=files, rows=sum(map(_row_count, files)))


def _row_count(path: Path) -> int:
    """Rows as the footer says; a file that can't be read is judged when its turn comes."""
    try:
        return int(pl.scan_parquet(path, hive_partitioning=False).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError):
        return 0


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
