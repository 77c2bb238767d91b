"""What managers complain of elsewhere. Each test says what one would say, and the right value here."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.reports.catalogue import REPORTS, by_dn
from bridge.reports.listing import calls
from bridge.reports.periods import period
from bridge.reports.request import Filters
from bridge.reports.result import Lengths, Rate, Value, tenths
from bridge.reports.texts import duration, percent
from bridge.vocabulary.agent_state import AgentStateRecord, Why
from bridge.vocabulary.record import Record
from tests.reports.asking import asked, in_memory, totals
from tests.reports.asking import told as told_of
from tests.reports.centre import made, offer, person

DAY = "2026-03-02T"


def at(clock: str) -> str:
    return f"{DAY}{clock}.000Z" if "." not in clock else f"{DAY}{clock}Z"


def figures(report: str, *records: Record, **more: Any) -> dict[str, Value]:
    return totals(told_of(report, asked(**more), in_memory(records)))


def lines(report: str, *records: Record, **more: Any) -> dict[tuple[str, ...], dict[str, Value]]:
    """By interval (without its offset) and key."""
    result = told_of(report, asked(**more), in_memory(records))
    ids = [figure.id for figure in result.figures]
    return {(line.bucket.label[:16], *line.key): dict(zip(ids, line.values, strict=True)) for line in result.lines}


def listed(*records: Record) -> list[dict[str, Any]]:
    """The list of calls."""
    sheet = calls(asked(), in_memory(records), 4_000_000_000_000, "ids", ())
    return [dict(zip([column.id for column in sheet.columns], row, strict=True)) for row in sheet.rows()]


def stay(leave: str, joined: str = "09:00:00", left: str = "09:00:30", name: str = "support") -> dict[str, Any]:
    return {"name": name, "joined_at": at(joined), "left_at": at(left), "position": 1, "exit": leave}


def answered_call(**more: Any) -> Record:
    fields: dict[str, Any] = {
        "answered_at": at("09:00:10"), "wait_seconds": 10.0, "talk_seconds": 50.0, "ended_at": at("09:01:00"),
        "queues": [stay("answered", left="09:00:10")],
        "offers": [offer("1001", "answered", at("09:00:05"), at("09:00:10"))],
        "participants": [person("1001", "agent", at("09:00:10"), at("09:01:00"), 50.0)],
    }  # fmt: skip
    return made(**(fields | more))


def abandoned_call(**more: Any) -> Record:
    fields: dict[str, Any] = {"tags": ["customer_abandon"], "abandoned_in": "queue", "wait_seconds": 30.0,
                              "ended_at": at("09:00:30"), "queues": [stay("abandoned")]}  # fmt: skip
    return made(**(fields | more))


def test_01_five_phones_ring_and_one_answers_is_one_call_and_no_missed_call_for_four() -> None:
    won = offer("1001", "answered", at("09:00:05"), at("09:00:10"))
    lost = [offer(f"100{n}", "answered_elsewhere", at("09:00:05"), at("09:00:10")) for n in (2, 3, 4, 5)]
    call = answered_call(offers=[won, *lost])
    agents = figures("agents", call)
    assert (agents["offered"], agents["answered"], agents["beaten"], agents["no_answer"]) == (5, 1, 4, 0)
    assert agents["answer_rate"] == Rate(1, 1)
    assert figures("dn", call)["answered"] == 1


def test_02_a_call_that_was_picked_up_is_no_missed_call_too() -> None:
    call = answered_call(offers=[offer("1001", "answered_elsewhere", at("09:00:05"), at("09:00:10"))])
    of = figures("dn", call)
    assert (of["concluded"], of["answered"], of["abandoned"], of["unserved"]) == (1, 1, 0, 0)


def test_03_one_call_is_one_record_and_its_minutes_count_once() -> None:
    two = [person("1001", "agent", at("09:00:10"), at("09:00:40"), 30.0),
           person("1001", "agent", at("09:00:40"), at("09:01:00"), 20.0)]  # fmt: skip
    agents = figures("agents", answered_call(participants=two))
    assert agents["handled"] == 1
    assert agents["talk"] == Lengths(1, 50_000, 50_000)


def test_04_the_list_has_one_row_a_call_with_its_path_inside_not_a_row_a_leg() -> None:
    rung = [offer("1002", "no_answer", at("09:00:01"), at("09:00:05")),
            offer("1001", "answered", at("09:00:05"), at("09:00:10"))]  # fmt: skip
    twice = [stay("timeout", left="09:00:03", name="sales"), stay("answered", "09:00:03", "09:00:10")]
    rows = listed(answered_call(offers=rung, queues=twice))
    assert len(rows) == 1
    assert (rows[0]["outcome"], rows[0]["queues"], rows[0]["offers"]) == ("answered", ["sales", "support"], 2)


def test_07_the_list_names_nobody_who_took_no_part() -> None:
    people = [person("1001", "agent", at("09:00:10"), at("09:01:00"), 50.0),
              person("1005", "agent", at("09:00:10"), at("09:01:00"), 0.0),
              person("3001", "extension", at("09:00:10"), at("09:00:11"), 0.0)]  # fmt: skip
    assert listed(answered_call(participants=people))[0]["agents"] == ["1001"]


def test_05_the_first_agent_of_a_transferred_call_talks_two_minutes_not_an_hour() -> None:
    people = [person("1001", "agent", at("09:00:10"), at("09:02:10"), 120.0),
              person("1002", "agent", at("09:02:10"), at("10:00:10"), 3480.0)]  # fmt: skip
    of = lines("agents", answered_call(participants=people, ended_at=at("10:00:10")))
    assert of["", "pbx1", "1001"]["talk"] == Lengths(1, 120_000, 120_000)
    assert of["", "pbx1", "1002"]["talk"] == Lengths(1, 3_480_000, 3_480_000)


def test_08_a_transfer_to_a_colleague_counts_for_both_of_them() -> None:
    transfer = {"kind": "blind", "by": "1001", "from": "1001", "to": "1002", "target_type": "agent",
                "at": at("09:00:40"), "outcome": "answered"}  # fmt: skip
    of = lines("agents", answered_call(transfers=[transfer]))
    assert of["", "pbx1", "1001"]["transfers_out"] == 1
    assert of["", "pbx1", "1002"]["transfers_in"] == 1


def test_09_every_figure_has_its_formula_beside_it_in_both_languages() -> None:
    for report in REPORTS.values():
        for figure in report.figures:
            if figure.shown:
                assert figure.en
                assert figure.zh
                assert figure.formula
                assert figure.formula_zh
                assert figure.version >= 1


def test_10_a_call_that_a_static_member_answers_is_answered() -> None:
    assert figures("queues", answered_call())["answered"] == 1
    assert figures("queues", answered_call())["abandoned"] == 0


def test_11_an_outbound_call_that_nobody_answers_is_no_missed_call() -> None:
    call = made(direction="outbound", tags=["customer_abandon"])
    of = figures("dn", call)
    assert (of["out_not_connected"], of["arrived"], of["abandoned"], of["tag_customer_abandon"]) == (1, 0, 0, 0)


def test_12_the_queue_that_gives_up_is_not_the_customer_who_gives_up() -> None:
    call = made(tags=["queue_exit"], queue_exit_reason="timeout", queues=[stay("timeout")])
    of = figures("dn", call)
    assert (of["exited"], of["abandoned"]) == (1, 0)
    assert figures("queues", call)["abandoned"] == 0


def test_12_who_hangs_up_in_voicemail_after_the_queue_let_go_has_not_abandoned() -> None:
    call = made(tags=["customer_abandon", "queue_exit"], abandoned_in="ivr", queues=[stay("timeout")])
    of = figures("dn", call)
    assert (of["exited"], of["abandoned"], of["tag_customer_abandon"]) == (1, 0, 1)
    assert of["wait"] == Lengths(1, 30_000, 30_000)


def test_13_a_caller_of_7_28_who_is_answered_at_7_32_spoils_no_rate() -> None:
    call = answered_call(
        started_at=at("07:28:00"), answered_at=at("07:32:00"), ended_at=at("07:40:00"), wait_seconds=240.0,
        queues=[stay("answered", "07:28:00", "07:32:00")],
    )  # fmt: skip
    of = lines("dn", call, interval="30")
    early, late = of["2026-03-02 07:00", "8000"], of["2026-03-02 07:30", "8000"]
    assert (early["arrived"], early["answered"], early["answer_rate"]) == (1, 0, Rate(0, 0))
    assert (late["arrived"], late["answered"], late["answer_rate"]) == (0, 1, Rate(1, 1))


def test_14_two_settings_are_two_figures_and_the_result_says_which() -> None:
    ids = [figure.id for figure in by_dn((10, 20)).figures]
    assert "sl_offered_10" in ids
    assert "sl_offered_20" in ids


def test_15_late_reassigned_and_then_abandoned_is_no_service_level_below_zero() -> None:
    call = abandoned_call(tags=["customer_abandon", "over_agent_answer_threshold", "reassign"])
    assert figures("dn", call)["sl_firstline"] == Rate(0, 1)


def test_16_who_hangs_up_while_it_rings_is_no_failure_of_the_agent() -> None:
    agents = figures("agents", abandoned_call(offers=[offer("1001", "cancelled", at("09:00:05"), at("09:00:30"))]))
    assert (agents["caller_left"], agents["no_answer"], agents["answer_rate"]) == (1, 0, Rate(0, 0))


def test_17_one_call_missed_by_three_agents_is_three_offers_and_one_call() -> None:
    rung = [offer(f"100{n}", "no_answer", at("09:00:05"), at("09:00:25")) for n in (1, 2, 3)]
    call = abandoned_call(offers=rung)
    assert figures("agents", call)["no_answer"] == 3
    assert figures("dn", call)["abandoned"] == 1


def test_18_without_a_call_there_is_no_service_level() -> None:
    none = figures("dn")
    assert none["sl_offered"] == Rate(0, 0)
    assert percent(0, 0) == "–"


def test_21_the_queues_and_agents_add_up_to_all_even_those_that_are_gone() -> None:
    calls = [answered_call(record_id="a" * 32, queues=[stay("answered", name="closed for good")]), abandoned_call()]
    of = lines("queues", *calls)
    assert of["", "closed for good"]["answered"] == 1
    assert sum(line["entered"] for line in of.values()) == figures("queues", *calls)["entered"]  # type: ignore[misc]


def test_22_today_in_montreal_ends_in_montreal_and_not_in_greenwich() -> None:
    from zoneinfo import ZoneInfo

    evening = 1_772_500_800.0  # 2026-03-02 20:20 there, the third in Greenwich
    since, until = period("today", ZoneInfo("America/Montreal"), evening)
    assert since == 1_772_427_600_000  # midnight of the second, there
    assert until == int(evening * 1000)


def test_24_the_hours_8_to_17_end_at_17() -> None:
    calls = [answered_call(record_id=f"{n}" * 32, answered_at=at(clock), ended_at=at("18:30:00"), queues=[])
             for n, clock in enumerate(("08:00:00", "16:59:59.999", "17:00:00.000", "17:59:00"))]  # fmt: skip
    assert figures("dn", *calls, hours=(480, 1020))["answered"] == 2


def test_25_the_service_level_does_not_look_best_when_most_callers_give_up() -> None:
    calls = [answered_call(record_id=f"a{n:031d}") for n in range(10)]
    calls += [abandoned_call(record_id=f"b{n:031d}") for n in range(90)]
    of = figures("dn", *calls)
    assert of["sl_offered"] == Rate(10, 100)
    assert of["sl_answered_only"] == Rate(10, 10)
    labels = {figure.id: figure.en for figure in REPORTS["dn"].figures}
    assert "answered only" in labels["sl_answered_only"]


def test_26_the_average_wait_knows_those_who_gave_up() -> None:
    of = figures("dn", answered_call(), abandoned_call(record_id="b" * 32))
    assert of["wait"] == Lengths(2, 40_000, 30_000)
    assert of["asa"] == Lengths(1, 10_000, 10_000, 10)
    assert of["abandon_wait"] == Lengths(1, 30_000, 30_000)


def stretches(*told: tuple[str, str, str | None]) -> list[AgentStateRecord]:
    """State, since when and why, of agent 1001; each lasts until the next, the last one is left open."""
    found = []
    for n, (state, since, reason) in enumerate(told[:-1]):
        after, until, _ = told[n + 1]
        found.append(
            AgentStateRecord(
                state_id=f"{n:032x}", complete=True, gaps=[], pbx="pbx1", agent="1001", device="PJSIP/1001",
                role="agent", state=state, reason=reason, next=after, from_=at(since), until=at(until),  # type: ignore[arg-type]
                seconds=0.0, queues=["support"], paused_in=[], record_id=None, direction=None, computed=False,
                evidence=Why(None, None),
            )
        )  # fmt: skip
    return found


def of_the_agent(*told: tuple[str, str, str | None]) -> dict[str, Value]:
    return totals(told_of("agents", asked(), in_memory([], stretches(*told))))


def test_29_the_time_of_a_pause_keeps_the_reason_with_which_it_began() -> None:
    database = in_memory([], stretches(("paused", "12:00:00", "lunch"), ("ready", "12:30:00", None),
                                       ("paused", "13:00:00", "training"), ("ready", "13:10:00", None)))  # fmt: skip
    (table,) = (table for table in told_of("agents", asked(), database).tables if table.id == "reason")
    assert {row[-2]: row[-1] for row in table.rows} == {"lunch": 1_800_000, "training": 600_000}


def test_32_the_idle_time_of_an_agent_can_be_had() -> None:
    of = of_the_agent(
        ("ready", "09:00:00", None), ("ringing", "10:00:00", None), ("talking", "10:00:10", None),
        ("ready", "10:30:10", None), ("logged_out", "12:00:00", None), ("ready", "13:00:00", None),
    )  # fmt: skip
    assert of["logged_in"] == 3 * 3_600_000
    assert of["t_ready"] == 3 * 3_600_000 - 1_800_000 - 10_000
    assert of["t_talking"] == 1_800_000
    assert of["idle_before_offer"] == Lengths(1, 3_600_000, 3_600_000)


def test_38_what_was_not_seen_is_in_no_rate_which_so_never_exceeds_the_whole() -> None:
    of = of_the_agent(("unknown", "09:00:00", None), ("talking", "10:00:00", None), ("ready", "10:30:00", None),
                      ("unknown", "11:00:00", None), ("ready", "12:00:00", None))  # fmt: skip
    assert of["t_unknown"] == 2 * 3_600_000
    assert of["logged_in"] == 3_600_000
    assert of["occupancy"] == Rate(1_800_000, 3_600_000)


def test_33_a_call_of_five_hours_counts_whole_and_each_agent_has_only_the_own_hold() -> None:
    people = [person("1001", "agent", at("09:00:10"), at("14:00:10"), 17_400.0, 600.0),
              person("1002", "agent", at("13:00:00"), at("14:00:10"), 3_610.0)]  # fmt: skip
    of = lines("agents", answered_call(participants=people, ended_at=at("14:00:10")))
    assert of["", "pbx1", "1001"]["talk"] == Lengths(1, 17_400_000, 17_400_000)
    assert of["", "pbx1", "1001"]["hold"] == Lengths(1, 600_000, 600_000)
    assert of["", "pbx1", "1002"]["hold"] == Lengths(1, 0, 0)


def test_34_short_conversations_count_like_others() -> None:
    assert figures("dn", answered_call(talk_seconds=0.2, ended_at=at("09:00:10.200")))["sl_offered"] == Rate(1, 1)


def test_35_who_calls_as_the_other_hangs_up_is_not_a_second_call_at_once() -> None:
    first = answered_call(started_at=at("10:00:00"), answered_at=at("10:00:01"), ended_at=at("10:00:05"))
    second = answered_call(record_id="b" * 32, started_at=at("10:00:05"), answered_at=at("10:00:06"),
                           ended_at=at("10:00:09"))  # fmt: skip
    assert figures("dn", first, second)["at_once"] == 1


def test_36_no_length_is_below_zero_and_a_defect_is_not_hidden() -> None:
    backwards = made(tags=["queue_exit"], queues=[stay("timeout", "09:00:30", "09:00:00")])
    assert figures("queues", backwards)["wait"] == Lengths(0, 0, 0)
    assert figures("queues", backwards)["timeout"] == 1
    rows = in_memory([backwards]).ask("SELECT defects, wait_ms FROM calls", {})
    assert next(iter(rows)) == (2, None)


def test_37_asking_for_a_call_back_is_no_abandon_and_the_call_back_no_missed_call() -> None:
    asked_for = made(tags=["virtual_queue_callback_incoming"], queues=[stay("key")])
    back = made(record_id="b" * 32, direction="outbound", callback_of="1.1", answered_at=at("09:05:00"),
                participants=[person("1001", "agent", at("09:05:00"), at("09:06:00"), 60.0)])  # fmt: skip
    of = figures("dn", asked_for, back)
    assert (of["callback"], of["abandoned"], of["wanted"], of["out_connected"]) == (1, 0, 0, 1)
    agents = figures("agents", asked_for, back)
    assert (agents["callbacks"], agents["callbacks_reached"], agents["dialled"]) == (1, 1, 0)
    assert figures("queues", asked_for)["callback"] == 1


def test_39_who_gives_up_in_the_menu_does_not_worsen_the_agents_rate() -> None:
    of = figures("dn", answered_call(), abandoned_call(record_id="b" * 32, abandoned_in="ivr", queues=[]))
    assert of["answer_rate"] == Rate(1, 1)
    assert (of["abandoned"], of["abandoned_menu"], of["abandon_rate"]) == (1, 1, Rate(0, 1))


def test_40_a_full_line_is_no_missed_call() -> None:
    of = figures("dn", made(tags=["overflowed"]))
    assert (of["overflowed"], of["abandoned"], of["wanted"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("level", "tenth"),
    [("sl_offered", 811), ("sl_abandons_missed", 811), ("sl_abandons_ignored", 827), ("sl_short_ignored", 819),
     ("sl_abandons_good", 830), ("sl_answered_only", 860)],
)  # fmt: skip
def test_the_seven_service_levels_come_out_as_their_sources_say(level: str, tenth: int) -> None:
    waits = [("answered", 15.0)] * 860 + [("answered", 25.0)] * 140
    waits += [("abandoned", 30.0)] * 40 + [("abandoned", 12.0)] * 10 + [("abandoned", 3.0)] * 10
    value = figures("dn", *_waited(waits))[level]
    assert isinstance(value, Rate)
    assert tenths(*value) == tenth


def test_of_fifty_in_time_and_eighty_late_38_5_percent_are_in_time() -> None:
    value = figures("dn", *_waited([("answered", 15.0)] * 50 + [("answered", 25.0)] * 80))["sl_offered"]
    assert isinstance(value, Rate)
    assert percent(*value) == "38.5 %"


def test_with_short_abandons_of_ten_seconds_57_1_percent_are_in_time() -> None:
    waits = [("answered", 15.0)] * 200 + [("answered", 25.0)] * 100
    waits += [("abandoned", 9.0)] * 50 + [("abandoned", 30.0)] * 50
    value = figures("dn", *_waited(waits), short_abandon=10.0)["sl_short_ignored"]
    assert isinstance(value, Rate)
    assert percent(*value) == "57.1 %"


def _waited(waits: list[tuple[str, float]]) -> list[Record]:
    calls = []
    for n, (outcome, wait) in enumerate(waits):
        end = at(f"09:00:{wait:06.3f}")
        tags = ["customer_abandon"] + (["short_abandon"] if wait <= 5 else []) if outcome == "abandoned" else []
        calls.append(
            made(
                record_id=f"{n:032x}",
                wait_seconds=wait,
                ended_at=end,
                tags=tags,
                abandoned_in="queue",
                answered_at=end if outcome == "answered" else None,
                queues=[stay(outcome, left=end[11:23])],
                participants=[person("1001", "agent", end, end, 1.0)] if outcome == "answered" else [],
            )
        )
    return calls


def test_a_rate_shows_100_only_if_all_and_0_only_if_none() -> None:
    assert [percent(n, 10_000) for n in (10_000, 9_999, 1, 0)] == ["100.0 %", "99.9 %", "0.1 %", "0.0 %"]
    assert percent(1, 2000) == "0.1 %"
    assert percent(125, 1000) == "12.5 %"


def test_a_length_shows_seconds_below_a_minute_and_hours_from_then_on() -> None:
    shown = [duration(ms) for ms in (0, 3_149, 3_150, 59_949, 59_950, 60_000, 3_723_000)]
    assert shown == ["0.0 s", "3.1 s", "3.2 s", "59.9 s", "0:01:00", "0:01:00", "1:02:03"]


def test_a_filter_by_agent_counts_only_her_rows_in_a_report_by_agent_and_all_of_the_call_elsewhere() -> None:
    call = answered_call(offers=[offer("1002", "rejected", at("09:00:01"), at("09:00:05")),
                                 offer("1001", "answered", at("09:00:05"), at("09:00:10"))])  # fmt: skip
    mine = lines("agents", call, filters=Filters(agent=["1001"]))
    assert [key[2] for key in mine] == ["1001"]
    assert figures("queues", call, filters=Filters(agent=["1001"]))["offers"] == 2
    assert figures("dn", call, filters=Filters(agent=["1009"]))["arrived"] == 0


def test_1001_on_two_pbxs_are_two_people() -> None:
    calls = [answered_call(), answered_call(record_id="b" * 32, pbx="pbx2")]
    assert [key[1:] for key in lines("agents", *calls)] == [("pbx1", "1001"), ("pbx2", "1001")]


def test_a_plain_extension_that_serves_the_caller_is_no_answer_by_an_agent() -> None:
    reception = [person("3001", "extension", at("09:00:10"), at("09:01:00"), 50.0)]
    call = answered_call(offers=[], queues=[], participants=reception)
    of = figures("dn", call)
    assert (of["answered_other"], of["answered"], of["wanted"]) == (1, 0, 0)


def test_a_mobile_to_which_the_call_is_forwarded_is_no_second_customer() -> None:
    mobile = [person("0922000000", "outside", at("09:00:10"), at("09:01:00"), 50.0)]
    assert figures("dn", made(participants=mobile))["answered_other"] == 1


def test_19_20_below_the_agents_and_the_queues_stands_by_how_much_they_differ_from_the_calls() -> None:
    two = answered_call(
        participants=[person("1001", "agent", at("09:00:10"), at("09:00:40"), 30.0),
                      person("1002", "agent", at("09:00:40"), at("09:01:00"), 20.0)],
        queues=[stay("answered"), stay("abandoned", name="sales")],
    )  # fmt: skip
    notes = {name: told_of(name, asked(), in_memory([two])).notes for name in ("agents", "queues")}
    assert notes["agents"][0][0] == "2 handled − 1 by a second person of the same call = 1 call with staff talking"
    assert notes["queues"][0][0] == "2 stays entered − 1 further stay of the same calls = 1 call that entered"
    assert notes["queues"][1][0].startswith("1 stay abandoned − 1 of calls that came to something else = 0 ")


def test_27_a_missed_call_is_no_percentage_but_a_list_of_callers() -> None:
    """``records --outcome abandoned`` opens the calls behind the number."""
    calls = [abandoned_call(record_id=f"{n}" * 32) for n in range(3)]
    rows = in_memory(calls).ask("SELECT count(*) FROM calls WHERE outcome = 'abandoned'", {})
    assert next(iter(rows)) == (figures("dn", *calls)["abandoned"],)
