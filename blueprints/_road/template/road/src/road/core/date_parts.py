"""Parts of a date and time, counted as the calendar counts them: Monday is 1, weeks are those of ISO 8601."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Part = Literal["year", "quarter", "month", "week", "day", "weekday", "day_of_year", "hour", "minute"]


def _year(times: NDArray[np.datetime64]) -> NDArray[Any]:
    return times.astype("datetime64[Y]").astype(np.int64) + 1970


def _month(times: NDArray[np.datetime64]) -> NDArray[Any]:
    return times.astype("datetime64[M]").astype(np.int64) % 12 + 1


def _days(times: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return times.astype("datetime64[D]").astype(np.int64)


def _weekday(times: NDArray[np.datetime64]) -> NDArray[Any]:
    return (_days(times) + 3) % 7 + 1  # the first of January 1970 was a Thursday


def _week(times: NDArray[np.datetime64]) -> NDArray[Any]:
    """The week of ISO 8601: that of the Thursday which stands in the same week."""
    thursday = (times.astype("datetime64[D]") + (4 - _weekday(times))).astype("datetime64[D]")
    days: NDArray[np.int64] = (thursday - thursday.astype("datetime64[Y]")).astype(np.int64)
    return days // 7 + 1


def _since(times: NDArray[np.datetime64], outer: Sequence[str]) -> NDArray[Any]:
    whole, unit = outer
    start = times.astype(f"datetime64[{whole}]")
    passed: NDArray[np.int64] = (times.astype(f"datetime64[{unit}]") - start).astype(np.int64)
    return passed


PARTS: dict[str, Callable[[NDArray[np.datetime64]], NDArray[Any]]] = {
    "year": _year,
    "quarter": lambda times: (_month(times) - 1) // 3 + 1,
    "month": _month,
    "week": _week,
    "day": lambda times: _since(times, ("M", "D")) + 1,
    "weekday": _weekday,
    "day_of_year": lambda times: _since(times, ("Y", "D")) + 1,
    "hour": lambda times: _since(times, ("D", "h")),
    "minute": lambda times: _since(times, ("h", "m")),
}
