"""A row of a table that a third party's reader fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Value = str | int | float | bool | None
Values = Value | tuple[Value, ...]

PLACE = ("path", "line", "project")
"""What every row has beside the values of its table."""

RESERVED = frozenset((*PLACE, "aside", "table", "values", "of"))
"""Names that no value can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A row of a third party's table; its values are read as attributes, one that it lacks is None.

    `table` is the table's published name, `values` are sorted by name.
    """

    table: str
    values: tuple[tuple[str, Values], ...]
    path: str
    line: int | None = None
    project: str = ""

    @classmethod
    def of(cls, table: str, *, path: str, line: int | None = None, **values: Any) -> Extra:
        """Make a row of plain values: texts, numbers, booleans, None, and lists or tuples of them."""
        flat = ((name, tuple(value) if isinstance(value, list) else value) for name, value in values.items())
        return cls(table=table, values=tuple(sorted(flat)), path=path, line=line)

    def __getattr__(self, name: str) -> Values:
        if name.startswith("__"):
            raise AttributeError(name)  # what pickle and copy ask for isn't a value
        return dict(self.values).get(name)
