"""Drift of a repo from the blueprint that it was made from: who moved, the team or the template, file by file.

Two signals decide: did the team change a file (the repo against what the recorded version rendered), and did the
template (that against what the newest version renders). Files are compared by the ids that git gives their contents,
so that of a commit only those files are read that are shared with the team, and those that differ and can hold pins
that the repo's bot owns: such a pin is compared without its version.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from goldenpath import _yaml
from goldenpath._text import encodable
from goldenpath.catalog.making import Word
from goldenpath.catalog.ownership import Owner
from goldenpath.catalog.render import ANSWERS
from goldenpath.catalog.shared import lacking
from goldenpath.catalog.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from goldenpath.catalog.making import Making, Makings, Rendering
    from goldenpath.catalog.ownership import Claims
    from goldenpath.catalog.shared import Lack
    from goldenpath.facts.model import Standing
    from goldenpath.snapshot.base import Snapshot

_MOST = 65_536


class State(StrEnum):
    """How a file of the template stands.

    `edited`: the team changed it. `behind`: the template did. `both`: both did. `deleted`: the team took it away.
    `moved`: it stands elsewhere. `differs`: it isn't as the newest version has it, and who moved isn't known.
    """

    IN_SYNC = "in sync"
    EDITED = "edited"
    BEHIND = "behind"
    BOTH = "both"
    DELETED = "deleted"
    MOVED = "moved"
    DIFFERS = "differs"


_OF_THE_TEAM = (State.EDITED, State.BOTH, State.DELETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDrift:
    """One file of the template, or one key of one that is shared: where it stands (relative to the repo) and how.

    `key` is "" for a whole file. `found` and `wanted` say in words what is there and what should be; "" where the
    file is in sync. `instead` is what serves the team in place of what it did to the file, "" where nothing is known.
    """

    path: str
    owner: Owner
    state: State
    key: str = ""
    line: int | None = None
    found: str = ""
    wanted: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How one repo, or project in it, stands to its blueprint.

    `path` and `line` are those of its `.goldenpath.yaml`, `root` is the folder of it. `files` are sorted and leave out
    what is seeded; there are none where the repo's own record is refused.
    """

    root: str
    path: str
    line: int | None
    making: Making
    files: tuple[FileDrift, ...] = ()


def drift_of(snapshot: Snapshot, row: Standing, makings: Makings) -> Drift | None:
    """Return how a repo stands to the blueprint that its `.goldenpath.yaml` names, None where that is no one of ours.

    Raise UnreadableError where the repo can't be read, GoldenpathError for a blueprint that can't be had or rendered.
    """
    root = row.path.rpartition("/")[0]
    file = f"{root}/{ANSWERS}" if root else ANSWERS
    answers, wrong = _answers(snapshot, file)
    word = Word(
        standard=row.standard or "",
        blueprint=row.blueprint or "",
        version=row.version or "",
        tree=row.tree or "",
        url=encodable(str(answers.get("_src_path") or "")),
        commit=str(answers.get("_commit") or ""),
        answers=answers,
        wrong=wrong,
    )
    made = makings.making(word) if row.blueprint else None
    if made is None:
        return None
    files = () if made.refused else compare(made, snapshot, root)
    return Drift(root=root, path=row.path, line=row.line, making=made, files=files)


def _answers(snapshot: Snapshot, path: str) -> tuple[dict[str, Any], str]:
    """Return the recorded answers, with what is wrong with their file."""
    if path not in snapshot.entries():
        return {}, "the answers that it was made with are gone"
    data = snapshot.read(path)
    if len(data) > _MOST:
        return {}, f"has more than {_MOST} bytes: that is no file of answers"
    try:
        found = _yaml.load(data.decode("utf-8", "replace"))
    except _yaml.YamlError as error:
        return {}, f"is no YAML: {error.reason}"
    return (found, "") if isinstance(found, dict) else ({}, "holds no answers")


def compare(making: Making, snapshot: Snapshot, root: str) -> tuple[FileDrift, ...]:
    """Return how each file of the template stands in the folder `root` of a snapshot, but for those that are seeded.

    What stands where all is the template's, and is in no version of it, is a file that the team edited.
    Raise UnreadableError for a file that has to be read and can't be.
    """
    base, newest = making.base, making.newest
    paths = {path for rendering in (base, newest) if rendering for path in rendering.files}
    around = Surroundings(snapshot, root, paths, making.claims)
    added = {path for path in around.paths() if making.claims.is_sealed(path)}
    found = [row for path in sorted(paths | added) for row in _file(path, making, around)]
    return tuple(replace(row, path=around.full(row.path), instead=_instead(row, making)) for row in found)


def _instead(row: FileDrift, making: Making) -> str:
    return making.claims.instead(row.path) if row.state in _OF_THE_TEAM else ""


def _file(path: str, making: Making, around: Surroundings) -> Iterator[FileDrift]:
    owner, keys = making.claims.of(path)
    if owner is Owner.SHARED and around.is_file(path):
        yield from _shared(path, keys, making, around)
    elif owner is not Owner.SEEDED:
        yield _managed(path, owner, making, around)


