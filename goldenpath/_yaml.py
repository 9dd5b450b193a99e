"""The only place that touches the YAML libraries: libyaml reads, tells places, and writes.

Scanned files are hostile: no tags are honoured, aliases are counted when they expand, depth is bounded, and the text
of a scalar is kept (`on` stays a word, `3.10` stays 3.10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_MAX_PARSER_DEPTH = 1500
_MAX_MERGES = 32


class YamlError(Exception):
    """Text that is no YAML, or that goes over a limit; `line` and `column` count from 1."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


@dataclass(slots=True)
class Budget:
    """What a document may cost at the most; `nodes` counts an alias as often as it expands."""

    nodes: int = 400_000
    depth: int = 64


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a YAML document with its place (`line` and `column` from 1)."""

    raw: Any

    @property
    def line(self) -> int:
        """The line it starts in, from 1."""
        return int(self.raw.start_mark.line) + 1

    @property
    def column(self) -> int:
        """The column it starts in, from 1."""
        return int(self.raw.start_mark.column) + 1

    @property
    def end_line(self) -> int:
        """The line it ends in, from 1."""
        return int(self.raw.end_mark.line) + 1

    @property
    def span(self) -> tuple[int, int]:
        """Where its source text starts and ends, in characters of the whole text."""
        return int(self.raw.start_mark.index), int(self.raw.end_mark.index)

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.raw, yaml.MappingNode)

    @property
    def is_sequence(self) -> bool:
        """Whether it has items."""
        return isinstance(self.raw, yaml.SequenceNode)

    @property
    def text(self) -> str | None:
        """The source text of a scalar (unquoted), None for anything else and for a plain null."""
        if not isinstance(self.raw, yaml.ScalarNode):
            return None
        text = str(self.raw.value)
        return None if not self.raw.style and text in _NULL else text

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield a mapping's keys and values, merge keys (`<<`) resolved, the last of duplicate keys winning."""
        found: dict[str, Any] = {}
        _collect(self.raw, found, 0)
        for key, value in found.items():
            yield key, Node(value)

    def elements(self) -> Iterator[Node]:
        """Yield a sequence's items; nothing for anything else."""
        if self.is_sequence:
            for item in self.raw.value:
                yield Node(item)

    def get(self, *keys: str) -> Node | None:
        """Return the node under a path of keys, None where there is none."""
        node: Node | None = self
        for key in keys:
            if node is None or not node.is_mapping:
                return None
            node = dict(node.items()).get(key)
        return node

    def plain(self, budget: Budget | None = None) -> Any:
        """Return plain Python values.

        A plain scalar is a bool, None or a number only where that loses no text: `on` and `3.10` stay strings.
        """
        return _plain(self.raw, budget or Budget(), 0)


