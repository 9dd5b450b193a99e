from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from {{ package_name }}.contract import AIRPORTS
from {{ package_name }}.features import HISTORY_DAYS, NAMES, build_features


@pytest.mark.parametrize("day", [date(2013, 2, 1), date(2013, 7, 4), date(2013, 11, 28)])
def test_features_of_a_day_see_nothing_of_that_day_or_later(panel: pl.DataFrame, day: date) -> None:
    known = pl.col("hour").dt.date() < day
    noise = np.random.default_rng(7).integers(1, 50, panel.height)
    changed = panel.with_columns(
        pl.when(known).then(name).otherwise(pl.Series(noise).cast(panel.schema[name])).alias(name)
        for name in panel.columns
        if name not in ("airport", "hour")
    )

    before = build_features(panel).filter(day=day).select("hour", *NAMES)
    after = build_features(changed).filter(day=day).select("hour", *NAMES)

    assert before.height == 24 * len(AIRPORTS)
    assert_frame_equal(before, after)


def test_yesterday_does_reach_the_features(panel: pl.DataFrame) -> None:
    """The test above would also pass if features looked at nothing."""
    day = date(2013, 7, 4)
    yesterday = pl.col("hour").dt.date() == day - timedelta(days=1)
    changed = panel.with_columns(
        (pl.col("departures") + yesterday.cast(pl.Int16)).alias("departures"),
        (pl.col("temp") + yesterday.cast(pl.Float32)).alias("temp"),
    )

    before = build_features(panel).filter(day=day)
    after = build_features(changed).filter(day=day)

    for name in ("lag_1d", "yesterday_total", "yesterday_temp", "week_mean_total"):
        assert (before[name] != after[name]).all()


def test_lags_look_back_whole_days(panel: pl.DataFrame) -> None:
    at = {"airport": "JFK", "hour": datetime(2013, 5, 20, 17)}
    week_before = {"airport": "JFK", "hour": datetime(2013, 5, 13, 17)}

    lag = build_features(panel).filter(**at)["lag_7d"].item()

    assert lag == panel.filter(**week_before)["departures"].item()


def test_rows_without_their_whole_history_are_left_out(panel: pl.DataFrame) -> None:
    features = build_features(panel)

    assert features["day"].min() == date(2013, 1, 1) + timedelta(days=HISTORY_DAYS)
    assert features.select(pl.col(NAMES[:13]).null_count()).sum_horizontal().item() == 0


def test_the_order_of_rows_does_not_matter(panel: pl.DataFrame) -> None:
    shuffled = panel.sample(fraction=1, shuffle=True, seed=1)

    assert_frame_equal(build_features(panel), build_features(shuffled))
