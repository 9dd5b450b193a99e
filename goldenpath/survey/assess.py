"""Assess one repo: the unit of work that every engine runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from goldenpath.errors import GoldenpathError
from goldenpath.facts.aside import spoken
from goldenpath.facts.inventory import inventory
from goldenpath.facts.owners import owners
from goldenpath.facts.radar import Radar
from goldenpath.policy.evaluate import evaluate, level
from goldenpath.policy.subject import Knowledge, subjects
from goldenpath.policy.waivers import requests
from goldenpath.snapshot import open_snapshot
from goldenpath.snapshot.base import Limits
from goldenpath.survey.result import Assessment, Status

if TYPE_CHECKING:
    from datetime import date

    from goldenpath.catalog.templates import Templates
    from goldenpath.facts.advisories import Advisories
    from goldenpath.policy.base import Policy
    from goldenpath.policy.waivers import Waiver
    from goldenpath.repo import Repo
    from goldenpath.snapshot.base import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What every repo of a run is held against: the same for all of them, and picklable.

    `radar` is None where nothing asks for technologies, `templates` where no blueprint is to be asked what it made,
    `advisories` where none were given. `worktree` reads the files as they lie on disk instead of HEAD.
    """

    policies: tuple[Policy, ...]
    waivers: tuple[Waiver, ...]
    as_of: date
    radar: Radar | None = None
    advisories: Advisories | None = None
    templates: Templates | None = None
    worktree: bool = False
    limits: Limits = field(default_factory=Limits)


def assess(repo: Repo, yardstick: Yardstick) -> Assessment:
    """Return what is found of one repo; a repo that can't be read is told as such, never taken for a pass."""
    try:
        snapshot = open_snapshot(repo, worktree=yardstick.worktree, limits=yardstick.limits)
        return assess_snapshot(repo, snapshot, yardstick)
    except GoldenpathError as error:
        remedy = f" {' '.join(error.hint.split())}" if error.hint else ""
        return Assessment(
            repo=repo, status=Status.UNREADABLE, reason=f"{error.message}.{remedy}" if remedy else error.message
        )
    except Exception as error:  # noqa: BLE001 - one bad repo never ends a run: it is counted and told
        reason = f"{type(error).__name__}: {error}"
        return Assessment(repo=repo, status=Status.UNREADABLE, reason=f"goldenpath has a bug here: {reason}")


def assess_snapshot(repo: Repo, snapshot: Snapshot, yardstick: Yardstick) -> Assessment:
    """Return what is found of a snapshot of a repo; raise UnreadableError where it can't be listed."""
    known = yardstick.advisories
    facts = inventory(snapshot, yardstick.limits, packages=known is not None, radar=yardstick.radar)
    knowledge = Knowledge(
        radar=yardstick.radar or Radar(), advisories=known, makings=yardstick.templates, as_of=yardstick.as_of
    )
    results = evaluate(
        subjects(repo, snapshot, facts, knowledge), yardstick.policies, yardstick.waivers, yardstick.as_of
    )
    return Assessment(
        repo=repo,
        status=Status.OK,
        commit=snapshot.commit,
        level=level(results),
        results=results,
        unreadable=spoken(facts).unreadable,
        technologies=facts.technologies,
        owners=(repo.owner,) if repo.owner else owners(facts),
        requests=requests(snapshot),
    )
