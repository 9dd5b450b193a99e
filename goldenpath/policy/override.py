"""What a standard changes in the policies of the one it extends: dates, severity, level, or off with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date  # noqa: TC003 - pydantic resolves the annotations
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath import _schema
from goldenpath.errors import did_you_mean
from goldenpath.finding import Severity  # noqa: TC001 - as above
from goldenpath.policy.base import STRICT, Enforcement, Policy, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DAYS = ("audit", "warn", "block")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates that an override moves; the others stay."""

    __pydantic_config__: ClassVar[Any] = STRICT

    audit: date | None = None
    warn: date | None = None
    block: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What changes in one policy; who may waive it doesn't."""

    __pydantic_config__: ClassVar[Any] = STRICT

    enforcement: Dates | None = None
    severity: Severity | None = None
    level: int | None = None
    disabled: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        if self.disabled and not self.reason.strip():
            raise SpecError("a policy is disabled for a reason: add `reason`", "disabled")
        if self.level not in (None, 1, 2, 3):
            raise SpecError("a level is 1, 2 or 3", "level")


def apply(
    policies: Iterable[Policy], overrides: Mapping[str, Any], *, where: str = "goldenpath.yaml", text: str = ""
) -> tuple[Policy, ...]:
    """Return the policies with a standard's overrides (plain values by policy id) applied.

    `where` names the file and `text` is its text, for the places of mistakes. Raise GoldenpathError with all of them.
    """
    found = {policy.id: policy for policy in policies}
    source = _schema.Source(where=where, text=text or "{}")
    mistakes: list[_schema.Mistake] = []
    for name, raw in overrides.items():
        path = ("override", name)
        if name not in found:
            mistakes.append(source.mistake(path, f"there is no policy {name!r}", did_you_mean(name, found)))
            continue
        override, wrong = _schema.build(Override, raw, source, path)
        mistakes.extend(wrong)
        if override is not None:
            found[name], wrong = _changed(found[name], override, source)
            mistakes.extend(wrong)
    if mistakes:
        raise _schema.as_error(mistakes, "overrides")
    return tuple(found.values())


def _changed(policy: Policy, override: Override, source: _schema.Source) -> tuple[Policy, list[_schema.Mistake]]:
    try:
        enforcement = _moved(policy.enforcement, override.enforcement)
    except SpecError as error:
        said = f"{policy.id}: with the dates that stay, {error}"
        return policy, [source.mistake(("override", policy.id, "enforcement"), said)]
    changed = replace(
        policy,
        enforcement=enforcement,
        severity=override.severity or policy.severity,
        level=override.level or policy.level,
        disabled=override.reason if override.disabled else policy.disabled,
    )
    return changed, []


def _moved(enforcement: Enforcement, dates: Dates | None) -> Enforcement:
    moved = {name: getattr(dates, name) for name in _DAYS if getattr(dates, name, None) is not None}
    return replace(enforcement, **moved) if moved else enforcement
