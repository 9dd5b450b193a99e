"""Make a new repo from a blueprint: rendered, locked to tested versions, committed, hooks installed.

On a terminal it asks the blueprint's questions, shows what it will make, and asks once more before it writes.
Elsewhere, and with --defaults, every question that --data and --data-file don't answer takes its default.
Nothing stands at the destination before everything is ready.
"""

from __future__ import annotations

import gc
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath._text import escape
from goldenpath.cli.codes import INTERRUPTED
from goldenpath.cli.options import add_standard
from goldenpath.cli.output import Progress, talk
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    import argparse

    from goldenpath.catalog.create import Made, Order

SUMMARY = "make a new repo from a blueprint"
EXAMPLES = """\
  goldenpath new training my-forecast
  goldenpath new training my-forecast --defaults --data owner=team-growth
  goldenpath new training services/forecast --data-file answers.yaml --dry-run"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `new`."""
    parser.add_argument("blueprint", help="`goldenpath catalog list` shows them")
    parser.add_argument("destination", type=Path, help="a new or empty folder; its name is the default project name")
    parser.add_argument("--data", "-d", action="append", default=[], metavar="KEY=VALUE", help="answer one question")
    parser.add_argument("--data-file", type=Path, metavar="FILE", help="answers as YAML; --data goes before them")
    parser.add_argument("--defaults", "-l", action="store_true", help="ask nothing: take the defaults")
    parser.add_argument("--dry-run", "-n", action="store_true", help="print what would be made, write nothing")
    parser.add_argument("--no-lock", action="store_true", help="don't resolve and lock the dependencies")
    parser.add_argument("--no-git", action="store_true", help="no repo, commit and hooks: files only")
    add_standard(parser)


def run(args: argparse.Namespace) -> int:
    """Make the repo, and say what stands and what to do next."""
    # A short life with very many imports: collecting garbage in it costs a tenth of the time and frees nothing.
    gc.disable()
    try:
        return _make(args)
    finally:
        gc.enable()


def _make(args: argparse.Namespace) -> int:
    from goldenpath.catalog.create import Options, create, preview  # noqa: PLC0415 - slow to import

    ask = sys.stdin.isatty() and sys.stderr.isatty() and not args.defaults
    columns = shutil.get_terminal_size().columns
    options = Options(lock=not args.no_lock, git=not args.no_git, ask=ask, columns=columns)
    order = _order(args)
    if not ask:
        _check_name(order)
    progress = Progress()
    try:
        if args.dry_run:
            planned = preview(order, options, step=progress.step)
            progress.done()
            sys.stdout.write(_tree(planned))
            return 0
        confirm = _confirm(progress, args.blueprint) if ask else None
        made = create(order, options, step=progress.step, confirm=confirm)
    finally:
        progress.done()
    if made is None:
        talk("Nothing was made.")
        return INTERRUPTED
    _tell(made, order, asked=ask)
    return 0


def _order(args: argparse.Namespace) -> Order:
    from goldenpath.catalog.catalog import find_blueprint  # noqa: PLC0415 - slow to import
    from goldenpath.catalog.compose import compose  # noqa: PLC0415 - as above
    from goldenpath.catalog.create import Order, Source  # noqa: PLC0415 - as above
    from goldenpath.standard import find_standard  # noqa: PLC0415 - as above

    standard = find_standard(args.standard)
    blueprint = find_blueprint(standard.blueprints, args.blueprint)
    template = compose(blueprint)
    # Not resolve(): a link on the way to it is the person's own way of naming the place.
    destination = Path(os.path.abspath(args.destination.expanduser()))  # noqa: PTH100 - it alone folds `..`
    asks_name = any(question.name == "project_name" for question in template.questions)
    recorded, ref = standard.recorded
    return Order(
        blueprint=blueprint,
        template=template,
        version=standard.load_templates().version(blueprint.name),
        source=Source(standard=recorded, ref=ref, url=standard.url_of(blueprint.name)),
        answers=_answers(args),
        destination=destination,
        defaults={"project_name": _project_name(destination.name)} if asks_name else {},
    )


