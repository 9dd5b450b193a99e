"""The words of judgement that the whole house speaks: severities, stages, results, places and findings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Capability(StrEnum):
    """What a policy protects: the five that every ML platform needs, and two that make them worth having."""

    SCALABILITY = "scalability"
    REPRODUCIBILITY = "reproducibility"
    INTEGRATION = "integration"
    SECURITY = "security"
    OBSERVABILITY = "observability"
    FRAMING = "framing"
    OWNERSHIP = "ownership"


class Severity(StrEnum):
    """How much a finding hurts; it ranks findings and decides no exit code."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low to 3 for critical."""
        return list(Severity).index(self)


class Stage(StrEnum):
    """How far the enforcement of a policy has grown at a date; `planned` is before its audit date."""

    PLANNED = "planned"
    AUDIT = "audit"
    WARN = "warn"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """0 for planned to 3 for block."""
        return list(Stage).index(self)


class Result(StrEnum):
    """What became of one policy on one repo or project; an error never counts as a pass.

    `blueprint` means that it fails in files alone that the blueprint brought and the team can't mend.
    """

    PASS = "pass"  # noqa: S105 - a result, no password
    FAIL = "fail"
    WAIVED = "waived"
    BLUEPRINT = "blueprint"
    NOT_APPLICABLE = "not applicable"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a repo: a path relative to its root with forward slashes, and a line from 1 where one is known."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One policy not met at one place.

    `project` is the root of the project inside the repo ("" for the repo's own root). `subject` names what was found
    apart from its line (a dependency's name, an action, a key), so that the fingerprint survives line moves.
    `waiver` is the ticket of the waiver that covers it, "" where none does. `blueprint` is the blueprint, with its
    version, whose the finding is, and `owner` whom that blueprint names as its owner; "" where it is the team's.
    """

    repo: str
    project: str
    policy: str
    title: str
    capability: Capability
    level: int
    severity: Severity
    stage: Stage
    place: Place
    subject: str
    found: str
    wanted: str
    remediation: str = ""
    waiver: str = ""
    blueprint: str = ""
    owner: str = ""

    @property
    def result(self) -> Result:
        """What it counts as: fail where the repo's team has something to do."""
        if self.waiver:
            return Result.WAIVED
        return Result.BLUEPRINT if self.blueprint else Result.FAIL

    @property
    def fingerprint(self) -> str:
        """32 hex digits of (repo, project, policy, path, subject): the same wherever in the file the cause moves."""
        parts = (self.repo, self.project, self.policy, self.place.path, self.subject)
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.sha256(text).hexdigest()[:32]
