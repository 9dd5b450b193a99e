"""How versions follow each other, in the order of the ecosystem that they are of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Ordered(Protocol):
    """A version that can be compared with others of its ecosystem."""

    def __lt__(self, other: Any, /) -> bool:
        """Tell whether it comes before another."""
        ...

    def __le__(self, other: Any, /) -> bool:
        """Tell whether it comes before another or is the same."""
        ...


@dataclass(frozen=True, slots=True, order=True)
class Semantic:
    """A version as https://semver.org orders it; what is built on it (`+...`) doesn't count.

    `release` is 1 for a release and 0 for what comes before it; `before` are the parts of a pre-release, numbers first.
    """

    numbers: tuple[int, ...]
    release: int
    before: tuple[tuple[int, int, str], ...]


_SEMANTIC = re.compile(r"v?(\d{1,18})\.(\d{1,18})\.(\d{1,18})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


@lru_cache(maxsize=65_536)
def python(text: str) -> Version | None:
    """Return a version as PEP 440 orders it, None for what is none."""
    try:
        return Version(text)
    except ValueError:  # InvalidVersion, and a number of too many digits
        return None


@lru_cache(maxsize=65_536)
def semantic(text: str) -> Semantic | None:
    """Return a semantic version, None for what is none."""
    found = _SEMANTIC.fullmatch(text.strip())
    if not found:
        return None
    try:
        parts = tuple(map(_part, found[4].split("."))) if found[4] else ()
    except ValueError:  # a number of too many digits
        return None
    return Semantic(tuple(int(found[number]) for number in (1, 2, 3)), int(not parts), parts)


def _part(text: str) -> tuple[int, int, str]:
    """Return a part of a pre-release: numbers come before words and are compared as numbers."""
    return (0, int(text), "") if text.isdigit() else (1, 0, text)


def beside(version: Any, other: Any) -> Any:
    """Return a version as it is compared with another: without its local label where the other one has none.

    So PEP 440 has it: `2.6.0+cpu` is 2.6.0 built otherwise, and meets whatever names 2.6.0.
    """
    if isinstance(version, Version) and version.local and isinstance(other, Version) and not other.local:
        return python(version.public)
    return version


ORDERS: Mapping[str, Callable[[str], Ordered | None]] = {"npm": semantic, "pypi": python}
"""The order of each ecosystem whose advisories are matched."""

FIRST: Mapping[str, Ordered] = {"npm": Semantic((-1,), 0, ()), "pypi": Version("0.dev0")}
"""What comes before every version: OSV writes it `0`."""
