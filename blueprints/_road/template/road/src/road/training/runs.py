"""The record of a run: everything needed to say what came of it and to do it again."""

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from road.core.errors import UserError
from road.core.gate import Verdict
from road.core.manifest import Code, Evaluation
from road.core.project import Project


class Run(BaseModel):
    """One training run, as `run.json` holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    started: datetime
    seconds: float
    data: str
    data_sha256: str
    project: Project
    seed: int
    threads: int
    parameters: dict[str, Any]
    code: Code
    evaluation: Evaluation
    verdicts: list[Verdict]
    digest: str

    @property
    def passed(self) -> bool:
        """Whether the gate let the model through."""
        return all(verdict.passed for verdict in self.verdicts)


def runs_folder(artifacts: Path) -> Path:
    """Where runs are kept, a folder each."""
    return artifacts / "runs"


def bundle_folder(artifacts: Path, run_id: str) -> Path:
    """Where a run's bundle lies."""
    return runs_folder(artifacts) / run_id / "bundle"


def write_run(artifacts: Path, run: Run) -> None:
    """Write the record beside the run's bundle."""
    target = runs_folder(artifacts) / run.id / "run.json"
    target.write_text(run.model_dump_json(indent=2, exclude_defaults=True) + "\n", encoding="utf-8")


def read_run(artifacts: Path, run_id: str) -> Run:
    """Read a record; `UserError` names the runs that there are."""
    folder = runs_folder(artifacts)
    try:
        return Run.model_validate_json((folder / run_id / "run.json").read_bytes())
    except OSError as error:
        known = sorted(path.parent.name for path in folder.glob("*/run.json"))
        raise UserError(f"there is no run {run_id}; known: {', '.join(known) or 'none'}") from error
    except ValidationError as error:
        raise UserError(f"the record of run {run_id} is not valid: {error}") from error


def all_runs(artifacts: Path) -> list[Run]:
    """Every record, the oldest first."""
    ids = sorted(path.parent.name for path in runs_folder(artifacts).glob("*/run.json"))
    return [read_run(artifacts, each) for each in ids]


def latest_run(artifacts: Path) -> Run | None:
    """The record of the newest run, if there is one."""
    ids = sorted(path.parent.name for path in runs_folder(artifacts).glob("*/run.json"))
    return read_run(artifacts, ids[-1]) if ids else None
