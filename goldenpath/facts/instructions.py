"""The lines of a Dockerfile as its builder sees them: no comments, continuations joined, heredoc bodies skipped."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_DIRECTIVE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.*?)\s*\Z")
_WORD = re.compile(r"""(?:\{\{[^}]{0,200}\}\}|\$\{[^}]{0,200}\}|"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s])+""")
_HEREDOC = re.compile(r"\d*<<(-?)([^<\s]+)\Z")
_LONGEST = 64 * 1024  # of an instruction; what comes after it names no image and no user
_TAKES_HEREDOC = frozenset({"RUN", "COPY", "ADD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One instruction: its name in capitals, its `--flags` as written, the words after them, and its lines.

    `line` is the first, `end` the last that it is continued to, both from 1; the body of a heredoc isn't counted.
    """

    name: str
    flags: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    line: int
    end: int

    def flag(self, name: str) -> str | None:
        """Return the value of a flag, None where it isn't given."""
        return next((value for key, value in self.flags if key == name), None)


def instructions(text: str) -> tuple[Instruction, ...]:
    """Return the instructions of a Dockerfile; words that are none are kept, with their name in capitals."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    escape = re.escape(_escape(lines))
    continued = re.compile(rf"(?<!{escape}){escape}[ \t]*\Z")
    heredocs = _Heredocs(lines)
    found = []
    number = 0
    while number < len(lines):
        start = number
        logical, number = _logical(lines, number, continued)
        if logical:
            instruction = _parse(logical, start + 1, number)
            found.append(instruction)
            number = heredocs.after(instruction, number)
    return tuple(found)


def unquote(word: str) -> str:
    """Return a word without its quotes, wherever in it they stand (`cuda:"${TAG}"`)."""
    return _QUOTED.sub(lambda match: match[0][1:-1], word)


def _escape(lines: list[str]) -> str:
    """Return the escape character; a directive counts only above everything else."""
    for line in lines:
        match = _DIRECTIVE.match(line.strip())
        if not match:
            break
        if match[1].lower() == "escape" and match[2] in {"\\", "`"}:
            return match[2]
    return "\\"


def _logical(lines: list[str], number: int, continued: re.Pattern[str]) -> tuple[str, int]:
    """Join a line with those that continue it; comments and empty lines inside are skipped."""
    parts: list[str] = []
    while number < len(lines):
        line = lines[number]
        number += 1
        bare = line.strip()
        if not bare or bare.startswith("#"):
            if parts:
                continue
            return "", number
        match = continued.search(line)
        if not match:
            parts.append(line)
            break
        parts.append(line[: match.start()])
    return "".join(parts).strip(), number


def _parse(logical: str, line: int, end: int) -> Instruction:
    words = _WORD.findall(logical[:_LONGEST]) or [logical[:_LONGEST]]
    name, rest = words[0].upper(), words[1:]
    if name == "ONBUILD" and rest:
        name, rest = f"ONBUILD {rest[0].upper()}", rest[1:]
    flags = []
    while rest and rest[0].startswith("--"):
        key, _, value = rest.pop(0)[2:].partition("=")
        flags.append((key.lower(), unquote(value)))
    return Instruction(name=name, flags=tuple(flags), words=tuple(rest), line=line, end=end)


class _Heredocs:
    """Finds where heredocs end; where each line stands is noted once, so that many unended ones cost no rescans."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._places: dict[bool, dict[str, list[int]]] = {}

    def after(self, instruction: Instruction, number: int) -> int:
        """Return the line after the bodies; a heredoc that nobody ends is none (shell text of an older builder)."""
        if instruction.name.removeprefix("ONBUILD ") not in _TAKES_HEREDOC:
            return number
        for word in instruction.words:
            match = _HEREDOC.match(word)
            if match:
                number = self._end(unquote(match[2]), number, strip=bool(match[1]))
        return number

    def _end(self, mark: str, number: int, *, strip: bool) -> int:
        if strip not in self._places:
            places: dict[str, list[int]] = {}
            for index, line in enumerate(self._lines):
                places.setdefault(line.lstrip("\t") if strip else line, []).append(index)
            self._places[strip] = places
        known = self._places[strip].get(mark, [])
        at = bisect_left(known, number)
        return known[at] + 1 if at < len(known) else number
