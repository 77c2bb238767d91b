"""What became of an offered phone: each witness by itself, then who outweighs whom."""

from __future__ import annotations

import msgspec
import pytest

from bridge.calls import witnesses as w
from bridge.calls.attempt import Attempt, Verdict
from bridge.calls.codes import Verdicts
from bridge.calls.silence import Answers
from bridge.pbx.channel import Channel, Dial
from bridge.pbx.history import Request, Stay, Step
from bridge.pbx.queues import Queue, QueueStay
from bridge.pbx.unseen import Unseen

RANG, ENDED = 101.0, 120.0


def caller() -> Channel:
    """A customer who waits since 100, and still does at 120."""
    channel = Channel("1.1", "PJSIP/trunk-1", 100.0, 1)
    channel.seen_from_start = True
    channel.steps.append(Step(100.0, "in", "8000", "Dial", "PJSIP/1001,20"))
    return channel


def rung(waiting: Channel | None = None, status: str | None = "NOANSWER") -> tuple[Attempt, Channel, Dial]:
    """A phone that rang from 101 to 120 for a caller, and said nothing; its leg and its dial."""
    waiting = waiting or caller()
    leg = Channel("1.2", "PJSIP/1001-2", 100.0, 2)
    leg.seen_from_start, leg.ringing_at, leg.gone_at = True, RANG, ENDED
    return attempt(leg, waiting, status)


def attempt(leg: Channel, waiting: Channel, status: str | None) -> tuple[Attempt, Channel, Dial]:
    dial = Dial(waiting, leg, 100.0)
    dial.status, dial.ended_at = status, ENDED
    leg.dial = dial
    waiting.dials.append(dial)
    tried = Attempt(
        leg=leg, dials=(dial,), started_at=100.0, ended_at=ENDED, cause=None, sip_code=None, unbridged=(),
        codes=Verdicts([]), unseen=Unseen(), answers=Answers(),
    )  # fmt: skip
    return tried, leg, dial


def in_vain(**changes: object) -> tuple[Attempt, Channel]:
    """A phone that was answered at 110, and whose agent never had the caller."""
    tried, leg, _ = rung()
    leg.up_at = 110.0
    return msgspec.structs.replace(tried, unbridged=(leg,), **changes), leg


def hangs_up(channel: Channel, at: float, cause: int | None = 16, sip_code: int | None = None) -> None:
    channel.hangup_request = Request(at, "Up", cause, sip_code)


# -- the phone was answered


def test_a_call_that_another_phone_picked_up_was_answered_elsewhere() -> None:
    tried, leg, _ = rung()
    assert w.picked_up(tried) is None
    leg.picked_up = (105.0, "1.3")
    assert w.picked_up(tried) == Verdict("answered_elsewhere", "picked_up", 105.0)


def test_a_phone_that_was_put_through_answered_when_it_went_up() -> None:
    tried, leg, _ = rung()
    assert w.answered(tried) is None
    leg.up_at = 110.0
    assert w.answered(tried) == Verdict("answered", None, 110.0)
    assert w.answered(msgspec.structs.replace(tried, unbridged=(leg,))) is None


def test_whether_a_phone_was_put_through_is_unknown_if_that_was_not_seen() -> None:
    tried, _ = in_vain()
    assert w.nobody_saw_whether_put_through(tried) is None
    unwatched, _ = in_vain(unseen=Unseen([(112.0, 115.0)]))
    assert w.nobody_saw_whether_put_through(unwatched) == Verdict(None, None, 110.0, unseen=True)


def test_a_phone_that_was_answered_second_lost_to_the_one_that_was_put_through() -> None:
    tried, leg = in_vain()
    assert w.another_was_put_through(tried) is None
    leg.cause, leg.dial = 26, tried.dial
    tried.dial.status = "CANCEL"
    assert tried.caller is not None
    tried.caller.stays.append(Stay("room", ENDED))
    assert w.another_was_put_through(tried) == Verdict("answered_elsewhere", None, ENDED)


def test_a_phone_that_gives_up_the_call_by_a_code_failed_when_it_was_answered() -> None:
    tried, leg = in_vain()
    hangs_up(leg, 111.0)
    assert w.failed_when_answered(tried) is None
    hangs_up(leg, 111.0, sip_code=488)
    assert w.failed_when_answered(tried) == Verdict("cpe_rejected", "failed when answered", 111.0)


def test_an_agent_who_hangs_up_before_the_caller_came_through_rejected_the_call() -> None:
    tried, leg = in_vain()
    assert w.hung_up_before_being_connected(tried) is None
    hangs_up(leg, 112.0)
    assert w.hung_up_before_being_connected(tried) == Verdict("rejected", "hung up before being connected", 112.0)


