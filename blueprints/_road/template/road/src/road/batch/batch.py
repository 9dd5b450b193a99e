"""Scores the panel: what isn't done yet, watched against the deadline, and reported."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime

from road.batch.admission import admit
from road.batch.config import BatchSettings
from road.batch.deadline import Pace, Standing, Watch, due_at
from road.batch.engines import ENGINES
from road.batch.monitoring import exposition
from road.batch.page import render_page
from road.batch.partitions import Partition, find_partitions
from road.batch.progress import Bar, Moment
from road.batch.report import (
    JSON,
    BadPartition,
    Counts,
    Model,
    Report,
    Verdict,
    previous,
    shifts,
    write_report,
)
from road.batch.rules import Rules
from road.batch.scoring import Outcome, Scorer
from road.core.brief import Brief
from road.core.bundle import Bundle
from road.core.files import alone
from road.core.repository import Repository

log = logging.getLogger(__name__)

MAX_BAD = "quality_attributes.batch.max_bad_row_share"
Now = Callable[[], datetime]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Sums over partitions: its size doesn't grow with how many there were."""

    partitions: int = 0
    reused: int = 0
    rows: int = 0
    scored: int = 0
    scored_before: int = 0
    seen: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    bad: dict[str, str] = field(default_factory=dict)
    features: dict[str, list[int]] = field(default_factory=dict)
    predictions: list[int] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count what came of one partition."""
        record = outcome.record
        self.partitions += 1
        self.reused += outcome.reused
        self.rows += record.rows
        self.scored += record.scored
        self.scored_before += record.scored if outcome.reused else 0
        self.reasons.update(record.reasons)
        if record.failure is not None:
            self.bad[record.partition] = record.failure
            return
        self.predictions = _sum(self.predictions, record.predictions)
        for name, counts in record.features.items():
            self.features[name] = _sum(self.features.get(name, []), counts)

    def counts(self) -> Counts:
        """The sums for the report."""
        return Counts(
            partitions=self.partitions,
            reused=self.reused,
            bad_partitions=len(self.bad),
            rows=self.rows,
            scored=self.scored,
            scored_before=self.scored_before,
            quarantined=self.rows - self.scored,
        )


def score(
    repository: Repository[BatchSettings],
    *,
    now: Now,
    since: date | None = None,
    until: date | None = None,
) -> Report:
    """Score every partition that isn't done, and write the report; the report says how it ended."""
    settings, brief, project = repository.settings, repository.brief, repository.project
    started = now()
    watch = Watch(started=started, due=due_at(brief, settings.due, settings.zone, started))
    with alone(settings.artifacts):
        bundle = admit(repository)
        rules = Rules.of(project, bundle.manifest)
        partitions = find_partitions(settings.panel, project.partitions, since=since, until=until)
        run = _Run(settings=settings, watch=watch, partitions=partitions, now=now)
        standing = run.carry_out(Scorer(bundle=bundle, rules=rules, output=settings.artifacts))
        report = _report(run, standing, brief, bundle)
        _write(settings, report)
    return report


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run over the partitions, as it goes on."""

    settings: BatchSettings
    watch: Watch
    partitions: Sequence[Partition]
    now: Now
    tally: Tally = field(default_factory=Tally)
    pace: Pace = field(init=False)
    finish: datetime | None = None
    _said: Standing = Standing.UNKNOWN

    def __post_init__(self) -> None:
        self.pace = Pace(workers=self._workers)

    @property
    def _workers(self) -> int:
        return 1 if self.settings.engine == "serial" else self.settings.workers

    def carry_out(self, scorer: Scorer) -> Standing:
        """Score until all is done, or until the deadline can't be met; what is done stays done."""
        rows = {partition.name: partition.rows for partition in self.partitions}
        total = sum(rows.values())
        bar = Bar(self.settings.zone)
        results = ENGINES[self.settings.engine](scorer, self.partitions, self._workers)
        standing = self._look(total)
        with closing(bar), closing(results):  # type: ignore[type-var]
            while not self._gives_up(standing):
                try:
                    outcome = next(results)
                except StopIteration:
                    break
                if outcome is not None:
                    self._count(outcome, rows[outcome.record.partition])
                standing = self._look(total - self.tally.seen)
                bar.show(self._moment(total))
        return standing

    def _gives_up(self, standing: Standing) -> bool:
        late = standing in (Standing.WILL_MISS, Standing.MISSED)
        return late and self.settings.on_miss == "stop"

    def _count(self, outcome: Outcome, rows: int) -> None:
        self.tally.add(outcome)
        self.tally.seen += rows
        if not outcome.reused:
            self.pace.add(rows, outcome.seconds)

    def _look(self, rows_left: int) -> Standing:
        """Judge the run, and say so when it got worse."""
        moment = self.now()
        self.finish = self.pace.finish(moment, rows_left)
        standing = self.watch.judge(moment, self.finish)
        bad = (Standing.TIGHT, Standing.WILL_MISS, Standing.MISSED)
        if standing in bad and standing != self._said:
            log.warning(
                "deadline: %s",
                standing.value,
                extra={"due": self.watch.due, "forecast": self.finish, "rows_left": rows_left},
            )
        self._said = standing
        return standing

    def _moment(self, total: int) -> Moment:
        return Moment(
            rows=self.tally.seen,
            total=total,
            rows_per_second=self.pace.rows_per_second,
            finish=self.finish,
            due=self.watch.due,
        )


def _report(run: _Run, standing: Standing, brief: Brief, bundle: Bundle) -> Report:
    finished = run.now()
    before = previous(run.settings.artifacts)
    counts, max_bad = run.tally.counts(), brief.number(MAX_BAD)
    late = standing in (Standing.WILL_MISS, Standing.MISSED)
    verdict = Verdict.DONE
    if late:
        verdict = Verdict.DEADLINE_MISSED
    elif counts.bad_share > max_bad:
        verdict = Verdict.TOO_MUCH_BAD
    manifest = bundle.manifest
    return Report(
        project=brief.project,
        verdict=verdict,
        started=run.watch.started,
        finished=finished,
        due=run.watch.due,
        standing=standing,
        forecast=run.finish,
        rows_per_second=run.pace.rows_per_second,
        first=run.partitions[0].name,
        last=run.partitions[-1].name,
        left=len(run.partitions) - counts.partitions,
        counts=counts,
        max_bad_share=max_bad,
        reasons=dict(sorted(run.tally.reasons.items())),
        bad_partitions=[BadPartition(partition=name, reason=why) for name, why in sorted(run.tally.bad.items())],
        model=Model(
            name=manifest.name,
            digest=bundle.digest,
            metric=manifest.evaluation.metric,
            value=manifest.evaluation.value,
        ),
        shifts=shifts(manifest, run.tally.features, run.tally.predictions, run.settings.psi_alert),
        last_success=finished if verdict is Verdict.DONE else (before.last_success if before else None),
    )


def _write(settings: BatchSettings, report: Report) -> None:
    write_report(settings.artifacts, JSON, report.model_dump_json(indent=2) + "\n")
    write_report(settings.artifacts, "report.html", render_page(report, settings.zone))
    write_report(settings.artifacts, "metrics.prom", exposition(report))


def _sum(one: list[int], other: list[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)] if one else list(other)
