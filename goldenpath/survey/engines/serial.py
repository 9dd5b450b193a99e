"""One repo after the other in this process: for one repo, a debugger, and as what the others are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldenpath.survey.assess import assess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from goldenpath.repo import Repo
    from goldenpath.survey.assess import Yardstick
    from goldenpath.survey.result import Assessment


def run(repos: Sequence[Repo], yardstick: Yardstick, jobs: int = 1) -> Iterator[Assessment]:  # noqa: ARG001 - the seam's
    """Yield an assessment for each repo."""
    for repo in repos:
        yield assess(repo, yardstick)
