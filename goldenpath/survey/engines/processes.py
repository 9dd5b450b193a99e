"""A pool of processes; a process that dies takes one repo with it, never the run."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from goldenpath.survey.assess import Yardstick, assess
from goldenpath.survey.result import Assessment, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from goldenpath.repo import Repo

_yardstick: Yardstick | None = None


def run(repos: Sequence[Repo], yardstick: Yardstick, jobs: int) -> Iterator[Assessment]:
    """Yield an assessment for each repo, in the order of the repos, `jobs` of them at once."""
    with _pool(yardstick, jobs) as pool:
        futures = [pool.submit(_assess, repo) for repo in repos]
        for repo, future in zip(repos, futures, strict=True):
            yield _outcome(repo, future, yardstick)


def _outcome(repo: Repo, future: Future[Assessment], yardstick: Yardstick) -> Assessment:
    try:
        return future.result()
    except BrokenProcessPool:
        # The pool can't say which repo killed its worker: each one left is assessed in a process of its own.
        return _alone(repo, yardstick)


def _alone(repo: Repo, yardstick: Yardstick) -> Assessment:
    try:
        with _pool(yardstick, 1) as pool:
            return pool.submit(_assess, repo).result()
    except BrokenProcessPool:
        return Assessment(repo=repo, status=Status.UNREADABLE, reason="the process that read it died")


def _pool(yardstick: Yardstick, jobs: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("forkserver")
    return ProcessPoolExecutor(max_workers=jobs, mp_context=context, initializer=_remember, initargs=(yardstick,))


def _remember(yardstick: Yardstick) -> None:
    global _yardstick  # noqa: PLW0603 - a worker gets the yardstick once, not with every repo
    _yardstick = yardstick


def _assess(repo: Repo) -> Assessment:
    if _yardstick is None:
        raise RuntimeError("the worker has no yardstick")
    return assess(repo, _yardstick)
