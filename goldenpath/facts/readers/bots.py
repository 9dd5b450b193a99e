"""Reads the configurations of bots that propose updates of dependencies, and whether they are switched off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from goldenpath._yaml import YamlError, compose
from goldenpath.facts.base import ReadError
from goldenpath.facts.known import known
from goldenpath.facts.model import Facts, Governance
from goldenpath.facts.text import decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldenpath._yaml import Node
    from goldenpath.facts.base import File

_BOTS = {path: row for row in known("bots")["bot"] for path in row["files"]}
PATTERNS: tuple[str, ...] = tuple(f"**/{path.rpartition('/')[2]}" for path in _BOTS)
VERSION = 1

_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|//[^\n]*|/\*[\s\S]*?\*/|\t')
_EVERYTHING = frozenset(("*", "**", "/.*/", "/^.*/", "/.+/"))
_FALSE = frozenset(("false", "no", "off"))


def read(file: File) -> Facts:
    """Return the bot that the file configures, as `dependency-updates`; one that is switched off isn't one."""
    bot = _BOTS.get(file.path)
    if bot is None:
        return Facts()
    name = bot["name"]
    kind = "no-dependency-updates" if _is_off(file, name, tuple(bot.get("off", ()))) else "dependency-updates"
    return Facts(governance=(Governance(kind=kind, path=file.path, detail=name),))


def _is_off(file: File, name: str, presets: tuple[str, ...]) -> bool:
    """Tell whether a configuration switches its bot off; one that can't be read is the bot's to complain of."""
    try:
        text = decode(file.data)
        documents = compose(_COMMENT.sub(_kept, text) if name == "renovate" else text)
    except (ReadError, YamlError):
        return False
    top = documents[0] if documents else None
    test = _TESTS.get(name)
    return test(top, presets) if test else False


def _kept(found: re.Match[str]) -> str:
    """Return a text as it is, and for a comment or a tab blanks: what is left is JSON that YAML reads."""
    return found[1] or re.sub(r"[^\n]", " ", found[0])


def _renovate(top: Node | None, presets: tuple[str, ...]) -> bool:
    if top is None or not top.is_mapping:
        return False
    if _says_no(top.get("enabled")) or _text(top.get("mode")) == "silent":
        return True
    extends = top.get("extends")
    if extends is not None and any(item.text in presets for item in extends.elements()):
        return True
    rules = top.get("packageRules")
    return rules is not None and any(_switches_all_off(rule) for rule in rules.elements())


def _switches_all_off(rule: Node) -> bool:
    """Tell a rule that leaves out every package, under no further condition."""
    if not rule.is_mapping or not _says_no(rule.get("enabled")):
        return False
    conditions = {key: node for key, node in rule.items() if key.startswith(("match", "exclude"))}
    names = conditions.pop("matchPackageNames", None) or conditions.pop("matchPackagePatterns", None)
    return not conditions and names is not None and any(item.text in _EVERYTHING for item in names.elements())


def _dependabot(top: Node | None, _: tuple[str, ...]) -> bool:
    """Tell a configuration without an update, or with limits of no pull request at all."""
    updates = top.get("updates") if top is not None else None
    rows = list(updates.elements()) if updates is not None else []
    return all(_text(row.get("open-pull-requests-limit")) == "0" for row in rows)


def _pyup(top: Node | None, _: tuple[str, ...]) -> bool:
    return top is not None and _says_no(top.get("update"))


def _says_no(node: Node | None) -> bool:
    return _text(node).lower() in _FALSE


def _text(node: Node | None) -> str:
    return (node.text or "") if node is not None else ""


_TESTS: dict[str, Callable[[Node | None, tuple[str, ...]], bool]] = {
    "dependabot": _dependabot,
    "pyup": _pyup,
    "renovate": _renovate,
}
