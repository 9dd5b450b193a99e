"""What Python files import of each other, told from their texts and from where they stand; also before rendering.

An answer in a path or in a module's name is a placeholder: `from {{ package_name }}.data import load` finds
`src/{{ package_name }}/data.py`. Conditions are taken to hold. Texts are scanned, not parsed: any of them will do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goldenpath.facts.python_tokens import Kind, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from goldenpath.facts.python_tokens import Tokens

_ANSWER = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_SILENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LAYOUTS = ("src", "lib", "python")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One import: of names from a module, or of the module itself; `level` counts the dots before a relative one."""

    module: tuple[str, ...]
    names: tuple[str, ...] = ()
    level: int = 0
    line: int = 1


def imports_in(text: str, *, template: bool = False) -> Iterator[Import]:
    """Yield the imports of a Python source, or of a template of one, wherever in it they stand.

    Calls of `import_module` with a plain text count too.
    """
    tokens = tokenize(_without_jinja(text) if template else text)
    for index, token in enumerate(tokens.items):
        if token.kind is not Kind.NAME:
            continue
        if token.text == "import_module" and tokens.kind(index + 2) is Kind.STRING and tokens.text(index + 1) == "(":
            called = tokens.items[index + 2]
            yield Import(module=tuple(called.value.split(".")), line=called.line)
        elif token.indent >= 0 or tokens.text(index - 1) in {";", ":", "lazy"}:
            if token.text == "import":
                yield from _plain(tokens, index + 1)
            elif token.text == "from":
                yield from _from(tokens, index + 1)


class Modules:
    """The modules among some files, found as Python would from one of them."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: dict[str, str] = {}
        roots = {""}
        for path in sorted(paths):
            named = _named(path)
            folder, _, name = named.rpartition("/")
            parents = folder.split("/") if folder else []
            roots |= {"/".join(parents[: at + 1]) for at, parent in enumerate(parents) if parent in _LAYOUTS}
            if name == "pyproject.toml":
                roots.add(folder)
            module = named.removesuffix(".py").removesuffix("/__init__")
            # A package goes before a module of its name, as in Python.
            if name == "__init__.py" or (name.endswith(".py") and module not in self._paths):
                self._paths[module] = path
        self._inits = {module for module, path in self._paths.items() if path.endswith("/__init__.py")}
        self._roots = roots

    def imported(self, by: str, what: Import) -> tuple[str, ...]:
        """Return the files that an import of a file names, sorted; nothing for a module that isn't among the files.

        Of `from package import module` that is the module; the packages above one, which Python runs too, aren't named.
        """
        folder = _named(by).rpartition("/")[0]
        if what.level:
            above = folder.split("/") if folder else []
            kept = len(above) - what.level + 1
            return self._below("/".join((*above[:kept], *what.module)), what.names) if kept >= 0 else ()
        for root in self._searched(folder):
            found = self._below("/".join((*filter(None, [root]), *what.module)), what.names)
            if found:
                return found
        return ()

    def _searched(self, folder: str) -> list[str]:
        """Return where modules are looked for: beside a script, then in the roots around the file, then in others."""
        around = [root for root in self._roots if not root or f"{folder}/".startswith(f"{root}/")]
        others = sorted(self._roots.difference(around))
        beside = [] if folder in self._inits else [folder]
        return [*beside, *sorted(around, key=len, reverse=True), *others]

    def _below(self, module: str, names: tuple[str, ...]) -> tuple[str, ...]:
        inner = {name: self._paths.get(f"{module}/{name}" if module else name) for name in names}
        found = {path for path in inner.values() if path}
        if None in inner.values() or not names:
            found |= {self._paths[module]} if module in self._paths else set()
        return tuple(sorted(found))


def _without_jinja(text: str) -> str:
    """Return a template's text as Python: answers are names, what only steers is blank, lines stay where they are."""
    named = _ANSWER.sub(lambda answer: _placeholder(answer) + "\n" * answer[0].count("\n"), text)
    return _SILENT.sub(lambda part: "\n" * part[0].count("\n"), named)


def _placeholder(answer: re.Match[str]) -> str:
    return "answer_" + re.sub(r"\W+", "_", answer[1].strip())


def _named(path: str) -> str:
    return _ANSWER.sub(_placeholder, path)


def _plain(tokens: Tokens, index: int) -> Iterator[Import]:
    """Yield the modules of `import a.b, c as d`; `index` is the place of the first."""
    end = tokens.statement_end(index)
    while index < end:
        module, after = _dotted(tokens, index, end)
        if not module:
            return
        yield Import(module=module, line=tokens.items[index].line)
        while after < end and tokens.text(after) != ",":
            after += 1
        index = after + 1


def _from(tokens: Tokens, index: int) -> Iterator[Import]:
    """Yield the import of `from ..a import (b as c, d)`; `index` is the place behind `from`."""
    end = tokens.statement_end(index)
    level, first = 0, index
    while tokens.text(index) == ".":
        level, index = level + 1, index + 1
    module, index = _dotted(tokens, index, end)
    if tokens.text(index) != "import" or not (module or level):
        return
    names, expected = [], True
    for place in range(index + 1, end):
        text = tokens.text(place)
        if expected and tokens.kind(place) is Kind.NAME:
            names.append(text)
        expected = text in {",", "("}
    yield Import(module=module, names=tuple(names), level=level, line=tokens.items[first].line)


def _dotted(tokens: Tokens, index: int, end: int) -> tuple[tuple[str, ...], int]:
    """Return the parts of a dotted name and the place behind it."""
    parts: list[str] = []
    while index < end and tokens.kind(index) is Kind.NAME and tokens.text(index) != "import":
        parts.append(tokens.text(index))
        if tokens.text(index + 1) != ".":
            return tuple(parts), index + 1
        index += 2
    return tuple(parts), index
