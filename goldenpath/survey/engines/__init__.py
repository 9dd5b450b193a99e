"""What runs the assessments; the same results in the same order from each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

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


ENGINES: Mapping[str, Engine] = {
    "processes": processes,
    "serial": serial,
}
