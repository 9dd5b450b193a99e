from __future__ import annotations

import numpy as np
import pytest
from road.core.manifest import Output
from road.core.predictions import decide

ANSWER = np.array([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]], dtype=np.float32)


def test_a_number_is_given_as_it_is() -> None:
    found = decide(Output(name="n"), np.array([[1.5], [2.5]], dtype=np.float32))

    assert found.values.tolist() == [1.5, 2.5]
    assert found.labels is None


@pytest.mark.parametrize(
    ("threshold", "labels"),
    [(None, ["no", "yes", "yes"]), (0.25, ["yes", "yes", "yes"]), (0.6, ["no", "no", "yes"])],
)
def test_a_threshold_decides_for_the_positive_label(threshold: float | None, labels: list[str]) -> None:
    output = Output(name="c", kind="class", labels=["no", "yes"], positive="yes", threshold=threshold)

    found = decide(output, ANSWER)

    assert found.labels == labels
    assert found.values.tolist() == [0.25, 0.5, 0.75]


def test_the_positive_label_may_come_first() -> None:
    output = Output(name="c", kind="class", labels=["ill", "well"], positive="ill", threshold=0.6)

    assert decide(output, ANSWER).labels == ["ill", "well", "well"]


def test_without_a_positive_label_the_most_probable_is_given() -> None:
    output = Output(name="c", kind="class", labels=["a", "b"])

    found = decide(output, ANSWER)

    assert found.labels == ["a", "a", "b"]
    assert found.values.tolist() == [0.75, 0.5, 0.75]
    assert found.probabilities is not None
    assert found.probabilities.shape == (3, 2)
