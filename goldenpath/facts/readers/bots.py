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
_WITHIN = {row["within"]: row for row in known("bots")["bot"] if "within" in row}
"""Bots whose settings may also be a table, of the bot's name, in another tool's file."""

PATTERNS: tuple[str, ...] = tuple(f"/{path}" for path in (*_BOTS, *_WITHIN))
VERSION = 2

_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|//[^\n]*|/\*[\s\S]*?\*/|\t')
_NAMES = ("matchPackageNames", "matchPackagePatterns", "packageNames", "packagePatterns")
_EVERYTHING = frozenset(("*", "**", "/.*/", "/^.*/", "/.+/", ".*", "^.*", "^.*$"))
_FALSE = frozenset(("false", "no", "off"))


def read(file: File) -> Facts:
    """Return the bot that the file configures, as `dependency-updates`; one that is switched off isn't one."""
    bot = _BOTS.get(file.path) or _WITHIN.get(file.path)
    if bot is None:
        return Facts()
    name, own = bot["name"], file.path in _BOTS
    try:
        top = _top(file, name)
    except (ReadError, YamlError):
        return _row(file, name) if own else Facts()  # it is the bot's to complain of
    if not own:
        top = top.get(name) if top is not None and top.is_mapping else None
        if top is None:
            return Facts()
    off = name in _TESTS and _TESTS[name](top, tuple(bot.get("off", ())))
    return _row(file, name, "no-dependency-updates" if off else "dependency-updates")


def _row(file: File, name: str, kind: str = "dependency-updates") -> Facts:
    return Facts(governance=(Governance(kind=kind, path=file.path, detail=name),))


def _top(file: File, name: str) -> Node | None:
    text = decode(file.data)
    if file.path in _WITHIN and f'"{name}"' not in text:
        return None
    documents = compose(_COMMENT.sub(_kept, text) if name == "renovate" else text)
    return documents[0] if documents else None


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
    upkeep = top.get("lockFileMaintenance")
    if upkeep is not None and upkeep.is_mapping and _text(upkeep.get("enabled")).lower() == "true":
        return False
    rules = top.get("packageRules")
    off = False
    for rule in rules.elements() if rules is not None else ():
        off = _switches_all_off(rule) or (off and not _switches_on(rule))
    return off


def _switches_all_off(rule: Node) -> bool:
    """Tell a rule that leaves out every package, under no further condition."""
    if not rule.is_mapping or not _says_no(rule.get("enabled")):
        return False
    conditions = {key: node for key, node in rule.items() if key.startswith(("match", "exclude", "package", "depType"))}
    names = next((conditions.pop(key) for key in _NAMES if key in conditions), None)
    return not conditions and names is not None and any(item.text in _EVERYTHING for item in names.elements())


def _switches_on(rule: Node) -> bool:
    return rule.is_mapping and _text(rule.get("enabled")).lower() == "true"


def _dependabot(top: Node | None, _: tuple[str, ...]) -> bool:
    """Tell a configuration without an update, or with those alone that may open no pull request."""
    updates = top.get("updates") if top is not None else None
    return all(_opens_none(row) for row in updates.elements()) if updates is not None else True


def _opens_none(row: Node) -> bool:
    """Tell an update of no pull request at all: by its limit, or since it ignores each package whatever the version."""
    if not row.is_mapping:
        return True
    ignored = row.get("ignore")
    rules = [rule for rule in ignored.elements() if rule.is_mapping] if ignored is not None else []
    everything = any(
        _text(rule.get("dependency-name")) == "*" and not rule.get("versions") and not rule.get("update-types")
        for rule in rules
    )
    return everything or _text(row.get("open-pull-requests-limit")) == "0"


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
