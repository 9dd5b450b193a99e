"""Reads which quality tools a shared configuration file configures or has as tasks: pyproject.toml and its elders."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, Quality
from goldenpath.facts.quality import run_by
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (
    "pyproject.toml",
    "setup.cfg",
    "tox.ini",
    "pytest.ini",
    ".pytest.ini",
    "hatch.toml",
    "pixi.toml",
)
VERSION = 2

SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "autopep8": (("formatter", "autopep8"),),
    "basedpyright": (("type-checker", "basedpyright"),),
    "bandit": (("linter", "bandit"),),
    "black": (("formatter", "black"),),
    "blue": (("formatter", "blue"),),
    "codespell": (("linter", "codespell"),),
    "coverage": (("coverage", "coverage"),),
    "darker": (("formatter", "darker"),),
    "flake8": (("linter", "flake8"),),
    "isort": (("formatter", "isort"),),
    "mypy": (("type-checker", "mypy"),),
    "nox": (("test-runner", "nox"),),
    "pycodestyle": (("linter", "pycodestyle"),),
    "pydocstyle": (("linter", "pydocstyle"),),
    "pyink": (("formatter", "pyink"),),
    "pylama": (("linter", "pylama"),),
    "pylint": (("linter", "pylint"),),
    "pyre": (("type-checker", "pyre"),),
    "pyrefly": (("type-checker", "pyrefly"),),
    "pyright": (("type-checker", "pyright"),),
    "pytest": (("test-runner", "pytest"),),
    "pytype": (("type-checker", "pytype"),),
    "ruff": (("linter", "ruff"),),
    "ruff.format": (("formatter", "ruff"),),
    "ruff.lint": (("linter", "ruff"),),
    "tox": (("test-runner", "tox"),),
    "ty": (("type-checker", "ty"),),
    "yapf": (("formatter", "yapf"),),
}
"""What a section of a tool's name says; `[tool.ruff]` alone lints, `[tool.ruff.format]` formats."""

_HEADER = re.compile(r"^[ \t]*\[{1,2}[ \t]*([^\]\n]+)\]", re.MULTILINE)
_WORDS = re.compile(r"[.:\-]")
_TASKS = re.compile(r"(?:.+\.)?tasks(?:\..+)?|(?:pdm|rye)\.scripts|(?:hatch\.)?envs\..+\.scripts")
"""Sections whose values are commands: those of Poe, taskipy, Pixi, PDM, Rye and Hatch."""

_MARKS = str.maketrans("\"'[],", "     ")


def read(file: File) -> Facts:
    """Return each tool once, at its first section or the first task that runs it; other sections say nothing."""
    text = decode(file.data)
    name = file.name.lower()
    found: dict[tuple[str, str, str], Quality] = {}
    for section, start, end in _sections(text):
        configures = section.startswith("tool.") or not name.endswith(".toml")
        bare = section.removeprefix("tool.").removeprefix("tool:").replace('"', "").strip()
        known = [(kind, tool, "config", start) for kind, tool in (_named(bare) if configures else ())]
        for kind, tool, evidence, at in (*known, *_run(bare, text, start, end)):
            if (kind, tool, evidence) not in found:
                line = text.count("\n", 0, at) + 1
                row = Quality(kind=kind, tool=tool, evidence=evidence, path=file.path, line=line)
                found[kind, tool, evidence] = row
    return Facts(quality=tuple(found.values()))


def _sections(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the header of each section, as written, and where it starts and ends."""
    headers = list(_HEADER.finditer(text))
    for match, following in zip_longest(headers, headers[1:]):
        yield match[1].strip(), match.start(), following.start() if following else len(text)


def _run(section: str, text: str, start: int, end: int) -> Iterator[tuple[str, str, str, int]]:
    """Yield the tools that the tasks of a section run, and coverage where pytest's options measure it."""
    tasks, pytest = _TASKS.fullmatch(section) is not None, section.startswith("pytest")
    if tasks or pytest:
        body = text.index("\n", start, end) if "\n" in text[start:end] else end
        for kind, tool, at in run_by(text[body:end].translate(_MARKS)):
            if tasks or kind == "coverage":
                yield kind, tool, "task" if tasks else "config", body + at


def _named(section: str) -> tuple[tuple[str, str], ...]:
    """Return the longest name that the table knows: `ruff.lint.isort` is `ruff.lint`, `coverage:run` is `coverage`."""
    parts = _WORDS.split(section)
    for length in (2, 1):
        known = SECTIONS.get(".".join(parts[:length]))
        if known:
            return known
    return ()
