"""The rule kind `fact`: what the rows of a table of facts must say; the general one.

    fact: {table: containers, each: {user: {not_in: [root, "0"]}}, missing: fail}
    fact: {table: governance, any: {kind: codeowners}}
    fact: {table: models, none: {kind: [pickle, joblib]}}
    fact: {table: ci, count: {at_most: 1}}

`goldenpath facts --format json` shows the tables and their fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

from goldenpath.errors import did_you_mean, nearest
from goldenpath.facts import guests
from goldenpath.facts.model import TABLES
from goldenpath.policy import conditions, engine
from goldenpath.policy.base import STRICT, Missing, Outcome, SpecError
from goldenpath.policy.conditions import Demand, Demands  # noqa: TC001 - pydantic resolves the annotations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from goldenpath.facts.model import Record
    from goldenpath.policy.conditions import Condition
    from goldenpath.policy.subject import Subject

Selection = tuple[object, ...]

_QUANTIFIERS = ("each", "any", "any_of", "none", "none_of", "count")
_LONGEST = 80  # of an item of a list that a finding shows
_MIB = 1024 * 1024
_SPEAKING = ("certainty", "reason")  # their values say by themselves what they are
_NAMES = ("name", "module", "uses", "image", "id")  # what tells rows of one line apart
_NAMING = ("name", "module", "uses", "image", "id", "kind", "tool", "system", "template")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRule:
    """Rows of a table (those that `where` selects), of which each, any or none meets conditions on its fields.

    `any_of` lists alternatives, of which some row meets one, `none_of` those of which no row meets any. `count` asks
    instead how many rows there are. `missing` is the verdict where no row is selected, and for a row whose field is
    absent; without it no row means not applicable for `each`, fail for `any` and `any_of` and pass for `none` and
    `none_of`, and an absent field meets nothing.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    table: str
    where: Demands = field(default_factory=dict)
    each: Demands | None = None
    any: Demands | None = None
    any_of: tuple[Demands, ...] | None = None
    none: Demands | None = None
    none_of: tuple[Demands, ...] | None = None
    count: Demand | None = None
    missing: Missing | None = None
    selection: Selection = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "selection", selection(self.table, self.where))
        given = [name for name in _QUANTIFIERS if getattr(self, name) is not None]
        if len(given) != 1:
            raise SpecError(f"needs exactly one of {', '.join(_QUANTIFIERS)}")
        if self.any_of == () or self.none_of == ():
            raise SpecError("needs an alternative", given[0])
        check_fields(self.table, self.where, "where")
        for demands in self._alternatives:
            check_fields(self.table, demands, given[0])

    def check(self, subject: Subject) -> Outcome:
        """Return whether the rows are as they must be."""
        return engine.judge(self.question(subject))

    def question(self, subject: Subject) -> engine.Question:
        """Ask for each row that is selected."""
        rows = selected(subject, self.where, self.selection)
        if self.count is not None:
            return self._count(subject, len(rows))
        quantifier = self._quantifier
        defaults = {
            engine.Quantifier.EACH: Missing.NOT_APPLICABLE,
            engine.Quantifier.ANY: Missing.FAIL,
            engine.Quantifier.NONE: Missing.PASS,
        }
        return engine.Question(
            items=tuple(self._items(rows)),
            quantifier=quantifier,
            missing=self.missing or defaults[quantifier],
            absent=engine.nothing_found(subject, what=self.table, wanted=self._what, found="nothing of the kind"),
        )

    def _items(self, rows: tuple[Record, ...]) -> Iterator[engine.Item]:
        """Yield rows as items; where any will do, none after the first that does."""
        wanted, demands = self._wanted, self._alternatives
        for row in rows:
            met = self._met(row, demands)
            asked = next((each for each in demands if conditions.meets(row, each)), demands[0])
            yield engine.of_row(row, met, *words(row, asked), wanted)
            if met is engine.Met.YES and self._quantifier is engine.Quantifier.ANY:
                return

    @property
    def _quantifier(self) -> engine.Quantifier:
        if self.each is not None:
            return engine.Quantifier.EACH
        return engine.Quantifier.ANY if self.none is None and self.none_of is None else engine.Quantifier.NONE

    @property
    def _alternatives(self) -> tuple[Mapping[str, Condition], ...]:
        listed = self.any_of if self.none_of is None else self.none_of
        if listed is not None:
            return listed
        return tuple(demands for demands in (self.each, self.any, self.none) if demands is not None)

    def _met(self, row: Record, alternatives: tuple[Mapping[str, Condition], ...]) -> engine.Met:
        if any(conditions.meets(row, demands) for demands in alternatives):
            return engine.Met.YES
        if self.any_of is not None or self.none_of is not None:
            return engine.Met.NO
        unmet = conditions.unmet(row, alternatives[0])
        if self.missing is None or any(getattr(row, name) is not None for name in unmet):
            return engine.Met.NO
        verdicts = {Missing.FAIL: engine.Met.NO, Missing.PASS: engine.Met.YES}
        return verdicts.get(self.missing, engine.Met.UNKNOWN)

    def _count(self, subject: Subject, number: int) -> engine.Question:
        condition = self.count
        assert condition is not None  # noqa: S101 - the caller asked
        absent = engine.nothing_found(subject, what=self.table, wanted=f"{condition.describe()} {self._what}")
        item = engine.Item(
            met=engine.Met.YES if condition.holds(number) else engine.Met.NO,
            place=absent.place,
            subject=absent.subject,
            found=f"{number} {self._what}",
            wanted=absent.wanted,
        )
        return engine.Question(items=(item,), quantifier=engine.Quantifier.EACH, missing=Missing.FAIL, absent=absent)

    @property
    def _wanted(self) -> str:
        asked = " or ".join(conditions.describe(demands) for demands in self._alternatives)
        if self._quantifier is engine.Quantifier.NONE and asked:
            return f"nothing with {asked}"
        return asked or self._what

    @property
    def _what(self) -> str:
        selected_by = conditions.describe(self.where)
        asked = " or ".join(conditions.describe(demands) for demands in self._alternatives)
        detail = ", ".join(part for part in (selected_by, asked) if part)
        return f"{self.table} with {detail}" if detail else self.table


