"""The frame of the command line: commands by name, and the repository that each of them is given."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from road.core.brief import Brief
from road.core.documents import Section, schema_text
from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.logs import configure
from road.core.project import Project
from road.core.repository import Repository
from road.core.settings import CommonSettings

Command = Callable[[argparse.Namespace, Any], int]
"""Called with its options and the `Repository`, or nothing where it needs none; gives an exit code."""
SCHEMAS: dict[str, type[Section]] = {"brief": Brief, "project": Project}


class Extension(Protocol):
    """Hook `commands`: adds commands of the project's own."""

    def __call__(self, commands: "Commands") -> None:
        """Call `commands.add(name, run, text)`, and add arguments to what that gives."""


class Commands:
    """The commands of a repository, with the kind of settings that they are given."""

    def __init__(self, settings: type[CommonSettings], text: str, *, interrupted: str = "interrupted") -> None:
        """Start with no command; the text says what all of them are for."""
        self._settings = settings
        self._interrupted = interrupted
        self._parser = argparse.ArgumentParser(description=text)
        self._commands = self._parser.add_subparsers(required=True, metavar="COMMAND")
        self._names: set[str] = set()
        self._alone: set[str] = set()

    def add(self, name: str, run: Command, text: str, *, alone: bool = False) -> argparse.ArgumentParser:
        """Add a command; its arguments are added to what this gives. `alone` runs while the files aren't right yet."""
        if name in self._names:
            raise UserError(f"project.yaml: commands: there is a command {name} already")
        self._names.add(name)
        if alone:
            self._alone.add(name)
        command = self._commands.add_parser(name, help=text, description=text)
        command.set_defaults(command=run)
        return command

    def add_common(self, alerts: Callable[[Brief], dict[str, str]], text: str) -> None:
        """Add what every repository has: `alerts`, which writes files by name, and `schema`."""

        def write(_: argparse.Namespace, repository: Repository[CommonSettings]) -> int:
            folder = Path("monitoring")
            folder.mkdir(exist_ok=True)
            for name, content in alerts(repository.brief).items():
                (folder / name).write_text(content, encoding="utf-8")
            return 0

        self.add("alerts", write, text)
        schema = self.add("schema", _schema, "Print the JSON Schema of a file.")
        schema.add_argument("of", choices=sorted(SCHEMAS), nargs="?", default="brief")

    def run(self, argv: Sequence[str] | None = None) -> int:
        """Run one command and give its exit code: 2 for the user's error, 130 when interrupted."""
        words = sys.argv[1:] if argv is None else list(argv)
        try:
            return self._run(words)
        except UserError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print(self._interrupted, file=sys.stderr)
            return 130

    def _run(self, words: Sequence[str]) -> int:
        """Read the repository first, since it may add commands; help is given without it, too."""
        if words and words[0] in self._alone:
            options = self._parser.parse_args(words)
            code: int = options.command(options, None)
            return code
        try:
            repository = Repository.read(self._settings)
            self._extend(repository.project)
        except UserError:
            if not {"-h", "--help"} & set(words):
                raise
            self._parser.parse_args(words)
            raise
        options = self._parser.parse_args(words)
        configure(repository.settings.log_level, repository.settings.log_format)
        command: Command = options.command
        return command(options, repository)

    def _extend(self, project: Project) -> None:
        for reference in project.commands:
            extend: Extension = load_hook("commands", reference, Extension)
            extend(self)


def _schema(options: argparse.Namespace, _: Repository[CommonSettings]) -> int:
    print(schema_text(SCHEMAS[options.of]), end="")
    return 0
