"""The kinds of rules: one frozen dataclass a file, all thin over the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath import _plugins
from goldenpath.policy.rules.fact import FactRule
from goldenpath.policy.rules.file import FileRule
from goldenpath.policy.rules.value import ValueRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from goldenpath.policy.base import Rule

GROUP = "goldenpath.rules"

KINDS: Mapping[str, type[Rule]] = {
    "fact": FactRule,
    "file": FileRule,
    "value": ValueRule,
}


def kinds(wanted: Iterable[str] = ()) -> Mapping[str, type[Rule]]:
    """Return the kinds by name; third parties' join them where a name is wanted that is none of ours.

    A third party's kind is an entry point of the group `goldenpath.rules` that names a frozen dataclass with `check`.
    """
    if all(name in KINDS for name in wanted):
        return KINDS
    found = {name: kind for name, kind in _plugins.load(GROUP).items() if name not in KINDS}
    return {**KINDS, **found}
