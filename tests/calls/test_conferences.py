"""Conferences that a phone makes by itself, of which the PBX sees two calls, and those not seen to their end."""

from dataclasses import dataclass

import pytest

from bridge.calls.call import Moment
from bridge.calls.changing_places import without_overlaps
from bridge.calls.moments import conferences
from bridge.calls.party import Party
from tests.helpers.story import Story

Who = dict[str, str]


@dataclass
class Consulting:
    """Agent 1001 has put her customer on hold and talks with a colleague on the second line of her phone."""

    story: Story
    customer: Who
    talk: Who
    second: Who
    colleague: Who

    def over(self, bridge: str, first: Who, *others: Who) -> None:
        """The first hangs up, and the others' call is over with it."""
        self.story.hang_up(first)
        for one in (first, *others):
            self.story.event("BridgeLeave", BridgeUniqueid=bridge, **one)
        self.story.gone(first, *others)


def consulting(colleague: str = "PJSIP/1002") -> Consulting:
    story = Story()
    customer, talk = story.connected()
    story.after(5).event("Hold", **talk)
    second = story.channel("PJSIP/1001", "Ring", Exten="1002", Context="staff")
    story.event("Newexten", **second, Application="Dial", AppData=colleague, Extension="1002", Context="staff")
    leg = story.channel(colleague, "Down", second["Linkedid"])
    story.dial(second, leg)
    story.after(1).state(leg, "Up")
    story.dial_ends(second, leg, "ANSWER")
    story.talk("aside", leg, second)
    story.after(5)
    return Consulting(story, customer, talk, second, leg)


def test_a_phone_that_takes_the_customer_back_beside_its_consultation_makes_a_conference() -> None:
    c = consulting()
    c.story.event("Unhold", **c.talk)
    c.story.after(10)
    c.over("aside", c.colleague, c.second)
    c.story.after(5)
    c.over("room", c.customer, c.talk)
    record = c.story.only()
    assert record.tags == ["incoming_dn_call", "agent_conference_call", "customer_disconnect"]
    assert [x.speakers for x in record.conferences] == [["0912000001", "1001", "1002"]]
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "answered"), ("1002", "answered")]
    assert [(p.party, p.role) for p in record.participants] == [
        ("0912000001", "customer"), ("1001", "agent"), ("1002", "agent"),
    ]  # fmt: skip
    assert record.linked_ids == [c.customer["Linkedid"], c.second["Linkedid"]]


def test_a_conference_by_phone_goes_on_between_the_two_when_the_customer_has_left() -> None:
    c = consulting("PJSIP/2001")
    c.story.event("Unhold", **c.talk)
    c.story.after(10)
    c.over("room", c.customer, c.talk)
    c.story.after(60)
    c.over("aside", c.second, c.colleague)
    record = c.story.only()
    assert record.tags == ["incoming_dn_call", "supervisor_conference_call", "customer_disconnect"]


def test_a_phone_that_goes_from_one_call_to_the_other_makes_no_conference_in_whatever_order_it_does() -> None:
    c = consulting()
    c.story.event("Unhold", **c.talk)
    c.story.after(0.3).event("Hold", **c.second)
    c.story.after(5).event("Hold", **c.talk)
    c.story.after(0.3).event("Unhold", **c.second)
    c.story.after(5)
    c.over("aside", c.second, c.colleague)
    c.story.event("Unhold", **c.talk)
    c.story.after(5)
    c.over("room", c.customer, c.talk)
    call, consultation = sorted(c.story.told(), key=lambda r: r.started_at)
    assert call.tags == ["incoming_dn_call", "customer_disconnect"]
    assert consultation.tags == ["agent_to_agent_call", "agent_disconnect"]
    assert consultation.consult_of == call.call_id


def called_beside_a_talk(by: str) -> Consulting:
    """Somebody calls agent 1001, who puts her customer on hold, answers, and takes the customer back."""
    story = Story()
    customer, talk = story.connected()
    story.after(5)
    caller = story.channel(by, "Ring", Exten="1001", Context="staff", CallerIDNum="0912000002")
    second = story.channel("PJSIP/1001", "Down", caller["Linkedid"])
    story.dial(caller, second)
    story.after(2).event("Hold", **talk)
    story.state(second, "Up")
    story.dial_ends(caller, second, "ANSWER")
    story.talk("aside", second, caller)
    story.after(5).event("Unhold", **talk)
    return Consulting(story.after(10), customer, talk, second, caller)


