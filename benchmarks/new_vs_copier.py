"""What `goldenpath new --no-lock` costs, against `copier copy` of the same composed template.

    python benchmarks/new_vs_copier.py [BLUEPRINT] [ROUNDS]

Both as commands with compiled bytecode, in one run, alternating, medians and their ratio; the target is at most 1.1.
Copier renders; goldenpath renders, checks, records, commits and installs the hooks.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from goldenpath.catalog.catalog import read_catalog
from goldenpath.catalog.compose import compose
from goldenpath.standard import BUILTIN, read_standard

TARGET = 1.1


def main() -> int:
    blueprint = sys.argv[1] if len(sys.argv) > 1 else "training"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    folder = Path(tempfile.mkdtemp(prefix="new-vs-copier-"))
    try:
        medians = _measured(folder, blueprint, rounds)
    finally:
        shutil.rmtree(folder)
    for name, median in medians.items():
        print(f"{name:<24} {median * 1000:7.0f} ms")
    ratio = medians["goldenpath new --no-lock"] / medians["copier copy"]
    print(f"ratio {ratio:.2f}, target at most {TARGET:g}")
    return 0 if ratio <= TARGET else 1


def _measured(folder: Path, blueprint: str, rounds: int) -> dict[str, float]:
    programs = Path(sys.executable).parent
    compose(read_catalog(read_standard(BUILTIN).blueprints).get(blueprint)).write(folder / "template")
    target = folder / "made"
    commands: dict[str, list[str | Path]] = {
        "copier copy": [programs / "copier", "copy", "--quiet", "--defaults", folder / "template", target],
        "goldenpath new --no-lock": [programs / "goldenpath", "new", blueprint, target, "--no-lock", "--defaults"],
    }
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "HOME": str(folder)}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, env=env, cwd=folder, capture_output=True, check=True)
            times[name].append(time.perf_counter() - began)
            shutil.rmtree(target)
    return {name: statistics.median(found[1:]) for name, found in times.items()}  # the first one compiles


if __name__ == "__main__":
    raise SystemExit(main())
