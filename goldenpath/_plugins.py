"""The only place that reads entry points: third parties join a drawer's table through the drawer's group.

Every drawer joins in the same way: `joined(GROUP, ours, wants)` is its own table and what is installed. It imports
third parties' code, so it is called only where a name is asked for that the house itself doesn't have; readers alone
are always asked for, since nobody names them.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.metadata import EntryPoint

T = TypeVar("T")

_lent: dict[str, Mapping[str, Any]] = {}


@cache
def names(group: str) -> tuple[str, ...]:
    """Return the names of a group's installed parts, sorted; none of them is imported."""
    return tuple(sorted({*_points(group), *_lent.get(group, ())}))


@cache
def load(group: str) -> Mapping[str, Any]:
    """Return the installed parts of a group by name; raise GoldenpathError for one that can't be imported."""
    found = {name: _imported(group, point) for name, point in _points(group).items()}
    return MappingProxyType({**found, **_lent.get(group, {})})


def joined(group: str, ours: Mapping[str, T], wants: tuple[str, ...]) -> Mapping[str, T]:
    """Return a drawer's own parts by name, then the installed ones.

    `wants` are the attributes that a part must have. Raise GoldenpathError for a part that lacks one, and for one that
    goes by a name of ours: what a name means must not hang on what is installed.
    """
    found = load(group)
    for name, part in found.items():
        lacking = [attribute for attribute in wants if not hasattr(part, attribute)]
        if name in ours:
            raise _broken(group, name, "has the name of one of goldenpath's own", "Its authors must rename it.")
        if lacking:
            raise _broken(group, name, f"lacks {' and '.join(lacking)}", "Its authors must add what the group wants.")
    return {**ours, **found} if found else ours


@contextmanager
def blamed(group: str, name: str) -> Iterator[None]:
    """Turn what a third party's part raises, apart from our own errors, into one that names the part."""
    try:
        yield
    except (GoldenpathError, BrokenPipeError):
        raise  # ours to tell, or nobody's fault: the reader of the output has gone
    except Exception as error:
        raise _broken(group, name, f"failed: {reason_of(error)}", "Tell its authors what you ran.") from error


@contextmanager
def lent(parts: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Treat parts (by group and name) as installed within the block: for the tests of their authors."""
    before = dict(_lent)
    _lent.update({group: {**before.get(group, {}), **named} for group, named in parts.items()})
    forget()
    try:
        yield
    finally:
        _lent.clear()
        _lent.update(before)
        forget()


def forget() -> None:
    """Look anew at what is installed."""
    names.cache_clear()
    load.cache_clear()


def reason_of(error: BaseException) -> str:
    """Return what a third party's code raised, in one line."""
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _points(group: str) -> Mapping[str, EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - reads the metadata of every installed package

    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda point: (point.name, point.value)):
        if point.name in found and found[point.name].value != point.value:
            raise _broken(group, point.name, f"is offered twice, also by {found[point.name].value}", "Remove one.")
        found[point.name] = point
    return found


def _imported(group: str, point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:
        # A module of others may raise anything while it is imported.
        raise GoldenpathError(
            f"the plugin {point.name!r} of {group} can't be loaded: {reason_of(error)}",
            hint="Reinstall or remove the package that it comes from.",
            where=point.value,
        ) from error


def _broken(group: str, name: str, problem: str, hint: str) -> GoldenpathError:
    return GoldenpathError(f"the plugin {name!r} of {group} {problem}", hint=hint)
