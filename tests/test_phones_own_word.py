"""What a phone says of itself is believed of its own leg, and of nothing else.

A recorded call in which agent 1011's phone answers 480 after ringing and 1012 takes the call; the reports are put in
between as the endpoint feed would deliver them.
"""

import msgspec
import pytest

from bridge.message import Message
from bridge.records.record import Record
from tests.recorded import messages, replayed

NAME = "an_agent_declines_and_the_phone_says_480"


def call_id_of(device: str) -> str:
    for message in messages(NAME):
        channel = message.event.get("channel")
        if isinstance(channel, dict) and channel["name"].startswith(f"{device}-") and channel["protocol_id"]:
            return str(channel["protocol_id"])
    raise LookupError(device)


def rang(device: str) -> float:
    return next(
        message.t
        for message in messages(NAME)
        if message.event.get("ChannelStateDesc") == "Ringing" and message.event["Channel"].startswith(f"{device}-")
    )


def the_call(*reports: Message, only: str | None = None) -> Record:
    """The record of the call with some reports in between, by one feed or by both."""
    story = [m for m in messages(NAME) if only in (None, m.src)]
    (record,) = replayed(sorted([*story, *reports], key=lambda message: message.t))
    return record


def report(device: str, call_id: str | None, said: str, after: float = 0.001, **more: object) -> Message:
    event = {"device": device, "report": said, **more}
    if call_id is not None:
        event["sip_call_id"] = call_id
    return Message(rang(device) + after, "pbx1", "endpoint", event)


PLAIN = the_call()


def test_without_a_word_of_the_phone_480_after_ringing_is_a_decline() -> None:
    assert PLAIN.offers[0].outcome == "rejected"
    assert "agent_reject" in PLAIN.tags


@pytest.mark.parametrize("only", [None, "ami", "ari"])
@pytest.mark.parametrize("named", [True, False])
def test_a_phone_that_had_no_microphone_failed_and_its_agent_did_not_decline(named: bool, only: str | None) -> None:
    call_id = call_id_of("PJSIP/1011") if named else None
    record = the_call(report("PJSIP/1011", call_id, "media_failed", reason="NotAllowedError"), only=only)
    assert record.offers[0].outcome == "cpe_rejected"
    assert record.offers[0].reason == "media_failed: NotAllowedError"
    assert "agent_reject" not in record.tags
    assert "cpe_reject" in record.tags


def test_an_agent_who_pressed_reject_declined_and_the_phone_says_so_too() -> None:
    record = the_call(report("PJSIP/1011", call_id_of("PJSIP/1011"), "rejected_by_user"))
    assert (record.tags, record.offers[0].outcome) == (PLAIN.tags, "rejected")


@pytest.mark.parametrize("said", ["media_failed", "rejected_by_user", "page_closed", "transport_lost"])
@pytest.mark.parametrize("device", ["PJSIP/1012", "PJSIP/1013", "PJSIP/trunk01"])
def test_a_phone_that_lies_about_another_phones_leg_changes_nothing(device: str, said: str) -> None:
    lie = Message(rang("PJSIP/1011") + 0.01, "pbx1", "endpoint", {
        "device": device, "report": said, "sip_call_id": call_id_of("PJSIP/1011"), "reason": "NotAllowedError",
    })  # fmt: skip
    assert msgspec.json.encode(the_call(lie)) == msgspec.json.encode(PLAIN)


@pytest.mark.parametrize("said", ["media_failed", "rejected_by_user", "transport_lost"])
def test_a_phone_that_answered_has_answered_whatever_it_says(said: str) -> None:
    lie = report("PJSIP/1012", call_id_of("PJSIP/1012"), said)
    record = the_call(lie)
    assert (record.tags, [offer.outcome for offer in record.offers]) == (PLAIN.tags, ["rejected", "answered"])


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"device": "PJSIP/1011"},
        {"device": "PJSIP/1011", "report": "exploded"},
        {"device": "PJSIP/1011", "report": ["media_failed"]},
        {"device": ["PJSIP/1011"], "report": {"media_failed": 1}},
        {"device": "PJSIP/1011", "report": "media_failed", "age": -1},
        {"device": "PJSIP/1011", "report": "media_failed", "age": 1e9},
        {"device": "PJSIP/1011", "report": "media_failed", "age": "long"},
        {"report": "media_failed"},
    ],
)
def test_what_is_no_report_in_a_capture_changes_nothing(event: dict[str, object]) -> None:
    stray = Message(rang("PJSIP/1011") + 0.01, "pbx1", "endpoint", event)
    assert msgspec.json.encode(the_call(stray)) == msgspec.json.encode(PLAIN)
