"""Trains again from a run's record, and says whether the same came out."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from road.core.errors import UserError
from road.core.project import Project
from road.training.config import Training
from road.training.runs import Run, read_run
from road.training.training import train

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A recorded run beside the same run done again."""

    recorded: Run
    again: Run
    project: Project
    """As it is declared now; the run is done again as it was declared then."""

    @property
    def agrees(self) -> bool:
        """Whether the metrics are the same."""
        old, new = self.recorded.evaluation, self.again.evaluation
        return (
            old.metric == new.metric
            and abs(old.value - new.value) <= TOLERANCE
            and abs(old.baseline_value - new.baseline_value) <= TOLERANCE
        )

    @property
    def differences(self) -> list[str]:
        """What is different about the code, its libraries and the declaration, in words."""
        old, new = self.recorded.code, self.again.code
        found = [
            f"{name} {old.packages.get(name)} then, {version} now"
            for name, version in new.packages.items()
            if old.packages.get(name) != version
        ]
        if old.commit != new.commit:
            found.append(f"commit {old.commit} then, {new.commit} now")
        if old.dirty or new.dirty:
            found.append("files that were not committed")
        then, now = self.recorded.project.model_dump(), self.project.model_dump()
        changed = [key for key in now if then[key] != now[key]]
        if changed:
            found.append(f"project.yaml has another {', '.join(changed)} now; the run's own was taken")
        return found


def reproduce(repository: Training, run_id: str, *, now: datetime) -> Comparison:
    """Train again with the recorded declaration, data, seed, threads and parameters; keeps nothing."""
    recorded = read_run(repository.settings.artifacts, run_id)
    with TemporaryDirectory() as scratch:
        changes = {
            "artifacts": Path(scratch),
            "data": recorded.data,
            "seed": recorded.seed,
            "threads": recorded.threads,
            "parameters": recorded.parameters,
        }
        settings = repository.settings.model_copy(update=changes)
        again = train(replace(repository, settings=settings, project=recorded.project), started=now)
    if again.data_sha256 != recorded.data_sha256:
        raise UserError(
            f"{recorded.data} is not the data of run {run_id}: sha256 {again.data_sha256}, then {recorded.data_sha256}"
        )
    return Comparison(recorded=recorded, again=again, project=repository.project)
