"""Middleware and authentication of the project's, by the examples of docs/how-to/hooks-serving.md."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from road.core import commands
from road.core.errors import UserError
from road.core.project import Project, read_project
from road.serving.app import Shortcut, assemble
from road.serving.cli import main
from road.serving.guard import FREE
from road.serving.hooks import Forbidden, Unauthenticated
from road.serving.service import Service
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.road.briefs import write_brief
from tests.road.serving.conftest import Make
from tests.road.serving.models import NAME, ROWS
from tests.road.serving.servers import read_answer, request_of, running

PAGE = Path(__file__).resolve().parents[3] / "docs/how-to/hooks-serving.md"
BLOCK = re.compile(r"```(?:yaml|python)\n# (\S+)\n(.*?)```", re.DOTALL)
TOKENS = "till=3f9c02 planner=77ab19"
PLANNER = {"authorization": "Bearer 77ab19"}
COVERED = ["/docs", "/openapi.json", "/v2", f"/v2/models/{NAME}", "/nothing", "/health/live/", "/metrics/"]
HERE = __name__


class Outer:
    """Notes that it was asked."""

    asked: list[str] = []
    name = "outer"

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        Outer.asked.append(self.name)
        await self._app(scope, receive, send)


class Inner(Outer):
    name = "inner"


def nothing(_: ASGIApp) -> None:
    return None


def broken(headers: Mapping[str, str], _: str) -> str:
    raise KeyError(headers["gone"])


@pytest.fixture
def repo(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a repository with all files of the page, and forget them at the end."""
    monkeypatch.setattr("sys.path", [*sys.path])
    monkeypatch.setattr(commands, "configure", lambda *_: None)
    monkeypatch.setenv("APP_MODEL", str(model))
    monkeypatch.setenv("CALLER_TOKENS", TOKENS)
    monkeypatch.chdir(tmp_path)
    write_brief(tmp_path, metric="wape", threshold=0.2)
    declared = ["version: 1\n"]
    for name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if name == "project.yaml":
            declared.append(text)
        else:
            (tmp_path / name).write_text(text)
    (tmp_path / "project.yaml").write_text("".join(declared))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


