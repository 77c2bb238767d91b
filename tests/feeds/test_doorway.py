"""Strangers at the endpoint's door: connections that never say who they are."""

import resource
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from websockets.protocol import State

from bridge.feeds import doorway
from tests.helpers import desk
from tests.helpers.desk import Desk, say
from tests.helpers.heard import GIVES_UP, until
from tests.helpers.manager import manager
from tests.helpers.ports import free_port, listening
from tests.helpers.service import abandoned_call, followed, records, service

MOST_FILES = 256


def descriptors(pid: int) -> int:
    """How many a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.parametrize("attacked", ["endpoint", "metrics"])
async def test_hundreds_of_half_open_connections_cost_no_call_no_answer_and_one_line(
    attacked: str, tmp_path: Path
) -> None:
    ports = {"endpoint": free_port(), "metrics": free_port()}
    tables = desk.settings(ports["endpoint"]) + f"[metrics]\nport = {ports['metrics']}\n"
    async with manager() as pbx, service(tmp_path, pbx.port, tables) as process:
        await followed(pbx)
        await until(lambda: all(map(listening, ports.values())))
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
        with ExitStack() as open_ones:
            for _ in range(400):
                stranger = open_ones.enter_context(socket.socket())
                stranger.setblocking(False)
                stranger.connect_ex(("127.0.0.1", ports[attacked]))
            await until(lambda: descriptors(process.pid) > 60)
            begun = time.monotonic()
            abandoned_call(pbx, "1.1")
            await until(lambda: len(records(tmp_path)) == 1)
            assert descriptors(process.pid) < MOST_FILES - 50
            async with httpx.AsyncClient(trust_env=False, timeout=GIVES_UP) as client:
                if attacked == "endpoint":
                    assert (await client.get(f"http://127.0.0.1:{ports['metrics']}/readyz")).text == "ready\n"
            # Who has said nothing for a few seconds is gone, and a phone gets in while they all still stand there.
            await until(lambda: descriptors(process.pid) < 60)
            async with Desk(ports["endpoint"]).phone() as phone:
                assert await say(phone, {"n": 1, "report": "ringing"}) == {"ack": 1}
            assert time.monotonic() - begun < 30
        process.terminate()
        assert process.stderr is not None
        told = (await process.stderr.read()).decode()
    assert told.count("too_many_connections") == 1
    assert len(told.splitlines()) < 15, told


def test_a_door_that_was_full_opens_again_for_who_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    class Connection:
        """As websockets makes them."""

        state = State.CONNECTING

    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    door = doorway.Doorway("x", Connection, doorway.is_closed)  # type: ignore[arg-type]
    first = [door() for _ in range(doorway.MOST)]
    with pytest.raises(doorway.TooMany):
        door()
    door.passed(first[0])
    second = door()
    with pytest.raises(doorway.TooMany):
        door()
    second.state = State.CLOSED  # type: ignore[misc]
    third = door()
    now[0] += 2 * doorway.PATIENCE + 1
    assert door() is not third
