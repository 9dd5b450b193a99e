"""Chooses from which probability on a row counts as positive, as the brief says, on rows that judge nothing."""

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from road.core.brief import OperatingPoint
from road.core.errors import UserError
from road.core.gate import Verdict
from road.training.config import Training
from road.training.fitting import Trainer
from road.training.hooks import Vector
from road.training.preparation import Prepared
from road.training.split import hold_out
from road.training.target import target_of

log = logging.getLogger(__name__)

POINT = "objective.requirement.operating_point.value"
_KEY = "brief.yaml: objective.requirement.operating_point"
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The least probability of a positive, and whether the brief's rule could be kept; None where none is needed."""

    threshold: float | None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curve:
    """What each threshold would give; from high thresholds to low ones."""

    thresholds: Vector
    precision: Vector
    recall: Vector
    f1: Vector


def choose_point(repository: Training, trainer: Trainer, prepared: Prepared) -> Chosen:
    """Choose it by a model that is fitted to a part of the rows to learn from, on the rest of them."""
    output, asked = trainer.output, repository.brief.objective.requirement.operating_point
    if output.positive is None:
        if asked is not None:
            raise UserError(f"{_KEY} is for a binary task: nothing else has a threshold")
        return Chosen(threshold=None)
    if asked is None or asked.rule == "fixed":
        return Chosen(threshold=_MIDDLE if asked is None else asked.value)
    held = hold_out(prepared.split.train, repository.project)
    fitted = trainer.fit(prepared.rows(held.train), target_of(held.train, output))
    at = output.labels.index(output.positive)
    is_positive = target_of(held.test, output) == at
    if not is_positive.any():
        raise UserError(f"{_KEY}: none of {held.test.height:,} rows to choose it by is {output.positive}")
    chosen = by_rule(asked, is_positive, fitted.answer(prepared.rows(held.test))[:, at])
    log.info("operating point chosen", extra={"rule": asked.rule, "threshold": chosen.threshold})
    return chosen


def by_rule(asked: OperatingPoint, is_positive: NDArray[np.bool_], likely: Vector) -> Chosen:
    """Choose by the rule: the best f1, or the most recall or precision that leaves the other one large enough."""
    curve, wanted = _curve(is_positive, likely), asked.value
    if wanted is None:
        return Chosen(threshold=float(curve.thresholds[np.argmax(curve.f1)]))
    kept, other = (
        (curve.precision, curve.recall) if asked.rule == "precision_at_least" else (curve.recall, curve.precision)
    )
    good = kept >= wanted
    best = int(np.argmax(np.where(good, other, -1.0))) if good.any() else int(np.argmax(kept))
    threshold = float(curve.thresholds[best])
    said = f"precision {curve.precision[best]:.3f} and recall {curve.recall[best]:.3f} from {threshold:.4f} on"
    message = f"{said}, by {len(likely):,} rows of those to learn from; {asked.rule} {wanted:g}"
    verdict = Verdict(demand=POINT, wanted=wanted, passed=bool(good.any()), message=message)
    return Chosen(threshold=threshold, verdict=verdict)


def _curve(is_positive: NDArray[np.bool_], likely: Vector) -> _Curve:
    order = np.argsort(-likely, kind="stable")
    found, ranked = np.cumsum(is_positive[order]), likely[order]
    last = np.append(ranked[1:] != ranked[:-1], True)  # of equal probabilities all count or none
    taken = np.arange(1, len(ranked) + 1)[last]
    hits, values = found[last], ranked[last]
    thresholds = np.append((values[:-1] + values[1:]) / 2, values[-1])
    precision, recall = hits / taken, hits / is_positive.sum()
    return _Curve(thresholds=thresholds, precision=precision, recall=recall, f1=2 * hits / (taken + is_positive.sum()))
