"""Options that mean the same in every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_standard(parser: argparse.ArgumentParser) -> None:
    """Declare `--standard PATH|URL[@REF]`."""
    parser.add_argument(
        "--standard",
        metavar="PATH|URL[@REF]",
        help="the standard to use (default: $GOLDENPATH_STANDARD, else the one that goldenpath carries)",
    )


def add_format(parser: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    """Declare `--format`, the first one being the default."""
    parser.add_argument("--format", choices=formats, default=formats[0], help=f"default: {formats[0]}")
