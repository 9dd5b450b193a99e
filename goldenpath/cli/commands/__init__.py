"""The table of commands: one file a command, one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

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


COMMANDS: Mapping[str, Command] = {
    "new": new,
    "check": check,
    "drift": drift,
    "stack": stack,
    "facts": facts,
    "catalog": catalog,
    "policy": policy,
}