@contextmanager
def asking(make: Make, project: Project, **settings: Any) -> Iterator[TestClient]:
    service = Service(replace(make(**settings), project=project))
    with TestClient(assemble(service), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(repo: Path, make: Make) -> Iterator[TestClient]:
    with asking(make, read_project(repo / "project.yaml"), access_log=True) as client:
        yield client


def test_without_hooks_nothing_stands_around_the_application(service: Service) -> None:
    assert isinstance(assemble(service), Shortcut)


def test_middleware_stands_around_everything(client: TestClient) -> None:
    answers = [
        client.post("/predict", json={"rows": ROWS}, headers=PLANNER),
        client.post("/predict", json={"rows": ROWS}),
        *(client.get(path) for path in ("/health/live", "/metrics", "/nothing")),
    ]

    assert [answer.status_code for answer in answers] == [200, 401, 200, 200, 401]
    assert {answer.headers["x-deployment"] for answer in answers} == {"local"}


def test_the_first_middleware_is_the_outermost(make: Make) -> None:
    project = Project(version=1, middleware=(f"{HERE}:Outer", f"{HERE}:Inner"))
    with asking(make, project) as client:
        module = sys.modules[HERE]
        module.Outer.asked.clear()
        client.get("/health/live")

        assert module.Outer.asked == ["outer", "inner"]


def test_middleware_that_gives_nothing_is_a_users_error(make: Make) -> None:
    project = Project(version=1, middleware=(f"{HERE}:nothing",))

    with pytest.raises(UserError, match="which is no ASGI application"):
        assemble(Service(replace(make(), project=project)))


@pytest.mark.parametrize(
    ("headers", "path", "status", "challenge"),
    [
        ({}, "/predict", 401, "Bearer"),
        ({"authorization": "Basic eDp5"}, "/predict", 401, "Bearer"),
        ({"authorization": "Bearer wrong"}, "/predict", 401, 'Bearer error="invalid_token"'),
        ({"authorization": "Bearer 3f9c02"}, f"/v2/models/{NAME}/infer", 403, 'Bearer error="insufficient_scope"'),
    ],
)
def test_who_is_refused_is_told_how_to_ask(
    client: TestClient, headers: dict[str, str], path: str, status: int, challenge: str
) -> None:
    answer = client.post(path, json={"rows": ROWS}, headers={**headers, "x-request-id": "abc"})

    assert answer.status_code == status
    assert answer.headers["www-authenticate"] == challenge
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == "urn:request:abc"


def test_who_is_known_is_answered_and_named_in_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.post("/predict", json={"rows": ROWS}, headers=PLANNER)

    assert answer.status_code == 200
    (line,) = [record for record in caplog.records if record.getMessage() == "request"]
    assert vars(line)["caller"] == "planner"


@pytest.mark.parametrize("path", COVERED)
def test_everything_but_probes_and_metrics_asks_who_it_is(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.get(path, headers=PLANNER).status_code in (200, 404)


@pytest.mark.parametrize("path", sorted(FREE))
def test_probes_and_metrics_are_free(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_refusals_are_counted(client: TestClient) -> None:
    client.get("/docs")

    assert 'serving_requests_total{route="authenticate",status="401"} 1.0' in client.get("/metrics").text


def test_the_description_shows_what_a_request_without_headers_is_told(client: TestClient) -> None:
    paths = client.get("/openapi.json", headers=PLANNER).json()["paths"]
    answers = paths["/predict"]["post"]["responses"]
    shown = answers["401"]["content"]["application/problem+json"]["example"]

    told = client.post("/predict", json={"rows": ROWS}).json()

    assert {**shown, "instance": ""} == {**told, "instance": ""}
    assert {"401", "403"} <= set(paths["/v2/models/{model}"]["get"]["responses"])
    assert "401" not in paths["/health/live"]["get"]["responses"]


def test_a_hook_that_fails_lets_nobody_in(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    with asking(make, Project(version=1, authenticate=f"{HERE}:broken")) as client:
        answer = client.post("/predict", json={"rows": ROWS})
        page = client.get("/openapi.json")

    assert (answer.status_code, page.status_code) == (500, 500)
    assert "gone" not in answer.text
    assert any(record.getMessage() == "authenticate failed" and record.exc_info for record in caplog.records)


def test_a_challenge_is_one_line() -> None:
    assert Unauthenticated("No.", challenge="Basic\r\nx: y").challenge == "Basic??x: y"
    assert (Unauthenticated.status, Forbidden.status) == (401, 403)


def test_who_finds_the_queue_full_is_told_before_anybody_asks_who_it_is(repo: Path, model: Path) -> None:
    with running(repo, model=model, queue=1) as server:
        server.pause()
        clients = [server.connect() for _ in range(10)]
        for client in clients:
            client.sendall(request_of(json.dumps({"rows": ROWS}).encode()))
        server.go_on()
        answers = [read_answer(client) for client in clients]
        for client in clients:
            client.close()

    assert sorted(status for status, _, _ in answers) == [401] + [503] * 9
    for status, head, _ in answers:
        assert (b"\r\nwww-authenticate: Bearer" in head) is (status == 401)


def test_a_load_test_says_who_it_is(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOAD_TEST_AUTHORIZATION", PLANNER["authorization"])
    with running(repo) as server:
        load = ["load-test", "--url", f"http://127.0.0.1:{server.port}", "--seconds", "0.2", "--rate", "50"]
        main(load)
        main([*load, "--header", "authorization=LOAD_TEST_AUTHORIZATION"])

    said = capsys.readouterr().out
    assert "; 10 x 401\n" in said
    assert "; 10 x 200\n" in said
