"""Reads the bytes of a partition into rows of the types that the contract declares.

Parquet has types of its own. CSV is read as text, and each column is cast to its declared type; a text that is no value
of it takes its row out, not the partition.
"""

import io
from collections.abc import Sequence

import polars as pl

from road.batch.partitions import CSV, BadPartitionError, Content
from road.core.contract import Contract, Sorted
from road.core.project import Column

NULLS = ["", "NA", "N/A", "NaN", "null", "None", "?"]
"""What stands for a missing value in CSV."""
_TIMES = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")


def read_rows(content: Content, columns: Sequence[str], contract: Contract) -> Sorted:
    """Give the rows of a partition, with the columns wanted where it has them; bad are those that can't be cast.

    A column that stands in the name of the folder alone (NAME=VALUE) is taken from there.
    """
    if not content.files:
        raise BadPartitionError("holds no Parquet or CSV file")
    frames = [_read(name, data, columns) for name, data in content.files.items()]
    try:
        rows = pl.concat(frames)
    except pl.exceptions.PolarsError as error:
        raise BadPartitionError(f"holds files with other columns than each other: {_first_line(error)}") from error
    if rows.is_empty():
        raise BadPartitionError("holds no rows")
    named = {name: text for name, text in content.named.items() if name in columns and name not in rows.columns}
    rows = rows.with_columns(pl.lit(text).alias(name) for name, text in named.items())
    texts = rows.columns if any(name.endswith(CSV) for name in content.files) else list(named)
    return _cast(rows, texts, contract)


def merged(read: Sorted, judged: Sorted) -> Sorted:
    """Put the rows that couldn't be cast, which are text, to those that the contract takes out."""
    if read.bad.is_empty():
        return judged
    bad = pl.concat([read.bad, judged.bad.cast(pl.String)])
    return Sorted(good=judged.good, bad=bad, reasons=judged.reasons | read.reasons)


def _read(name: str, data: bytes, columns: Sequence[str]) -> pl.DataFrame:
    kind = "CSV" if name.endswith(CSV) else "Parquet"
    try:
        if kind == "Parquet":
            there = set(pl.read_parquet_schema(io.BytesIO(data)))
            return pl.read_parquet(io.BytesIO(data), columns=[each for each in columns if each in there])
        there = set(pl.read_csv(data, n_rows=0).columns)
        wanted = [each for each in columns if each in there]
        if not wanted:
            return pl.DataFrame()
        return pl.read_csv(data, columns=wanted, infer_schema=False, null_values=NULLS).select(wanted)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadPartitionError(f"is no whole {kind} file: {_first_line(error)}") from error


def _cast(rows: pl.DataFrame, texts: Sequence[str], contract: Contract) -> Sorted:
    declared = {name: column for name, column in contract.columns.items() if name in rows.columns}
    cast = {
        name: _of_text(column, rows[name], whole=name in contract.keys)
        if name in texts
        else _of_parquet(column, rows[name])
        for name, column in declared.items()
    }
    wrong = {
        f"{name} is no {declared[name].type}": pl.lit(values.is_null() & rows[name].is_not_null())
        for name, values in cast.items()
        if values.null_count() > rows[name].null_count()
    }
    typed = rows.with_columns(values.alias(name) for name, values in cast.items())
    if not wrong:
        return Sorted(good=typed, bad=rows.clear(), reasons={})
    text = rows.cast(pl.String)
    found = Contract(keys=(), columns={}).sort(text, wrong)
    broken = pl.any_horizontal(wrong.values())
    return Sorted(good=typed.filter(~broken), bad=found.bad, reasons=found.reasons)


def _of_text(column: Column, values: pl.Series, *, whole: bool) -> pl.Series:
    if column.type == "number":
        stripped = values.str.strip_chars()
        if whole:  # a number that names a row stays as it was written, where it has no fraction
            numbers = stripped.cast(pl.Int64, strict=False)
            if numbers.null_count() == values.null_count():
                return numbers
        return stripped.cast(pl.Float64, strict=False)
    return _times(values.str.strip_chars()) if column.type == "datetime" else values


def _times(texts: pl.Series) -> pl.Series:
    """Local times in the forms of ISO 8601, or days."""
    text = pl.col(texts.name)
    forms = [text.str.to_datetime(form, time_unit="us", strict=False) for form in _TIMES]
    day = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    return texts.to_frame().select(pl.coalesce(*forms, day)).to_series()


def _of_parquet(column: Column, values: pl.Series) -> pl.Series:
    """A day is the time at which it begins; a category may be written as whole numbers, or as true and false."""
    if column.type == "datetime" and values.dtype == pl.Date:
        return values.cast(pl.Datetime("us"))
    if column.type == "category" and (values.dtype.is_integer() or values.dtype == pl.Boolean):
        return values.cast(pl.String)
    return values


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
