"""Finds the partitions of the panel, and reads one so that its bytes are known.

Where `project.yaml` declares partitions, each folder NAME=VALUE of that name is one. Where it doesn't, each folder
NAME=VALUE is one, or, in a panel without such folders, each Parquet file.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from road.core.errors import UserError
from road.core.project import Partitions


class BadPartitionError(Exception):
    """The partition can't be scored at all; the message is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A part of the panel: its name, its Parquet files and how many rows they hold."""

    name: str
    files: tuple[Path, ...]
    rows: int

    @property
    def day(self) -> date:
        """The day in the name; `BadPartitionError` when there is none."""
        try:
            return date.fromisoformat(self.name.partition("=")[2])
        except ValueError as error:
            raise BadPartitionError(f"{self.name!r} names no day") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of a partition's files, and the hash that stands for all of them."""

    files: dict[str, bytes]
    sha256: str


def find_partitions(
    panel: Path, declared: Partitions | None, *, since: date | None = None, until: date | None = None
) -> list[Partition]:
    """Give the partitions in order of their names; `UserError` when there are none."""
    if not panel.is_dir():
        raise UserError(f"{panel} is no folder: the panel isn't there")
    if declared is None:
        if since or until:
            raise UserError("project.yaml has no partitions: no days to choose from by --since and --until")
        return _undeclared(panel)
    prefix = f"{declared.name}="
    folders = [folder for folder in _folders(panel, prefix) if _between(folder.name, prefix, since, until)]
    if not folders:
        raise UserError(f"{panel} has no partition ({prefix}YYYY-MM-DD) to score")
    return [_of_folder(folder) for folder in folders]


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
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadPartitionError(f"is no whole Parquet file: {_first_line(error)}") from error
    try:
        rows = pl.concat(frames)
    except pl.exceptions.PolarsError as error:
        raise BadPartitionError(f"holds files with other columns than each other: {_first_line(error)}") from error
    if rows.is_empty():
        raise BadPartitionError("holds no rows")
    return rows


def _read(data: bytes, columns: Sequence[str]) -> pl.DataFrame:
    there = set(pl.read_parquet_schema(io.BytesIO(data)))
    wanted = [name for name in columns if name in there]
    return pl.read_parquet(io.BytesIO(data), columns=wanted)


def _undeclared(panel: Path) -> list[Partition]:
    folders, files = _folders(panel, ""), _files(panel)
    if folders and files:
        raise UserError(f"{panel} has folders NAME=VALUE and Parquet files: which of them are to be scored?")
    if not folders and not files:
        raise UserError(f"{panel} has no partition (a folder NAME=VALUE, or a Parquet file) to score")
    alone = [Partition(name=file.stem, files=(file,), rows=_row_count(file)) for file in files]
    return alone or [_of_folder(folder) for folder in folders]


def _folders(panel: Path, prefix: str) -> list[Path]:
    found = (path for path in panel.glob("*=*") if path.name.startswith(prefix) and path.is_dir())
    return sorted(path for path in found if not _is_passed_over(path))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.parquet") if not _is_passed_over(path))


def _is_passed_over(path: Path) -> bool:
    """Names that start with a dot or a low line are on their way, or notes of the writer."""
    return path.name.startswith((".", "_"))


def _of_folder(folder: Path) -> Partition:
    files = tuple(_files(folder))
    return Partition(name=folder.name, files=files, rows=sum(map(_row_count, files)))


def _between(name: str, prefix: str, since: date | None, until: date | None) -> bool:
    """Compare as texts: days in ISO form sort so, and what is no day is kept, to be reported."""
    day = name.removeprefix(prefix)
    return (since is None or day >= since.isoformat()) and (until is None or day <= until.isoformat())


def _row_count(path: Path) -> int:
    """Rows as the footer says; a file that can't be read is judged when its turn comes."""
    try:
        return int(pl.scan_parquet(path, hive_partitioning=False).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError):
        return 0


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
