"""Reads notebooks: how many cells hold outputs, and what their code imports.

Most of a notebook is outputs, and nobody asks what they show. So a notebook of the common form is checked whole but
built only where it is asked for; any other is read as JSON like any text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from goldenpath.facts.base import File, ReadError
from goldenpath.facts.model import Facts, Import, Notebook
from goldenpath.facts.readers import imports
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PATTERNS: tuple[str, ...] = ("*.ipynb",)
VERSION = 3

_OUTPUTS = re.compile(rb'"outputs"\s*:\s*\[\s*[^\]\s]')
_MAGIC = re.compile(r"\s*[%!?]")
_FOREIGN_CELL = re.compile(r"\s*%%(?!time|timeit|capture|prun|memit|heat)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notebook:
    """What is asked of a notebook: the sources of its code cells, how many hold outputs, and its language."""

    sources: tuple[str, ...]
    outputs: int
    language: str | None


class _Skipped(msgspec.Struct, frozen=True):
    pass


class _Kernel(msgspec.Struct, frozen=True):
    language: str = ""


class _Language(msgspec.Struct, frozen=True):
    name: str = ""


class _Metadata(msgspec.Struct, frozen=True):
    kernelspec: _Kernel = _Kernel()
    language_info: _Language = _Language()


class _Cell(msgspec.Struct, frozen=True):
    cell_type: str = ""
    source: str | list[str] | msgspec.UnsetType = msgspec.UNSET
    input: str | list[str] = ""
    outputs: list[_Skipped] = []
    language: str | msgspec.UnsetType = msgspec.UNSET


class _Common(msgspec.Struct, frozen=True):
    cells: list[_Cell]
    metadata: _Metadata = _Metadata()
    worksheets: list[_Skipped] | msgspec.UnsetType = msgspec.UNSET


def read(file: File) -> Facts:
    """Return the notebook (formats 3 and 4) and its imports; magics and shell lines are no Python.

    A line is that of the notebook's text, where the import can be found in it.
    """
    if not file.data or file.data.isspace():
        raise ReadError("is no notebook: it is empty")
    said = _common(file.data) or _any(file.data)
    line = _first_output(file.data) if said.outputs else None
    notebook = Notebook(
        path=file.path, cells=len(said.sources), outputs=said.outputs, language=said.language, line=line
    )
    rows = _imports(file.path, said.sources, file.data) if said.language in {None, "python"} else ()
    return Facts(notebooks=(notebook,), imports=tuple(rows))


def _first_output(data: bytes) -> int | None:
    """Return the line of the first cell's outputs that aren't empty, None where JSON wrote it in another encoding."""
    found = _OUTPUTS.search(data)
    return data.count(b"\n", 0, found.start()) + 1 if found else None


def _common(data: bytes) -> _Notebook | None:
    """Return a notebook of the common form, None for one that must be looked at closely."""
    try:
        if not data.isascii():
            data.decode()  # what is skipped is checked to be JSON, but not to be UTF-8
        found = _decoder().decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if found.worksheets is not msgspec.UNSET:
        return None
    cells = [cell for cell in found.cells if cell.cell_type == "code"]
    told = found.metadata.kernelspec.language or found.metadata.language_info.name
    words = {cell.language for cell in cells if cell.language is not msgspec.UNSET}
    return _Notebook(
        sources=tuple(_joined(cell.input if cell.source is msgspec.UNSET else cell.source) for cell in cells),
        outputs=sum(bool(cell.outputs) for cell in cells),
        language=told.lower() or _only(words),
    )


@cache
def _decoder() -> msgspec.json.Decoder[_Common]:
    return msgspec.json.Decoder(_Common)


def _any(data: bytes) -> _Notebook:
    """Return what any JSON says as a notebook; raise ReadError for what is none."""
    document = _loaded(data)
    if not isinstance(document, dict) or not isinstance(document.get("cells", document.get("worksheets")), list):
        raise ReadError("is no notebook: it has no cells")
    cells = [cell for cell in _cells(document) if cell.get("cell_type") == "code"]
    words = {word for cell in cells if isinstance(word := cell.get("language"), str)}
    return _Notebook(
        sources=tuple(_joined(cell.get("source", cell.get("input"))) for cell in cells),
        outputs=sum(bool(cell.get("outputs")) for cell in cells),
        language=_language(document) or _only(words),
    )


def _loaded(data: bytes) -> Any:
    """Return the JSON value of plain UTF-8 at once; only what is none is looked at closely."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        text = decode(data)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deep")
        raise ReadError(f"is no JSON: {reason}", getattr(error, "lineno", None)) from error


def _cells(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for holder in (document, *_list(document.get("worksheets"))):
        if isinstance(holder, dict):
            yield from (cell for cell in _list(holder.get("cells")) if isinstance(cell, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _language(document: dict[str, Any]) -> str | None:
    metadata = document.get("metadata")
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        word = part.get(name) if isinstance(part, dict) else None
        if isinstance(word, str) and word:
            return word.lower()
    return None


def _only(words: set[str]) -> str | None:
    """Return the one language of all cells, which format 3 tells of each."""
    return words.pop().lower() if len(words) == 1 else None


def _joined(source: Any) -> str:
    """Return the text of a source, which is one or a list of its lines; an empty one where it is neither."""
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _imports(path: str, sources: Iterable[str], data: bytes) -> Iterator[Import]:
    seen = set()
    for cell in sources:
        source = _python(cell)
        found = imports.read(File(path=path, data=source.encode("utf-8", "replace"))).imports if source else ()
        for row in found:
            if row.module not in seen:
                seen.add(row.module)
                yield Import(module=row.module, source="notebook", path=path, line=_line(source, row.line, data))


def _python(source: str) -> str:
    """Return a cell's code without its magics; none for another language and for one that imports nothing."""
    if "import" not in source or _FOREIGN_CELL.match(source):
        return ""
    return "\n".join("" if _MAGIC.match(line) else line for line in source.split("\n"))


def _line(source: str, number: int | None, data: bytes) -> int | None:
    """Return the line of the notebook's text that holds a line of a cell, None where JSON wrote it otherwise."""
    lines = source.split("\n")
    if not number or number > len(lines):
        return None
    at = data.find(json.dumps(lines[number - 1], ensure_ascii=False)[1:-1].encode("utf-8", "replace"))
    return data.count(b"\n", 0, at) + 1 if at >= 0 else None
