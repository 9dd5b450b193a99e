"""Makes a model of a network of PyTorch: `model = Torch(Network, Parameters)`.

The training loop, its repeatability and the export are the road's; the network is the project's.
"""

import copy
import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveFloat, PositiveInt
from torch import Tensor, nn

from road.core.manifest import Column
from road.training.graph import INPUT
from road.training.hooks import Matrix, Rows, Vector

OPSET = 18
_LOSSES: dict[str, type[nn.Module]] = {"absolute_error": nn.L1Loss, "squared_error": nn.MSELoss}
_Pair = tuple[Tensor, Tensor]

log = logging.getLogger(__name__)


class LoopParameters(BaseModel):
    """Parameters of the training loop; those of the network are added by a class of the project."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    loss: Literal["absolute_error", "squared_error"] = Field(
        default="absolute_error", description="Of numbers; that of classes is the cross entropy."
    )
    max_epochs: PositiveInt = 60
    patience: PositiveInt = Field(default=10, description="Epochs without a gain until it stops.")
    validation_share: float = Field(default=0.1, gt=0, lt=0.5, description="The newest rows, which tell when to stop.")
    batch_size: PositiveInt = 512
    learning_rate: PositiveFloat = 0.003
    weight_decay: NonNegativeFloat = 0.0001


P = TypeVar("P", bound=LoopParameters)
P_contra = TypeVar("P_contra", bound=LoopParameters, contravariant=True)


class NetworkFactory(Protocol[P_contra]):
    """Makes a network with random weights; the class of the network is one."""

    def __call__(self, parameters: P_contra, inputs: Sequence[Column], rows: Tensor, target: Tensor) -> nn.Module:
        """Give a network that maps rows [n, inputs] to predictions [n, 1], or of classes to scores [n, labels].

        What it scales by may be taken from the rows [n, inputs] and the target that it will learn from: [n, 1], or of
        classes [n, labels] with a 1 for the label of each row. The rows hold NaN where an input may be missing. The
        road makes probabilities of scores.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedNetwork:
    """A fitted network, and how many inputs it takes."""

    network: nn.Module
    width: int


class Torch(Generic[P]):
    """The hook `model` for a network of PyTorch, fitted on the CPU."""

    libraries = ("onnxscript", "torch")

    def __init__(self, make: NetworkFactory[P], parameters: type[P]) -> None:
        """Take what makes the network, and the kind of its parameters."""
        self._make = make
        self.parameters = parameters

    def fit(self, rows: Rows, target: Vector, parameters: P, seed: int) -> FittedNetwork:
        """Fit a network to rows in the order of time; the newest of them tell when to stop."""
        matrix = torch.from_numpy(rows.matrix)
        wanted = _wanted(target, len(rows.labels))
        first = len(matrix) - max(1, round(len(matrix) * parameters.validation_share))
        with _repeatable(seed):
            network = self._make(parameters, rows.inputs, matrix[:first], wanted[:first])
            loop = _Loop(network, parameters, nn.CrossEntropyLoss() if rows.labels else _LOSSES[parameters.loss]())
            loop.run((matrix[:first], wanted[:first]), (matrix[first:], wanted[first:]))
        whole = nn.Sequential(network, nn.Softmax(dim=1)) if rows.labels else network
        return FittedNetwork(network=whole.eval(), width=matrix.shape[1])

    def predict(self, fitted: FittedNetwork, matrix: Matrix) -> NDArray[np.float64]:
        """Predict for a matrix of inputs: numbers, or probabilities."""
        with torch.inference_mode():
            forecast = fitted.network(torch.from_numpy(matrix))
        return np.asarray(forecast.numpy(), dtype=np.float64)

    def to_onnx(self, fitted: FittedNetwork) -> bytes:
        """Export a network, without the names of files and functions that it was made in."""
        proto = _export(fitted)
        graph = proto.graph
        for part in (proto, graph, *graph.input, *graph.output, *graph.initializer, *graph.value_info):
            del part.metadata_props[:]
        for node in graph.node:
            del node.metadata_props[:]
            node.ClearField("doc_string")
        return bytes(proto.SerializeToString(deterministic=True))

    @contextmanager
    def limit_threads(self, count: int) -> Iterator[None]:
        """Compute with this many threads; another number may change the last digits of a model."""
        before = torch.get_num_threads()
        torch.set_num_threads(count)
        try:
            yield
        finally:
            torch.set_num_threads(before)


class _Loop:
    """The training loop: epochs until the newest rows are predicted no better for a while."""

    def __init__(self, network: nn.Module, parameters: LoopParameters, loss: nn.Module) -> None:
        self.network = network
        self.parameters = parameters
        self.loss = loss
        self.optimizer = torch.optim.AdamW(
            network.parameters(), lr=parameters.learning_rate, weight_decay=parameters.weight_decay
        )

    def run(self, known: _Pair, newest: _Pair) -> None:
        """Leave the network with the weights of its best epoch."""
        best, best_epoch, weights = math.inf, 0, copy.deepcopy(self.network.state_dict())
        for epoch in range(1, self.parameters.max_epochs + 1):
            self._learn(*known)
            error = self._error(*newest)
            log.debug("epoch done", extra={"epoch": epoch, "validation_error": error})
            if error < best:
                best, best_epoch, weights = error, epoch, copy.deepcopy(self.network.state_dict())
            elif epoch - best_epoch >= self.parameters.patience:
                break
        self.network.load_state_dict(weights)
        log.info("network fitted", extra={"epochs": best_epoch, "validation_error": best})

    def _learn(self, rows: Tensor, target: Tensor) -> None:
        self.network.train()
        order, size = torch.randperm(len(rows)), self.parameters.batch_size
        for start in range(0, len(rows), size):
            batch = order[start : start + size]
            self.optimizer.zero_grad()
            self.loss(self.network(rows[batch]), target[batch]).backward()
            self.optimizer.step()

    def _error(self, rows: Tensor, target: Tensor) -> float:
        self.network.eval()
        with torch.inference_mode():
            return float(self.loss(self.network(rows), target))


def _wanted(target: Vector, labels: int) -> Tensor:
    """The target as the loss takes it: numbers [n, 1], or a 1 for the label of each row [n, labels]."""
    if labels:
        return nn.functional.one_hot(torch.from_numpy(target.astype(np.int64)), labels).to(torch.float32)
    return torch.from_numpy(target.astype(np.float32)).unsqueeze(1)


def _export(fitted: FittedNetwork) -> Any:
    for talkative in ("torch.onnx", "onnxscript", "onnx_ir"):
        logging.getLogger(talkative).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # the exporter calls what torch deprecates
        exported: Any = torch.onnx.export(
            fitted.network,
            (torch.zeros(2, fitted.width),),
            dynamo=True,
            input_names=[INPUT],
            output_names=["forecast"],
            dynamic_shapes=({0: torch.export.Dim("rows")},),
            opset_version=OPSET,
            verbose=False,
        )
    return exported.model_proto


@contextmanager
def _repeatable(seed: int) -> Iterator[None]:
    """Allow nothing that comes out otherwise each time, and leave no trace of it."""
    before = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield
    finally:
        torch.use_deterministic_algorithms(before)