def check_table(table: str, key: str) -> None:
    """Refuse a table that neither the facts nor the readers that are installed have, with the nearest that they do."""
    if table not in TABLES and table not in guests.tables():
        known = (*TABLES, *guests.tables())
        package = "" if nearest(table, known) else " Or does a package add it that isn't installed here?"
        raise SpecError(f"there is no table {table!r}. {did_you_mean(table, known)}{package}", key)


def check_fields(table: str, demands: Mapping[str, object], key: str) -> None:
    """Refuse a table or a field that the facts don't have, with the nearest that they do."""
    check_table(table, "table")
    known = [f.name for f in fields(TABLES[table])] if table in TABLES else guests.fields_of(table)
    for name in demands:
        if name not in known:
            raise SpecError(f"{table} has no field {name!r}. {did_you_mean(name, known)}", key, name)


def selection(table: str, where: Mapping[str, Condition]) -> Selection:
    """Return what a selection of rows is known by: policies that select alike share the rows."""
    return (table, *((name, condition.operators) for name, condition in where.items()))


def selected(subject: Subject, where: Mapping[str, Condition], key: Selection) -> tuple[Record, ...]:
    """Return the rows of a table whose fields all meet their conditions, found once for each subject."""
    table = str(key[0])
    if not where:
        return subject.table(table)
    found = subject.selections.get(key)
    if found is None:
        found = tuple(row for row in subject.table(table) if conditions.meets(row, where))
        subject.selections[key] = found
    return found


def words(row: Record, demands: Mapping[str, Condition]) -> tuple[str, str]:
    """Return what a row is called, and its fields that were asked for as text."""
    naming = next((getattr(row, name) for name in _NAMING if getattr(row, name, None)), row.path)
    asked = [name for name in demands if name != "path"]  # the place of the finding says that
    found = ", ".join(_said(name.replace("_", " "), _told(row, name, demands[name])) for name in asked)
    called = any(getattr(row, name, None) == naming for name in _NAMES) and str(naming) not in found
    return str(naming), f"{naming}: {found}" if called and found else found or str(naming)


def _told(row: Record, name: str, condition: Condition) -> object:
    """Return a field's value; of a list of which some item is asked, the items that are meant."""
    value = getattr(row, name)
    if not isinstance(value, tuple) or condition.any is None:
        return value
    meant = tuple(item for item in value if condition.any.holds(item))
    return tuple(" ".join(str(item).split())[:_LONGEST] for item in meant or value)


def _said(name: str, value: object) -> str:
    """Return a field and its value as somebody would say it: no user, not pinned, 3 outputs, scope runtime."""
    if value is None or value in ("", ()):
        return f"no {name}"
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if isinstance(value, tuple):
        return f"{name}: {', '.join(map(str, value))}"
    if isinstance(value, int):
        return f"{name} {value / _MIB:.1f} MiB" if name == "size" else f"{value} {_number(name, value)}"
    return str(value) if name in _SPEAKING else f"{name} {value}"


def _number(name: str, value: int) -> str:
    return name.removesuffix("s") if value == 1 else name
