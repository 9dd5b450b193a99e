from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families
from road.core.bundle import Bundle
from road.serving import metrics
from road.serving.drift import Window
from road.serving.metrics import Histogram
from road.serving.rows import sample_rows
from road.serving.service import Service
from starlette.testclient import TestClient

from tests.road.serving.models import NAME, ROWS, manifest_of

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(client: TestClient) -> Samples:
    """Every sample that `/metrics` shows."""
    text = client.get("/metrics").text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def test_requests_are_counted_and_timed(client: TestClient) -> None:
    for _ in range(3):
        client.post("/predict", json={"rows": ROWS[:2]})
    client.post("/predict", content=b"{")

    found = samples(client)
    assert value(found, "serving_requests_total", route="/predict", status="200") == 3
    assert value(found, "serving_requests_total", route="/predict", status="400") == 1
    assert value(found, "serving_request_seconds_count", route="/predict") == 4
    assert value(found, "serving_prediction_count") == 6
    assert value(found, "serving_rejected_total") == 0
    assert value(found, "serving_in_flight") == 0


def test_the_model_is_named(
    client: TestClient, service: Service, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "time", SimpleNamespace(time=lambda: service.champion.model.loaded + 90))

    found = samples(client)

    assert value(found, "serving_model_info", model=NAME, version=bundle.digest[:16]) == 1
    assert value(found, "serving_model_age_seconds") == pytest.approx(90)


def test_rows_like_those_of_training_show_no_drift_and_others_do(client: TestClient, service: Service) -> None:
    rows = sample_rows(manifest_of(), 3000)
    for start in range(0, 3000, 100):
        assert client.post("/predict", json={"rows": rows[start : start + 100]}).status_code == 200
    calm = samples(client)
    moved = [{**row, "price": 9.9} for row in rows]
    for start in range(0, 3000, 100):
        client.post("/predict", json={"rows": moved[start : start + 100]})
    stirred = samples(client)

    assert value(calm, "serving_drift_rows") == 3000
    assert value(calm, "serving_feature_psi", feature="price") < 0.1
    assert value(calm, "serving_feature_psi", feature="guests") < 0.1
    assert value(stirred, "serving_drift_rows") == service.settings.drift_rows
    assert value(stirred, "serving_feature_psi", feature="price") > 0.2
    assert value(stirred, "serving_feature_psi", feature="guests") < 0.1


def test_few_rows_show_no_drift_rather_than_noise(client: TestClient) -> None:
    client.post("/predict", json={"rows": ROWS})

    assert not [name for name, _ in samples(client) if name.endswith("_psi")]


def test_a_window_keeps_the_latest_rows() -> None:
    manifest = manifest_of()
    window = Window(manifest, rows=10, min_rows=1)
    width = len(manifest.inputs)

    for start in (0, 4, 8, 12):
        block = np.arange(start, start + 4, dtype=np.float64)
        window.add(np.repeat(block[:, None], width, axis=1).astype(np.float32), block)
    window.add(np.zeros((25, width), dtype=np.float32), np.arange(25.0))

    assert window.shift().rows == 10
    assert sorted(window._values.tolist()) == [float(n) for n in range(15, 25)]
    for one in range(25, 29):
        window.add(np.full((1, width), one, dtype=np.float32), np.array([float(one)]))
    assert sorted(window._values.tolist()) == [float(n) for n in range(19, 29)]
    assert sorted(window._rows[:, 0].tolist()) == [0.0] * 6 + [25.0, 26.0, 27.0, 28.0]


def test_buckets_are_cumulative() -> None:
    histogram = Histogram([1.0, 2.0])

    for number in (0.5, 1.0, 1.5, 5.0):
        histogram.add(number)

    assert histogram.buckets() == [("1.0", 2.0), ("2.0", 3.0), ("+Inf", 4.0)]
    assert histogram.sum == pytest.approx(8.0)
