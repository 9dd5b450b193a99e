"""Describes a column by its rows, for `begin`: a number with its range, a category with its values, a time, or nothing.

Ranges are wider than what was seen, so that the next rows fit, and stay on the side of zero that all rows are on.
"""

import math
import re
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from road.training.begin_typing import as_labels, is_time

_MOST_VALUES = 50
_MOST_SERIES = 200
_LONGEST = 100  # characters of a value
_REPEATS = 5  # times that a value of a category comes, on average, at least
_LARGEST = 1e37  # beyond this, float32 has no number
_NAMED_LIKE_A_NAME = re.compile(r"(?i)(^|[_\s-])(id|key|nr|no|number|index|idx|uuid)$|[a-z]Id$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a column holds; `reason` says why one is ignored."""

    kind: Literal["number", "category", "datetime", "ignore"]
    range: tuple[float, float] | None = None
    values: tuple[str, ...] = ()
    nullable: bool = False
    reason: str = ""

    def declared(self) -> dict[str, Any] | str:
        """The same as `project.yaml` declares it."""
        if self.kind == "ignore":
            return "ignore"
        found: dict[str, Any] = {"type": self.kind}
        if self.range is not None:
            found["range"] = list(self.range)
        if self.values:
            found["values"] = list(self.values)
        return found | ({"nullable": True} if self.nullable else {})


def describe(values: pl.Series, *, is_key: bool, is_target: bool = False) -> Seen:
    """Tell what a column of plain types holds."""
    gaps = values.null_count()
    if is_key:
        return _key(values)
    if gaps == values.len():
        return _ignored("it is empty")
    if values.drop_nulls().n_unique() == 1 and not gaps:
        return _ignored("it is the same in all rows")
    if is_time(values.dtype):
        return Seen(kind="datetime", nullable=gaps > 0)
    if values.dtype.is_numeric():
        return _number(values, is_target=is_target)
    if values.dtype == pl.String:
        return _texts(values)
    return _ignored(f"nothing is made of {values.dtype} yet")


def category(values: pl.Series) -> Seen:
    """A category with all its values: numbers in their order, else by the alphabet."""
    found = as_labels(values).drop_nulls().unique().to_list()
    whole = all(re.fullmatch(r"-?\d{1,18}", value) for value in found)
    ordered = sorted(found, key=lambda value: int(value)) if whole else sorted(found)
    return Seen(kind="category", values=tuple(ordered), nullable=values.null_count() > 0)


def widened(low: float, high: float) -> tuple[float, float]:
    """Give a range with half of its width more on both sides, in round numbers.

    No side passes zero; shares and percentages keep their natural end.
    """
    width = (high - low) or max(abs(high), 1.0)
    unit = 10.0 ** (math.floor(math.log10(width)) - 1)
    below, above = math.floor((low - width / 2) / unit) * unit, math.ceil((high + width / 2) / unit) * unit
    if low >= 0:
        below = max(below, 0.0)
        above = high if high in (1, 100) else above
    if high <= 0:
        above = min(above, 0.0)
    return _round(below), _round(above)


def _key(values: pl.Series) -> Seen:
    """What names a row is a name, also where it is a number: it has no range."""
    if is_time(values.dtype):
        return Seen(kind="datetime")
    if values.dtype.is_numeric():
        return Seen(kind="number")
    if values.dtype == pl.String and values.n_unique() <= min(_MOST_SERIES, values.len() // _REPEATS):
        return category(values)
    return _ignored("it names rows, and says nothing of them")


def _number(values: pl.Series, *, is_target: bool) -> Seen:
    known = values.drop_nulls()
    low, high = float(known.min()), float(known.max())  # type: ignore[arg-type]
    if max(abs(low), abs(high)) > _LARGEST:
        return _ignored("some of its numbers are too large")
    if not is_target and values.dtype.is_integer() and known.n_unique() == values.len() and _numbers_rows(values):
        return _ignored("a different whole number in each row: it numbers rows; name it with --key to split by it")
    return Seen(kind="number", range=widened(low, high), nullable=values.null_count() > 0)


def _numbers_rows(values: pl.Series) -> bool:
    low: Any = values.min()
    high: Any = values.max()
    return high - low == values.len() - 1 or _NAMED_LIKE_A_NAME.search(values.name) is not None


def _texts(values: pl.Series) -> Seen:
    known = values.drop_nulls()
    count: int = known.n_unique()
    longest: Any = known.str.len_chars().max()
    if longest > _LONGEST:
        return _ignored(f"texts of up to {longest:,} characters")
    if count > _MOST_VALUES or (count > 2 and count * _REPEATS > known.len()):
        return _ignored(f"{count:,} different texts in {known.len():,} rows")
    return category(values)


def _ignored(reason: str) -> Seen:
    return Seen(kind="ignore", reason=reason)


def _round(number: float) -> float:
    """Whole numbers as such, and no digits that a binary fraction makes up."""
    short = float(f"{number:.12g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short
