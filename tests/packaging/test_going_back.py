"""An upgrade that is undone: the code of 0.1.0 before and after that of today, as the operating guide has it."""

import asyncio
import io
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tests.helpers.heard import until
from tests.helpers.manager import Manager, manager
from tests.helpers.service import STORE, abandoned_call, callbridge, followed, heard, pbx_table, stop
from tests.packaging.copied import ROOT

OLD = "d93a3aa"
"""The last commit of version 0.1.0."""


@pytest.fixture(scope="module")
def old_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept = subprocess.run(["git", "-C", ROOT, "archive", OLD, "bridge"], capture_output=True, check=False)
    if kept.returncode:
        pytest.skip("this copy of the repository has no history")
    folder = tmp_path_factory.mktemp("0.1.0")
    with tarfile.open(fileobj=io.BytesIO(kept.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return folder


def begins(pbx: Manager, call: str) -> str:
    """A customer dials 8000 and is still there: what every event of the call says."""
    channel = f"Channel: PJSIP/trunk-0000{call}\nUniqueid: {call}\nLinkedid: {call}"
    pbx.say(f"Event: Newchannel\n{channel}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
    pbx.say(f"Event: Newstate\n{channel}\nChannelState: 6")
    return channel


async def ends(pbx: Manager, channel: str) -> None:
    """It was up when a service began, and ends then."""
    listed = "Event: CoreShowChannel\nActionID: CoreShowChannels"
    pbx.say(f"{listed}\n{channel}\nChannelState: 6\nContext: from-trunk\nExten: 8000")
    pbx.say("Event: CoreShowChannelsComplete\nActionID: CoreShowChannels\nListItems: 1")
    pbx.say(f"Event: HangupRequest\n{channel}\nChannelState: 6")
    pbx.say(f"Event: Hangup\n{channel}\nChannelState: 6\nCause: 16")


@asynccontextmanager
async def service(folder: Path, pbx: Manager, code: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = pbx_table("pbx1", pbx.port) + '[roles]\ntrunks = ["PJSIP/trunk"]\n[[dn]]\nnumber = "8000"\n'
    sink = f'[[sink]]\ntype = "sqlite"\npath = "{folder / STORE}"\n'
    async with callbridge(["run"], folder, settings + sink, asyncio.subprocess.PIPE, code) as process:
        yield process


def calls(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / STORE)) as db:
        return [call for (call,) in db.execute("SELECT call_id FROM records ORDER BY call_id")]


async def test_an_upgrade_goes_on_where_the_old_version_was_and_is_undone_with_the_backup(
    tmp_path: Path, old_code: Path
) -> None:
    async with manager() as pbx:
        async with service(tmp_path, pbx, old_code) as process:
            await followed(pbx)
            abandoned_call(pbx, "1.1")
            await until(lambda: (tmp_path / STORE).exists() and calls(tmp_path) == ["1.1"])
            second = begins(pbx, "1.2")
            await until(lambda: heard(tmp_path, "1.2"))
            process.kill()
        with closing(sqlite3.connect(tmp_path / STORE)) as db, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
            db.backup(copy)

        async with service(tmp_path, pbx, ROOT) as process:
            await followed(pbx, 2)
            await ends(pbx, second)
            await until(lambda: calls(tmp_path) == ["1.1", "1.2"])
            third = begins(pbx, "1.3")
            await until(lambda: heard(tmp_path, "1.3"))
            process.kill()

        async with service(tmp_path, pbx, old_code) as process:
            _, errors = await process.communicate()
            assert process.returncode != 0
            assert "written by a newer callbridge" in errors.decode()

        for end in ("", "-wal", "-shm"):
            if (there := tmp_path / (STORE + end)).exists():
                there.rename(tmp_path / f"new{end}")
        shutil.copy(tmp_path / "copy.db", tmp_path / STORE)
        async with service(tmp_path, pbx, old_code) as process:
            await followed(pbx, 3)
            await ends(pbx, third)
            await until(lambda: "1.3" in calls(tmp_path))
            await stop(process)
    assert calls(tmp_path) == ["1.1", "1.2", "1.3"], "the journal, which stays, has what the backup lacks"
