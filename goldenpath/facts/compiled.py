"""Compiled requirements files: what their headers, notes and annotations say of how they were made."""

from __future__ import annotations

import posixpath
import re
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from goldenpath.facts import pip
from goldenpath.facts.model import Facts, Lockfile, Wanted
from goldenpath.facts.requirement import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER_LINES = 30
_HEADER_WIDTH = 500
_COMMAND = re.compile(r"#\s+(?:uv pip compile|pip-compile)\s+(.*)")
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]\n]*\])?[ \t]*(?:===?|@)")
_SOURCE = re.compile(r"(?<=[ ,])-r ([^\s,]+)|(?<=[ ,])[^\s,#]+ \(([\w./-]+\.(?:toml|py|cfg))\)")
_FIRST = re.compile(r"\n[A-Za-z0-9][^\n]*")
_NOTED = re.compile(r"\n(?:[A-Za-z0-9][^\n]*|[ \t]*#[^\n]*(?: -r |\.(?:toml|py|cfg)\))[^\n]*)")
_FOLDER = re.compile(r"\n(?:-e|--editable|file:|\.{1,2}/)[^\n]*")
_LEFT_OUT = re.compile(r"# The following packages (?:are considered to be unsafe|were excluded)")
_NAME = re.compile(r"#[ \t]*([A-Za-z0-9][A-Za-z0-9._-]*)(?:==\S+)?[ \t]*$", re.MULTILINE)
_UNSAFE = ("distribute", "pip", "setuptools")
_LEAVING = ("--unsafe-package", "--no-emit-package")
_PARTS = {"--extra": "optional", "--group": "group", "--only-group": "group"}
_NO_SOURCES = frozenset(("-o", "--output-file", "-c", "--constraint", "--override", *_LEAVING))
_MANIFESTS = (".in", ".toml", ".txt", ".cfg", ".py")


def lock(path: str, text: str, tool: str, *, hashes: bool) -> Facts:
    """Return the lock that a compiled file is, with what it says that its source asks for."""
    notes = list(_annotated(text))
    sources = sorted({source for _, _, source in notes})
    manifest = _source(text) or (sources[0] if len(sources) == 1 else None)
    row = Lockfile(
        path=path,
        tool=tool,
        hashes=hashes,
        manifest=manifest,
        left_out=tuple(sorted(set(_left_out(text, tool)))),
        parts=tuple(sorted(set(_parts(text)))),
        members=tuple(sorted(set(_folders(text)))),
    )
    wanted = (
        Wanted(member="", name=name, specifier="", scope="via", origin=f"path+{source}", path=path, line=line)
        for name, line, source in notes
        if manifest and posixpath.basename(source) == posixpath.basename(manifest)
    )
    return Facts(lockfiles=(row,), wanted=tuple(wanted))


def is_annotated(text: str) -> bool:
    """Tell whether a list is compiled though no header says so: all is pinned, and most says what it is there for."""
    if "# via" not in text:
        return False
    said = [pip.meaning(line.text) for line in pip.lines(text)]
    rows = [row for row in said if isinstance(row, Requirement)]
    pinned = all(row.pinned or row.source != "index" for row in rows)
    return bool(rows) and pinned and None not in said and text.count("# via") * 2 > len(rows)


def is_hashed(text: str) -> bool:
    """Tell whether each package of a compiled list has hashes, which stand below it on lines of their own."""
    lines = (found[0] for found in _FIRST.finditer(f"\n{text}"))
    return all(line.endswith("\\") or "--hash" in line or "://" in line for line in lines)


def head(text: str) -> list[str]:
    """Return the comments at the top, where a tool says what it made and how."""
    lines = text[: _HEADER_LINES * _HEADER_WIDTH].split("\n")[:_HEADER_LINES]
    return [line[:_HEADER_WIDTH] for line in lines if line.startswith("#")]


def _command(text: str) -> list[str]:
    """Return the words of the recorded command, each option's value after it."""
    found = next((match for line in head(text) if (match := _COMMAND.match(line))), None)
    try:
        words = shlex.split(found[1]) if found else []
    except ValueError:
        words = found[1].split() if found else []
    return [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]


def _source(text: str) -> str | None:
    """Return the input file that the recorded command names, relative to the folder that it was run in."""
    names = _sources(_command(text))
    return names[0] if len(names) == 1 else None


def _sources(words: list[str]) -> list[str]:
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if word.endswith(_MANIFESTS) and not word.startswith("-") and before not in _NO_SOURCES
    ]


def _parts(text: str) -> Iterator[str]:
    """Yield the extras and groups that the recorded command names, and `only` where it names no manifest beside."""
    words = _command(text)
    yield from ("optional:*" for word in words if word == "--all-extras")
    for option, named in pairwise(words):
        kind = _PARTS.get(option)
        for name in re.split(r"[ ,]", named) if kind else ():
            yield f"{kind}:{canonicalize_name(name.rpartition(':')[2])}"
    if "--only-group" in words or ("--group" in words and not _sources(words)):
        yield "only"


def _left_out(text: str, tool: str) -> Iterator[str]:
    """Yield the packages that are left out on purpose: by an option, a note, or as tools of the installation itself."""
    words = _command(text)
    yield from (canonicalize_name(word) for before, word in pairwise(words) if before in _LEAVING)
    if tool != "uv" and "--allow-unsafe" not in words:
        yield from _UNSAFE
    for found in _LEFT_OUT.finditer(text) if "# The following packages" in text else ():
        end = text.find("\n", found.end())
        while end >= 0 and (name := _NAME.match(text, end + 1)):
            yield canonicalize_name(name[1])
            end = text.find("\n", name.end())


def _annotated(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield the packages that a source asks for itself, each with its line and the source."""
    if "# via" not in text:
        return
    line, before, package = 1, 0, None
    for found in _NOTED.finditer(f"\n{text}"):
        note = found[0]
        if note[1].isalnum():
            package = found
        if not package or "#" not in note or not (" -r " in note or note.rstrip().endswith(")")):
            continue
        pin = _PIN.match(package[0], 1)
        if not pin:
            continue
        line, before = line + found.string.count("\n", before, package.start()), package.start()
        for source in _SOURCE.finditer(note):
            yield canonicalize_name(pin[1]), line, source[1] or source[2]


def _folders(text: str) -> Iterator[str]:
    """Yield the folders that are installed from a path."""
    for found in _FOLDER.finditer(f"\n{text}"):
        said = pip.meaning(found[0].partition(" #")[0].strip())
        if isinstance(said, pip.Pointer) and said.kind == "project":
            yield said.target
        elif isinstance(said, Requirement) and said.source == "path":
            yield said.written
