"""The record of a run: what came of the panel, the deadline and the drift."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from road.batch.deadline import Standing
from road.core.files import write_file
from road.core.manifest import Manifest
from road.core.reference import Distribution

FOLDER = "report"
JSON = "report.json"


class Verdict(StrEnum):
    """How a run ended."""

    DONE = "done"
    TOO_MUCH_BAD = "too much bad input"
    DEADLINE_MISSED = "deadline missed"


class Part(BaseModel):
    """A part of the report: no unknown keys, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shift(Part):
    """A feature, or the prediction, beside its reference; the last share is of missing values."""

    name: str
    psi: float
    shifted: bool
    edges: list[float]
    reference: list[float]
    now: list[float]


class BadPartition(Part):
    """A partition that was put into quarantine as a whole."""

    partition: str
    reason: str


class Model(Part):
    """Which model scored."""

    name: str
    digest: str
    metric: str
    value: float


class Counts(Part):
    """What was met and what became of it, now or before; rows of an unreadable partition aren't known."""

    partitions: int
    reused: int
    bad_partitions: int
    rows: int
    scored: int
    scored_before: int
    quarantined: int

    @property
    def partitions_now(self) -> int:
        """Partitions that this run itself worked on."""
        return self.partitions - self.reused

    @property
    def scored_now(self) -> int:
        """Rows that this run itself made a prediction of."""
        return self.scored - self.scored_before

    @property
    def bad_share(self) -> float:
        """The larger of the shares of bad rows and of bad partitions."""
        rows = self.quarantined / self.rows if self.rows else 0.0
        return max(rows, self.bad_partitions / self.partitions if self.partitions else 0.0)


class Report(Part):
    """One run."""

    project: str
    verdict: Verdict
    started: datetime
    finished: datetime
    due: datetime
    standing: Standing
    forecast: datetime | None
    rows_per_second: float | None
    first: str
    last: str
    left: int
    counts: Counts
    max_bad_share: float
    reasons: dict[str, int]
    bad_partitions: list[BadPartition]
    model: Model
    shifts: list[Shift]
    last_success: datetime | None

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (self.finished - self.started).total_seconds()


def shifts(manifest: Manifest, features: dict[str, list[int]], predictions: list[int], alert: float) -> list[Shift]:
    """Compare what was counted with the model's reference, the largest shift first."""
    named = {**manifest.features, f"prediction of {manifest.output.name}": manifest.predictions}
    counted = {**features, f"prediction of {manifest.output.name}": predictions}
    found = [_shift(name, named[name], counts, alert) for name, counts in counted.items() if sum(counts)]
    return sorted(found, key=lambda shift: (-shift.psi, shift.name))


def previous(artifacts: Path) -> Report | None:
    """The report of the run before, if there is one that can be read."""
    try:
        return Report.model_validate_json((artifacts / FOLDER / JSON).read_bytes())
    except (OSError, ValidationError):
        return None


def write_report(artifacts: Path, name: str, text: str) -> None:
    """Put a file of the report in place, whole: a collector may read at any time."""
    write_file(artifacts, artifacts / FOLDER / name, text.encode())


def _shift(name: str, reference: Distribution, counts: list[int], alert: float) -> Shift:
    psi = reference.psi_of_counts(counts)
    total = sum(counts)
    return Shift(
        name=name,
        psi=round(psi, 6),
        shifted=psi > alert,
        edges=reference.edges,
        reference=[*reference.shares, reference.missing],
        now=[round(count / total, 6) for count in counts],
    )
