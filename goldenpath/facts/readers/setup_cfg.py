"""setup.cfg: setuptools' declarative metadata."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldenpath.facts.model import Facts, Include, Project, Python, merge
from goldenpath.facts.projects import is_public
from goldenpath.facts.requirement import canonical
from goldenpath.facts.text import decode
from goldenpath.facts.tools import base

if TYPE_CHECKING:
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("setup.cfg",)
VERSION = 2

_SECTION = re.compile(r"\[([^\]]+)\]\s*(?:[#;].*)?$")
_OPTION = re.compile(r"([^=:]+)[=:](.*)$")
_COMMENT = re.compile(r"(?<=\s)#.*$")
_SCOPES = {"install_requires": "runtime", "setup_requires": "build", "tests_require": "test"}
_REFERENCE = re.compile(r"%\((\w+)\)s")

Lines = list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Ini:
    """An INI file: each section's options, in lower case with `-` as `_`, and their lines of text with places."""

    sections: dict[str, dict[str, Lines]]

    def lines(self, section: str, option: str) -> Lines:
        """Return the lines of an option's value, none where it isn't there."""
        return self.sections.get(section, {}).get(option, [])

    def expanded(self, section: str, option: str) -> Lines:
        """Return the lines of an option's value, with those of the options that it takes in whole (`%(other)s`)."""
        found: Lines = []
        for text, line in self.lines(section, option):
            reference = _REFERENCE.fullmatch(text)
            found.extend(self.lines(section, reference[1].lower()) if reference else [(text, line)])
        return found


def read(file: File) -> Facts:
    """Return what the metadata and options sections say."""
    ini = parse(decode(file.data))
    path = file.path
    parts = [_listed(path, ini.expanded("options", key), scope) for key, scope in _SCOPES.items()]
    extras = "options.extras_require"
    parts.extend(_listed(path, ini.expanded(extras, name), f"optional:{name}") for name in ini.sections.get(extras, ()))
    python = tuple(
        Python(specifier=canonical(text), written=text, path=path, line=line)
        for text, line in ini.lines("options", "python_requires")
    )
    if "metadata" in ini.sections or "options" in ini.sections:
        parts.append(Facts(projects=(_project(path, ini),), python=python))
    return merge(parts)


def parse(text: str) -> Ini:
    """Return the sections of an INI text; comments and empty lines are left out, continuations are indented."""
    sections: dict[str, dict[str, Lines]] = {}
    options: dict[str, Lines] = {}
    lines: Lines = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip()
        if not line or line[0] in "#;":
            continue
        section = _SECTION.match(line) if not raw[0].isspace() else None
        option = _OPTION.match(line) if not raw[0].isspace() else None
        if section:
            options = sections.setdefault(section[1].strip(), {})
            lines = []
        elif option:
            lines = options.setdefault(option[1].strip().lower().replace("-", "_"), [])
            if option[2].strip():
                lines.append((option[2].strip(), number))
        elif raw[0].isspace():
            lines.append((line, number))
    return Ini(sections)


def _listed(path: str, lines: Lines, scope: str) -> Facts:
    files = [(text, line) for text, line in lines if text.startswith("file:")]
    includes = tuple(
        Include(target=name.strip(), kind="dynamic", scope=scope, path=path, line=line)
        for text, line in files
        for name in text.removeprefix("file:").split(",")
        if name.strip()
    )
    items = [(part, line) for text, line in lines if not text.startswith("file:") for part in _parts(text)]
    return merge([base.listed(items, path, scope), Facts(includes=includes)])


def _parts(text: str) -> list[str]:
    """Return the requirements of a line; several in one are parted by semicolons, as a marker is."""
    text = _COMMENT.sub("", text)
    first, *rest = (part.strip() for part in text.split(";"))
    found = [first]
    for part in rest:
        if re.match(r"[\w.]+\s*(?:[=<>!~]=?|in\b|not\b)", part) and re.search(r"['\"]", part):
            found[-1] += f" ; {part}"
        elif part:
            found.append(part)
    return [part for part in found if part]


def _project(path: str, ini: Ini) -> Project:
    name = ini.lines("metadata", "name")
    classifiers = [*ini.lines("metadata", "classifiers"), *ini.lines("metadata", "classifier")]
    return Project(
        root=path.rpartition("/")[0],
        name=name[0][0] if name else None,
        build_backend="setuptools",
        published=is_public(text for text, _ in classifiers),
        path=path,
        line=name[0][1] if name else None,
    )
