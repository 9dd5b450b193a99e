"""A bundle is named in settings.toml and followed in brief.yaml, and nothing else of them changes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import yaml
from road.core.begin import is_open, take_bundle, with_model, with_requirement
from road.core.brief import read_brief
from road.core.errors import UserError
from road.core.manifest import Evaluation

from tests.road.briefs import write_brief
from tests.road.bundles import INPUTS, make_bundle, make_manifest

SETTINGS = """\
# Where the model is.
model = "models/old#sha256=00" # the digest lets in this one alone
queue = 64

[parameters]
model = "not this one"
"""
BRIEF = """\
# What it is held to.
objective:
  statement: Sell cakes.
  requirement:
    prediction: >-
      Cakes of the next day.
    metric: mae # what the owner feels
    direction: higher
    threshold: 2.0
    baseline: 'same day'
    min_gain: 0.05
    operating_point: {rule: f1}
"""
EVALUATION = make_manifest(INPUTS).evaluation.model_copy(update={"baseline": "last week: mean", "threshold": 0.125})


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository's folder with a bundle beside the files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.toml").write_text(SETTINGS)
    write_brief(tmp_path)
    make_bundle(tmp_path / "model")
    return tmp_path


def test_another_model_is_named_and_all_else_stays() -> None:
    changed = with_model(SETTINGS, "models/new#sha256=11")

    assert changed == SETTINGS.replace("models/old#sha256=00", "models/new#sha256=11")


@pytest.mark.parametrize("text", ["", "queue = 64\n", "queue = 64", "[parameters]\nmodel = 1\n", "# model = 'x'\n"])
def test_a_model_is_named_where_none_was(text: str) -> None:
    changed = with_model(text, 'a "b"')

    assert tomllib.loads(changed) == {**tomllib.loads(text), "model": 'a "b"'}
    assert text.rstrip("\n") in changed


@pytest.mark.parametrize("text", ['"model" = "x"\n', 'model = """\nx"""\n', "x = \n"])
def test_settings_that_cant_be_changed_safely_are_told(text: str) -> None:
    with pytest.raises(UserError, match=r"settings\.toml can't be changed: write model = "):
        with_model(text, "new")


def test_the_brief_asks_for_what_the_model_was_held_to_and_keeps_its_words() -> None:
    changed = with_requirement(BRIEF, EVALUATION)

    wanted = {"metric": "wape", "direction": "lower", "threshold": 0.125, "baseline": "last week: mean"}
    before, after = (yaml.safe_load(text)["objective"] for text in (BRIEF, changed))
    assert after == {**before, "requirement": {**before["requirement"], **wanted}}
    assert "metric: wape # what the owner feels" in changed
    assert [line for line in BRIEF.splitlines() if line not in changed.splitlines()] == [
        "    metric: mae # what the owner feels",
        "    direction: higher",
        "    threshold: 2.0",
        "    baseline: 'same day'",
    ]


def test_a_brief_that_asks_for_the_same_stays_as_it_is() -> None:
    same = Evaluation.model_validate(
        {**EVALUATION.model_dump(), "metric": "mae", "direction": "higher", "threshold": 2, "baseline": "same day"}
    )

    assert with_requirement(BRIEF, same) == BRIEF


@pytest.mark.parametrize("text", ["", "objective: 1\n", BRIEF.replace("    metric: mae", "    metrik: mae")])
def test_a_brief_without_a_requirement_is_told(text: str) -> None:
    with pytest.raises(UserError, match=r"objective\.requirement\.metric isn't there: write wape"):
        with_requirement(text, EVALUATION)


@pytest.mark.parametrize(
    ("change", "is_it"),
    [
        (("min_gain: 0.05", "min_gain: 0.05\n    proposed: true"), True),
        (("min_gain: 0.05", "min_gain: 0.05\n    proposed: false"), False),
        (("metric: mae", "metric: TODO"), True),
        (("'same day'", "<a simple rule>"), True),
        (("metric: mae", "metric: todos_done"), False),
    ],
)
def test_what_nobody_agreed_on_is_open(change: tuple[str, str], *, is_it: bool) -> None:
    assert is_open(BRIEF.replace(*change)) is is_it


def test_what_people_agreed_on_is_shown_and_kept(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (place / "brief.yaml").read_text()

    begun = take_bundle("model", force=False)

    assert begun.kept
    assert (place / "brief.yaml").read_text() == before
    assert tomllib.loads((place / "settings.toml").read_text())["model"] == f"model#sha256={begun.bundle.digest}"
    said = capsys.readouterr().out
    assert "-    metric: mae\n+    metric: wape" in said
    assert '-model = "models/old#sha256=00"' in said


@pytest.mark.parametrize(("proposed", "force"), [(True, False), (False, True)])
def test_what_is_proposed_or_forced_is_written(place: Path, *, proposed: bool, force: bool) -> None:
    write_brief(place, proposed=proposed)

    assert not take_bundle("model", force=force).kept

    requirement = read_brief(place / "brief.yaml").objective.requirement
    assert (requirement.metric, requirement.threshold, requirement.baseline) == ("wape", 0.2, "yesterday")
    assert requirement.proposed is proposed


def test_a_second_time_changes_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take_bundle("model", force=True)
    before = [(place / name).read_bytes() for name in ("settings.toml", "brief.yaml")]
    capsys.readouterr()

    assert not take_bundle("model", force=False).kept

    assert [(place / name).read_bytes() for name in ("settings.toml", "brief.yaml")] == before
    assert capsys.readouterr().out.count("says so already") == 2


@pytest.mark.parametrize(
    ("name", "content"), [("settings.toml", "x = "), ("brief.yaml", "a: ["), ("brief.yaml", "\xff")]
)
def test_a_file_that_cant_be_read_is_told_and_nothing_is_written(place: Path, name: str, content: str) -> None:
    (place / name).write_bytes(content.encode("latin-1"))
    before = [(place / name).read_bytes() for name in ("settings.toml", "brief.yaml")]

    with pytest.raises(UserError, match=name):
        take_bundle("model", force=True)

    assert [(place / name).read_bytes() for name in ("settings.toml", "brief.yaml")] == before


def test_an_alias_is_followed_further_on(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    registry = tmp_path_factory.mktemp("registry")
    digest = make_bundle(registry / "versions" / "new")
    (registry / "versions" / "new").rename(registry / "versions" / digest[:16])
    (registry / "aliases.json").write_text(json.dumps({"champion": {"digest": digest}}))

    take_bundle(f"{registry}#champion", force=True)

    assert tomllib.loads((place / "settings.toml").read_text())["model"] == f"{registry}#champion"


@pytest.mark.parametrize("location", ["gone", "model#champion", f"model#sha256={'0' * 64}"])
def test_of_a_bundle_that_isnt_there_nothing_is_written(place: Path, location: str) -> None:
    with pytest.raises(UserError):
        take_bundle(location, force=True)

    assert (place / "settings.toml").read_text() == SETTINGS
