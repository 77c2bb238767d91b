"""What no PBX says: events in no order, circles, chains and names, each told beside a call as it should be."""

import random
from collections.abc import Callable

from msgspec.structs import replace

from tests.helpers.story import Story


def beside(story: Story, shape: Callable[[Story, int], None], count: int) -> str:
    """A shape while a customer talks with an agent; the id of that call."""
    customer = story.call_in()
    agent = story.channel("PJSIP/1999", "Down", customer["Linkedid"])
    story.dial(customer, agent)
    story.after(0.1).state(agent, "Ringing")
    story.after(1.0).state(agent, "Up")
    story.dial_ends(customer, agent, "ANSWER")
    story.state(customer, "Up")
    story.talk("beside", agent, customer)
    story.after(1)
    shape(story, count)
    story.after(5).hang_up(customer)
    story.gone(agent, customer)
    return customer["Uniqueid"]


def in_no_order(story: Story, count: int) -> None:
    """The events of many calls, shuffled: channels end before they begin."""
    began = len(story.messages)
    for _ in range(count // 20):
        customer, agent = story.connected()
        story.hang_up(customer)
        story.gone(agent, customer)
    times = [message.t for message in story.messages[began:]]
    shuffled = random.Random(11).sample(story.messages[began:], len(times))
    story.messages[began:] = [replace(message, t=t) for message, t in zip(shuffled, times, strict=True)]


def one_id_for_all(story: Story, count: int) -> None:
    """Each channel has the Uniqueid of the one before it."""
    for number in range(count):
        me = {"Uniqueid": "7.7", "Linkedid": "7.7", "Channel": f"PJSIP/trunk-{number:08x}"}
        story.event("Newchannel", **me, ChannelState="4", Exten="8000")
        story.event("Newstate", **me, ChannelState="6")
        story.gone(me)


def renamed_without_end(story: Story, count: int) -> None:
    me = story.call_in()
    for number in range(count):
        story.event("Rename", **me, Newname=f"PJSIP/1{number}-{number:08x}")
        story.event("Newstate", **{**me, "Channel": f"PJSIP/1{number}-{number:08x}"}, ChannelState="6")
    story.gone(me)


def local_channels_in_a_ring(story: Story, count: int) -> None:
    """Each Local channel's second half is bridged with the next one's first, and the last with the first."""
    halves = []
    for number in range(count):
        one, two = (story.channel(f"Local/{number}@ring-{number:08x};{half}", "Up") for half in (1, 2))
        story.event("LocalBridge", LocalOneUniqueid=one["Uniqueid"], LocalTwoUniqueid=two["Uniqueid"])
        halves.append((one, two))
    for number, (_, two) in enumerate(halves):
        story.talk(f"ring-{number}", two, halves[(number + 1) % count][0])
    for one, two in halves:
        story.gone(one, two)


def linked_one_to_the_next(story: Story, count: int) -> None:
    """Each channel's Linkedid is the Uniqueid of the one before it."""
    chain = [story.call_in()]
    for _ in range(count):
        chain.append(story.channel("PJSIP/1001", "Down", chain[-1]["Uniqueid"]))
    story.gone(*chain)


def dialled_in_a_ring(story: Story, count: int) -> None:
    """Each channel dials the next, and the last the first; each twice."""
    ring = [story.channel(f"PJSIP/1{number:05}", "Up") for number in range(count)]
    for _ in range(2):
        for number, each in enumerate(ring):
            story.dial(each, ring[(number + 1) % count])
    for each in ring:
        story.hang_up(each)
    story.gone(*ring)


def transferred_to_each_other(story: Story, count: int) -> None:
    """Two calls, each of which is transferred into the other, again and again."""
    one, two = story.connected(), story.connected()
    for number in range(count):
        first, second = (one, two) if number % 2 else (two, one)
        story.after(0.01).event(
            "AttendedTransfer", Result="Success", OrigTransfererUniqueid=first[1]["Uniqueid"],
            OrigTransfererChannel=first[1]["Channel"], SecondTransfererUniqueid=second[1]["Uniqueid"],
            TransfereeUniqueid=first[0]["Uniqueid"], TransferTargetUniqueid=second[0]["Uniqueid"], DestType="Bridge",
        )  # fmt: skip
    story.gone(*one, *two)


def one_who_joins_a_conference_again_and_again(story: Story, count: int) -> None:
    """And never leaves it."""
    me, other = story.call_in(), story.call_in()
    story.talk("conference", other)
    for number in range(count):
        story.event("BridgeEnter", BridgeUniqueid=f"conference-{number % 3}", BridgeTechnology="softmix",
                    BridgeCreator="ConfBridge", **me)  # fmt: skip
        story.event("ConfbridgeJoin", Conference="1", **me, Muted="Yes")
    story.gone(me, other)


def spies_of_spies(story: Story, count: int) -> None:
    """Each listens to the one before, the first to the last."""
    spies = [story.channel(f"PJSIP/2{number:05}", "Up") for number in range(count)]
    for number, spy in enumerate(spies):
        listened = spies[number - 1]
        story.event("ChanSpyStart", SpyerUniqueid=spy["Uniqueid"], SpyerChannel=spy["Channel"],
                    SpyeeUniqueid=listened["Uniqueid"], SpyeeChannel=listened["Channel"])  # fmt: skip
    story.gone(*spies)


def parked_and_never_fetched(story: Story, count: int) -> None:
    parked = []
    for number in range(count):
        customer = story.call_in()
        story.event("ParkedCall", ParkeeUniqueid=customer["Uniqueid"], ParkeeChannel=customer["Channel"],
                    ParkerDialString=f"PJSIP/1{number:05}")  # fmt: skip
        parked.append(customer)
    story.gone(*parked)


def called_without_an_end(story: Story, count: int) -> None:
    """A queue calls for one caller for ever, and no leg of it ends before the caller does."""
    customer = story.call_in()
    story.event("QueueCallerJoin", **customer, Queue="support", Position="1")
    legs = []
    for _ in range(count):
        legs.append(story.after(0.01).channel("PJSIP/1001", "Down", customer["Linkedid"]))
        story.dial(customer, legs[-1], "support")
    story.gone(customer, *legs)


def variables_without_end(story: Story, count: int) -> None:
    me = story.call_in()
    for number in range(count):
        story.event("VarSet", **me, Variable=("SIPCALLID", "QUEUESTATUS", f"MINE{number}")[number % 3],
                    Value=f"{number}" * 50)  # fmt: skip
    story.gone(me)


def queues_without_end(story: Story, count: int) -> None:
    """Of names that are large, empty of letters, right to left, and full of control characters."""
    names = ("x" * 65_000, "客服" * 50, "\u202etroppus", "a\x00\x1b[2Jb", " ", "q/../../etc", "'; DROP TABLE calls")
    for number in range(count):
        name = names[number % len(names)] if number < 2 * len(names) else f"q{number}"
        customer = story.call_in()
        story.event("QueueCallerJoin", **customer, Queue=name, Position="1")
        story.event("QueueMemberAdded", Queue=name, Interface=f"PJSIP/1{number}", MemberName=name[:100],
                    Status="1")  # fmt: skip
        story.event("QueueCallerLeave", **customer, Queue=name)
        story.gone(customer)


def times_that_are_none(story: Story, count: int) -> None:
    stamps = ("nan", "inf", "-inf", "-1", "0", "1e308", "1e309", "9" * 300, "1.7e9", "4102444800", "", "now", "0x7f")
    for number in range(count // 5):
        me = {"Uniqueid": f"5.{number}", "Linkedid": f"5.{number}", "Channel": f"PJSIP/trunk-{number:08x}"}
        for name in ("Newchannel", "Newstate", "HangupRequest", "Hangup"):
            stamp = stamps[(number + len(name)) % len(stamps)]
            story.event(name, **me, ChannelState="6", Exten="8000", Cause="16", Timestamp=stamp)


def ids_of_any_length(story: Story, count: int) -> None:
    """And arguments that are a number of thousands of digits."""
    ids = ("1." + "9" * 5_000, "9" * 5_000 + ".1", ".", "nan.1", "-1.-1", "1.1#2", "x" * 60_000)
    for number in range(count // 10):
        one = ids[number % len(ids)]
        me = {"Uniqueid": one, "Linkedid": one, "Channel": f"PJSIP/trunk-{number:08x}"}
        story.event("Newchannel", **me, ChannelState="4", Exten="8000")
        story.event("Newexten", **me, Application="ExecIf", AppData="9" * 5_000 + "?Queue:support", Exten="8000")
        story.gone(me)


def masqueraded_in_circles(story: Story, count: int) -> None:
    """Pickups of each other, and bridges that everybody is in at once."""
    ring = [story.channel("PJSIP/1001", "Ringing") for _ in range(20)]
    for number in range(count):
        one, two = ring[number % 20], ring[(number * 7 + 1) % 20]
        story.event("Pickup", **one, TargetUniqueid=two["Uniqueid"], TargetChannel=two["Channel"])
        story.event("BridgeEnter", BridgeUniqueid=f"b-{number % 5}", BridgeTechnology="simple_bridge", **one)
        story.event("BridgeEnter", BridgeUniqueid=f"b-{number % 7}", BridgeTechnology="holding_bridge", **two)
    story.gone(*ring)


def forwarded_for_ever(story: Story, count: int) -> None:
    """Each phone forwards to the next, by a Local channel of its own."""
    customer = story.call_in()
    last, all_of_them = customer, []
    for number in range(count):
        dest = story.channel(f"PJSIP/1{number:05}", "Down", customer["Linkedid"])
        story.dial(last, dest)
        story.event("DialEnd", **last, DestChannel=dest["Channel"], DestUniqueid=dest["Uniqueid"],
                    DialStatus="", Forward=f"Local/1{number + 1:05}@agents")  # fmt: skip
        one, two = (story.channel(f"Local/1{number + 1:05}@agents-{number:08x};{half}", "Down",
                                  customer["Linkedid"]) for half in (1, 2))  # fmt: skip
        story.event("LocalBridge", LocalOneUniqueid=one["Uniqueid"], LocalTwoUniqueid=two["Uniqueid"])
        story.dial(customer, one)
        all_of_them += [dest, one, two]
        last = two
    story.gone(*all_of_them, customer)


def held_and_muted_without_end(story: Story, count: int) -> None:
    customer, agent = story.connected()
    told = ("Hold", "Unhold", "MusicOnHoldStart", "MusicOnHoldStop", "ConfbridgeMute")
    for number in range(count):
        story.after(0.001).event(told[number % 5], **(customer if number % 3 else agent))
    story.gone(agent, customer)


SHAPES: dict[str, Callable[[Story, int], None]] = {
    each.__name__.replace("_", " "): each
    for each in (
        in_no_order, one_id_for_all, renamed_without_end, local_channels_in_a_ring, linked_one_to_the_next,
        dialled_in_a_ring, transferred_to_each_other, one_who_joins_a_conference_again_and_again, spies_of_spies,
        parked_and_never_fetched, called_without_an_end, variables_without_end, queues_without_end,
        times_that_are_none, ids_of_any_length, masqueraded_in_circles, forwarded_for_ever,
        held_and_muted_without_end,
    )
}  # fmt: skip
