"""A fleet as it was on a day: each repo at its last commit of that day or before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from goldenpath.errors import UnreadableError
from goldenpath.fleet.base import Fleet
from goldenpath.snapshot import open_snapshot
from goldenpath.snapshot.base import Kind
from goldenpath.snapshot.history import commit_at
from goldenpath.survey.result import Assessment, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldenpath.repo import Repo
    from goldenpath.survey.result import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a fleet was: the repos that can be read as they were, and why each of the others can't.

    A repo without a commit then is in neither.
    """

    fleet: Fleet
    unknown: tuple[Assessment, ...]


def survey_at(
    fleet: Fleet, day: date, ask: Callable[[Fleet, date], Survey], step: Callable[[str], None] = lambda _: None
) -> Survey:
    """Return the survey of a fleet as it was; `ask` surveys a fleet by the standard of now, as of a date."""
    past = fleet_at(fleet, day, step)
    found = ask(past.fleet, day)
    every = sorted((*found.assessments, *past.unknown), key=lambda assessment: assessment.repo.id)
    return replace(found, assessments=tuple(every))


def fleet_at(fleet: Fleet, day: date, step: Callable[[str], None] = lambda _: None) -> Past:
    """Return a fleet as it was when a day ended, UTC; a repo that can't be read as it was is told with the reason."""
    moment = int(datetime.combine(day + timedelta(days=1), time(), UTC).timestamp()) - 1
    repos: list[Repo] = []
    unknown: list[Assessment] = []
    for number, repo in enumerate(fleet.repos, start=1):
        step(f"{number}/{len(fleet.repos)} {repo.id} on {day}")
        try:
            then = _then(repo, moment)
        except UnreadableError as error:
            unknown.append(Assessment(repo=repo, status=Status.UNREADABLE, reason=error.message))
        else:
            repos += [then] if then else []
    return Past(fleet=Fleet(repos=tuple(repos)), unknown=tuple(unknown))


def _then(repo: Repo, moment: int) -> Repo | None:
    """Return a repo at its commit then, None where there was none; raise UnreadableError where files of it are missing.

    A partial clone may lack what has changed since. To leave that unread would make old findings look new.
    """
    within = (repo.within,) if repo.within else ()
    oid = commit_at(repo.path, moment, ref=repo.ref or "HEAD", within=within)
    if oid is None:
        return None
    then = replace(repo, ref=oid)
    snapshot = open_snapshot(then)
    files = [path for path, entry in snapshot.entries().items() if entry.kind is Kind.FILE]
    missing = len(files) - len(snapshot.sizes(files))
    if missing:
        raise UnreadableError(f"{missing} of its {len(files)} files as they were at {oid[:12]} aren't in this clone")
    return then
