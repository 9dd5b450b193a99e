"""Make a new repo from a blueprint: everything is built in a temporary folder beside the destination, then moved.

Killed at any point, it leaves nothing at the destination or a whole repo there; what a killed run left beside it is
swept by the next one.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldenpath.catalog import standing
from goldenpath.catalog.commit import enclosing_repo, first_commit, install_hooks
from goldenpath.catalog.lock import lock
from goldenpath.catalog.questions import parse_answers
from goldenpath.catalog.render import Origin, read_answers, render
from goldenpath.catalog.tree import read_files, tree_id
from goldenpath.catalog.workshop import check_destination, workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    """What to make: a blueprint and its template, the given answers, and where from and to."""

    blueprint: Blueprint
    template: Template
    version: str
    source: Source
    answers: Mapping[str, Any]
    destination: Path


def create(
    order: Order, options: Options, *, step: Callable[[str], None], confirm: Callable[[Made], bool] | None = None
) -> Made:
    """Make the repo and return what was made; raise GoldenpathError before anything stands at the destination.

    `step` is told what is being done; `confirm` is asked, with the rendered files, before the slow steps.
    """
    check_destination(order.destination)
    with workshop(order.destination) as shop:
        made = _render(order, options, shop, step)
        if confirm and not confirm(made):
            raise KeyboardInterrupt
        folder = shop / "repo"
        notes: list[str] = []
        locked = options.lock and (folder / "pyproject.toml").is_file() and _lock(folder, order, step, notes)
        committed = options.git and _commit(folder, order, step, notes)
        order.destination.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(order.destination)
    return replace(made, locked=locked, committed=committed, notes=tuple(notes))


def preview(order: Order, options: Options, *, step: Callable[[str], None]) -> Made:
    """Return what `create` would make, rendered in the system's temporary folder; nothing else is written."""
    check_destination(order.destination)
    with tempfile.TemporaryDirectory(prefix="goldenpath-") as name:
        return _render(order, options, Path(name), step)


def _render(order: Order, options: Options, shop: Path, step: Callable[[str], None]) -> Made:
    step(f"Rendering {order.blueprint.name} {order.version}")
    template, folder = shop / "template", shop / "repo"
    answers = parse_answers(order.answers, order.template.questions, where="answers")
    order.template.write(template)
    origin = Origin(url=order.source.url, commit=f"v{order.version}")
    render(template, folder, answers, origin, ask=options.ask)
    files, executable = read_files(folder)
    tree = tree_id(files, executable)
    full = answers | read_answers(folder)
    record = standing.Record(
        standard=order.source.standard,
        ref=order.source.ref,
        blueprint=order.blueprint.name,
        version=order.version,
        tree=tree,
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


def _lock(folder: Path, order: Order, step: Callable[[str], None], notes: list[str]) -> bool:
    step("Locking the tested versions")
    done = lock(folder, order.blueprint.constraints)
    if not done.done:
        notes.append(f"Not locked: {done.reason}. Run `uv lock` in the repo later and commit uv.lock.")
    return done.done


def _commit(folder: Path, order: Order, step: Callable[[str], None], notes: list[str]) -> bool:
    """Commit everything and install the hooks; not inside another repo, whose folder it then is."""
    outer = enclosing_repo(order.destination)
    if outer:
        notes.append(f"No repo of its own: it is a folder of the repo at {outer}.")
        return False
    step("Committing")
    made_from = f"{order.blueprint.name} {order.version}"
    notes += first_commit(folder, f"Start from {made_from}\n\nGoldenpath-Blueprint: {made_from}\n")
    notes += install_hooks(folder)
    return True


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def version_of(blueprint: Blueprint) -> str:
    """Return the version that a blueprint's folder renders as: between releases `X.Y.Z.dev`."""
    return f"{blueprint.version}.dev"
