"""The command line: the parser made from the table of commands, and the one error boundary."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from typing import TYPE_CHECKING

from goldenpath import __version__
from goldenpath.cli.codes import BUG, INTERRUPTED, OK, READER_GONE, USER_ERROR
from goldenpath.errors import GoldenpathError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

_EPILOG = """\
start here:
  goldenpath catalog list                      what you can start from
  goldenpath new training my-forecast          make a repo
  goldenpath check                             does this repo meet the standard?
  goldenpath drift ~/repos                     do all of these?

exit codes:
  0 clean, 1 findings, 2 your input, 3 not judged or a bug, 130 interrupted
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Fits paragraphs to the terminal and leaves indented lines (examples) as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        paragraphs = text.strip().split("\n\n")
        return "\n\n".join(part if "\n  " in part else _filled(part, min(width, 96), indent) for part in paragraphs)


def _filled(text: str, width: int, indent: str) -> str:
    from textwrap import fill  # noqa: PLC0415 - for help pages only

    return fill(text, width, initial_indent=indent, break_on_hyphens=False)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 clean, 1 findings, 2 the user's error, 3 a bug, 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        sys.stdout.write(f"goldenpath {__version__}\n")
        return OK
    _prepare()
    try:
        args = _parser(arguments).parse_args(arguments)
        code = int(args.command.run(args))
        sys.stdout.flush()
    except GoldenpathError as error:
        _say_error(error)
        return USER_ERROR
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has gone: no more output, and no traceback at shutdown either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except Exception:  # noqa: BLE001 - the error boundary of the command line
        return _say_bug()
    return code


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    from goldenpath.cli.commands import COMMANDS, every_command  # noqa: PLC0415 - `--version` needs none of them

    named = bool(arguments) and not arguments[0].startswith("-")
    known = every_command() if named and arguments[0] not in COMMANDS else COMMANDS
    parser = argparse.ArgumentParser(
        prog="goldenpath",
        description="Make your organisation's standard ML stack real, and keep it real.",
        epilog=_EPILOG if named else _EPILOG + _installed(),
        formatter_class=_Help,
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=f"goldenpath {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in known.items():
        sub = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=(command.__doc__ or "").strip(),
            epilog=f"examples:\n{command.EXAMPLES}" if command.EXAMPLES else None,
            formatter_class=_Help,
            allow_abbrev=False,
        )
        command.add_arguments(sub)
        sub.set_defaults(command=command)
    if not arguments:
        parser.print_help(sys.stderr)
        raise SystemExit(USER_ERROR)
    if named and arguments[0] not in known:
        hint = did_you_mean(arguments[0], known)
        raise GoldenpathError(
            f"there is no command {arguments[0]!r}", hint=f"{hint} `goldenpath --help` explains them."
        )
    return parser


def _installed() -> str:
    """Return what the help says of commands that packages add: their names alone, since one may be broken."""
    from goldenpath import _plugins  # noqa: PLC0415 - for help pages only
    from goldenpath.cli.commands import GROUP  # noqa: PLC0415 - as above

    names = _plugins.names(GROUP)
    return f"\ninstalled beside these:\n  {', '.join(names)}\n" if names else ""


def _say_error(error: GoldenpathError) -> None:
    from goldenpath._text import escape  # noqa: PLC0415 - only on the way out

    place = f"{escape(error.where)}: " if error.where else ""
    first, *rest = error.message.splitlines() or [""]
    sys.stderr.write(f"error: {place}{escape(first)}\n")
    for line in (*rest, *error.hint.splitlines()):
        sys.stderr.write(f"  {escape(line)}\n")


def _say_bug() -> int:
    import traceback  # noqa: PLC0415 - only for a bug

    traceback.print_exc()
    sys.stderr.write(f"\ngoldenpath {__version__} has a bug: please report the lines above and the command you ran.\n")
    return BUG


def _prepare() -> None:
    """Let a stop from outside clean up like Ctrl-C, and let no letter that the terminal lacks end a run."""
    for stop in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(stop) is not signal.SIG_IGN:  # `nohup` has it ignored, and means it
            signal.signal(stop, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main())
