"""How policies are told to a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldenpath import testing
from goldenpath.policy.load import load_policies, written
from goldenpath.reports.policies import listing, page

if TYPE_CHECKING:
    from goldenpath.policy.base import Policy

SHIPPED = load_policies(Path(__file__).parents[2] / "policies")
_TODAY = date(2026, 11, 21)
_TEXT = """\
- id: a-b
  title: Something is there that takes many words to say because it matters so much to everybody
  capability: security
  level: 2
  severity: high
  enforcement: {audit: 2026-01-01, warn: 2026-06-01, block: 2027-01-01}
  when: &where {fact: images}
  file: {exists: a}
  rationale: "Be\\x1b[31mcause."
  remediation: {text: Make it., before: "x\\n  y", after: z}
  references: [https://example.org/a]
"""


def _policy(text: str = _TEXT) -> Policy:
    (policy,) = testing.policies_of(text)
    return policy


def _page(tmp_path: Path, text: str = _TEXT, width: int = 80) -> str:
    (tmp_path / "p.yaml").write_text(text)
    (policy,) = load_policies(tmp_path)
    return page(policy, written(policy), today=_TODAY, width=width)


def test_a_page_tells_what_since_when_why_how_and_what_is_asked(tmp_path: Path) -> None:
    assert _page(tmp_path).splitlines() == [
        "a-b: Something is there that takes many words to say because it matters so much",
        "to everybody",
        "",
        "Capability security, level 2, severity high; asked of each repo.",
        "Enforced: audit since 2026-01-01, warn since 2026-06-01, block from 2027-01-01.",
        "",
        "Be\\x1b[31mcause.",
        "",
        "Remedy: Make it.",
        "",
        "Before:",
        "    x",
        "      y",
        "",
        "After:",
        "    z",
        "",
        "What it asks:",
        "    when:",
        "      fact: images",
        "    file:",
        "      exists: a",
        "",
        "See:",
        "    https://example.org/a",
        "",
        f"Written in {tmp_path}/p.yaml:1:3",
    ]


def test_a_page_says_what_nobody_may_waive_and_whom_it_is_asked_of(tmp_path: Path) -> None:
    told = _page(tmp_path, _TEXT + "  waivable: false\n  scope: project\n")

    assert "Nobody may waive it." in told
    assert "asked of each project of a repo." in told
    assert "waive" not in _page(tmp_path)


def test_of_stages_that_begin_together_only_the_strictest_is_told(tmp_path: Path) -> None:
    same = _TEXT.replace(
        "audit: 2026-01-01, warn: 2026-06-01, block: 2027-01-01", "audit: 2026-01-01, block: 2026-01-01"
    )

    assert "Enforced: block since 2026-01-01.\n" in _page(tmp_path, same)


def test_a_file_that_has_changed_since_is_not_mistaken_for_the_policy(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(_TEXT)
    (policy,) = load_policies(tmp_path)
    (tmp_path / "p.yaml").write_text("# a line more\n" + _TEXT)

    assert written(policy) == {}


@pytest.mark.parametrize(
    ("width", "head", "row"),
    [
        (80, "L policy  stage  title", "2 a-b warn Something is there that takes many words to say"),
        (100, "L policy  severity stage title", "2 a-b high warn Something is there that takes many words"),
        (120, "L policy  severity stage next title", "2 a-b high warn block 2027-01-01 Something is there"),
    ],
)
def test_a_list_has_the_columns_that_fit(width: int, head: str, row: str) -> None:
    lines = listing([_policy()], today=_TODAY, width=width).splitlines()

    assert lines[0].split() == head.split()
    assert lines[1:3] == ["", "security: 1"]
    assert lines[3].split()[: len(row.split())] == row.split()
    assert all(len(line) <= width for line in lines)


def test_a_list_without_a_width_has_a_line_a_policy_by_capability_and_level() -> None:
    low = _TEXT.replace("a-b", "z-z").replace("level: 2", "level: 1").replace("&where ", "")
    other = _TEXT.replace("a-b", "b-b").replace("capability: security", "capability: framing").replace("&where ", "")

    lines = listing(testing.policies_of(_TEXT + other + low), today=_TODAY, width=10_000).splitlines()

    assert [line.split()[1] for line in lines[1:] if line.startswith("  ")] == ["z-z", "a-b", "b-b"]


@pytest.mark.parametrize("policy", SHIPPED, ids=lambda policy: policy.id)
def test_every_shipped_policy_explains_itself_in_80_columns(policy: Policy) -> None:
    told = page(policy, written(policy), today=_TODAY, width=80)

    lines = told.splitlines()
    prose = [line for line in lines if not line.startswith(("    ", "Written in "))]
    assert [line for line in prose if len(line) > 80] == []
    assert all(any(line.startswith(word) for line in prose) for word in ("Remedy:", "After:", "What it asks:"))
    assert f"    {policy.kind}:" in lines
    assert ("    when:" in lines) == (policy.when is not None)
