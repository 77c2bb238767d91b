"""Log rotation around a running service."""

import signal
from pathlib import Path

from tests.helpers.heard import until
from tests.helpers.killing import lines
from tests.helpers.manager import manager
from tests.helpers.service import abandoned_call, followed, service


async def test_sighup_begins_a_new_file_and_the_service_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    async with (
        manager() as pbx,
        service(tmp_path, pbx.port, f'[[sink]]\ntype = "jsonl"\npath = "{path}"\n') as process,
    ):
        await followed(pbx)
        abandoned_call(pbx, "1.1")
        await until(lambda: len(lines(path)) == 1)
        moved = path.rename(tmp_path / "records.jsonl.1")
        process.send_signal(signal.SIGHUP)
        links = Path(f"/proc/{process.pid}/fd")
        await until(lambda: all(fd.exists() and fd.resolve() != moved for fd in links.iterdir() if fd.is_symlink()))
        abandoned_call(pbx, "1.2")
        await until(lambda: len(lines(path)) == 1)
        process.terminate()
        assert await process.wait() == 0
    assert [record.call_id for record in lines(moved) + lines(path)] == ["1.1", "1.2"]
