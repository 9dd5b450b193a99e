"""Kill `goldenpath new` at many random points and say what it left each time.

    python benchmarks/kill_new.py [BLUEPRINT] [KILLS] [SEED]

A run is killed (SIGKILL) between its start and a little after its usual end. What may be left at the destination is
nothing, or a whole repo: a tracked uv.lock and a clean `git status`. What lies beside it is swept by the next run.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

PREFIX = ".goldenpath-new-"


def main() -> int:
    given = sys.argv[1:]
    blueprint, kills, seed = given + ["training", "50", "7"][len(given) :]
    folder = Path(tempfile.mkdtemp(prefix="kill-new-"))
    try:
        return _killed(folder, blueprint, int(kills), random.Random(int(seed)))  # noqa: S311 - points in time
    finally:
        shutil.rmtree(folder)


def _killed(folder: Path, blueprint: str, kills: int, chance: random.Random) -> int:
    usual = max(_run(folder / name, blueprint, None) for name in ("first", "second"))
    print(f"{blueprint}: {usual:.2f} s when left alone; {kills} kills between 0 and {usual * 1.1:.2f} s")
    left: Counter[str] = Counter()
    for number in range(kills):
        _run(folder / f"repo{number}", blueprint, chance.uniform(0, usual * 1.1))
        left[_state(folder / f"repo{number}")] += 1
    leftovers = len(list(folder.glob(f"{PREFIX}*")))
    _run(folder / "last", blueprint, None)
    swept = leftovers - len(list(folder.glob(f"{PREFIX}*")))
    for state, count in sorted(left.items()):
        print(f"{count:4}  {state}")
    print(f"{leftovers} folders left beside them, {swept} swept by the next run")
    return 0 if set(left) <= {"nothing", "whole"} and swept == leftovers else 1


def _run(target: Path, blueprint: str, kill_after: float | None) -> float:
    """Start a run, kill it after so many seconds unless it has ended, and return how long it took."""
    command: list[str | Path] = [Path(sys.executable).parent / "goldenpath", "new", blueprint, target, "--defaults"]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
    return time.perf_counter() - began


def _state(repo: Path) -> str:
    if not repo.exists():
        return "nothing"
    status = _git(repo, "status", "--porcelain")
    lock = _git(repo, "ls-files", "uv.lock")
    checked = _git(repo, "fsck", "--no-progress")
    return "whole" if (status, lock, checked) == ("", "uv.lock\n", "") else f"broken: {status!r} {lock!r} {checked!r}"


def _git(repo: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=repo, capture_output=True, text=True, check=False)
    return done.stdout + (done.stderr if done.returncode else "")


if __name__ == "__main__":
    raise SystemExit(main())
