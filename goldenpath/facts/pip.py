"""The lines of a pip requirements file: continuations joined, comments cut, options told from requirements."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from goldenpath.facts.requirement import (
    MAX_LENGTH,
    UNKNOWN,
    Requirement,
    located,
    parse,
    parse_partly,
    source_of,
    split_ref,
    with_marker,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_OPTION = re.compile(r"(?<=\s)--?[A-Za-z][A-Za-z-]*(?:[\s=].*)?$")
_FILE = re.compile(r"(?:-(?P<short>[rc])|--(?P<long>requirement|constraint))(?:\s*=\s*|\s*)(?P<target>.+)$")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s*)(?P<target>.+)$")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)((?:\[|%5B)[^\]&%]*(?:\]|%5D))?", re.IGNORECASE)
_EGG_VERSION = re.compile(r"-(?:\d|dev).*$")
_EXTRAS = re.compile(r"\[([^\]\[]*)\]$")
_MARKER = re.compile(r"\s*;\s+|\s+;\s*")
_ARCHIVE = re.compile(r"\.(?:whl|tar\.gz|tgz|tar\.bz2|zip|egg)$", re.IGNORECASE)
_PAGE = re.compile(r"\.(?:txt|html?|md|rst|pdf)$", re.IGNORECASE)
_WHEEL = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.]*)-[^-/]+-[^/]*\.whl$")
_SDIST = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*?)-v?\d[^/]*$")
_FORGE_ARCHIVE = re.compile(r"^https?://[^/]+/[^/]+/([^/]+)/(?:-/)?(?:archive|zipball|tarball)/")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\$?\{[^{}]*\}")
_HATCH = re.compile(r"@\s*\{(?:root|home)(?::[^{}]*)?\}")
_FILE_URL = re.compile(r"^file:(?://(?:localhost)?(?=/))?", re.IGNORECASE)
_LOCAL = re.compile(r"(?:\.{1,2}(?:[/\\]|$|\[)|[~/\\]|[A-Za-z]:[/\\])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A logical line: its text without comment, and the line (from 1) it starts in."""

    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A line that names another file (`requirement`, `constraint`) or a path to install (`project`)."""

    kind: str
    target: str


def lines(text: str) -> Iterator[Line]:
    """Yield the logical lines that aren't empty."""
    held: list[str] = []
    start = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        start = start or number
        if raw.rstrip().endswith("\\") and not raw.lstrip().startswith("#"):
            held.append(raw.rstrip()[:-1])
            continue
        yield from _line(" ".join([*held, raw]), start)
        held, start = [], 0
    if held:
        yield from _line(" ".join(held), start)


def _line(raw: str, number: int) -> Iterator[Line]:
    text = (_COMMENT.sub("", raw) if "#" in raw else raw).strip()
    if text:
        yield Line(text=text, line=number)


def meaning(text: str) -> Requirement | Pointer | bool | None:
    """Return what a logical line says: a requirement, a pointer, True for a mere option, None where it isn't pip's."""
    if len(text) > MAX_LENGTH:
        return None
    if text.startswith("-"):
        return _option(text)
    text = _OPTION.sub("", text).strip() if " -" in text or "\t-" in text else text
    text = _unquoted(text)
    if ("{" in text or UNKNOWN in text) and source_of(text) == "path" and not _HATCH.search(text):
        return parse_partly(_TEMPLATE.sub(UNKNOWN, text))
    if _LOCAL.match(text) or source_of(text) != "path" or text.lower().startswith("file:"):
        return _located(text)
    if _ARCHIVE.search(text.partition(";")[0].strip()) and "@" not in text:
        return _located(text)
    return parse(text) or (_located(text) if "/" in text and not re.search(r"\s", text) else None)


def _option(text: str) -> Requirement | Pointer | bool | None:
    editable = _EDITABLE.match(text)
    if editable:
        return _located(_unquoted(editable["target"].strip()))
    file = _FILE.match(text)
    if file and not text.startswith(("--r", "--c")):
        return _pointer("requirement" if file["short"] == "r" else "constraint", file["target"])
    if file:
        return _pointer(file["long"], file["target"])
    return True if re.match(r"--?[A-Za-z]", text) else None


def _pointer(kind: str, target: str) -> Pointer | bool:
    target = _unquoted(target.strip())
    return True if "://" in target else Pointer(kind=kind, target=target)


def _located(text: str) -> Requirement | Pointer | None:
    """Return what a path or URL installs; the repo's own folder is no dependency but a project that is installed."""
    location, *marker = _MARKER.split(text, maxsplit=1)
    if re.search(r"\s", location) and source_of(location) != "path":
        return None
    extras: tuple[str, ...] = ()
    bare = location
    bracket = _EXTRAS.search(location)
    if bracket:
        extras, bare = (bracket[1],), location[: bracket.start()]
    name, more = _egg(location)
    bare = _FILE_URL.sub("", bare)
    name = name or _named(bare)
    if not name:
        return Pointer(kind="project", target=bare) if source_of(bare) == "path" else None
    found = parse(f"{name}[{','.join(extras) or more}]") or parse(name)
    if not found:
        return None
    found = replace(located(found.name, bare), extras=found.extras)
    return with_marker(found, marker[0]) if marker else found


def _egg(location: str) -> tuple[str, str]:
    egg = _EGG.search(location)
    if not egg:
        return "", ""
    name = _EGG_VERSION.sub("", egg[1])
    return name, re.sub(r"[\[\]]|%5[BD]", "", egg[2] or "", flags=re.IGNORECASE)


def _named(location: str) -> str:
    """Return the name that a location without `#egg=` gives away: a wheel's, an archive's, a repo's, a folder's."""
    bare = location.partition("#")[0].partition("?")[0].rstrip("/\\")
    last = re.split(r"[/\\:]", bare)[-1]
    wheel = _WHEEL.match(last)
    if wheel:
        return wheel[1]
    source = source_of(location)
    if source == "vcs":
        return _repo_name(bare)
    if _ARCHIVE.search(last):
        forge = _FORGE_ARCHIVE.match(bare)
        sdist = _SDIST.match(_ARCHIVE.sub("", last))
        return forge[1] if forge else (sdist[1] if sdist else _ARCHIVE.sub("", last))
    if source == "path":
        name = posixpath.basename(posixpath.normpath(bare.replace("\\", "/")))
        return name if re.match(r"[A-Za-z0-9]", name) and not re.search(r"\s", name) else ""
    return _SDIST.sub(r"\1", last) if re.match(r"[A-Za-z0-9]", last) and not _PAGE.search(last) else ""


def _repo_name(location: str) -> str:
    return re.split(r"[/:]", split_ref(location)[0].rstrip("/"))[-1].removesuffix(".git")


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
