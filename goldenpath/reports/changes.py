"""What changed between two runs: findings that are new or gone, stages and levels that moved, repos that came and went.

A finding of a repo that can't be read now, of a policy that couldn't be judged, or of a repo that isn't looked at any
more is not gone: nobody knows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goldenpath._text import escape, json_text
from goldenpath.reports.summary import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from goldenpath.finding import Stage
    from goldenpath.reports.earlier import Noted, Run, Seen

_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A repo whose level moved; None is an unknown level."""

    repo: str
    before: int | None
    now: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed from one run to another.

    `new` are open now and weren't, `gone` were open and are met, `waived` were open and are waived now; `grown` are
    open findings whose stage moved. `came` and `went` are ids of repos, `lost` those that can't be read any more.
    `unknown` are repos that are read now and couldn't be before, with the reason: nobody knows what changed.
    """

    since: Run
    now: Run
    new: tuple[Noted, ...]
    gone: tuple[Noted, ...]
    waived: tuple[Noted, ...]
    grown: tuple[tuple[Noted, Noted], ...]
    moves: tuple[Move, ...]
    came: tuple[str, ...]
    went: tuple[str, ...]
    lost: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...] = ()


def changes(since: Run, now: Run) -> Changes:
    """Return what changed, the loudest stage first."""
    both = [(since.repos[name], now.repos[name]) for name in sorted(since.repos.keys() & now.repos.keys())]
    readable = [(before, after) for before, after in both if before.readable and after.readable]
    return Changes(
        since=since,
        now=now,
        new=_sorted(noted for before, after in readable for noted in _new(before, after)),
        gone=_sorted(noted for before, after in readable for noted in _gone(before, after)),
        waived=_sorted(noted for before, after in readable for noted in _waived(before, after)),
        grown=tuple(pair for before, after in readable for pair in _grown(before, after)),
        moves=tuple(Move(repo=b.id, before=b.level, now=a.level) for b, a in readable if b.level != a.level),
        came=tuple(sorted(now.repos.keys() - since.repos.keys())),
        went=tuple(sorted(since.repos.keys() - now.repos.keys())),
        lost=tuple(after.id for before, after in both if before.readable and not after.readable),
        unknown=tuple((before.id, before.reason) for before, after in both if after.readable and not before.readable),
    )


def _new(before: Seen, after: Seen) -> Iterator[Noted]:
    known = before.findings
    # What couldn't be judged before may have been there all the time; it is told, since nobody has seen it yet.
    return (n for key, n in after.findings.items() if not n.waived and _was_closed(known.get(key), n))


def _was_closed(old: Noted | None, now: Noted) -> bool:
    """Tell whether nobody had to mend a finding who has to now: it wasn't there, was waived, or was another's."""
    return old is None or old.waived or (bool(old.blueprint) and not now.blueprint)


def _gone(before: Seen, after: Seen) -> Iterator[Noted]:
    for key, noted in before.findings.items():
        if not noted.waived and key not in after.findings and noted.policy not in after.undecided:
            yield noted


def _waived(before: Seen, after: Seen) -> Iterator[Noted]:
    now = after.findings
    return (now[key] for key, n in before.findings.items() if not n.waived and key in now and now[key].waived)


def _grown(before: Seen, after: Seen) -> Iterator[tuple[Noted, Noted]]:
    for key, noted in sorted(after.findings.items()):
        old = before.findings.get(key)
        if old and not old.waived and not noted.waived and old.stage is not noted.stage:
            yield old, noted


def _sorted(found: Iterable[Noted]) -> tuple[Noted, ...]:
    return tuple(sorted(found, key=lambda n: (-n.stage.rank, n.repo, n.policy, n.place, n.fingerprint)))


def as_json(found: Changes) -> str:
    """Return the changes for programs."""
    return json_text(
        {
            "schema_version": 1,
            "since": {"standard": found.since.standard, "as_of": found.since.as_of},
            "now": {"standard": found.now.standard, "as_of": found.now.as_of},
            "new": [_item(noted) for noted in found.new],
            "gone": [_item(noted) for noted in found.gone],
            "waived": [_item(noted) for noted in found.waived],
            "stages": [{**_item(noted), "before": str(old.stage)} for old, noted in found.grown],
            "levels": [{"repo": move.repo, "before": move.before, "now": move.now} for move in found.moves],
            "repos": {"came": list(found.came), "went": list(found.went), "unreadable": list(found.lost)},
            "unknown": [{"repo": repo, "reason": reason} for repo, reason in found.unknown],
        }
    )


def _item(noted: Noted) -> dict[str, Any]:
    return {
        "fingerprint": noted.fingerprint,
        "repo": noted.repo,
        "policy": noted.policy,
        "title": noted.title,
        "stage": str(noted.stage),
        "place": noted.place,
        "blueprint": noted.blueprint or None,
    }


def as_text(found: Changes, *, every: bool) -> str:
    """Return the changes for a person; `every` one instead of the first of each kind."""
    most = None if every else _SHOWN
    head = f"Since {found.since.as_of}, by {found.since.standard}; now {found.now.as_of}, by {found.now.standard}"
    better = sum(_rank(move.now) > _rank(move.before) for move in found.moves)
    counted = [
        f"{plural(len(found.new), 'new finding')}",
        f"{len(found.gone)} gone",
        f"{len(found.waived)} waived",
        f"{plural(better, 'repo')} up",
        f"{len(found.moves) - better} down",
    ]
    parts = [escape(head), ", ".join(counted)]
    parts += _section("New", [_line(noted) for noted in found.new], most)
    parts += _section("Gone", [_line(noted) for noted in found.gone], most)
    parts += _section("Waived now", [_line(noted) for noted in found.waived], most)
    parts += _section("Stage moved", _grouped(found.grown), most)
    moves = [f"{move.repo}: {_level(move.before)} -> {_level(move.now)}" for move in found.moves]
    parts += _section("Level moved", moves, most)
    parts += _section("Repos that came", found.came, most)
    parts += _section("Repos that are not looked at any more", found.went, most)
    parts += _section("Repos that can't be read any more", found.lost, most)
    unknown = [f"{repo}: {reason}" if reason else repo for repo, reason in found.unknown]
    parts += _section("Repos that couldn't be read as they were, so that nobody knows what changed", unknown, most)
    return "\n".join([*parts, ""])


def _grouped(grown: Iterable[tuple[Noted, Noted]]) -> list[str]:
    """Return a line a policy and move: a date moves every finding of a policy at once."""
    groups: dict[tuple[Stage, str, Stage], list[Noted]] = defaultdict(list)
    for old, noted in grown:
        groups[noted.stage, noted.policy, old.stage].append(noted)
    ordered = sorted(groups.items(), key=lambda item: (-item[0][0].rank, item[0][1], item[0][2].rank))
    return [
        f"{now!s:<7}  {policy}: {plural(len(notes), 'finding')} in {plural(len({n.repo for n in notes}), 'repo')}"
        f" (was {before})"
        for (now, policy, before), notes in ordered
    ]


def _section(title: str, lines: Iterable[str], most: int | None) -> list[str]:
    every = list(lines)
    shown = [f"  {escape(line)}" for line in every[:most]]
    left = len(every) - len(shown)
    return ["", f"{title} ({len(every)})", *shown, *([f"  and {left} more: --all"] if left else [])] if every else []


def _line(noted: Noted) -> str:
    whose = f"  (of {noted.blueprint})" if noted.blueprint else ""
    return f"{noted.stage!s:<7}  {noted.repo}  {noted.policy}  {noted.place}{whose}"


def _rank(level: int | None) -> int:
    return -1 if level is None else level


def _level(level: int | None) -> str:
    return "unknown" if level is None else str(level)
