"""Agents who log in once for the day."""

from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.message import Message
from tests.fuzz import left
from tests.helpers.recorded import PBX, messages, replayed, settings, told
from tests.helpers.story import Story

RECORDED = "an_agent_logged_in_for_the_day_takes_two_calls"


def test_a_shift_that_is_read_again_without_its_older_call_makes_no_other_call_of_it() -> None:
    """As the journal has it after a restart: what was of calls on record is gone, what was of the shift is there."""
    shift = [m for m in messages(RECORDED) if m.src == "ami"]
    first = next(m.event["Uniqueid"] for m in shift if m.event.get("Event") == "QueueCallerJoin")
    older = {m.event["Uniqueid"] for m in shift if m.event.get("Linkedid") == first and "Uniqueid" in m.event}
    kept = [m for m in shift if m.event.get("Uniqueid") not in older]
    assert told(replayed(kept)) == [(["agent_disconnect", "incoming_dn_call"], [("1012", "answered")])]


def test_an_agent_logged_in_for_the_day_who_hangs_up_as_the_two_are_joined_has_ended_the_call() -> None:
    """The queue has connected them by then, and joins the customer to nobody."""
    shift = [m for m in messages(RECORDED) if m.src == "ami"]
    enters = [m for m in shift if m.event.get("Event") == "BridgeEnter" and "/trunk" in m.event["Channel"]][-1]
    request = next(m for m in shift if m.event.get("Event") == "HangupRequest" and "/1012-" in m.event["Channel"])
    late = {**enters.event, "Timestamp": str(float(request.event["Timestamp"]) + 0.001)}
    before = [m for m in shift[: shift.index(request) + 1] if m is not enters]
    after = shift[shift.index(request) + 1 :]
    _, second = replayed([*before, Message(request.t, PBX, "ami", late), *after])
    assert second.tags == ["incoming_dn_call", "agent_disconnect"]
    assert second.ended_by == "agent"


def test_an_agent_who_is_brought_back_without_an_event_of_leaving_is_in_no_call_any_more() -> None:
    pipeline = Pipeline(settings(), PBX)
    last = 0.0
    for message in messages(RECORDED):
        event = message.event
        lost = event.get("Event") == "BridgeDestroy" or (
            event.get("Event") == "BridgeLeave" and "/1012-" in event["Channel"]
        )
        if lost or message.src != "ami":
            continue
        pipeline.feed(message)
        last = message.t
    while (deadline := pipeline.next_deadline()) is not None:
        pipeline.advance(max(last, deadline))
    assert left(pipeline) == {}


def test_what_was_told_of_a_logged_in_agents_call_is_kept_no_longer_than_of_any_other() -> None:
    """The journal keeps what is about a channel as long as its call is open, and a login is for the whole shift."""
    shift = [m for m in messages(RECORDED) if m.src == "ami"]
    _, second = [m.event["Linkedid"] for m in shift if m.event.get("Event") == "QueueCallerJoin"]
    between = next(i for i, m in enumerate(shift) if m.event.get("Linkedid") == second)
    pipeline = Pipeline(settings(), PBX, keeps=True)
    heard: list[tuple[str, Message]] = []
    for message in shift[:between]:
        heard += pipeline.feed(message).keep
    while (deadline := pipeline.next_deadline()) is not None:
        pipeline.advance(deadline)
    open_channels = {*pipeline.open_channels}
    kept = [message for key, message in heard if key == "" or key in open_channels]
    of_agent = [m.event["Event"] for m in kept if m.event.get("Channel", "").startswith("PJSIP/1012-")]
    before_a_call = ["Newchannel", "Newexten", "Newstate", "BridgeEnter", "BridgeLeave"]
    back_from_it = ["BridgeLeave", "BridgeEnter"]
    assert of_agent == before_a_call + back_from_it
    assert told(replayed([*kept, *shift[between:]])) == told(replayed(shift)[1:])


def test_a_logged_in_agent_whom_the_pbx_lists_no_more_after_an_outage_in_a_call_is_logged_in_no_more() -> None:
    pipeline = Pipeline(settings(), PBX)
    shift = [m for m in messages(RECORDED) if m.src == "ami"]
    joined = [i for i, m in enumerate(shift) if m.event.get("Event") == "QueueCallerJoin"]
    talk = next(i for i, m in enumerate(shift) if i > joined[0] and m.event.get("Event") == "DialEnd")
    in_call = next(i for i, m in enumerate(shift) if i > talk and m.event.get("Event") == "BridgeEnter")
    for message in shift[: in_call + 1]:
        pipeline.feed(message)
    now = shift[in_call].t + 5
    for event in (
        {"feed": "lost"},
        {"feed": "connected"},
        {"Event": "CoreShowChannelsComplete", "ActionID": "CoreShowChannels"},
    ):
        pipeline.feed(Message(now, PBX, "ami", event))
    while (deadline := pipeline.next_deadline()) is not None:
        pipeline.advance(max(now, deadline))
    assert left(pipeline) == {}


def test_an_agent_who_has_logged_in_from_a_mobile_takes_calls_by_her_own_name() -> None:
    story = Story()
    login = story.call_in("8001")
    story.event("Newexten", **login, Application="AgentLogin", AppData="1001,s", Extension="8001")
    story.state(login, "Up")
    customer = story.after(20).call_in()
    story.event("Newexten", **customer, Application="AgentRequest", AppData="1001", Extension="8000")
    story.state(customer, "Up")
    story.after(1).talk("room", customer, login)
    story.after(5).hang_up(customer)
    for who in (customer, login):
        story.event("BridgeLeave", BridgeUniqueid="room", **who)
    story.gone(customer)
    story.after(20).hang_up(login)
    story.gone(login)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "answered")]
    assert [(p.party, p.role) for p in record.participants] == [("0912000001", "customer"), ("1001", "agent")]
