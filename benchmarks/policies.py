"""What policies cost beside facts: loading the shipped ones, and judging a repo by them and by a thousand.

    python benchmarks/policies.py REPO...

The thousand are the shipped ones over and over under other ids: as many rules as a large standard would have. CPU time,
the best of five; loading is told with and without the first use of the validator.

Measured on 2026-11-22, on two cores with other work on them (files, facts, 96 policies, 1,000 policies):
kedro 728, 41 ms, 8 ms, 32 ms; peft 970, 142 ms, 12 ms, 43 ms; opendatahub-io/notebooks with 130 files of CI 1,065,
159 ms, 52 ms, 230 ms. Ten times the policies cost four times as much, since they share texts, matches, rows and
conditions; policies that ask nothing alike would cost ten times. Expressions whose words a text doesn't hold aren't
asked of it: that halved what policies cost where there is much CI.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from goldenpath.facts.inventory import inventory
from goldenpath.policy.evaluate import evaluate
from goldenpath.policy.load import load_policies
from goldenpath.policy.subject import subjects
from goldenpath.repo import Repo
from goldenpath.snapshot.objects import ObjectsSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldenpath.policy.base import Policy

_FOLDER = Path(__file__).parents[1] / "policies"
_DAY = date(2026, 11, 21)
_ROUNDS = 5


def main() -> int:
    first = _seconds(lambda: load_policies(_FOLDER))
    again = min(_seconds(lambda: load_policies(_FOLDER)) for _ in range(_ROUNDS))
    shipped = load_policies(_FOLDER)
    print(f"load {len(shipped)} policies: {first * 1000:.0f} ms first, {again * 1000:.0f} ms again")
    copies = -(-1000 // len(shipped))
    many = tuple(replace(p, id=f"{p.id}-{number}") for number in range(copies) for p in shipped)[:1000]
    for path in sys.argv[1:]:
        _measure(Path(path), shipped, many)
    return 0


def _measure(path: Path, shipped: tuple[Policy, ...], many: tuple[Policy, ...]) -> None:
    snapshot = ObjectsSnapshot(path)
    files = len(snapshot.entries())
    facts = inventory(snapshot)
    read = min(_seconds(lambda: inventory(snapshot)) for _ in range(_ROUNDS))
    repo = Repo(id=path.name, name=path.name, path=str(path))

    def judge(policies: tuple[Policy, ...]) -> float:
        return min(
            _seconds(lambda: evaluate(subjects(repo, snapshot, facts), policies, (), _DAY)) for _ in range(_ROUNDS)
        )

    few, thousand = judge(shipped) * 1000, judge(many) * 1000
    print(
        f"{path}: {files} files, facts {read * 1000:.0f} ms, {len(shipped)} policies {few:.1f} ms, "
        f"{len(many)} policies {thousand:.0f} ms"
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    raise SystemExit(main())
