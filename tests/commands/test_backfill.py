"""Gaps filled from the PBX's own logs.

``tests/logs`` holds what the Asterisk of docker/ wrote to CEL and queue_log of five calls of the live scenarios: an
agent declines and a colleague answers, a queue gives up after its time, a blind transfer, an agent's leg ended by an
administrator, a customer taken over by a supervisor. ``everyday`` in their names: thirteen more, each of which a log
tells in a way of its own.
"""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from bridge.cli import main
from bridge.commands.backfill import backfill
from bridge.config import Dn, Settings
from bridge.config.sinks import JsonlSink, SqliteSink
from bridge.records.explain import explain
from bridge.records.gaps import BY_LOG, filled
from bridge.store.reader import find, find_call
from bridge.store.records import SqliteStore
from bridge.vocabulary.record import Evidence, Gap, Record
from tests.helpers import recorded
from tests.helpers.service import NOWHERE

LOGS = Path(__file__).parents[1] / "logs"
DECLINED, TIMED_OUT, BY_ADMINISTRATOR = "pbx1-1795366018.149", "pbx1-1795366029.266", "pbx1-1795366007.64"
TRANSFERRED, TAKEN_OVER = "pbx1-1795366044.447", "pbx1-1795366038.353"
LONG_AGO = "2026-01-01T00:00:00.000Z"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    sinks = [SqliteSink(path=str(tmp_path / "calls.db")), JsonlSink(path=str(tmp_path / "calls.jsonl"))]
    return msgspec.structs.replace(recorded.settings(), sink=sinks)


def fill(settings: Settings, since: str = LONG_AGO) -> str:
    return backfill(settings, store(settings), "pbx1", str(LOGS / "cel.csv"), str(LOGS / "queue_log"), since)


def store(settings: Settings) -> str:
    (kept, _) = settings.sink
    assert isinstance(kept, SqliteSink)
    return kept.path


def record(settings: Settings, call: str) -> Record:
    (found,) = find_call(store(settings), call)
    return found


def put(settings: Settings, *records: Record) -> None:
    kept = SqliteStore(store(settings))
    kept.write(records)
    kept.close()


def waiting(settings: Settings) -> list[str]:
    """What the outbox holds for the further sink."""
    with closing(sqlite3.connect(store(settings))) as db:
        return [worth for (worth,) in db.execute("SELECT worth FROM outbox ORDER BY worth")]


def cut_short(whole: Record, at: str) -> Record:
    """The record as it was where nobody listened from a moment on, and found the call gone."""
    return msgspec.structs.replace(
        whole,
        gaps=[Gap(at, whole.ended_at)], ended_by="unknown",
        tags=[tag for tag in whole.tags if whole.evidence[tag][-1].at < at],
        evidence={tag: found for tag, found in whole.evidence.items() if found[-1].at < at},
    )  # fmt: skip


