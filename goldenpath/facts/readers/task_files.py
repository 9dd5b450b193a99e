"""Reads which quality tools a repo's own tasks run: those of make, just, task, tox, nox and scripts that lint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, Quality
from goldenpath.facts.quality import run_by
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (
    "makefile",
    "gnumakefile",
    "justfile",
    ".justfile",
    "taskfile.yml",
    "taskfile.yaml",
    "mise.toml",
    ".mise.toml",
    "dodo.py",
    "tasks.py",
    "tox.ini",
    "noxfile.py",
    "fmt",
    "format",
    "lint",
    "*lint*.sh",
    "*format*.sh",
    "*style*.sh",
)
VERSION = 2

_MOST = 256 * 1024
_VARIABLE = re.compile(r"\$[({]\w+[)}](?:/(?:bin/)?)?")
_SILENT = re.compile(r"^([ \t]*)([@-]+)", re.MULTILINE)
_TALK = re.compile(r"^[ \t]*+(?:#|echo\b|printf\b|\.PHONY\b|[^\n]*\.install\()[^\n]*", re.MULTILINE)
_QUOTES = str.maketrans("\"',()[]", "       ")


def read(file: File) -> Facts:
    """Return each tool once, at the first line that runs it; comments, messages and installations run nothing."""
    quoted = file.name.lower().endswith((".py", ".yml", ".yaml", ".toml"))
    found: dict[tuple[str, str], Quality] = {}
    for kind, tool, line in run_in(decode(file.data[:_MOST]), quoted=quoted):
        found.setdefault((kind, tool), Quality(kind=kind, tool=tool, evidence="task", path=file.path, line=line))
    return Facts(quality=tuple(found.values()))


def run_in(text: str, *, quoted: bool = False) -> Iterator[tuple[str, str, int]]:
    """Yield kind, tool and line of each tool that a script's commands run; `quoted` says that they are in quotes."""
    text = _SILENT.sub(lambda match: match[1] + " " * len(match[2]), text)
    text = _VARIABLE.sub(lambda match: " " * len(match[0]), text)
    text = _TALK.sub(lambda match: " " * len(match[0]), text)
    if quoted:
        text = text.translate(_QUOTES)
    line, counted = 1, 0
    for kind, tool, at in run_by(text):
        if at < counted:  # coverage is looked for in a second round
            line, counted = 1, 0
        line += text.count("\n", counted, at)
        counted = at
        yield kind, tool, line
