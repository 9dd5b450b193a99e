"""Makes the repositories of a data set, and holds each to its own checks."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from scripts.journey.commands import call, command, goldenpath, run

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.journey.promises import Journey

_OPEN = "brief-filled-in"  # the one finding that a repository has until people say what only they know
State = dict[str, bytes]


def make(blueprint: str, repo: Path, *more: str) -> None:
    """Render, lock and install a repository that holds nothing of the example."""
    version = f"python_version={sys.version_info.major}.{sys.version_info.minor}"
    answers = ("example=false", version, *more)
    data = [word for answer in answers for word in ("--data", answer)]
    made = goldenpath(repo.parent, "new", blueprint, str(repo), "--defaults", *data)
    if made.returncode:
        raise SystemExit(f"{blueprint}\n{made.stdout}{made.stderr}")
    call(repo, "uv", "sync", "--quiet", "--locked", "--compile-bytecode")


def begin(journey: Journey, repo: Path, *words: str) -> State:
    """Run `begin`, and give the files that are no longer as the blueprint wrote them: all are its own."""
    started = changed(repo)
    done = command(repo, "begin", *words)
    print(done.stdout.strip() + done.stderr.strip())
    journey.promise(f"{repo.name}: begin takes what it is given", kept=done.returncode == 0 and not started)
    return changed(repo)


def changed(repo: Path) -> State:
    """Give every file that isn't as it was committed, with its bytes."""
    told = call(repo, "git", "status", "--porcelain", "-z", "--untracked-files=all").stdout.split("\0")
    paths = [repo / line[3:] for line in told if line]
    return {path.name: path.read_bytes() if path.exists() else b"" for path in paths}


def by_hand(journey: Journey, repo: Path, begun: State) -> None:
    """See that nothing but `begin` has changed a file."""
    now = changed(repo)
    journey.promise(
        f"{repo.name}: begin changed {len(begun)} files, and a hand none", kept=bool(begun) and now == begun
    )


def check(journey: Journey, repo: Path) -> None:
    """Run the checks that a repository brings, and the standard's."""
    for target in ("lint", "type", "test"):
        done = run(repo, "make", target)
        if done.returncode:
            print(done.stdout[-3000:] + done.stderr[-2000:])
        journey.promise(f"{repo.name}: make {target}", kept=done.returncode == 0)
    checked = goldenpath(repo, "check", "--as-of", "2100-01-01", "--format", "json")
    (judged,) = json.loads(checked.stdout)["repos"]
    found = {finding["policy"] for finding in judged["findings"]}
    journey.promise(f"{repo.name}: check finds {', '.join(sorted(found)) or 'nothing'}", kept=found <= {_OPEN})
