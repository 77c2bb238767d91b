"""What a phone says of itself is believed of its own leg, and of nothing else.

A recorded call in which agent 1011's phone answers 480 after ringing and 1012 takes the call, and one in which 1011
lets it ring; the reports are put in between as the endpoint feed would deliver them.
"""

from datetime import datetime

import msgspec
import pytest

from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from tests.helpers.recorded import PBX, messages, replayed, settings

NAME = "an_agent_declines_and_the_phone_says_480"
RINGS = "an_agent_lets_it_ring"
FEEDS = [None, "ami", "ari"]
"""Both of the PBX's feeds, or one."""


def call_id_of(device: str, name: str = NAME) -> str:
    for message in messages(name):
        channel = message.event.get("channel")
        if isinstance(channel, dict) and channel["name"].startswith(f"{device}-") and channel["protocol_id"]:
            return str(channel["protocol_id"])
    raise LookupError(device)


def rang(device: str, name: str = NAME) -> float:
    return next(
        message.t
        for message in messages(name)
        if message.event.get("ChannelStateDesc") == "Ringing" and message.event["Channel"].startswith(f"{device}-")
    )


def told(*reports: Message, only: str | None = None, name: str = NAME) -> list[Record]:
    """Each revision of a recorded call's record, with some reports in between, by one feed or by both."""
    story = [m for m in messages(name) if only in (None, m.src)]
    return replayed(sorted([*story, *reports], key=lambda message: message.t))


def the_call(*reports: Message, only: str | None = None, name: str = NAME) -> Record:
    (record,) = told(*reports, only=only, name=name)
    return record


def report(
    device: str, call_id: str | None, said: str, after: float = 0.001, name: str = NAME, **more: object
) -> Message:
    event = {"device": device, "report": said, **more}
    if call_id is not None:
        event["sip_call_id"] = call_id
    return Message(rang(device, name) + after, "pbx1", "endpoint", event)


PLAIN = the_call()


def test_without_a_report_of_the_phone_480_after_ringing_is_a_decline() -> None:
    assert PLAIN.offers[0].outcome == "rejected"
    assert "agent_reject" in PLAIN.tags


@pytest.mark.parametrize("only", FEEDS)
@pytest.mark.parametrize("named", [True, False])
def test_a_phone_that_had_no_microphone_failed_and_its_agent_did_not_decline(named: bool, only: str | None) -> None:
    call_id = call_id_of("PJSIP/1011") if named else None
    record = the_call(report("PJSIP/1011", call_id, "media_failed", reason="NotAllowedError"), only=only)
    assert record.offers[0].outcome == "cpe_rejected"
    assert record.offers[0].reason == "media_failed: NotAllowedError"
    assert "agent_reject" not in record.tags
    assert [proof.event for proof in record.evidence["cpe_reject"]] == ["media_failed"]
    assert "as the phone itself says" in str(record.evidence["cpe_reject"][0].detail)


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
def test_an_invalid_report_in_a_capture_changes_nothing(event: dict[str, object]) -> None:
    stray = Message(rang("PJSIP/1011") + 0.01, "pbx1", "endpoint", event)
    assert msgspec.json.encode(the_call(stray)) == msgspec.json.encode(PLAIN)


@pytest.mark.parametrize("only", FEEDS)
def test_an_agent_who_pressed_answer_in_vain_had_a_phone_that_failed(only: str | None) -> None:
    pressed = report("PJSIP/1011", None, "answered_by_user", 0.5, RINGS)
    record = the_call(pressed, only=only, name=RINGS)
    assert the_call(only=only, name=RINGS).offers[0].outcome == "no_answer"
    assert (record.offers[0].outcome, record.offers[0].reason) == ("cpe_rejected", "answer_failed")
    assert "agent_no_answer_timeout" not in record.tags
    assert [proof.event for proof in record.evidence["cpe_reject"]] == ["answered_by_user"]


def test_an_agent_who_presses_answer_as_the_time_is_up_has_not_answered_in_time() -> None:
    leg = next(o for o in the_call(name=RINGS).offers if o.agent == "1011")
    pressed = report("PJSIP/1011", None, "answered_by_user", leg.ring_seconds - 0.5, RINGS)
    assert the_call(pressed, name=RINGS).offers[0].outcome == "no_answer"