def test_an_agent_who_hangs_up_after_the_caller_did_rejected_nothing() -> None:
    tried, leg = in_vain()
    hangs_up(leg, 112.0)
    assert tried.caller is not None
    hangs_up(tried.caller, 111.0)
    assert w.hung_up_before_being_connected(tried) is None
    assert w.caller_left_before_being_connected(tried) == Verdict("cancelled", None, ENDED)


def test_a_caller_who_stays_did_not_leave_before_being_connected() -> None:
    assert w.caller_left_before_being_connected(in_vain()[0]) is None


def test_a_log_tells_no_keys() -> None:
    tried, leg = in_vain()
    assert w.log_tells_no_keys(tried) is None
    leg.from_log = True
    assert w.log_tells_no_keys(tried) == Verdict(None, None, ENDED)


def test_an_agent_may_decline_by_a_key_the_call_that_is_to_be_confirmed() -> None:
    tried, leg = in_vain()
    assert w.declined_by_key(tried) is None
    leg.dtmf.append((111.0, "2"))
    assert w.declined_by_key(tried) == Verdict("rejected", "declined by key", ENDED)


def test_a_call_that_nobody_confirmed_was_not_answered() -> None:
    assert w.not_confirmed(in_vain()[0]) == Verdict("no_answer", "not confirmed", ENDED)
    assert w.not_confirmed(rung()[0]) is None


# -- something was said


def test_a_phone_that_sends_the_call_elsewhere_forwarded_it_if_the_pbx_calls_somebody_there() -> None:
    waiting = caller()
    tried, _, dial = rung(waiting)
    assert w.forwarded(tried) is None
    dial.forward = "1002"
    assert w.forwarded(tried) == Verdict("rejected", "forward not followed", ENDED)
    waiting.dials.append(Dial(waiting, Channel("1.3", "Local/1002@staff-3;1", ENDED, 3), ENDED))
    assert w.forwarded(tried) == Verdict("forwarded", "1002", ENDED)
    assert w.forwarded(msgspec.structs.replace(rung()[0], sip_code=302)) == Verdict("forwarded", None, ENDED)


def test_the_phones_own_word_tells_how_it_failed() -> None:
    tried, leg, _ = rung()
    assert w.phones_own_word(tried) is None
    leg.phone_reports.append((118.0, "media_failed", "no microphone"))
    assert w.phones_own_word(tried) == Verdict("cpe_rejected", "media_failed: no microphone", 118.0, "media_failed")


def test_a_persons_decline_outweighs_a_connection_that_broke_before_it() -> None:
    tried, leg, _ = rung()
    leg.phone_reports += [(117.0, "transport_lost", None), (118.0, "rejected_by_user", None)]
    assert w.phones_own_word(tried) == Verdict("rejected", "declined", 118.0, "rejected_by_user")


@pytest.mark.parametrize(("rang", "outcome"), [(True, "rejected"), (False, "cpe_rejected")])
def test_a_code_means_a_decline_only_of_a_phone_that_rang(rang: bool, outcome: str) -> None:
    tried, leg, _ = rung()
    assert w.refusal(tried) is None
    leg.ringing_at = RANG if rang else None
    hangs_up(leg, 119.0, cause=17)
    said = w.refusal(msgspec.structs.replace(tried, cause=17, sip_code=486))
    assert said is not None
    assert (said.outcome, said.ended_at) == (outcome, 119.0)


def test_a_log_in_which_nothing_rings_does_not_tell_what_busy_means() -> None:
    tried, leg, _ = rung()
    leg.from_log = True
    hangs_up(leg, 119.0, cause=17)
    assert w.refusal(msgspec.structs.replace(tried, cause=17, sip_code=486)) == Verdict(None, None, 119.0)


# -- nothing was said


def test_a_phone_whose_contact_was_lost_failed() -> None:
    tried, leg, _ = rung()
    assert w.device_lost(tried) is None
    leg.lost_at = 105.0
    assert w.device_lost(tried) == Verdict("cpe_rejected", "device_lost", ENDED)


def test_a_phone_rang_until_another_answered() -> None:
    waiting = caller()
    tried, _, _ = rung(waiting, "CANCEL")
    assert w.another_answered(tried) is None
    tried, _, _ = rung(waiting, "CANCEL")
    answer = Dial(waiting, Channel("1.3", "PJSIP/1002-3", 100.0, 3), 100.0)
    answer.status, answer.ended_at = "ANSWER", ENDED
    waiting.dials.append(answer)
    assert w.another_answered(msgspec.structs.replace(tried, answers=Answers())) == Verdict(
        "answered_elsewhere", None, ENDED
    )


