"""Reads tables: a Parquet or CSV file, or a folder of such files.

CSV says nothing of types. So it is read as text, and each column becomes what `project.yaml` declares: what is learnt
from is then what is declared, never what a reader guessed from the first rows.
"""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from road.core.contract import ContractError
from road.core.errors import UserError
from road.core.project import Column

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "None", "?")
"""Texts of CSV that mean no value."""
_PARQUET, _CSV = (".parquet", ".pq"), (".csv",)
_SEPARATORS = (",", ";", "\t")
_TIMES = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
_SHOWN = 3


def read_table(path: Path) -> tuple[pl.DataFrame, str]:
    """Read a table, and give the sha256 of its bytes too; of CSV every column is text.

    A folder's files are one table, in the order of their names; the sha256 is that of their names and own sums.
    """
    try:
        if not path.is_dir():
            content = path.read_bytes()
            return _parsed(path, content), hashlib.sha256(content).hexdigest()
        files = _files(path)
        contents = {file: file.read_bytes() for file in files}
        frames = [_parsed(file, content) for file, content in contents.items()]
        sums = [f"{hashlib.sha256(each).hexdigest()}  {file.relative_to(path)}\n" for file, each in contents.items()]
        return pl.concat(frames, how="vertical_relaxed"), hashlib.sha256("".join(sums).encode()).hexdigest()
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        raise UserError(f"{path} can't be read: {error}") from error


def is_text(path: Path) -> bool:
    """Whether a table says nothing of its types: CSV."""
    return (_files(path)[0] if path.is_dir() else path).suffix.lower() in _CSV


def as_declared(frame: pl.DataFrame, columns: Mapping[str, Column]) -> pl.DataFrame:
    """Turn columns of text into numbers and times where these are declared; `ContractError` names what is neither."""
    found, problems = frame, []
    for name, column in columns.items():
        if name not in frame.columns or column.type not in ("number", "datetime"):
            continue
        values = frame[name]
        made = _numbers(values) if column.type == "number" else _times(values)
        wrong = (values.is_not_null() & made.is_null()).arg_true().to_list()
        if wrong:
            shown = "; ".join(f"row {at}: {values[at]!r}" for at in wrong[:_SHOWN])
            example = "a number" if column.type == "number" else "a time such as 2026-01-31 or 2026-01-31T08:00"
            more = " ..." if len(wrong) > _SHOWN else ""
            count = f"{len(wrong):,} row{'s' if len(wrong) > 1 else ''}"
            problems.append(f"{name} is not {example} in {count}: {shown}{more}")
        found = found.with_columns(made.alias(name))
    if problems:
        raise ContractError("the data isn't as project.yaml declares it:\n  " + "\n  ".join(problems))
    return found


def _files(folder: Path) -> list[Path]:
    """The files of a folder's table, all of one kind."""
    hidden = (".", "_")
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in (*_PARQUET, *_CSV)
        and not any(part.startswith(hidden) for part in path.relative_to(folder).parts)
    )
    if not found:
        raise UserError(f"{folder} can't be read: no file in it ends with .parquet or .csv")
    if len({path.suffix.lower() in _CSV for path in found}) > 1:
        raise UserError(f"{folder} can't be read: it has both Parquet and CSV")
    return found


def _parsed(path: Path, content: bytes) -> pl.DataFrame:
    suffix = path.suffix.lower()
    if suffix in _PARQUET:
        return pl.read_parquet(io.BytesIO(content))
    if suffix not in _CSV:
        raise UserError(f"{path} can't be read: its name ends neither with .parquet nor with .csv")
    frame = pl.read_csv(io.BytesIO(content), infer_schema=False, separator=_separator(content))
    frame = frame.rename({name: name.strip() for name in frame.columns})
    texts = pl.all().str.strip_chars()
    return frame.with_columns(texts).with_columns(pl.when(~pl.all().is_in(MISSING)).then(pl.all()).name.keep())


def _separator(content: bytes) -> str:
    """What stands most often in the first line: a comma, a semicolon or a tab."""
    first = content.partition(b"\n")[0].decode("utf-8")
    return max(_SEPARATORS, key=first.count)


def _numbers(texts: pl.Series) -> pl.Series:
    return texts.cast(pl.Float64, strict=False)


def _times(texts: pl.Series) -> pl.Series:
    dates = texts.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    found = [texts.str.to_datetime(each, strict=False, time_unit="us") for each in _TIMES]
    return pl.select(pl.coalesce(dates, *found)).to_series()
