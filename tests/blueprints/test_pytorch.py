"""A training repo on PyTorch, walked as its README says, with the build for CPUs where pip has that at hand.

On Linux a package index gives the build with CUDA, 2.6 GB; so nothing is fetched here that pip's own `find-links`
don't hold. Whoever has the wheel runs the test by `PIP_FIND_LINKS=FOLDER make test`.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.utils import parse_wheel_filename

TOP = Path(__file__).resolve().parents[2]
CONSTRAINTS = TOP / "blueprints" / "training" / "constraints.txt"
CHECKS = TOP / "tests" / "road" / "training" / "torch_checks.py"
INTERPRETER = "{}.{}".format(*sys.version_info[:2])
ADVICE = re.compile(r"(?:^    .*\n|^\n)+", re.MULTILINE)


@pytest.mark.slow
def test_the_road_of_pytorch_is_walked_on_the_build_for_cpus(tmp_path: Path) -> None:
    index = index_of(cpu_build(tmp_path / "wheels"), tmp_path / "index")
    repo = make(tmp_path / "network")
    manifest = repo / "pyproject.toml"

    manifest.write_text(manifest.read_text() + "\n" + advice(repo).replace("ADDRESS", index))
    walked = [run("make", target, cwd=repo) for target in ("lock", "setup", "lint", "type")]
    shutil.copy(CHECKS, repo / "tests" / "test_torch.py")  # the road's own, which need torch
    walked += [run("make", target, cwd=repo) for target in ("test", "train")]

    assert [done.args[1] for done in walked if done.returncode] == [], "\n".join(
        f"{done.stdout[-3000:]}{done.stderr[-2000:]}" for done in walked if done.returncode
    )
    assert "nvidia" not in (repo / "uv.lock").read_text()
    assert "pass  objective.requirement.threshold" in walked[-1].stdout


@pytest.mark.slow
def test_without_the_example_a_network_learns_whatever_begin_declares(tmp_path: Path) -> None:
    index = index_of(cpu_build(tmp_path / "wheels"), tmp_path / "index")
    repo = make(tmp_path / "network", "task=binary")
    (tmp_path / "rows.csv").write_text(rows())
    manifest = repo / "pyproject.toml"
    manifest.write_text(manifest.read_text() + "\n" + advice(repo).replace("ADDRESS", index))

    walked = [run("make", target, cwd=repo) for target in ("lock", "setup", "lint", "type", "test")]
    words = ("begin", str(tmp_path / "rows.csv"), "--target", "outcome")
    walked += [run("uv", "run", "--locked", "network", *command, cwd=repo) for command in (words, ("train",))]
    walked += [run("make", "test", cwd=repo)]

    assert [done.args for done in walked if done.returncode] == [], "\n".join(
        f"{done.stdout[-3000:]}{done.stderr[-2000:]}" for done in walked if done.returncode
    )
    assert "pass  objective.requirement.min_gain" in walked[-2].stdout


def rows() -> str:
    """Give rows with gaps and categories, from which an outcome can be learnt."""
    chance = random.Random(1)  # noqa: S311 - it draws rows, no secrets
    lines = ["size,kind,outcome"]
    for _ in range(600):
        size, kind = chance.gauss(0, 1), chance.choice(["a", "b", ""])
        outcome = "yes" if size + (kind == "a") + chance.gauss(0, 0.5) > 0.5 else "no"
        lines.append(f"{size if chance.random() < 0.9 else ''},{kind},{outcome}")
    return "\n".join(lines) + "\n"


def cpu_build(folder: Path) -> Path:
    """Give the wheel of torch for CPUs, in the tested version; skip the test where pip would have to fetch one."""
    wanted = next(line for line in CONSTRAINTS.read_text().splitlines() if line.startswith("torch=="))
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-index", "--no-deps", "-d", str(folder), wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("torch-*.whl")) if not done.returncode else []
    if not wheels or parse_wheel_filename(wheels[0].name)[1].local != "cpu":
        pytest.skip(f"pip has no build of {wanted} for CPUs at hand")
    return wheels[0]


def index_of(wheel: Path, folder: Path) -> str:
    """Give the address of a package index in a folder that holds this wheel alone."""
    page = folder / "torch" / "index.html"
    page.parent.mkdir(parents=True)
    wheel.rename(page.parent / wheel.name)
    page.write_text(f'<a href="{wheel.name.replace("+", "%2B")}">{wheel.name}</a>')
    return folder.as_uri()


def make(destination: Path, *more: str) -> Path:
    answers = ("framework=pytorch", f"python_version={INTERPRETER}", "project_name=network", *more)
    data = [word for answer in answers for word in ("--data", answer)]
    goldenpath = (sys.executable, "-m", "goldenpath")
    done = run(*goldenpath, "new", "training", str(destination), "--defaults", *data, cwd=destination.parent)
    assert done.returncode == 0, done.stderr
    return destination


def advice(repo: Path) -> str:
    """What the README says to add to pyproject.toml, for the build for CPUs."""
    text = (repo / "README.md").read_text(encoding="utf-8")
    block = next(found.group() for found in ADVICE.finditer(text) if "[[tool.uv.index]]" in found.group())
    return "".join(line.removeprefix("    ") for line in block.splitlines(keepends=True))


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "PYTEST_", "VIRTUAL_ENV"))}
    env = {**kept, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