def compose(text: str, budget: Budget | None = None) -> tuple[Node, ...]:
    """Return the documents of a YAML text (empty ones left out); raise YamlError with its place where it is none."""
    _refuse_deep(text)
    try:
        documents = tuple(Node(node) for node in _composed(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise YamlError(error.problem or str(error), *where) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(str(error).splitlines()[0] if str(error) else "is no YAML") from error
    for document in documents:
        _count(document.raw, budget or Budget())
    return documents


def load(text: str, budget: Budget | None = None) -> Any:
    """Return the first document as plain values, None for an empty text; raise YamlError."""
    documents = compose(text, budget)
    return documents[0].plain(budget) if documents else None


def repeated(node: Node) -> tuple[tuple[str, Node, Node], ...]:
    """Return each key that a mapping has twice, with where it stands first and again; merge keys (`<<`) may repeat."""
    found = []
    seen: set[int] = set()
    stack = [node.raw]
    while stack:
        raw = stack.pop()
        if id(raw) in seen:
            continue
        seen.add(id(raw))
        if isinstance(raw, yaml.MappingNode):
            found += _repeated(raw)
            stack += [value for _, value in raw.value]
        elif isinstance(raw, yaml.SequenceNode):
            stack += raw.value
    return tuple(sorted(found, key=lambda row: (row[2].line, row[2].column)))


def place_of(text: str, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Return line and column (from 1) of the deepest part of a path that the text has.

    A path that ends in a key gives the key's place, so that an unknown key is pointed at, not its value.
    """
    try:
        documents = compose(text)
    except YamlError as error:
        return error.line or 1, error.column or 1
    node: Any = documents[0].raw if documents else None
    mark = node.start_mark if node else None
    for part in path:
        found = _child(node, part)
        if found is None:
            break
        mark, node = found
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def dump(value: Any) -> str:
    """Return the YAML text of plain values, in the order given; texts that look like something else are quoted."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=4096
    )
    return text


def _repeated(raw: Any) -> list[tuple[str, Node, Node]]:
    first: dict[str, Any] = {}
    found = []
    for key, _ in raw.value:
        if not isinstance(key, yaml.ScalarNode) or (key.value == "<<" and not key.style):
            continue
        name = str(key.value)
        if name in first:
            found.append((name, Node(first[name]), Node(key)))
        first.setdefault(name, key)
    return found


def _composed(text: str) -> Iterator[Any]:
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                yield node
    finally:
        loader.dispose()


def _child(raw: Any, part: str | int) -> tuple[Any, Any] | None:
    """Return where a key or an item starts, and its value."""
    if isinstance(raw, yaml.MappingNode):
        pairs = [(key.start_mark, value) for key, value in raw.value if getattr(key, "value", None) == str(part)]
        return pairs[-1] if pairs else None
    if isinstance(raw, yaml.SequenceNode) and isinstance(part, int) and part < len(raw.value):
        return raw.value[part].start_mark, raw.value[part]
    return None


def _collect(raw: Any, found: dict[str, Any], depth: int) -> None:
    if not isinstance(raw, yaml.MappingNode) or depth > _MAX_MERGES:
        return
    for key, value in raw.value:
        if isinstance(key, yaml.ScalarNode) and key.value == "<<" and not key.style:
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for source in sources:  # of several, the earlier one decides
                merged: dict[str, Any] = {}
                _collect(source, merged, depth + 1)
                for name, node in merged.items():
                    found.setdefault(name, node)
    for key, value in raw.value:
        if isinstance(key, yaml.ScalarNode) and not (key.value == "<<" and not key.style):
            found[str(key.value)] = value


def _plain(raw: Any, budget: Budget, depth: int) -> Any:
    if depth > budget.depth:
        raise YamlError(f"is nested deeper than {budget.depth}", raw.start_mark.line + 1, raw.start_mark.column + 1)
    if isinstance(raw, yaml.MappingNode):
        return {key: _plain(value.raw, budget, depth + 1) for key, value in Node(raw).items()}
    if isinstance(raw, yaml.SequenceNode):
        return [_plain(item, budget, depth + 1) for item in raw.value]
    return _scalar(str(raw.value)) if not raw.style else str(raw.value)


def _scalar(text: str) -> Any:
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.match(text) and len(text) < 20:  # noqa: PLR2004 - longer ones are ids, not numbers
        return int(text)
    if _FLOAT.match(text) and repr(float(text)) == text:
        return float(text)
    return text


def _count(raw: Any, budget: Budget) -> None:
    """Walk as if every alias were written out, and stop at the limits: an alias bomb costs its limit, no more."""
    left = budget.nodes
    stack = [(raw, 0)]
    while stack:
        node, depth = stack.pop()
        left -= 1
        mark = node.start_mark
        if left < 0:
            raise YamlError(f"expands to more than {budget.nodes} nodes", mark.line + 1, mark.column + 1)
        if depth > budget.depth:
            raise YamlError(f"is nested deeper than {budget.depth}", mark.line + 1, mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                stack.append((key, depth + 1))
                stack.append((value, depth + 1))
        elif isinstance(node, yaml.SequenceNode):
            stack.extend((item, depth + 1) for item in node.value)


def _refuse_deep(text: str) -> None:
    """Refuse a text that could overflow the C parser's stack, before it sees it.

    Its depth is at most the open brackets so far, plus what a line can open: its indentation and its indicators.
    """
    if len(text) < _MAX_PARSER_DEPTH:
        return
    brackets = 0
    count_brackets = text.count("[") + text.count("{") > _MAX_PARSER_DEPTH
    for number, line in enumerate(text.splitlines(), start=1):
        opened = 0
        if len(line) > _MAX_PARSER_DEPTH:
            opened = max(len(line) - len(line.lstrip(" ")), line.count("- "), line.count("? "))
        if count_brackets:
            brackets = max(0, brackets + line.count("[") + line.count("{") - line.count("]") - line.count("}"))
        if brackets > _MAX_PARSER_DEPTH or opened > _MAX_PARSER_DEPTH:
            raise YamlError("is nested too deep", number)
