import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from {{ package_name }}.batch import score
from {{ package_name }}.brief import Brief
from {{ package_name }}.bundle import Bundle, write_bundle
from {{ package_name }}.config import BatchSettings
from {{ package_name }}.contract import PANEL, Number
from {{ package_name }}.errors import UserError
from {{ package_name }}.files import alone
from {{ package_name }}.report import Verdict
from {{ package_name }}.scoring import encode

from .conftest import DAYS, SHIPPED, Change, Clock, rows_of, tree

FIRST = "2013-12-18"


def test_every_row_gets_the_prediction_of_the_bundle(
    settings: BatchSettings, brief: Brief, clock: Clock, bundle: Bundle
) -> None:
    report = score(settings, brief, now=clock)

    rows = rows_of(settings.panel, FIRST)
    written = pl.read_parquet(settings.artifacts / f"predictions/day={FIRST}/predictions.parquet")
    expected = bundle.predict({name: rows[name].to_numpy() for name in bundle.names})
    assert report.verdict is Verdict.DONE
    assert (report.counts.rows, report.counts.scored) == (72 * DAYS, 72 * DAYS)
    assert written.select("airport", "hour").equals(rows.select("airport", "hour"))
    np.testing.assert_allclose(written["prediction"].to_numpy(), expected, rtol=1e-5, atol=1e-5)


def test_a_row_gets_the_prediction_that_training_made_of_it(bundle: Bundle) -> None:
    examples = json.loads(Path("models/examples.json").read_text())
    rows = pl.DataFrame([example["row"] for example in examples])

    predicted = bundle.run(encode(rows, bundle.manifest.inputs))

    expected = [example["prediction"] for example in examples]
    np.testing.assert_allclose(predicted, expected, rtol=1e-5, atol=1e-5)


def test_rows_are_encoded_as_the_bundle_encodes_them(bundle: Bundle) -> None:
    gone = pl.when(pl.int_range(pl.len()) > 5).then("yesterday_temp").alias("yesterday_temp")
    rows = rows_of(Path("data/panel"), "2013-12-31").with_columns(gone)
    columns = {name: rows[name].to_numpy() for name in bundle.names}

    ours = encode(rows, bundle.manifest.inputs)

    assert np.isnan(ours).sum() == 6
    np.testing.assert_array_equal(ours, bundle.encode(columns))


def test_the_second_run_scores_nothing_and_changes_nothing(
    settings: BatchSettings, brief: Brief, clock: Clock
) -> None:
    first = score(settings, brief, now=clock)
    before = tree(settings.artifacts)

    second = score(settings, brief, now=clock)

    assert (first.counts.reused, second.counts.reused) == (0, DAYS)
    assert second.shifts == first.shifts
    assert tree(settings.artifacts) == before


def test_engines_and_numbers_of_workers_give_the_same_bytes(
    settings: BatchSettings, brief: Brief, clock: Clock, tmp_path: Path
) -> None:
    ways: dict[str, dict[str, object]] = {
        "serial": {"engine": "serial"},
        "one": {"workers": 1},
        "five": {"workers": 5},
    }
    outputs = []
    for name, way in ways.items():
        mine = settings.model_copy(update={**way, "artifacts": tmp_path / name})
        score(mine, brief, now=clock)
        outputs.append(tree(tmp_path / name))

    assert outputs[0] == outputs[1] == outputs[2]


def test_only_what_changed_is_scored_again(
    settings: BatchSettings, brief: Brief, clock: Clock, change: Change
) -> None:
    score(settings, brief, now=clock)
    before = tree(settings.artifacts)
    change(FIRST, rows_of(settings.panel, FIRST).head(48))

    report = score(settings, brief, now=clock)

    after = tree(settings.artifacts)
    assert report.counts.reused == DAYS - 1
    assert {name for name in after if after[name] != before[name]} == {
        f"predictions/day={FIRST}/predictions.parquet",
        f"ledger/day={FIRST}.json",
    }


def test_another_model_scores_everything_anew(
    settings: BatchSettings, brief: Brief, clock: Clock, bundle: Bundle, tmp_path: Path
) -> None:
    score(settings, brief, now=clock)
    manifest = bundle.manifest.model_copy(update={"name": "another"})
    write_bundle(tmp_path / "another", manifest, (SHIPPED / "model.onnx").read_bytes())

    other = settings.model_copy(update={"model": str(tmp_path / "another")})
    report = score(other, brief, now=clock)

    assert report.counts.reused == 0
    assert score(other, brief, now=clock).counts.reused == DAYS


def test_another_contract_scores_everything_anew(
    settings: BatchSettings, brief: Brief, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    score(settings, brief, now=clock)
    monkeypatch.setitem(PANEL, "yesterday_temp", Number(low=-60, high=40))

    report = score(settings, brief, now=clock)

    assert report.counts.reused == 0
    assert report.counts.quarantined > 0


@pytest.mark.parametrize("harm", ["removed", "changed"])
def test_output_that_was_harmed_is_made_again(
    settings: BatchSettings, brief: Brief, clock: Clock, harm: str
) -> None:
    score(settings, brief, now=clock)
    before = tree(settings.artifacts)
    victim = settings.artifacts / f"predictions/day={FIRST}/predictions.parquet"
    victim.unlink() if harm == "removed" else victim.write_bytes(b"x")

    report = score(settings, brief, now=clock)

    assert report.counts.reused == DAYS - 1
    assert tree(settings.artifacts) == before


def test_a_record_that_is_torn_does_not_count(
    settings: BatchSettings, brief: Brief, clock: Clock
) -> None:
    score(settings, brief, now=clock)
    before = tree(settings.artifacts)
    (settings.artifacts / f"ledger/day={FIRST}.json").write_text("{")

    score(settings, brief, now=clock)

    assert tree(settings.artifacts) == before


def test_days_can_be_chosen(settings: BatchSettings, brief: Brief, clock: Clock) -> None:
    report = score(settings, brief, now=clock, since=date(2013, 12, 19), until=date(2013, 12, 20))

    assert (report.first, report.last) == ("day=2013-12-19", "day=2013-12-20")
    assert report.counts.partitions == 2


def test_a_partition_may_have_several_files_and_notes_of_its_writer(
    settings: BatchSettings, brief: Brief, clock: Clock
) -> None:
    folder = settings.panel / f"day={FIRST}"
    rows = rows_of(settings.panel, FIRST)
    rows.head(30).write_parquet(folder / "panel.parquet")
    rows.tail(42).write_parquet(folder / "part-2.parquet")
    (folder / "_on-its-way.parquet").write_bytes(b"half")
    (folder / "_SUCCESS").touch()

    report = score(settings, brief, now=clock)

    assert report.verdict is Verdict.DONE
    assert report.counts.scored == 72 * DAYS


def test_two_runs_at_once_are_refused(settings: BatchSettings, brief: Brief, clock: Clock) -> None:
    with alone(settings.artifacts), pytest.raises(UserError, match="another run is at work"):
        score(settings, brief, now=clock)


@pytest.mark.parametrize("there", [True, False])
def test_a_panel_without_partitions_is_an_error_of_the_user(
    settings: BatchSettings, brief: Brief, clock: Clock, tmp_path: Path, *, there: bool
) -> None:
    empty = tmp_path / "empty"
    if there:
        empty.mkdir()

    with pytest.raises(UserError, match="empty"):
        score(settings.model_copy(update={"panel": empty}), brief, now=clock)