def _managed(path: str, owner: Owner, making: Making, around: Surroundings) -> FileDrift:
    base, newest = making.base, making.newest
    as_base = base is not None and _is(path, base, around)
    if (newest is not None and _is(path, newest, around)) or (newest is None and as_base):
        return FileDrift(path=path, owner=owner, state=State.IN_SYNC)
    row = FileDrift(path=path, owner=owner, state=State.BEHIND, wanted=_wanted(path, making))
    if as_base:
        return replace(row, found=_moved_on(path, making))
    known = next((r for r in (base, newest) if r is not None and path in r.files), None)
    if known is not None and not around.is_there(path):
        return _gone(row, known.files[path], making, around)
    if base is None:
        return replace(row, state=State.DIFFERS, found=_differs(making))
    theirs_moved = newest is not None and not _same(path, base, newest, making.claims)
    state = State.BOTH if theirs_moved else State.EDITED
    how = _how(path, around, base)
    what = "it" if known is not None else "its folder"
    also = f", and {_moved_on(path, making)}" if theirs_moved else ""
    return replace(row, state=state, found=f"{how}; the blueprint {_base_name(making)} manages {what}{also}")


def _gone(row: FileDrift, data: bytes, making: Making, around: Surroundings) -> FileDrift:
    """Say what became of a file that isn't at its place: it stands elsewhere, was deleted, or was never there."""
    place = around.elsewhere(row.path, data)
    if place is not None:
        edited = "" if place.whole else " and edited"
        return replace(row, state=State.MOVED, found=f"moved to {around.full(place.path)}{edited}")
    if making.base is None:
        return replace(row, state=State.DIFFERS, found=f"it isn't there{_differs(making, word='')}")
    return replace(row, state=State.DELETED, found=f"deleted; the blueprint {_base_name(making)} brings it")


def _shared(path: str, keys: tuple[str, ...], making: Making, around: Surroundings) -> Iterator[FileDrift]:
    ours = around.read(path)
    base, newest = (_lacks(path, rendering, ours, keys, making.claims) for rendering in (making.base, making.newest))
    judged = base if newest is None else newest
    if not judged:
        yield FileDrift(path=path, owner=Owner.SHARED, state=State.IN_SYNC)
    for name, lack in sorted((judged or {}).items()):
        state = _shared_state(name, lack, base, newest)
        said = f"{name} is {lack.found}" if keys and name != path else lack.found
        whose = (
            _differs(making, word="") if state is State.DIFFERS else f"; the blueprint {_base_name(making)} shares it"
        )
        row = FileDrift(path=path, owner=Owner.SHARED, state=state, key=name, line=lack.line)
        yield replace(row, found=said + whose, wanted=lack.wanted)


def _shared_state(name: str, lack: Lack, base: Mapping[str, Lack] | None, newest: Mapping[str, Lack] | None) -> State:
    if base is None:
        return State.DIFFERS
    if name not in base:
        return State.BEHIND
    return State.EDITED if newest is None or base[name].wanted == lack.wanted else State.BOTH


def _lacks(
    path: str, rendering: Rendering | None, ours: bytes, keys: tuple[str, ...], claims: Claims
) -> dict[str, Lack] | None:
    """Return what a file lacks of a rendering's, by name; nothing of one that has no such file."""
    if rendering is None:
        return None
    if path not in rendering.files:
        return {}
    theirs = rendering.files[path]
    found = lacking(path, theirs, ours, keys)
    if found and claims.bot_moves(path):
        found = lacking(path, claims.judged(path, theirs), claims.judged(path, ours), keys)
    return {lack.name: lack for lack in found}


def _is(path: str, rendering: Rendering, around: Surroundings) -> bool:
    """Tell whether the repo has a file, or hasn't, as a rendering does."""
    if path not in rendering.files:
        return not around.is_there(path)
    return around.holds(path, rendering.files[path], executable=path in rendering.executable)


def _same(path: str, one: Rendering, other: Rendering, claims: Claims) -> bool:
    same_bit = (path in one.executable) == (path in other.executable)
    mine, others = one.files.get(path), other.files.get(path)
    if mine is None or others is None:
        return mine == others and same_bit
    return same_bit and (mine == others or claims.judged(path, mine) == claims.judged(path, others))


def _how(path: str, around: Surroundings, base: Rendering) -> str:
    data = base.files.get(path)
    if data is None:
        return "the team's own"
    if not around.is_file(path):
        return "no file any more"
    if around.holds(path, data, executable=path not in base.executable):
        return "no longer executable" if path in base.executable else "made executable"
    return "edited"


def _moved_on(path: str, making: Making) -> str:
    """Say what the template did to a file since the recorded version."""
    version = making.newest_version
    if making.newest is not None and path not in making.newest.files:
        return f"{version} removes it"
    if making.base is not None and path not in making.base.files:
        return f"{version} brings it"
    return f"{version} changes it"


def _wanted(path: str, making: Making) -> str:
    target = making.newest or making.base
    name = f"{making.blueprint} {target.version}" if target else making.blueprint
    return f"no such file, as in {name}" if target and path not in target.files else f"the file of {name}"


def _differs(making: Making, word: str = "it differs") -> str:
    return f"{word}; who moved isn't known: {making.unknown}"


def _base_name(making: Making) -> str:
    return f"{making.blueprint} {making.version}"
