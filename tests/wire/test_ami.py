"""What is taken from the manager interface: no less than the rules read, and no more."""

import re
from pathlib import Path

import pytest

from bridge.vocabulary import facts as f
from bridge.wire import ami
from bridge.wire.framing import Framer
from bridge.wire.values import VARIABLES
from tests.helpers.recorded import NAMES, messages

FILTER = Path(__file__).parents[2] / "config" / "asterisk" / "eventfilter-callbridge.conf"


def sent(event: dict[str, object]) -> bytes:
    """An event as the PBX sends it."""
    values = {name: value if isinstance(value, list) else [value] for name, value in event.items()}
    return "".join(f"{name}: {one}\r\n" for name, each in values.items() for one in each).encode() + b"\r\n"


@pytest.mark.parametrize("name", NAMES)
def test_an_event_says_the_same_whether_all_of_it_is_read_or_only_what_matters(name: str) -> None:
    framer = Framer(lambda report: pytest.fail(report.what), ami.EVENTS)
    framer.feed(b"Asterisk Call Manager/11.0.0\r\n")
    for message in messages(name):
        if message.src != "ami" or "Event" not in message.event:
            continue
        whole = ami.decode(message.event, 1.0)
        taken = framer.feed(sent(message.event))
        assert [ami.decode(event, 1.0) for event in taken] == [whole] * len(taken)
        assert taken or whole is None
        assert [ami.stamp(event) for event in taken] == [ami.stamp(message.event)] * len(taken)


def test_a_header_that_is_missing_empty_or_unknown_says_nothing_and_of_a_repeated_one_the_last_counts() -> None:
    hangup = {"Event": "Hangup", "Uniqueid": "1.1", "Channel": "PJSIP/1001-00000001", "ChannelState": "6",
              "ChannelStateDesc": "Up", "Cause": "16", "TechCause": "486"}  # fmt: skip
    told = ami.decode(hangup, 1.0)
    assert isinstance(told, f.ChannelGone)
    assert (told.name, told.state, told.cause, told.sip_code) == ("PJSIP/1001-00000001", "Up", 16, 486)
    assert ami.decode({**hangup, "Cause": ["17", "16"]}, 1.0) == told
    for nothing in ("", "<unknown>", None, 7.5, [], {"a": "b"}):
        said = ami.decode({**hangup, "Channel": nothing, "TechCause": nothing}, 1.0)
        assert said == f.ChannelGone(1.0, "ami", "1.1", "", "Up", 16, None), nothing
        assert ami.decode({**hangup, "Uniqueid": nothing}, 1.0) is None
        assert ami.decode({**hangup, "Event": nothing}, 1.0) is None
    for missing in ("Uniqueid", "Event"):
        assert ami.decode({name: value for name, value in hangup.items() if name != missing}, 1.0) is None


def test_a_variable_that_no_rule_reads_is_passed_over_and_an_inherited_one_is_not() -> None:
    framer = Framer(lambda report: None, ami.EVENTS)
    framer.feed(b"Asterisk Call Manager/11.0.0\r\n")
    events = [
        event
        for name in ("CAMPAIGN", "__CALLBRIDGE_AGENT", "DIALSTATUS_OF_MINE", "DIALSTATUS")
        for event in framer.feed(sent({"Event": "VarSet", "Uniqueid": "1.1", "Variable": name, "Value": "x"}))
    ]
    assert [event["Variable"] for event in events] == ["__CALLBRIDGE_AGENT", "DIALSTATUS"]


def test_the_filter_for_the_pbx_lets_through_what_a_rule_reads_and_nothing_else() -> None:
    lines = [line for line in FILTER.read_text().splitlines() if not line.startswith(";")]
    names = {found[1] for line in lines if (found := re.match(r"eventfilter\(name\((\w+)\)", line))}
    assert names == {*ami.EVENTS, "FullyBooted"}
    (varset,) = [line for line in lines if "VarSet" in line]
    assert varset.partition(" = ")[2] == f"^_*({'|'.join(sorted(VARIABLES))})$"
