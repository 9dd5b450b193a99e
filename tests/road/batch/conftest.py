from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from {{ package_name }}.brief import Batch, Brief, read_brief
from {{ package_name }}.bundle import Bundle
from {{ package_name }}.config import BatchSettings

START = datetime(2014, 1, 1, 13, tzinfo=UTC)
SHIPPED = Path("models/departures")
DAYS = 4

Change = Callable[[str, pl.DataFrame], None]


@pytest.fixture(scope="session")
def our_brief() -> Brief:
    return read_brief(Path("brief.yaml"))


@pytest.fixture
def brief(our_brief: Brief) -> Brief:
    """Our brief, with numbers that the tests rest on whatever ours come to be."""
    demands = {"threshold": 1.0, "min_gain": 0.0}
    requirement = our_brief.objective.requirement.model_copy(update=demands)
    objective = our_brief.objective.model_copy(update={"requirement": requirement})
    return with_batch(our_brief.model_copy(update={"objective": objective}))


def with_batch(
    brief: Brief, input_ready: str = "08:00", deadline: str = "09:00", bad: float = 0.01
) -> Brief:
    """The brief with other demands on a batch."""
    batch = Batch.model_validate(
        {"input_ready": input_ready, "deadline": deadline, "max_bad_row_share": bad}
    )
    quality = brief.quality_attributes.model_copy(update={"batch": batch})
    return brief.model_copy(update={"quality_attributes": quality})


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return Bundle.load(SHIPPED)


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    """The first days of the shipped panel, to be changed at will."""
    folders = sorted(Path("data/panel").glob("day=*"))[:DAYS]
    for folder in folders:
        target = tmp_path / "panel" / folder.name
        target.mkdir(parents=True)
        (target / "panel.parquet").write_bytes((folder / "panel.parquet").read_bytes())
    return tmp_path / "panel"


@pytest.fixture
def settings(tmp_path: Path, panel: Path) -> BatchSettings:
    return BatchSettings(
        panel=panel, artifacts=tmp_path / "artifacts", model=str(SHIPPED), due="window"
    )


@pytest.fixture
def change(panel: Path) -> Change:
    """Give `change(day, rows)`, which replaces a partition's rows."""

    def write(day: str, rows: pl.DataFrame) -> None:
        rows.write_parquet(panel / f"day={day}" / "panel.parquet")

    return write


class Clock:
    """A clock that goes on by the same step each time that it is looked at."""

    def __init__(self, step: timedelta = timedelta(milliseconds=1)) -> None:
        self.moment = START
        self.step = step

    def __call__(self) -> datetime:
        self.moment += self.step
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


def rows_of(panel: Path, day: str) -> pl.DataFrame:
    return pl.read_parquet(panel / f"day={day}" / "panel.parquet", hive_partitioning=False)


def tree(root: Path) -> dict[str, bytes]:
    """Every file that a run leaves for others, but for its report, which holds the time."""
    kept = ("predictions", "quarantine", "ledger")
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for name in kept
        for path in sorted((root / name).rglob("*"))
        if path.is_file()
    }
