"""Hooks do as their page says; what they get wrong is told."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import yaml
from road.batch.batch import score
from road.batch.rules import Rules
from road.core.bundle import Bundle
from road.core.errors import UserError

from tests.road.batch.conftest import DAYS, ROWS, Change, Clock, Repo, day, declared, make_rows, tree

PAGE = Path(__file__).resolve().parents[3] / "docs/how-to/hooks-batch.md"
BLOCK = re.compile(r"```(?:yaml|python)\n# (\S+)\n(.*?)```", re.DOTALL)
EXAMPLES = BLOCK.findall(PAGE.read_text(encoding="utf-8"))

WithHooks = Callable[..., Repo]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the package of a project, which no other test has imported."""
    monkeypatch.syspath_prepend(str(tmp_path / "src"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]
    (tmp_path / "src" / "shop").mkdir(parents=True)
    return tmp_path / "src" / "shop"


@pytest.fixture
def with_hooks(repository: Repo, tmp_path: Path, package: Path) -> WithHooks:
    """Give `with_hooks(code, key=...)`, which makes a repository whose project has this code and these hooks."""

    def make(code: str, **keys: object) -> Repo:
        (package / "hooks.py").write_text(f"import polars as pl\n{code}\n")
        return replace(repository, project=declared(tmp_path, **keys))

    return make


@pytest.fixture
def example(repository: Repo, tmp_path: Path, package: Path) -> Repo:
    """Give the repository with the examples of the page."""
    keys: dict[str, object] = {}
    for name, text in EXAMPLES:
        if name == "project.yaml":
            keys |= yaml.safe_load(text)
        else:
            (package.parents[1] / name).write_text(text)
    assert set(keys) == {"checks", "output"}
    return replace(repository, project=declared(tmp_path, **keys))


def predictions(repository: Repo, partition: str) -> pl.DataFrame:
    return pl.read_parquet(repository.settings.artifacts / f"predictions/{partition}/predictions.parquet")


def test_the_check_of_the_page_finds_a_partition_that_was_cut_off(example: Repo, clock: Clock, change: Change) -> None:
    change(day(1), make_rows(1).head(ROWS - 2))

    report = score(example, now=clock)

    assert [(bad.partition, bad.reason) for bad in report.bad_partitions] == [(day(1), "south has 10 of 12 hours")]
    assert report.counts.scored == ROWS * (DAYS - 1)


def test_the_output_of_the_page_is_written(example: Repo, clock: Clock, bundle: Bundle) -> None:
    report = score(example, now=clock)

    rows = make_rows(0)
    expected = bundle.predict({name: rows[name].to_numpy() for name in bundle.names}).values.round().astype(int)
    written = predictions(example, day(0))
    assert report.counts.scored == ROWS * DAYS
    assert written.columns == ["shop", "hour", "note", "pieces"]
    assert written["pieces"].to_list() == expected.tolist()
    assert written["note"].equals(rows["note"])


def test_a_partition_without_a_good_row_has_an_output_without_rows(example: Repo, clock: Clock, change: Change) -> None:
    change(day(0), make_rows(0).with_columns(staff=pl.lit(99)))

    report = score(example, now=clock)

    assert report.counts.scored == ROWS * (DAYS - 1)
    assert predictions(example, day(0)).schema == predictions(example, day(1)).schema


def test_a_resumed_run_with_hooks_changes_nothing(example: Repo, clock: Clock) -> None:
    score(example, now=clock)
    before = tree(example.settings.artifacts)

    assert score(example, now=clock).counts.reused == DAYS
    assert tree(example.settings.artifacts) == before


def test_all_sentences_of_all_checks_are_told(with_hooks: WithHooks, clock: Clock) -> None:
    code = "def one(frame):\n    yield 'cold'\n    yield 'wet'\ndef other(frame):\n    return ('dark',)"
    repository = with_hooks(code, checks=["shop.hooks:one", "shop.hooks:other"])

    report = score(repository, now=clock)

    assert {bad.reason for bad in report.bad_partitions} == {"cold; wet; dark"}


def test_a_check_sees_the_declared_columns_of_every_row(with_hooks: WithHooks, clock: Clock, change: Change) -> None:
    change(day(0), make_rows(0).with_columns(staff=pl.lit(99)).drop("note"))
    code = "def seen(frame):\n    return [f'{frame.height} rows: ' + ' '.join(frame.columns)]"

    report = score(with_hooks(code, checks=["shop.hooks:seen"]), now=clock)

    columns = [bad.reason for bad in report.bad_partitions]
    assert columns == [f"{ROWS} rows: shop hour staff warmth", *[f"{ROWS} rows: shop hour staff warmth note"] * 3]


@pytest.mark.parametrize(
    ("key", "code", "said"),
    [
        ("checks", "def hook(frame):\n    return 'cold'", "gives no sentences"),
        ("checks", "def hook(frame):\n    return None", "gives no sentences"),
        ("checks", "def hook(frame):\n    return [1]", "gives no sentences"),
        ("checks", "def hook(frame):\n    return frame['gone']", "failed: ColumnNotFoundError"),
        ("checks", "def hook():\n    return []", r"takes \(\), but is called with \(frame\)"),
        ("output", "def hook(rows, predictions):\n    return 1 / 0", "failed: ZeroDivisionError"),
        (
            "output",
            "def hook(rows, predictions):\n    return predictions['prediction']",
            "gives Series, not a DataFrame",
        ),
        ("output", "def hook(rows, predictions):\n    return rows.head(3)", "gives 3 rows for 24"),
        ("output", "def hook(rows):\n    return rows", r"but is called with \(rows, predictions\)"),
    ],
)
def test_a_hook_that_does_not_keep_its_protocol_ends_the_run(
    with_hooks: WithHooks, clock: Clock, key: str, code: str, said: str
) -> None:
    named: object = "shop.hooks:hook" if key == "output" else ["shop.hooks:hook"]

    with pytest.raises(UserError, match=rf"^project\.yaml: {key}: shop\.hooks:hook .*{said}"):
        score(with_hooks(code, **{key: named}), now=clock)


def test_what_a_hook_raises_is_logged_whole(
    with_hooks: WithHooks, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    code = "def hook(rows, predictions):\n    raise ValueError('who knows')"

    with pytest.raises(UserError):
        score(with_hooks(code, output="shop.hooks:hook"), now=clock)

    assert "hooks.py" in caplog.text
    assert "ValueError: who knows" in caplog.text


OUTPUT = "def output(rows, predictions):\n    return rows.select('shop').with_columns(predictions)"


def test_the_configuration_names_the_code_of_the_whole_package(
    with_hooks: WithHooks, package: Path, bundle: Bundle
) -> None:
    project = with_hooks(OUTPUT, output="shop.hooks:output").project
    before = Rules.of(project, bundle.manifest).configuration

    again = Rules.of(project, bundle.manifest).configuration
    (package / "inner").mkdir()
    (package / "inner" / "helper.py").write_text("STEP = 1\n")
    with_helper = Rules.of(project, bundle.manifest).configuration
    (package / "notes.txt").write_text("nothing that runs\n")
    with_notes = Rules.of(project, bundle.manifest).configuration

    assert before == again != with_helper == with_notes


def test_the_configuration_names_the_hook(with_hooks: WithHooks, bundle: Bundle) -> None:
    code = f"{OUTPUT}\nother = output"

    found = {
        Rules.of(with_hooks(code, output=f"shop.hooks:{name}").project, bundle.manifest).configuration
        for name in ("output", "other")
    }

    assert len(found) == 2


def test_the_configuration_names_the_code_of_a_single_module(
    repository: Repo, tmp_path: Path, package: Path, bundle: Bundle
) -> None:
    module = package.parent / "hooks_in_one_file.py"
    module.write_text(OUTPUT)
    project = declared(tmp_path, output="hooks_in_one_file:output")
    before = Rules.of(project, bundle.manifest).configuration
    module.write_text(OUTPUT + "\n")

    assert (
        Rules.of(project, bundle.manifest).configuration
        != before
        != Rules.of(repository.project, bundle.manifest).configuration
    )


def test_an_edited_hook_scores_everything_anew(with_hooks: WithHooks, package: Path, clock: Clock) -> None:
    repository = with_hooks(OUTPUT, output="shop.hooks:output")
    score(repository, now=clock)
    kept = score(repository, now=clock).counts.reused
    with (package / "hooks.py").open("a") as file:
        file.write("# edited\n")

    assert (kept, score(repository, now=clock).counts.reused) == (DAYS, 0)
