"""How severe a vulnerability is by its CVSS vector: the base score of versions 3.0 and 3.1, as FIRST specifies it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from goldenpath.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
_RATINGS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))


def base_score(vector: str) -> float | None:
    """Return the base score of a CVSS 3 vector, 0.0 to 10.0; None for what is none."""
    head, *parts = vector.split("/")
    if head not in {"CVSS:3.0", "CVSS:3.1"}:
        return None
    metrics = dict(part.split(":", 1) for part in parts if ":" in part)
    try:
        scope = metrics["S"]
        weights = {name: table[metrics[name]] for name, table in _WEIGHTS.items()}
        privileges = _PRIVILEGES[scope][metrics["PR"]]
    except KeyError:
        return None
    lost = 1 - (1 - weights["C"]) * (1 - weights["I"]) * (1 - weights["A"])
    impact = 6.42 * lost if scope == "U" else 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15
    if impact <= 0:
        return 0.0
    reach = 8.22 * weights["AV"] * weights["AC"] * privileges * weights["UI"]
    return _up(min((impact + reach) * (1.08 if scope == "C" else 1), 10))


def severity(vector: str) -> Severity | None:
    """Return the rating of a CVSS 3 vector; None for another version, what is none, and a score of zero."""
    score = base_score(vector)
    return next((rating for least, rating in _RATINGS if score is not None and score >= least), None)


def _up(value: float) -> float:
    """Round up to a tenth, as the specification of 3.1 does it: without the errors of binary fractions."""
    whole = round(value * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (math.floor(whole / 10_000) + 1) / 10
