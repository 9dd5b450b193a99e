"""Begins to score a panel with a bundle: names both, declares what rows must hold, and tries the first partition.

What people declared otherwise is shown and kept, unless they force it.
"""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from road.batch.declaring import as_project, column_of, loses_nothing, read_declared, with_declared
from road.batch.partitions import CSV, BadPartitionError, Partition, find_partitions, read_content
from road.batch.reading import read_all
from road.batch.rules import Rules
from road.core.begin import diff, open_places, read_text, take_bundle, write_text
from road.core.bundle import Bundle
from road.core.documents import nearest
from road.core.errors import UserError
from road.core.location import find_release
from road.core.project import Column
from road.core.texts import as_declared

PROJECT = Path("project.yaml")
_DAY = re.compile(r"(\w+)=\d{4}-\d\d-\d\d")
_CODE = r"^[+-]?0\d"  # of digits, such as 00123: no number begins so


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What is to be scored, and the rows of its first partition that can be read, as they were read."""

    path: Path
    partitions: tuple[Partition, ...]
    first: Partition
    rows: pl.DataFrame


def begin(options: argparse.Namespace, _: object) -> int:
    """Do as the command line says; exit code 1 where people declared something else, which is kept."""
    bundle = find_release(options.bundle).load()
    panel = None if options.rows is None else read_panel(options.rows)
    text = read_text(PROJECT) if PROJECT.is_file() else ""
    now = read_declared(text)
    wanted = declared(bundle, panel, tuple(options.key), now)
    changed = with_declared(text, wanted) if _differ(now, wanted) else text
    project = as_project(changed)
    said = None if panel is None else tried(panel, Rules.of(project, bundle.manifest))
    settings = {} if panel is None else {"panel": panel.path.as_posix()}
    begun = take_bundle(options.bundle, force=options.force, bundle=bundle, settings=settings)
    kept = not (options.force or loses_nothing(now, wanted))
    if kept:
        print(f"{PROJECT} is kept, since it declares something else; with --force it becomes:\n")
        print(diff(PROJECT, text, changed))
    else:
        write_text(PROJECT, text, changed)
    _tell(bundle, wanted, said, open_places(begun.brief))
    return 1 if kept or begun.kept else 0


def read_panel(path: Path) -> Panel:
    """Find the partitions of a panel and read the first that can be read; `UserError` where none can."""
    partitions = find_partitions(path, None)
    why = ""
    for partition in partitions:
        try:
            rows = read_all(read_content(partition))
        except BadPartitionError as error:
            why = why or f"{partition.name} {error}"
            continue
        return Panel(path=path, partitions=tuple(partitions), first=partition, rows=rows)
    raise UserError(f"{path} can't be scored: {why}")


def declared(bundle: Bundle, panel: Panel | None, keys: Sequence[str], now: Mapping[str, Any]) -> dict[str, Any]:
    """Say what `project.yaml` is to declare of a panel for a model; what isn't told anew stays as it is now."""
    named = list(keys) or [key for key in now.get("keys", []) if panel is None or key in panel.rows.columns]
    for key in named:
        if panel is not None and key not in panel.rows.columns:
            said = nearest(key, panel.rows.columns) or f": it has {', '.join(panel.rows.columns)}"
            raise UserError(f"--key {key}: the panel has no such column{said}")
    days = {key: now[key] for key in ("time", "partitions") if key in now} if panel is None else _days(panel, named)
    wanted: dict[str, Any] = {"keys": named} if named else {}
    wanted |= days
    before = now.get("columns", {})
    columns: dict[str, Any] = {}
    for name in [*named, *([days["time"]["column"]] if "time" in days else [])]:
        kept = before.get(name, "ignore")
        columns[name] = kept if panel is None else _type_of(panel.rows[name], is_text=_is_text(panel, name))
    columns |= {each.name: column_of(each) for each in bundle.manifest.inputs}
    ignored = {name: each for name, each in before.items() if each in ("ignore", {"type": "ignore"})}
    return wanted | {"columns": {**columns, **{name: each for name, each in ignored.items() if name not in columns}}}


def tried(panel: Panel, rules: Rules) -> list[str]:
    """Say how the first partition keeps the contract; `UserError` where it can't be scored at all."""
    try:
        found = rules.sort(panel.first, rules.read(read_content(panel.first)))
    except BadPartitionError as error:
        raise UserError(f"{panel.path}: {panel.first.name} can't be scored with this model: {error}") from error
    rows = sum(partition.rows for partition in panel.partitions)
    good, bad = found.good.height, found.bad.height
    count = f"{len(panel.partitions):,} partition{'s' if len(panel.partitions) > 1 else ''} with {rows:,} rows"
    first = f"{count}; {good:,} of {good + bad:,} rows of {panel.first.name} keep the contract"
    return [first, *(f"{count:,} x {reason}" for reason, count in found.reasons.items())]


def _differ(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return not (loses_nothing(now, wanted) and loses_nothing(wanted, now))


def _days(panel: Panel, keys: Sequence[str]) -> dict[str, Any]:
    """Declare partitions of a day, where all folders are named so and a column holds times of theirs."""
    names = [_DAY.fullmatch(partition.name) for partition in panel.partitions]
    called = {name[1] if name else None for name in names}
    if len(called) != 1 or None in called:
        return {}
    found = [name for name in _times(panel) if (panel.rows[name].dt.date() == panel.first.day).all()]
    found.sort(key=lambda name: name not in keys)
    if not found:
        return {}
    return {"time": {"column": found[0]}, "partitions": {"name": called.pop(), "of": "day"}}


def _times(panel: Panel) -> list[str]:
    rows = panel.rows
    return [
        name for name in rows.columns if _type_of(rows[name], is_text=_is_text(panel, name)) == {"type": "datetime"}
    ]


def _type_of(values: pl.Series, *, is_text: bool) -> Any:
    """Declare a column of the panel that the model doesn't take; of a text any value will do."""
    dtype = values.dtype
    if not is_text:
        if dtype.is_numeric():
            return {"type": "number"}
        return {"type": "datetime"} if isinstance(dtype, pl.Date | pl.Datetime) else "ignore"
    for kind in ("number", "datetime"):
        column = Column.model_validate({"type": kind})
        is_code = kind == "number" and values.str.contains(_CODE).any()
        if not is_code and as_declared(values, column).null_count() == 0:
            return {"type": kind}
    return "ignore"


def _is_text(panel: Panel, name: str) -> bool:
    return panel.rows.schema[name] == pl.String and any(file.suffix == CSV for file in panel.first.files)


def _tell(bundle: Bundle, wanted: Mapping[str, Any], said: Sequence[str] | None, places: Sequence[str]) -> None:
    output = bundle.manifest.output
    print(f"model       takes {', '.join(bundle.names)}, and gives {output.name}")
    first, *reasons = said or ["none named yet: settings.toml says where it is"]
    print(f"panel       {first}")
    for reason in reasons:
        print(f"            {reason}")
    beside = (
        f"{', '.join(wanted['keys'])}" if "keys" in wanted else "what the model takes; name columns with --key instead"
    )
    print(f"output      the prediction, and beside it {beside}")
    for at, place in enumerate(places):
        print(f"{'open' if at == 0 else '':12}{place}")
    print("next        fill in what is open, then `plan` and `score`" if places else "next        `plan` and `score`")
