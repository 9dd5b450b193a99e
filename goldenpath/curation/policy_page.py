"""The page of a standard's policies, for its documentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.finding import Capability

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldenpath.policy.base import Policy


def policy_page(policies: Iterable[Policy], *, title: str, lead: str) -> str:
    """Return a Markdown page of policies, by capability and level; what is disabled is left out."""
    found = [policy for policy in policies if not policy.disabled]
    out = [f"# {title}", "", f"{len(found)} {lead}", ""]
    for capability in Capability:
        mine = sorted((p for p in found if p.capability is capability), key=lambda p: (p.level, p.id))
        if mine:
            out += [f"## {capability}", ""]
        for policy in mine:
            out += _section(policy)
    return "\n".join(out).rstrip() + "\n"


def _section(policy: Policy) -> list[str]:
    dates = ", ".join(
        f"{name} from {day}" for name in ("audit", "warn", "block") if (day := getattr(policy.enforcement, name))
    )
    out = [f"### {policy.id}", "", f"**{policy.title}.** Level {policy.level}, {policy.severity}; {dates}."]
    if not policy.waivable:
        out.append("Nobody may waive it.")
    out += ["", " ".join(policy.rationale.split()), ""]
    if policy.remediation.text:
        out += [f"Remedy: {' '.join(policy.remediation.text.split())}", ""]
    for name, text in (("Before", policy.remediation.before), ("After", policy.remediation.after)):
        if text:
            fence = _fence(text)
            out += [f"{name}:", "", fence, text.rstrip(), fence, ""]
    out += [f"- <{reference}>" for reference in policy.references]
    return [*out, ""] if policy.references else out


def _fence(text: str) -> str:
    """Return a fence that the text doesn't hold."""
    return "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
