from __future__ import annotations

import asyncio
import errno
import json
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop
from road.serving import listening
from road.serving.listening import Listener, let_nobody_in

from tests.road.serving.models import ROWS
from tests.road.serving.servers import PATIENCE, read_answer, request_of, running

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.new_event_loop,
    "uvloop": uvloop.new_event_loop,
}
BODY = request_of(json.dumps({"rows": ROWS}).encode())


class Turns:
    """Counts the turns of the loop, and notes in which of them each connection is made."""

    def __init__(self, count: int) -> None:
        self.turns = 0
        self.made: list[int] = []
        self.all = asyncio.Event()
        self._count = count
        self._turn()

    def _turn(self) -> None:
        self.turns += 1
        if not self.all.is_set():
            asyncio.get_running_loop().call_soon(self._turn)

    def note(self) -> None:
        self.made.append(self.turns)
        if len(self.made) == self._count:
            self.all.set()


class Counted(asyncio.Protocol):
    """Ends a connection that is made."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._turns.note()
        transport.close()


async def turns_to_let_in(count: int) -> int:
    """Have so many connect at once, and give the number of turns between the first and the last."""
    turns = Turns(count)
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listens:
        clients = [socket.create_connection(listens.getsockname(), PATIENCE) for _ in range(count)]
        listener = Listener(listens, lambda: Counted(turns))
        await turns.all.wait()
        await listener.close()
        for client in clients:
            client.close()
    return max(turns.made) - min(turns.made)


@pytest.mark.parametrize("kind", LOOPS)
def test_who_comes_together_is_let_in_together(kind: str) -> None:
    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        few, many = (runner.run(turns_to_let_in(count)) for count in (10, 200))

    assert (few, many) == (0, 0)


def test_who_comes_last_waits_for_no_more_predictions_than_who_comes_first(place: Path, model: Path) -> None:
    """Those who connect while the server is stopped are all found in one turn, so that no more than `queue` wait."""
    with running(place, model=model, queue=8) as server:
        server.pause()
        clients = [server.connect() for _ in range(40)]
        for client in clients:
            client.sendall(BODY)
        server.go_on()
        statuses = [read_answer(client)[0] for client in clients]
        for client in clients:
            client.close()

    assert (statuses.count(200), statuses.count(503)) == (8, 32)


def test_a_server_without_room_for_a_connection_takes_it_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(listening, "_PAUSE", 0.01)
    refused: list[OSError] = [OSError(errno.EMFILE, "Too many open files")]

    class Crowded(socket.socket):
        def accept(self) -> tuple[socket.socket, object]:
            if refused:
                raise refused.pop()
            return super().accept()

    async def run() -> int:
        turns = Turns(1)
        with Crowded() as listens:
            listens.bind(("127.0.0.1", 0))
            listens.listen()
            listener = Listener(listens, lambda: Counted(turns))
            with socket.create_connection(listens.getsockname(), PATIENCE):
                await turns.all.wait()
            await listener.close()
        return len(turns.made)

    with caplog.at_level(logging.ERROR):
        made = asyncio.run(run())

    assert made == 1
    assert [record.message for record in caplog.records] == ["no room for a connection"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops attempts to connect")
def test_who_is_being_let_in_when_nobody_else_is_can_speak() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listens:
        address = listens.getsockname()
        before = socket.create_connection(address, PATIENCE)
        let_nobody_in(listens)
        with pytest.raises(TimeoutError):
            socket.create_connection(address, 0.3)
        accepted, _ = listens.accept()
    let_nobody_in(accepted)  # as it has it from the listener, when it was made meanwhile
    accepted.settimeout(PATIENCE)

    with before, accepted:
        before.sendall(b"request")
        assert accepted.recv(100) == b"request"
