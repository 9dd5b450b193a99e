"""Policy files become policies, and every mistake is told with its place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import GoldenpathError
from goldenpath.finding import Capability, Severity, Stage
from goldenpath.policy.base import Enforcement, Scope, SpecError
from goldenpath.policy.load import load_policies, read_policies
from goldenpath.policy.rules.fact import FactRule

if TYPE_CHECKING:
    from pathlib import Path

_GOOD = """\
- id: container-non-root
  title: Containers don't run as root
  capability: security
  level: 2
  severity: high
  enforcement: {audit: 2026-11-01, block: 2027-02-01}
  when: {fact: containers}
  fact: {table: containers, each: {user: {not_in: [root, "0"]}}, missing: fail}
  rationale: A breakout starts as root.
  remediation: {before: "FROM x", after: "FROM x\\nUSER 10001"}
  cases:
    fail: [{Dockerfile: "FROM x"}]
    pass: [{Dockerfile: "FROM x\\nUSER 10001"}]
"""


def _mistakes(text: str) -> list[str]:
    _, mistakes = read_policies(text, "p.yaml")
    return [str(mistake) for mistake in mistakes]


def test_a_policy_file_becomes_policies(tmp_path: Path) -> None:
    (tmp_path / "security.yaml").write_text(_GOOD)
    (tmp_path / "radar.yaml").write_text("serving: []\n")
    (tmp_path / "image-lock.yaml").write_text("a: b\n")
    (policy,) = load_policies(tmp_path)

    assert (policy.id, policy.capability, policy.level, policy.severity) == (
        "container-non-root",
        Capability.SECURITY,
        2,
        Severity.HIGH,
    )
    assert (policy.kind, policy.scope, policy.waivable) == ("fact", Scope.REPO, True)
    assert isinstance(policy.rule, FactRule)
    assert policy.cases.pass_ == ({"Dockerfile": "FROM x\nUSER 10001"},)
    assert policy.origin == f"{tmp_path}/security.yaml:1:3"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("  title:", "  titel:", "p.yaml:2:3: unknown key 'titel'. Did you mean 'title'?"),
        (
            "capability: security",
            "capability: securty",
            "p.yaml:3:3: capability is 'securty', it should be",
        ),
        ("level: 2", "level: 4", "p.yaml:4:3: a level is 1, 2 or 3"),
        ("level: 2", 'level: "2"', "p.yaml:4:3: level is '2', it should be a whole number"),
        ("block: 2027", "blok: 2027", "p.yaml:6:36: unknown key 'blok'. Did you mean 'block'?"),
        ("block: 2027-02-01", "block: soon", "p.yaml:6:36: enforcement.block is 'soon', it should be a valid date"),
        ("block: 2027", "block: 2025", "p.yaml:6:3: the dates must follow each other"),
        ("when: {fact: containers}", "when: {fact: container}", "p.yaml:7:10: there is no table 'container'. Did you"),
        ("when: {fact: containers}", "when: {}", "p.yaml:7:3: needs a condition"),
        ("each: {user:", "each: {usr:", "p.yaml:8:36: containers has no field 'usr'. Did you mean 'user'?"),
        ("not_in:", "not_inn:", "p.yaml:8:43: unknown key 'not_inn'. Did you mean 'not_in'?"),
        (
            "missing: fail",
            "missing: never",
            "p.yaml:8:66: missing is 'never', it should be 'fail',",
        ),
        ("  fact: {table", "  facts: {table", "p.yaml:8:3: unknown key 'facts'. Did you mean 'fact'?"),
        ("id: container-non-root", "id: Container_1", "p.yaml:1:3: 'Container_1' is no id"),
        ("  rationale: A breakout starts as root.\n", "", "p.yaml:1:3: the key 'rationale' is missing"),
        ('[{Dockerfile: "FROM x"}]', "[{Dockerfile: [1]}]", "p.yaml:12:13: cases.fail.0.Dockerfile is a list"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_nearest_right_key(right: str, wrong: str, told: str) -> None:
    assert right in _GOOD

    assert any(mistake.startswith(told) for mistake in _mistakes(_GOOD.replace(right, wrong, 1)))


def test_a_value_that_is_one_of_few_is_told_with_the_nearest() -> None:
    (told,) = _mistakes(_GOOD.replace("capability: security", "capability: securty"))

    assert told.endswith("Did you mean 'security'?")


def test_one_mistake_is_told_once() -> None:
    assert len(_mistakes(_GOOD.replace("not_in:", "not_inn:"))) == 1
    assert len(_mistakes(_GOOD.replace("severity: high", "severity: hgih"))) == 1
    assert len(_mistakes(_GOOD.replace("rationale:", "rational:"))) == 1


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(_GOOD.replace("titl", "tilt"))
    (tmp_path / "b.yaml").write_text(_GOOD.replace("level: 2", "level: 9") + "- 5\n")
    (tmp_path / "c.yaml").write_text("a: [\n")

    with pytest.raises(GoldenpathError) as caught:
        load_policies(tmp_path)

    for place in ("a.yaml:2:3", "b.yaml:4:3", "b.yaml:14:3", "c.yaml:2:1"):
        assert place in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe\x00", "p.yaml: can't be read: it is no UTF-8 text"),
        (b"a: 1\n", "p.yaml:1:1: must be a list of policies"),
        (b"- 1\n---\n- 2\n", "p.yaml:3:1: holds several YAML documents"),
        (b"- {id: a, id: b, titel: c}\n", "p.yaml:1:18: unknown key 'titel'"),
        (b"", ""),
    ],
)
def test_a_file_that_is_no_list_of_policies_is_told(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_bytes(content)

    if not told:
        assert load_policies(tmp_path) == ()
        return
    with pytest.raises(GoldenpathError) as caught:
        load_policies(tmp_path)
    assert told in str(caught.value)


def test_two_rules_or_none_are_refused() -> None:
    assert _mistakes(_GOOD + "  file: {exists: a}\n") == [
        "p.yaml:14:3: a policy has one rule, this one has fact and file"
    ]
    without = "\n".join(line for line in _GOOD.splitlines() if not line.startswith("  fact:"))
    assert "a policy needs a rule" in _mistakes(without)[0]


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(_GOOD)
    (tmp_path / "b.yaml").write_text(_GOOD)

    with pytest.raises(GoldenpathError, match=r"b.yaml:1:3: the id 'container-non-root' is taken by .*a.yaml:1:3"):
        load_policies(tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoldenpathError, match="no such folder"):
        load_policies(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2025, 12, 31), Stage.PLANNED),
        (date(2026, 1, 1), Stage.AUDIT),
        (date(2026, 12, 31), Stage.AUDIT),
        (date(2027, 1, 1), Stage.BLOCK),
    ],
)
def test_enforcement_grows_by_date(day: date, stage: Stage) -> None:
    assert Enforcement(audit=date(2026, 1, 1), block=date(2027, 1, 1)).stage(day) is stage


def test_enforcement_without_a_date_is_refused() -> None:
    with pytest.raises(SpecError):
        Enforcement()
