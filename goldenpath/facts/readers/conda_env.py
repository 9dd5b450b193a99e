"""Conda environments, known by what they hold: `dependencies` as a list of match specifications."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath.facts import constraint, pip
from goldenpath.facts.base import ReadError
from goldenpath.facts.model import Facts, Python, Unreadable, merge
from goldenpath.facts.requirement import place
from goldenpath.facts.tools import base
from goldenpath.facts.yaml_file import document, texts

if TYPE_CHECKING:
    from goldenpath._yaml import Node
    from goldenpath.facts.base import File

PATTERNS: tuple[str, ...] = ("*.yml", "*.yaml")
VERSION = 2
MOST_BYTES = 512 * 1024
"""A longer file is no environment that anybody wrote: generated manifests of clusters are left unread."""

_HINT = re.compile(rb"^[\"']?dependencies[\"']?[ \t]*:", re.MULTILINE)
_WIDE_HINT = re.compile(rb"d\0?e\0?p\0?e\0?n\0?d\0?e\0?n\0?c\0?i\0?e\0?s")
_NAMED = re.compile(r"(?:.*[-_.])?(?:environment|conda|conda[-_]?env|env)(?:[-_.].*)?\.ya?ml\Z", re.IGNORECASE)
_KEYS = frozenset({"category", "channels", "dependencies", "name", "platforms", "prefix", "variables", "pip"})
_OTHERS = frozenset({"meta.yml", "meta.yaml", "python_env.yaml", "galaxy.yml", "chart.yaml", "requirements.yml"})


def read(file: File) -> Facts:
    """Return the environment's packages, Conda's and pip's, and its Python; nothing for other YAML."""
    if file.name.lower() in _OTHERS or len(file.data) > MOST_BYTES or not _hinted(file.data):
        return Facts()
    named = bool(_NAMED.match(file.name))
    try:
        top = document(file.data)
    except ReadError:
        if named or b"channels:" in file.data:
            raise
        return Facts()
    dependencies = top.get("dependencies") if top else None
    if top is None or dependencies is None or not _is_environment(top, dependencies, named=named):
        return Facts()
    return merge([_package(file.path, item) for item in _items(dependencies)])


def _items(dependencies: Node) -> list[Node]:
    """Return the items that say something; an empty one is a slip."""
    return [item for item in dependencies.elements() if item.text or item.is_mapping or item.is_sequence]


def _hinted(data: bytes) -> bool:
    """Tell whether a text may have the key; most YAML of a repo ends here."""
    if b"\0" in data[:200]:
        return bool(_WIDE_HINT.search(data))
    return b"dependencies" in data and bool(_HINT.search(data))


def _is_environment(top: Node, dependencies: Node, *, named: bool) -> bool:
    """Tell a list of specifications and pip sections, under keys that an environment has."""
    items = _items(dependencies)
    keys = {key for key, _ in top.items()}
    odd = [item for item in items if item.text is None and item.get("pip") is None]
    if len(odd) == len(items) or (odd and not (named and "channels" in keys)):
        return False
    if "channels" in keys or any(item.is_mapping for item in items):
        return True
    if keys - _KEYS:
        return False
    found = [constraint.conda(item.text or "") for item in items]
    return all(found) and (named or any(row and row.name in {"python", "pip"} for row in found))


def _package(path: str, item: Node) -> Facts:
    if item.text is None and item.get("pip") is not None:
        return merge([_pip(path, text, line) for text, line in texts(item.get("pip"))])
    found = constraint.conda(item.text or "")
    if not found:
        row = Unreadable(path=path, reason="an item is no match specification", partial=True, line=item.line)
        return Facts(unreadable=(row,))
    if found.name == "python":
        python = Python(specifier=found.specifier, written=found.written, path=path, line=item.line)
        return Facts(python=(python,))
    return Facts(dependencies=(place(found, path=path, line=item.line, scope="runtime"),))


def _pip(path: str, text: str, line: int) -> Facts:
    items = [(logical.text, line) for logical in pip.lines(text)]
    return base.listed(items, path, "runtime", what="an item of pip")