def test_a_colleague_who_calls_in_may_be_taken_into_the_conversation() -> None:
    c = called_beside_a_talk("PJSIP/1002")
    c.over("aside", c.colleague, c.second)
    c.over("room", c.customer, c.talk)
    assert c.story.only().tags == ["incoming_dn_call", "agent_conference_call", "customer_disconnect"]


def test_two_customers_who_called_in_stay_two_calls() -> None:
    c = called_beside_a_talk("PJSIP/trunk")
    c.over("aside", c.colleague, c.second)
    c.over("room", c.customer, c.talk)
    assert len(c.story.told()) == 2


def test_a_phone_that_puts_nobody_on_hold_makes_no_conference() -> None:
    """It may do without telling the PBX: nobody knows."""
    story = Story()
    customer, talk = story.connected()
    second = story.after(5).channel("PJSIP/1001", "Ring", Exten="1002", Context="staff")
    story.event("Newexten", **second, Application="Dial", AppData="PJSIP/1002", Extension="1002", Context="staff")
    colleague = story.channel("PJSIP/1002", "Down", second["Linkedid"])
    story.dial(second, colleague)
    story.state(colleague, "Up")
    story.talk("aside", colleague, second)
    c = Consulting(story.after(20), customer, talk, second, colleague)
    c.over("aside", second, colleague)
    c.over("room", customer, talk)
    assert len(story.told()) == 2


def test_a_conference_by_phone_is_none_where_the_consultation_may_have_been_put_on_hold_unseen() -> None:
    c = consulting()
    c.story.feed("lost")
    c.story.after(3).feed("connected")
    aside = [{**c.second, "BridgeId": "aside"}, {**c.colleague, "BridgeId": "aside"}]
    c.story.listed({**c.customer, "BridgeId": "room"}, {**c.talk, "BridgeId": "room"}, *aside)
    c.story.after(0.5).event("Unhold", **c.talk)
    c.story.after(5)
    c.over("aside", c.second, c.colleague)
    c.over("room", c.customer, c.talk)
    assert all("agent_conference_call" not in r.tags for r in c.story.told())


@pytest.mark.parametrize(("seconds", "tags"), [(0.01, set()), (1.0, {"agent_conference_call"})])
def test_three_who_meet_just_before_an_outage_may_be_one_who_replaces_another(seconds: float, tags: set[str]) -> None:
    story = Story()
    customer, _ = story.connected()
    colleague = story.after(5).channel("PJSIP/1002", "Up", customer["Linkedid"])
    story.event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="simple_bridge", **colleague)
    story.after(seconds).event("DTMFEnd", **customer, Digit="1", Direction="Received")
    story.feed("lost")
    story.after(5).feed("connected")
    story.listed()
    assert {tag for tag in story.only().tags if "conference" in tag} == tags


CUSTOMER, ANN, BO = (Party(name, "agent", f"PJSIP/{name}") for name in ("0912000001", "1001", "1002"))


@pytest.mark.parametrize(
    ("seconds", "then", "told"),
    [
        (0.002, {CUSTOMER, ANN}, True),
        (0.002, set(), True),
        (0.002, {CUSTOMER, BO}, False),
        (0.005, {CUSTOMER, BO}, True),
        (0.0005, {CUSTOMER, ANN}, False),
    ],
)
def test_a_third_speaker_for_a_moment_makes_a_conference_unless_she_replaces_another(
    seconds: float, then: set[Party], told: bool
) -> None:
    line = [
        Moment(0.0, 5.0, (), frozenset({CUSTOMER, ANN}), (), ()),
        Moment(5.0, 5.0 + seconds, (), frozenset({CUSTOMER, ANN, BO}), (), ()),
        *([Moment(5.0 + seconds, 9.0, (), frozenset(then), (), ())] if then else []),
    ]
    assert bool(conferences(without_overlaps(line))) is told


def test_an_agent_who_replaces_a_colleague_by_two_feeds_times_is_a_transfer_and_no_conference() -> None:
    story = Story()
    customer, agent = story.connected()
    colleague = story.after(5).channel("PJSIP/1002", "Up", customer["Linkedid"])
    room = {"BridgeUniqueid": "room", "BridgeTechnology": "simple_bridge"}
    story.event("BridgeEnter", **room, **colleague)
    story.after(0.002).event("BridgeLeave", **room, **agent)
    story.after(0.5).gone(agent)
    story.after(5).gone(customer, colleague)
    record = story.only()
    assert [(t.from_, t.to) for t in record.transfers] == [("1001", "1002")]
    talks = [m.parties for m in record.conversations]
    assert all(len(parties) == 2 for parties in talks), talks
