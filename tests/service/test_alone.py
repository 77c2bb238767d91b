"""Two services by mistake."""

import asyncio
import os
import signal
from pathlib import Path

from tests.helpers.heard import GIVES_UP
from tests.helpers.manager import manager
from tests.helpers.service import followed, pbx_table, running, service


async def test_a_second_service_of_the_same_settings_is_refused_with_the_others_pid(tmp_path: Path) -> None:
    async with manager() as pbx:
        async with service(tmp_path, pbx.port) as first:
            await followed(pbx)
            async with service(tmp_path, pbx.port) as second:
                assert second.stderr is not None
                async with asyncio.timeout(GIVES_UP):
                    told = (await second.stderr.read()).decode()
                    assert await second.wait() == 2
            store = tmp_path / "calls.db"
            line = f"callbridge: {store}: a callbridge runs with this store already, process {first.pid}; stop it, "
            assert told == line + "or name another store\n"
            assert pbx.actions.count("PJSIPShowContacts") == 1, "and it has not gone near the PBX"
            first.send_signal(signal.SIGKILL)
            await first.wait()
        async with service(tmp_path, pbx.port) as third:
            await followed(pbx, 2)
            assert int((tmp_path / "calls.db.lock").read_text()) == third.pid != os.getpid()
            third.terminate()
            assert await third.wait() == 0


async def test_a_second_service_that_writes_to_stdout_alone_is_refused_too(tmp_path: Path) -> None:
    async with manager() as pbx, running(["run"], tmp_path, pbx_table("pbx1", pbx.port)) as first:
        await followed(pbx)
        async with running(["run"], tmp_path, pbx_table("pbx1", pbx.port)) as second:
            assert second.stderr is not None
            async with asyncio.timeout(GIVES_UP):
                told = (await second.stderr.read()).decode()
                assert await second.wait() == 2
        line = f"callbridge.toml: a callbridge runs with these settings already, process {first.pid}; stop it\n"
        assert told.endswith(line)
