"""A pool of processes; a process that dies takes one repo with it, never the run."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from goldenpath.survey.assess import Yardstick, assess
from goldenpath.survey.result import Assessment, Status

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from goldenpath.repo import Repo

_yardstick: Yardstick | None = None


def run(repos: Sequence[Repo], yardstick: Yardstick, jobs: int) -> Iterator[Assessment]:
    """Yield an assessment for each repo, in the order of the repos, `jobs` of them at once."""
    left = repos
    while left:
        done = yield from _together(left, yardstick, jobs)
        # A worker has died. The pool can't say which repo was its last, but hands them out in order: it is one of the
        # next few, which are assessed in a process of their own each; then the rest goes on in a new pool.
        suspects = left[done : done + 2 * jobs + 1]
        for repo in suspects:
            yield _alone(repo, yardstick)
        left = left[done + len(suspects) :]


def _together(repos: Sequence[Repo], yardstick: Yardstick, jobs: int) -> Generator[Assessment, None, int]:
    """Yield assessments until all are done or a worker dies; return how many there were."""
    others = set(multiprocessing.active_children())
    pool = _pool(yardstick, jobs)
    done = 0
    try:
        for future in [pool.submit(_assess, repo) for repo in repos]:
            yield future.result()
            done += 1
    except BrokenProcessPool:
        pass
    except BaseException:
        # Interrupted, or nobody wants the rest: what runs is not waited for.
        for child in set(multiprocessing.active_children()) - others:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return done


def _alone(repo: Repo, yardstick: Yardstick) -> Assessment:
    try:
        with _pool(yardstick, 1) as pool:
            return pool.submit(_assess, repo).result()
    except BrokenProcessPool:
        return Assessment(repo=repo, status=Status.UNREADABLE, reason="the process that read it died")


def _pool(yardstick: Yardstick, jobs: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("forkserver")
    return ProcessPoolExecutor(max_workers=jobs, mp_context=context, initializer=_prepare, initargs=(yardstick,))


def _prepare(yardstick: Yardstick) -> None:
    global _yardstick  # noqa: PLW0603 - a worker gets the yardstick once, not with every repo
    _yardstick = yardstick
    # Ctrl-C reaches the whole group: the parent decides, and a worker has nothing to say about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _assess(repo: Repo) -> Assessment:
    if _yardstick is None:
        raise RuntimeError("the worker has no yardstick")
    return assess(repo, _yardstick)
