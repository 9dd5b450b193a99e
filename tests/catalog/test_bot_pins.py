"""Drift of repos whose pins a bot moves, and who says that it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.catalog.blueprint import read_blueprint
from goldenpath.catalog.drift import State
from goldenpath.catalog.ownership import claims
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.catalog.conftest import Road

CI = ".github/workflows/ci.yml"
OLD, NEW, NEWER = "3d3c42e5aac5ba805825da76410c181273ba90b1", "2" * 40, "3" * 40
BOT = "pins: {actions: bot, requirements: bot}\n"
WORKFLOW = (
    f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: acme/x@{OLD}  # v1.0.0\n      - run: make\n"
)
OWNED = """\
name: small
version: 1.2.0
layers: [_base]
ownership:
  managed: [".github/**", Dockerfile, .copier-answers.yml]
  shared: {pyproject.toml: [dependency-groups], requirements.txt: []}
"""


@pytest.fixture
def bots(road: Road) -> Road:
    """Give a road that hands its actions and requirements to a bot."""
    file = road.folder / "blueprints/small/blueprint.yaml"
    file.write_text(OWNED + BOT)
    road.change(**{
        ".github__workflows__ci.yml": WORKFLOW, "Dockerfile": "FROM python:3.11\n", "pyproject.toml.jinja": None,
        "pyproject.toml": '[dependency-groups]\ndev = ["ruff>=0.14", "mypy>=1.18"]\n',
        "requirements.txt": "six==1.16\n",
    })  # fmt: skip
    return road


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


@pytest.mark.parametrize("worktree", [True, False])
def test_a_file_whose_pins_the_bot_moved_is_in_sync(bots: Road, git: Callable[..., str], *, worktree: bool) -> None:
    repo = bots.make("repo", "1.2.0.dev")
    edit(repo / CI, f"{OLD}  # v1.0.0", f"{NEW} # v2.0.0")
    edit(repo / "pyproject.toml", "ruff>=0.14", "ruff>=0.17.6")
    git(repo, "commit", "-qam", "bump")

    assert bots.states(repo, worktree=worktree) == {}


@pytest.mark.parametrize(("before", "after"), [
    (f"{OLD}  # v1.0.0", "v1.0.0"), (f"acme/x@{OLD}", f"acme/y@{OLD}"), ("make", "make all"),
])  # fmt: skip
def test_any_other_edit_is_told_as_before_bumped_or_not(bots: Road, before: str, after: str) -> None:
    repo = bots.make("repo", "1.2.0.dev")
    edit(repo / CI, before, after)
    (repo / CI).write_text((repo / CI).read_text().replace(OLD, NEW))

    (row,) = [row for row in bots.drift(repo).files if row.state is not State.IN_SYNC]

    assert (row.path, row.state) == (CI, State.EDITED)
    assert row.found == "edited; the blueprint small 1.2.0.dev manages it"


def test_a_pin_of_the_standards_is_compared_with_its_version(bots: Road) -> None:
    repo = bots.make("repo", "1.2.0.dev")
    edit(repo / "Dockerfile", "python:3.11", "python:3.12")
    edit(repo / "requirements.txt", "1.16", "1.17")

    assert bots.states(repo) == {"Dockerfile": "edited", "requirements.txt six==1.16": "edited"}


def test_a_requirement_that_is_gone_is_told_without_versions(bots: Road) -> None:
    repo = bots.make("repo", "1.2.0.dev")
    edit(repo / "pyproject.toml", '"ruff>=0.14", "mypy>=1.18"', '"ruff>=0.15"')

    (row,) = [row for row in bots.drift(repo).files if row.state is not State.IN_SYNC]

    assert (row.key, row.line, row.wanted) == ("dependency-groups.dev", 2, "mypy>=«version»")
    assert row.found.startswith('dependency-groups.dev is ["ruff>=«version»"]')


def test_a_template_that_only_moved_a_pin_leaves_nobody_behind(bots: Road) -> None:
    bots.release("1.2.0")
    kept, bumped, edited = (bots.make(name, "1.2.0") for name in ("kept", "bumped", "edited"))
    edit(bumped / CI, OLD, NEWER)
    edit(edited / CI, "make", "make all")
    bots.version("1.3.0")
    bots.change(**{".github__workflows__ci.yml": WORKFLOW.replace(OLD, NEW)})
    bots.release("1.3.0", after="1.2.0")

    assert bots.states(kept) == {".copier-answers.yml": "behind"}
    assert bots.states(bumped) == {".copier-answers.yml": "behind"}
    assert bots.states(edited) == {".copier-answers.yml": "behind", CI: "edited"}


def test_a_bumped_repo_is_behind_a_template_that_changed_more(bots: Road) -> None:
    bots.release("1.2.0")
    bumped, both = bots.make("bumped", "1.2.0"), bots.make("both", "1.2.0")
    edit(bumped / CI, OLD, NEW)
    edit(both / CI, f"{OLD}  # v1.0.0", "v2")
    bots.version("1.3.0")
    bots.change(**{".github__workflows__ci.yml": WORKFLOW.replace("make", "make check")})
    bots.release("1.3.0", after="1.2.0")

    assert bots.states(bumped) == {".copier-answers.yml": "behind", CI: "behind"}
    assert bots.states(both) == {".copier-answers.yml": "behind", CI: "both"}


def test_without_the_base_a_bumped_file_is_as_the_newest_version_has_it(bots: Road) -> None:
    repo = bots.make("repo", "1.2.0.dev")
    bots.change(Dockerfile="FROM python:3.13\n")
    edit(repo / CI, OLD, NEW)

    assert bots.states(repo) == {"Dockerfile": "differs"}


def test_a_bumped_file_with_another_bit_is_told_by_the_bit(bots: Road) -> None:
    repo = bots.make("repo", "1.2.0.dev")
    edit(repo / CI, OLD, NEW)
    (repo / CI).chmod(0o755)

    (row,) = [row for row in bots.drift(repo).files if row.state is not State.IN_SYNC]

    assert row.found.startswith("made executable")


def test_a_file_is_read_only_where_it_differs_and_can_hold_a_bots_pins(
    bots: Road, git: Callable[..., str], tmp_path: Path
) -> None:
    repo = bots.make("repo", "1.2.0.dev")
    edit(repo / "Dockerfile", "python", "pypy")
    git(repo, "commit", "-qam", "change")
    git(tmp_path, "clone", "-q", "--bare", str(repo), "bare.git")
    for path in ("Dockerfile", CI):
        blob = git(repo, "rev-parse", f"HEAD:{path}")
        (tmp_path / "bare.git/objects" / blob[:2] / blob[2:]).unlink()

    assert bots.states(tmp_path / "bare.git", worktree=False) == {"Dockerfile": "edited"}


def test_a_huge_file_in_place_of_a_managed_one_is_an_edit_that_nobody_reads(
    bots: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = bots.make("repo", "1.2.0.dev")
    (repo / CI).write_text((repo / CI).read_text().replace(OLD, NEW) + "#" * 300_000)
    monkeypatch.setattr("goldenpath.catalog.ownership.masked", lambda *_: pytest.fail("read"))

    assert bots.states(repo) == {CI: "edited"}


@pytest.mark.parametrize(("lower", "upper", "owned"), [
    ("", "", ()),
    ("pins: {actions: bot, hooks: bot}\n", "", ("actions", "hooks")),
    ("pins: {actions: bot, hooks: bot}\n", "pins: {hooks: standard, images: bot}\n", ("actions", "images")),
    ("pins: {actions: standard}\n", "pins: {actions: bot}\n", ("actions",)),
])  # fmt: skip
def test_the_uppermost_layer_that_names_a_kind_says_who_owns_it(
    make_standard: Callable[..., Path], lower: str, upper: str, owned: tuple[str, ...]
) -> None:
    standard = make_standard({
        "blueprints/_base/layer.yaml": "name: _base\n" + lower,
        "blueprints/small/blueprint.yaml": "name: small\nversion: 1.2.0\nlayers: [_base]\n" + upper,
    })  # fmt: skip

    assert claims(read_blueprint(standard / "blueprints/small")).bot == owned


@pytest.mark.parametrize("file", ["_base/layer.yaml", "small/blueprint.yaml"])
@pytest.mark.parametrize(("text", "told"), [
    ("pins:\n  action: bot\n", "2:3: unknown key 'action'. Did you mean 'actions'?"),
    ("pins:\n  actions: bots\n", "2:3: pins.actions is 'bots', it should be 'bot' or 'standard'. Did you mean 'bot'?"),
    ("pins: [actions]\n", "1:1: pins is a list, it should be a mapping of keys to values. "),
])  # fmt: skip
def test_a_mistake_in_pins_is_told_at_its_place(
    make_standard: Callable[..., Path], file: str, text: str, told: str
) -> None:
    rest = "name: _base\n" if "layer" in file else "name: small\nversion: 1.2.0\nlayers: [_base]\n"
    standard = make_standard({f"blueprints/{file}": text + rest})

    with pytest.raises(GoldenpathError) as raised:
        read_blueprint(standard / "blueprints/small")

    found = raised.value
    assert f"{found.where}: {found.message}. {found.hint}" == f"{standard}/blueprints/{file}:{told}"
