"""Row-wise features that are declared, not programmed: a closed set of transforms of a row's own values.

Training makes them, the bundle carries them, and batch and serving run them again by this same code, so that what a
model learnt from and what it is asked with can't differ. They work on columns of numpy: numbers as float64 with NaN
where a value is missing, datetimes as datetime64[us] with NaT.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, Tag, model_validator

from road.core.date_parts import PARTS, Part
from road.core.documents import Section

Columns = Mapping[str, NDArray[Any]]
Numbers = NDArray[np.float64]
Name = Annotated[str, Field(min_length=1)]
Kind = Literal["number", "datetime"]

_UNITS = {"days": 86_400e6, "hours": 3_600e6, "minutes": 60e6, "seconds": 1e6}  # microseconds


class Transform(Section):
    """One transform: what it takes, and the numbers that it gives, each a feature of its own."""

    def takes(self) -> dict[str, Kind]:
        """The columns that it reads, with the type that each must have."""
        raise NotImplementedError

    def gives(self) -> tuple[str, ...]:
        """The names of the features that it makes."""
        raise NotImplementedError

    def run(self, columns: Columns) -> Iterator[Numbers]:
        """Give the features, in the order of their names."""
        raise NotImplementedError


class DateParts(Transform):
    """Parts of a date and time; Monday is 1, weeks are those of ISO 8601."""

    date_parts: Name
    parts: tuple[Part, ...] = Field(default=("month", "weekday"), min_length=1)

    def takes(self) -> dict[str, Kind]:
        """One datetime."""
        return {self.date_parts: "datetime"}

    def gives(self) -> tuple[str, ...]:
        """A name for each part."""
        return tuple(f"{self.date_parts}_{part}" for part in self.parts)

    def run(self, columns: Columns) -> Iterator[Numbers]:
        """Count each part from its usual beginning."""
        times = columns[self.date_parts].astype("datetime64[us]")
        for part in self.parts:
            yield np.where(np.isnat(times), np.nan, PARTS[part](times).astype(np.float64))


class Log(Transform):
    """The logarithm of one more than a number; missing for what is -1 or less."""

    log: Name

    def takes(self) -> dict[str, Kind]:
        """One number."""
        return {self.log: "number"}

    def gives(self) -> tuple[str, ...]:
        """One name."""
        return (f"{self.log}_log",)

    def run(self, columns: Columns) -> Iterator[Numbers]:
        """Give log(1 + x)."""
        values = columns[self.log]
        yield np.log1p(np.where(values > -1, values, np.nan))


class Ratio(Transform):
    """One number over another; missing where the other is zero."""

    ratio: tuple[Name, Name]

    def takes(self) -> dict[str, Kind]:
        """Two numbers."""
        return dict.fromkeys(self.ratio, "number")

    def gives(self) -> tuple[str, ...]:
        """One name."""
        return (f"{self.ratio[0]}_per_{self.ratio[1]}",)

    def run(self, columns: Columns) -> Iterator[Numbers]:
        """Give a / b."""
        above, below = (columns[name] for name in self.ratio)
        yield above / np.where(below == 0, np.nan, below)


class Difference(Transform):
    """One number less another, or the time between two datetimes in some unit."""

    difference: tuple[Name, Name]
    unit: Literal["days", "hours", "minutes", "seconds"] | None = Field(
        default=None, description="Of two datetimes; without it, of two numbers."
    )

    def takes(self) -> dict[str, Kind]:
        """Two numbers, or two datetimes."""
        return dict.fromkeys(self.difference, "datetime" if self.unit else "number")

    def gives(self) -> tuple[str, ...]:
        """One name."""
        return (f"{self.difference[0]}_minus_{self.difference[1]}",)

    def run(self, columns: Columns) -> Iterator[Numbers]:
        """Give a - b."""
        one, other = (columns[name] for name in self.difference)
        if self.unit is None:
            yield one - other
            return
        apart = one.astype("datetime64[us]") - other.astype("datetime64[us]")
        yield np.where(np.isnat(apart), np.nan, apart.astype(np.float64) / _UNITS[self.unit])


class Bins(Transform):
    """Which of some ranges a number is in, counted from 0; an edge belongs to the range above it."""

    bins: Name
    edges: tuple[float, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ascend(self) -> "Bins":
        if any(one >= other for one, other in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError("edges ascend, each once")
        return self

    def takes(self) -> dict[str, Kind]:
        """One number."""
        return {self.bins: "number"}

    def gives(self) -> tuple[str, ...]:
        """One name."""
        return (f"{self.bins}_bin",)

    def run(self, columns: Columns) -> Iterator[Numbers]:
        """Count the edges that are not above the number."""
        values = columns[self.bins]
        found = np.searchsorted(np.asarray(self.edges), values, side="right").astype(np.float64)
        yield np.where(np.isnan(values), np.nan, found)


class Clip(Transform):
    """A number kept within a range."""

    clip: Name
    range: tuple[float, float]

    @model_validator(mode="after")
    def _ascends(self) -> "Clip":
        if self.range[0] > self.range[1]:
            raise ValueError(f"range goes from {self.range[0]:g} down to {self.range[1]:g}")
        return self

    def takes(self) -> dict[str, Kind]:
        """One number."""
        return {self.clip: "number"}

    def gives(self) -> tuple[str, ...]:
        """One name."""
        return (f"{self.clip}_clipped",)

    def run(self, columns: Columns) -> Iterator[Numbers]:
        """Give the number, or the end that it is beyond."""
        yield np.clip(columns[self.clip], *self.range)


class Cycle(Transform):
    """Where a number stands on a circle, as sine and cosine: hour 23 is as near to 0 as hour 1 is."""

    cycle: Name
    period: float = Field(gt=0)

    def takes(self) -> dict[str, Kind]:
        """One number."""
        return {self.cycle: "number"}

    def gives(self) -> tuple[str, ...]:
        """Two names."""
        return (f"{self.cycle}_sin", f"{self.cycle}_cos")

    def run(self, columns: Columns) -> Iterator[Numbers]:
        """Give both."""
        angle = columns[self.cycle] * (2 * np.pi / self.period)
        yield np.sin(angle)
        yield np.cos(angle)


class Missing(Transform):
    """1 where a value is missing, else 0."""

    missing: Name

    def takes(self) -> dict[str, Kind]:
        """One number."""
        return {self.missing: "number"}

    def gives(self) -> tuple[str, ...]:
        """One name."""
        return (f"{self.missing}_missing",)

    def run(self, columns: Columns) -> Iterator[Numbers]:
        """Give 1 or 0."""
        yield np.isnan(columns[self.missing]).astype(np.float64)


_KINDS = ("date_parts", "log", "ratio", "difference", "bins", "clip", "cycle", "missing")


def _kind(value: object) -> str | None:
    """Tell a declared transform by the key that it is named after."""
    keys = value if isinstance(value, dict) else vars(value) if isinstance(value, Transform) else {}
    return next((name for name in _KINDS if name in keys), None)


AnyTransform = Annotated[
    Annotated[DateParts, Tag("date_parts")]
    | Annotated[Log, Tag("log")]
    | Annotated[Ratio, Tag("ratio")]
    | Annotated[Difference, Tag("difference")]
    | Annotated[Bins, Tag("bins")]
    | Annotated[Clip, Tag("clip")]
    | Annotated[Cycle, Tag("cycle")]
    | Annotated[Missing, Tag("missing")],
    Discriminator(
        _kind,
        custom_error_type="transform",
        custom_error_message=f"this is no transform: name one of {', '.join(_KINDS)}",
    ),
]


def run_all(transforms: Iterable[Transform], columns: Columns) -> dict[str, Numbers]:
    """Run transforms over columns, and give their features by name, in the order in which they are declared."""
    found: dict[str, Numbers] = {}
    with np.errstate(all="ignore"):  # what can't be computed is missing
        for transform in transforms:
            found |= dict(zip(transform.gives(), transform.run(columns), strict=True))
    return found


def names_of(transforms: Iterable[Transform]) -> tuple[str, ...]:
    """Give the names of all features that some transforms make."""
    return tuple(name for transform in transforms for name in transform.gives())
