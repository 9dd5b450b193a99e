"""What the tests of policies share: a subject from facts and files, and a policy from few words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from goldenpath.facts.model import Facts
from goldenpath.finding import Capability, Severity
from goldenpath.policy.base import Enforcement, Policy
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.subject import Subject, subjects
from goldenpath.repo import Repo
from goldenpath.snapshot.memory import MemorySnapshot

if TYPE_CHECKING:
    from collections.abc import Mapping


class MakeSubjects(Protocol):
    def __call__(
        self, files: Mapping[str, str | bytes] | None = None, facts: Facts | None = None, topics: tuple[str, ...] = ()
    ) -> tuple[Subject, ...]: ...


class MakeSubject(Protocol):
    def __call__(
        self, files: Mapping[str, str | bytes] | None = None, facts: Facts | None = None, topics: tuple[str, ...] = ()
    ) -> Subject: ...


class MakePolicy(Protocol):
    def __call__(self, **changes: Any) -> Policy: ...


@pytest.fixture
def make_subjects() -> MakeSubjects:
    def make(
        files: Mapping[str, str | bytes] | None = None, facts: Facts | None = None, topics: tuple[str, ...] = ()
    ) -> tuple[Subject, ...]:
        repo = Repo(id="git.example.org/acme/fraud", name="fraud", path="", topics=topics)
        return subjects(repo, MemorySnapshot(files or {}), facts or Facts())

    return make


@pytest.fixture
def make_subject(make_subjects: MakeSubjects) -> MakeSubject:
    def make(
        files: Mapping[str, str | bytes] | None = None, facts: Facts | None = None, topics: tuple[str, ...] = ()
    ) -> Subject:
        return make_subjects(files, facts, topics)[0]

    return make


@pytest.fixture
def make_policy() -> MakePolicy:
    def make(**changes: Any) -> Policy:
        said: dict[str, Any] = {
            "id": "has-readme",
            "title": "There is a README",
            "capability": Capability.OWNERSHIP,
            "level": 1,
            "severity": Severity.LOW,
            "enforcement": Enforcement(audit=date(2026, 1, 1), warn=date(2026, 6, 1), block=date(2027, 1, 1)),
            "kind": "file",
            "rule": FileRule(exists="README.md"),
            "rationale": "People start there.",
        }
        return Policy(**{**said, **changes})

    return make
