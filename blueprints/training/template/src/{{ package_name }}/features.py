"""Features of day D from what is known when day D-1 has ended: nothing later is looked at.

Predictions for all hours of day D are made in its morning. So a feature is made of departures
lagged by whole days, of the weather of the day before, or of the calendar.
"""

import polars as pl

LAGS = (1, 2, 3, 7, 14, 21, 28)
HISTORY_DAYS = max(LAGS)
_SAME_WEEKDAY = [f"lag_{days}d" for days in LAGS if days % 7 == 0]
_WEATHER = ("temp", "wind_speed", "precip", "visib")


def build(panel: pl.DataFrame) -> pl.DataFrame:
    """Give keys, day, target and inputs of each row that has its whole history.

    The panel has a row for every airport and hour, so that a shift by 24 rows is a day.
    """
    departures = pl.col("departures")
    lags = [departures.shift(24 * days).over("airport").alias(f"lag_{days}d") for days in LAGS]
    rows = panel.sort("airport", "hour").with_columns(
        *lags,
        day=pl.col("hour").dt.date(),
        hour_of_day=pl.col("hour").dt.hour(),
        weekday=pl.col("hour").dt.weekday(),
    )
    return (
        rows.with_columns(same_weekday_mean=pl.mean_horizontal(_SAME_WEEKDAY))
        .join(_days_before(rows), on=["airport", "day"], how="left")
        .filter(pl.col(f"lag_{HISTORY_DAYS}d").is_not_null())
        .drop(_WEATHER)
        .sort("airport", "hour")
    )


def _days_before(rows: pl.DataFrame) -> pl.DataFrame:
    """What the day before, and the week up to it, were like: keyed by the day after."""
    days = rows.group_by("airport", "day").agg(
        yesterday_total=pl.col("departures").sum(),
        yesterday_temp=pl.col("temp").mean(),
        yesterday_wind=pl.col("wind_speed").mean(),
        yesterday_precip=pl.col("precip").sum(),
        yesterday_visib=pl.col("visib").min(),
    )
    return days.sort("airport", "day").with_columns(
        pl.col("day").dt.offset_by("1d"),
        week_mean_total=pl.col("yesterday_total").rolling_mean(7).over("airport"),
    )
