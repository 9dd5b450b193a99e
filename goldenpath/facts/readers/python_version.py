"""Files that name the Python to run: .python-version, runtime.txt, .tool-versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from goldenpath.facts import constraint
from goldenpath.facts.known import known
from goldenpath.facts.model import Facts, Python
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = (".python-version", "runtime.txt", ".tool-versions")
VERSION = 3

_NUMBER = r"(\d+(?:\.\d+){0,2})"
_LETTERS = r"(?:(?:a|b|rc)\d+)?"
_PINNED = re.compile(
    rf"(?:(?:{'|'.join(known('pythons')['names'])})[-@]?)?{_NUMBER}{_LETTERS}"
    rf"(?:{'|'.join(map(re.escape, sorted(known('pythons')['builds'], key=len, reverse=True)))})?(?:[-+].*)?\Z"
)
_SHORT = re.compile(r"(?:cpython|cp)?([23])(\d{1,2})t?d?\Z")
_WILD = re.compile(r"(\d+\.\d+)\.[*xX]\Z")
_ENVIRONMENT = re.compile(rf"{_NUMBER}/envs/[^/]+\Z")
_RANGE = re.compile(r"(?:c?python)?\s*((?:===|==|~=|!=|<=|>=|<|>).+)")
_RUNTIME = re.compile(rf"python-{_NUMBER}{_LETTERS}t?\Z")
_TOOL = re.compile(r"python\s+(.+)")


def read(file: File) -> Facts:
    """Return the versions of CPython that the file names; other interpreters and environments' names are left out."""
    rows = []
    for number, line in enumerate(decode(file.data).split("\n"), start=1):
        written = line.partition("#")[0].strip()
        for word in _words(file.name.lower(), written):
            specifier = _specifier(word)
            if specifier:
                rows.append(Python(specifier=specifier, written=written, path=file.path, line=number))
    return Facts(python=tuple(rows))


def _words(name: str, written: str) -> list[str]:
    """Return the versions that a line names."""
    if name == "runtime.txt":
        found = _RUNTIME.match(written)
        return [found[1]] if found else []
    if name == ".tool-versions":
        tool = _TOOL.match(written)
        return tool[1].split() if tool else []
    return [written] if written else []


def _specifier(word: str) -> str:
    """Return what a version admits as a specifier, "" for what names no CPython."""
    short = _SHORT.match(word)
    if short:
        return constraint.exactly(f"{short[1]}.{short[2]}")
    pinned = _WILD.match(word) or _ENVIRONMENT.match(word) or _PINNED.match(word)
    if pinned:
        return constraint.exactly(pinned[1])
    ranged = _RANGE.fullmatch(word)
    return str(SpecifierSet(ranged[1])) if ranged and _is_range(ranged[1]) else ""


def _is_range(text: str) -> bool:
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True
