"""The files of a repo are listed, read and searched once, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldenpath.errors import UnreadableError
from goldenpath.facts.model import Ci, Facts, Project
from goldenpath.policy import files as module
from goldenpath.policy.files import MOST, Files
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.subject import subjects
from goldenpath.policy.when import When
from goldenpath.repo import Repo
from goldenpath.snapshot.memory import MemorySnapshot
from goldenpath.snapshot.objects import ObjectsSnapshot
from goldenpath.snapshot.worktree import WorktreeSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Counting(MemorySnapshot):
    reads: tuple[str, ...] = ()

    def read(self, path: str) -> bytes:
        self.reads = (*self.reads, path)
        return super().read(path)


def test_a_file_is_read_once_for_all_policies_and_projects() -> None:
    snapshot = Counting({"a/ci.yml": "run: pytest\n", "a/b.json": "{}"})
    facts = Facts(projects=(Project(root="a", name=None, build_backend=None, path="a/pyproject.toml", project="a"),))
    rules = [FileRule(exists="**/*.yml", contains=word) for word in ("pytest", "nox", "pytest")]

    for subject in subjects(Repo(id="r", name="r", path=""), snapshot, facts):
        for rule in rules:
            rule.check(subject)
        subject.document("a/b.json")

    assert snapshot.reads == ("a/ci.yml", "a/b.json")


def test_texts_past_what_is_kept_are_read_again_and_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 8)  # a text counts twice, as it is and in lower case
    snapshot = Counting({"a.txt": "one\n", "b.txt": "two\n"})
    files = Files(snapshot, frozenset({""}))

    found = [files.search(path, pattern) for path in ("a.txt", "b.txt") for pattern in ("^o", "o$", "e")]

    assert found == [(1, "o"), None, (1, "e"), None, (1, "o"), None]
    assert snapshot.reads == ("a.txt", "b.txt", "b.txt", "b.txt")


def test_a_match_is_told_by_its_last_line() -> None:
    files = Files(MemorySnapshot({"a": "x\njobs:\n  test: 1\n", "long": "a" * 5000 + "b\n"}), frozenset())

    assert files.search("a", r"jobs:\n +test") == (3, "test")
    assert files.search("long", "b") is None


@pytest.mark.parametrize("size", [MOST + 10, 5 * 1024 * 1024])
def test_a_large_text_is_searched_up_to_the_limit(make_repo: Callable[..., Path], size: int) -> None:
    text = "first\n" + "a\n" * (size // 2) + "last\n"
    repo = make_repo({"a": text, "b": "first\n"})

    for snapshot in (MemorySnapshot({"a": text, "b": "first\n"}), WorktreeSnapshot(repo), ObjectsSnapshot(repo)):
        files = Files(snapshot, frozenset())

        assert files.search("a", "first") == (1, "first")
        assert files.search("a", "last") is None
        assert files.search("b", "first") == (1, "first")
        assert (files.is_cut("a"), files.is_cut("b")) == (True, False)


def test_a_text_that_is_missing_is_unreadable_each_time() -> None:
    files = Files(MemorySnapshot({}), frozenset())

    for _ in range(2):
        with pytest.raises(UnreadableError):
            files.search("a", "b")


def test_a_file_beside_every_project_is_no_project_s() -> None:
    files = Files(MemorySnapshot({"a/x": "", "ab/y": "", "z": ""}), frozenset({"a", "a/x/deep"}))

    assert files.by_root == {"a": ("a/x",)}
    assert files.every == ("a/x", "ab/y", "z")


def test_policies_that_ask_the_same_condition_share_the_answer() -> None:
    (subject, _) = subjects(Repo(id="r", name="r", path=""), MemorySnapshot({}), Facts(ci=(Ci(system="x", path="x"),)))
    one, same, other = When(fact="ci"), When(fact="ci"), When(not_=When(fact="ci"))

    assert [when.holds(subject) for when in (one, same, other)] == [True, True, False]
    assert subject.conditions == {one.key: True, other.key: False}
    assert one.key == same.key


def test_letters_that_stand_for_others_without_case_are_found() -> None:
    files = Files(MemorySnapshot({"a": "x\nru\u017ft: SBOM\n", "b": "rust"}), frozenset())

    assert files.search("a", "(?i)rust: sbom") == (2, "ru\u017ft: SBOM")
    assert files.search("b", "(?i)rust: sbom") is None
