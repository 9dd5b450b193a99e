"""The vocabulary of conditions that rules and `when:` share."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from goldenpath.policy import literals, versions
from goldenpath.policy.base import STRICT, SpecError

if TYPE_CHECKING:
    from goldenpath.facts.model import Record

_SCALARS = (str, int, float, bool)
_SHORT = 100  # characters: of fewer the expression itself is asked soonest
_MOST = 20_000  # characters of a value that an expression is asked of: a hostile one could keep it busy for hours


class Shorthand:
    """Lets a condition be written as a scalar (equals it) or as a list (is one of it); pydantic asks it for schemas."""

    @staticmethod
    def __get_pydantic_core_schema__(source: Any, handler: Any) -> Any:
        """Expand the shorthand before the condition is validated."""
        from pydantic_core import core_schema  # noqa: PLC0415 - pydantic is slow to import

        return core_schema.no_info_before_validator_function(_expanded, handler(source))

    @staticmethod
    def __get_pydantic_json_schema__(schema: Any, handler: Any) -> Any:
        """Offer the three ways to write one."""
        scalar = {"type": ["string", "number", "boolean"]}
        return {"anyOf": [handler(schema), scalar, {"type": "array", "items": scalar}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a value must be; every operator that is given must hold.

    `at_least` and `at_most` compare numbers, ISO dates or versions; `version_range` asks that a requirement (or a
    version) admits nothing outside; `contains` asks a list for an item or a text for a part; `any` and `each` ask the
    items of a list. A value of the wrong type never holds.
    """

    __pydantic_config__: ClassVar[Any] = STRICT

    equals: str | int | float | bool | None = None
    not_equals: str | int | float | bool | None = None
    in_: tuple[str | int | float | bool, ...] | None = None
    not_in: tuple[str | int | float | bool, ...] | None = None
    at_least: str | int | float | None = None
    at_most: str | int | float | None = None
    version_range: str | None = None
    contains: str | int | float | bool | None = None
    not_contains: str | int | float | bool | None = None
    matches: str | None = None
    not_matches: str | None = None
    present: bool | None = None
    absent: bool | None = None
    any: Annotated[Condition, Shorthand] | None = None
    each: Annotated[Condition, Shorthand] | None = None
    operators: tuple[tuple[str, Any], ...] = field(init=False, repr=False, compare=False)
    tests: tuple[tuple[Callable[[Any, Any], bool], Any], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given = tuple((name, getattr(self, name)) for name in OPERATORS if getattr(self, name) is not None)
        object.__setattr__(self, "operators", given)
        if not given:
            raise SpecError(f"needs an operator: {', '.join(name.rstrip('_') for name in OPERATORS)}")
        for name in ("matches", "not_matches"):
            _check_pattern(getattr(self, name), name)
        if self.version_range is not None and versions.parsed(self.version_range) is None:
            raise SpecError(f"{self.version_range!r} is no version range", "version_range")
        tests = tuple((_OPERATIONS[name], _prepared(name, operand)) for name, operand in given)
        object.__setattr__(self, "tests", tests)

    def holds(self, value: object) -> bool:
        """Return whether a value meets it; None is an absent value and meets only `absent`."""
        for test, operand in self.tests:  # noqa: SIM110 - asked for each row of each policy: `all` costs a generator
            if not test(value, operand):
                return False
        return True

    @property
    def asks_presence(self) -> bool:
        """Whether it asks if there is a value at all, so that an absent one is an answer."""
        return any(name in {"present", "absent"} for name, _ in self.operators)

    def describe(self) -> str:
        """Return what is wanted, in words."""
        return " and ".join(_words(name, operand) for name, operand in self.operators)


OPERATORS = tuple(f.name for f in fields(Condition) if f.name not in {"operators", "tests"})

Demand = Annotated[Condition, Shorthand]
Demands = Mapping[str, Annotated[Condition, Shorthand]]


def unmet(record: Record, demands: Mapping[str, Condition]) -> tuple[str, ...]:
    """Return the fields of a record that don't meet their conditions."""
    return tuple(name for name, condition in demands.items() if not condition.holds(getattr(record, name)))


def meets(record: Record, demands: Mapping[str, Condition]) -> bool:
    """Return whether every field meets its condition; it stops at the first that doesn't."""
    for name, condition in demands.items():  # noqa: SIM110 - asked for each row of each policy
        if not condition.holds(getattr(record, name)):
            return False
    return True


def describe(demands: Mapping[str, Condition]) -> str:
    """Return what is wanted of a record, in words."""
    return ", ".join(f"{name} {condition.describe()}" for name, condition in demands.items())


def _expanded(value: Any) -> Any:
    """Return a condition's mapping; lists become tuples, since strict validation of Python values wants them."""
    if isinstance(value, Mapping):
        return {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}
    if isinstance(value, list):
        return {"in": tuple(value)}
    return {"equals": value} if isinstance(value, _SCALARS) else value


def _check_pattern(pattern: str | None, name: str) -> None:
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise SpecError(f"{pattern!r} is no regular expression: {error}", name) from error


def _same(value: object, operand: object) -> bool:
    """Compare without Python's equality of True and 1."""
    return isinstance(value, bool) == isinstance(operand, bool) and value == operand


def _among(value: object, operand: frozenset[tuple[bool, object]]) -> bool:
    return isinstance(value, _SCALARS) and (isinstance(value, bool), value) in operand


def _prepared(name: str, operand: Any) -> Any:
    """Return an operand in the shape in which it is asked fastest."""
    if name in {"in_", "not_in"}:
        return frozenset((isinstance(item, bool), item) for item in operand)
    return re.compile(operand) if name in {"matches", "not_matches"} else operand


def _has(value: object, operand: object) -> bool:
    if isinstance(value, str):
        return isinstance(operand, str) and operand in value
    if isinstance(value, (list, tuple)):
        return any(_same(item, operand) for item in value)
    return isinstance(value, Mapping) and operand in value


def _compare(value: object, operand: object, holds: Callable[[Any, Any], bool]) -> bool:
    """Compare numbers with numbers and versions with versions; anything else can't be compared, so it doesn't hold."""
    if isinstance(value, bool) or isinstance(operand, bool):
        return False
    if isinstance(operand, str):
        left, right = versions.version(str(value)), versions.version(operand)
        if left is None or right is None:
            return isinstance(value, str) and _is_date(value) and _is_date(operand) and holds(value, operand)
        return holds(left, right)
    return isinstance(value, (int, float)) and holds(value, operand)


def _is_date(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None


def _ranges(value: object, operand: str) -> bool:
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return False
    text = str(value).strip()
    specifier = f"=={text.lstrip('vV')}" if text[:1].isalnum() else text
    return versions.within(specifier, operand) is True


def _searched(value: object, pattern: re.Pattern[str]) -> bool:
    """Search a text, or the text of a number as the file had it."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return False
    text = str(value)[:_MOST]
    return _found(text, pattern) if len(text) > _SHORT else pattern.search(text) is not None


@lru_cache(maxsize=512)
def _found(text: str, pattern: re.Pattern[str]) -> bool:
    """Search a long text; a finding asks of it again and again."""
    lowered = literals.lowered(text)
    hopeless = lowered is not None and not literals.may_match(pattern.pattern, lowered)
    return not hopeless and pattern.search(text) is not None


def _items(value: object) -> tuple[object, ...] | None:
    return tuple(value) if isinstance(value, (list, tuple)) else None


def _any(value: object, condition: Condition) -> bool:
    return any(condition.holds(item) for item in _items(value) or ())


def _each(value: object, condition: Condition) -> bool:
    items = _items(value)
    return items is not None and all(condition.holds(item) for item in items)


def _differs(value: object, operand: object) -> bool:
    return value is not None and not _same(value, operand)


def _not_among(value: object, operand: frozenset[tuple[bool, object]]) -> bool:
    return value is not None and not _among(value, operand)


def _at_least(value: object, operand: object) -> bool:
    return _compare(value, operand, operator.ge)


def _at_most(value: object, operand: object) -> bool:
    return _compare(value, operand, operator.le)


def _lacks(value: object, operand: object) -> bool:
    return value is not None and not _has(value, operand)


def _not_searched(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, (str, int, float)) and not _searched(value, pattern)


def _is_present(value: object, operand: bool) -> bool:  # noqa: FBT001 - the table calls by place
    return (value is not None) == operand


def _is_absent(value: object, operand: bool) -> bool:  # noqa: FBT001 - as above
    return (value is None) == operand


# Named functions, no lambdas: a policy travels to other processes by pickle.
_OPERATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": _same,
    "not_equals": _differs,
    "in_": _among,
    "not_in": _not_among,
    "at_least": _at_least,
    "at_most": _at_most,
    "version_range": _ranges,
    "contains": _has,
    "not_contains": _lacks,
    "matches": _searched,
    "not_matches": _not_searched,
    "present": _is_present,
    "absent": _is_absent,
    "any": _any,
    "each": _each,
}


def _words(name: str, operand: Any) -> str:
    if name in {"present", "absent"}:
        return "present" if (name == "present") == operand else "absent"
    if isinstance(operand, Condition):
        return f"with {name} item {operand.describe()}"
    if isinstance(operand, tuple):
        return f"{_SAYINGS[name]} {', '.join(map(str, operand))}"
    text = str(operand).lower() if isinstance(operand, bool) else str(operand)
    return f"{_SAYINGS[name]} {text}"


_SAYINGS = {
    "equals": "=",
    "not_equals": "other than",
    "in_": "one of",
    "not_in": "other than",
    "at_least": "at least",
    "at_most": "at most",
    "version_range": "within",
    "contains": "containing",
    "not_contains": "without",
    "matches": "matching",
    "not_matches": "not matching",
}
