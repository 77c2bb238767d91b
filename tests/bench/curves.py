"""What a call costs when it grows: the longest step of the event loop, at n and 2n of one thing.

A cost that is linear doubles from column to column. The sizes are ten times those of a large contact centre.
"""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator

from bridge.feeds.clock import Clock
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.pipeline.step import Step
from bridge.service.driving import Driving
from bridge.service.garbage import collect_rarely
from bridge.service.turns_of_pbxs import Turns
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from tests.helpers.story import BEGAN, SETTINGS, Story


def offers(n: int) -> Story:
    """A caller waits, and a ring-all queue's 50 phones answer 486 at once, again and again."""
    story = Story()
    customer = _queued(story)
    for i in range(n):
        if i % 50 == 0:
            story.after(5.0)
        _refused(story, customer, f"PJSIP/1{i % 50:03}")
    story.hang_up(customer)
    story.gone(customer)
    return story


def redials(n: int) -> Story:
    """The dialplan calls one phone after the other, each of which refuses."""
    story = Story()
    customer = story.call_in()
    for i in range(n):
        device = f"PJSIP/1{i % 50:03}"
        story.after(1.0).event("Newexten", **customer, Application="Dial", AppData=f"{device},20", Extension="8000")
        _refused(story, customer, device, None)
    story.hang_up(customer)
    story.gone(customer)
    return story


def queues(n: int) -> Story:
    """A caller whom a queue keeps for a while, and the dialplan puts back into it."""
    story = Story()
    customer = story.call_in()
    for _ in range(n):
        story.after(1.0).event("Newexten", **customer, Application="Queue", AppData="support", Extension="8000")
        story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
        _refused(story, customer, "PJSIP/1001")
        story.after(1.0).event("QueueCallerLeave", **customer, Queue="support")
    story.hang_up(customer)
    story.gone(customer)
    return story


def visits(n: int) -> Story:
    """Customers come into a conference room in which an agent sits all day, each before the last one leaves."""
    story = Story()
    agent = into_room(story, story.channel("PJSIP/1001", "Ring", Exten="7000", Context="internal"))
    before = into_room(story.after(10.0), story.call_in())
    for _ in range(n - 1):
        customer = into_room(story.after(10.0), story.call_in())
        leaves(story, before)
        before = customer
    leaves(story, before)
    leaves(story, agent)
    return story


def visits_one_by_one(n: int) -> Story:
    """The same, each after the last one has left."""
    story = Story()
    agent = into_room(story, story.channel("PJSIP/1001", "Ring", Exten="7000", Context="internal"))
    for _ in range(n):
        customer = into_room(story.after(10.0), story.call_in())
        leaves(story.after(10.0), customer)
    leaves(story, agent)
    return story


def participants(n: int) -> Story:
    """So many in one conference at once."""
    story = Story()
    everybody = [into_room(story.after(0.5), story.channel(f"PJSIP/1{i:04}", "Ring")) for i in range(n)]
    for each in everybody:
        leaves(story.after(0.5), each)
    return story


def transfers(n: int) -> Story:
    """A customer whom one agent after the other passes on."""
    story = Story()
    customer, agent = story.connected()
    for i in range(n):
        target = story.after(5.0).channel(f"PJSIP/1{i % 40 + 100}", "Down", customer["Linkedid"])
        story.event(
            "BlindTransfer", Result="Success", TransfererChannel=agent["Channel"], BridgeUniqueid="room",
            TransfererUniqueid=agent["Uniqueid"], TransfererLinkedid=agent["Linkedid"],
            TransfereeChannel=customer["Channel"], TransfereeUniqueid=customer["Uniqueid"],
            TransfereeLinkedid=customer["Linkedid"], Context="internal", Extension="1100", IsExternal="Yes",
        )  # fmt: skip
        story.event("BridgeLeave", BridgeUniqueid="room", **agent)
        story.gone(agent)
        story.dial(customer, target)
        story.after(1.0).state(target, "Up")
        story.dial_ends(customer, target, "ANSWER")
        story.event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="simple_bridge", **target)
        agent = target
    story.hang_up(customer)
    story.gone(customer, agent)
    return story


def moves(n: int) -> Story:
    """A customer whom an application moves from one agent to the next, which nothing tells."""
    story = Story()
    customer, agent = story.connected()
    for i in range(n):
        target = story.after(5.0).channel(f"PJSIP/1{i % 40 + 100}", "Up", customer["Linkedid"])
        story.event("BridgeLeave", BridgeUniqueid=f"room{i - 1}" if i else "room", **agent)
        story.event("BridgeLeave", BridgeUniqueid=f"room{i - 1}" if i else "room", **customer)
        story.gone(agent)
        story.talk(f"room{i}", target, customer)
        agent = target
    story.after(1.0).hang_up(customer)
    story.gone(customer, agent)
    return story


def spies(n: int) -> Story:
    """Supervisors who listen to one call, one after the other, and barge in."""
    story = Story()
    customer, agent = story.connected()
    for i in range(n):
        spy = story.after(1.0).channel(f"PJSIP/2{i % 40:03}", "Up")
        both = {f"Spyer{k}": v for k, v in spy.items()} | {f"Spyee{k}": v for k, v in agent.items()}
        story.event("Newexten", **spy, Application="ChanSpy", AppData=f"{agent['Channel']},qB")
        story.event("ChanSpyStart", **both)
        story.after(1.0).event("ChanSpyStop", **both)
        story.gone(spy)
    story.hang_up(customer)
    story.gone(customer, agent)
    return story


