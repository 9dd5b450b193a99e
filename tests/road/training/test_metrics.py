from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from road.core.manifest import Output
from road.training.metrics import METRICS, Outcome
from sklearn import metrics as reference

NUMBER = Output(name="cost")
BINARY = Output(name="late", kind="class", labels=["no", "yes"], positive="yes", threshold=0.3)
TURNED = Output(name="late", kind="class", labels=["yes", "no"], positive="yes", threshold=0.3)
SEVERAL = Output(name="way", kind="class", labels=["air", "rail", "road"])
CHANCE = np.random.default_rng(6)
CODES = CHANCE.integers(0, 2, 200).astype(np.float64)
LIKELY = np.clip(0.3 * CODES + CHANCE.uniform(0, 0.7, 200), 0, 1)
WAYS = CHANCE.integers(0, 3, 200).astype(np.float64)
SHARES = CHANCE.dirichlet([1, 1, 1], 200) * 0.5 + 0.5 * np.eye(3)[WAYS.astype(int)] * CHANCE.uniform(0, 1, (200, 1))
SHARES /= SHARES.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("name", [name for name, each in METRICS.items() if "binary" in each.tasks])
def test_a_binary_metric_is_that_of_scikit_learn_whichever_label_stands_first(name: str) -> None:
    expected: dict[str, Any] = {
        "roc_auc": reference.roc_auc_score(CODES, LIKELY),
        "average_precision": reference.average_precision_score(CODES, LIKELY),
        "log_loss": reference.log_loss(CODES, LIKELY),
        "brier": reference.brier_score_loss(CODES, LIKELY),
        "accuracy": reference.accuracy_score(CODES, LIKELY >= 0.3),
        "balanced_accuracy": reference.balanced_accuracy_score(CODES, LIKELY >= 0.3),
        "f1": reference.f1_score(CODES, LIKELY >= 0.3),
    }
    right = np.column_stack([1 - LIKELY, LIKELY])

    found = METRICS[name](Outcome.of(BINARY, CODES, right))
    turned = METRICS[name](Outcome.of(TURNED, 1 - CODES, right[:, ::-1]))

    assert found == pytest.approx(expected[name])
    assert turned == pytest.approx(expected[name])


@pytest.mark.parametrize("name", [name for name, each in METRICS.items() if "multiclass" in each.tasks])
def test_a_metric_of_several_classes_is_that_of_scikit_learn(name: str) -> None:
    chosen = SHARES.argmax(axis=1)
    expected: dict[str, Any] = {
        "roc_auc": reference.roc_auc_score(WAYS, SHARES, multi_class="ovr"),
        "average_precision": reference.average_precision_score(np.eye(3)[WAYS.astype(int)], SHARES),
        "log_loss": reference.log_loss(WAYS, SHARES),
        "brier": reference.brier_score_loss(WAYS, SHARES),
        "accuracy": reference.accuracy_score(WAYS, chosen),
        "balanced_accuracy": reference.balanced_accuracy_score(WAYS, chosen),
        "f1": reference.f1_score(WAYS, chosen, average="macro"),
    }

    assert METRICS[name](Outcome.of(SEVERAL, WAYS, SHARES)) == pytest.approx(expected[name])


def test_the_share_of_the_variance_that_is_explained() -> None:
    actual, predicted = np.array([1.0, 2.0, 4.0]), np.array([[1.0], [3.0], [4.0]])

    found = METRICS["r2"](Outcome.of(NUMBER, actual, predicted))

    assert found == pytest.approx(reference.r2_score(actual, predicted[:, 0]))


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_finds_no_fault_with_what_is_right_and_says_which_side_is_good(name: str) -> None:
    metric = METRICS[name]
    numbers = (NUMBER, np.array([1.0, 0.0, 3.0]), np.array([[1.0], [0.0], [3.0]]), np.array([[2.0], [1.0], [1.0]]))
    classes = (SEVERAL, WAYS, np.eye(3)[WAYS.astype(int)], np.eye(3)[(WAYS + 1).astype(int) % 3])
    output, actual, right, wrong = numbers if "regression" in metric.tasks else classes

    good, bad = (metric(Outcome.of(output, actual, each)) for each in (right, wrong))

    assert good == pytest.approx(0.0 if metric.direction == "lower" else 1.0, abs=1e-9)
    assert (bad > good) == (metric.direction == "lower")


@pytest.mark.parametrize("name", ["roc_auc", "average_precision"])
def test_a_ranking_of_one_class_alone_is_no_number(name: str) -> None:
    assert np.isnan(METRICS[name](Outcome.of(BINARY, np.zeros(200), np.column_stack([1 - LIKELY, LIKELY]))))
    assert np.isnan(METRICS[name](Outcome.of(SEVERAL, WAYS % 2, SHARES)))


def test_some_rows_of_an_outcome() -> None:
    outcome = Outcome.of(BINARY, CODES, np.column_stack([1 - LIKELY, LIKELY]))

    some = outcome.take(CODES == 1)

    assert some.actual.size == some.chosen.size == len(some.predicted) == int(CODES.sum())
    assert METRICS["accuracy"](some) == pytest.approx(float((LIKELY[CODES == 1] >= 0.3).mean()))
