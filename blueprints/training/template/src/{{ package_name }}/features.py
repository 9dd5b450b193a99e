"""Features of day D from what is known when day D-1 has ended: nothing later is looked at.

Predictions for all hours of day D are made in its morning. So a feature is made of departures
lagged by whole days, of the weather of the day before, or of the calendar.
"""

import polars as pl

from .contract import AIRPORTS, KEYS
from .manifest import Column

TARGET = "departures"
LAGS = (1, 2, 3, 7, 14, 21, 28)
HISTORY_DAYS = max(LAGS)
_SAME_WEEKDAY = [f"lag_{days}d" for days in LAGS if days % 7 == 0]

INPUTS = (
    Column(name="airport", kind="category", values=AIRPORTS),
    Column(name="hour_of_day", kind="number"),
    Column(name="weekday", kind="number"),
    *(Column(name=f"lag_{days}d", kind="number") for days in LAGS),
    Column(name="same_weekday_mean", kind="number"),
    Column(name="yesterday_total", kind="number"),
    Column(name="week_mean_total", kind="number"),
    Column(name="yesterday_temp", kind="number", nullable=True),
    Column(name="yesterday_wind", kind="number", nullable=True),
    Column(name="yesterday_precip", kind="number", nullable=True),
    Column(name="yesterday_visib", kind="number", nullable=True),
)
NAMES = [column.name for column in INPUTS]


def build_features(panel: pl.DataFrame) -> pl.DataFrame:
    """Give keys, day, target and inputs of each row that has its whole history.

    The panel has a row for every airport and hour, so that a shift by 24 rows is a day.
    """
    lags = [pl.col(TARGET).shift(24 * days).over("airport").alias(f"lag_{days}d") for days in LAGS]
    rows = panel.sort(KEYS).with_columns(
        *lags,
        day=pl.col("hour").dt.date(),
        hour_of_day=pl.col("hour").dt.hour(),
        weekday=pl.col("hour").dt.weekday(),
    )
    return (
        rows.with_columns(same_weekday_mean=pl.mean_horizontal(_SAME_WEEKDAY))
        .join(_days_before(rows), on=["airport", "day"], how="left")
        .filter(pl.col(f"lag_{HISTORY_DAYS}d").is_not_null())
        .select("hour", "day", TARGET, *NAMES)
        .sort(KEYS)
    )


def _days_before(rows: pl.DataFrame) -> pl.DataFrame:
    """What the day before, and the week up to it, were like: keyed by the day after."""
    days = rows.group_by("airport", "day").agg(
        yesterday_total=pl.col(TARGET).sum(),
        yesterday_temp=pl.col("temp").mean(),
        yesterday_wind=pl.col("wind_speed").mean(),
        yesterday_precip=pl.col("precip").sum(),
        yesterday_visib=pl.col("visib").min(),
    )
    return days.sort("airport", "day").with_columns(
        pl.col("day").dt.offset_by("1d"),
        week_mean_total=pl.col("yesterday_total").rolling_mean(7).over("airport"),
    )