def listed(n: int) -> Story:
    """A snapshot of so many channels, which wait in queues, in calls of their own."""
    story = Story()
    story.feed("connected")
    each = [story.channel("PJSIP/trunk", "Up") for _ in range(n)]
    story.messages = story.messages[:1]
    for number, one in enumerate(each):
        story.event("CoreShowChannel", ActionID="CoreShowChannels", **one, ChannelState="6", Application="Queue",
                    ApplicationData=f"q{number % 100}")  # fmt: skip
    story.event("CoreShowChannelsComplete", ActionID="CoreShowChannels")
    story.after(5.0).feed("lost")
    story.feed("connected")
    story.event("CoreShowChannelsComplete", ActionID="CoreShowChannels")
    return story


def unreachable(n: int) -> Story:
    """A caller waits in a queue whose members cannot be reached any more, one after the other."""
    story = Story()
    story.feed("connected")
    story.members("support", "ringall", **{f"x{i:05}": 2 for i in range(n)})
    customer = story.queued()
    for i in range(n):
        member = f"PJSIP/{i:05}"
        story.after(0.01).event("QueueMemberStatus", Queue="support", Interface=member, MemberName=member, Paused="0",
                                Status="5")  # fmt: skip
    story.hang_up(customer)
    story.gone(customer)
    return story


CURVES: dict[str, tuple[int, Callable[[int], Story]]] = {
    "offers of a ring-all": (20_000, offers),
    "offers by the dialplan": (20_000, redials),
    "stays in queues": (5_000, queues),
    "visits to a room, overlapping": (5_000, visits),
    "visits to a room, one by one": (5_000, visits_one_by_one),
    "people in one conference": (1_000, participants),
    "blind transfers": (500, transfers),
    "moves by an application": (500, moves),
    "spies": (1_000, spies),
    "channels in a snapshot": (100_000, listed),
    "unreachable members of a queue": (10_000, unreachable),
}
"""Of what, so many of it as the service must bear, and the call."""


def run() -> None:
    print("what a call costs when it grows: ms of CPU of its longest step, and of the longest turn of the event loop")
    print("| of what | n | at n / 4 | at n / 2 | at n | n/2 : n/4 | n : n/2 | longest turn, ms | MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, (n, call) in CURVES.items():
        quarter, half, whole = (longest(call, n // part) for part in (4, 2, 1))
        cells = f"{quarter * 1e3:.0f} | {half * 1e3:.0f} | {whole * 1e3:.0f}"
        ratios = f"{half / quarter:.1f} | {whole / half:.1f}"
        held = asyncio.run(_held(call(n)))
        print(f"| {name} | {n:,} | {cells} | {ratios} | {held * 1e3:.0f} | {memory(call, n):.0f} |", flush=True)


async def _held(story: Story) -> float:
    """CPU seconds of the longest turn of the event loop, as the service takes the same in."""
    longest, over = 0.0, asyncio.Event()
    records: list[Record] = []
    """As the service's writers hold them, which write some after the others."""

    def take(step: Step) -> None:
        records.extend(step.records)

    async def tick() -> None:
        nonlocal longest
        before = time.thread_time()
        while not over.is_set():
            await asyncio.sleep(0)
            now = time.thread_time()
            before, longest = now, max(longest, now - before)

    now = BEGAN
    live = Driving(Driver("pbx", Pipeline(SETTINGS, "pbx")), take, Clock(lambda: now, lambda: now), Turns())
    gc.collect()
    collect_rarely()
    ticking = asyncio.create_task(tick())
    for message in story.messages:
        now = message.t
        take(live.feed(message))
        await asyncio.sleep(0)
    now += 60
    take(live.feed(Message(now, "pbx", "ami", {"Event": "none"})))
    while live.is_behind:  # noqa: ASYNC110 (turns are what is measured)
        await asyncio.sleep(0.01)
    over.set()
    await ticking
    assert records or story.messages[-1].event["Event"] != "Hangup"
    gc.unfreeze()
    return longest


def longest(call: Callable[[int], Story], n: int) -> float:
    """CPU seconds of the longest step, the fastest of three runs."""
    return min(max(_steps(call(n))) for _ in range(3))


def _steps(story: Story) -> Iterator[float]:
    pipeline = Pipeline(SETTINGS, "pbx")
    messages, now = story.messages, story.now
    del story
    gc.collect()
    collect_rarely()
    for message in messages:
        start = time.process_time()
        pipeline.feed(message)
        yield time.process_time() - start
    start = time.process_time()
    pipeline.advance(BEGAN + now + 60)
    yield time.process_time() - start
    gc.unfreeze()


def memory(call: Callable[[int], Story], n: int) -> float:
    """MB that the pipeline holds at most, without its messages."""
    story = call(n)
    pipeline = Pipeline(SETTINGS, "pbx")
    tracemalloc.start()
    for message in story.messages:
        pipeline.feed(message)
    pipeline.advance(BEGAN + story.now + 60)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def _queued(story: Story) -> dict[str, str]:
    story.members("support", "ringall", **{f"x1{i:03}": 1 for i in range(50)})
    return story.queued()


def _refused(story: Story, caller: dict[str, str], device: str, queue: str | None = "support") -> None:
    leg = story.after(0.001).channel(device, "Down", caller["Linkedid"])
    story.dial(caller, leg, queue)
    story.after(0.002).hang_up(leg, 17, TechCause="486")
    story.dial_ends(caller, leg, "BUSY")
    story.gone(leg, cause=17, TechCause="486")


def into_room(story: Story, who: dict[str, str]) -> dict[str, str]:
    story.event("Newexten", **who, Application="ConfBridge", AppData="7000", Extension="7000")
    story.state(who, "Up")
    story.event("BridgeEnter", BridgeUniqueid="conf", BridgeTechnology="softmix", **who)
    return who


def leaves(story: Story, who: dict[str, str]) -> None:
    story.hang_up(who)
    story.event("BridgeLeave", BridgeUniqueid="conf", **who)
    story.gone(who)
