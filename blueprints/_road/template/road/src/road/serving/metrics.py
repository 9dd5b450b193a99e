"""Prometheus metrics: plain numbers while requests are answered, families when they are scraped."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from road.serving.admission import Admission
from road.serving.champion import Champion
from road.serving.prediction_log import PredictionLog

_LATENCIES = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

Observe = Callable[[int, float], None]


class Histogram:
    """Counts by bucket; cheaper than a locked one, and only the event loop's thread adds to it."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """Start at nothing; bounds are upper ones and ascend."""
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def buckets(self) -> list[tuple[str, float]]:
        """Counts up to each bound, as Prometheus wants them."""
        total, found = 0, []
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            total += count
            found.append(("+Inf" if bound == float("inf") else repr(bound), float(total)))
        return found

    @property
    def sum(self) -> float:
        """Sum of all values."""
        return self._sum


class Metrics(Collector):
    """Everything that `/metrics` shows."""

    def __init__(self, champion: Champion, admission: Admission, prediction_log: PredictionLog | None) -> None:
        """Read from the parts of the server when asked."""
        self._champion = champion
        self._admission = admission
        self._log = prediction_log
        self._requests: dict[tuple[str, int], int] = {}
        self._seconds: dict[str, Histogram] = {}
        self._predictions = Histogram(champion.model.manifest.predictions.edges)
        self._labels: dict[str, int] = {}
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

    def route(self, name: str) -> Observe:
        """Give what a route calls with status and seconds of each answer."""
        histogram = self._seconds[name] = Histogram(_LATENCIES)
        requests = self._requests

        def observe(status: int, seconds: float) -> None:
            histogram.add(seconds)
            key = (name, status)
            requests[key] = requests.get(key, 0) + 1

        return observe

    def predicted(self, values: Iterable[float], labels: Iterable[str] | None) -> None:
        """Count predictions, and of classes each label."""
        for value in values:
            self._predictions.add(value)
        for label in labels or ():
            self._labels[label] = self._labels.get(label, 0) + 1

    def exposition(self) -> bytes:
        """Give the text that Prometheus reads; takes milliseconds, so not on the event loop."""
        return generate_latest(self.registry)

    def collect(self) -> Iterable[Metric]:
        """Give all families."""
        yield from self._traffic()
        yield from self._model()
        yield from self._drift()

    def _traffic(self) -> Iterable[Metric]:
        requests = CounterMetricFamily("serving_requests", "Requests answered.", labels=["route", "status"])
        for (route, status), count in sorted(self._requests.copy().items()):
            requests.add_metric([route, str(int(status))], count)
        yield requests
        seconds = HistogramMetricFamily("serving_request_seconds", "Time to answer a request.", labels=["route"])
        for route, histogram in self._seconds.items():
            seconds.add_metric([route], histogram.buckets(), histogram.sum)
        yield seconds
        admission = self._admission
        yield CounterMetricFamily("serving_rejected", "Requests turned away by a full queue.", admission.rejected)
        yield GaugeMetricFamily("serving_in_flight", "Requests waiting or predicted.", admission.read + admission.aside)
        if self._log is not None:
            yield CounterMetricFamily("serving_log_dropped", "Rows that the log had no room for.", self._log.dropped)

    def _model(self) -> Iterable[Metric]:
        model = self._champion.model
        info = GaugeMetricFamily("serving_model_info", "The model in use.", labels=["model", "version"])
        info.add_metric([model.manifest.name, model.version], 1)
        yield info
        yield GaugeMetricFamily("serving_model_loaded_timestamp_seconds", "When the model was loaded.", model.loaded)
        trained = model.trained.timestamp() if model.trained else model.loaded
        yield GaugeMetricFamily(
            "serving_model_age_seconds",
            "Age of the model: since training where a registry says when, else since loading.",
            time.time() - trained,
        )
        swaps = CounterMetricFamily("serving_model_swaps", "Models put in place or refused.", labels=["outcome"])
        for outcome, count in sorted(self._champion.swaps.items()):
            swaps.add_metric([outcome], count)
        yield swaps

    def _drift(self) -> Iterable[Metric]:
        shift = self._champion.model.window.shift()
        yield HistogramMetricFamily(
            "serving_prediction",
            "Predictions: the numbers, or the probabilities of what is decided.",
            self._predictions.buckets(),
            self._predictions.sum,
        )
        labels = CounterMetricFamily("serving_labels", "Rows by the label that they were given.", labels=["label"])
        for label, count in sorted(self._labels.copy().items()):
            labels.add_metric([label], count)
        yield labels
        yield GaugeMetricFamily("serving_drift_rows", "Rows that drift is told from.", shift.rows)
        features = GaugeMetricFamily(
            "serving_feature_psi", "Shift of a feature from training (PSI).", labels=["feature"]
        )
        for name, value in shift.features.items():
            features.add_metric([name], value)
        yield features
        if shift.predictions is not None:
            yield GaugeMetricFamily("serving_prediction_psi", "Shift of the predictions (PSI).", shift.predictions)
