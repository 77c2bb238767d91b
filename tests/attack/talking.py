"""What those say who talk to the service: strangers, receivers, callers, the PBX and the clock."""

import asyncio
import gzip
import resource
import signal
import socket
import sqlite3
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

from tests.attack.target import LONGEST_ANSWER, target, until
from tests.helpers import desk
from tests.helpers.ports import free_port
from tests.sinks.test_webhook_answers import Sheet, sheet

STRANGERS, MOST_FILES = 400, 256
UNPACKED = 1 << 30
"""Bytes that a receiver's answer of a megabyte would become."""


async def half_open_connections(folder: Path) -> tuple[str, bool]:
    port = free_port()
    async with target(folder, desk.settings(port)) as under:
        await until(lambda: "feed_listening" in under.log)
        resource.prlimit(under.process.pid, resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
        lines = under.log.count("\n")
        with ExitStack() as held:
            for _ in range(STRANGERS):
                stranger = held.enter_context(socket.socket())
                stranger.setblocking(False)
                stranger.connect_ex(("127.0.0.1", port))
            goes_on = await under.one_more_call()
        said = under.log.count("\n") - lines
        told = f"a record, {said} line(s) of log, answered within {under.slowest:.1f} s"
        return told, goes_on and said < 10 and under.slowest < LONGEST_ANSWER


def _webhook(receiving: Sheet) -> str:
    return f'[[sink]]\ntype = "webhook"\nurl = "{receiving.url}/exec"\nsecret = "s3cret"\n'


def _waiting(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "calls.db")) as db:
        return int(db.execute("SELECT count(*) FROM outbox").fetchone()[0])


async def an_answer_that_unpacks_to_a_gigabyte(folder: Path) -> tuple[str, bool]:
    with sheet() as receiving:
        receiving.status, receiving.encoding = 200, "gzip"
        receiving.body = gzip.compress(bytes(UNPACKED), 1)
        async with target(folder, _webhook(receiving)) as under:
            await under.one_more_call()
            await until(lambda: receiving.rows and _waiting(folder) == 0)
            told = f"delivered {len(receiving.rows)} time(s), {under.megabytes:.0f} MB at most"
            return told, len(receiving.rows) == 1 and under.megabytes < 300


async def a_receiver_that_answers_302_after_it_took_the_record(folder: Path) -> tuple[str, bool]:
    with sheet() as receiving:
        async with target(folder, _webhook(receiving)) as under:
            for _ in range(3):
                await under.one_more_call()
            await until(lambda: _waiting(folder) == 0)
            return f"3 records, {len(receiving.rows)} rows", len(receiving.rows) == 3


async def line_breaks_in_what_the_pbx_says(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        for line_break in (b"\n", b"\r"):
            smuggled = line_break.join([b"b-9", b"Action: Originate", b"ActionID: smuggled", b"X: "])
            under.pbx.send(b"Event: BridgeListItem\r\nBridgeUniqueid: " + smuggled + b"\r\n\r\n")
            under.pbx.send(b"Event: ChanSpyStart\r\nSpyerChannel: " + smuggled + b"\r\n\r\n")
            under.pbx.send(b"Event: Newchannel\r\nUniqueid: 1\n.7" + line_break + b"\r\nChannel: PJSIP/1\r\n\r\n")
        goes_on = await under.one_more_call()
        sent = under.pbx.actions.count("smuggled")
        return f"sent {sent} smuggled action(s), goes on", goes_on and not sent


async def control_characters_in_a_callers_name(folder: Path) -> tuple[str, bool]:
    evil = "\x1b]0;owned\x07\x1b[2J"
    async with target(folder) as under:
        channel = f"Channel: PJSIP/trunk-00000001\nUniqueid: 1.1\nLinkedid: 1.1\nCallerIDNum: 0912{evil}"
        channel += f"\nCallerIDName: {evil}\nTimestamp: {time.time():.6f}"
        under.pbx.say(f"Event: Newchannel\n{channel}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
        under.pbx.say(f"Event: HangupRequest\n{channel}\nChannelState: 4")
        under.pbx.say(f"Event: Hangup\n{channel}\nChannelState: 4\nCause: 16")
        await under.has(1)
        shown = under.log.encode()
        for words in (["records", "--wide"], ["explain", "1.1"]):
            shown += await command(folder, *words)
        return f"{len(shown):,} bytes shown, {shown.count(27)} of them ESC", b"\x1b" not in shown


async def command(folder: Path, *words: str) -> bytes:
    """What a command of these settings shows."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import sys; from bridge.cli import main; sys.exit(main())"),
        *(words[0], "--config", str(folder / "callbridge.toml"), *words[1:]),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    return await process.stdout.read()


async def a_service_that_stands_still(folder: Path) -> tuple[str, bool]:
    """Stopped for some seconds beside a PBX whose events bear no time, while calls come and go."""
    async with target(folder) as under:
        channel = "Channel: PJSIP/trunk-00000001\nUniqueid: 1.1\nLinkedid: 1.1"
        under.pbx.say(f"Event: Newchannel\n{channel}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
        await until(lambda: "events_without_time" in under.log)
        under.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(5)
        for number in (1, 2):
            channel = f"Channel: PJSIP/trunk-0000000{number}\nUniqueid: 1.{number}\nLinkedid: 1.{number}"
            if number == 2:
                under.pbx.say(f"Event: Newchannel\n{channel}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
            under.pbx.say(f"Event: HangupRequest\n{channel}\nChannelState: 4")
            under.pbx.say(f"Event: Hangup\n{channel}\nChannelState: 4\nCause: 16")
        under.process.send_signal(signal.SIGCONT)
        await under.has(2)
        complete = [record.call_id for record in under.records if record.complete]
        told = under.log.count("event=stood_still")
        return f"{told} line(s) stood_still, 2 records, {len(complete)} complete", told == 1 and not complete


async def a_pbx_whose_clock_is_set_back_and_ahead(folder: Path) -> tuple[str, bool]:
    def say(event: str, call: int, ahead: float) -> None:
        channel = f"Channel: PJSIP/trunk-0000000{call}\nUniqueid: 1.{call}\nLinkedid: 1.{call}\nChannelState: 4"
        stamp = f"Timestamp: {time.time() + ahead:.6f}"
        under.pbx.say(f"Event: {event}\n{channel}\n{stamp}\nContext: from-trunk\nExten: 8000\nCause: 16")

    async with target(folder) as under:
        say("Newchannel", 1, 0.0)  # five seconds of events must have been heard before a clock that is ahead shows
        await asyncio.sleep(5.5)
        say("Newchannel", 2, 0.0)
        say("Newchannel", 3, 3600.0)
        say("Newchannel", 4, 0.0)
        for call in (1, 2, 3, 4):
            say("HangupRequest", call, 0.0)
            say("Hangup", call, 0.0)
        await under.has(4)
        longest = max(record.wait_seconds for record in under.records)
        false = [r.call_id for r in under.records if "over_customer_waiting_threshold" in r.tags]
        order = all(record.started_at <= record.ended_at for record in under.records)
        complete = sum(record.complete for record in under.records)
        told = f"4 records, {complete} complete, longest wait {longest:.0f} s, {len(false)} false tag(s)"
        return told, order and not false and longest < 60 and complete < 4
