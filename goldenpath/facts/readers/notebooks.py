"""Reads notebooks: how many cells hold outputs, and what their code imports."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.model import Facts, Import, Notebook
from goldenpath.facts.readers import imports
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

PATTERNS: tuple[str, ...] = ("*.ipynb",)
VERSION = 1

_IMAGE = b'"image/png": "'
_MAGIC = re.compile(r"\s*[%!?]")
_FOREIGN_CELL = re.compile(r"\s*%%(?!time|timeit|capture|prun|memit|heat)")


def read(file: File) -> Facts:
    """Return the notebook (formats 3 and 4) and its imports; magics and shell lines are no Python.

    A line is that of the notebook's text, where the import can be found in it.
    """
    data = file.data
    if not data.strip():
        raise ReadError("is no notebook: it is empty")
    document = _loaded(data)
    if not isinstance(document, dict) or not isinstance(document.get("cells", document.get("worksheets")), list):
        raise ReadError("is no notebook: it has no cells")
    cells = [cell for cell in _cells(document) if cell.get("cell_type") == "code"]
    language = _language(document, cells)
    notebook = Notebook(
        path=file.path,
        cells=len(cells),
        outputs=sum(bool(cell.get("outputs")) for cell in cells),
        language=language,
    )
    rows = _imports(file.path, cells, data) if language in {None, "python"} else ()
    return Facts(notebooks=(notebook,), imports=tuple(rows))


def _loaded(data: bytes) -> Any:
    """Return the JSON value of plain UTF-8 at once; only what is none is looked at closely."""
    try:
        return json.loads(_without_images(data))
    except (ValueError, RecursionError):
        text = decode(data)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deep")
        raise ReadError(f"is no JSON: {reason}", getattr(error, "lineno", None)) from error


def _without_images(data: bytes) -> bytes:
    """Return a notebook's text with its pictures emptied: often most of it, and nobody asks what they show.

    The key can't stand inside a string, where its quotes would be escaped.
    """
    parts = []
    done = 0
    while (at := data.find(_IMAGE, done)) >= 0:
        start = at + len(_IMAGE)
        end = data.find(b'"', start)
        if end < 0 or data[end - 1 : end] == b"\\":
            break
        parts.append(data[done:start])
        done = end
    return b"".join((*parts, data[done:])) if parts else data


def _cells(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for holder in (document, *_list(document.get("worksheets"))):
        if isinstance(holder, dict):
            yield from (cell for cell in _list(holder.get("cells")) if isinstance(cell, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _language(document: dict[str, Any], cells: list[dict[str, Any]]) -> str | None:
    metadata = document.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        word = part.get(name) if isinstance(part, dict) else None
        if isinstance(word, str) and word:
            return word.lower()
    words = {word for cell in cells if isinstance(word := cell.get("language"), str)}  # of format 3
    return words.pop().lower() if len(words) == 1 else None


def _imports(path: str, cells: list[dict[str, Any]], data: bytes) -> Iterator[Import]:
    seen = set()
    for cell in cells:
        source = _python(cell.get("source", cell.get("input")))
        for row in imports.read(File(path=path, data=source.encode("utf-8", "replace"))).imports:
            if row.module not in seen:
                seen.add(row.module)
                yield Import(module=row.module, source="notebook", path=path, line=_line(source, row.line, data))


def _python(source: Any) -> str:
    """Return a cell's code without its magics; a cell in another language has none."""
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str) or _FOREIGN_CELL.match(source):
        return ""
    return "\n".join("" if _MAGIC.match(line) else line for line in source.split("\n"))


def _line(source: str, number: int | None, data: bytes) -> int | None:
    """Return the line of the notebook's text that holds a line of a cell, None where JSON wrote it otherwise."""
    lines = source.split("\n")
    if not number or number > len(lines):
        return None
    at = data.find(json.dumps(lines[number - 1], ensure_ascii=False)[1:-1].encode("utf-8", "replace"))
    return data.count(b"\n", 0, at) + 1 if at >= 0 else None
