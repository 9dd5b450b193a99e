from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from road.batch.batch import score
from road.batch.encoding import encode
from road.batch.monitoring import alert_rules, exposition
from road.batch.page import render_page
from road.batch.progress import Bar, Moment
from road.batch.report import BadPartition, Report, previous
from road.core.bundle import Bundle

from tests.road.batch.conftest import DAYS, ROWS, START, Change, Clock, Repo, day, make_rows, with_batch

ZONE = ZoneInfo("Europe/Berlin")
HOSTILE = "<script>alert(1)</script>\"'&"


class Tags(HTMLParser):
    """Which elements a page holds, and what they load."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture
def report(repository: Repo, clock: Clock) -> Report:
    return score(repository, now=clock)


def test_drift_is_that_of_all_rows_against_the_reference(repository: Repo, clock: Clock, bundle: Bundle) -> None:
    manifest = bundle.manifest
    rows = pl.concat(make_rows(number) for number in (0, 1))
    matrix = encode(rows, manifest.inputs)
    expected = {name: manifest.features[name].psi(matrix[:, at]) for at, name in enumerate(bundle.names)}

    report = score(repository, now=clock, until=rows["hour"][-1].date())

    found = {shift.name: shift.psi for shift in report.shifts}
    prediction = found.pop("prediction of sum")
    assert found == pytest.approx(expected, abs=1e-5)
    assert prediction == pytest.approx(manifest.predictions.psi(bundle.run(matrix)), abs=1e-5)
    assert max(expected.values()) > 0


def test_a_feature_that_changed_is_called_shifted(repository: Repo, clock: Clock, change: Change) -> None:
    before = score(repository, now=clock)
    for number in range(DAYS):
        change(day(number), make_rows(number).with_columns(staff=(pl.col("staff") + 25).cast(pl.Int16)))

    after = score(repository, now=clock)

    found = [{shift.name: shift.shifted for shift in each.shifts}["staff"] for each in (before, after)]
    assert found == [False, True]


def test_the_report_can_be_read_again(report: Report, repository: Repo) -> None:
    assert previous(repository.settings.artifacts) == report


def test_the_page_is_whole_and_loads_nothing(report: Report, repository: Repo) -> None:
    page = (repository.settings.artifacts / "report" / "report.html").read_text()
    tags = Tags()
    tags.feed(page)

    assert page.startswith("<!doctype html>")
    assert not tags.names & {"script", "link", "img", "iframe"}
    assert not {name for name in tags.attributes if name.startswith("on")} | (tags.attributes & {"src", "href"})
    assert "prefers-color-scheme: dark" in page
    for shift in report.shifts:
        assert f"<td>{shift.name}</td>" in page


def test_the_page_names_the_partitions_and_what_was_done_when(repository: Repo, clock: Clock) -> None:
    score(repository, now=clock, until=make_rows(0)["hour"][0].date())

    page = render_page(score(repository, now=clock), ZONE)

    assert f"<dt>First partition</dt><dd>{day(0)}</dd>" in page
    assert f"<dt>Last partition</dt><dd>{day(DAYS - 1)}</dd>" in page
    assert f"<dt>Scored now</dt><dd>{ROWS * (DAYS - 1)} rows of {DAYS - 1} partitions</dd>" in page
    assert f"<dt>Scored before</dt><dd>{ROWS} rows of 1 partitions</dd>" in page


def test_hostile_texts_stay_texts(report: Report) -> None:
    model = report.model.model_copy(update={"name": HOSTILE, "metric": HOSTILE})
    shifts = [report.shifts[0].model_copy(update={"name": HOSTILE})]
    bad = [BadPartition(partition=HOSTILE, reason=HOSTILE)]
    texts = {"project": HOSTILE, "first": HOSTILE, "last": HOSTILE, "reasons": {HOSTILE: 1}}
    hostile = report.model_copy(update={**texts, "model": model, "shifts": shifts, "bad_partitions": bad})

    page = render_page(hostile, ZONE)

    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 10


def test_times_are_shown_in_the_zone_of_the_settings(report: Report) -> None:
    assert "2026-03-09 08:00:00" in render_page(report, ZONE)


def test_a_run_that_gave_up_says_what_is_left(report: Report) -> None:
    late = report.model_copy(update={"left": 7, "forecast": START + timedelta(hours=3)})

    page = render_page(late, ZONE)

    assert "Partitions not reached" in page
    assert "Would be done" in page


def test_metrics_are_such_as_a_collector_reads(report: Report) -> None:
    lines = exposition(report).splitlines()

    sample = re.compile(r'[a-z_]+\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\} -?[0-9.e+-]+')
    samples = [line for line in lines if not line.startswith("#")]
    assert [line for line in samples if not sample.fullmatch(line)] == []
    assert f'model="{report.project}"' in samples[0]
    assert len([line for line in samples if line.startswith("batch_psi{")]) == len(report.shifts)
    scored = f"{float(report.counts.scored)}"
    assert any(s.startswith("batch_rows_scored{") and s.endswith(scored) for s in samples)


def test_every_metric_that_an_alert_asks_for_is_written(report: Report, repository: Repo) -> None:
    asked = set(re.findall(r"batch_\w+", alert_rules(repository.brief)))

    assert asked
    assert asked <= set(re.findall(r"^batch_\w+", exposition(report), re.MULTILINE))


def test_the_alert_for_no_predictions_waits_a_day_and_the_window(repository: Repo) -> None:
    rules = alert_rules(with_batch(repository.brief, "06:00", "07:30"))

    assert f"> {24 * 3600 + 90 * 60}\n" in rules
    assert "for a day and 90 minutes" in rules


def test_the_last_success_outlives_a_failure(report: Report, repository: Repo, clock: Clock) -> None:
    (repository.settings.panel / day(0) / "panel.parquet").write_bytes(b"")

    failed = score(repository, now=clock)

    assert failed.last_success == report.finished
    assert f"{report.finished.timestamp()!r}" in exposition(failed)


def test_the_json_is_the_report(report: Report, repository: Repo) -> None:
    written = json.loads((repository.settings.artifacts / "report" / "report.json").read_text())

    assert written["counts"]["rows"] == report.counts.rows == ROWS * DAYS


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def moment(rows: int) -> Moment:
    due = START + timedelta(hours=1)
    return Moment(rows=rows, total=1_000_000_000, rows_per_second=312_345.6, finish=START, due=due)


def test_a_terminal_gets_one_line_that_fits() -> None:
    stream = Terminal()
    bar = Bar(ZONE, stream)

    bar.show(moment(450_000_000))
    bar.show(moment(1_000_000_000))
    bar.close()

    _, first, last = stream.getvalue().split("\r")
    assert "45%  312,346 rows/s, done 08:00:00, due 09:00" in first
    assert "100%" in last
    assert last.endswith("\n")
    assert max(len(text) for text in (first, last)) <= 80


def test_where_there_is_no_terminal_nothing_is_drawn() -> None:
    stream = io.StringIO()
    bar = Bar(ZONE, stream)

    bar.show(moment(1))
    bar.close()

    assert stream.getvalue() == ""
