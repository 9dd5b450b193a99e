"""`policy lint`, `new` and `docs`: what a platform team does to its policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


@pytest.fixture
def standard(tmp_path: Path) -> Path:
    folder = tmp_path / "standard"
    (folder / "policies").mkdir(parents=True)
    (folder / "goldenpath.yaml").write_text("name: acme\nversion: 1.4.0\npolicies: policies/\n")
    return folder


def test_a_new_policy_is_listed_tested_linted_and_documented(run: Run, standard: Path) -> None:
    made = run("policy", "new", "cost-tag", "--standard", str(standard), "--output", "standard/policies/mine.yaml")
    of = ("--standard", str(standard))

    assert (made.returncode, made.stderr) == (0, "")
    assert "2 cases, 0 wrong" in run("policy", "test", *of).stdout
    assert run("policy", "lint", *of).returncode == 0
    assert "### cost-tag" in run("policy", "docs", *of).stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Cost_Tag",), "is no id"),
        (("cost-tag", "--kind", "fiel"), "Did you mean 'file'?"),
        (("cost-tag", "--output", "standard/goldenpath.yaml"), "is there already"),
    ],
)
def test_what_can_t_be_begun_is_told(arguments: tuple[str, ...], told: str, run: Run, standard: Path) -> None:
    done = run("policy", "new", *arguments, "--standard", str(standard))

    assert done.returncode == 2
    assert told in done.stderr


def test_lint_tells_places_and_fails_for_warnings(run: Run, standard: Path) -> None:
    text = run("policy", "new", "cost-tag", "--standard", str(standard)).stdout
    (standard / "policies/mine.yaml").write_text(
        text.replace("  # when: {uses: [fastapi]}", "  when: {file: x, not: {file: x}}")
    )

    done = run("policy", "lint", "--standard", str(standard))
    said = json.loads(run("policy", "lint", "--standard", str(standard), "--format", "json").stdout)

    assert done.returncode == 1
    assert "mine.yaml:1:3: error: cost-tag `when` can never hold" in done.stdout
    assert {remark["code"] for remark in said} == {"unreachable", "no-case"}


def test_an_override_of_a_policy_that_isn_t_there_is_told_with_its_place(run: Run, standard: Path) -> None:
    (standard / "goldenpath.yaml").write_text(
        "name: acme\nversion: 1.4.0\nextends: builtin\noverride:\n  container-non-rot: {level: 3}\n"
    )

    done = run("policy", "lint", "--standard", str(standard))

    assert done.returncode == 2
    assert "goldenpath.yaml:5:3" in done.stderr
    assert "container-non-root" in done.stderr
