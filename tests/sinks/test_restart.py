"""The whole service killed while a sink is away, and started again."""

from pathlib import Path

from bridge.store.reader import find
from tests.helpers.heard import until
from tests.helpers.manager import manager
from tests.helpers.ports import free_ports
from tests.helpers.receiver import receiver
from tests.helpers.servers import ADDRESS
from tests.helpers.service import abandoned_call, pbx_table, running, stop


async def test_a_call_that_ended_while_the_crm_was_down_reaches_it_although_the_service_was_killed(
    tmp_path: Path,
) -> None:
    (port,) = free_ports(address=ADDRESS)
    store = tmp_path / "calls.db"
    sinks = f'[[sink]]\ntype = "sqlite"\npath = "{store}"\n'
    sinks += f'[[sink]]\ntype = "webhook"\nurl = "http://{ADDRESS}:{port}/calls"\nsecret = "s3cret"\n'
    async with manager() as pbx:
        async with running(["run"], tmp_path, pbx_table("pbx1", pbx.port), sinks) as process:
            await until(lambda: "PJSIPShowContacts" in pbx.actions)
            abandoned_call(pbx, "1.1")
            await until(lambda: store.exists() and find(str(store)))
            process.kill()
            await process.wait()
        with receiver(port) as crm:
            async with running(["run"], tmp_path, pbx_table("pbx1", pbx.port), sinks) as process:
                await until(lambda: crm.taken)
                _, errors = await stop(process)
        assert process.returncode == 0
    assert {request.record.call_id for request in crm.taken} == {"1.1"}
    assert "s3cret" not in errors
