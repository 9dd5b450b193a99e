"""The kinds of rules: one frozen dataclass a file, all thin over the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath import _plugins
from goldenpath.policy.rules.action import ActionRule
from goldenpath.policy.rules.advisory import AdvisoryRule
from goldenpath.policy.rules.dependency import DependencyRule
from goldenpath.policy.rules.either import EitherRule
from goldenpath.policy.rules.fact import FactRule
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.rules.hook import HookRule
from goldenpath.policy.rules.image import ImageRule
from goldenpath.policy.rules.lockfile import LockfileRule
from goldenpath.policy.rules.plugin import PluginRule
from goldenpath.policy.rules.python_version import PythonVersionRule
from goldenpath.policy.rules.schema import SchemaRule
from goldenpath.policy.rules.technology import TechnologyRule
from goldenpath.policy.rules.template import TemplateRule
from goldenpath.policy.rules.value import ValueRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from goldenpath.policy.base import Rule

GROUP = "goldenpath.rules"

KINDS: Mapping[str, type[Rule]] = {
    "action": ActionRule,
    "advisory": AdvisoryRule,
    "dependency": DependencyRule,
    "either": EitherRule,
    "fact": FactRule,
    "file": FileRule,
    "hook": HookRule,
    "image": ImageRule,
    "lockfile": LockfileRule,
    "plugin": PluginRule,
    "python_version": PythonVersionRule,
    "schema": SchemaRule,
    "technology": TechnologyRule,
    "template": TemplateRule,
    "value": ValueRule,
}


def kinds(wanted: Iterable[str] = ()) -> Mapping[str, type[Rule]]:
    """Return the kinds by name; third parties' join them where a name is wanted that is none of ours.

    A third party's kind is an entry point of the group `goldenpath.rules` that names a frozen dataclass with `check`.
    """
    if all(name in KINDS for name in wanted):
        return KINDS
    return every_kind()


def every_kind() -> Mapping[str, type[Rule]]:
    """Return our kinds and all that are installed."""
    return _plugins.joined(GROUP, KINDS, ("check",))
