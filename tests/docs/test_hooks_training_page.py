"""The examples of docs/how-to/hooks-training.md run as the page says, on the invented shops."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import yaml
from road.core import commands
from road.core.bundle import Bundle
from road.training.cli import main
from road.training.runs import Run, latest_run

from tests.road.briefs import write_brief
from tests.road.training.shops import PROJECT, make_panel

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parents[2] / "docs/how-to/hooks-training.md"
BLOCK = re.compile(r"```(?:yaml|python)\n# (\S+?)(, in its place)?\n(.*?)```", re.DOTALL)
PLAIN = {key: PROJECT[key] for key in ("version", "task", "keys", "time", "target", "columns", "split")}
Said = pytest.CaptureFixture[str]


def blocks() -> list[tuple[str, bool, str]]:
    return [(name, bool(other), text) for name, other, text in BLOCK.findall(PAGE.read_text(encoding="utf-8"))]


def declared(*keys: str, other: bool = False) -> dict[str, Any]:
    """Give what the page declares: of its lines of project.yaml those with some keys."""
    found = [yaml.safe_load(text) for name, in_place, text in blocks() if name == "project.yaml" and in_place == other]
    return {key: value for lines in found for key, value in lines.items() if key in keys}


@pytest.fixture(autouse=True)
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stand in a repository with the Python of the page, and without any of its lines of project.yaml."""
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    write_brief(tmp_path, min_gain=0.0)
    make_panel().write_parquet("sales.parquet")
    Path("settings.toml").write_text('data = "sales.parquet"\ntracking = false\n')
    for name, _, text in blocks():
        if name != "project.yaml":
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text)
    forget()  # another page may have a package of this name
    yield tmp_path
    forget()


def forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


def declare(*keys: str, other: bool = False, **changes: Any) -> None:
    """Write a project.yaml with the page's lines for some keys, beside those that it takes to train."""
    lines = {**declared("features", "inputs", "model", "baselines"), **declared(*keys), **declared(*keys, other=other)}
    Path("project.yaml").write_text(yaml.safe_dump({**PLAIN, **lines, **changes}, sort_keys=False))


def run() -> Run:
    assert main(["train"]) == 0
    found = latest_run(Path("artifacts"))
    assert found is not None
    return found


def test_features_model_and_baselines_train_together(monkeypatch: pytest.MonkeyPatch) -> None:
    declare()
    monkeypatch.setenv("APP_PARAMETERS__ALPHA", "0.5")

    found = run()

    assert found.parameters == {"alpha": 0.5}
    assert found.evaluation.baseline == "yesterday"
    assert set(found.evaluation.segments) == {"north", "south"}


def test_the_function_alone_means_the_same() -> None:
    declare()
    first = run()
    declare(model="shop.model:estimator")

    assert run().digest == first.digest


def test_a_model_of_one_s_own_goes_the_whole_way(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declare("model", other=True)
    write_brief(repo, threshold=10.0, min_gain=0.0)
    monkeypatch.setenv("APP_PARAMETERS__SHARE", "1")

    found = run()

    assert found.project.model == "shop.nearest:model"
    assert found.evaluation.value == pytest.approx(found.evaluation.baseline_value)


def test_transforms_are_made_by_the_bundle_itself() -> None:
    lines = declared("features", other=True)
    Path("project.yaml").write_text(yaml.safe_dump({**PLAIN, **lines}, sort_keys=False))
    write_brief(Path(), baseline="seasonal_naive", threshold=10.0, min_gain=0.0)

    found = run()

    bundle = Bundle.load(Path("artifacts/runs") / found.id / "bundle")
    assert list(bundle.names) == ["shop", "hour", "heat"]
    assert list(bundle.columns)[2:] == ["hour_hour", "hour_weekday", "heat_log"]


def test_a_source_reads_the_tills(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    declare("source")
    monkeypatch.setenv("APP_DATA", "tills")
    assert main(["validate"]) == 2
    Path("tills").mkdir()
    for (day,), rows in make_panel().group_by(pl.col("hour").dt.date()):
        rows.write_csv(f"tills/{day}.csv")

    assert main(["validate"]) == 0

    said = capsys.readouterr()
    assert said.err == "error: tills has no file of a till\n"
    assert said.out == "tills: 1440 rows keep the contract\n"
    assert run().data == "tills"


def test_a_check_finds_the_silent_day(capsys: Said) -> None:
    declare("checks")
    silent = (pl.col("shop") == "south") & (pl.col("hour").dt.day() == 9)
    make_panel().with_columns(sales=pl.when(silent).then(0.0).otherwise("sales")).write_parquet("sales.parquet")

    assert main(["validate"]) == 2
    assert "shop south sold nothing on 2026-03-09\n" in capsys.readouterr().err


def test_a_split_leaves_a_gap() -> None:
    declare("split")

    found = run()

    assert found.evaluation.rows == 2 * 7 * 24
    assert found.project.split == "shop.split:with_a_gap"


def test_a_metric_and_a_baseline_are_named_by_the_brief(repo: Path, capsys: Said) -> None:
    declare("metrics", "baselines")
    write_brief(repo, metric="within_two", direction="higher", threshold=0.6, baseline="usual_hour", min_gain=0.0)

    main(["train"])

    assert "within_two 0." in capsys.readouterr().out
    found = latest_run(Path("artifacts"))
    assert found is not None
    assert (found.evaluation.metric, found.evaluation.baseline) == ("within_two", "usual_hour")
    assert 0.6 < found.evaluation.baseline_value <= 1
