"""What `Torch` promises; tests/blueprints/test_pytorch.py runs it in a rendered repo, which has torch."""

from __future__ import annotations

import logging

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from road.core.manifest import Column
from road.training.graph import finish
from road.training.hooks import Matrix, Rows, Vector
from road.training.pytorch import FittedNetwork, LoopParameters, Torch
from torch import nn

INPUTS = [Column(name="a", kind="number"), Column(name="b", kind="number", nullable=True)]
FEW = LoopParameters(max_epochs=2)


class Line(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """A line through what is known."""

    def __init__(
        self, parameters: LoopParameters, inputs: list[Column], rows: torch.Tensor, target: torch.Tensor
    ) -> None:
        super().__init__()
        self.line = nn.Linear(len(inputs), 1)
        self.register_buffer("level", target.mean())
        self.seen = (len(rows), parameters.max_epochs)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.line(torch.nan_to_num(rows)) + self.level


MODEL = Torch(Line, LoopParameters)


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    """Rows of which some lack the second number."""
    drawn = np.random.default_rng(5).uniform(0, 3, (600, 2)).astype(np.float32)
    drawn[::7, 1] = np.nan
    return drawn


def fit(matrix: Matrix, target: Vector | None = None, parameters: LoopParameters = FEW, seed: int = 1) -> FittedNetwork:
    wanted = 3.0 * matrix[:, 0].astype(np.float64) if target is None else target
    return MODEL.fit(Rows(inputs=INPUTS, matrix=matrix), wanted, parameters, seed)


def run(content: bytes, matrix: Matrix, minimum: float | None = None) -> np.ndarray:
    finished, graph = finish(content, ["a", "b"], minimum=minimum)
    (found,) = onnxruntime.InferenceSession(finished).run([graph.output], {graph.input: matrix})
    return np.asarray(found)


def test_it_learns(matrix: Matrix) -> None:
    target = 3.0 * matrix[:, 0].astype(np.float64)

    fitted = fit(matrix, parameters=LoopParameters(max_epochs=60, batch_size=32, learning_rate=0.05))

    error = np.abs(MODEL.predict(fitted, matrix)[:, 0] - target).mean()
    assert error < 0.2 * np.abs(target - target.mean()).mean()


@pytest.mark.parametrize("count", [1, 3, 600])
def test_the_exported_graph_predicts_as_the_network_whatever_the_number_of_rows(count: int, matrix: Matrix) -> None:
    fitted = fit(matrix)

    found = run(MODEL.to_onnx(fitted), matrix[:count])

    assert found.shape == (count, 1)
    np.testing.assert_allclose(found, MODEL.predict(fitted, matrix[:count]), rtol=1e-5, atol=1e-5)


class Scores(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """A line to the score of each label."""

    def __init__(self, _: LoopParameters, inputs: list[Column], __: torch.Tensor, target: torch.Tensor) -> None:
        super().__init__()
        self.line = nn.Linear(len(inputs), target.shape[1])

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return self.line(torch.nan_to_num(rows))


@pytest.mark.parametrize("labels", [("low", "high"), ("low", "middle", "high")])
def test_of_classes_it_learns_the_probability_of_each(labels: tuple[str, ...], matrix: Matrix) -> None:
    model = Torch(Scores, LoopParameters)
    target = np.digitize(matrix[:, 0], [1.5] if len(labels) == 2 else [1.0, 2.0]).astype(np.float64)
    order = np.random.default_rng(2).permutation(len(matrix))
    rows = Rows(inputs=INPUTS, matrix=matrix[order], labels=labels)

    fitted = model.fit(rows, target[order], LoopParameters(max_epochs=60, batch_size=32, learning_rate=0.05), 1)

    likely = model.predict(fitted, matrix)
    assert likely.shape == (600, len(labels))
    assert likely.sum(axis=1) == pytest.approx(np.ones(600), abs=1e-5)
    assert (likely.argmax(axis=1) == target).mean() > 0.8
    np.testing.assert_allclose(run(model.to_onnx(fitted), matrix), likely, atol=1e-5)


def test_the_least_value_is_put_into_the_graph(matrix: Matrix) -> None:
    content = MODEL.to_onnx(fit(matrix, matrix[:, 0].astype(np.float64) - 100))

    assert run(content, matrix).max() < -50
    assert run(content, matrix, minimum=0).max() == 0


def test_one_seed_gives_the_same_bytes_and_another_does_not(matrix: Matrix) -> None:
    first, same, other = (MODEL.to_onnx(fit(matrix, seed=seed)) for seed in (1, 1, 2))

    assert first == same != other


def test_fitting_leaves_the_state_of_torch_as_it_was(matrix: Matrix) -> None:
    state = torch.get_rng_state()

    fit(matrix)

    assert torch.equal(torch.get_rng_state(), state)
    assert not torch.are_deterministic_algorithms_enabled()


def test_threads_are_limited_while_it_lasts() -> None:
    before = torch.get_num_threads()

    with MODEL.limit_threads(before + 1):
        assert torch.get_num_threads() == before + 1

    assert torch.get_num_threads() == before


def test_the_graph_does_not_tell_where_it_was_made(matrix: Matrix) -> None:
    content = MODEL.to_onnx(fit(matrix))

    assert b".py" not in content
    assert [node.metadata_props for node in onnx.load_from_string(content).graph.node if node.metadata_props] == []


def test_the_newest_rows_tell_when_to_stop(matrix: Matrix, caplog: pytest.LogCaptureFixture) -> None:
    """They follow another rule here, so that learning the old one makes them worse."""
    target = 3.0 * matrix[:, 0].astype(np.float64)
    target[-60:] *= -1
    patient = LoopParameters(max_epochs=40, patience=3, batch_size=32)

    with caplog.at_level(logging.DEBUG, "road.training"):
        fitted = fit(matrix, target, patient)

    done = [record for record in caplog.records if record.getMessage() == "epoch done"]
    assert len(done) < 40
    (last,) = [record for record in caplog.records if record.getMessage() == "network fitted"]
    assert vars(last)["epochs"] == len(done) - 3
    assert fitted.network.seen == (540, 40)