def test_a_caller_who_hangs_up_before_time_is_up_cancels_the_ringing() -> None:
    tried, _, dial = rung()
    assert w.caller_left(tried) is None
    assert dial.caller is not None
    hangs_up(dial.caller, 119.9)
    assert w.caller_left(tried) == Verdict("cancelled", None, ENDED)


def test_a_caller_whom_the_pbx_turns_away_has_not_left() -> None:
    tried, _, dial = rung()
    assert dial.caller is not None
    hangs_up(dial.caller, 119.9, sip_code=503)
    assert w.caller_left(tried) is None


def test_a_log_tells_no_ringing_nor_whether_a_key_took_the_caller_out_of_the_queue() -> None:
    tried, leg, dial = rung()
    assert w.log_tells_no_ringing(tried) is None
    leg.from_log = True
    assert w.log_tells_no_ringing(tried) == Verdict(None, None, ENDED)
    assert dial.caller is not None
    stay = QueueStay(Queue("vip"), 100.0)
    stay.left_at = ENDED
    dial.caller.queue_stays.append(stay)
    assert w.log_tells_no_ringing(tried) == Verdict(None, None, ENDED, unseen=True)


def test_a_leg_that_ends_long_before_its_time_was_hung_up_by_an_administrator() -> None:
    tried, _, dial = rung()
    assert w.taken_away_by_an_administrator(tried) is None
    dial.ended_at = 105.0
    assert w.taken_away_by_an_administrator(tried) == Verdict("cancelled", "hung up by an administrator", ENDED)


def test_a_phone_that_rang_until_time_was_up_was_not_answered() -> None:
    tried, leg, _ = rung()
    assert w.rang_out(tried) == Verdict("no_answer", "timeout", ENDED)
    leg.ringing_at = None
    assert w.rang_out(tried) is None


def test_a_phone_that_never_answered_the_invite_failed() -> None:
    assert w.never_rang(rung()[0]) == Verdict("cpe_rejected", "no_response", ENDED)


# -- who outweighs whom


def test_every_offer_has_a_verdict_for_the_last_witness_always_knows() -> None:
    tried, leg, _ = rung()
    assert w.verdict_of(tried) == Verdict("no_answer", "timeout", ENDED)
    leg.ringing_at = None
    assert w.verdict_of(tried) == Verdict("cpe_rejected", "no_response", ENDED)


def test_an_answer_outweighs_what_the_phone_reported_before() -> None:
    tried, leg, _ = rung()
    leg.phone_reports.append((105.0, "transport_lost", None))
    leg.up_at = 110.0
    assert w.verdict_of(tried).outcome == "answered"


def test_the_phones_own_word_outweighs_its_legs_code() -> None:
    tried, leg, _ = rung()
    hangs_up(leg, 119.0, cause=21)
    leg.phone_reports.append((118.9, "page_closed", None))
    verdict = w.verdict_of(msgspec.structs.replace(tried, cause=21, sip_code=603))
    assert (verdict.outcome, verdict.reported) == ("cpe_rejected", "page_closed")


def test_a_device_that_was_lost_failed_whoever_answered_later() -> None:
    tried, leg, _ = rung(status="CANCEL")
    leg.lost_at, leg.cause = 105.0, 26
    assert w.verdict_of(tried).reason == "device_lost"


def test_an_agent_who_pressed_answer_did_not_decline() -> None:
    tried, leg, _ = rung()
    hangs_up(leg, 119.0, cause=21)
    leg.phone_reports.append((117.0, "answered_by_user", None))
    verdict = w.verdict_of(msgspec.structs.replace(tried, cause=21, sip_code=603))
    assert verdict == Verdict("cpe_rejected", "answer_failed", 117.0, "answered_by_user")


def test_an_agent_who_pressed_answer_at_the_last_moment_was_too_late() -> None:
    tried, leg, _ = rung()
    leg.phone_reports.append((119.0, "answered_by_user", None))
    assert w.verdict_of(tried).outcome == "no_answer"


def test_nothing_is_claimed_of_what_was_not_seen() -> None:
    tried, _, _ = rung()
    unwatched = msgspec.structs.replace(tried, unseen=Unseen([(110.0, 115.0)]))
    assert w.verdict_of(unwatched) == Verdict(None, None, ENDED, unseen=True)


def test_a_phones_own_report_counts_though_the_pbx_was_not_heard() -> None:
    tried, leg, _ = rung()
    leg.phone_reports.append((118.0, "rejected_by_user", None))
    unwatched = msgspec.structs.replace(tried, unseen=Unseen([(110.0, 119.0)]))
    assert w.verdict_of(unwatched).outcome == "rejected"
