from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from road.training.membership import is_in_share

ROWS = pl.DataFrame({"id": list(range(2000)), "site": [f"s{at % 40}" for at in range(2000)]})


def chosen(rows: pl.DataFrame, on: tuple[str, ...] = ("id",), share: float = 0.2, purpose: str = "test") -> set[int]:
    return set(rows.filter(is_in_share(rows, on, share, purpose=purpose))["id"])


def test_a_share_is_about_as_large_as_it_is_asked_for() -> None:
    assert len(chosen(ROWS)) / ROWS.height == pytest.approx(0.2, abs=0.03)
    assert chosen(ROWS, share=0.1) < chosen(ROWS, share=0.3)


def test_membership_survives_new_rows_and_another_order() -> None:
    fewer = ROWS.filter(pl.col("id") % 3 != 0)

    assert chosen(fewer) == chosen(ROWS) & set(fewer["id"])
    assert chosen(ROWS.sample(fraction=1, shuffle=True, seed=1)) == chosen(ROWS)


def test_the_rows_of_a_group_stay_together() -> None:
    inside = chosen(ROWS, ("site",))

    assert {at % 40 in {each % 40 for each in inside} for at in inside} == {True}
    assert len(inside) % 50 == 0
    assert 0 < len(inside) < 2000


def test_another_purpose_has_other_rows() -> None:
    assert chosen(ROWS, purpose="validation") != chosen(ROWS)


def test_membership_is_the_same_on_any_machine() -> None:
    """What is written here once must never change: champions were split by it."""
    assert sorted(chosen(ROWS.head(40))) == [5, 17, 20, 26, 28, 34]


@pytest.mark.parametrize(
    ("values", "same"),
    [
        ([1, 2, 3, None], [1.0, 2.0, 3.0, float("nan")]),
        ([1, 2, 3, None], ["1", "2", "3", None]),
        ([True, False, True, None], ["true", "false", "true", None]),
        ([date(2026, 1, at) for at in (1, 2, 3, 4)], [datetime(2026, 1, at) for at in (1, 2, 3, 4)]),
    ],
)
def test_a_value_is_the_same_whatever_file_holds_it(values: list[object], same: list[object]) -> None:
    one, other = (pl.DataFrame({"id": pl.Series(each)}) for each in (values, same))

    for share in (0.2, 0.4, 0.6, 0.8):
        found = [is_in_share(frame, ("id",), share, purpose="test").to_list() for frame in (one, other)]
        assert found[0] == found[1]


def test_columns_do_not_run_together() -> None:
    rows = pl.DataFrame({"id": [0] * 200, "a": [f"{at}x" for at in range(200)], "b": ["y"] * 200})
    moved = rows.with_columns(a=pl.col("a").str.head(-1), b=pl.lit("xy"))

    one, other = (is_in_share(each, ("a", "b"), 0.5, purpose="test") for each in (rows, moved))

    assert one.to_list() != other.to_list()
