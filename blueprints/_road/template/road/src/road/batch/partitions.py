"""Finds the partitions of the panel, and reads one so that its bytes are known.

Where `project.yaml` declares partitions, each folder NAME=VALUE of that name is one. Where it doesn't, each folder
NAME=VALUE is one, or, in a panel without such folders, each Parquet or CSV file. A panel may be one such file, too.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import polars as pl

from road.core.errors import UserError
from road.core.project import Partitions

PARQUET, CSV = ".parquet", ".csv"


class BadPartitionError(Exception):
    """The partition can't be scored at all; the message is the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A part of the panel: its name, its files and how many rows they hold."""

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
    """The bytes of a partition's files, the hash that stands for all of them, and what its name says."""

    files: dict[str, bytes]
    sha256: str
    named: dict[str, str] = field(default_factory=dict)
    """The value of a column, by its name."""


def find_partitions(
    panel: Path, declared: Partitions | None, *, since: date | None = None, until: date | None = None
) -> list[Partition]:
    """Give the partitions in order of their names; `UserError` when there are none."""
    if not panel.is_dir() and (declared or not panel.is_file()):
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
    name, _, value = partition.name.partition("=")
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    sha256 = hashlib.sha256("".join(lines).encode()).hexdigest()
    return Content(files=files, sha256=sha256, named={name: unquote(value)} if value else {})


def _undeclared(panel: Path) -> list[Partition]:
    if panel.is_file():
        return _of_files([panel])
    folders, files = _folders(panel, ""), _files(panel)
    if folders and files:
        raise UserError(f"{panel} has folders NAME=VALUE and files: which of them are to be scored?")
    if not folders and not files:
        raise UserError(f"{panel} has no partition (a folder NAME=VALUE, a Parquet or a CSV file) to score")
    return _of_files(files) or [_of_folder(folder) for folder in folders]


def _of_files(files: Iterable[Path]) -> list[Partition]:
    found: dict[str, Partition] = {}
    for file in files:
        if file.suffix not in (PARQUET, CSV):
            raise UserError(f"{file} is neither a Parquet nor a CSV file, by its name")
        if file.stem in found:
            raise UserError(f"{file} and {found[file.stem].files[0].name} would both be the partition {file.stem}")
        found[file.stem] = Partition(name=file.stem, files=(file,), rows=_row_count(file))
    return list(found.values())


def _folders(panel: Path, prefix: str) -> list[Path]:
    found = (path for path in panel.glob("*=*") if path.name.startswith(prefix) and path.is_dir())
    return sorted(path for path in found if not _is_passed_over(path))


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.iterdir() if path.suffix in (PARQUET, CSV))
    return sorted(path for path in found if not _is_passed_over(path))


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
    """How many rows a file has, one that can't be read is judged when its turn comes."""
    try:
        if path.suffix == CSV:
            content = path.read_bytes().rstrip()
            return content.count(b"\n")
        return int(pl.scan_parquet(path, hive_partitioning=False).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError):
        return 0
