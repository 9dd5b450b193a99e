"""Rows like those of training, made of what the bundle says of its inputs: for examples, warm-up and load tests."""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from road.core.manifest import Column, Manifest
from road.core.reference import Distribution

Row = dict[str, float | str | None]

_SOME_DAY = datetime(2026, 1, 31, 8)  # where nothing says when training was


def typical_row(manifest: Manifest) -> dict[str, float | str]:
    """A row as a client sends it: the first category, the middle of a distribution, the end of training."""
    row: dict[str, float | str] = {}
    for column in manifest.inputs:
        if column.kind == "category":
            row[column.name] = column.values[0]
        elif column.kind == "datetime":
            row[column.name] = _text(_period(column, manifest)[1])
        else:
            row[column.name] = _middle(manifest.features.get(column.name))
    return row


def sample_rows(manifest: Manifest, count: int) -> list[Row]:
    """Rows from the reference of each input alone, always the same ones."""
    random = np.random.default_rng(0)
    drawn = {column.name: _draw(column, manifest, count, random) for column in manifest.inputs}
    return [{name: values[at] for name, values in drawn.items()} for at in range(count)]


def _middle(reference: Distribution | None) -> float:
    edges = [] if reference is None else reference.edges
    return float(f"{edges[len(edges) // 2]:.6g}") if edges else 0.0


def _draw(column: Column, manifest: Manifest, count: int, random: np.random.Generator) -> list[float | str | None]:
    reference = manifest.features.get(column.name)
    if column.kind == "datetime":
        return _times(column, manifest, count, random)
    drawn: list[float | str]
    if column.kind == "category":
        drawn = _categories(column, reference, count, random)
    else:
        drawn = _numbers(column, reference, count, random)
    share = reference.missing if reference is not None and column.nullable else 0.0
    gone = random.random(count) < share
    return [None if missing else value for value, missing in zip(drawn, gone, strict=True)]


def _categories(
    column: Column, reference: Distribution | None, count: int, random: np.random.Generator
) -> list[float | str]:
    """Values as often as their codes came; those of one bin alike."""
    codes = np.arange(len(column.values))
    shares = np.ones(codes.size)
    if reference is not None and reference.edges:
        bins = np.searchsorted(reference.edges, codes, side="right")
        shares = np.asarray(reference.shares)[bins] / np.bincount(bins)[bins]
    return [column.values[code] for code in random.choice(codes, count, p=_normal(shares))]


def _numbers(
    column: Column, reference: Distribution | None, count: int, random: np.random.Generator
) -> list[float | str]:
    if reference is None or not reference.edges:
        return [0.0] * count
    first, last = reference.edges[0], reference.edges[-1]
    step = (last - first) / len(reference.edges) or 1.0  # how far the outer bins may reach
    edges = np.asarray([first - step, *reference.edges, last + step])
    bins = random.choice(edges.size - 1, count, p=_normal(np.asarray(reference.shares)))
    drawn = random.uniform(edges[bins], edges[bins + 1])
    if column.range is not None:
        drawn = np.clip(drawn, *column.range)
    return [float(f"{value:.6g}") for value in drawn]


def _times(column: Column, manifest: Manifest, count: int, random: np.random.Generator) -> list[float | str | None]:
    first, last = _period(column, manifest)
    seconds = random.uniform(0, (last - first).total_seconds(), count)
    return [_text(first + timedelta(seconds=int(passed))) for passed in seconds]


def _period(column: Column, manifest: Manifest) -> tuple[datetime, datetime]:
    """When training was; without that, when the examples were."""
    data = manifest.data
    if data.trained_on is not None:
        return data.trained_on.first.replace(tzinfo=None), data.trained_on.last.replace(tzinfo=None)
    given = [row.get(column.name) for row in manifest.examples.rows]
    times = [datetime.fromisoformat(value) for value in given if isinstance(value, str)]
    return (min(times), max(times)) if times else (_SOME_DAY - timedelta(days=1), _SOME_DAY)


def _text(time: datetime) -> str:
    return time.isoformat(timespec="seconds")


def _normal(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    total = float(shares.sum())
    return shares / total if total else np.full(shares.size, 1 / shares.size)