def test_calls_that_nobody_saw_are_recorded_from_the_log(settings: Settings) -> None:
    assert fill(settings) == "pbx1: 5 calls in the log, 5 that nobody saw recorded, 0 records filled"
    told = {r.call_id: (r.tags, r.ended_by) for r in find(store(settings))}
    assert told == {
        DECLINED: (["incoming_dn_call", "reassigned_call", "reassign", "customer_disconnect"], "customer"),
        TIMED_OUT: (["incoming_dn_call", "queue_exit"], "system"),
        BY_ADMINISTRATOR: (["incoming_dn_call", "system_disconnect"], "system"),
        TRANSFERRED: (
            ["incoming_dn_call", "agent_transferred_call", "transferred", "customer_disconnect"], "customer",
        ),
        TAKEN_OVER: (
            ["incoming_dn_call", "supervisor_transferred_call", "transferred", "customer_disconnect"], "customer",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("log", ["cel.csv", "everyday_cel.csv"])
def test_a_log_whose_columns_are_short_and_whose_names_are_empty_tells_the_same_calls(
    log: str, settings: Settings, tmp_path: Path
) -> None:
    with (LOGS / log).open(newline="") as file:
        rows = list(csv.reader(file))
    name, arguments = 6, 10
    short = [
        [("" if i == name else word[:20] if i == arguments else word) for i, word in enumerate(row)] for row in rows
    ]
    told = []
    for written in (rows, short):
        with (tmp_path / "cel.csv").open("w", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(written)
        queue_log = str(LOGS / log.replace("cel.csv", "queue_log"))
        Path(store(settings)).unlink(missing_ok=True)
        backfill(settings, store(settings), "pbx1", str(tmp_path / "cel.csv"), queue_log, LONG_AGO)
        told.append([
            (r.call_id, r.direction, r.dn, r.tags, r.ended_by, [(o.agent, o.outcome) for o in r.offers])
            for r in find(store(settings))
        ])  # fmt: skip
    assert told[0] == told[1] != []


def test_a_call_from_the_log_is_not_complete_and_its_proofs_say_where_they_are_from(settings: Settings) -> None:
    fill(settings)
    for told in find(store(settings)):
        assert not told.complete
        assert told.gaps == [Gap(told.started_at, told.ended_at)]
        proofs = [proof for found in told.evidence.values() for proof in found]
        assert all(proof.detail and proof.detail.endswith(BY_LOG) for proof in proofs)


def test_nobody_is_blamed_for_an_offer_that_only_the_log_saw(settings: Settings) -> None:
    """The log has the same words for a decline and for a phone that refuses by itself."""
    fill(settings)
    told = record(settings, DECLINED)
    assert [(o.agent, o.outcome) for o in told.offers] == [("1011", None), ("1012", "answered")]
    assert "queue q01-linear to 1011: 1011 did not take the call, why was not seen (cause 21)" in explain(told)
    assert "did not ring" not in explain(told)


def test_filling_twice_changes_nothing(settings: Settings) -> None:
    fill(settings)
    first, sent = find(store(settings)), waiting(settings)
    assert len(sent) == 5
    assert fill(settings) == "pbx1: 5 calls in the log, 0 that nobody saw recorded, 0 records filled"
    assert find(store(settings)) == first
    assert waiting(settings) == sent


def test_who_hung_up_while_nobody_listened_is_filled_in_and_told_to_every_sink(settings: Settings) -> None:
    fill(settings)
    whole = record(settings, TRANSFERRED)
    assert whole.answered_at is not None
    seen = msgspec.structs.replace(cut_short(whole, whole.answered_at), revision=2)
    put(settings, seen)
    assert "customer_disconnect" not in record(settings, TRANSFERRED).tags
    assert fill(settings) == "pbx1: 5 calls in the log, 0 that nobody saw recorded, 1 record filled"
    filled = record(settings, TRANSFERRED)
    assert filled.revision == 3
    assert not filled.complete
    assert filled.gaps == seen.gaps
    assert (filled.tags, filled.ended_by) == (whole.tags, "customer")
    assert sum(worth.startswith("0.00000003.") for worth in waiting(settings)) == 1
    assert fill(settings).endswith("0 records filled")


def test_what_was_seen_outweighs_the_log(settings: Settings) -> None:
    fill(settings)
    whole = record(settings, DECLINED)
    told, answered = whole.offers
    declined = msgspec.structs.replace(told, outcome="rejected", reason="declined", sip_code=603)
    assert told.ended_at is not None
    proof = [Evidence(told.ended_at, "HangupRequest", None, "1011", "declined: rang, 603")]
    seen = cut_short(whole, answered.started_at)
    put(settings, msgspec.structs.replace(
        seen, revision=2, offers=[declined, answered], tags=[*seen.tags, "agent_reject"],
        evidence={**seen.evidence, "agent_reject": proof},
    ))  # fmt: skip
    fill(settings)
    filled = record(settings, DECLINED)
    assert "agent_reject" in filled.tags
    assert "customer_disconnect" in filled.tags
    assert filled.evidence["agent_reject"] == proof
    assert filled.offers[0] == declined


def test_whether_a_call_was_made_to_ask_somebody_is_told_by_who_saw_it_begin(settings: Settings) -> None:
    """To the log an agent may seem to be in a call still that ended with the PBX."""
    fill(settings)
    whole = record(settings, TRANSFERRED)
    assert whole.answered_at is not None
    seen = cut_short(whole, whole.answered_at)
    log = msgspec.structs.replace(whole, consult_of="pbx1-1795366000.1")
    assert filled(seen, log).consult_of is None
    from_unseen = msgspec.structs.replace(seen, gaps=[Gap(None, whole.answered_at)])
    assert filled(from_unseen, log).consult_of == "pbx1-1795366000.1"


def test_which_number_was_dialled_in_the_gap_is_told_by_the_log(settings: Settings) -> None:
    fill(settings)
    whole = record(settings, TRANSFERRED)
    assert whole.answered_at is not None
    seen = msgspec.structs.replace(cut_short(whole, whole.answered_at), dn=None)
    assert filled(seen, whole).dn == whole.dn
    # Outbound the log would know a number that was hidden.
    hidden = msgspec.structs.replace(seen, direction="outbound")
    assert filled(hidden, msgspec.structs.replace(whole, direction="outbound")).dn is None


def test_a_call_that_went_outside_in_the_gap_is_no_inside_one(settings: Settings) -> None:
    fill(settings)
    whole = msgspec.structs.replace(record(settings, TRANSFERRED), direction="outbound")
    assert whole.answered_at is not None
    seen = msgspec.structs.replace(cut_short(whole, whole.answered_at), direction="internal", dn=None, customer=None)
    told = filled(seen, whole)
    assert (told.direction, told.dn, told.customer) == ("outbound", whole.dn, whole.customer)


def test_an_offer_that_was_seen_only_from_its_middle_on_is_the_logs_offer(settings: Settings) -> None:
    fill(settings)
    whole = record(settings, TIMED_OUT)
    first = whole.offers[0]
    assert first.ended_at is not None
    late = msgspec.structs.replace(first, started_at=first.ended_at)
    cut = cut_short(whole, whole.started_at)
    seen = msgspec.structs.replace(cut, offers=[late], gaps=[Gap(None, first.started_at)])
    assert [o.agent for o in filled(seen, whole).offers] == [o.agent for o in whole.offers]


def test_a_tag_that_was_guessed_in_the_gap_falls(settings: Settings) -> None:
    fill(settings)
    whole = record(settings, TIMED_OUT)
    middle = whole.offers[0].started_at
    guess = [Evidence(whole.ended_at, "Hangup", None, None, "waited too long")]
    seen = cut_short(whole, middle)
    put(settings, msgspec.structs.replace(
        seen, revision=2, tags=[*seen.tags, "over_customer_waiting_threshold"],
        evidence={**seen.evidence, "over_customer_waiting_threshold": guess},
    ))  # fmt: skip
    fill(settings)
    assert record(settings, TIMED_OUT).tags == whole.tags


def test_what_was_seen_but_not_enough_to_be_sure_is_filled_in_too(settings: Settings) -> None:
    """That nobody came to the call in the gap who made another kind of call of it, the log knows."""
    fill(settings)
    whole = record(settings, TRANSFERRED)
    assert whole.answered_at is not None
    seen = cut_short(whole, whole.answered_at)
    put(settings, msgspec.structs.replace(seen, revision=2, tags=[], evidence={}, dn=None))
    fill(settings)
    assert record(settings, TRANSFERRED).tags == whole.tags


def test_a_caller_who_asked_to_be_called_back_did_not_give_up_whatever_the_log_says(settings: Settings) -> None:
    fill(settings)
    whole = record(settings, TIMED_OUT)
    proof = [Evidence(whole.started_at, "VarSet", None, None, "asked to be called back")]
    tags = ["incoming_dn_call", "virtual_queue_callback_incoming"]
    evidence = {"incoming_dn_call": whole.evidence["incoming_dn_call"], "virtual_queue_callback_incoming": proof}
    seen = cut_short(whole, whole.offers[0].started_at)
    put(settings, msgspec.structs.replace(seen, revision=2, tags=tags, evidence=evidence))
    fill(settings)
    assert record(settings, TIMED_OUT).tags == tags


def test_a_record_that_is_complete_is_left_alone(settings: Settings) -> None:
    fill(settings)
    seen = msgspec.structs.replace(record(settings, TAKEN_OVER), complete=True, gaps=[], revision=4, tags=[])
    put(settings, seen)
    assert fill(settings).endswith("0 records filled")
    assert record(settings, TAKEN_OVER) == seen


def test_calls_before_the_service_was_there_are_left_alone(settings: Settings) -> None:
    fill(settings, since="2026-11-22T16:47:20.000Z")
    assert [r.call_id for r in find(store(settings))] == [TRANSFERRED]


def test_a_log_that_is_being_written_is_read_as_far_as_it_goes(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cel = tmp_path / "cel.csv"
    cel.write_text((LOGS / "cel.csv").read_text() + '"1795366050.1","CHAN_ST')
    assert backfill(settings, store(settings), "pbx1", str(cel), None, LONG_AGO).startswith("pbx1: 5 calls")
    assert capsys.readouterr().err == (
        f"callbridge: {cel}:101: 1 line(s) that cannot be read, from this one on: skipped\n"
    )


EVERYDAY = {
    "a dialler found customer and agent": (
        "pbx1-1795853036.133", "outbound", ["outbound_call", "agent_disconnect"], [("1061", "answered")]
    ),
    "a dialler found nobody": ("pbx1-1795853037.137", "outbound", ["outbound_call", "customer_abandon"], []),
    "an agent forwards to a colleague": (
        "pbx1-1795853054.296", "inbound", ["incoming_dn_call", "customer_disconnect"],
        [("1021", "forwarded"), ("1023", "answered")],
    ),
    "an agent hangs up before she takes the call": (
        "pbx1-1795853028.14", "inbound", ["incoming_dn_call", "agent_reject"], [("1041", "rejected")]
    ),
    "a second Dial rings a second agent": (
        "pbx1-1795853031.79", "inbound", ["incoming_dn_call", "reassigned_call", "reassign", "customer_disconnect"],
        [("1081", None), ("1082", "answered")],
    ),
    "a call follows its agent to a colleague": (
        "pbx1-1795853041.166", "inbound", ["incoming_dn_call", "customer_disconnect"],
        [("1011", None), ("1012", "answered")],
    ),
    "the queue is full": ("pbx1-1795853056.350", "inbound", ["incoming_dn_call"], []),
    "an agent logged in for the day takes a call": (
        "pbx1-1795853045.191", "inbound", ["incoming_dn_call", "customer_disconnect"], [("1042", "answered")]
    ),
    "and another, and hangs up": (
        "pbx1-1795853046.201", "inbound", ["incoming_dn_call", "agent_disconnect"], [("1042", "answered")]
    ),
    "a blind transfer is declined": (
        "pbx1-1795853075.613", "inbound", ["incoming_dn_call", "system_disconnect"],
        [("1021", "answered"), ("1022", None)],
    ),
    "one queue hands over to the next": (
        "pbx1-1795853057.363", "inbound", ["incoming_dn_call", "customer_disconnect", "queue_exit"],
        [("1061", None), ("1062", "answered")],
    ),
    "a key leads from the queue to another agent": (
        "pbx1-1795853058.371", "inbound", ["incoming_dn_call", "customer_disconnect"],
        [("1051", None), ("1053", "answered")],
    ),
    "a customer gives up": (
        "pbx1-1795853060.386", "inbound", ["incoming_dn_call", "customer_abandon", "short_abandon"],
        [("1061", "cancelled")],
    ),
}  # fmt: skip


def everyday(settings: Settings) -> str:
    more = [Dn(number=number) for number in ("80160", "80258", "80452", "80454")]
    given = msgspec.structs.replace(settings, dn=[*settings.dn, *more])
    cel, queue_log = str(LOGS / "everyday_cel.csv"), str(LOGS / "everyday_queue_log")
    return backfill(given, store(settings), "pbx1", cel, queue_log, LONG_AGO)


@pytest.mark.parametrize("what", EVERYDAY)
def test_what_the_log_tells_in_a_way_of_its_own_is_told_right(what: str, settings: Settings) -> None:
    call, *expected = EVERYDAY[what]
    everyday(settings)
    told = record(settings, call)
    assert [told.direction, told.tags, [(o.agent, o.outcome) for o in told.offers]] == expected


def test_who_reached_nobody_for_whatever_reason_has_no_record_of_the_log_alone(settings: Settings) -> None:
    """The trunk was full, which the log does not tell: the call would seem to be an inside one."""
    assert everyday(settings) == "pbx1: 13 calls in the log, 13 that nobody saw recorded, 0 records filled"
    assert find_call(store(settings), "pbx1-1795853055.331") == []


def test_the_log_alone_does_not_tell_whether_a_phone_rang_or_a_queue_was_full(settings: Settings) -> None:
    everyday(settings)
    assert record(settings, "pbx1-1795853060.386").abandoned_in is None
    assert [q.exit for q in record(settings, "pbx1-1795853056.350").queues] == ["unknown"]
    assert [q.exit for q in record(settings, "pbx1-1795853057.363").queues] == ["timeout", "answered"]


def test_whom_a_transfer_was_meant_for_is_told_though_its_dial_is_not(settings: Settings) -> None:
    everyday(settings)
    transfers = record(settings, "pbx1-1795853075.613").transfers
    assert [(t.to, t.outcome) for t in transfers] == [("1022", "unanswered")]


def rows(*told: str) -> str:
    """Lines of CEL: time, event, number of the channel, its call's, device, application, data, bridge."""
    lines = []
    for line in told:
        at, kind, number, call, device, application, data, bridge = (line.split("|") + [""] * 7)[:8]
        extra = f'{{""bridge_id"":""{bridge}"",""bridge_technology"":""simple_bridge""}}' if bridge else ""
        if kind == "HANGUP":
            extra = f'{{""hangupcause"":16,""hangupsource"":""{data}""}}'
            data = ""
        name, at = f"{device}-{int(number):08x}", str(1795366000 + float(at))
        unique, linked = (f"{int(float(at))}.{n}" if n == number else n for n in (number, call))
        fields = (at, kind, unique, linked, name, device[-4:], "", "from-internal-01", "", application, data, extra)
        lines.append(",".join(f'"{field}"' for field in fields) + "\n")
    return "".join(lines)


def test_a_call_that_ended_with_the_pbx_holds_nobody_who_calls_after_its_restart(
    settings: Settings, tmp_path: Path
) -> None:
    """CEL does not end the calls of an Asterisk that was killed; the next one counts its channels anew."""

    def call(start: int, first: int, caller: str, called: str, ends: bool) -> str:
        linked = f"{1795366000 + start}.{first}"
        lines = [
            f"{start}|CHAN_START|{first}|{linked}|PJSIP/{caller}",
            f"{start}.1|APP_START|{first}|{linked}|PJSIP/{caller}|Dial|PJSIP/{called},20",
            f"{start}.2|CHAN_START|{first + 1}|{linked}|PJSIP/{called}",
            f"{start}.3|ANSWER|{first + 1}|{linked}|PJSIP/{called}|AppDial",
            f"{start}.4|BRIDGE_ENTER|{first + 1}|{linked}|PJSIP/{called}|AppDial||room{start}",
            f"{start}.5|BRIDGE_ENTER|{first}|{linked}|PJSIP/{caller}|Dial|PJSIP/{called},20|room{start}",
        ]
        if ends:
            name = f"PJSIP/{caller}-{first:08x}"
            lines += [
                f"{start}.8|HANGUP|{first + 1}|{linked}|PJSIP/{called}|AppDial|",
                f"{start}.9|HANGUP|{first}|{linked}|PJSIP/{caller}||{name}",
            ]
        return rows(*lines)

    def filled_from(second: int) -> Record:
        cel = tmp_path / "cel.csv"
        cel.write_text(call(100, 70, "1011", "1012", ends=False) + call(200, second, "1011", "1013", ends=True))
        backfill(settings, store(settings), "pbx1", str(cel), None, LONG_AGO)
        return record(settings, f"{1795366000 + 200}.{second}")

    assert filled_from(2).consult_of is None
    assert filled_from(80).consult_of == f"{1795366000 + 100}.70"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--cel", "nothing.csv"], "nothing.csv cannot be read; name the PBX's log"),
        (["--cel", "callbridge.toml", "--pbx", "pbx2"], '--pbx: unknown PBX "pbx2"; did you mean "pbx1"?'),
        (["--cel", "callbridge.toml"], "{folder}/callbridge.db does not exist; name the store of a callbridge"),
        (
            ["--cel", "callbridge.toml", "--since", "2026-01-01"],
            "callbridge.toml:1: no row as callbridge reads it; see the mapping in docs/operating.md, "
            "and leave dateformat out of cel.conf",
        ),
        (["--cel", "callbridge.toml", "--since", "soon"], '--since: "soon" is no time; write 2026-01-31 or'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_logs_is_told_in_one_line(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("callbridge.toml").write_text(NOWHERE)
    assert main(["backfill", "--config", "callbridge.toml", *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("callbridge: " + told.replace("{folder}", str(tmp_path)))
    assert said.count("\n") == 1


def test_a_store_without_records_asks_since_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("callbridge.toml").write_text(NOWHERE)
    SqliteStore("callbridge.db").close()
    assert main(["backfill", "--config", "callbridge.toml", "--cel", "callbridge.toml"]) == 2
    assert capsys.readouterr().err == (
        f"callbridge: {tmp_path}/callbridge.db has no record of pbx1 yet; say --since when the calls began\n"
    )
