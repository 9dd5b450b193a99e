"""Reads the bytes of a partition into rows of the types that the contract declares.

Parquet has types of its own. CSV is text, and each column is cast to its declared type; a text that is no value of it
takes its row out, not the partition.
"""

import io
from collections.abc import Sequence

import polars as pl

from road.batch.partitions import CSV, BadPartitionError, Content
from road.core.contract import Contract, Sorted
from road.core.project import Column
from road.core.texts import TextError, as_declared, read_texts, without_gaps


def read_rows(content: Content, columns: Sequence[str], contract: Contract) -> Sorted:
    """Give the rows of a partition, with the columns wanted where it has them; bad are those that can't be cast.

    A column that stands in the name of the folder alone (NAME=VALUE) is taken from there.
    """
    rows = read_all(content, columns)
    named = {name: text for name, text in content.named.items() if name in columns and name not in rows.columns}
    rows = rows.with_columns(pl.lit(text).alias(name) for name, text in named.items())
    texts = rows.columns if any(name.endswith(CSV) for name in content.files) else list(named)
    return _cast(rows, texts, contract)


def read_all(content: Content, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Give the rows as they are written, with all columns or those wanted; of CSV as text."""
    if not content.files:
        raise BadPartitionError("holds no Parquet or CSV file")
    frames = [_read(name, data, columns) for name, data in content.files.items()]
    try:
        rows = pl.concat(frames)
    except pl.exceptions.PolarsError as error:
        raise BadPartitionError(f"holds files with other columns than each other: {_first_line(error)}") from error
    if rows.is_empty():
        raise BadPartitionError("holds no rows")
    return rows


def merged(read: Sorted, judged: Sorted) -> Sorted:
    """Put the rows that couldn't be cast, which are text, to those that the contract takes out."""
    if read.bad.is_empty():
        return judged
    bad = pl.concat([read.bad, judged.bad.cast(pl.String)])
    return Sorted(good=judged.good, bad=bad, reasons=judged.reasons | read.reasons)


def _read(name: str, data: bytes, columns: Sequence[str] | None) -> pl.DataFrame:
    try:
        if name.endswith(CSV):
            texts = read_texts(data)
            return texts if columns is None else texts.select(each for each in columns if each in texts.columns)
        there = pl.read_parquet_schema(io.BytesIO(data))
        wanted = there if columns is None else columns
        return pl.read_parquet(io.BytesIO(data), columns=[each for each in wanted if each in there])
    except TextError as error:
        raise BadPartitionError(f"is no whole CSV file: {error}") from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadPartitionError(f"is no whole Parquet file: {_first_line(error)}") from error


def _cast(rows: pl.DataFrame, texts: Sequence[str], contract: Contract) -> Sorted:
    declared = {name: column for name, column in contract.columns.items() if name in rows.columns}
    cast, wrong = {}, {}
    for name, column in declared.items():
        if name not in texts:
            cast[name] = _of_parquet(column, rows[name])
            continue
        cast[name] = as_declared(rows[name], column, whole=name in contract.keys)
        unread = cast[name].is_null() & without_gaps(rows[name], column).is_not_null()
        if unread.any():
            wrong[f"{name} is no {column.type}"] = pl.lit(unread)
    typed = rows.with_columns(values.alias(name) for name, values in cast.items())
    if not wrong:
        return Sorted(good=typed, bad=rows.clear(), reasons={})
    found = Contract(keys=(), columns={}).sort(rows.cast(pl.String), wrong)
    return Sorted(good=typed.filter(~pl.any_horizontal(wrong.values())), bad=found.bad, reasons=found.reasons)


def _of_parquet(column: Column, values: pl.Series) -> pl.Series:
    """Take what a column may be written as beside its own type.

    A day is the time at which it begins, a time with a zone is that of its clock, and a category may be whole numbers,
    or true and false.
    """
    if column.type == "datetime" and isinstance(values.dtype, pl.Date | pl.Datetime):
        return values.cast(pl.Datetime("us")) if values.dtype == pl.Date else values.dt.replace_time_zone(None)
    if column.type == "category" and (values.dtype.is_integer() or values.dtype == pl.Boolean):
        return values.cast(pl.String)
    return values


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
