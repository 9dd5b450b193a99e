"""The rule kind `plugin`: a check that a third party wrote in Python.

    plugin: {name: acme-cost-tag, options: {tag: cost-centre}}

The entry point `acme-cost-tag` of the group `goldenpath.checks` names a function `check(subject, options)` that
returns an Outcome. It runs in the process of goldenpath: install only what you trust. What it raises is an error of
the policy on that repo, never a pass. A check that deserves words of its own in YAML is better a kind: an entry point
of the group `goldenpath.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic resolves the annotations
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath import _plugins
from goldenpath.errors import GoldenpathError, did_you_mean
from goldenpath.policy.base import STRICT, Outcome

if TYPE_CHECKING:
    from goldenpath.policy.subject import Subject

GROUP = "goldenpath.checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginRule:
    """A third party's check by the name of its entry point, with options that it understands."""

    __pydantic_config__: ClassVar[Any] = STRICT

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def check(self, subject: Subject) -> Outcome:
        """Return what the check says; raise for a plugin that isn't there or answers with anything but an Outcome."""
        checks: Mapping[str, Any] = _plugins.joined(GROUP, {}, ("__call__",))
        if self.name not in checks:
            hint = did_you_mean(self.name, checks) or f"Install the package that offers it in {GROUP}."
            raise GoldenpathError(f"there is no plugin {self.name!r}", hint=hint)
        outcome = checks[self.name](subject, dict(self.options))
        if not isinstance(outcome, Outcome):
            raise TypeError(f"the plugin {self.name!r} answered with {type(outcome).__name__}, no Outcome")
        return outcome
