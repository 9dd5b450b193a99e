"""The table of commands: one file a command, one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from goldenpath import _plugins
from goldenpath.cli.commands import catalog, check, drift, facts, new, policy, stack

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


class Command(Protocol):
    """A module that is a command: its module docstring is its help, `EXAMPLES` end the help page."""

    SUMMARY: str
    EXAMPLES: str
    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""
        ...

    def run(self, args: argparse.Namespace) -> int:
        """Do it and return the exit code."""
        ...


GROUP = "goldenpath.commands"

COMMANDS: Mapping[str, Command] = {
    "new": new,
    "check": check,
    "drift": drift,
    "stack": stack,
    "facts": facts,
    "catalog": catalog,
    "policy": policy,
}


def every_command() -> Mapping[str, Command]:
    """Return our commands and the installed ones, which are imported."""
    found = _plugins.joined(GROUP, COMMANDS, ("SUMMARY", "EXAMPLES", "add_arguments", "run"))
    return {name: command if name in COMMANDS else _Guest(name, command) for name, command in found.items()}


class _Guest:
    """A third party's command, which is told by its name where it fails."""

    def __init__(self, name: str, part: Command) -> None:
        self.SUMMARY = part.SUMMARY
        self.EXAMPLES = part.EXAMPLES
        self.__doc__ = part.__doc__
        self._name = name
        self._part = part

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments."""
        with _plugins.blamed(GROUP, self._name):
            self._part.add_arguments(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Do it and return the exit code."""
        with _plugins.blamed(GROUP, self._name):
            return int(self._part.run(args))
