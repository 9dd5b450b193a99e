"""Make a new repo from a blueprint: everything is built in a temporary folder beside the destination, then moved.

Killed at any point, it leaves nothing at the destination or a whole repo there; what a killed run left beside it is
swept by the next one.
"""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath.catalog import standing
from goldenpath.catalog.commit import CONFIG, HooksAhead, enclosing_repo, first_commit, hooks_ahead, install_hooks
from goldenpath.catalog.lock import lock
from goldenpath.catalog.prompts import fitted
from goldenpath.catalog.questions import parse_answers
from goldenpath.catalog.render import Origin, read_answers, render
from goldenpath.catalog.tree import read_files, tree_id
from goldenpath.catalog.workshop import check_destination, workshop
from goldenpath.catalog.workspace import enclosing_workspace
from goldenpath.errors import GoldenpathError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from goldenpath.catalog.blueprint import Blueprint
    from goldenpath.catalog.compose import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a blueprint comes from: its standard's name or URL and ref, and the logical URL of its template."""

    standard: str
    ref: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person may leave out of a new repo, and whether questions are asked."""

    lock: bool = True
    git: bool = True
    ask: bool = False
    columns: int = 80
    """How wide the terminal is that asks: Copier cuts what is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new repo: its folder, files, answers and rendered tree, and what there is to say about it."""

    folder: Path
    version: str
    tree: str
    files: tuple[str, ...]
    answers: Mapping[str, Any]
    locked: bool
    committed: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to make: a blueprint and its template, the given answers, and where from and to.

    `defaults` take the place of the template's own where a question has no answer.
    """

    blueprint: Blueprint
    template: Template
    version: str
    source: Source
    answers: Mapping[str, Any]
    destination: Path
    defaults: Mapping[str, Any] = field(default_factory=dict)


def create(
    order: Order, options: Options, *, step: Callable[[str], None], confirm: Callable[[Made], bool] | None = None
) -> Made | None:
    """Make the repo and return what was made, None where the person says no.

    Raise GoldenpathError before anything stands at the destination. `step` is told what is being done; `confirm` is
    asked, with the rendered files, before the slow steps.
    """
    check_destination(order.destination)
    outer = enclosing_repo(order.destination) if options.git else None
    # What pre-commit needs is known before the template is rendered, where its configuration is no template itself.
    config = None if outer or not options.git else order.template.files.get(f"template/{CONFIG}")
    with _writing(order.destination), workshop(order.destination) as shop, hooks_ahead(shop / "hooks", config) as hooks:
        made = _render(order, options, shop, step)
        if confirm and not confirm(made):
            return None
        folder = shop / "repo"
        notes: list[str] = []
        locked = _locked(folder, order, options, step, notes)
        if outer:
            notes.append(f"No repo of its own: it is a folder of the repo at {outer}.")
        elif options.git:
            notes += _commit(folder, order, step, hooks)
        order.destination.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(order.destination)
    return replace(made, locked=locked, committed=options.git and not outer, notes=tuple(notes))


def preview(order: Order, options: Options, *, step: Callable[[str], None]) -> Made:
    """Return what `create` would make, rendered in the system's temporary folder; nothing else is written."""
    check_destination(order.destination)
    with tempfile.TemporaryDirectory(prefix="goldenpath-") as name:
        return _render(order, options, Path(name), step)


def _render(order: Order, options: Options, shop: Path, step: Callable[[str], None]) -> Made:
    if not options.ask:  # else questions come, and the first of them would share the line
        step(f"Rendering {order.blueprint.name} {order.version}")
    template, folder = shop / "template", shop / "repo"
    answers = parse_answers(order.answers, order.template.questions, where="answers")
    (fitted(order.template, options.columns) if options.ask else order.template).write(template)
    origin = Origin(url=order.source.url, commit=f"v{order.version}")
    render(template, folder, answers, origin, defaults=order.defaults, ask=options.ask)
    files, executable = read_files(folder)
    tree = tree_id(files, executable)
    full = answers | read_answers(folder)
    record = standing.Record(
        standard=order.source.standard,
        ref=order.source.ref,
        blueprint=order.blueprint.name,
        version=order.version,
        tree=tree,
        road=order.blueprint.road or None,
        **{name: _text(full.get(name)) for name in ("lifecycle", "tier", "owner")},
    )
    (folder / standing.FILE).write_text(record.text(), encoding="utf-8", newline="\n")
    return Made(
        folder=order.destination,
        version=order.version,
        tree=tree,
        files=tuple(sorted([*files, standing.FILE])),
        answers=full,
        locked=False,
        committed=False,
    )


def _locked(folder: Path, order: Order, options: Options, step: Callable[[str], None], notes: list[str]) -> bool:
    """Lock what has a manifest, and tell whether it is; a member of a uv workspace is locked with the whole of it."""
    if not (folder / "pyproject.toml").is_file():
        return False
    workspace = enclosing_workspace(order.destination)
    if workspace:
        notes.append(
            f"Not locked: it is a member of the uv workspace at {workspace}, which has one lock for all, and a uv.lock "
            f"of its own would be dead. Run `uv lock` there and commit its uv.lock; or name the folder in `exclude` of "
            f"[tool.uv.workspace] there, and run `uv lock` here."
        )
        return False
    return options.lock and _lock(folder, order, step, notes)


def _lock(folder: Path, order: Order, step: Callable[[str], None], notes: list[str]) -> bool:
    step("Locking the tested versions")
    done = lock(folder, order.blueprint.constraints)
    if not done.done:
        notes.append(
            f"Not locked: {done.reason}. Run `goldenpath catalog lock` in the repo later, and commit uv.lock: "
            "it takes the tested versions, which `uv lock` alone doesn't know."
        )
    return done.done


def _commit(folder: Path, order: Order, step: Callable[[str], None], hooks: HooksAhead | None) -> tuple[str, ...]:
    """Commit everything and install the hooks; return what there is to tell."""
    step("Committing")
    made_from = f"{order.blueprint.name} {order.version}"
    told = first_commit(folder, f"Start from {made_from}\n\nGoldenpath-Blueprint: {made_from}\n")
    return told + install_hooks(folder, hooks)


@contextlib.contextmanager
def _writing(destination: Path) -> Iterator[None]:
    """Tell a full disk, or a destination that others filled meanwhile, as what it is."""
    try:
        yield
    except OSError as error:
        raise GoldenpathError(
            f"the repo can't be made: {error.strerror or error}", where=str(destination), hint="Nothing was made."
        ) from error


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
