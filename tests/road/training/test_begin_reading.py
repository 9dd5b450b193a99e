from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from road.core.errors import UserError
from road.training.begin_reading import read_given


def read_csv(folder: Path, text: str, *, encoding: str = "utf-8") -> pl.DataFrame:
    (folder / "rows.csv").write_text(text, encoding=encoding)
    return read_given(folder / "rows.csv").frame


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (["1", "-2", "+3"], pl.Int64),
        (["1", "2.5", "1e3"], pl.Float64),
        (["1", "", "3"], pl.Int64),
        (["1", "?", "NA"], pl.Int64),
        (["1", "none", "-"], pl.Int64),
        (["00123", "00124", "10000"], pl.String),
        (["x", "none", "-"], pl.String),
        (["2026-01-31", "2026-02-01", ""], pl.Datetime("us")),
        (["2026-01-31 10:00", "2026-01-31T10:00:05.5", "2026-02-01"], pl.Datetime("us")),
        (["31.01.2026", "01.02.2026", ""], pl.Datetime("us")),
        (["31/01/2026", "01/02/2026", ""], pl.Datetime("us")),
        (["01/31/2026", "01/02/2026", ""], pl.Datetime("us")),
        (["1.2.3", "4.5.6", "7.8.9"], pl.String),
    ],
)
def test_a_type_is_told_from_all_values(tmp_path: Path, values: list[str], dtype: pl.DataType) -> None:
    text = "\n".join(["name,x", *(f"{at},{value}" for at, value in enumerate(values))])

    assert read_csv(tmp_path, text).schema["x"] == dtype


def test_gaps_are_missing_in_numbers_and_texts(tmp_path: Path) -> None:
    frame = read_csv(tmp_path, 'a,b\n1,x\n?,NA\n3,""\n,none\n')

    assert frame["a"].to_list() == [1, None, 3, None]
    assert frame["b"].to_list() == ["x", None, None, "none"]


def test_a_date_whose_day_and_month_cant_be_told_apart_stays_text_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n01/02/2026,1\n03/04/2026,2\n")

    given = read_given(tmp_path / "rows.csv")

    assert given.frame.schema["a"] == pl.String
    assert any("day and month" in said for said in given.remarks)


def test_times_with_a_zone_count_as_utc(tmp_path: Path) -> None:
    frame = read_csv(tmp_path, "a,b\n2026-01-31T10:00:00+02:00,1\n2026-01-31T10:00:00Z,2\n")

    assert frame["a"].to_list() == [datetime(2026, 1, 31, 8), datetime(2026, 1, 31, 10)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told_by_the_header(tmp_path: Path, separator: str) -> None:
    frame = read_csv(tmp_path, separator.join("abc") + "\n" + separator.join("123") + "\n")

    assert frame.to_dicts() == [{"a": 1, "b": 2, "c": 3}]


def test_between_semicolons_a_comma_is_the_decimal_point(tmp_path: Path) -> None:
    assert read_csv(tmp_path, "a;b\n1,5;x,y\n2;z\n").to_dicts() == [{"a": 1.5, "b": "x,y"}, {"a": 2.0, "b": "z"}]


def test_a_byte_order_mark_is_no_part_of_a_name_and_another_encoding_is_told(tmp_path: Path) -> None:
    assert read_csv(tmp_path, "a,b\n1,2\n", encoding="utf-8-sig").columns == ["a", "b"]

    (tmp_path / "old.csv").write_bytes("name,b\nGröße,2\n".encode("cp1252"))
    given = read_given(tmp_path / "old.csv")
    assert given.frame["name"].to_list() == ["Größe"]
    assert any("UTF-8" in said for said in given.remarks)


def test_row_numbers_without_a_name_are_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(",a\n0,5\n1,6\n")

    given = read_given(tmp_path / "rows.csv")

    assert given.frame.columns == ["a"]
    assert any("without a name" in said for said in given.remarks)


def test_a_folder_is_read_as_one_in_the_order_of_names_hidden_files_aside(tmp_path: Path) -> None:
    for name, value in (("b.csv", 2), ("a.csv", 1), ("_old.csv", 3), (".c.csv", 4)):
        (tmp_path / name).write_text(f"x,y\n{value},0\n")

    given = read_given(tmp_path)

    assert given.frame["x"].to_list() == [1, 2]
    assert [file.name for file in given.files] == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "neither Parquet nor CSV"),
        ({"a.csv": "x,y\n1,2\n", "b.csv": "x,z\n1,2\n"}, "other columns: y, z"),
        ({"a.csv": "x,x\n1,2\n"}, "names x twice"),
        ({"a.csv": "x,y\n1,2,3\n"}, "a.csv can't be read as CSV"),
        ({"a.parquet": "no Parquet"}, "a.parquet can't be read"),
        ({"a.csv": "x\n1\n", "b.parquet": "x"}, "holds Parquet and CSV"),
    ],
)
def test_what_cant_be_read_is_named(tmp_path: Path, files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    with pytest.raises(UserError, match=said):
        read_given(tmp_path)


def test_a_file_that_isnt_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.csv isn't there"):
        read_given(tmp_path / "gone.csv")


def test_parquet_comes_with_plain_types(tmp_path: Path) -> None:
    zoned = pl.Series("zoned", [datetime(2026, 1, 31, 9)]).dt.replace_time_zone("Europe/Berlin")
    frame = pl.DataFrame(
        {
            "truth": [True],
            "day": [datetime(2026, 1, 31).date()],
            "kind": pl.Series(["a"], dtype=pl.Categorical),
            "much": [float("inf")],
            "money": pl.Series(["1.50"]).cast(pl.Decimal(10, 2)),
        }
    ).with_columns(zoned)
    frame.write_parquet(tmp_path / "rows.parquet")

    given = read_given(tmp_path / "rows.parquet")

    expected = {
        "truth": ["true"],
        "day": [datetime(2026, 1, 31)],
        "kind": ["a"],
        "much": [None],
        "money": [1.5],
        "zoned": [datetime(2026, 1, 31, 9)],
    }
    assert_frame_equal(given.frame, pl.DataFrame(expected, schema_overrides={"much": pl.Float64}))
    assert not given.is_plain
    assert {said.partition(":")[0] for said in given.remarks} == {"much", "zoned"}
