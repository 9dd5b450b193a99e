"""The server as a process: signals, another model, public clients, logs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.road.serving.models import NAME, OUTPUT, ROWS, SUMS
from tests.road.serving.registries import add_model, point
from tests.road.serving.servers import Load, Server, running, wait_for

BODY = json.dumps({"rows": ROWS}).encode()


@pytest.fixture(scope="module")
def server(place: Path, model: Path) -> Iterator[Server]:
    with running(place, model=model) as server:
        yield server


def test_sigterm_under_load_loses_no_request(place: Path, registry: Path) -> None:
    """The server drains until it is told a second time, so that the test need not be quick."""
    with running(place, model=f"{registry}#champion", drain_seconds=600) as server:
        load = Load(server.port, BODY)
        load.start(clients=16)
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: server.get("/health/ready")[0] == 503)
        load.wait_for_more()
        code = server.stop()
        load.stop()

    assert code == 0
    assert load.lost == []
    assert {status for status, _ in load.answers} == {200}


def test_another_champion_is_taken_up_under_load(place: Path, registry: Path) -> None:
    factors = {}
    for factor in (1.0, -2.0, 3.0):
        digest = add_model(registry, factor)
        factors[digest[:16]] = (factor, digest)
    with running(place, model=f"{registry}#champion", watch_seconds=0.1) as server:
        load = Load(server.port, BODY)
        load.start(clients=4)
        for version, (_, digest) in factors.items():
            point(registry, digest)
            wait_for(lambda v=version: server.get("/health/ready")[1]["version"] == v)  # type: ignore[misc]
            load.wait_for_more()
        load.stop()
        assert server.metric('serving_model_swaps_total{outcome="swapped"}') == 2

    assert load.lost == []
    seen = set()
    for status, body in load.answers:
        assert status == 200
        answer = json.loads(body)
        factor, _ = factors[answer["version"]]
        assert answer["predictions"] == [factor * value for value in SUMS]
        seen.add(answer["version"])
    assert seen == set(factors)


def test_sighup_looks_for_another_champion_at_once(place: Path, registry: Path) -> None:
    with running(place, model=f"{registry}#champion") as server:
        digest = add_model(registry, 5.0)
        point(registry, digest)
        server.process.send_signal(signal.SIGHUP)

        wait_for(lambda: bool(server.get("/health/ready")[1]["version"] == digest[:16]))
        assert server.predict(ROWS)[1]["predictions"] == [5 * value for value in SUMS]


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("packed", [None, "gzip", "deflate"])
def test_the_public_client_of_the_protocol_works_as_it_is(server: Server, packed: str | None, *, binary: bool) -> None:
    triton = pytest.importorskip("tritonclient.http")
    client = triton.InferenceServerClient(f"127.0.0.1:{server.port}")
    inputs = []
    for column in client.get_model_metadata(NAME)["inputs"]:
        kind = object if column["datatype"] == "BYTES" else np.float32
        values = np.array([row[column["name"]] for row in ROWS[:2]], dtype=kind)
        tensor = triton.InferInput(column["name"], list(values.shape), column["datatype"])
        tensor.set_data_from_numpy(values, binary_data=binary)
        inputs.append(tensor)
    outputs = [triton.InferRequestedOutput(OUTPUT, binary_data=binary)]

    answer = client.infer(NAME, inputs, outputs=outputs, request_compression_algorithm=packed)

    assert answer.as_numpy(OUTPUT).tolist() == SUMS[:2]
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready(NAME)
    with pytest.raises(triton.InferenceServerException, match="inputs differ"):
        client.infer(NAME, inputs[1:])
    client.close()


def test_a_port_in_use_is_a_users_error(server: Server, place: Path, model: Path) -> None:
    environment = {"APP_PORT": str(server.port), "APP_MODEL": str(model), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "road.serving", "serve"]

    done = subprocess.run(command, env=environment, cwd=place, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "can't listen on 127.0.0.1" in done.stderr


def test_logs_hold_no_values_of_a_request(place: Path, model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with running(place, model=model, access_log="true", log_format="json", log_level="debug") as server:
        assert server.ask("POST", "/predict", '{"rows": [{"stall": "SECRET-VALUE", "guests": 13.37}]}')[0] == 422
        server.stop()

    said = capfd.readouterr().err
    assert "SECRET-VALUE" not in said
    assert "13.37" not in said
    line = next(json.loads(line) for line in said.splitlines() if '"event": "request"' in line)
    assert (line["route"], line["status"]) == ("/predict", 422)
    assert line["request_id"]
    assert "caller" not in line
