"""An organisation's own standard, from its git repo to the exit code of `drift`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from goldenpath import _plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Run

    MakeRepo = Callable[..., Path]
    Git = Callable[..., str]

_STANDARD = {
    "goldenpath.yaml": """\
name: acme
version: 1.4.0
extends: builtin
policies: policies/
waivers: waivers/
override:
  linter: {severity: critical, enforcement: {block: 2026-12-20}}
  formatter: {enforcement: {block: 2026-12-20}}
  hooks-present: {disabled: true, reason: "decision 12: our CI runs the hooks"}
""",
    "policies/costs.yaml": """\
- id: cost-centre
  title: Somebody pays
  capability: ownership
  level: 1
  severity: medium
  enforcement: {audit: 2026-01-01, block: 2027-07-01}
  acme_cost: {file: COST_CENTRE}
  rationale: Nobody turns off what nobody pays for.
  cases:
    fail: [{README.md: x}]
    pass: [{COST_CENTRE: "7"}]
""",
    "waivers/team-a.yaml": """\
- {policy: ci-present, repo: "*", owner: team-a, reason: moving, ticket: A-1, added: 2026-11-02, expires: 2027-04-30}
- {policy: type-checker, repo: loans, owner: team-a, reason: old, ticket: A-2, added: 2026-07-01, expires: 2026-10-01}
- {policy: readme, repo: fraud, owner: team-a, reason: by mistake, ticket: A-3, added: 2026-11-02, expires: 2027-04-30}
""",
}
_PLUGIN = {
    "acme_rules.py": '''\
"""Acme's own kind of rule."""
from dataclasses import dataclass
from goldenpath.finding import Place, Result
from goldenpath.policy.base import Miss, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRule:
    """A file that names who pays."""

    __pydantic_config__ = {"extra": "forbid"}

    file: str

    def check(self, subject):
        if subject.paths(self.file):
            return Outcome(result=Result.PASS)
        miss = Miss(place=Place(path="."), subject="costs", found="nobody pays", wanted=self.file)
        return Outcome(result=Result.FAIL, misses=(miss,))
