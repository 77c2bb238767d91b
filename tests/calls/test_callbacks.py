"""Call backs of a virtual queue whose dialplan says nothing of them."""

from bridge.vocabulary.record import Record
from tests.helpers.story import Story


def a_caller_leaves_by_a_key(story: Story) -> None:
    customer = story.call_in()
    story.event("Newexten", **customer, Application="Queue", AppData="vip", Extension="8000")
    story.event("QueueCallerJoin", **customer, Queue="vip", Position="1")
    story.after(3).event("DTMFEnd", **customer, Digit="1", Direction="Received")
    story.event("QueueCallerLeave", **customer, Queue="vip")
    story.event("Newexten", **customer, Application="Playback", AppData="we-call-you", Extension="1")
    story.after(2).gone(customer)


def the_pbx_calls_back(story: Story, number: str, queue: str | None = "vip") -> None:
    one = {"Channel": "Local/wait@vq-00000001;1", "Uniqueid": "1800000100.90", "Linkedid": "1800000100.90"}
    two = {"Channel": "Local/wait@vq-00000001;2", "Uniqueid": "1800000100.91", "Linkedid": "1800000100.90"}
    story.after(30).event("Newchannel", **one, ChannelState="0")
    story.event("Newchannel", **two, ChannelState="4")
    if queue:
        story.event("Newexten", **one, Application="Queue", AppData=queue, Extension="s")
        story.event("QueueCallerJoin", **one, Queue=queue, Position="1")
    agent = story.channel("PJSIP/1001", "Down", one["Linkedid"])
    story.dial(one, agent, queue)
    story.after(1).state(agent, "Ringing")
    story.after(1).state(agent, "Up")
    story.dial_ends(one, agent, "ANSWER")
    story.talk("left", one, agent)
    customer = story.channel("PJSIP/trunk", "Down", one["Linkedid"])
    story.event(
        "DialBegin", **two, DestChannel=customer["Channel"], DestUniqueid=customer["Uniqueid"],
        DialString=f"{number}@trunk", CallerIDNum="8000",
    )  # fmt: skip
    story.after(2).state(customer, "Up")
    story.dial_ends(two, customer, "ANSWER")
    story.talk("right", two, customer)
    story.after(5).hang_up(customer)
    story.gone(customer, two, one, agent)


def last_records(story: Story) -> dict[str, Record]:
    return {r.record_id: r for r in story.told()}


def test_a_caller_who_left_by_a_key_and_is_called_from_the_queue_asked_for_it() -> None:
    story = Story()
    a_caller_leaves_by_a_key(story)
    the_pbx_calls_back(story, "0912000001")
    asked, answer = last_records(story).values()
    assert asked.revision == 2
    assert asked.tags == ["incoming_dn_call", "queued", "virtual_queue_callback_incoming"]
    assert {"outbound_call", "virtual_queue_callback_outgoing"} <= set(answer.tags)
    assert answer.callback_of == asked.call_id


def test_a_call_to_somebody_else_is_no_call_back() -> None:
    story = Story()
    a_caller_leaves_by_a_key(story)
    the_pbx_calls_back(story, "0912000002")
    asked, answer = last_records(story).values()
    assert "queue_exit" in asked.tags
    assert answer.callback_of is None


def test_a_call_that_took_no_place_in_the_queue_is_no_call_back() -> None:
    story = Story()
    a_caller_leaves_by_a_key(story)
    the_pbx_calls_back(story, "0912000001", queue=None)
    assert all("virtual_queue_callback_outgoing" not in r.tags for r in story.told())


def test_a_call_back_whose_record_is_written_again_still_answers_its_call() -> None:
    story = Story()
    story.feed("connected")
    story.send({"feed": "connected"}, "ari")
    story.listed()
    a_caller_leaves_by_a_key(story)
    the_pbx_calls_back(story, "0912000001")
    gone = next(m.event for m in reversed(story.messages) if m.event.get("Event") == "Hangup")
    call_id = {"id": gone["Uniqueid"], "name": gone["Channel"], "protocol_id": "call-id-of-the-agents-phone"}
    story.after(8.0).send({"type": "ChannelDestroyed", "channel": call_id}, "ari")
    asked, answer = last_records(story).values()
    assert "call-id-of-the-agents-phone" in answer.sip_call_ids
    assert answer.callback_of == asked.call_id
