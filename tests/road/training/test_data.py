from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from road.core.errors import UserError
from road.training.config import Training
from road.training.data import load_dataset, read_file
from road.training.hooks import Dataset

from tests.road.training.shops import NOW, Declare, make_panel, setting

HOOK = "tests.road.training.test_data"


def write(folder: Path, panel: pl.DataFrame, manifest: object = None) -> str:
    path = folder / "sales.parquet"
    panel.write_parquet(path)
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
    return str(path)


def test_a_file_is_known_by_its_path_and_the_hash_of_its_bytes(
    repository: Training, tmp_path: Path, panel: pl.DataFrame
) -> None:
    path = write(tmp_path, panel)

    dataset = load_dataset(setting(repository, data=path), as_of=NOW)

    assert dataset.source == path
    assert dataset.sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert dataset.frame.height == panel.height


def test_a_manifest_names_the_source(tmp_path: Path, panel: pl.DataFrame) -> None:
    sha256 = read_file(write(tmp_path, panel)).sha256

    write(tmp_path, panel, {"file": "sales.parquet", "sha256": sha256, "source": "tills 1.0"})

    assert read_file(str(tmp_path / "sales.parquet")).source == "tills 1.0"


def test_a_file_that_is_not_the_one_of_its_manifest_is_refused(tmp_path: Path, panel: pl.DataFrame) -> None:
    path = write(tmp_path, panel, {"file": "sales.parquet", "sha256": "0" * 64, "source": "tills 1.0"})

    with pytest.raises(UserError, match="is not the file that"):
        read_file(path)


def test_the_manifest_of_another_file_says_nothing(tmp_path: Path, panel: pl.DataFrame) -> None:
    path = write(tmp_path, panel, {"file": "other.parquet", "sha256": "0" * 64, "source": "tills 1.0"})

    assert read_file(path).source == path


@pytest.mark.parametrize("manifest", ["no json", "[]", "{}"])
def test_a_manifest_that_is_none_is_named(manifest: str, tmp_path: Path, panel: pl.DataFrame) -> None:
    path = write(tmp_path, panel, manifest)

    with pytest.raises(UserError, match=r"manifest\.json can't be read"):
        read_file(path)


@pytest.mark.parametrize("name", ["broken.parquet", "gone.parquet", "."])
def test_data_that_can_not_be_read_are_an_error_of_the_user(name: str, tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"no parquet")

    with pytest.raises(UserError, match="can't be read"):
        read_file(str(tmp_path / name))


def test_an_address_wants_a_hook() -> None:
    with pytest.raises(UserError, match=r"s3://bucket/sales\.parquet is no file: name a hook"):
        read_file("s3://bucket/sales.parquet")


def from_tills(location: str) -> Dataset:
    return Dataset(frame=make_panel(int(location.removeprefix("tills:"))), source="the tills")


def from_tills_in_version_7(location: str) -> Dataset:
    return replace(from_tills(location), sha256="7" * 64)


def test_a_hook_reads_what_the_setting_says(repository: Training, declare: Declare) -> None:
    hooked = replace(repository, project=declare(source=f"{HOOK}:from_tills"))

    first, same, other = (
        load_dataset(setting(hooked, data=place), as_of=NOW) for place in ("tills:25", "tills:25", "tills:26")
    )

    assert first.frame.height == 2 * 25 * 24
    assert first.source == "the tills"
    assert first.sha256 == same.sha256 != other.sha256
    assert len(first.sha256) == 64


def test_a_hook_may_know_the_version_itself(repository: Training, declare: Declare) -> None:
    hooked = replace(repository, project=declare(source=f"{HOOK}:from_tills_in_version_7"))

    assert load_dataset(setting(hooked, data="tills:25"), as_of=NOW).sha256 == "7" * 64


def test_what_a_hook_reads_must_keep_the_contract(repository: Training, declare: Declare) -> None:
    hooked = replace(repository, project=declare(source=f"{HOOK}:from_tills"))

    with pytest.raises(UserError, match="shop=north: from 2026-03-02 00:00 to 2026-03-04 23:00, want at least 21d"):
        load_dataset(setting(hooked, data="tills:3"), as_of=NOW)
