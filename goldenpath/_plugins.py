"""The only place that reads entry points: third parties join a drawer's table through the drawer's group."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def load(group: str) -> Mapping[str, Any]:
    """Return the installed parts of a group by name; raise GoldenpathError for one that can't be imported.

    It imports third-party code, so it is called only when a name is asked for that the house itself doesn't have.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415 - reads the metadata of every installed package

    found = {}
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            found[point.name] = point.load()
        except (ImportError, AttributeError) as error:
            raise GoldenpathError(
                f"the plugin {point.name!r} of {group} can't be loaded: {error}",
                hint="Reinstall or remove the package that it comes from.",
                where=point.value,
            ) from error
    return MappingProxyType(found)
