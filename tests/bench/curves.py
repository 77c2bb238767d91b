"""What a call costs when it grows: the time from its last event to its record, at n, 2n and 4n of one thing.

A cost that is linear doubles from column to column.
"""

import gc
from collections.abc import Callable

from bridge.service.service import NEW_OBJECTS

from bridge.pipeline.pipeline import Pipeline
from tests.bench.rooms import Timed
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
    agent = _into_room(story, story.channel("PJSIP/1001", "Ring", Exten="7000", Context="internal"))
    before = _into_room(story.after(10.0), story.call_in())
    for _ in range(n - 1):
        customer = _into_room(story.after(10.0), story.call_in())
        _leaves(story, before)
        before = customer
    _leaves(story, before)
    _leaves(story, agent)
    return story


def visits_one_by_one(n: int) -> Story:
    """The same, each after the last one has left."""
    story = Story()
    agent = _into_room(story, story.channel("PJSIP/1001", "Ring", Exten="7000", Context="internal"))
    for _ in range(n):
        customer = _into_room(story.after(10.0), story.call_in())
        _leaves(story.after(10.0), customer)
    _leaves(story, agent)
    return story


def participants(n: int) -> Story:
    """So many in one conference at once."""
    story = Story()
    everybody = [_into_room(story.after(0.5), story.channel(f"PJSIP/1{i:04}", "Ring")) for i in range(n)]
    for each in everybody:
        _leaves(story.after(0.5), each)
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


CURVES: dict[str, tuple[int, Callable[[int], Story]]] = {
    "offers of a ring-all": (2_000, offers),
    "offers by the dialplan": (1_000, redials),
    "stays in queues": (500, queues),
    "visits to a room, overlapping": (500, visits),
    "visits to a room, one by one": (500, visits_one_by_one),
    "people in one conference": (125, participants),
    "blind transfers": (125, transfers),
    "moves by an application": (125, moves),
    "spies": (250, spies),
}
"""Of what, the least number of it, and the call."""


def run() -> None:
    gc.set_threshold(NEW_OBJECTS)
    print("what a call costs when it grows, ms from its last event to its record")
    print("| of what | n | at n | at 2n | at 4n | 2n / n | 4n / 2n |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, (n, call) in CURVES.items():
        one, two, four = (_seconds(call(times * n)) for times in (1, 2, 4))
        cells = f"{one * 1e3:.0f} | {two * 1e3:.0f} | {four * 1e3:.0f} | {two / one:.1f} | {four / two:.1f}"
        print(f"| {name} | {n:,} | {cells} |", flush=True)


def _seconds(story: Story) -> float:
    """CPU seconds from the last event to the records; the fastest of three."""
    return min(_finishing(story) for _ in range(3))


def _finishing(story: Story) -> float:
    pipeline: Pipeline = Timed(SETTINGS, "pbx")
    for message in story.messages:
        pipeline.feed(message)
    records = pipeline.advance(BEGAN + story.now + 60)
    assert records
    assert isinstance(pipeline, Timed)
    return pipeline.finishing


def _queued(story: Story) -> dict[str, str]:
    story.members("support", "ringall", **{f"x1{i:03}": 1 for i in range(50)})
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Queue", AppData="support", Extension="8000")
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    return customer


def _refused(story: Story, caller: dict[str, str], device: str, queue: str | None = "support") -> None:
    leg = story.after(0.001).channel(device, "Down", caller["Linkedid"])
    story.dial(caller, leg, queue)
    story.after(0.002).hang_up(leg, 17, TechCause="486")
    story.dial_ends(caller, leg, "BUSY")
    story.gone(leg, cause=17, TechCause="486")


def _into_room(story: Story, who: dict[str, str]) -> dict[str, str]:
    story.event("Newexten", **who, Application="ConfBridge", AppData="7000", Extension="7000")
    story.state(who, "Up")
    story.event("BridgeEnter", BridgeUniqueid="conf", BridgeTechnology="softmix", **who)
    return who


def _leaves(story: Story, who: dict[str, str]) -> None:
    story.hang_up(who)
    story.event("BridgeLeave", BridgeUniqueid="conf", **who)
    story.gone(who)
