from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from road.core.contract import ContractError
from road.core.errors import UserError
from road.training.config import Training
from road.training.data import load_dataset
from road.training.tables import as_declared, read_table

from tests.road.training.parcels import COLUMNS, declared, make_parcels, repository_of
from tests.road.training.shops import NOW, setting

TEXT = "weight, depot ,sent\n 1.5,east,2026-01-05\nNA,?,2026-01-05T08:30\n3,  ,2026-01-05 08:30:15\n"
PROJECT = declared("binary")


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_csv_is_read_as_text_and_becomes_what_is_declared(tmp_path: Path) -> None:
    raw, sha256 = read_table(write(tmp_path, "a.csv", TEXT))
    frame = as_declared(raw, PROJECT.columns)

    assert set(raw.dtypes) == {pl.String}
    assert sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert frame.to_dict(as_series=False) == {
        "weight": [1.5, None, 3.0],
        "depot": ["east", None, None],
        "sent": [datetime(2026, 1, 5), datetime(2026, 1, 5, 8, 30), datetime(2026, 1, 5, 8, 30, 15)],
    }


@pytest.mark.parametrize("word", ["", "NA", "N/A", "NaN", "null", "None", "?", " NA "])
def test_a_word_means_no_value(word: str, tmp_path: Path) -> None:
    raw, _ = read_table(write(tmp_path, "a.csv", f"depot,weight\nx,1\n{word},2\n"))

    assert raw["depot"].to_list() == ["x", None]


@pytest.mark.parametrize(("separator", "start"), [(",", b""), (";", b""), ("\t", b""), (",", b"\xef\xbb\xbf")])
def test_other_ways_to_write_csv_are_read(separator: str, start: bytes, tmp_path: Path) -> None:
    content = "weight,depot\n1,east\n".replace(",", separator)

    raw, _ = read_table(write(tmp_path, "a.CSV", start + content.encode()))

    assert raw.to_dict(as_series=False) == {"weight": ["1"], "depot": ["east"]}


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("weight", "1\nheavy\n2,5\n", "weight is not a number in 1 row: row 1: 'heavy'"),
        ("sent", "05.01.2026\n2026-13-01\n", "sent is not a time such as 2026-01-31 or 2026-01-31T08:00 in 2 rows"),
    ],
)
def test_what_is_no_number_or_time_is_named_with_its_row(name: str, values: str, said: str, tmp_path: Path) -> None:
    raw, _ = read_table(write(tmp_path, "a.csv", f"{name}\tx\n" + values.replace("\n", "\t1\n")))

    with pytest.raises(ContractError, match=r"the data isn't as project\.yaml declares it") as error:
        as_declared(raw.with_columns(pl.col(name).str.replace("2,5", "2.5")), PROJECT.columns)

    assert said in str(error.value)


def test_a_folder_is_one_table_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name, weight in (("b.csv", 2), ("day=1/a.csv", 3), ("a.csv", 1), (".hidden.csv", 9), ("_aside/c.csv", 9)):
        write(tmp_path, name, f"weight\n{weight}\n")
    write(tmp_path, "README.md", "no table")

    raw, sha256 = read_table(tmp_path)

    assert raw["weight"].to_list() == ["1", "2", "3"]
    (tmp_path / "a.csv").rename(tmp_path / "c.csv")
    assert read_table(tmp_path)[1] != sha256


def test_parquet_has_its_own_types(tmp_path: Path) -> None:
    for name, some in (("a.parquet", make_parcels(5)), ("b.parquet", make_parcels(3))):
        some.write_parquet(tmp_path / name)

    frame, _ = read_table(tmp_path)

    assert frame.height == 8
    assert frame.schema == make_parcels(5).schema


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "no file in it ends with .parquet or .csv"),
        (["a.csv", "b.parquet"], "it has both Parquet and CSV"),
        (["a.csv", "other.csv"], "can't be read: "),
    ],
)
def test_a_folder_that_is_no_table_is_refused(files: list[str], said: str, tmp_path: Path) -> None:
    for name in files:
        write(tmp_path, name, "weight\n1\n" if name == "a.csv" else "height\n1\n")

    with pytest.raises(UserError, match=said):
        read_table(tmp_path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.json can't be read: its name ends neither with"):
        read_table(write(tmp_path, "a.json", "{}"))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.csv can't be read: "):
        read_table(write(tmp_path, "a.csv", b"weight\n\xff\xfe\n"))


def test_the_same_rows_are_the_same_data_in_either_format(tmp_path: Path) -> None:
    repository = repository_of(tmp_path, "binary")
    make_parcels().write_csv(tmp_path / "parcels.csv")

    parquet = load_dataset(repository, as_of=NOW).frame
    csv = load_dataset(setting(repository, data=str(tmp_path / "parcels.csv")), as_of=NOW).frame

    assert csv.equals(parquet.with_columns(pl.col("parcel").cast(pl.Float64)))


def with_code(repository: Training) -> Training:
    """Return the repository with keys that are texts, and say nothing of what they may be."""
    columns = {**COLUMNS, "parcel": "ignore", "way": "ignore", "cost": "ignore"}
    return replace(repository, project=declared("binary", columns=columns))


def test_a_key_of_any_text_may_be_ignored_and_still_names_a_row(tmp_path: Path) -> None:
    frame = make_parcels().with_columns(parcel=pl.format("P-{}", "parcel"))
    repository = with_code(repository_of(tmp_path, "binary", frame))

    assert load_dataset(repository, as_of=NOW).frame.schema["parcel"] == pl.String
    twice = pl.concat([frame, frame.head(1)])
    with pytest.raises(ContractError, match="parcel comes twice in 2 rows"):
        load_dataset(with_code(repository_of(tmp_path, "binary", twice)), as_of=NOW)
    with pytest.raises(ContractError, match="parcel: the column is missing"):
        load_dataset(with_code(repository_of(tmp_path, "binary", frame.drop("parcel"))), as_of=NOW)
