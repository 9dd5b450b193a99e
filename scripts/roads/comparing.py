"""Says how far predictions for the same rows are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

CLOSE = 1e-5


def read(files: Path | str, key: str) -> pl.DataFrame:
    """Read predictions; a row that stands in many files is named KEY-NUMBER in all but the first."""
    table = pl.read_parquet(files, hive_partitioning=False)
    return table.with_columns(row=pl.col(key).cast(pl.String).str.split("-").list.first()).drop(key)


def difference(one: pl.DataFrame, other: pl.DataFrame) -> float:
    """Give the largest difference of two tables' predictions, relative above 1; infinite where labels differ.

    The first holds each row once, and every row that the second has.
    """
    names = [name for name in one.columns if name in other.columns and name != "row"]
    both = other.join(one, on="row", how="inner", suffix=" of one", validate="m:1")
    if not names or both.height != other.height or both.is_empty():
        return float("inf")
    return max(_difference(both[name], both[f"{name} of one"]) for name in names)


def _difference(values: pl.Series, others: pl.Series) -> float:
    if values.has_nulls() or others.has_nulls():
        return float("inf")
    if values.dtype == pl.String:
        return 0.0 if (values == others).all() else float("inf")
    apart = (values.cast(pl.Float64) - others).abs() / (1 + others.abs())
    return float(apart.max() or 0.0)  # type: ignore[arg-type] # of numbers
