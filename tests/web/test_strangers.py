"""Strangers at the door of the pages: connections that ask nothing."""

import resource
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.feeds.test_doorway import MOST_FILES, descriptors
from tests.helpers.heard import GIVES_UP, until
from tests.helpers.manager import manager
from tests.helpers.ports import free_port, listening
from tests.helpers.service import abandoned_call, followed, records, service


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nX: "])
async def test_hundreds_who_connect_and_ask_nothing_cost_no_call_and_one_line_and_go(
    said: bytes, tmp_path: Path
) -> None:
    port = free_port()
    async with manager() as pbx, service(tmp_path, pbx.port, f"[web]\nport = {port}\n") as process:
        await followed(pbx)
        await until(lambda: listening(port))
        before = descriptors(process.pid)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
        with ExitStack() as open_ones:
            for _ in range(400):
                stranger = open_ones.enter_context(socket.socket())
                stranger.setblocking(False)
                stranger.connect_ex(("127.0.0.1", port))
                with suppress(OSError):
                    stranger.send(said)
            abandoned_call(pbx, "1.1")
            await until(lambda: len(records(tmp_path)) == 1)
            assert descriptors(process.pid) < MOST_FILES - 50
            await until(lambda: descriptors(process.pid) <= before + 10)
            async with httpx.AsyncClient(trust_env=False, timeout=GIVES_UP) as client:
                assert (await client.get(f"http://127.0.0.1:{port}/v1/records")).status_code == 401
        process.terminate()
        assert process.stderr is not None
        told = (await process.stderr.read()).decode()
    assert told.count("too_many_connections") == 1
    assert len(told.splitlines()) < 15, told
