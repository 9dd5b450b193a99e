"""Finds columns that tell the target, for `begin`: a model would learn nothing but to read it off there."""

from collections.abc import Sequence

import polars as pl

from road.core.errors import UserError
from road.core.project import CLASSES, Project
from road.training.begin_profile import Profile

_SAME = 0.9999  # of the correlation of two columns of numbers


def check_leaks(found: Profile) -> None:
    """Refuse columns that equal the target, map one to one to it, or lie on a line with it; `UserError` names all."""
    names = [name for name, seen in found.columns.items() if seen.kind != "ignore" and not _is_number_key(found, name)]
    said = _leaks(found.frame.select(names), found.target["column"], is_class=found.task in CLASSES)
    if said:
        ignored = " ".join(f"--ignore {name}" for name in said)
        raise UserError(
            "\n  ".join(["the target is given away:", *said.values()])
            + f"\nis that known before the target is? if not, run this again with {ignored}"
        )


def find_leaks(features: pl.DataFrame, project: Project, inputs: Sequence[str]) -> dict[str, str]:
    """Say of each input that gives the target away how it does; the features are those that a model learns from."""
    target = project.wanted_target().column
    return _leaks(features.select(target, *inputs), target, is_class=project.task in CLASSES)


def _is_number_key(found: Profile, name: str) -> bool:
    """A number that names rows is no input, whatever it goes with."""
    return name in found.keys and found.columns[name].kind == "number"


def _leaks(frame: pl.DataFrame, target: str, *, is_class: bool) -> dict[str, str]:
    said = {name: _leak(frame[name], frame[target], is_class=is_class) for name in frame.columns if name != target}
    return {name: how for name, how in said.items() if how is not None}


def _leak(values: pl.Series, target: pl.Series, *, is_class: bool) -> str | None:
    name = values.name
    if _same(values, target):
        return f"{name} equals {target.name} in all rows"
    if is_class and _one_to_one(values, target):
        return f"{name} has one value for each value of {target.name}"
    if is_class and values.null_count() and _one_to_one(values.is_null(), target):
        return f"{name} is missing exactly where {target.name} has one of its values"
    if not is_class and values.dtype.is_numeric():
        strength = _correlation(values, target)
        if strength > _SAME:
            return f"{name} and {target.name} lie on a line: their correlation is {strength:.6f}"
    return None


def _same(values: pl.Series, target: pl.Series) -> bool:
    if values.null_count():
        return False
    if values.dtype.is_numeric() and target.dtype.is_numeric():
        return bool((values.cast(pl.Float64) == target.cast(pl.Float64)).all())
    return bool((values.cast(pl.String) == target.cast(pl.String)).all())


def _one_to_one(values: pl.Series, target: pl.Series) -> bool:
    pairs = pl.DataFrame({"value": values, "target": target}).unique()
    return pairs.height == target.n_unique() and pairs["value"].n_unique() == pairs.height


def _correlation(values: pl.Series, target: pl.Series) -> float:
    """How near two columns are to a line, by the rows that have both."""
    both = pl.DataFrame({"value": values.cast(pl.Float64), "target": target.cast(pl.Float64)}).drop_nulls()
    if both.height < 3 or both["value"].n_unique() < 2 or both["target"].n_unique() < 2:
        return 0.0
    strength = both.select(pl.corr("value", "target")).item()
    return abs(float(strength)) if strength is not None else 0.0
