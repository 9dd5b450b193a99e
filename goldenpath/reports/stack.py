"""The report of what a fleet runs: as text in a width, and as JSON."""

from __future__ import annotations

from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from goldenpath._text import escape, json_text
from goldenpath.facts.radar import Ring
from goldenpath.reports.summary import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.model import Technology
    from goldenpath.survey.result import Survey
    from goldenpath.survey.stack import Category, Stack, Use

_REPOS = 40
_NAME = 18
_SHORTEST = 12
_LOUD = (Ring.HOLD, Ring.UNLISTED, Ring.ASSESS)
_TITLES = {
    Ring.ADOPT: "Adopt: the road",
    Ring.TRIAL: "Trial",
    Ring.ASSESS: "Assess",
    Ring.HOLD: "Hold: no new use",
    Ring.UNLISTED: "In a governed category, and on no ring",
}


def as_text(found: Stack, survey: Survey, *, width: int, every: bool) -> str:
    """Return the report for a person; `every` repo instead of those with the most to move."""
    head = f"{plural(len(found.by_repo), 'repo')} by the radar of {survey.standard} {survey.version}"
    lines = [escape(head), *([f"{plural(len(found.unreadable), 'repo')} unreadable"] if found.unreadable else [])]
    if not found.uses:
        return "\n".join([*lines, "Nothing on the radar is used.", ""])
    lines += ["", *_categories(found.categories, width)]
    for ring, uses in groupby(found.uses, key=lambda use: use.ring):
        lines += ["", _TITLES[ring], *_ring(list(uses), width)]
    lines += ["", *_repos(found, width, every=every)]
    lines += [f"  {escape(repo)}: unreadable" for repo in found.unreadable]
    return "\n".join([*lines, ""])


def _categories(rows: tuple[Category, ...], width: int) -> Iterator[str]:
    name = max(_SHORTEST, min(_NAME, width - 50))
    yield f"{'Category':<{name}}  {'Repos':>5}  {'Technologies':>12}  {'On adopt':>8}  {'Effective number':>16}"
    for row in rows:
        shown = _cut(escape(row.name), name)
        yield f"{shown:<{name}}  {row.repos:>5}  {row.technologies:>12}  {row.share:>8.0%}  {row.effective:>16.1f}"


def _ring(uses: list[Use], width: int) -> Iterator[str]:
    for category, group in groupby(uses, key=lambda use: use.category):
        yield from _hanging(_cut(escape(category), _NAME), "; ".join(_said(use) for use in group), width)


def _said(use: Use) -> str:
    blip = use.blip
    to = f" -> {blip.successor}" if blip and blip.successor else ""
    end = f" until {blip.until}" if blip and blip.until else ""
    return escape(f"{use.name} ({len(use.repos)}){to}{end}")


def _repos(found: Stack, width: int, *, every: bool) -> Iterator[str]:
    rows = sorted(found.by_repo, key=_furthest)
    shown = rows if every else rows[:_REPOS]
    yield "Repos, those with the most to move first"
    for repo, technologies in shown:
        yield f"  {escape(repo)}"
        rings = _by_ring(technologies)
        if not rings:
            yield "    nothing on the radar"
        for ring in Ring:
            if ring in rings:
                yield from _hanging(f"  {ring}", ", ".join(map(escape, rings[ring])), width)
    if len(rows) > len(shown):
        yield f"  and {len(rows) - len(shown)} more repos: --all"


def _by_ring(technologies: tuple[Technology, ...]) -> dict[Ring, list[str]]:
    rings: dict[Ring, list[str]] = {}
    for name, ring in sorted({(row.name, row.ring) for row in technologies}):
        rings.setdefault(Ring(ring), []).append(name)
    return rings


def _furthest(row: tuple[str, tuple[Technology, ...]]) -> tuple[int, int, int, str]:
    rings = _by_ring(row[1])
    hold, unlisted, assess = (-len(rings.get(ring, ())) for ring in _LOUD)
    return (hold, unlisted, assess, row[0])


def _hanging(lead: str, text: str, width: int) -> Iterator[str]:
    """Yield a text beside its lead, each further line indented as far."""
    lines = wrap(text, max(20, width - _NAME - 4), break_on_hyphens=False) or [""]
    for number, line in enumerate(lines):
        yield f"  {'' if number else lead:<{_NAME}}  {line}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}\u2026"


def as_json(found: Stack, survey: Survey) -> str:
    """Return the report for programs, without a time of its own."""
    return json_text(
        {
            "schema_version": 1,
            "standard": {"name": survey.standard, "version": survey.version, "ref": survey.ref},
            "categories": [
                {
                    "name": row.name,
                    "uses": row.uses,
                    "repos": row.repos,
                    "technologies": row.technologies,
                    "share_on_adopt": round(row.share, 4),
                    "effective_number": round(row.effective, 4),
                }
                for row in found.categories
            ],
            "technologies": [_use(use) for use in found.uses],
            "repos": [
                {"id": repo, "status": "ok", "technologies": [_evidence(row) for row in rows]}
                for repo, rows in found.by_repo
            ]
            + [{"id": repo, "status": "unreadable", "technologies": []} for repo in found.unreadable],
        }
    )


def _use(use: Use) -> dict[str, Any]:
    blip = use.blip
    return {
        "name": use.name,
        "category": use.category,
        "ring": str(use.ring),
        "successor": blip.successor if blip else None,
        "until": blip.until.isoformat() if blip and blip.until else None,
        "versions": (blip.versions or None) if blip else None,
        "repos": list(use.repos),
    }


def _evidence(row: Technology) -> dict[str, Any]:
    return {
        "name": row.name,
        "category": row.category,
        "ring": row.ring,
        "version": row.version,
        "evidence": row.evidence,
        "path": row.path,
        "line": row.line,
        "project": row.project,
    }
