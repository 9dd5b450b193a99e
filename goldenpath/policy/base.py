"""What a policy is, what a rule answers, and the seam between the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date  # noqa: TC003 - pydantic resolves the annotations when a policy file is read
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from goldenpath._schema import SpecError
from goldenpath.finding import Capability, Place, Result, Severity, Stage

if TYPE_CHECKING:
    from goldenpath.policy.subject import Subject
    from goldenpath.policy.when import When

__all__ = [
    "STRICT",
    "Cases",
    "Enforcement",
    "Files",
    "Miss",
    "Missing",
    "Outcome",
    "Policy",
    "Remediation",
    "Rule",
    "Scope",
    "SpecError",
]

STRICT: Mapping[str, Any] = {"extra": "forbid", "strict": True, "alias_generator": lambda name: name.rstrip("_")}
Files = Mapping[str, str | int]


class Scope(StrEnum):
    """What a policy judges: the repo as a whole, or each project in it."""

    REPO = "repo"
    PROJECT = "project"


class Missing(StrEnum):
    """What absent data means to a rule."""

    FAIL = "fail"
    PASS = "pass"  # noqa: S105 - a verdict, no password
    NOT_APPLICABLE = "not_applicable"

    @property
    def result(self) -> Result:
        """The result that it stands for."""
        return {Missing.FAIL: Result.FAIL, Missing.PASS: Result.PASS}.get(self, Result.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcement:
    """The dates from which a policy is audited, warns and blocks; a stage without a date is never reached."""

    __pydantic_config__: ClassVar[Any] = STRICT

    audit: date | None = None
    warn: date | None = None
    block: date | None = None

    def __post_init__(self) -> None:
        given = [day for day in (self.audit, self.warn, self.block) if day is not None]
        if not given:
            raise SpecError("needs a date for at least one of audit, warn and block")
        if given != sorted(given):
            raise SpecError("the dates must follow each other: audit, warn, block")

    def stage(self, as_of: date) -> Stage:
        """Return the furthest stage that is reached at a date."""
        for day, stage in ((self.block, Stage.BLOCK), (self.warn, Stage.WARN), (self.audit, Stage.AUDIT)):
            if day is not None and day <= as_of:
                return stage
        return Stage.PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Remediation:
    """How a finding is mended: words, and the file before and after."""

    __pydantic_config__: ClassVar[Any] = STRICT

    text: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Small repos that the policy must fail, pass, or leave alone.

    Each is a map of paths to texts; a number stands for a file of so many bytes.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    fail: tuple[Files, ...] = ()
    pass_: tuple[Files, ...] = ()
    not_applicable: tuple[Files, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One place where a rule isn't met.

    `subject` names what was looked at apart from its line (a dependency, an action, a key). `project` is the root of
    the project that it belongs to, None where the rule doesn't know better than the subject.
    """

    place: Place
    subject: str
    found: str
    wanted: str
    project: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule says of a subject: pass, fail with at least one miss, or not applicable with a reason."""

    result: Result
    misses: tuple[Miss, ...] = ()
    reason: str = ""


class Rule(Protocol):
    """The check of a policy: a frozen dataclass whose fields are what its YAML may say; pure."""

    def check(self, subject: Subject) -> Outcome:
        """Return what the rule says of a repo or project; what it raises becomes an error, never a pass."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One rule of a standard.

    `wanted` says in a few words what its findings want, "" where the rule's own words will do. `kind` is the name of
    the rule's kind, `origin` is `file:line:column` of the policy. `disabled` is the reason why an extending standard
    switched it off, "" where it is on.
    """

    id: str
    title: str
    capability: Capability
    level: int
    severity: Severity
    enforcement: Enforcement
    kind: str
    rule: Rule
    rationale: str
    remediation: Remediation = field(default_factory=Remediation)
    wanted: str = ""
    scope: Scope = Scope.REPO
    when: When | None = None
    waivable: bool = True
    references: tuple[str, ...] = ()
    cases: Cases = field(default_factory=Cases)
    origin: str = ""
    disabled: str = ""

    def stage(self, as_of: date) -> Stage:
        """Return how far its enforcement has grown at a date."""
        return self.enforcement.stage(as_of)
