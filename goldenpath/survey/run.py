"""One run: a fleet held against a standard by an engine."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from goldenpath import _plugins
from goldenpath.errors import GoldenpathError
from goldenpath.facts import guests
from goldenpath.policy.waivers import review
from goldenpath.survey.assess import Yardstick
from goldenpath.survey.engines import ENGINES, GROUP, engine_of
from goldenpath.survey.result import Survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from pathlib import Path

    from goldenpath.facts.advisories import Advisories
    from goldenpath.fleet.base import Fleet
    from goldenpath.policy.base import Policy
    from goldenpath.standard import Standard

_ASKS_RADAR = "technology"
_ASKS_ADVISORIES = "advisory"


def survey(  # noqa: PLR0913 - each keyword is an option that a person has
    fleet: Fleet,
    standard: Standard,
    *,
    as_of: date,
    today: date,
    worktree: bool = False,
    technologies: bool = False,
    advisories: Path | None = None,
    jobs: int = 1,
    engine: str = "",
    step: Callable[[str], None] = lambda _: None,
) -> Survey:
    """Return what a run over a fleet finds; `as_of` is the date to judge for, `today` the day on the calendar.

    `technologies` asks what each repo uses of the radar, also where no policy does.
    `engine` is the name of what runs it, by default a pool where there are several repos and jobs.
    `advisories` is a folder or archive of OSV records; where no active policy asks for it that is an error.

    Raise GoldenpathError where the standard's own files are wrong; a repo that can't be read is counted, not raised.
    """
    policies = standard.load_policies()
    waivers = standard.load_waivers(policies, today)
    active = tuple(policy for policy in policies if not policy.disabled)
    asked = technologies or any(policy.kind == _ASKS_RADAR for policy in active)
    radar = standard.load_radar() if asked else None
    yardstick = Yardstick(
        policies=active,
        waivers=waivers,
        as_of=as_of,
        radar=radar,
        advisories=_advisories(advisories, active),
        templates=standard.load_templates(),
        worktree=worktree,
    )
    guests.installed()  # one that is broken is told once, before it is told of every repo
    chosen = engine or ("processes" if jobs > 1 and len(fleet.repos) > 1 else "serial")
    found = []
    with _plugins.blamed(GROUP, chosen) if chosen not in ENGINES else nullcontext():
        for number, assessment in enumerate(engine_of(chosen).run(fleet.repos, yardstick, jobs), start=1):
            step(f"{number}/{len(fleet.repos)} {assessment.repo.id}")
            found.append(assessment)
    if [assessment.repo for assessment in found] != [*fleet.repos]:
        raise GoldenpathError(f"the engine {chosen!r} has not assessed each repo once, in order")
    used = [origin for assessment in found for result in assessment.results for origin in result.waivers]
    return Survey(
        standard=standard.name,
        version=standard.version,
        ref=standard.ref,
        as_of=as_of,
        assessments=tuple(found),
        policies=active,
        problems=fleet.problems,
        waivers=waivers,
        waiver_notes=review(waivers, used, [repo.id for repo in fleet.repos], as_of),
    )


def _advisories(path: Path | None, policies: Iterable[Policy]) -> Advisories | None:
    if path is None:
        return None
    if not any(policy.kind == _ASKS_ADVISORIES for policy in policies):
        # To leave them unread would look like a clean bill.
        hint = "Add a policy of the kind `advisory`, or leave --advisories out."
        raise GoldenpathError("no policy of the standard asks for advisories", hint=hint)
    from goldenpath.facts.advisories import load_advisories  # noqa: PLC0415 - only where it is asked

    return load_advisories(path)
