"""The command line: one entry point for a laptop, CI and the container.

Exit codes: 0 done, 1 more bad input than the brief allows (or a plan that doesn't fit), 2 bad
configuration or a model that is refused, 3 deadline missed or about to be, 130 interrupted.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from road.batch.config import BatchSettings
from road.core.begin import add_arguments
from road.core.brief import Brief
from road.core.commands import Commands
from road.core.repository import Repository

_INTERRUPTED = "interrupted: the same command goes on from here"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    return _commands().run(argv)


def _commands() -> Commands:
    commands = Commands(BatchSettings, "Score the panel by the deadline.", interrupted=_INTERRUPTED)
    add = commands.add
    begun = add("begin", _begin, "Use a bundle: name it, and declare what its rows must hold.", alone=True)
    add_arguments(begun)
    begun.add_argument("--key", action="append", default=[], metavar="COLUMN", help="one that names a row")
    begun.add_argument("rows", type=Path, nargs="?", help="the panel: a folder, or a Parquet or CSV file")
    scored = add("score", _score, "Score what isn't done yet; run it again to resume.")
    scored.add_argument("--since", type=_day, metavar="DAY", help="first day, as 2026-01-31")
    scored.add_argument("--until", type=_day, metavar="DAY", help="last day")
    planned = add("plan", _plan, "Measure this machine and say how long rows will take.")
    planned.add_argument("--rows", type=_count, help="how many, by default those of the panel")
    planned.add_argument("--partitions", type=_count, help="in how many partitions")
    shown = add("inspect", _inspect, "Verify the model and print its card.")
    shown.add_argument("model", nargs="?", help="where it is, by default as in the settings")
    commands.add_common(_alerts, "Write the alert rules that follow from the brief.")
    return commands


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _count(text: str) -> int:
    number = int(text.replace("_", ""))
    if number < 1:
        raise ValueError(text)
    return number


def _begin(options: argparse.Namespace, repository: object) -> int:
    from road.batch.begin import begin

    return begin(options, repository)


def _score(options: argparse.Namespace, repository: Repository[BatchSettings]) -> int:
    from road.batch.batch import score
    from road.batch.report import Report, Verdict

    settings = repository.settings
    report: Report = score(repository, now=lambda: datetime.now(UTC), since=options.since, until=options.until)
    counts = report.counts
    rate = f", {report.rows_per_second:,.0f} rows/s" if report.rows_per_second else ""
    print(f"scored now   {counts.scored_now:,} rows of {counts.partitions_now:,} partitions{rate}")
    print(f"done before  {counts.scored_before:,} rows of {counts.reused:,} partitions")
    print(f"quarantine   {counts.quarantined:,} rows, {counts.bad_partitions:,} partitions")
    for reason, rows in report.reasons.items():
        print(f"             {rows:,} x {reason}")
    for bad in report.bad_partitions:
        print(f"             {bad.partition}: {bad.reason}")
    print(f"shifted      {sum(shift.shifted for shift in report.shifts)} of {len(report.shifts)}")
    print(f"due          {report.due.astimezone(settings.zone):%H:%M:%S}, {report.standing.value}")
    print(f"predictions  {settings.artifacts / 'predictions'}")
    print(f"report       {settings.artifacts / 'report' / 'report.html'}")
    print(report.verdict.value)
    return {Verdict.DONE: 0, Verdict.TOO_MUCH_BAD: 1, Verdict.DEADLINE_MISSED: 3}[report.verdict]


def _plan(options: argparse.Namespace, repository: Repository[BatchSettings]) -> int:
    from road.batch.planning import plan

    result = plan(repository, rows=options.rows, partitions=options.partitions)
    print(f"rows        {result.rows:,} in {result.partitions:,} partitions")
    print(f"measured    {result.rows_per_second:,.0f} rows/s")
    print(f"            {result.seconds_per_partition * 1000:.1f} ms for each partition beside")
    print(f"takes       {result.duration.total_seconds():,.1f} s")
    print(f"may take    {result.window.total_seconds():,.0f} s (brief.yaml)")
    print("fits" if result.fits else "doesn't fit")
    return 0 if result.fits else 1


def _inspect(options: argparse.Namespace, repository: Repository[BatchSettings]) -> int:
    from road.core.card import render_card
    from road.core.location import load_bundle

    bundle = load_bundle(options.model or repository.settings.model)
    print(f"digest {bundle.digest}\n")
    print(render_card(bundle.manifest))
    return 0


def _alerts(brief: Brief) -> dict[str, str]:
    from road.batch.monitoring import alert_rules

    return {"alerts.yaml": alert_rules(brief)}
