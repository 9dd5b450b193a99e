from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md")
DOCS = [*sorted((TOP / "docs").rglob("*.md")), *(TOP / name for name in PAGES)]
TUTORIALS = sorted((TOP / "docs" / "tutorial").glob("*.md"))
LINK = re.compile(r"\]\(([^)\s]+)\)")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def test_the_generated_reference_is_not_stale() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"], cwd=TOP, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(TOP)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8"))]
    local = [link for link in links if link and not re.match(r"[a-z]+:", link)]

    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.slow
@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_s_commands_do_what_it_says(page: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    for block in CONSOLE.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines():
            command, _, comment = line.removeprefix("$ ").partition("   # ")
            expected = int(comment.rpartition(" ")[2]) if comment.startswith("exits with") else 0
            done = subprocess.run(
                shlex.split(command), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )

            assert done.returncode == expected, f"{command}\n{done.stdout}{done.stderr}"
