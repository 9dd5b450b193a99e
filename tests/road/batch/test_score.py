from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from road.batch.batch import score
from road.batch.encoding import encode
from road.batch.report import Verdict
from road.core.bundle import Bundle, write_bundle
from road.core.errors import UserError
from road.core.files import alone
from road.core.project import Column

from tests.road.batch.conftest import DAYS, FIRST, ROWS, Change, Clock, Repo, day, make_rows, told, tree
from tests.road.bundles import make_model

DAY = day(0)


def test_every_row_gets_the_prediction_of_the_bundle(repository: Repo, clock: Clock, bundle: Bundle) -> None:
    report = score(repository, now=clock)

    rows = make_rows(0)
    written = pl.read_parquet(repository.settings.artifacts / f"predictions/{DAY}/predictions.parquet")
    expected = bundle.predict({name: rows[name].to_numpy() for name in bundle.names})
    assert report.verdict is Verdict.DONE
    assert (report.counts.rows, report.counts.scored) == (ROWS * DAYS, ROWS * DAYS)
    assert written.columns == ["shop", "hour", "prediction"]
    assert written.select("shop", "hour").equals(rows.select("shop", "hour"))
    np.testing.assert_allclose(written["prediction"].to_numpy(), expected.values, rtol=1e-6)


def test_the_second_run_scores_nothing_changes_nothing_and_says_so(repository: Repo, clock: Clock) -> None:
    first = score(repository, now=clock)
    before = tree(repository.settings.artifacts)

    second = score(repository, now=clock)

    told_of = [(report.counts.scored_now, report.counts.scored_before) for report in (first, second)]
    assert (first.counts.reused, second.counts.reused) == (0, DAYS)
    assert told_of == [(ROWS * DAYS, 0), (0, ROWS * DAYS)]
    assert second.shifts == first.shifts
    assert tree(repository.settings.artifacts) == before


def test_engines_and_numbers_of_workers_give_the_same_bytes(repository: Repo, clock: Clock, tmp_path: Path) -> None:
    ways: dict[str, dict[str, object]] = {
        "serial": {"engine": "serial"},
        "one": {"workers": 1},
        "five": {"workers": 5},
    }
    outputs = []
    for name, way in ways.items():
        score(told(repository, **way, artifacts=tmp_path / name), now=clock)
        outputs.append(tree(tmp_path / name))

    assert outputs[0] == outputs[1] == outputs[2]


def test_only_what_changed_is_scored_again(repository: Repo, clock: Clock, change: Change) -> None:
    score(repository, now=clock)
    before = tree(repository.settings.artifacts)
    change(DAY, make_rows(0).head(20))

    report = score(repository, now=clock)

    after = tree(repository.settings.artifacts)
    assert (report.counts.reused, report.counts.scored_now) == (DAYS - 1, 20)
    assert {name for name in after if after[name] != before[name]} == {
        f"predictions/{DAY}/predictions.parquet",
        f"ledger/{DAY}.json",
    }


def test_another_model_scores_everything_anew(repository: Repo, clock: Clock, bundle: Bundle, tmp_path: Path) -> None:
    score(repository, now=clock)
    manifest = bundle.manifest.model_copy(update={"name": "another"})
    write_bundle(tmp_path / "another", manifest, make_model(len(manifest.inputs)))

    other = told(repository, model=str(tmp_path / "another"))
    report = score(other, now=clock)

    assert report.counts.reused == 0
    assert score(other, now=clock).counts.reused == DAYS


def test_another_contract_scores_everything_anew(repository: Repo, clock: Clock) -> None:
    score(repository, now=clock)
    columns = {**repository.project.columns, "staff": Column(type="number", range=(0, 10))}
    stricter = replace(repository, project=repository.project.model_copy(update={"columns": columns}))

    report = score(stricter, now=clock)

    assert report.counts.reused == 0
    assert report.counts.quarantined > 0


@pytest.mark.parametrize("harm", ["removed", "changed"])
def test_output_that_was_harmed_is_made_again(repository: Repo, clock: Clock, harm: str) -> None:
    score(repository, now=clock)
    before = tree(repository.settings.artifacts)
    victim = repository.settings.artifacts / f"predictions/{DAY}/predictions.parquet"
    victim.unlink() if harm == "removed" else victim.write_bytes(b"x")

    report = score(repository, now=clock)

    assert report.counts.reused == DAYS - 1
    assert tree(repository.settings.artifacts) == before


def test_a_record_that_is_torn_does_not_count(repository: Repo, clock: Clock) -> None:
    score(repository, now=clock)
    before = tree(repository.settings.artifacts)
    (repository.settings.artifacts / f"ledger/{DAY}.json").write_text("{")

    score(repository, now=clock)

    assert tree(repository.settings.artifacts) == before


def test_days_can_be_chosen(repository: Repo, clock: Clock) -> None:
    report = score(repository, now=clock, since=date(2026, 3, 2), until=date(2026, 3, 3))

    assert (report.first, report.last) == (day(1), day(2))
    assert report.counts.partitions == 2


def test_a_partition_may_have_several_files_and_notes_of_its_writer(repository: Repo, clock: Clock) -> None:
    folder = repository.settings.panel / DAY
    make_rows(0).head(10).write_parquet(folder / "panel.parquet")
    make_rows(0).tail(ROWS - 10).write_parquet(folder / "part-2.parquet")
    (folder / "_on-its-way.parquet").write_bytes(b"half")
    (folder / "_SUCCESS").touch()

    report = score(repository, now=clock)

    assert report.verdict is Verdict.DONE
    assert report.counts.scored == ROWS * DAYS


def test_two_runs_at_once_are_refused(repository: Repo, clock: Clock) -> None:
    with alone(repository.settings.artifacts), pytest.raises(UserError, match="another run is at work"):
        score(repository, now=clock)


def test_rows_are_scored_in_pieces_without_a_seam(
    repository: Repo, clock: Clock, bundle: Bundle, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("road.batch.scoring.CHUNK", 7)
    rows = make_rows(0)
    change(DAY, rows)

    score(repository, now=clock, until=FIRST)

    written = pl.read_parquet(repository.settings.artifacts / f"predictions/{DAY}/predictions.parquet")
    expected = bundle.run(encode(rows, bundle.manifest.inputs)).reshape(-1)
    np.testing.assert_allclose(written["prediction"].to_numpy(), expected)
