"""The rule kind `file`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.facts.model import Facts, Road
from goldenpath.finding import Result
from goldenpath.policy.base import SpecError
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.subject import subjects
from goldenpath.repo import Repo
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from tests.policy.conftest import MakeSubject

_FILES = {
    "README.md": "# x\n",
    "LICENSE": "MIT License\n",
    "docs/a.md": "a",
    "docs/b.md": "b",
    "src/x.py": "x = 1\neval(1)\n",
}


@pytest.mark.parametrize(
    "rule",
    [
        {"exists": "README.md"},
        {"exists": "docs/*.md", "at_least": 2},
        {"exists": "docs/*.md", "at_most": 2},
        {"any_of": ("COPYING", "LICENSE")},
        {"any_of": ("LICENSE",), "contains": "^MIT"},
        {"absent": "**/*.pkl"},
        {"absent": ("**/*.pkl", "*.bin")},
        {"absent": "**/*.md", "except_": ("docs/**", "README.md")},
        {"absent": "**/*.py", "contains": "exec"},
    ],
)
def test_files_are_as_they_must_be(rule: dict[str, Any], make_subject: MakeSubject) -> None:
    assert FileRule(**rule).check(make_subject(_FILES)).result is Result.PASS


@pytest.mark.parametrize(
    ("rule", "places"),
    [
        ({"exists": "SECURITY.md"}, ["."]),
        ({"exists": "docs/*.md", "at_least": 3}, ["docs/a.md"]),
        ({"exists": "docs/*.md", "at_most": 1}, ["docs/a.md"]),
        ({"any_of": ("LICENSE",), "contains": "Apache"}, ["LICENSE"]),
        ({"absent": "docs/**"}, ["docs/a.md", "docs/b.md"]),
        ({"absent": "**/*.py", "contains": r"eval\("}, ["src/x.py:2"]),
    ],
)
def test_files_are_not_as_they_must_be(rule: dict[str, Any], places: list[str], make_subject: MakeSubject) -> None:
    outcome = FileRule(**rule).check(make_subject(_FILES))

    assert outcome.result is Result.FAIL
    assert [str(miss.place) for miss in outcome.misses] == places


def test_of_a_large_text_the_beginning_is_asked_and_that_is_told(make_subject: MakeSubject) -> None:
    subject = make_subject({"report.md": "x = 1\n" * 1_000_000 + "eval(\n"})

    absent = FileRule(absent="*.md", contains="eval").check(subject)
    lacking = FileRule(exists="*.md", contains="eval").check(subject)

    assert (absent.result, absent.reason) == (
        Result.PASS,
        "report.md: only its first 1,048,576 characters were searched",
    )
    assert lacking.result is Result.FAIL
    assert "only the first 1,048,576 characters" in lacking.misses[0].found
    assert FileRule(exists="*.md", contains="x = 1").check(subject).result is Result.PASS
    assert "first" not in FileRule(absent="*.md", contains="a+b").check(make_subject({"x.md": "a" * 100_000})).reason


def test_no_more_files_are_read_than_are_enough(make_subject: MakeSubject) -> None:
    subject = make_subject({"tests/test_a.py": "def test(): ...", "tests/test_b.py": "x" * (1024 * 1024 + 1)})

    assert FileRule(exists="tests/*.py", contains="def test").check(subject).result is Result.PASS


def test_files_of_a_road_may_be_left_out(make_subject: MakeSubject) -> None:
    road = Road(root="a/road", name="road-of-acme", path="a/road/pyproject.toml", project="a")
    subject = make_subject({"a/road/tests/test_core.py": "", "a/roadmap/x.py": ""}, Facts(roads=(road,)))

    assert FileRule(exists="**/test_*.py").check(subject).result is Result.PASS
    assert FileRule(exists="**/test_*.py", road=False).check(subject).result is Result.FAIL
    assert FileRule(exists="**/x.py", road=False).check(subject).result is Result.PASS
    assert FileRule(absent="**/test_*.py", road=False).check(subject).result is Result.PASS


def test_what_several_files_lack_is_told_of_none_of_them(make_subject: MakeSubject) -> None:
    rule = FileRule(exists="docs/*.md", contains="x")

    one = rule.check(make_subject({"docs/a.md": "a"}))
    two = rule.check(make_subject({"docs/a.md": "a", "docs/b.md": "b"}))

    assert [miss.place.path for miss in (*one.misses, *two.misses)] == ["docs/a.md", "."]


class Broken(MemorySnapshot):
    def read(self, path: str) -> bytes:
        if path == "a.py":
            raise UnreadableError("it is missing", where=path)
        return super().read(path)


def test_a_file_that_cannot_be_read_matters_where_no_other_will_do() -> None:
    files = {"a.py": "x", "b.py": "def test(): ...", "c.py": ""}
    (subject, _) = subjects(Repo(id="r", name="r", path=""), Broken(files), Facts())

    assert FileRule(any_of=("a.py", "b.py"), contains="def test").check(subject).result is Result.PASS
    with pytest.raises(UnreadableError):
        FileRule(any_of=("a.py", "c.py"), contains="def test").check(subject)
    with pytest.raises(UnreadableError):
        FileRule(absent="*.py", contains="eval").check(subject)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"exists": "a", "absent": "b"}, {"absent": "a", "at_least": 2}, {"exists": "a", "contains": "("}],
)
def test_a_rule_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        FileRule(**wrong)
