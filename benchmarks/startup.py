"""What `goldenpath --version` costs, against `python -c pass` of the same Python: alternating, medians, the ratio.

    python benchmarks/startup.py

Both run with compiled bytecode, as an installation has it; the target is at most 9 times.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 40
TARGET = 9.0
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "goldenpath --version": [str(Path(sys.executable).parent / "goldenpath"), "--version"],
}


def main() -> int:
    with tempfile.TemporaryDirectory() as compiled:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = compiled
        times: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for _ in range(ROUNDS + 1):
            for name, command in COMMANDS.items():
                began = time.perf_counter()
                subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=True)
                times[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(found[1:]) for name, found in times.items()}  # the first one compiles
    for name, median in medians.items():
        print(f"{name:<22} {median * 1000:7.1f} ms")
    floor, ours = medians.values()
    print(f"ratio {ours / floor:.2f}, target at most {TARGET:g}")
    return 0 if ours / floor <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