''',
    "acme_rules-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n",
    "acme_rules-1.0.dist-info/entry_points.txt": "[goldenpath.rules]\nacme_cost = acme_rules:CostRule\n",
}
_REPO = {
    "README.md": "# A model\n\nHow to run it.\n",
    "pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\n',
    "uv.lock": 'version = 1\nrequires-python = ">=3.11"\n',
    "tests/test_a.py": "def test_a():\n    assert 1\n",
    ".github/CODEOWNERS": "* @acme/team-a\n",
    "COST_CENTRE": "7\n",
}


def _write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a distribution that offers a kind of rule, for this process and those that it starts."""
    folder = str(_write(tmp_path / "plugins", _PLUGIN))
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", folder)
    _plugins.forget()
    yield
    _plugins.forget()
    sys.modules.pop("acme_rules", None)


@pytest.fixture
def standard(tmp_path: Path, make_repo: MakeRepo, git: Git) -> str:
    """Give the URL of the published standard; its work tree has moved on to something worse."""
    work = make_repo(_STANDARD, "acme-standard")
    git(work, "tag", "v1")
    (work / "goldenpath.yaml").write_text("name: acme\nversion: 2.0.0\n")
    git(work, "commit", "-q", "-a", "-m", "second")
    git(tmp_path, "clone", "-q", "--bare", str(work), "acme.git")
    return f"file://{tmp_path}/acme.git@v1"


@pytest.fixture
def fleet(tmp_path: Path, make_repo: MakeRepo) -> str:
    """Give a folder of three repos, one of which nobody pays for."""
    make_repo(_REPO, "fleet/fraud")
    make_repo(_REPO, "fleet/loans")
    make_repo({name: text for name, text in _REPO.items() if name != "COST_CENTRE"}, "fleet/churn")
    return str(tmp_path / "fleet")


@pytest.fixture
def drift(
    run: Run,
    standard: str,
    fleet: str,
    plugins: None,  # noqa: ARG001 - it must be installed
) -> Callable[[str], tuple[int, dict[str, Any]]]:
    """Give `drift(as_of)`: the exit code and the report of a run over the fleet, in two processes."""

    def call(as_of: str) -> tuple[int, dict[str, Any]]:
        options = ("--as-of", as_of, "--format", "json", "--jobs", "2")
        done = run("drift", fleet, "--standard", standard, *options)
        assert done.returncode in {0, 1}, done.stderr
        return done.returncode, json.loads(done.stdout)

    return call


def _blocking(report: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (repo["id"], finding["policy"], finding["severity"])
        for repo in report["repos"]
        for finding in repo["findings"]
        if (finding["result"], finding["stage"]) == ("fail", "block")
    }


def test_the_date_alone_turns_a_clean_fleet_into_one_with_findings(
    drift: Callable[[str], tuple[int, dict[str, Any]]],
) -> None:
    before, after, later = drift("2026-12-19"), drift("2026-12-20"), drift("2027-07-01")

    assert (before[0], after[0], later[0]) == (0, 1, 1)
    assert _blocking(before[1]) == set()
    moved = {(repo, policy) for repo, policy, _ in _blocking(after[1])}
    assert moved == {(repo, policy) for repo in ("churn", "fraud", "loans") for policy in ("formatter", "linter")}
    assert {severity for _, policy, severity in _blocking(after[1]) if policy == "linter"} == {"critical"}
    assert [one for one in sorted(_blocking(later[1])) if one[1] == "cost-centre"] == [
        ("churn", "cost-centre", "medium")
    ]


def test_the_report_says_which_standard_judged_and_what_it_lets_pass(
    drift: Callable[[str], tuple[int, dict[str, Any]]],
) -> None:
    _, report = drift("2026-12-01")

    assert report["standard"] == {"name": "acme", "version": "1.4.0", "ref": "v1"}
    found = {(f["policy"], f["result"], f["waiver"]) for repo in report["repos"] for f in repo["findings"]}
    assert ("ci-present", "waived", "A-1") in found
    assert {one for one in found if one[0] == "type-checker"} == {("type-checker", "fail", None)}
    assert "hooks-present" not in {policy["id"] for policy in report["summary"]["policies"]}
    assert sorted((note["ticket"], note["state"]) for note in report["waivers"]) == [
        ("A-2", "expired"),
        ("A-3", "unused"),
    ]


@pytest.mark.usefixtures("plugins")
def test_its_policies_are_listed_explained_and_proved_with_those_it_inherits(run: Run, standard: str) -> None:
    listed = run("policy", "list", "--format", "json", "--standard", standard)
    tested = run("policy", "test", "--standard", standard)
    explained = run("policy", "explain", "hooks-present", "--standard", standard)

    found = {policy["id"]: policy for policy in json.loads(listed.stdout)}
    assert (found["cost-centre"]["kind"], found["linter"]["enforcement"]["block"]) == ("acme_cost", "2026-12-20")
    assert found["hooks-present"]["disabled"] == "decision 12: our CI runs the hooks"
    assert (tested.returncode, tested.stderr) == (0, ""), tested.stdout
    assert "Disabled: decision 12: our CI runs the hooks" in explained.stdout


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize(
    ("file", "right", "wrong", "told"),
    [
        ("goldenpath.yaml", "extends:", "extnds:", ":3:1: unknown key 'extnds'\n  Did you mean 'extends'?"),
        ("goldenpath.yaml", "severity:", "sevrity:", ":7:12: unknown key 'sevrity'\n  Did you mean 'severity'?"),
        ("goldenpath.yaml", "  linter:", "  lintr:", ":7:3: there is no policy 'lintr'\n  Did you mean 'linter'?"),
        ("policies/costs.yaml", "rationale:", "rational:", ":8:3: unknown key 'rational'\n  Did you mean 'rationale'?"),
        ("policies/costs.yaml", "{file:", "{fle:", ":7:15: unknown key 'fle'\n  Did you mean 'file'?"),
        ("policies/costs.yaml", "acme_cost:", "acme_cot:", ":7:3: unknown key 'acme_cot'\n  Did you mean 'acme_cost'?"),
        ("waivers/team-a.yaml", "ticket:", "tiket:", ":1:66: unknown key 'tiket'\n  Did you mean 'ticket'?"),
    ],
)
def test_a_wrong_key_is_told_at_its_place_with_the_nearest_right_one(  # noqa: PLR0913, PLR0917 - a table and its world
    file: str, right: str, wrong: str, told: str, run: Run, fleet: str, tmp_path: Path
) -> None:
    assert right in _STANDARD[file]
    _write(tmp_path / "acme", {**_STANDARD, file: _STANDARD[file].replace(right, wrong, 1)})

    done = run("drift", fleet, "--standard", str(tmp_path / "acme"))

    assert (done.returncode, done.stdout) == (2, "")
    assert f"{file}{told}" in done.stderr


def test_a_kind_whose_package_isnt_installed_is_told(run: Run, standard: str, fleet: str) -> None:
    done = run("drift", fleet, "--standard", standard)

    assert done.returncode == 2
    assert "policies/costs.yaml:7:3: unknown key 'acme_cost'" in done.stderr
