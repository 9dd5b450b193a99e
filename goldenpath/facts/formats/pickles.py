"""Whether bytes begin as a pickle, and what it names: its opcodes are read one by one, and none is carried out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from goldenpath.facts.known import known

_MARKED = re.compile(rb"\x80[\x02-\x05]")
_PLAIN = re.compile(rb"\((?:dp|lp)\d+\n|\(?[ci][A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n")
_LEAST = 4
_MOST = 300  # opcodes: a microsecond each, and a model names its class first
_STRINGS = frozenset(
    ("SHORT_BINUNICODE", "BINUNICODE", "UNICODE", "BINUNICODE8", "SHORT_BINSTRING", "STRING", "BINSTRING")
)
_NAMING = frozenset(("STACK_GLOBAL", "GLOBAL", "INST"))
_PUTS = frozenset(("MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT"))
_GETS = frozenset(("BINGET", "LONG_BINGET", "GET"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickle:
    """A pickle by its first bytes: the modules that it names, and the first thing of theirs that runs something."""

    modules: frozenset[str]
    running: str = ""

    @property
    def library(self) -> str | None:
        """The library whose model it is, None where it holds data, as far as the first bytes tell."""
        mine = self.modules.intersection(known("models")["libraries"])
        return min(mine - {"joblib"} or mine, default=None)


def look(head: bytes, *, whole: bool) -> Pickle | None:
    """Return the pickle that bytes begin as; None where they are none. `whole` says that the file ends with them.

    Protocols 2 to 5 have a mark. Those before have none, so they must begin as only a dict, a list or a name does, and
    every opcode must be one.
    """
    marked = bool(_MARKED.match(head))
    if not marked and not _PLAIN.match(head):
        return None
    names, count, problem, ended = _read(head)
    enough = ended or count >= _MOST or any(map(_is_told, names))
    if not (count >= _LEAST or ended) or (not marked and (problem or (whole and not enough))):
        return None
    return Pickle(modules=frozenset(name.partition(".")[0] for name in names), running=_running(names))


def _running(names: list[str]) -> str:
    risky = known("models")["running"]
    return next((name for name in names if name.partition(".")[0] in risky and name not in _HARMLESS), "")


_HARMLESS = frozenset(
    f"{module}.{name}"
    for module in ("builtins", "__builtin__")
    for name in ("set", "frozenset", "list", "dict", "tuple", "int", "float", "str", "bool", "complex", "bytes",
                 "bytearray", "object", "slice", "range", "xrange", "unicode", "long", "print", "len", "type")
)  # fmt: skip


def _read(head: bytes) -> tuple[list[str], int, bool, bool]:
    """Return the names, how many opcodes there are, whether one is wrong before the bytes end, and whether it ends."""
    from pickletools import genops  # noqa: PLC0415 - only a repo that holds a pickle needs it

    names: list[str] = []
    memo: dict[int, str] = {}
    pushed: list[str] = ["", ""]
    count, at = 0, 0
    try:
        for opcode, argument, position in genops(head):
            count, at = count + 1, position or 0
            _follow(opcode.name, argument, names, memo, pushed)
            if opcode.name == "STOP":
                return names, count, False, True
            if count >= _MOST or (count >= _LEAST and opcode.name in _NAMING and _is_told(names[-1])):
                break
    except ValueError as error:
        # What is cut off at the end isn't wrong; joblib puts the bytes of arrays between opcodes.
        cut = (
            "not enough data" in str(error)
            or "exhausted" in str(error)
            or "newline" in str(error)
            or at > len(head) - 600
        )
        return names, count, not cut, False
    return names, count, False, False


def _is_told(name: str) -> bool:
    """Tell whether a name says whose model it is, so that no more need be read."""
    module = name.partition(".")[0]
    return module != "joblib" and module in known("models")["libraries"]


def _follow(name: str, argument: object, names: list[str], memo: dict[int, str], pushed: list[str]) -> None:
    """Keep the texts that were pushed last: two of them are a name where the opcode says so."""
    if name in _STRINGS:
        pushed[:] = [pushed[-1], str(argument)[:200]]
    elif name in _PUTS:
        memo[len(memo) if argument is None else int(str(argument))] = pushed[-1]
    elif name in _GETS:
        pushed[:] = [pushed[-1], memo.get(int(str(argument)), "")]
    elif name == "STACK_GLOBAL":
        names.append(".".join(pushed))
        pushed[:] = [pushed[-1], names[-1]]
    elif name in _NAMING:
        names.append(str(argument)[:200].replace(" ", "."))
        pushed[:] = [pushed[-1], names[-1]]
