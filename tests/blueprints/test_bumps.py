"""A rendered repo after its bot's pull requests: no policy says anything else, and no level falls."""

from __future__ import annotations

import re
import subprocess
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath import _yaml
from goldenpath.catalog.create import Options, preview
from goldenpath.catalog.lock import uv_binary
from goldenpath.catalog.ownership import claims
from goldenpath.catalog.pins import PinKind
from goldenpath.fleet.one import one_repo
from goldenpath.survey.assess import Yardstick, assess
from tests.blueprints import bots
from tests.blueprints.test_roads import BLUEPRINTS, FAR, STANDARD, make, order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from goldenpath.survey.result import Assessment

    Bump = Callable[[Path], None]

COMMIT, DIGEST = "0123456789abcdef" * 2 + "01234567", "0123456789abcdef" * 4
CI, HOOKS = ".github/workflows/ci.yml", ".pre-commit-config.yaml"
ECOSYSTEMS = {
    "github-actions": PinKind.ACTIONS,
    "docker": PinKind.IMAGES,
    "pre-commit": PinKind.HOOKS,
    "uv": PinKind.REQUIREMENTS,
}


def edit(path: str, bot: Callable[..., str], *given: str) -> Bump:
    def bump(repo: Path) -> None:
        file = repo / path
        file.write_text(bot(file.read_text(encoding="utf-8"), *given), encoding="utf-8")

    return bump


def raise_to_locked(repo: Path, name: str) -> None:
    """Raise the lower bound of a requirement to what is locked, as a bot does with each bump, and lock anew."""
    lock = tomllib.loads((repo / "uv.lock").read_text(encoding="utf-8"))
    version = next(package["version"] for package in lock["package"] if package["name"] == name)
    edit("pyproject.toml", bots.dependabot_requirement, name, f">={version}")(repo)
    subprocess.run([uv_binary(), "lock", "--quiet"], cwd=repo, check=True)


