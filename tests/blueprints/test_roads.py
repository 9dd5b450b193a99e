from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from goldenpath import _globs, _yaml
from goldenpath.catalog import standing
from goldenpath.catalog.catalog import read_catalog
from goldenpath.catalog.compose import compose
from goldenpath.catalog.create import Made, Options, Order, Source, create, preview
from goldenpath.finding import Result
from goldenpath.fleet.one import one_repo
from goldenpath.standard import BUILTIN, read_standard
from goldenpath.survey.assess import Yardstick, assess

STANDARD = read_standard(BUILTIN)
BLUEPRINTS = {blueprint.name: blueprint for blueprint in read_catalog(STANDARD.blueprints).blueprints}
INTERPRETER = "{}.{}".format(*sys.version_info[:2])
OPEN = {"brief-filled-in", "personal-data-ethics"}  # what a brief that nobody filled in yet is told
FAR = date(2100, 1, 1)  # past every date: what is planned today blocks


def answer_sets() -> list[Any]:
    sets = []
    for name, blueprint in BLUEPRINTS.items():
        file = blueprint.folder / "tests" / "answers.yaml"
        found = _yaml.load(file.read_text(encoding="utf-8")) if file.is_file() else {}
        sets += [pytest.param(name, key, answers, id=f"{name}-{key}") for key, answers in found.items()]
    return sets


def order(name: str, answers: dict[str, Any], destination: Path) -> Order:
    blueprint = BLUEPRINTS[name]
    return Order(
        blueprint=blueprint,
        template=compose(blueprint),
        version=blueprint.unreleased,
        source=Source(standard=STANDARD.source, ref=STANDARD.ref, url=STANDARD.url_of(name)),
        answers=answers,
        destination=destination,
    )


def make(name: str, answers: dict[str, Any], destination: Path) -> Made:
    made = create(order(name, answers, destination), Options(), step=lambda _: None)
    assert made is not None
    return made


def is_open(made: Made) -> bool:
    """Whether the repo comes without the example, so that what only people know is open in its brief."""
    return not (made.folder / "models/departures").exists() and not (made.folder / "data/departures.parquet").exists()


@pytest.mark.parametrize("name", sorted(BLUEPRINTS))
def test_a_blueprint_says_which_answers_it_is_tested_with(name: str) -> None:
    asked = {question.name for question in compose(BLUEPRINTS[name]).questions if question.choices}
    sets = [param.values[2] for param in answer_sets() if param.values[0] == name]

    assert {} in sets, "the defaults"
    assert asked <= {key for answers in sets for key in answers}, "every choice"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key", "answers"), answer_sets())
def test_every_answer_gives_a_locked_repo_that_meets_every_policy_whatever_its_date(
    name: str, key: str, answers: dict[str, Any], tmp_path: Path
) -> None:
    made = make(name, answers, tmp_path / key)

    assert made.locked, made.notes
    templates = replace(STANDARD.load_templates(), cache=tmp_path / "cache")
    yardstick = Yardstick(policies=STANDARD.load_policies(), waivers=(), as_of=FAR, templates=templates, worktree=True)
    assessment = assess(one_repo(str(made.folder)), yardstick)
    expected = OPEN if is_open(made) else set()
    found = [finding for finding in assessment.findings if finding.policy not in expected]
    assert [f"{finding.policy} {finding.place}: {finding.found}" for finding in found] == []
    assert [result for result in assessment.results if result.result is Result.ERROR] == []
    assert {r.policy for r in assessment.results if r.result is Result.PASS} >= {
        "template-unchanged",
        "template-current",
    }
    assert (assessment.level == 3) is not is_open(made)
    assert assessment.unreadable == ()


@pytest.mark.parametrize(("name", "key", "answers"), answer_sets())
def test_every_file_of_a_road_is_claimed_once(name: str, key: str, answers: dict[str, Any], tmp_path: Path) -> None:
    owned = [layer.ownership for layer in BLUEPRINTS[name].layers]

    made = preview(order(name, answers, tmp_path / key), Options(), step=lambda _: None)

    def claims(path: str) -> int:
        globs = [g for owner in owned for g in (*owner.managed, *owner.sealed, *owner.shared, *owner.seeded)]
        return sum(_globs.matches(glob, path) for glob in globs)

    assert {path: claims(path) for path in made.files if path != standing.FILE and claims(path) != 1} == {}


@pytest.mark.parametrize(("name", "key", "answers"), answer_sets())
def test_the_same_answers_give_the_same_tree(name: str, key: str, answers: dict[str, Any], tmp_path: Path) -> None:
    first, second = (
        preview(order(name, answers, tmp_path / place / key), Options(), step=lambda _: None) for place in ("a", "b")
    )

    assert first.tree == second.tree


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BLUEPRINTS))
def test_a_repo_passes_its_own_checks_and_leaves_no_trace(name: str, tmp_path: Path) -> None:
    made = make(name, {"project_name": "demand", "python_version": INTERPRETER}, tmp_path / "demand")

    for target in ("setup", "check", "hooks"):
        done = run("make", target, cwd=made.folder)

        assert done.returncode == 0, f"make {target}\n{done.stdout[-6000:]}{done.stderr[-3000:]}"
    assert run("git", "status", "--porcelain", cwd=made.folder).stdout == ""
    assert not (made.folder / ".git" / "hooks" / "pre-commit.legacy").exists(), "every commit would run its hooks twice"


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "PYTEST_", "VIRTUAL_ENV"))}
    env = {**kept, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
