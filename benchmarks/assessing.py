"""What assessing a repo costs, in one run and one process, against reading the same files and against repo-review.

    python benchmarks/assessing.py REPO...

`floor` is one `git ls-tree` and one `git cat-file --batch` over the files that our readers want. repo-review with
sp-repo-review is measured where both are installed (`uv pip install repo-review sp-repo-review`); it needs a work tree,
which is written out beforehand and not counted. Figures are medians of three rounds over all repos.

CPU time of facts and 96 policies, the best of seven, measured on 2026-11-22 on two cores with other work on them, and
apart from this script, which leaves warm what outlives a repo, with those caches emptied before each: pip (1,070
files) 79 ms, ansible-lint (1,129) 79 ms, kedro (728) 57 ms, MLServer (909) 128 ms, evidently (1,237) 144 ms; with many
notebooks or much CI peft (970) 174 ms and opendatahub-io/notebooks (1,065) 259 ms. Of peft a third is inflating 22 MB
of what git has packed and checking its ids; of the last, with 130 files of CI and 30 projects, a third are the
policies and the rest many readers of which none takes more than a tenth. Since 2026-11-28 models are told by their
first bytes, secrets by their values and locks by all that they record: 3 % more for facts and 4 % for both over ten
repos, at most 12 % where there are dozens of locks and settings.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from goldenpath.facts.inventory import inventory
from goldenpath.fleet.one import one_repo
from goldenpath.snapshot import open_snapshot
from goldenpath.standard import BUILTIN, read_standard
from goldenpath.survey.assess import Yardstick, assess

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldenpath.repo import Repo
    from goldenpath.snapshot.base import Snapshot

ROUNDS = 3


def main() -> int:
    repos = [one_repo(path) for path in sys.argv[1:]]
    if not repos:
        print(__doc__)
        return 2
    standard = read_standard(BUILTIN)
    policies = standard.load_policies()
    yardstick = Yardstick(policies=policies, waivers=(), as_of=date(2026, 12, 1), radar=standard.load_radar())
    files = {repo.path: wanted(repo) for repo in repos}
    print(f"{len(repos)} repos, {sum(map(len, files.values()))} files wanted, {len(policies)} policies, one process")
    floor = measured(repos, lambda repo: read_with_git(repo, files[repo.path]))
    rows = {
        "git ls-tree and cat-file (floor)": floor,
        "facts": measured(repos, lambda repo: inventory(open_snapshot(repo))),
        "facts and policies": measured(repos, lambda repo: assess(repo, yardstick)),
    }
    if find_spec("repo_review") and find_spec("sp_repo_review"):
        with tempfile.TemporaryDirectory() as folder:
            rows["repo-review with sp-repo-review"] = measured(repos, reviewer(repos, Path(folder)))
    for name, milliseconds in rows.items():
        print(f"{name:<34} {milliseconds:8.1f} ms a repo   {milliseconds / floor:5.2f} times the floor")
    return 0


def measured(repos: list[Repo], do: Callable[[Repo], object]) -> float:
    """Return milliseconds a repo: the median of the rounds, after one that isn't counted."""
    rounds = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        for repo in repos:
            do(repo)
        rounds.append((time.perf_counter() - started) / len(repos) * 1000)
    return statistics.median(rounds[1:])


class Recording:
    """A snapshot that remembers what is read of it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.paths: dict[str, None] = {}

    def __getattr__(self, name: str) -> object:
        return getattr(self._snapshot, name)

    def read(self, path: str) -> bytes:
        """Read a file and remember its path."""
        self.paths[path] = None
        return self._snapshot.read(path)


def wanted(repo: Repo) -> tuple[str, ...]:
    """Return the files that the readers ask for."""
    recording = Recording(open_snapshot(repo))
    inventory(cast("Snapshot", recording))
    return tuple(recording.paths)


def read_with_git(repo: Repo, paths: tuple[str, ...]) -> None:
    env = {**os.environ, "GIT_NO_LAZY_FETCH": "1"}
    git = ["git", "-C", repo.path]
    subprocess.run([*git, "ls-tree", "-r", "-z", "HEAD"], capture_output=True, check=True, env=env)
    names = b"".join(b"HEAD:" + os.fsencode(path) + b"\n" for path in paths if "\n" not in path)
    subprocess.run([*git, "cat-file", "--batch"], input=names, capture_output=True, check=False, env=env)


def reviewer(repos: list[Repo], folder: Path) -> Callable[[Repo], object]:
    """Write out each repo and return what reviews it, checks loaded once."""
    from repo_review.processor import process  # noqa: PLC0415 - only where it is installed

    places = {}
    for number, repo in enumerate(repos):
        place = places[repo.path] = folder / str(number)
        place.mkdir()
        packed = subprocess.run(["git", "-C", repo.path, "archive", "HEAD"], capture_output=True, check=False)
        subprocess.run(["tar", "-x", "-C", place], input=packed.stdout, check=False)
    return lambda repo: process(places[repo.path])


if __name__ == "__main__":
    raise SystemExit(main())
