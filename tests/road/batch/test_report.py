import io
import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from {{ package_name }}.batch import score
from {{ package_name }}.brief import Brief
from {{ package_name }}.bundle import Bundle
from {{ package_name }}.config import BatchSettings
from {{ package_name }}.monitoring import exposition
from {{ package_name }}.page import render_page
from {{ package_name }}.progress import Bar, Moment
from {{ package_name }}.report import BadPartition, Report, previous
from {{ package_name }}.scoring import encode

from .conftest import START, Change, Clock, rows_of

ZONE = ZoneInfo("America/New_York")
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
def report(settings: BatchSettings, brief: Brief, clock: Clock) -> Report:
    return score(settings, brief, now=clock)


def test_drift_is_that_of_all_rows_against_the_reference(
    report: Report, settings: BatchSettings, bundle: Bundle
) -> None:
    rows = pl.concat([rows_of(settings.panel, f"2013-12-{day}") for day in range(18, 22)])
    matrix = encode(rows, bundle.manifest.inputs)
    expected = {
        name: bundle.manifest.features[name].psi(matrix[:, at])
        for at, name in enumerate(bundle.names)
    }

    told = {shift.name: shift.psi for shift in report.shifts}
    prediction = told.pop("prediction of departures")
    assert told == pytest.approx(expected, abs=1e-5)
    assert prediction == pytest.approx(
        bundle.manifest.predictions.psi(bundle.run(matrix)), abs=1e-5
    )


def test_a_feature_that_changed_is_called_shifted(
    settings: BatchSettings, brief: Brief, clock: Clock, change: Change
) -> None:
    before = score(settings, brief, now=clock)
    for day in range(18, 22):
        rows = rows_of(settings.panel, f"2013-12-{day}")
        change(f"2013-12-{day}", rows.with_columns(lag_1d=(pl.col("lag_1d") + 25).cast(pl.Int16)))

    after = score(settings, brief, now=clock)

    told = [{s.name: s.shifted for s in each.shifts}["lag_1d"] for each in (before, after)]
    assert told == [False, True]


def test_the_report_can_be_read_again(report: Report, settings: BatchSettings) -> None:
    assert previous(settings.artifacts) == report


def test_the_page_is_whole_and_loads_nothing(report: Report, settings: BatchSettings) -> None:
    page = (settings.artifacts / "report" / "report.html").read_text()
    tags = Tags()
    tags.feed(page)

    assert page.startswith("<!doctype html>")
    assert not tags.names & {"script", "link", "img", "iframe"}
    assert not {name for name in tags.attributes if name.startswith("on")} | (
        tags.attributes & {"src", "href"}
    )
    assert "prefers-color-scheme: dark" in page
    for shift in report.shifts:
        assert f"<td>{shift.name}</td>" in page


def test_hostile_texts_stay_texts(report: Report) -> None:
    model = report.model.model_copy(update={"name": HOSTILE, "metric": HOSTILE})
    shifts = [report.shifts[0].model_copy(update={"name": HOSTILE})]
    bad = [BadPartition(partition=HOSTILE, reason=HOSTILE)]
    hostile = report.model_copy(
        update={
            "project": HOSTILE,
            "model": model,
            "shifts": shifts,
            "bad_partitions": bad,
            "reasons": {HOSTILE: 1},
        }
    )

    page = render_page(hostile, ZONE)

    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 8


def test_times_are_shown_in_the_zone_of_the_brief(report: Report) -> None:
    assert "2014-01-01 08:00:00" in render_page(report, ZONE)


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


def test_the_last_success_outlives_a_failure(
    report: Report, settings: BatchSettings, brief: Brief, clock: Clock
) -> None:
    (settings.panel / "day=2013-12-18" / "panel.parquet").write_bytes(b"")

    failed = score(settings, brief, now=clock)

    assert failed.last_success == report.finished
    assert f"{report.finished.timestamp()!r}" in exposition(failed)


def test_the_json_is_the_report(report: Report, settings: BatchSettings) -> None:
    written = json.loads((settings.artifacts / "report" / "report.json").read_text())

    assert written["counts"]["rows"] == report.counts.rows


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def moment(rows: int) -> Moment:
    return Moment(
        rows=rows,
        total=1_000_000_000,
        rows_per_second=312_345.6,
        finish=START,
        due=START + timedelta(hours=1),
    )


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
