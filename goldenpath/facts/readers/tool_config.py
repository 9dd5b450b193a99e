"""Reads which quality tools a shared configuration file configures: the sections of pyproject.toml and its elders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, Quality
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("pyproject.toml", "setup.cfg", "tox.ini")
VERSION = 1

SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "autopep8": (("formatter", "autopep8"),),
    "basedpyright": (("type-checker", "basedpyright"),),
    "bandit": (("linter", "bandit"),),
    "black": (("formatter", "black"),),
    "codespell": (("linter", "codespell"),),
    "coverage": (("coverage", "coverage"),),
    "flake8": (("linter", "flake8"),),
    "isort": (("formatter", "isort"),),
    "mypy": (("type-checker", "mypy"),),
    "nox": (("test-runner", "nox"),),
    "pycodestyle": (("linter", "pycodestyle"),),
    "pydocstyle": (("linter", "pydocstyle"),),
    "pylint": (("linter", "pylint"),),
    "pyre": (("type-checker", "pyre"),),
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

_HEADER = re.compile(r"^[ \t]*\[{1,2}[ \t]*(?:tool[:.])?([^\]\n]+)\]", re.MULTILINE)
_WORDS = re.compile(r"[.:\-]")


def read(file: File) -> Facts:
    """Return each tool once, at its first section; a section of another name says nothing."""
    text = decode(file.data)
    toml = file.name.lower().endswith(".toml")
    found: dict[tuple[str, str], Quality] = {}
    for match in _HEADER.finditer(text):
        header = match[0].lstrip("[ \t")
        if toml and not header.startswith("tool."):
            continue
        line = text.count("\n", 0, match.start()) + 1
        for kind, tool in _named(match[1].replace('"', "").strip()):
            found.setdefault((kind, tool), Quality(kind=kind, tool=tool, evidence="config", path=file.path, line=line))
    return Facts(quality=tuple(found.values()))


def _named(section: str) -> tuple[tuple[str, str], ...]:
    """Return the longest name that the table knows: `ruff.lint.isort` is `ruff.lint`, `coverage:run` is `coverage`."""
    parts = _WORDS.split(section)
    for length in (2, 1):
        known = SECTIONS.get(".".join(parts[:length]))
        if known:
            return known
    return ()
