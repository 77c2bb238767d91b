"""What the PBX's log tells of calls in which an application rings the phones, and what it tells in odd ways.

The logs are made here, a line a row, after what Asterisk 16 to 22 write.
"""

from pathlib import Path

import pytest

from bridge.commands.backfill import backfill
from bridge.config import Dn, Roles, Settings
from bridge.config.sinks import SqliteSink
from bridge.store.reader import find
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import seconds

BEGAN = 1_795_366_000
UUID = "4f0d6f0e-6f0a-4a52-9d7b-0c1d7b1a2f3e"


class Log:
    """Rows of CEL, as cel_custom writes them."""

    def __init__(self, tmp_path: Path) -> None:
        self.file = tmp_path / "cel.csv"
        self.lines: list[str] = []
        self.names: dict[int, str] = {}
        self.call = 0

    def row(self, at: float, kind: str, number: int, application: str = "", data: str = "", extra: str = "") -> None:
        unique, linked = f"{BEGAN}.{number}", f"{BEGAN}.{self.call}"
        who = "0912000001" if number == self.call else ""
        fields = (
            str(BEGAN + at), kind, unique, linked, self.names[number], who, "", "in", "80100", application, data,
            extra.replace('"', '""'),
        )  # fmt: skip
        self.lines.append(",".join(f'"{field}"' for field in fields) + "\n")

    def start(self, at: float, number: int, name: str) -> None:
        """A channel is made; the first one's Linkedid is that of all."""
        self.call, self.names[number] = self.call or number, name
        self.row(at, "CHAN_START", number)

    def bridge(self, at: float, name: str, *numbers: int) -> None:
        for number in numbers:
            self.row(
                at, "BRIDGE_ENTER", number,
                extra=f'{{"bridge_id":"{name}","bridge_technology":"simple_bridge"}}',
            )  # fmt: skip

    def end(self, at: float, number: int, source: str = "", cause: int = 16) -> None:
        extra = f'{{"hangupcause":{cause},"hangupsource":"{source}","dialstatus":""}}'
        self.row(at, "HANGUP", number, extra=extra)

    def told(self, capsys: pytest.CaptureFixture[str]) -> Record:
        self.file.write_text("".join(self.lines))
        given = Settings(
            pbx=[], dn=[Dn(number="80100")], sink=[SqliteSink(path=str(self.file.with_name("calls.db")))],
            roles=Roles(agents=["PJSIP/*", "SCCP/*"], trunks=["PJSIP/trunk*", "PJSIP/gsm*"]),
        )  # fmt: skip
        store = str(self.file.with_name("calls.db"))
        backfill(given, store, "pbx1", str(self.file), None, "2026-01-01T00:00:00.000Z")
        assert capsys.readouterr().err == ""
        (record,) = find(store)
        return record


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def through_an_application(log: Log, answered: bool, told: bool) -> None:
    """A queue's member is a Local channel, behind which another runs an application that rings the phone."""
    log.start(0, 1, "PJSIP/trunk-00000001")
    log.row(0.1, "APP_START", 1, "Queue", "support")
    log.start(1, 2, f"Local/{UUID}@members-00000001;1")
    log.start(1, 3, f"Local/{UUID}@members-00000001;2")
    log.row(1.1, "APP_START", 3, "Dial", f"Local/{UUID}@phones,,")
    log.start(1.2, 4, f"Local/{UUID}@phones-00000002;1")
    log.start(1.2, 5, f"Local/{UUID}@phones-00000002;2")
    if told:
        log.row(1.3, "APP_START", 5, "Stasis", "ringer,dial")
    log.start(2, 6, "PJSIP/1001-00000003")
    if answered:
        log.row(7, "ANSWER", 6, "AppDial2", "(Outgoing Line)")
        log.bridge(7.1, "inner", 5, 6)
        for number, application in ((4, "AppDial"), (2, "AppQueue"), (1, "Queue")):
            log.row(7.2, "ANSWER", number, application, "(Outgoing Line)" if number != 1 else "support")
        log.bridge(7.3, "middle", 4, 3)
        log.bridge(7.4, "front", 2, 1)
        log.end(30, 1, "PJSIP/trunk-00000001")
        at = 30.1
    else:
        log.end(22, 6, cause=0)
        at = 22.1
    for number in (2, 3, 4, 5, *([6] if answered else [])):
        log.end(at, number)
    if not answered:
        log.end(40, 1, "PJSIP/trunk-00000001")


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("told", [True, False], ids=["cel.conf lists stasis", "it does not"])
def test_no_agent_who_does_not_exist_is_blamed_for_a_phone_that_an_application_rings(
    log: Log, answered: bool, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    through_an_application(log, answered, told)
    record = log.told(capsys)
    assert [(o.agent, o.device) for o in record.offers] == [("1001", "PJSIP/1001")]
    assert {"cpe_reject", "reassign", "reassigned_call"}.isdisjoint(record.tags)
    assert ("customer_disconnect" if answered else "customer_abandon") in record.tags


def test_a_phone_that_an_application_rings_rang_from_its_creation_on(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    """One after the other: two attempts, though the second phone answers the moment that the first is given up."""
    log.start(0, 1, "PJSIP/trunk-00000001")
    log.row(0.1, "APP_START", 1, "Stasis", "ringer,caller")
    log.row(0.2, "ANSWER", 1, "Stasis", "ringer,caller")
    log.start(1, 2, "PJSIP/1001-00000002")
    log.end(11, 2, cause=0)
    log.start(11.1, 3, "PJSIP/1002-00000003")
    log.row(16.1, "ANSWER", 3, "AppDial2", "(Outgoing Line)")
    log.bridge(16.2, "talk", 1, 3)
    log.end(40, 1, "PJSIP/trunk-00000001")
    log.end(40.1, 3)
    record = log.told(capsys)
    begun = [(o.agent, round(seconds(o.started_at) - BEGAN, 1)) for o in record.offers]
    assert begun == [("1001", 1.0), ("1002", 11.1)]
    assert record.offers[1].outcome == "answered"
    assert record.offers[0].outcome != "answered"
    assert "reassigned_call" in record.tags


def test_an_agent_whom_a_panel_calls_first_is_offered_the_call_when_her_phone_begins_to_ring(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    log.start(0, 1, "PJSIP/1001-00000001")
    log.row(5, "ANSWER", 1, "AppDial2", "(Outgoing Line)")
    log.row(5.1, "APP_START", 1, "Dial", "PJSIP/0912000009@trunk,30")
    log.start(5.2, 2, "PJSIP/trunk-00000002")
    log.row(9, "ANSWER", 2, "AppDial", "(Outgoing Line)")
    log.bridge(9.1, "talk", 1, 2)
    log.end(30, 1, "PJSIP/1001-00000001")
    log.end(30.1, 2)
    record = log.told(capsys)
    assert record.direction == "outbound"
    assert [(o.agent, o.started_at) for o in record.offers] == [("1001", record.started_at)]


ODD = {
    "technologies differ in case": ("sccp/1001,20", "SCCP/1001-00000002"),
    "the string is cut": ("PJSIP/1009&PJSIP", "PJSIP/1001-00000002"),
    "the string is unknown": ("${WHOM},20", "PJSIP/1001-00000002"),
}


@pytest.mark.parametrize("what", ODD)
def test_who_is_called_is_never_the_caller_however_the_log_names_the_call(
    what: str, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    data, name = ODD[what]
    log.start(0, 1, "PJSIP/trunk-00000001")
    log.row(0.1, "APP_START", 1, "Dial", data)
    log.start(0.2, 2, name)
    log.row(5, "ANSWER", 2, "AppDial", "(Outgoing Line)")
    log.row(5.1, "ANSWER", 1, "Dial", data)
    log.bridge(5.2, "talk", 2, 1)
    log.end(30, 1, "PJSIP/trunk-00000001")
    log.end(30.1, 2)
    record = log.told(capsys)
    assert (record.direction, record.dn, record.ended_by) == ("inbound", "80100", "customer")
    assert [o.outcome for o in record.offers] == ["answered"]


@pytest.mark.parametrize("named", [True, False])
def test_a_call_to_a_trunk_that_the_log_names_oddly_stays_outbound(
    named: bool, log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    log.start(0, 1, "SCCP/1001-00000001")
    log.row(0.1, "APP_START", 1, "Dial", "pjsip/0912000009@trunk" if named else "")
    log.start(0.2, 2, "PJSIP/trunk-00000002")
    log.row(5, "ANSWER", 2, "AppDial", "(Outgoing Line)")
    log.row(5.1, "ANSWER", 1, "Dial", "")
    log.bridge(5.2, "talk", 2, 1)
    log.end(30, 2, "PJSIP/trunk-00000002")
    log.end(30.1, 1)
    record = log.told(capsys)
    assert (record.direction, record.ended_by) == ("outbound", "customer")


def test_who_hung_up_is_told_by_the_other_legs_end_where_the_dialplan_goes_on_for_the_caller(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    log.start(0, 1, "PJSIP/trunk-00000001")
    log.row(0.1, "APP_START", 1, "Dial", "PJSIP/1001,20")
    log.start(0.2, 2, "PJSIP/1001-00000002")
    log.row(5, "ANSWER", 2, "AppDial", "(Outgoing Line)")
    log.row(5.1, "ANSWER", 1, "Dial", "PJSIP/1001,20")
    log.bridge(5.2, "talk", 2, 1)
    log.row(30, "BRIDGE_EXIT", 1, extra='{"bridge_id":"talk"}')
    log.end(30.01, 2, "PJSIP/trunk-00000001")
    log.end(37, 1)  # the last application of the h extension leaves no source
    record = log.told(capsys)
    assert record.ended_by == "customer"
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]


def test_a_mobile_that_calls_out_through_the_house_and_talked_has_abandoned_nothing(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both legs are on trunks, and a panel had called the mobile first."""
    log.start(0, 1, "PJSIP/gsm-00000001")
    log.row(3, "ANSWER", 1, "AppDial2", "(Outgoing Line)")
    log.row(3.1, "APP_START", 1, "Dial", "PJSIP/0912000009@trunk,30")
    log.start(3.2, 2, "PJSIP/trunk-00000002")
    log.row(6, "ANSWER", 2, "AppDial", "(Outgoing Line)")
    log.bridge(6.1, "talk", 1, 2)
    log.end(13.9, 1, "PJSIP/gsm-00000001")
    log.end(14, 2)
    record = log.told(capsys)
    assert record.direction == "outbound"
    assert "customer_abandon" not in record.tags


def without_extra(log: Log) -> None:
    """Rows of an older table, which has no such column."""
    log.lines = [line.split(',"{""')[0] + ',""\n' if ',"{""' in line else line for line in log.lines]


@pytest.mark.parametrize("named", [True, False], ids=["applications are told", "they are not"])
def test_a_customer_who_was_called_and_talked_has_abandoned_nothing_though_the_log_names_no_bridge(
    log: Log, named: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    log.start(0, 1, "PJSIP/1001-00000001")
    log.row(0.1, "APP_START", 1, *(("Dial", "PJSIP/0912000002@trunk") if named else ("", "")))
    log.start(1, 2, "PJSIP/trunk-00000002")
    log.row(6, "ANSWER", 2)
    log.row(6.1, "ANSWER", 1)
    log.bridge(6.2, "talk", 1, 2)
    for number in (2, 1):
        log.row(14, "BRIDGE_EXIT", number)
        log.end(14.1, number)
    without_extra(log)
    record = log.told(capsys)
    assert record.tags == ["non_dn_outgoing_call"]
    assert round(record.talk_seconds, 1) == 7.8
    assert record.ended_by == "unknown", "without `extra` the log does not tell who hung up"


def test_the_pbx_is_not_said_to_have_ended_a_call_of_a_phone_of_which_the_log_never_tells_that_it_hung_up(
    log: Log, capsys: pytest.CaptureFixture[str]
) -> None:
    log.start(0, 1, "PJSIP/trunk-00000001")
    log.row(0.1, "APP_START", 1, "Dial", "SCCP/1014")
    log.start(1, 2, "SCCP/1014-00000002")
    log.row(6, "ANSWER", 2, "AppDial", "(Outgoing Line)")
    log.row(6.1, "ANSWER", 1, "Dial", "SCCP/1014")
    log.bridge(6.2, "talk", 1, 2)
    log.end(14, 1)
    log.end(14.1, 2)
    record = log.told(capsys)
    assert record.ended_by == "unknown"
    assert "system_disconnect" not in record.tags
