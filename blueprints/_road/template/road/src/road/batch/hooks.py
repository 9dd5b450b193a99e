"""The hooks of batch inference: what the project's own Python is called with, and what it gives.

`checks` has its protocol in `road.core.contract`, `commands` in `road.core.commands`. Hooks are called from several
threads at once, and must give the same for the same rows: a run that is resumed ends in the same bytes.
"""

import hashlib
import importlib
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

import polars as pl

from road.core.contract import Check
from road.core.errors import UserError
from road.core.hooks import load_hook
from road.core.project import Project

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Output(Protocol):
    """Hook `output`: the columns to write."""

    def __call__(self, rows: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
        """Give the output of a partition, a row for each row given and in their order.

        `rows` are those that keep the contract, with every column of `project.yaml` that the partition has; there may
        be none. `predictions` has a row for each of them. Of a number it has the column "prediction" (Float32, in the
        unit of the model's output). Of a class it has "prediction" (String: the label) and "probability" (Float32: of
        the positive label, or where there is none of the label given); with more than two labels also
        "probability_LABEL" for each.
        """


def load_checks(project: Project) -> tuple[Check, ...]:
    """Give the project's checks, each of which gives a list and raises nothing but `UserError`."""
    return tuple(_careful_check(reference) for reference in project.checks)


def load_output(project: Project, plain: Output) -> Output:
    """Give the project's output, which raises nothing but `UserError`; `plain` where it has none."""
    return plain if project.output is None else _careful_output(project.output)


def identity(reference: str) -> str:
    """Name the code of a hook: every Python file of the package that it stands in, by content."""
    name = reference.partition(":")[0].partition(".")[0]
    digest = hashlib.sha256(reference.encode())
    for place, file in _sources(name):
        digest.update(f"\n{place} {hashlib.sha256(file.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()


def _sources(name: str) -> list[tuple[str, Path]]:
    module = importlib.import_module(name)
    folders = [Path(folder) for folder in getattr(module, "__path__", ())]
    if folders:
        found = [(file.relative_to(folder).as_posix(), file) for folder in folders for file in folder.rglob("*.py")]
        return sorted(found)
    return [(name, Path(module.__file__))] if module.__file__ else []


def _careful_check(reference: str) -> Check:
    check: Check = load_hook("checks", reference, Check)

    def careful(frame: pl.DataFrame) -> Iterable[str]:
        said = _call("checks", reference, lambda: _sentences(check(frame)))
        if said is None:
            raise UserError(f"project.yaml: checks: {reference} gives no sentences: let it give a list of them")
        return said

    return careful


def _careful_output(reference: str) -> Output:
    output: Output = load_hook("output", reference, Output)

    def careful(rows: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
        made = _call("output", reference, lambda: output(rows, predictions))
        if not isinstance(made, pl.DataFrame):
            raise UserError(f"project.yaml: output: {reference} gives {type(made).__name__}, not a DataFrame")
        if made.height != rows.height:
            raise UserError(f"project.yaml: output: {reference} gives {made.height} rows for {rows.height}")
        return made

    return careful


def _sentences(said: object) -> list[str] | None:
    """What a check gave, as a list; None where it is something else, such as a text alone."""
    if isinstance(said, str) or not isinstance(said, Iterable):
        return None
    sentences = list(said)
    return sentences if all(isinstance(each, str) for each in sentences) else None


def _call(key: str, reference: str, call: Callable[[], Result]) -> Result:
    """Call a hook; what it raises is a fault of its own, which stops the run, and is logged whole."""
    try:
        return call()
    except Exception as error:
        log.exception("hook failed", extra={"hook": key})
        raise UserError(f"project.yaml: {key}: {reference} failed: {error!r}") from error
