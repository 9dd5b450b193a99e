"""Tells what a project is about from its rows, for `begin`: target and task, keys, time, columns and split."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from road.core.documents import nearest
from road.core.errors import UserError
from road.core.project import CLASSES, Task, duration_text
from road.training.begin_columns import Seen, category, describe
from road.training.begin_typing import as_labels, is_time

FEWEST_ROWS, FEWEST_OF_A_CLASS = 50, 5
_MOST_CLASSES = 50
_TEST = 0.2
_YES = ("1", "true", "yes", "y", "t", "positive", "pos")
_UNITS = (timedelta(days=7), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person says of the data: the target, and what can't or needn't be told from the rows."""

    target: str
    task: Task | None = None
    time: str | None = None
    keys: tuple[str, ...] = ()
    positive: str | None = None
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What `project.yaml` is to declare, and the rows as it declares them."""

    task: Task
    keys: tuple[str, ...]
    time: dict[str, Any] | None
    target: dict[str, Any]
    columns: dict[str, Seen]
    transforms: tuple[dict[str, Any], ...]
    split: dict[str, Any]
    frame: pl.DataFrame

    @property
    def kept(self) -> list[str]:
        """The columns that are used: all but the ignored ones, and keys."""
        return [name for name, seen in self.columns.items() if seen.kind != "ignore" or name in self.keys]


def profile(frame: pl.DataFrame, wishes: Wishes) -> Profile:
    """Tell it; `UserError` names what nothing can be learnt from."""
    _check_names(frame, wishes)
    if frame.height < FEWEST_ROWS:
        raise UserError(f"there are {frame.height} rows, and at least {FEWEST_ROWS} are wanted to learn and to judge")
    task = _task(frame[wishes.target], wishes)
    frame = _with_target(frame, wishes.target, task)
    keys = _keys(frame, wishes, task)
    columns = {name: _seen(frame, name, keys, wishes) for name in frame.columns}
    target, seen = _target(frame[wishes.target], task, wishes)
    columns[wishes.target] = seen
    _check_inputs(columns, keys, wishes)
    return Profile(
        task=task,
        keys=keys,
        time=_time(frame, keys, wishes, task),
        target=target,
        columns=columns,
        transforms=tuple(_transforms(frame, columns, wishes, task)),
        split=_split(frame, columns, keys, wishes),
        frame=frame,
    )


def _check_names(frame: pl.DataFrame, wishes: Wishes) -> None:
    asked = [("--target", wishes.target), *(("--key", key) for key in wishes.keys)]
    if wishes.time is not None:
        asked.append(("--time", wishes.time))
    for option, name in asked:
        if name not in frame.columns:
            said = nearest(name, frame.columns) or f": it has {', '.join(frame.columns)}"
            raise UserError(f"{option} {name}: the data has no such column{said}")
    if wishes.target in (*wishes.keys, wishes.time):
        raise UserError(f"--target {wishes.target}: what is predicted can't name the row, or say when it is of")
    if wishes.time is not None and not is_time(frame.schema[wishes.time]):
        raise UserError(f"--time {wishes.time}: it holds no dates or times such as 2026-01-31T08:00")
    for name in [*wishes.keys, *([wishes.time] if wishes.time else [])]:
        gaps = frame[name].null_count()
        if gaps:
            raise UserError(f"{name} is missing in {gaps:,} rows, and it is to name them")


def _task(values: pl.Series, wishes: Wishes) -> Task:
    """Take the task that is wished, or tell it by the target; `UserError` where the target doesn't fit."""
    name, count = values.name, values.n_unique()
    gaps = values.null_count()
    if gaps:
        raise UserError(f"--target {name}: it is missing in {gaps:,} of {values.len():,} rows: leave these rows out")
    if count < 2:
        raise UserError(f"--target {name}: it is {values[0]} in all rows, so there is nothing to learn")
    task = wishes.task or _told(values, count, wishes)
    if task == "forecasting" and wishes.time is None:
        raise UserError("forecasting wants --time: which column says when a row is of?")
    if task in CLASSES:
        _check_classes(values, task)
    elif not values.dtype.is_numeric():
        raise UserError(f"--target {name}: {task} wants a number, and it holds such as {values[0]!r}")
    if wishes.positive is not None and task != "binary":
        raise UserError(f"--positive goes with the task binary, and this is {task}")
    return task


def _told(values: pl.Series, count: int, wishes: Wishes) -> Task:
    if wishes.time is not None and values.dtype.is_numeric():
        return "forecasting"
    if count == 2:
        return "binary"
    whole = values.dtype.is_integer() and count <= 10 and values.len() >= 20 * count
    return "multiclass" if whole or not values.dtype.is_numeric() else "regression"


def _check_classes(values: pl.Series, task: Task) -> None:
    counts = as_labels(values).value_counts(sort=True)
    labels, sizes = counts[values.name].to_list(), counts["count"].to_list()
    if task == "binary" and len(labels) != 2:
        some = ", ".join(labels[:5]) + (" ..." if len(labels) > 5 else "")
        raise UserError(f"--target {values.name}: binary wants two values, and it has {len(labels)}: {some}")
    if task == "multiclass" and len(labels) == 2:
        raise UserError(f"--target {values.name}: it has two values, {labels[0]} and {labels[1]}: say --task binary")
    if len(labels) > _MOST_CLASSES:
        raise UserError(f"--target {values.name}: it has {len(labels)} values, at most {_MOST_CLASSES} can be classes")
    few = [f"{label} ({size})" for label, size in zip(labels, sizes, strict=True) if size < FEWEST_OF_A_CLASS]
    if few:
        raise UserError(
            f"--target {values.name}: fewer than {FEWEST_OF_A_CLASS} rows are of {', '.join(few)}: "
            "gather more of them, or leave them out"
        )