def own_requirement(repo: Path) -> str:
    """Return the first package of an index that the project itself requires; "" where its Python imports none."""
    required = tomllib.loads((repo / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = (re.split(r"[\[=<>~ ]", text)[0] for text in required)
    return next((name for name in names if name != "goldenpath-road"), "")


def raise_own(repo: Path) -> None:
    raise_to_locked(repo, own_requirement(repo) or "pytest")


def raise_of_group(repo: Path) -> None:
    raise_to_locked(repo, "ruff")


def raise_backend(repo: Path) -> None:
    manifest = (repo / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'requires = \["(?P<name>[a-z_-]+)>=(?P<least>[\d.]+),<(?P<most>\d+)"', manifest)
    assert found is not None
    raised = f"<{int(found['most']) + 1},>={found['least']}.9"
    edit("pyproject.toml", bots.dependabot_requirement, found["name"], raised)(repo)


def bump_transitive(repo: Path) -> None:
    edit("uv.lock", bots.uv_package, "typing-extensions", "9.9.9")(repo)


BUMPS: dict[str, Bump] = {
    "an action by Dependabot": edit(CI, bots.dependabot_action, "actions/checkout", COMMIT, "9.1.0"),
    "an action by Renovate": edit(CI, bots.renovate_action, "actions/upload-artifact", COMMIT[::-1], "9"),
    "an action by pinact": edit(CI, bots.pinact, "astral-sh/setup-uv", COMMIT[::-1], "11.0.0"),
    "a runner by Renovate": edit(CI, bots.renovate_runner, "ubuntu", "26.04"),
    "a digest by Dependabot": edit("Dockerfile", bots.dependabot_image, "python", "", DIGEST),
    "a tag and digest by Renovate": edit("Dockerfile", bots.dependabot_image, "python", "3.14", DIGEST),
    "a tag and digest by Dependabot": edit(
        "Dockerfile", bots.dependabot_image, "ghcr.io/astral-sh/uv", "0.13.1", DIGEST
    ),
    "a requirement by Dependabot": raise_own,
    "a requirement of a group by Dependabot": raise_of_group,
    "the build backend by Dependabot": raise_backend,
    "a locked package by Dependabot": bump_transitive,
    "a hook by Renovate": edit(HOOKS, bots.renovate_hook, "detect-secrets", "1.99.1"),
    "another hook by Renovate": edit(HOOKS, bots.renovate_hook, "detect-secrets", "1.6.0"),
}


class Rendered:
    """A repo of a blueprint that takes edits, is judged as of 2100, and is put back."""

    def __init__(self, name: str, folder: Path) -> None:
        made = make(name, {}, folder / "repo")
        assert made.locked, made.notes
        self.folder = made.folder
        self._yardstick = Yardstick(
            policies=STANDARD.load_policies(),
            waivers=(),
            as_of=FAR,
            radar=STANDARD.load_radar(),
            templates=replace(STANDARD.load_templates(), cache=folder / "cache"),
            worktree=True,
        )
        self.fresh = results(self.judge())

    def judge(self) -> Assessment:
        return assess(one_repo(str(self.folder)), self._yardstick)

    def restore(self) -> None:
        subprocess.run(["git", "checkout", "-q", "."], cwd=self.folder, check=True)


@pytest.fixture(scope="module", params=sorted(BLUEPRINTS))
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return Rendered(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture
def rendered(shared: Rendered) -> Iterator[Rendered]:
    yield shared
    shared.restore()


def results(assessment: Assessment) -> dict[tuple[str, str], str]:
    return {(result.policy, result.project or ""): str(result.result) for result in assessment.results}


@pytest.mark.slow
@pytest.mark.parametrize("bump", BUMPS)
def test_a_bump_changes_no_result(rendered: Rendered, bump: str) -> None:
    BUMPS[bump](rendered.folder)

    found = rendered.judge()

    assert [f"{finding.policy} {finding.place}: {finding.found}" for finding in found.findings] == []
    assert results(found) == rendered.fresh
    assert found.level == 3


@pytest.mark.slow
def test_all_bumps_together_change_no_result(rendered: Rendered) -> None:
    for bump in BUMPS.values():
        bump(rendered.folder)

    found = rendered.judge()

    assert results(found) == rendered.fresh
    assert results(found)["template-unchanged", ""] == "pass"
    assert found.level == 3


def unpin(path: str, pattern: str, instead: str) -> Bump:
    return edit(path, lambda text: bots.moved(pattern, lambda found: found.expand(instead), text))


@pytest.mark.slow
@pytest.mark.parametrize(("bump", "policies"), [
    (unpin(CI, r"(actions/checkout@)[0-9a-f]{40}\s+# (v\S+)", r"\1\2"), {"actions-pinned", "template-unchanged"}),
    (unpin(CI, r"actions/checkout@", "acme/checkout@"), {"template-unchanged"}),
    (unpin("Dockerfile", r"@sha256:[0-9a-f]{64}", ""), {"image-digest", "template-unchanged"}),
    (
        unpin("Dockerfile", r"(?m)^FROM python:\S+", "FROM python"),
        {"image-digest", "image-tagged", "template-unchanged"},
    ),
    (unpin(HOOKS, r"detect-secrets==[\d.]+", "detect-secrets"), {"template-unchanged"}),
])  # fmt: skip
def test_a_pin_that_is_taken_away_is_told_by_the_policies_that_ask_for_it(
    rendered: Rendered, bump: Bump, policies: set[str]
) -> None:
    bump(rendered.folder)

    found = rendered.judge()

    assert {finding.policy for finding in found.findings} == policies
    assert found.level != 3


@pytest.mark.parametrize("name", sorted(BLUEPRINTS))
def test_the_bot_is_told_to_move_what_it_owns_and_nothing_else(name: str, tmp_path: Path) -> None:
    made = preview(order(name, {}, tmp_path / "repo"), Options(), step=lambda _: None)
    text = (BLUEPRINTS["training"].folder.parent / "_tooling/template/.github/dependabot.yml").read_text("utf-8")
    entries: list[dict[str, Any]] = _yaml.load(text)["updates"]

    assert ".github/dependabot.yml" in made.files
    assert [path for path in made.files if "renovate" in path] == []
    assert {ECOSYSTEMS[entry["package-ecosystem"]] for entry in entries if not _ignores_all(entry)} == set(
        claims(BLUEPRINTS[name]).bot
    )


def _ignores_all(entry: dict[str, Any]) -> bool:
    return any(ignored == {"dependency-name": "*"} for ignored in entry.get("ignore", ()))


@pytest.mark.slow
def test_a_bound_that_is_taken_away_is_told(rendered: Rendered) -> None:
    """Of what a project requires to run; of its development group the lock alone."""
    own = own_requirement(rendered.folder)
    name = own or "pytest"
    unpin("pyproject.toml", rf'"{name}>[^"]*"', f'"{name}"')(rendered.folder)

    found = rendered.judge()

    assert {finding.policy for finding in found.findings} == {
        "lockfile-in-step",
        *(["dependencies-bounded"] if own else []),
    }
