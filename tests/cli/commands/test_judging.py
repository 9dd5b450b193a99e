"""`check` and `drift`: exit codes, dates, reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Run

    MakeRepo = Callable[..., Path]

POLICY = """\
- id: has-readme
  title: There is a README
  capability: ownership
  level: 1
  severity: low
  enforcement: {audit: 2026-01-01, warn: 2031-01-01, block: 2032-01-01}
  file: {exists: README.md}
  rationale: People start there.
  remediation: {text: Write one.}
  cases: {fail: [{}], pass: [{README.md: ""}]}
"""


@pytest.fixture
def standard(tmp_path: Path) -> str:
    folder = tmp_path / "standard"
    (folder / "policies").mkdir(parents=True)
    (folder / "goldenpath.yaml").write_text("name: acme\nversion: 1.4.0\npolicies: policies/\n")
    (folder / "policies/all.yaml").write_text(POLICY)
    return str(folder)


@pytest.fixture
def fleet(tmp_path: Path, make_repo: MakeRepo) -> Path:
    make_repo({"README.md": "# a\n"}, "fleet/good")
    make_repo({"x.py": ""}, "fleet/drifting")
    return tmp_path / "fleet"


@pytest.fixture
def broken(fleet: Path, make_repo: MakeRepo) -> Path:
    repo = make_repo({"README.md": ""}, "fleet/broken")
    for file in sorted((repo / ".git/objects").rglob("*")):
        if file.is_file():
            file.unlink()
    return fleet


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "audit"), 1),
        (("--fail-on", "never", "--as-of", "2032-01-01"), 0),
        (("--as-of", "2031-12-31"), 0),
        (("--as-of", "2032-01-01"), 1),
        (("--as-of", "2031-01-01", "--fail-on", "warn"), 1),
        (("--as-of", "2025-01-01", "--fail-on", "audit"), 0),
    ],
)
def test_the_stage_on_the_date_decides_the_exit_code(
    call: Run, standard: str, fleet: Path, options: tuple[str, ...], code: int
) -> None:
    drifted = call("drift", str(fleet), "--standard", standard, *options)
    checked = call("check", str(fleet / "drifting"), "--standard", standard, *options)

    assert (drifted.returncode, checked.returncode) == (code, code), drifted.stderr
    assert call("check", str(fleet / "good"), "--standard", standard, *options).returncode == 0


def test_unreadable_repos_outrank_findings_unless_they_are_allowed(call: Run, standard: str, broken: Path) -> None:
    codes = [
        call("drift", str(broken), "--standard", standard, *options).returncode
        for options in (
            (),
            ("--as-of", "2032-01-01"),
            ("--max-unreadable", "1"),
            ("--max-unreadable", "1", "--as-of", "2032-01-01"),
        )
    ]

    assert codes == [3, 3, 0, 1]


def test_one_process_and_many_write_the_same_bytes(call: Run, standard: str, broken: Path) -> None:
    texts = {call("drift", str(broken), "--standard", standard, "--format", "json", "-j", jobs).stdout for jobs in "12"}

    assert len(texts) == 1
    assert [repo["status"] for repo in json.loads(texts.pop())["repos"]] == ["unreadable", "ok", "ok"]


def test_a_report_goes_to_the_file_and_is_valid_under_the_published_schema(
    call: Run, standard: str, broken: Path, tmp_path: Path
) -> None:
    done = call("drift", str(broken), "--standard", standard, "--format", "json", "--output", "drift.json")
    schema = json.loads(call("drift", "--schema").stdout)

    assert (done.returncode, done.stdout) == (3, "")
    jsonschema.Draft202012Validator(schema).validate(json.loads((tmp_path / "drift.json").read_text()))
    assert call("check", "--schema").stdout == call("drift", "--schema").stdout


def test_a_list_of_repos_may_come_on_stdin_or_in_a_file(call: Run, standard: str, fleet: Path, tmp_path: Path) -> None:
    (tmp_path / "repos.txt").write_text(f"{fleet}/good\n{fleet}/drifting\n")

    done = call("drift", "repos.txt", "--standard", standard, "--format", "json")

    assert [repo["name"] for repo in json.loads(done.stdout)["repos"]] == ["drifting", "good"]


def test_what_isnt_there_is_the_users_error(call: Run, standard: str) -> None:
    assert call("check", "nowhere", "--standard", standard).returncode == 2
    assert call("drift", ".", "--standard", "nowhere").returncode == 2


def test_an_empty_folder_is_told_to_hold_no_repos(call: Run, standard: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    done = call("drift", "empty", "--standard", standard)

    assert "No repos were found, so nothing was judged." in done.stdout


def test_check_reads_the_files_on_disk_and_a_commit_where_one_is_named(call: Run, standard: str, fleet: Path) -> None:
    (fleet / "drifting/README.md").write_text("# now\n")

    disk = call("check", str(fleet / "drifting"), "--standard", standard, "--fail-on", "audit")
    head = call("check", str(fleet / "drifting"), "--standard", standard, "--fail-on", "audit", "--ref", "main")

    assert (disk.returncode, head.returncode) == (0, 1)


def test_check_follows_no_standard_that_a_hostile_repo_names(call: Run, make_repo: MakeRepo, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    repo = make_repo({".goldenpath.yaml": f"standard: \"ext::sh -c 'touch {canary}'\"\n"})

    done = call("check", str(repo))

    assert done.returncode == 2
    assert "isn't followed on its word" in done.stderr
    assert not canary.exists()


def test_check_tells_where_another_version_of_the_built_in_standard_is_followed(call: Run, make_repo: MakeRepo) -> None:
    repo = make_repo({".goldenpath.yaml": "standard: builtin\nref: v0.0.1\n"})

    done = call("check", str(repo), "--fail-on", "never")

    assert done.returncode == 0
    assert "note: the repo follows the built-in standard v0.0.1" in done.stderr


def test_nothing_of_a_repo_reaches_the_terminal_unescaped(call: Run, standard: str, make_repo: MakeRepo) -> None:
    repo = make_repo({"a\x1b]0;pwned\x07\n[red].toml": "x = \x1b[31m", "pyproject.toml": "\x1b[2J = ["}, "e\x1b[31mvil")

    for command in (
        ("check", str(repo)),
        ("drift", str(repo)),
        ("facts", str(repo)),
        ("facts", str(repo), "--format", "json"),
    ):
        done = call(*command, *(("--standard", standard) if command[0] != "facts" else ()))
        assert not set(done.stdout + done.stderr) & set("\x1b\x07"), command


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--as-of", "2032-01-01"), 3),
        (("--fail-on", "audit"), 3),
        (("--fail-on", "never", "--as-of", "2032-01-01"), 0),
    ],
)
def test_a_policy_that_errs_is_no_clean_bill(
    call: Run, standard: str, fleet: Path, options: tuple[str, ...], code: int
) -> None:
    undecidable = POLICY.replace("file: {exists: README.md}", "plugin: {name: nobody-has-it}")
    (Path(standard) / "policies/all.yaml").write_text(undecidable)

    drifted = call("drift", str(fleet), "--standard", standard, *options)
    checked = call("check", str(fleet / "good"), "--standard", standard, *options)
    allowed = call("drift", str(fleet), "--standard", standard, "--max-unreadable", "9", *options)

    assert (drifted.returncode, checked.returncode) == (code, code), drifted.stderr
    assert allowed.returncode == 0
