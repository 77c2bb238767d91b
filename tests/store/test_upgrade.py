"""A store of version 0.1.0, written by that version and left with a call open, under the version of today.

``version_0_1_0/`` holds its tables (``sqlite3 calls.db .dump``) and its journal: call 1.1 is on record and waits for
a webhook, call 1.2 was up when the service was killed.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bridge.store.migrations import VERSION
from bridge.store.outbox import Outbox
from tests.helpers.heard import until
from tests.helpers.manager import manager
from tests.helpers.service import STORE, followed, records, service

KILLED = 1795936695.5
"""When, in seconds since the epoch: the journal's file tells it."""
OLD = Path(__file__).with_name("version_0_1_0")


def left_by_the_old_version(folder: Path) -> None:
    with closing(sqlite3.connect(folder / STORE)) as db:
        db.executescript((OLD / "calls.sql").read_text() + "PRAGMA user_version = 3;")
    journal = folder / f"{STORE}.calls"
    shutil.copy(OLD / "calls.db.calls", journal)
    os.utime(journal, (KILLED, KILLED))


async def test_what_is_on_record_stays_what_waits_still_waits_and_a_call_that_was_open_ends(tmp_path: Path) -> None:
    left_by_the_old_version(tmp_path)
    away = '[[sink]]\ntype = "webhook"\nname = "crm"\nurl = "http://127.0.0.1:9/"\nsecret = "a-secret"\n'
    async with manager() as pbx, service(tmp_path, pbx.port, away) as process:
        await followed(pbx)
        channel = "Channel: PJSIP/trunk-00001.2\nUniqueid: 1.2\nLinkedid: 1.2"
        listed = "Event: CoreShowChannel\nActionID: CoreShowChannels"
        pbx.say(f"{listed}\n{channel}\nChannelState: 6\nContext: from-trunk\nExten: 8000")
        pbx.say("Event: CoreShowChannelsComplete\nActionID: CoreShowChannels\nListItems: 1")
        pbx.say(f"Event: HangupRequest\n{channel}\nChannelState: 6")
        pbx.say(f"Event: Hangup\n{channel}\nChannelState: 6\nCause: 16")
        await until(lambda: len(records(tmp_path)) == 2)
        process.terminate()
        assert await process.wait() == 0
    before, after = records(tmp_path)
    assert (before.call_id, before.revision, before.complete, before.dn) == ("1.1", 1, True, "8000")
    assert before.tags == ["incoming_dn_call", "customer_abandon", "short_abandon"]
    assert (after.call_id, after.complete, after.dn, len(after.gaps)) == ("1.2", False, "8000", 1)
    with closing(Outbox(str(tmp_path / STORE))) as outbox:
        (depth,) = outbox.depths(["crm"])
    assert depth.waiting == 2
    with closing(sqlite3.connect(tmp_path / STORE)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
