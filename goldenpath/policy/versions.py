"""Version requirements as sets: whether one admits a version, or only versions that another admits."""

from __future__ import annotations

from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

_HIGH = 99_999


@lru_cache(maxsize=4096)
def parsed(specifier: str) -> SpecifierSet | None:
    """Return a PEP 440 specifier, None for a text that is none."""
    try:
        return SpecifierSet(specifier)
    except InvalidSpecifier:
        return None


@lru_cache(maxsize=4096)
def version(text: str) -> Version | None:
    """Return a PEP 440 version (a leading `v` allowed), None for a text that is none."""
    try:
        return Version(text)
    except ValueError:  # InvalidVersion, and a number of too many digits
        return None


@lru_cache(maxsize=4096)
def within(declared: str, wanted: str) -> bool | None:
    """Return whether every version that `declared` admits is one that `wanted` admits; None where one is no specifier.

    Decided on the versions where either can change: those that they name, and the nearest below and above.
    """
    outer, inner = parsed(wanted), parsed(declared)
    if outer is None or inner is None:
        return None
    points = _points(inner) | _points(outer) | {Version("0"), Version(f"{_HIGH}")}
    return all(outer.contains(point, prereleases=True) for point in points if inner.contains(point, prereleases=True))


@lru_cache(maxsize=4096)
def meet(declared: str, wanted: str) -> bool | None:
    """Return whether `declared`, a specifier or a bare version, admits some version that `wanted` admits too.

    None where one of them is neither.
    """
    outer, inner = parsed(wanted), parsed(declared)
    if inner is None:
        inner = parsed(f"=={declared}")
    if outer is None or inner is None:
        return None
    points = _points(inner) | _points(outer) | {Version("0"), Version(f"{_HIGH}")}
    return any(outer.contains(point, prereleases=True) and inner.contains(point, prereleases=True) for point in points)


@lru_cache(maxsize=4096)
def admits(declared: str, wanted: str) -> bool | None:
    """Return whether `declared` admits some release of a series (`3.12` means 3.12.anything); None for no specifier."""
    series, inner = parsed(f"=={wanted}.*"), parsed(declared)
    if series is None or inner is None:
        return None
    points = _points(inner) | _points(series)
    return any(series.contains(point) and inner.contains(point, prereleases=True) for point in points)


def _points(specifiers: SpecifierSet) -> set[Version]:
    """Return the versions that a specifier names, with the nearest below and above at each place of the release."""
    points: set[Version] = set()
    for specifier in specifiers:
        named = version(specifier.version.removesuffix(".*"))
        if named is None:
            continue
        points.add(named)
        release = named.release
        points.add(_release(*release, 0, 1))
        points.add(_release(*release, _HIGH))
        for place, number in enumerate(release):
            points.add(_release(*release[:place], number + 1))
            if number:
                points.add(_release(*release[:place], number - 1, _HIGH))
    return points


def _release(*numbers: int) -> Version:
    return Version(".".join(map(str, numbers)))
