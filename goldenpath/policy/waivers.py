"""Waivers: accepted exceptions, kept in the standard, with an owner, a reason, a ticket and an end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath import _globs, _schema
from goldenpath._schema import Mistake
from goldenpath.errors import UnreadableError, did_you_mean
from goldenpath.policy.base import STRICT, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from goldenpath.finding import Finding
    from goldenpath.policy.base import Policy
    from goldenpath.snapshot.base import Snapshot

LONGEST = timedelta(days=180)
SOON = timedelta(days=30)
REQUESTS = ".goldenpath/waivers.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One accepted exception.

    `repo` is a glob over repo ids, `path` one over the paths of findings. It covers through the day of `expires`, which
    lies at most 180 days after `added` where that is written, else after the day that the file is read. `origin` is
    `file:line:column`.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    policy: str
    repo: str
    path: str = "**"
    owner: str
    reason: str
    ticket: str
    expires: date
    added: date | None = None
    decision: str = ""
    origin: str = ""

    def __post_init__(self) -> None:
        for name in ("policy", "repo", "path", "owner", "reason", "ticket"):
            if not getattr(self, name).strip():
                raise SpecError(f"{name} must say something", name)


class State(StrEnum):
    """What is to be said of a waiver beside the findings that it covers."""

    EXPIRED = "expired"
    EXPIRING = "expiring"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverNote:
    """A waiver that somebody must look at; `days` is how long it still covers (negative once it has expired)."""

    waiver: Waiver
    state: State
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A waiver that a repo asks for, or what is wrong with the asking."""

    waiver: Waiver | None
    problem: str = ""


def decide(finding: Finding, waivers: Iterable[Waiver], as_of: date) -> Waiver | None:
    """Return the waiver that covers a finding at a date, the one that lasts longest where several do."""
    covering = [waiver for waiver in waivers if as_of <= waiver.expires and _matches(waiver, finding)]
    return max(covering, key=lambda waiver: (waiver.expires, waiver.origin), default=None)


def review(waivers: Iterable[Waiver], used: Iterable[str], repos: Sequence[str], as_of: date) -> tuple[WaiverNote, ...]:
    """Return the waivers that have expired, expire within 30 days, or cover nothing.

    `used` are the origins of those that cover something (`PolicyResult.waivers`), `repos` the ids that were looked at:
    a waiver for repos that weren't is not called unused.
    """
    return tuple(note for waiver in waivers for note in _notes(waiver, frozenset(used), repos, as_of))


def load_waivers(folder: Path, *, policies: Iterable[Policy], today: date) -> tuple[Waiver, ...]:
    """Return the waivers of a folder's YAML files in the order of the files; none where there is no folder.

    Raise GoldenpathError with every mistake: among them a policy that isn't there or that nobody may waive, and an end
    that lies too far ahead. `today` is the day on the calendar, whatever date is judged for.
    """
    known = {policy.id: policy for policy in policies}
    waivers: list[Waiver] = []
    mistakes: list[Mistake] = []
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        text, unread = _schema.text_of(path)
        found, wrong = read_waivers(text, str(path))
        waivers.extend(found)
        mistakes.extend((*unread, *wrong))
        mistakes.extend(mistake for waiver in found for mistake in _refusals(waiver, known, today))
    if mistakes:
        raise _schema.as_error(mistakes, "waivers")
    return tuple(waivers)


def read_waivers(text: str, where: str) -> tuple[list[Waiver], list[Mistake]]:
    """Return the waivers of one file's text, and its mistakes; `where` names the file."""
    nodes, mistakes = _schema.items_of(text, where, "waivers")
    waivers: list[Waiver] = []
    source = _schema.Source(where=where, text=text)
    for index, node in enumerate(nodes):
        waiver, wrong = _schema.build(Waiver, node.plain(), source, (index,))
        mistakes.extend(wrong)
        if waiver is not None:
            waivers.append(replace(waiver, origin=f"{where}:{node.line}:{node.column}"))
    return waivers, mistakes


def requests(snapshot: Snapshot) -> tuple[Request, ...]:
    """Return the waivers that a scanned repo asks for; they are listed and never honoured.

    What can't be read is a request with its problem.
    """
    if REQUESTS not in snapshot.entries():
        return ()
    try:
        text = snapshot.read(REQUESTS).decode()
    except (UnreadableError, UnicodeDecodeError) as error:
        return (Request(waiver=None, problem=f"{REQUESTS}: {error}"),)
    found, mistakes = read_waivers(text, REQUESTS)
    wrong = (Request(waiver=None, problem=str(mistake)) for mistake in mistakes)
    return (*(Request(waiver=waiver) for waiver in found), *wrong)


def _matches(waiver: Waiver, finding: Finding) -> bool:
    return (
        waiver.policy == finding.policy
        # A second clone of a repo carries its path after a `#`: the waiver is for the repo.
        and _globs.matches(waiver.repo, finding.repo.partition("#")[0])
        and _globs.matches(waiver.path, finding.place.path)
    )


def _notes(waiver: Waiver, used: frozenset[str], repos: Sequence[str], as_of: date) -> Iterator[WaiverNote]:
    days = (waiver.expires - as_of).days
    seen = any(_globs.matches(waiver.repo, repo) for repo in repos)
    if days < 0:
        yield WaiverNote(waiver=waiver, state=State.EXPIRED, days=days)
        return
    if seen and waiver.origin not in used:
        yield WaiverNote(waiver=waiver, state=State.UNUSED, days=days)
    elif days <= SOON.days:
        yield WaiverNote(waiver=waiver, state=State.EXPIRING, days=days)


def _refusals(waiver: Waiver, known: dict[str, Policy], today: date) -> Iterator[Mistake]:
    where, line, column = waiver.origin.rsplit(":", 2)

    def mistake(message: str, hint: str = "") -> Mistake:
        return Mistake(where=where, line=int(line), column=int(column), message=message, hint=hint)

    policy = known.get(waiver.policy)
    if policy is None:
        yield mistake(f"there is no policy {waiver.policy!r}", did_you_mean(waiver.policy, known))
    elif not policy.waivable:
        yield mistake(f"{waiver.policy} can't be waived", "Mend the finding: nobody may negotiate this policy.")
    since = waiver.added or today
    if waiver.added is not None and waiver.added > today:
        yield mistake(f"added {waiver.added} lies ahead")
    if waiver.expires > since + LONGEST:
        last = min(since, today) + LONGEST
        yield mistake(f"expires {waiver.expires} is too far ahead", f"At most {LONGEST.days} days: until {last}.")
