from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from road.core.brief import OperatingPoint
from road.core.bundle import Bundle
from road.core.errors import UserError
from road.training.config import Training
from road.training.operating_point import POINT, Chosen, by_rule
from road.training.runs import bundle_folder
from road.training.split import hold_out, split_rows
from road.training.training import train
from sklearn.metrics import f1_score, precision_score, recall_score

from tests.road.training.parcels import declared, make_parcels, repository_of
from tests.road.training.shops import NOW

CHANCE = np.random.default_rng(8)
TRUE = CHANCE.uniform(size=400) < 0.3
LIKELY = np.clip(CHANCE.normal(0.3 + 0.25 * TRUE, 0.15), 0, 1).round(2)


def taken(chosen: Chosen) -> Any:
    """Which rows count as positive."""
    assert chosen.threshold is not None
    return chosen.threshold <= LIKELY


def rule(name: str, value: float | None = None) -> OperatingPoint:
    return OperatingPoint.model_validate({"rule": name, "value": value})


def thresholds() -> Any:
    return np.unique(LIKELY)


def test_no_threshold_has_a_better_f1() -> None:
    chosen = by_rule(rule("f1"), TRUE, LIKELY)

    best = max(f1_score(TRUE, at <= LIKELY) for at in thresholds())
    assert f1_score(TRUE, taken(chosen)) == pytest.approx(best)
    assert chosen.verdict is None


@pytest.mark.parametrize(
    ("name", "kept", "other"),
    [("precision_at_least", precision_score, recall_score), ("recall_at_least", recall_score, precision_score)],
)
def test_one_side_is_kept_and_the_other_is_as_good_as_can_be(name: str, kept: Any, other: Any) -> None:
    chosen = by_rule(rule(name, 0.8), TRUE, LIKELY)

    best = max(other(TRUE, at <= LIKELY) for at in thresholds() if kept(TRUE, at <= LIKELY) >= 0.8)
    assert kept(TRUE, taken(chosen)) >= 0.8
    assert other(TRUE, taken(chosen)) == pytest.approx(best)
    assert chosen.verdict is not None
    assert (chosen.verdict.demand, chosen.verdict.wanted, chosen.verdict.passed) == (POINT, 0.8, True)
    assert f"{name} 0.8" in chosen.verdict.message


def test_a_precision_that_no_threshold_has_fails() -> None:
    chosen = by_rule(rule("precision_at_least", 1.0), np.array([True, False, False]), np.array([0.5, 0.9, 0.1]))

    assert chosen.verdict is not None
    assert not chosen.verdict.passed


def test_the_threshold_lies_between_two_probabilities() -> None:
    found = by_rule(rule("f1"), np.array([True, True, False, False]), np.array([0.9, 0.7, 0.3, 0.3]))

    assert found.threshold == pytest.approx(0.5)


def chosen_by(repository: Training) -> float | None:
    run = train(repository, started=NOW)
    return Bundle.load(bundle_folder(repository.settings.artifacts, run.id)).manifest.output.threshold


@pytest.mark.parametrize(
    ("point", "expected"), [(None, 0.5), ({"rule": "fixed", "value": 0.2}, 0.2)], ids=["none", "fixed"]
)
def test_a_threshold_may_be_given(point: dict[str, Any] | None, expected: float, tmp_path: Path) -> None:
    assert chosen_by(repository_of(tmp_path, "binary", operating_point=point)) == expected


def test_a_threshold_that_is_chosen_stands_in_the_bundle_and_decides(tmp_path: Path) -> None:
    point = {"rule": "recall_at_least", "value": 0.95}
    asked: dict[str, Any] = {"metric": "f1", "threshold": 0.5, "baseline": "majority", "operating_point": point}

    found = chosen_by(repository_of(tmp_path, "binary", **asked))

    assert found is not None
    assert 0 < found < 0.5


def test_only_two_classes_have_an_operating_point(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="operating_point is for a binary task"):
        train(repository_of(tmp_path, "multiclass", operating_point={"rule": "f1"}), started=NOW)


def test_it_is_not_chosen_without_a_positive_row(tmp_path: Path) -> None:
    project, frame = declared("binary"), make_parcels()
    held = hold_out(split_rows(frame, project).train, project).test["parcel"]
    without = frame.with_columns(late=pl.col("late") & ~pl.col("parcel").is_in(held.to_list()))

    with pytest.raises(UserError, match=r"operating_point: none of \d+ rows to choose it by is true"):
        train(repository_of(tmp_path, "binary", without, operating_point={"rule": "f1"}), started=NOW)
