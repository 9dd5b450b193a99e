"""The frame of the command line: commands by name, and what each of them is given."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .brief import Brief, read_brief, schema_text
from .errors import UserError
from .logs import configure
from .settings import CommonSettings

Command = Callable[..., int]
"""Called with its options, the repository's settings and the brief; gives an exit code."""


class Commands:
    """The commands of a repository, with the kind of settings that they are given."""

    def __init__(
        self, settings: type[CommonSettings], text: str, *, interrupted: str = "interrupted"
    ) -> None:
        """Start with no command; the text says what all of them are for."""
        self._settings = settings
        self._interrupted = interrupted
        self._parser = argparse.ArgumentParser(description=text)
        self._commands = self._parser.add_subparsers(required=True, metavar="COMMAND")

    def add(self, name: str, run: Command, text: str) -> argparse.ArgumentParser:
        """Add a command; its arguments are added to what this gives."""
        command = self._commands.add_parser(name, help=text, description=text)
        command.set_defaults(command=run)
        return command

    def add_common(self, alerts: Callable[[Brief], dict[str, str]], text: str) -> None:
        """Add what every repository has: `alerts`, which writes files by name, and `schema`."""

        def write(_: argparse.Namespace, __: CommonSettings, brief: Brief) -> int:
            folder = Path("monitoring")
            folder.mkdir(exist_ok=True)
            for name, content in alerts(brief).items():
                (folder / name).write_text(content, encoding="utf-8")
            return 0

        self.add("alerts", write, text)
        self.add("schema", _schema, "Print the JSON Schema of the brief.")

    def run(self, argv: Sequence[str] | None = None) -> int:
        """Run one command and give its exit code: 2 for the user's error, 130 when interrupted."""
        options = self._parser.parse_args(argv)
        command: Command = options.command
        try:
            settings = self._settings.read()
            configure(settings.log_level, settings.log_format)
            return command(options, settings, read_brief(settings.brief))
        except UserError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print(self._interrupted, file=sys.stderr)
            return 130


def _schema(_: argparse.Namespace, __: CommonSettings, ___: Brief) -> int:
    print(schema_text(), end="")
    return 0
