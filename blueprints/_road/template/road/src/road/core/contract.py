"""The data contract: what columns and rows must hold, as `project.yaml` declares them.

Training refuses data that breaks it, and says where. Batch inference takes the rows out that break it, with the
reasons. Both ask the same questions, so that what is learnt from and what is scored can't differ.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, Self

import polars as pl

from road.core.errors import UserError
from road.core.manifest import Column as Input
from road.core.project import Column, Project

_SHOWN = 3
_KINDS: dict[str, pl.DataType] = {"category": pl.String(), "datetime": pl.Datetime("us")}


class ContractError(UserError):
    """The data breaks its contract; the message says how and in which rows."""


class Check(Protocol):
    """Hook `checks`: more of the contract than columns can say."""

    def __call__(self, frame: pl.DataFrame) -> Iterable[str]:
        """Give what is wrong with the data as a whole, a sentence each; nothing where it is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The rows that keep the contract, the rows that don't with their reasons, and how often each reason came."""

    good: pl.DataFrame
    bad: pl.DataFrame
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What some columns must hold, and the columns that name a row."""

    keys: tuple[str, ...]
    columns: Mapping[str, Column]
    ignored: frozenset[str] = frozenset()

    @classmethod
    def of(cls, project: Project) -> Self:
        """The contract of the data that a project declares."""
        if not project.columns:
            raise UserError("project.yaml has no columns: what must the data hold?")
        ignored = frozenset(name for name, column in project.columns.items() if column.type == "ignore")
        kept = {name: column for name, column in project.columns.items() if name not in ignored}
        return cls(keys=project.keys, columns=kept, ignored=ignored)

    def for_inputs(self, inputs: Iterable[Input]) -> "Contract":
        """The same for what a model takes: it says what may be missing and which values it knows.

        Of a column that isn't declared it says everything.
        """
        wanted = {each.name: each for each in inputs}
        narrowed = {name: _narrowed(self.columns.get(name), each) for name, each in wanted.items()}
        rest = {name: self.columns[name] for name in self.keys if name in self.columns and name not in wanted}
        return replace(self, columns={**rest, **narrowed})

    @property
    def fingerprint(self) -> str:
        """Names this version of the contract: with another one, rows are to be judged anew."""
        said = [f"{name} {column.model_dump_json()}" for name, column in self.columns.items()]
        return hashlib.sha256("\n".join([*self.keys, *said]).encode()).hexdigest()

    def check_schema(self, schema: pl.Schema, *, strict: bool = False) -> list[str]:
        """Say which columns are missing or of another type; with `strict`, which are unknown too."""
        wanted = dict.fromkeys([*self.keys, *self.columns])
        missing = [f"{name}: the column is missing" for name in wanted if name not in schema]
        known = {*wanted, *self.ignored}
        unknown = [f"{name}: the column is unknown" for name in schema if name not in known]
        wrong = [
            f"{name}: has type {schema[name]}, wanted {column.type}"
            for name, column in self.columns.items()
            if name in schema and not _is(schema[name], column.type)
        ]
        return [*missing, *wrong, *(unknown if strict else [])]

    def cast(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Give each category as text, and each datetime to the microsecond: as a model takes them.

        What is true or false is called so, in lower case; a date is its midnight; what is no number is missing.
        """
        there = {name: each.type for name, each in self.columns.items() if name in frame.columns}
        return frame.with_columns(
            pl.col(name).fill_nan(None) if kind == "number" else pl.col(name).cast(_KINDS[kind])
            for name, kind in there.items()
            if kind in _KINDS or frame.schema[name].is_float()
        )

    def questions(self) -> dict[str, tuple[str, pl.Expr]]:
        """Each reason, the column that it is about ("" for the row), and the rows that it takes out.

        An expression that is null counts as broken.
        """
        found: dict[str, tuple[str, pl.Expr]] = {}
        if self.keys:
            reason = f"{' and '.join(self.keys)} {'come' if len(self.keys) > 1 else 'comes'} twice"
            found[reason] = ("", pl.struct(self.keys).is_duplicated())
        for name in self.keys:
            if name not in self.columns:  # ignored, or not declared: any value will do
                found[f"{name} is missing"] = (name, pl.col(name).is_null())
        for name, column in self.columns.items():
            found |= {reason: (name, broken) for reason, broken in _questions(name, column)}
        return found

    def sort(self, frame: pl.DataFrame, more: Mapping[str, pl.Expr] | None = None) -> Sorted:
        """Part the rows that keep the contract from those that don't; `more` are further reasons."""
        asked = {
            **(more or {}),
            **{reason: broken for reason, (_, broken) in self.questions().items()},
        }
        broken = frame.select(each.fill_null(value=True).alias(why) for why, each in asked.items())
        if not asked:
            return Sorted(good=frame, bad=_explained(frame.clear(), broken), reasons={})
        is_bad = broken.select(pl.any_horizontal(pl.all())).to_series()
        if not is_bad.any():
            return Sorted(good=frame, bad=_explained(frame.clear(), broken.clear()), reasons={})
        counts = broken.sum().row(0, named=True)
        return Sorted(
            good=frame.filter(~is_bad),
            bad=_explained(frame.filter(is_bad), broken.filter(is_bad)),
            reasons={why: count for why, count in counts.items() if count},
        )

    def problems(self, frame: pl.DataFrame, more: Mapping[str, pl.Expr] | None = None) -> list[str]:
        """Say all that is wrong with some data, with the first rows of each kind."""
        wrong = self.check_schema(frame.schema, strict=True)
        if wrong:
            return wrong
        asked = {**self.questions(), **{why: ("", broken) for why, broken in (more or {}).items()}}
        found = []
        for reason, (name, broken) in asked.items():
            rows = frame.select(broken.fill_null(value=True).arg_true()).to_series().to_list()
            if rows:
                found.append(self._told(frame, reason, name, rows))
        return found

    def _told(self, frame: pl.DataFrame, reason: str, name: str, rows: list[int]) -> str:
        names = [*self.keys, *([name] if name and name not in self.keys else [])]
        shown = "; ".join(_shown(frame, row, names) for row in rows[:_SHOWN])
        count = f"{len(rows):,} row{'s' if len(rows) > 1 else ''}"
        return f"{reason} in {count}: {shown}{' ...' if len(rows) > _SHOWN else ''}"


