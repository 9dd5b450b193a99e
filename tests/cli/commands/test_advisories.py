"""`--advisories`: OSV records held against locked packages."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run

POLICY = """\
- id: no-critical
  title: No critical vulnerability
  capability: security
  level: 1
  severity: critical
  enforcement: {block: 2026-01-01}
  advisory: {severity: critical, days: 7}
  rationale: It hurts.
"""
RECORD = {
    "id": "CVE-2026-1",
    "modified": "2026-11-01T00:00:00Z",
    "published": "2026-11-01T00:00:00Z",
    "database_specific": {"severity": "CRITICAL"},
    "affected": [{"package": {"ecosystem": "PyPI", "name": "shelf"}, "versions": ["1.2.0"]}],
}
LOCK = '[[package]]\nname = "shelf"\nversion = "1.2.0"\nsource = { registry = "https://index.example.org/simple" }\n'


@pytest.fixture
def judge(tmp_path: Path, make_repo: Callable[..., Path], run: Run) -> Callable[..., tuple[int, str]]:
    folder = tmp_path / "standard"
    (folder / "policies").mkdir(parents=True)
    (folder / "goldenpath.yaml").write_text("name: acme\nversion: 1.4.0\npolicies: policies/\n")
    (folder / "policies/all.yaml").write_text(POLICY)
    make_repo({"uv.lock": f"version = 1\n\n{LOCK}"}, "fleet/one")
    make_repo({"uv.lock": "version = 1\n"}, "fleet/two")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("CVE-2026-1.json", json.dumps(RECORD))

    def call(command: str, target: str, *options: str) -> tuple[int, str]:
        done = run(command, target, "--standard", str(folder), *options)
        return done.returncode, done.stdout + done.stderr

    return call


def test_a_vulnerable_package_blocks_once_its_days_are_over(judge: Callable[..., tuple[int, str]]) -> None:
    given = ("check", "fleet/one", "--advisories", "all.zip", "--as-of")

    assert judge(*given, "2026-11-07")[0] == 0
    code, said = judge(*given, "2026-11-08")
    assert code == 1
    assert "shelf 1.2.0 has CVE-2026-1 (critical, told 2026-11-01)" in said


def test_a_fleet_is_judged_alike_in_any_number_of_processes(judge: Callable[..., tuple[int, str]]) -> None:
    given = ("drift", "fleet", "--advisories", "all.zip", "--as-of", "2026-11-21", "--format", "json", "--jobs")

    one, two = judge(*given, "1"), judge(*given, "2")

    assert one == two
    assert [repo["counts"]["findings"]["block"] for repo in json.loads(one[1])["repos"]] == [1, 0]


def test_without_advisories_the_policy_does_not_apply(judge: Callable[..., tuple[int, str]]) -> None:
    code, said = judge("check", "fleet/one", "--format", "json")

    assert code == 0
    assert json.loads(said)["repos"][0]["counts"]["results"] == {
        "pass": 0,
        "fail": 0,
        "waived": 0,
        "blueprint": 0,
        "not_applicable": 1,
        "error": 0,
    }


def test_advisories_that_aren_t_there_are_the_user_s_to_mend(judge: Callable[..., tuple[int, str]]) -> None:
    code, said = judge("check", "fleet/one", "--advisories", "none.zip")

    assert code == 2
    assert "none.zip" in said


def test_advisories_that_no_policy_asks_for_are_no_clean_bill(
    judge: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    (tmp_path / "standard/policies/all.yaml").write_text(
        POLICY.replace("advisory: {severity: critical, days: 7}", "file: {exists: uv.lock}")
    )

    code, said = judge("check", "fleet/one", "--advisories", "all.zip")

    assert code == 2
    assert "no policy of the standard asks for advisories" in said
