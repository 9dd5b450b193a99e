"""Policies for a person to read: all of a standard at a glance, and the page of one."""

from __future__ import annotations

from itertools import pairwise
from textwrap import fill, indent
from typing import TYPE_CHECKING, Any

from goldenpath import _yaml
from goldenpath._text import escape
from goldenpath.finding import Capability

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from goldenpath.policy.base import Policy

_STAGES = ("audit", "warn", "block")
_SEVERITY = 100  # columns from which a severity fits, and
_NEXT = 116  # from which the next date fits too
_READABLE = 96  # no line of prose is longer
_SHORTEST = 20


def listing(policies: Iterable[Policy], *, today: date, width: int) -> str:
    """Return the policies by capability and level, a row each; a title that doesn't fit goes on below itself."""
    found = sorted(policies, key=lambda policy: (policy.level, policy.id))
    longest = max(len(name) for name in ("policy", *(policy.id for policy in found)))
    out = [_columns(("  L  policy", "severity", "stage", "next"), longest, width) + "title"]
    for capability in Capability:
        mine = [policy for policy in found if policy.capability is capability]
        if mine:
            out += ["", f"{capability}: {len(mine)}"]
            out += [line for policy in mine for line in _row(policy, today, longest, width)]
    return "\n".join([*out, ""])


def page(policy: Policy, written: Mapping[str, Any], *, today: date, width: int) -> str:
    """Return what a person wants to know of a policy: what, since when, why, how to mend it, and what is asked.

    `written` is what its file says of it (`goldenpath.policy.load.written`).
    """
    readable = min(width, _READABLE)
    scope = "each project of a repo" if policy.scope == "project" else "each repo"
    standing = f"Capability {policy.capability}, level {policy.level}, severity {policy.severity}; asked of {scope}."
    out = [
        _prose(f"{policy.id}: {policy.title}", readable),
        "",
        _prose(standing, readable),
        _prose(_enforced(policy, today), readable),
        *([] if policy.waivable else ["Nobody may waive it."]),
        *([_prose(f"Disabled: {policy.disabled}", readable)] if policy.disabled else []),
        "",
        _prose(policy.rationale, readable),
        *_remedy(policy, readable),
        "",
        "What it asks:",
        _block(_yaml.dump({key: written[key] for key in ("when", policy.kind) if key in written})),
    ]
    if policy.references:
        out += ["", "See:", *(f"    {escape(reference)}" for reference in policy.references)]
    return "\n".join([*out, "", f"Written in {escape(policy.origin)}", ""])


def _row(policy: Policy, today: date, longest: int, width: int) -> Iterator[str]:
    stage = "disabled" if policy.disabled else str(policy.stage(today))
    cells = (f"  {policy.level}  {policy.id}", policy.severity, stage, _next(policy, today))
    head = _columns(cells, longest, width)
    room = max(width - len(head), _SHORTEST)
    first, *rest = fill(escape(policy.title), room).splitlines()
    yield f"{head}{first}"
    for line in rest:
        yield " " * len(head) + line


def _columns(cells: tuple[str, str, str, str], longest: int, width: int) -> str:
    """Return the columns before the title, as many as the width has room for."""
    name, severity, stage, coming = cells
    out = f"{name:<{longest + 7}}"
    if width >= _SEVERITY:
        out += f"{severity:<10}"
    out += f"{stage:<10}"
    return f"{out}{coming:<18}" if width >= _NEXT else out


def _next(policy: Policy, today: date) -> str:
    """Return the stage that a policy reaches next and when, "" where nothing is to come."""
    ahead = [(day, stage) for stage, day in _dates(policy) if day > today]
    return f"{ahead[0][1]} {ahead[0][0]}" if ahead and not policy.disabled else ""


def _dates(policy: Policy) -> list[tuple[str, date]]:
    dates = policy.enforcement
    given = [(stage, day) for stage in _STAGES if (day := getattr(dates, stage)) is not None]
    last = given[-1:]
    # Of two stages that begin on one day only the stricter is ever seen.
    return [one for one, after in pairwise(given) if one[1] != after[1]] + last


def _enforced(policy: Policy, today: date) -> str:
    said = [f"{stage} {'since' if day <= today else 'from'} {day}" for stage, day in _dates(policy)]
    return f"Enforced: {', '.join(said)}."


def _remedy(policy: Policy, width: int) -> Iterator[str]:
    remedy = policy.remediation
    if remedy.text:
        yield from ("", _prose(f"Remedy: {remedy.text}", width))
    for name, text in (("Before", remedy.before), ("After", remedy.after)):
        if text:
            yield from ("", f"{name}:", _block(text))


def _prose(text: str, width: int) -> str:
    return fill(escape(" ".join(text.split())), width, break_long_words=False, break_on_hyphens=False)


def _block(text: str) -> str:
    return indent("\n".join(escape(line) for line in text.rstrip().splitlines()), "    ")