def _questions(name: str, column: Column) -> Iterable[tuple[str, pl.Expr]]:
    value = pl.col(name)
    if column.type == "category":
        gone = value.is_null()
        if column.unknown is None:
            known = value.cast(pl.String).is_in(column.values)
            yield f"{name} is none of {', '.join(column.values)}", ~known & ~gone
    elif column.type == "number":
        number = value.cast(pl.Float32)
        gone = number.is_null() | number.is_nan()
        if column.range is not None:
            low, high = column.range
            outside = (~number.is_between(low, high) & ~gone).fill_null(value=False)
            yield f"{name} is outside {low:g} to {high:g}", outside
        else:
            yield f"{name} is infinite", number.is_infinite().fill_null(value=False)
    else:
        gone = value.is_null()
    if not column.nullable:
        yield f"{name} is missing", gone


def _narrowed(column: Column | None, taken: Input) -> Column:
    of_model = Column(
        type=taken.kind,
        range=taken.range,
        values=tuple(taken.values),
        unknown=taken.unknown,
        nullable=taken.nullable,
    )
    return of_model if column is None else of_model.model_copy(update={"range": column.range})


def _explained(rows: pl.DataFrame, broken: pl.DataFrame) -> pl.DataFrame:
    """Rows with one more column that says why they were taken out."""
    if not broken.columns:
        return rows.with_columns(reasons=pl.lit("", dtype=pl.String))
    reasons = [pl.when(pl.col(name)).then(pl.lit(name, dtype=pl.String)) for name in broken.columns]
    said = broken.select(pl.concat_str(reasons, separator="; ", ignore_nulls=True).alias("reasons"))
    return rows.hstack(said)


def _shown(frame: pl.DataFrame, row: int, names: list[str]) -> str:
    values = frame.row(row, named=True)
    return f"row {row} ({', '.join(f'{name}={values[name]}' for name in names)})"


def _is(dtype: pl.DataType, kind: str) -> bool:
    if kind == "datetime":
        return dtype == pl.Date or (isinstance(dtype, pl.Datetime) and dtype.time_zone is None)
    if kind == "number":
        return dtype.is_numeric()
    return dtype in (pl.String, pl.Categorical, pl.Enum, pl.Boolean) or dtype.is_integer()