def _answers(args: argparse.Namespace) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    if args.data_file:
        from goldenpath import _schema  # noqa: PLC0415 - slow to import

        answers |= _schema.read_file(args.data_file, dict[str, Any], empty={})
    for pair in args.data:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise GoldenpathError(f"--data {pair!r} is no answer", hint="Write it as --data KEY=VALUE.")
        answers[name.strip()] = value
    return answers


def _project_name(folder: str) -> str:
    """Return the folder's name as a project's: lower case, words joined by hyphens, a letter first.

    Nothing is left of a name without a letter from a to z.
    """
    words = "".join(character if character.isascii() and character.isalnum() else " " for character in folder.lower())
    return "-".join(words.split()).lstrip("0123456789-")


def _check_name(order: Order) -> None:
    """Refuse a folder that gives no project name, where nobody is asked for one."""
    if order.defaults.get("project_name") == "" and "project_name" not in order.answers:
        raise GoldenpathError(
            f"no project name can be made of {escape(order.destination.name)}: it has no letter from a to z",
            hint="Give one: --data project_name=NAME.",
        )


def _confirm(progress: Progress, blueprint: str) -> Any:
    def confirm(made: Made) -> bool:
        progress.done()
        talk(f"\n{escape(str(made.folder))}: {len(made.files)} files from {blueprint} {made.version}")
        for name, value in made.answers.items():
            talk(f"  {name}: {escape(str(value))}")
        sys.stderr.write("Make it? [Y/n] ")
        sys.stderr.flush()
        # The end of the input (Ctrl-D) is no yes.
        return sys.stdin.readline().lower() in {"\n", "y\n", "yes\n"}

    return confirm


def _tree(made: Made) -> str:
    """Return the files as an indented tree, folders first seen first."""
    lines = [f"{escape(made.folder.name)}/"]
    seen: set[str] = set()
    for path in made.files:
        *folders, name = path.split("/")
        for depth in range(len(folders)):
            folder = "/".join(folders[: depth + 1])
            if folder not in seen:
                seen.add(folder)
                lines.append(f"{'  ' * (depth + 1)}{escape(folders[depth])}/")
        lines.append(f"{'  ' * (len(folders) + 1)}{escape(name)}")
    return "\n".join([*lines, "", f"{len(made.files)} files, tree {made.tree}", ""])


def _tell(made: Made, order: Order, *, asked: bool) -> None:
    shown = _relative(made.folder)
    quoted = shlex.quote(shown)
    locked = "locked" if made.locked else "not locked"
    committed = "one commit" if made.committed else "no commit"
    sys.stdout.write(
        f"{shown}: {len(made.files)} files from {order.blueprint.name} {made.version}, {locked}, {committed}\n"
    )
    name = made.answers.get("project_name", made.folder.name)
    if name != made.folder.name and "project_name" not in order.answers and not asked:
        folder = escape(made.folder.name)
        talk(
            f"note: the project is called {name}, since {folder} can't be a name; give another by --data project_name="
        )
    for note in made.notes:
        talk(f"note: {escape(note)}")
    if Path(order.source.standard).is_absolute():
        talk(
            f"note: the repo names your folder {escape(order.source.standard)} as its standard, which only you have: "
            "write `url:` into its goldenpath.yaml, or set GOLDENPATH_STANDARD where the repo is checked."
        )
    if order.blueprint.lifecycle == "deprecated":
        talk(f"note: {order.blueprint.name} is {order.blueprint.standing}")
    if made.version.endswith(".dev"):
        talk(f"note: {made.version} is no release: the blueprint may still change under this number.")
    talk(f"next: cd {quoted} && make help")


def _relative(folder: Path) -> str:
    """Return the folder as one would type it from here."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        # We stand in the empty folder that was at the destination, and so does the shell: the full path leads out.
        return escape(str(folder))
    return escape(str(folder.relative_to(here) if folder.is_relative_to(here) else folder))
