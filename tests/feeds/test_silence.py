"""What an AMI user is not told, Asterisk does not say: it shows by what others tell."""

import pytest

from bridge.feeds.silence import ENOUGH, Silence

Event = dict[str, str]


def call(number: int) -> list[Event]:
    """What AMI tells of a call from a queue to an agent."""
    customer, agent = f"1.{number}", f"2.{number}"
    return [
        {"Event": "Newchannel", "Uniqueid": customer},
        {"Event": "Newexten", "Uniqueid": customer, "Application": "AGI"},
        {"Event": "AGIExecStart", "Uniqueid": customer},
        {"Event": "Newexten", "Uniqueid": customer, "Application": "Queue"},
        {"Event": "QueueCallerJoin", "Uniqueid": customer},
        {"Event": "Newchannel", "Uniqueid": agent},
        {"Event": "DialBegin", "Uniqueid": customer, "DestUniqueid": agent},
        {"Event": "AgentCalled", "Uniqueid": customer, "DestUniqueid": agent},
        {"Event": "Hangup", "Uniqueid": agent},
        {"Event": "Hangup", "Uniqueid": customer},
    ]


CLASSES = {
    "call": ("Newchannel", "DialBegin", "Hangup"),
    "dialplan": ("Newexten",),
    "agent": ("QueueCallerJoin", "AgentCalled"),
    "agi": ("AGIExecStart",),
}


def heard(calls: int, *without: str) -> list[str]:
    silence, found = Silence(), []
    for number in range(calls):
        for event in call(number):
            if event["Event"] not in without:
                if silence.breaks(event):
                    return found
                if (missing := silence.missing()) is not None:
                    found.append(missing)
    return found


@pytest.mark.parametrize("missing", CLASSES)
def test_an_operator_hears_once_which_class_of_events_the_pbx_keeps_back(missing: str) -> None:
    assert heard(5 * ENOUGH, *CLASSES[missing]) == [missing]


def test_one_call_tells_that_nothing_is_kept_back() -> None:
    assert heard(1) == []
    assert heard(5 * ENOUGH) == []


def test_a_pbx_without_scripts_is_not_watched_for_them() -> None:
    silence = Silence()
    without = [event for event in call(1) if "AGI" not in str(event)]
    assert any(silence.breaks(event) for event in [{"Event": "VarSet", "Uniqueid": "1.1"}, *without])


def test_a_pbx_without_queues_keeps_nothing_back() -> None:
    assert heard(5 * ENOUGH, "QueueCallerJoin", "AgentCalled", "DialBegin") == []


def test_calls_that_were_there_before_we_listened_prove_nothing() -> None:
    silence = Silence()
    for step in range(5 * ENOUGH):
        silence.breaks({"Event": "Newexten", "Uniqueid": f"1.{step % (ENOUGH - 1)}", "Application": "Playback"})
        assert silence.missing() is None
