"""More of one thing than a PBX has: members and callers in its lists, the same event, the name of a channel."""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path

from tests.attack.target import LONGEST_ANSWER, Target, target, told, until
from tests.helpers.ports import free_port
from tests.helpers.service import CALL
from tests.helpers.story import Story

MEMBERS, OF_A_QUEUE, CALLERS, TIMES, NAME = 100_000, 1_000, 10_000, 1_000, 1_000_000


async def _listed(under: Target, entries: Iterable[str]) -> bool:
    """The answer to QueueStatus, which the service is waiting for."""
    await under.say_all(f"{entry}\nActionID: QueueStatus" for entry in entries)
    return await under.one_more_call()


def _members(count: int) -> Iterable[str]:
    for number in range(count):
        if number % OF_A_QUEUE == 0:
            yield f"Event: QueueParams\nQueue: q{number // OF_A_QUEUE}\nStrategy: ringall"
        yield (
            f"Event: QueueMember\nQueue: q{number // OF_A_QUEUE}\nName: PJSIP/1{number}\nLocation: PJSIP/1{number}"
            "\nStateInterface: PJSIP/1\nMembership: dynamic\nPenalty: 0\nCallsTaken: 0\nStatus: 1\nPaused: 0"
        )
    yield "Event: QueueStatusComplete"


async def members_of_queues_by_the_hundred_thousand(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        before, began = under.megabytes, time.monotonic()
        goes_on = await _listed(under, _members(MEMBERS))
        took, grown = time.monotonic() - began, under.megabytes - before
        said = f"{MEMBERS:,} members taken in within {took:.0f} s, grew by {grown:.0f} MB"
        return told(under, said), goes_on and under.slowest < LONGEST_ANSWER


def _waiting(count: int) -> Iterable[str]:
    yield "Event: QueueParams\nQueue: support\nStrategy: ringall"
    for number in range(count):
        yield (
            f"Event: QueueEntry\nQueue: support\nPosition: {number + 1}\nChannel: PJSIP/trunk-{number:08x}"
            f"\nUniqueid: 7.{number}\nCallerIDNum: 0912{number:06}\nWait: {number % 600}"
        )
    yield "Event: QueueStatusComplete"


async def a_queue_in_which_ten_thousand_wait(folder: Path) -> tuple[str, bool]:
    port = free_port()
    async with target(folder, f"[web]\nport = {port}\n") as under:
        await until(lambda: "web_served" in under.log)
        before = under.megabytes
        await under.say_all(
            f"Event: CoreShowChannel\nActionID: CoreShowChannels\nChannel: PJSIP/trunk-{number:08x}"
            f"\nUniqueid: 7.{number}\nLinkedid: 7.{number}\nChannelState: 6\nContext: from-trunk\nExten: 8000"
            "\nApplication: Queue\nApplicationData: support\nDuration: 00:01:00"
            for number in range(CALLERS)
        )
        under.pbx.say("Event: CoreShowChannelsComplete\nActionID: CoreShowChannels")
        goes_on = await _listed(under, _waiting(CALLERS))
        said = f"{CALLERS:,} waiting, grew by {under.megabytes - before:.0f} MB"
        return told(under, said), goes_on and under.slowest < LONGEST_ANSWER


async def every_event_of_a_call_a_thousand_times(folder: Path) -> tuple[str, bool]:
    story = Story()
    customer, agent = story.connected()
    story.after(5).hang_up(customer)
    story.gone(agent, customer)
    once = story.only()
    story.messages = [message for message in story.messages for _ in range(TIMES)]
    async with target(folder) as under:
        await asyncio.sleep(story.now)  # a PBX that has told its time tells of nothing that was before
        await under.tell(story)
        await under.has(1)
        goes_on = await under.one_more_call()
        (record,) = (r for r in under.records if r.call_id == once.call_id)
        same = (record.tags, len(record.offers), record.talk_seconds) == (
            once.tags,
            len(once.offers),
            once.talk_seconds,
        )
        said = f"{len(story.messages):,} events, one record, {'the same' if same else 'ANOTHER'} as of one of each"
        return told(under, said), goes_on and same and record.revision == 1


async def the_name_of_a_channel_of_a_megabyte(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        long, stamp = "x" * NAME, f"Timestamp: {time.time():.6f}"
        for length in (NAME, NAME // 5):
            under.pbx.say(f"Event: Newchannel\n{stamp}\nChannel: PJSIP/{long[:length]}-1\nUniqueid: 6.{length}")
            under.pbx.say(
                f"Event: Hangup\n{stamp}\nChannel: PJSIP/{long[:length]}-1\nUniqueid: 6.{length}\nCause: 16"
            )
        under.pbx.say(f"Event: Newchannel\n{stamp}\n{CALL}\nChannelState: 4\nContext: from-trunk\nExten: 8000")
        under.pbx.say(f"Event: Newexten\n{stamp}\n{CALL}\nExtension: {long}\nContext: {long}\nApplication: Wait")
        under.pbx.say(f"Event: Hangup\n{stamp}\n{CALL}\nChannelState: 6\nCause: 16")
        goes_on = await under.one_more_call()
        lines = max(map(len, under.log.splitlines()))
        said = f"log lines of at most {lines:,} letters"
        return told(under, said), goes_on and lines < 10_000 and under.slowest < LONGEST_ANSWER
