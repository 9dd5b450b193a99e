"""What CI runs through the repo's own scripts, make targets and just recipes: read where a command names them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from goldenpath.facts.aside import aside
from goldenpath.facts.model import Quality
from goldenpath.facts.readers.task_files import run_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from goldenpath.facts.model import Facts

_MOST_FILES = 50
_MOST_NAMESAKES = 500
_DEEPEST = 3
_LONGEST = 64 * 1024
_SCRIPT = re.compile(r"(?<![\w./-])([\w./-]+\.(?:sh|bash))(?![\w./-])")
_TASK = re.compile(r"(?:^|[\s;&|(])(make|just)(?=[ \t]|$)((?:[ \t]+[^\s;&|)#]+)*)", re.MULTILINE)
_FOLDER = re.compile(r"[ \t](?:-C|--directory|--working-directory|-d)[ \t=]*([\w./-]+)")
_FILE = re.compile(r"[ \t](?:-f|--file|--justfile)[ \t=]*([\w./-]+)")
_TARGET = re.compile(r"([\w./@-][^:#]*):(?!=)([^=]*)$")
_NAMES = {"make": ("GNUmakefile", "makefile", "Makefile"), "just": ("justfile", "Justfile", ".justfile")}


@dataclass(slots=True)
class _Walk:
    """One pass over what the commands lead to; each file's part is read once."""

    paths: Collection[str]
    read: Callable[[str], str]
    rows: dict[tuple[str, str, str], Quality] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)
    scripts: dict[str, list[str]] | None = None

    def follow(self, text: str, depth: int = 0) -> None:
        if depth >= _DEEPEST:
            return
        for path, wanted in self._named(text[:_LONGEST]):
            if (path, wanted) in self.seen or len(self.seen) >= _MOST_FILES:
                continue
            self.seen.add((path, wanted))
            body = self.read(path)[:_LONGEST]
            part = _recipes(body, wanted) if wanted else body
            self._note(part, path)
            self.follow(part, depth + 1)

    def _note(self, text: str, path: str) -> None:
        for kind, tool, line in run_in(text):
            row = Quality(kind=kind, tool=tool, evidence="ci", path=path, line=line)
            self.rows.setdefault((kind, tool, path), row)

    def _named(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield each script of the repo that a text names, and each task file with the targets that are wanted."""
        for match in _SCRIPT.finditer(text) if ".sh" in text or ".bash" in text else ():
            path = self._found(match[1])
            if path:
                yield path, ""
        for match in _TASK.finditer(text) if "make" in text or "just" in text else ():
            path = self._task_file(match[1], match[2])
            if path:
                bare = _FILE.sub("", _FOLDER.sub("", match[2])).split()
                targets = [word for word in bare if not word.startswith("-") and "=" not in word]
                yield path, " ".join(targets) or "*"

    def _found(self, written: str) -> str:
        """Return the script's path: from the repo's root, else the only one that ends so, as a step has its folder."""
        path = posixpath.normpath(written)
        if path in self.paths:
            return path
        path = re.sub(r"^(?:\.\./)+", "", path)
        named = self._scripts().get(posixpath.basename(path), ())
        if len(named) > _MOST_NAMESAKES:
            return ""
        below = [known for known in named if known == path or known.endswith(f"/{path}")]
        return below[0] if len(below) == 1 else ""

    def _scripts(self) -> Mapping[str, list[str]]:
        """Return the repo's scripts by name, so that many words cost no search each."""
        if self.scripts is None:
            self.scripts = {}
            for path in self.paths:
                if path.endswith((".sh", ".bash")):
                    self.scripts.setdefault(posixpath.basename(path), []).append(path)
        return self.scripts

    def _task_file(self, tool: str, words: str) -> str:
        folder, file = _FOLDER.search(words), _FILE.search(words)
        names = [file[1]] if file else _NAMES[tool]
        beside = [posixpath.normpath(posixpath.join(folder[1] if folder else "", name)) for name in names]
        return next((path for path in beside if path in self.paths), "")


def run(facts: Facts, paths: Collection[str], read: Callable[[str], str]) -> Facts:
    """Return the facts with the tools that CI runs by way of the repo's own files.

    `read` gives a file's text, "" for one that can't be read. A script that another one calls is followed a few steps.
    """
    walk = _Walk(paths, read)
    for text in _commands(facts, read):
        walk.follow(text)
    return replace(facts, quality=(*facts.quality, *walk.rows.values())) if walk.rows else facts


def _commands(facts: Facts, read: Callable[[str], str]) -> Iterable[str]:
    """Yield the commands of workflows, and the whole configuration of other systems: it names its scripts in it."""
    for workflow in facts.workflows:
        yield from workflow.commands
    for row in facts.ci:
        if row.system != "github-actions" and not aside(row.path):
            yield read(row.path)


def _recipes(text: str, wanted: str) -> str:
    """Return a task file's text with only the recipes of the wanted targets and of those they need.

    Lines keep their places; `*` wants the first target.
    """
    lines = text.split("\n")
    targets = _targets(lines)
    pending = list(targets)[:1] if wanted == "*" else wanted.split()
    kept: set[int] = set()
    known: set[str] = set()
    begun: set[int] = set()
    while pending:
        name = pending.pop()
        if name in targets and name not in known:
            known.add(name)
            needs, body = targets[name]
            if body.start not in begun:  # else it is one of several targets of the same recipe
                begun.add(body.start)
                pending.extend(needs)
                kept.update(body)
    return "\n".join(line if number in kept else "" for number, line in enumerate(lines))


def _targets(lines: list[str]) -> dict[str, tuple[list[str], range]]:
    """Return each target with the targets that it needs and the lines of its recipe."""
    found: dict[str, tuple[list[str], range]] = {}
    names: list[str] = []
    needs: list[str] = []
    start = 0
    for number, line in enumerate([*lines, "end:"]):
        head = None if line[:1] in {" ", "\t", "#", "."} else _TARGET.match(line)
        if head is None:
            continue
        found.update({name: (needs, range(start, number)) for name in names if name not in found})
        names, needs, start = head[1].split(), head[2].partition("#")[0].split(), number + 1
    return found