def _with_target(frame: pl.DataFrame, target: str, task: Task) -> pl.DataFrame:
    return frame.with_columns(as_labels(frame[target]).alias(target)) if task in CLASSES else frame


def _keys(frame: pl.DataFrame, wishes: Wishes, task: Task) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(wishes.keys))
    if task == "forecasting" and wishes.time is not None and wishes.time not in keys:
        keys = (*keys, wishes.time)
    if not keys:
        return ()
    again = frame.filter(pl.struct(keys).is_duplicated())
    if again.is_empty():
        return keys
    first = ", ".join(f"{key}={again[key][0]}" for key in keys)
    hint = "name what tells them apart with --key"
    raise UserError(
        f"keys repeat: {again.height:,} rows share {' and '.join(keys)} with another, such as {first}: {hint}"
    )


def _seen(frame: pl.DataFrame, name: str, keys: tuple[str, ...], wishes: Wishes) -> Seen:
    if name == wishes.time:
        return Seen(kind="datetime")
    seen = describe(frame[name], is_key=name in keys)
    if name in wishes.ignored and name not in keys and seen.kind != "ignore":
        return Seen(kind="ignore", reason="as you say")
    return seen


def _target(values: pl.Series, task: Task, wishes: Wishes) -> tuple[dict[str, Any], Seen]:
    if task not in CLASSES:
        seen = describe(values, is_key=False, is_target=True)
        low: Any = values.min()
        return {"column": values.name, **({"minimum": 0} if low >= 0 else {})}, seen
    seen = category(values)
    if task == "multiclass":
        return {"column": values.name}, seen
    return {"column": values.name, "positive": _positive(values, seen.values, wishes)}, seen


def _positive(values: pl.Series, labels: tuple[str, ...], wishes: Wishes) -> str:
    """The label that is looked for: as wished, else the one that says yes, else the rarer one."""
    if wishes.positive is not None:
        if wishes.positive in labels:
            return wishes.positive
        said = nearest(wishes.positive, labels) or f": it is {' or '.join(labels)}"
        raise UserError(f"--positive {wishes.positive}: {values.name} has no such value{said}")
    yes = [label for label in labels if label.lower() in _YES]
    rarest: str = values.value_counts(sort=True)[values.name][-1]
    return yes[0] if len(yes) == 1 else rarest


def _check_inputs(columns: dict[str, Seen], keys: tuple[str, ...], wishes: Wishes) -> None:
    names = [name for name in columns if name not in (wishes.target, wishes.time)]
    names = [name for name in names if not (name in keys and columns[name].kind != "category")]
    if wishes.time is None and all(columns[name].kind == "ignore" for name in names):
        raise UserError("no column is left to predict from: each is a key, the target, or can't be used")


def _time(frame: pl.DataFrame, keys: tuple[str, ...], wishes: Wishes, task: Task) -> dict[str, Any] | None:
    if wishes.time is None:
        return None
    step = _step(frame, wishes.time, [key for key in keys if key != wishes.time]) if task == "forecasting" else None
    return {"column": wishes.time, **({"step": duration_text(step)} if step else {})}


def _step(frame: pl.DataFrame, time: str, names: list[str]) -> timedelta | None:
    """The distance between rows of a series, where it is the same everywhere."""
    distance = pl.col(time).diff().over(names) if names else pl.col(time).diff()
    steps = frame.sort(*names, time).select(distance.alias("step"))["step"].drop_nulls().unique().to_list()
    whole = len(steps) == 1 and steps[0] >= timedelta(seconds=1) and not steps[0].microseconds
    return steps[0] if whole else None


def _transforms(frame: pl.DataFrame, columns: dict[str, Seen], wishes: Wishes, task: Task) -> list[dict[str, Any]]:
    """Parts of each time; of the time of a row itself only where a forecast hangs on the calendar."""
    found = []
    for name, seen in columns.items():
        if seen.kind != "datetime" or (name == wishes.time and task != "forecasting"):
            continue
        parts = [part for part in _parts(frame[name]) if f"{name}_{part}" not in columns]
        if parts:
            found.append({"date_parts": name, "parts": parts})
    return found


def _parts(times: pl.Series) -> list[str]:
    """The parts that differ between rows."""
    asked = {
        "year": times.dt.year(),
        "month": times.dt.month(),
        "weekday": times.dt.weekday(),
        "hour": times.dt.hour(),
    }
    return [part for part, values in asked.items() if values.drop_nulls().n_unique() > 1]


def _split(frame: pl.DataFrame, columns: dict[str, Seen], keys: tuple[str, ...], wishes: Wishes) -> dict[str, Any]:
    if wishes.time is None:
        on = keys or tuple(name for name, seen in columns.items() if seen.kind != "ignore" and name != wishes.target)
        return {"by": "hash", "on": list(on), "test": _TEST}
    times = frame[wishes.time]
    first: datetime = times.min()  # type: ignore[assignment]
    last: datetime = times.max()  # type: ignore[assignment]
    share = (last - first) * _TEST
    unit = next((unit for unit in _UNITS if share >= 3 * unit), _UNITS[-1])
    return {"by": "time", "test": duration_text(max(round(share / unit), 1) * unit)}
