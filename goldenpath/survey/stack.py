"""What a fleet runs: technologies ring by ring, category by category, and how fragmented each category is."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldenpath.facts.radar import Ring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldenpath.facts.model import Technology
    from goldenpath.facts.radar import Blip, Radar
    from goldenpath.survey.result import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One technology in use: the ids of the repos that use it, and its entry on the radar, None where it has none."""

    name: str
    category: str
    ring: Ring
    repos: tuple[str, ...]
    blip: Blip | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """How fragmented a category is; a use is one technology in one repo.

    `share` is the part of the uses that stands on adopt, 0 to 1. `effective` is the effective number of technologies,
    the exponential of Shannon's entropy of the uses: 1 where all repos use the same one, n where n are equally common.
    """

    name: str
    uses: int
    repos: int
    technologies: int
    share: float
    effective: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What a fleet runs. `by_repo` has every readable repo, `unreadable` the ids of the others."""

    uses: tuple[Use, ...]
    categories: tuple[Category, ...]
    by_repo: tuple[tuple[str, tuple[Technology, ...]], ...]
    unreadable: tuple[str, ...]


def stack(survey: Survey, radar: Radar) -> Stack:
    """Return what the repos of a survey run that was asked for technologies.

    Uses are sorted by ring (adopt first), then by the radar's own order of categories, the most common first.
    """
    gone = {found.repo.id for found in survey.unreadable}
    by_repo = tuple((a.repo.id, a.technologies) for a in survey.assessments if a.repo.id not in gone)
    users: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for repo, rows in by_repo:
        for row in rows:
            users[row.category, row.name, row.ring].add(repo)
    order = {name: number for number, name in enumerate(radar.categories)}
    uses = [
        Use(name=name, category=category, ring=Ring(ring), repos=tuple(sorted(repos)), blip=radar.get(name))
        for (category, name, ring), repos in users.items()
    ]
    rings = list(Ring)
    uses.sort(key=lambda use: (rings.index(use.ring), order.get(use.category, 0), -len(use.repos), use.name))
    names = sorted({use.category for use in uses}, key=lambda name: order.get(name, 0))
    return Stack(
        uses=tuple(uses),
        categories=tuple(_category(name, [use for use in uses if use.category == name]) for name in names),
        by_repo=by_repo,
        unreadable=tuple(sorted(gone)),
    )


def _category(name: str, uses: list[Use]) -> Category:
    counts = [len(use.repos) for use in uses]
    adopted = sum(len(use.repos) for use in uses if use.ring is Ring.ADOPT)
    return Category(
        name=name,
        uses=sum(counts),
        repos=len({repo for use in uses for repo in use.repos}),
        technologies=len(uses),
        share=adopted / sum(counts),
        effective=effective_number(counts),
    )


def effective_number(counts: Iterable[int]) -> float:
    """Return how many equally common things would be as mixed as these: exp of Shannon's entropy, 0 for nothing."""
    given = [count for count in counts if count > 0]
    total = sum(given)
    return math.exp(-sum(count / total * math.log(count / total) for count in given)) if given else 0.0
