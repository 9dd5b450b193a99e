"""What runs the assessments; the same results in the same order from each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from goldenpath import _plugins
from goldenpath.errors import GoldenpathError, did_you_mean
from goldenpath.survey.engines import processes, serial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from goldenpath.repo import Repo
    from goldenpath.survey.assess import Yardstick
    from goldenpath.survey.result import Assessment


class Engine(Protocol):
    """A module that assesses repos."""

    def run(self, repos: Sequence[Repo], yardstick: Yardstick, jobs: int) -> Iterator[Assessment]:
        """Yield an assessment for each repo, in the order of the repos."""
        ...


GROUP = "goldenpath.engines"

ENGINES: Mapping[str, Engine] = {
    "processes": processes,
    "serial": serial,
}


def engine_of(name: str) -> Engine:
    """Return an engine by its name, ours or an installed one; raise GoldenpathError for one that isn't there."""
    known = ENGINES if name in ENGINES else _plugins.joined(GROUP, ENGINES, ("run",))
    if name not in known:
        raise GoldenpathError(f"there is no engine {name!r}", hint=did_you_mean(name, known))
    return known[name]
