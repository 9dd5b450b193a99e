"""Whether two environment markers, or two ranges of Pythons, admit the same: tools write one thing in several ways.

Both are asked for the environments on either side of every word that they mention, so equal means equal everywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WORDS = re.compile(r"([a-z_]+)\s*(?:===|==|~=|!=|<=|>=|<|>|not in|in)\s*[\"']([^\"']*)[\"']")
_TURNED = re.compile(r"[\"']([^\"']*)[\"']\s*(?:===|==|~=|!=|<=|>=|<|>|not in|in)\s*([a-z_]+)")
_SHORT = re.compile(r"python_version\s*(<=|>=|<|>|==|!=)\s*[\"'](\d+)\.(\d+)[\"']")
_FIGURES = re.compile(r"\d+(?:\.\d+)*")
_PYTHON = frozenset(("python_version", "python_full_version"))
_MOST = 3000
_NEVER = "\0"
_LAST = 99


@lru_cache(maxsize=4096)
def same_marker(one: str, other: str) -> bool | None:
    """Return whether two markers hold in the same environments, None where that would take too many of them."""
    one, other = _long(one), _long(other)
    if one == other:
        return True
    try:
        markers = [Marker(text) if text else None for text in (one, other)]
        environments = _environments(one, other)
        if environments is None:
            return None
        return all(_holds(markers[0], env) == _holds(markers[1], env) for env in environments)
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, InvalidVersion, RecursionError, ValueError):
        return None


def same_pythons(all_of: Iterable[str], other: str) -> bool | None:
    """Return whether a range of Pythons is what several leave together, None where one is no range."""
    texts = [*all_of, other]
    try:
        specifiers = [SpecifierSet(text) for text in texts]
    except ValueError:
        return None
    together, last = specifiers[:-1], specifiers[-1]
    versions = _versions(figures for text in texts for figures in _FIGURES.findall(text))
    return all(
        all(each.contains(version, prereleases=True) for each in together) == last.contains(version, prereleases=True)
        for version in versions
    )


def _holds(marker: Marker | None, environment: dict[str, str]) -> bool:
    return marker is None or marker.evaluate(environment)


def _long(text: str) -> str:
    """Return a marker in which Python is named by its full version, as tools write it that have resolved it."""
    return " ".join(_SHORT.sub(_lengthened, text).replace('"', "'").split())


def _lengthened(found: re.Match[str]) -> str:
    operator, major, minor = found[1], found[2], int(found[3])
    if operator in {"==", "!="}:
        return f"python_full_version {operator} '{major}.{minor}.*'"
    if operator in {"<=", ">"}:
        operator, minor = {"<=": "<", ">": ">="}[operator], minor + 1
    return f"python_full_version {operator} '{major}.{minor}'"


def _environments(one: str, other: str) -> Iterator[dict[str, str]] | None:
    """Return the environments that tell two markers apart if any do, None where there are too many."""
    pairs = [*_WORDS.findall(one + " " + other), *((name, word) for word, name in _TURNED.findall(one + " " + other))]
    values: dict[str, set[str]] = {}
    for name, word in pairs:
        values.setdefault("python" if name in _PYTHON else name, set()).add(word)
    choices: dict[str, list[str]] = {}
    count = 1
    for name, words in sorted(values.items()):
        choices[name] = sorted(map(str, _versions(words))) if name == "python" else _texts(words)
        count *= len(choices[name])
    return None if count > _MOST else _each(choices)


def _each(choices: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    for row in product(*choices.values()):
        found = dict(zip(choices, row, strict=True))
        python = found.pop("python", None)
        if python:
            found |= {"python_full_version": python, "python_version": ".".join(python.split(".")[:2])}
        yield {"extra": "", **found}


def _texts(words: Iterable[str]) -> list[str]:
    """Return the words, each within a longer one and cut by a letter as well, and one that is none of them."""
    found = {_NEVER}
    for word in words:
        found |= {word, f"x{word}x", word[:-1], *word.split()}
    return sorted(found)


def _versions(words: Iterable[str]) -> list[Version]:
    """Return the versions on either side of each word: before, first, within, last and after."""
    found = {Version("2.7.18"), Version("3.6.0"), Version("3.99.0"), Version("4.0.0")}
    for word in words:
        for figures in _FIGURES.findall(word):
            numbers = [int(figure) for figure in figures.split(".")][:3]
            major, minor, *rest = [*numbers, 0] if len(numbers) == 1 else numbers
            patch = rest[0] if rest else 0
            for near in {patch, max(patch - 1, 0), patch + 1, _LAST}:
                found.add(Version(f"{major}.{minor}.{near}"))
            found |= {Version(f"{major}.{max(minor - 1, 0)}.{_LAST}"), Version(f"{major}.{minor + 1}.0")}
    return sorted(found)
