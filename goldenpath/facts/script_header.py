"""What a single-file script says that it needs, in the header that PEP 723 gives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Script, Unreadable
from goldenpath.facts.text import decode
from goldenpath.facts.toml import parse
from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from goldenpath.facts.base import File

MARK = b"# /// script"
"""How a header begins."""

_BLOCK = re.compile(r"^# /// script[ \t]*\n(?P<block>(?:#(?:| [^\n]*)(?:\n|\Z))*+)", re.MULTILINE)
_END = re.compile(r"^# ///[ \t]*$", re.MULTILINE)


def read(file: File) -> Facts:
    """Return what the script asks for; nothing for a text that only looks like a header."""
    text = decode(file.data)
    found = next(_headers(text), None)
    if not found:
        return Facts()
    start, end = found
    before = text.count("\n", 0, start)
    said = "\n".join(line[2:] for line in text[start:end].split("\n"))
    try:
        document = parse("\n" * before + said)
    except ReadError as error:
        reason = f"its script header {error.reason}"
        return Facts(unreadable=(Unreadable(path=file.path, reason=reason, partial=True, line=error.line),))
    needs = base.requirements(document, file.path, ("dependencies",), "script")
    python = base.python(document, file.path, ("requires-python",))
    row = Script(
        python=python.python[0].specifier if python.python else "",
        dependencies=tuple(text for text, _ in document.strings("dependencies")),
        path=file.path,
        line=before,
    )
    return Facts(scripts=(row,), unreadable=needs.unreadable)


def _headers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the contents of each header start and end: at the last mark of its comment that is an end."""
    for block in _BLOCK.finditer(text):
        ends = [end.start() for end in _END.finditer(text, block.start("block"), block.end("block"))]
        if ends:
            yield block.start("block"), ends[-1]