def test_a_phone_that_says_480_after_its_agent_pressed_answer_failed() -> None:
    record = the_call(report("PJSIP/1011", call_id_of("PJSIP/1011"), "answered_by_user"))
    assert (record.offers[0].outcome, record.offers[0].reason) == ("cpe_rejected", "answer_failed")
    changed = report("PJSIP/1011", None, "rejected_by_user", 0.005)
    assert the_call(report("PJSIP/1011", None, "answered_by_user"), changed).offers[0].outcome == "rejected"


@pytest.mark.parametrize("only", FEEDS)
def test_a_phone_that_says_480_because_it_has_rung_long_enough_was_not_answered(only: str | None) -> None:
    record = the_call(report("PJSIP/1011", None, "unanswered"), only=only)
    assert record.offers[0].outcome == "no_answer"
    assert "agent_no_answer_timeout" in record.tags


@pytest.mark.parametrize("only", FEEDS)
def test_a_page_that_refuses_by_itself_is_a_device_on_do_not_disturb_even_where_its_word_comes_before_the_pbxs(
    only: str | None,
) -> None:
    call_id = call_id_of("PJSIP/1011")
    before = min(m.t for m in messages(NAME) if "PJSIP/1011-" in str(m.event)) - 0.2
    for at in (before - rang("PJSIP/1011"), 0.001):
        record = the_call(report("PJSIP/1011", call_id, "rejected_by_page", at), only=only)
        assert (record.offers[0].outcome, record.offers[0].reason) == ("cpe_rejected", "rejected_by_page")


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("only", FEEDS)
def test_a_report_that_a_phone_kept_from_an_earlier_call_is_not_about_the_one_that_rings_now(
    only: str | None, named: bool
) -> None:
    earlier = report("PJSIP/1011", "earlier@phone" if named else None, "transport_lost", age=60)
    assert msgspec.json.encode(the_call(earlier, only=only)) == msgspec.json.encode(the_call(only=only))


@pytest.mark.parametrize("only", FEEDS)
def test_a_report_that_comes_soon_after_the_record_makes_it_anew_and_a_later_one_is_dropped_and_counted(
    only: str | None,
) -> None:
    call_id, end = None if only == "ami" else call_id_of("PJSIP/1011"), messages(NAME)[-1].t - rang("PJSIP/1011")

    def late(by: float) -> Message:
        return report("PJSIP/1011", call_id, "media_failed", end + by, age=end + by)

    def time_passes(by: float) -> Message:
        return Message(messages(NAME)[-1].t + by, PBX, only or "ami", {"Event": "Newexten"})

    first, second = told(late(5), only=only)
    assert (first.revision, first.offers[0].outcome) == (1, "rejected")
    assert (second.revision, second.offers[0].outcome) == (2, "cpe_rejected")
    (alone,) = told(time_passes(30), late(60), only=only)
    assert (alone.revision, alone.offers[0].outcome) == (1, "rejected")

    pipeline = Pipeline(settings(), PBX)
    for message in (*messages(NAME), time_passes(30), late(60)):
        pipeline.feed(message)
    assert pipeline.reports_dropped == 0  # it may be of a call that the PBX has yet to tell of
    pipeline.feed(time_passes(71))
    assert pipeline.reports_dropped == 1


@pytest.mark.parametrize(("seconds", "lost"), [(-0.5, True), (0.05, False), (2.0, False)])
def test_a_page_that_closes_after_the_customer_hung_up_takes_no_device_out_of_the_call(
    seconds: float, lost: bool
) -> None:
    hung_up = datetime.fromisoformat(PLAIN.evidence["customer_disconnect"][0].at).timestamp()
    after = hung_up - rang("PJSIP/1011") + seconds
    *_, record = told(report("PJSIP/1012", call_id_of("PJSIP/1012"), "page_closed", after))
    assert ("device_lost" in record.tags) is lost
    assert "customer_disconnect" in record.tags
