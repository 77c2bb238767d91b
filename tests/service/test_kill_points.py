"""The whole service killed before and after each write to the journal, the store and the outbox.

The PBX goes on meanwhile: what it says while the service is dead is said to nobody, and the next one gets a snapshot.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bridge import feeds
from bridge.config import Ami, Pbx, Settings
from bridge.config.sinks import JsonlSink, SqliteSink
from bridge.feeds import Emit
from bridge.service.journal import Journal
from bridge.service.run import run
from bridge.store.reader import find
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from tests.helpers.killing import Steps, depth, killed, lines
from tests.helpers.recorded import replayed
from tests.helpers.story import SETTINGS, Story

MOST = 400
"""Steps that following the calls certainly does not take."""
SAID = Path("said")


def a_busy_minute() -> list[Message]:
    """One call is over before the next but one begins; the last messages came just now."""
    story = Story()
    first = story.call_in()
    story.after(1).hang_up(first)
    story.gone(first)
    customer, agent = story.after(2).connected()
    second = story.call_in()
    story.after(2).hang_up(agent, cause=16)
    story.gone(agent, customer)
    story.after(2).hang_up(second)
    story.gone(second)
    late = time.time() - story.messages[-1].t
    return [msgspec.structs.replace(message, t=message.t + late) for message in story.messages]


def up(said: Sequence[Message]) -> list[dict[str, Any]]:
    """The channels that are up after these messages."""
    found: dict[str, dict[str, Any]] = {}
    for message in said:
        if message.event["Event"] == "Newchannel":
            found[message.event["Uniqueid"]] = message.event
        elif message.event["Event"] == "Hangup":
            del found[message.event["Uniqueid"]]
    return list(found.values())


def in_progress(story: Sequence[Message], said: int) -> set[str]:
    """The calls after so many messages."""
    return {channel["Linkedid"] for channel in up(story[: max(0, said)])}


def following(story: Sequence[Message], begin: int) -> None:
    """Follows the PBX from message ``begin`` on; each message that it says is a byte in ``SAID``."""
    said = os.open(SAID, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def pbx(settings: Settings, emit: Emit, wanted: object, *, kept: object, room: object) -> None:
        def say(event: dict[str, Any], t: float) -> None:
            emit(Message(t, "pbx", "ami", event))

        t = story[begin].t if begin < len(story) else time.time()
        say({"feed": "connected"}, t)
        for channel in up(story[:begin]):
            say({**channel, "Event": "CoreShowChannel", "ActionID": "CoreShowChannels"}, t)
        say({"Event": "CoreShowChannelsComplete", "ActionID": "CoreShowChannels"}, t)
        for message in story[begin:]:
            os.write(said, b"x")
            emit(message)
            await asyncio.sleep(0)

    feeds.run = pbx  # type: ignore[assignment]
    settings = msgspec.structs.replace(
        SETTINGS,
        pbx=[Pbx("pbx", ami=Ami(username="bridge", secret="s3cret", host="127.0.0.1"))],
        sink=[SqliteSink(path="calls.db"), JsonlSink(path="lines.jsonl")],
    )
    asyncio.run(run(settings))


def killed_following(story: Sequence[Message], step: int) -> None:
    steps = Steps(step)
    steps.around(Journal, "append")
    steps.before_every_sql_statement()
    following(story, 0)


def content(record: Record) -> Record:
    return msgspec.structs.replace(record, revision=0)


def test_wherever_it_is_killed_every_call_is_on_record_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = a_busy_minute()
    undisturbed = {record.call_id: content(record) for record in replayed(story, SETTINGS)}
    assert len(undisturbed) == 3
    for step in range(1, MOST):
        folder = tmp_path / str(step)
        folder.mkdir()
        monkeypatch.chdir(folder)
        was_killed = killed(partial(killed_following, story, step))
        said = len(SAID.read_bytes()) if SAID.exists() else 0
        assert not killed(partial(following, story, said))

        records = find("calls.db")
        assert sorted(record.call_id for record in records) == sorted(undisturbed), step
        for record in records:
            in_doubt = record.call_id in in_progress(story, said - 1) | in_progress(story, said)
            assert record.complete or (in_doubt and was_killed), step
            missed = record.call_id in in_progress(story, said - 1) & in_progress(story, said)
            assert not (missed and was_killed and record.complete), step
            assert not record.complete or content(record) == undisturbed[record.call_id], step
        newest = {record.record_id: record for record in lines(Path("lines.jsonl"))}
        assert list(newest.values()) == records, step
        assert depth("calls.db") == 0
        if not was_killed:
            assert step > 60, "the steps are those of journal, store and outbox"
            return
    pytest.fail("killed all the time")
