"""Reads what a team has, for `begin`: a Parquet or CSV file, or a folder of such files."""

import codecs
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from road.core.errors import UserError
from road.core.texts import TextError, read_texts
from road.training.begin_typing import from_texts, plain

_KINDS = (".parquet", ".pq", ".csv")
_NAMELESS = "a column without a name was left out: tools write row numbers so"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Rows with plain types, the files that they are from, and what was decided in reading them."""

    path: Path
    files: tuple[Path, ...]
    sha256: str
    """Names the files' content; of several files the hash of their hashes."""
    frame: pl.DataFrame
    remarks: tuple[str, ...]
    is_plain: bool
    """Whether it is one Parquet file that can be read as it is."""


def read_given(path: Path) -> Given:
    """Read a file or a folder; `UserError` says which file can't be read, or differs from the others."""
    files = _files(path)
    contents = [_bytes(file) for file in files]
    hashes = [hashlib.sha256(content).hexdigest() for content in contents]
    remarks: list[str] = []
    if files[0].suffix.lower() == ".csv":
        texts = _together(files, [_csv(file, content, remarks) for file, content in zip(files, contents, strict=True)])
        frame = from_texts(_named(texts, remarks), remarks)
        return _given(path, files, hashes, frame, remarks, is_plain=False)
    raw = _together(files, [_parquet(file, content) for file, content in zip(files, contents, strict=True)])
    frame = plain(_named(raw, remarks), remarks)
    return _given(path, files, hashes, frame, remarks, is_plain=len(files) == 1 and not remarks)


def _given(
    path: Path, files: list[Path], hashes: list[str], frame: pl.DataFrame, remarks: list[str], *, is_plain: bool
) -> Given:
    several = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    return Given(
        path=path,
        files=tuple(files),
        sha256=hashes[0] if len(hashes) == 1 else several,
        frame=frame,
        remarks=tuple(dict.fromkeys(remarks)),
        is_plain=is_plain,
    )


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        inside = (file for file in sorted(path.rglob("*")) if file.is_file() and not _hidden(file.relative_to(path)))
        found = [file for file in inside if file.suffix.lower() in _KINDS]
    else:
        found = [path]
    if not path.exists():
        raise UserError(f"{path} isn't there")
    if not found or any(file.suffix.lower() not in _KINDS for file in found):
        raise UserError(f"{path} holds neither Parquet nor CSV: the name of a file ends in .parquet or .csv")
    if len({file.suffix.lower() == ".csv" for file in found}) > 1:
        raise UserError(f"{path} holds Parquet and CSV: which of them is the data?")
    return found


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} can't be read: {error.strerror}") from error


def _parquet(file: Path, content: bytes) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(content))
    except pl.exceptions.PolarsError as error:
        raise UserError(f"{file} can't be read: {error}") from error


def _csv(file: Path, content: bytes, remarks: list[str]) -> pl.DataFrame:
    """Read all columns as text; what they are is told from all rows of all files together."""
    try:
        frame = read_texts(content)
    except TextError as error:
        raise UserError(f"{file} can't be read as CSV: {error}") from error
    header = content.partition(b"\n")[0]
    if header.count(b";") > header.count(b","):
        remarks.append(
            f"{file.name}: values are parted by semicolons; a comma in a number is read as its decimal point"
        )
    if header.lstrip(codecs.BOM_UTF8)[:1] in (b",", b";", b"\t", b"|"):
        remarks.append(_NAMELESS)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        remarks.append(f"{file.name} is not UTF-8: read as Windows-1252")
    return frame


def _together(files: list[Path], frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    first, *others = frames
    for file, frame in zip(files[1:], others, strict=True):
        apart = sorted({*first.columns} ^ {*frame.columns})
        if apart:
            raise UserError(f"{file} and {files[0]} have other columns: {', '.join(apart)} is in one of them alone")
    try:
        return pl.concat([first, *(frame.select(first.columns) for frame in others)], how="vertical_relaxed")
    except pl.exceptions.PolarsError as error:
        raise UserError(f"the files of {files[0].parent} have other types: {error}") from error


def _named(frame: pl.DataFrame, remarks: list[str]) -> pl.DataFrame:
    """Leave out columns without a name, such as the row numbers that pandas writes."""
    nameless = [name for name in frame.columns if not name.strip() or name == "__index_level_0__"]
    if nameless:
        remarks.append(_NAMELESS)
    return frame.drop(nameless)
