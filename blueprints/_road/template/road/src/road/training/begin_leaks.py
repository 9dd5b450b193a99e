"""Finds columns that tell the target, for `begin`: a model would learn nothing but to read it off there."""

from collections.abc import Iterator

import polars as pl

from road.core.errors import UserError
from road.core.project import CLASSES
from road.training.begin_profile import Profile

_SAME = 0.9999  # of the correlation of two columns of numbers


def check_leaks(found: Profile) -> None:
    """Refuse columns that equal the target, map one to one to it, or are a line of it; `UserError` names all."""
    said = dict(_leaks(found))
    if said:
        ignored = " ".join(f"--ignore {name}" for name in said)
        raise UserError(
            "\n  ".join(["the target is given away:", *said.values()])
            + f"\nis that known before the target is? if not, run this again with {ignored}"
        )


def _leaks(found: Profile) -> Iterator[tuple[str, str]]:
    target = found.frame[found.target["column"]]
    for name, seen in found.columns.items():
        if name == target.name or seen.kind == "ignore":
            continue
        values = found.frame[name]
        if _same(values, target):
            yield name, f"{name} equals {target.name} in all rows"
        elif found.task in CLASSES and _one_to_one(values, target):
            yield name, f"{name} has one value for each value of {target.name}"
        elif found.task in CLASSES and values.null_count() and _one_to_one(values.is_null(), target):
            yield name, f"{name} is missing exactly where {target.name} has one of its values"
        elif found.task not in CLASSES and name not in found.keys and values.dtype.is_numeric():
            strength = _correlation(values, target)
            if strength > _SAME:
                yield name, f"{name} and {target.name} lie on a line: their correlation is {strength:.6f}"


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
