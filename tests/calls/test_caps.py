"""A cap on a number's or a trunk's calls: the settings name its group, or it is recognised by its shape where the
dialplan does not say so itself."""

import msgspec
import pytest

from bridge.config import Cap
from bridge.vocabulary.record import Record
from tests.helpers.story import SETTINGS, Story

Steps = tuple[tuple[str, str], ...]


def walk(story: Story, who: dict[str, str], path: Steps, exten: str = "8000", context: str = "lines") -> None:
    for application, data in path:
        story.event("Newexten", **who, Context=context, Application=application, AppData=data, Extension=exten)


def record(
    *steps: tuple[str, str],
    beside: Steps = (),
    cap: Cap | None = None,
    device: str = "PJSIP/trunk",
    exten: str = "8000",
) -> Record:
    """Of a call that took these steps. ``beside``: those of another call, which is still there."""
    story = Story(msgspec.structs.replace(SETTINGS, cap=[cap] if cap is not None else []))
    other = story.channel(device, "Ring", Context="lines", Exten="8000")
    walk(story, other, beside)
    caller = story.after(2).channel(device, "Ring", Context="lines", Exten=exten)
    walk(story, caller, steps, exten)
    story.after(1).gone(caller)
    story.after(1).gone(other)
    return next(r for r in story.told() if r.call_id == caller["Uniqueid"])


COUNTED = ("Set", "GROUP(dn)=8000")
ANNOUNCED = (("Answer", ""), ("Playback", "all-lines-busy"))
TALKING: Steps = (COUNTED, ("GotoIf", "0?full"), ("Dial", "PJSIP/1001,20"))
IN_MENU: Steps = (COUNTED, ("GotoIf", "1?free"), ("Answer", ""), ("BackGround", "menu"))

REFUSED = (
    (COUNTED, ("GotoIf", "1?full"), ("Busy", "1")),
    (COUNTED, ("GotoIf", "0?free"), ("Congestion", "1")),
    (COUNTED, ("GotoIf", "0?free"), ("Playback", "all-lines-busy"), ("Congestion", "1")),
    (COUNTED, ("GotoIf", "0?free"), *ANNOUNCED, ("Busy", "1")),
    (COUNTED, ("Answer", ""), ("GotoIf", "1?full"), ("Hangup", "17")),
    (COUNTED, ("GotoIf", "1?full"), *ANNOUNCED, ("Hangup", "17")),
    (COUNTED, ("ExecIf", "1?Hangup(17)")),
    (COUNTED, ("Set", "LIMIT=1"), *(("NoOp", f"{i}") for i in range(30)), ("GotoIf", "1?full"), ("Busy", "1")),
)


@pytest.mark.parametrize("steps", REFUSED)
@pytest.mark.parametrize("beside", [TALKING, IN_MENU])
def test_a_call_that_was_counted_beside_others_and_then_refused_found_no_line(steps: Steps, beside: Steps) -> None:
    found = record(*steps, beside=beside)
    assert (found.tags, found.overflow_reason) == (["incoming_dn_call", "overflowed"], "line_cap")


@pytest.mark.parametrize(
    "beside", [(), (COUNTED, ("GotoIf", "1?shut"), *ANNOUNCED), (("Set", "GROUP(dn)=8001"), *TALKING[1:])]
)
@pytest.mark.parametrize("steps", REFUSED)
def test_a_refused_call_beside_no_other_met_a_switch_and_no_full_line(steps: Steps, beside: Steps) -> None:
    assert record(*steps, beside=beside).tags == ["incoming_dn_call"]


@pytest.mark.parametrize("steps", [
    (COUNTED, ("GotoIf", "0?full"), *ANNOUNCED, ("Hangup", "")),
    (COUNTED, ("GotoIf", "1?full"), *ANNOUNCED, ("Hangup", "")),
    (("GotoIf", "1?closed"), ("Busy", "1")),
    (COUNTED, ("Busy", "1")),
    (COUNTED, ("GotoIf", "0?full"), ("Answer", ""), ("Hangup", "")),
    (COUNTED, ("GotoIf", "0?full"), ("BackGround", "menu"), ("Hangup", "")),
    (COUNTED, ("GotoIf", "0?full"), ("AGI", "menu.py"), ("Hangup", "")),
    (COUNTED, ("Playback", "welcome"), ("GotoIf", "1?closed"), ("Busy", "1")),
    (COUNTED, ("GotoIf", "0?full"), ("Playback", "welcome"), ("GotoIf", "1?closed"), ("Busy", "1")),
    (COUNTED, *(("NoOp", f"{i}") for i in range(40)), ("Read", "KEY"), *(("NoOp", f"{i}") for i in range(40)),
     ("GotoIf", "1?bye"), ("Hangup", "")),
])  # fmt: skip
def test_a_call_that_was_served_or_never_counted_found_a_line(steps: Steps) -> None:
    assert record(*steps, beside=TALKING).tags == ["incoming_dn_call"]


def test_a_menu_or_a_busy_tone_somewhere_behind_a_trunks_count_is_no_cap() -> None:
    """Each trunk of FreePBX and Issabel counts its calls, whether it has a cap or not."""
    for end in (
        (("Busy", "20"),),
        (("Hangup", ""),),
        (("Answer", ""), ("PlayTones", "congestion"), ("Congestion", "20")),
    ):
        for named in (None, Cap("OUT_1", "trunk")):
            story = Story(msgspec.structs.replace(SETTINGS, cap=[named] if named else []))
            callers = []
            for _ in range(2):
                caller = story.after(1).channel("PJSIP/trunk", "Ring", Context="from-north", Exten="8000")
                callers.append(caller)
                walk(story, caller, (("Set", "GROUP()=OUT_1"), ("Goto", "from-trunk,8000,1")), context="from-north")
                walk(story, caller, (("Set", "__FROM_DID=8000"), ("Gosub", "sub-record,s,1")), context="ext-did")
                walk(
                    story, caller, (("GotoIf", "1?set"), ("ExecIf", "1?Set(A=1)"), ("Return", "")), "s", "sub-record"
                )
                walk(story, caller, (("GotoIf", "1?post-reverse"), ("Goto", "blackhole,busy,1")), context="ext-did")
                if len(callers) == 1:
                    walk(story, caller, (("BackGround", "menu"),), "s", "ivr-1")
            walk(story, callers[1], end, "busy", "blackhole")
            story.after(1).gone(*callers)
            assert [r.tags for r in story.told()] == [["incoming_dn_call"]] * 2


def test_a_trunk_that_is_full_after_a_long_way_keeps_the_direction_of_the_call() -> None:
    way: Steps = tuple(("NoOp", f"{i}") for i in range(40))
    count = ("Set", "GROUP(trunk)=north")
    found = record(*way, count, ("GotoIf", "1?full"), ("Congestion", "1"), device="PJSIP/1001", exten="90911",
                   beside=(count, ("GotoIf", "0?full"), ("Dial", "PJSIP/0911@trunk,30")))  # fmt: skip
    assert (found.direction, found.overflow_reason) == ("outbound", "trunk_cap")
    assert "overflowed" in found.tags
    assert "customer_abandon" not in found.tags


def later(line: Steps, before: int, *, now: int = 1) -> list[str]:
    """The tags of a call that is turned away while ``now`` others talk on a line that had ``before`` at once."""
    story = Story()
    first = [story.channel("PJSIP/trunk", "Ring", Context="lines", Exten="8000") for _ in range(before)]
    for caller in first:
        walk(story, caller, line)
    story.after(1).gone(*first[now:])
    story.after(600)  # whose records are written, and forgotten
    caller = story.channel("PJSIP/trunk", "Ring", Context="lines", Exten="8000")
    walk(story, caller, (COUNTED, ("GotoIf", "1?away"), ("Busy", "1")))
    story.after(1).gone(caller)
    story.after(1).gone(*first[:now])
    (tags,) = (r.tags for r in story.told() if r.call_id == caller["Uniqueid"])
    return tags


def test_a_line_that_has_held_more_calls_at_once_is_not_full_now() -> None:
    """The shop has shut while one of the day's callers still talks."""
    assert later(TALKING, 3) == ["incoming_dn_call"]
    assert later(TALKING, 3, now=2) == ["incoming_dn_call"]


def test_a_line_that_holds_as_many_calls_as_it_ever_did_may_be_full() -> None:
    assert later(TALKING, 3, now=3) == ["incoming_dn_call", "overflowed"]
    turned_away = (COUNTED, ("GotoIf", "1?full"), ("Busy", "1"))
    assert later(turned_away, 3, now=0) == ["incoming_dn_call"]


@pytest.mark.parametrize("cap", [None, Cap("dn", "line")])
def test_a_caller_whom_the_time_of_day_may_have_turned_away_did_not_find_the_line_full(cap: Cap | None) -> None:
    steps = (COUNTED, ("GotoIf", "0?full"), ("GotoIfTime", "18:00-8:00,*,*,*?shut"), ("Busy", "1"))
    assert record(*steps, beside=TALKING, cap=cap).tags == ["incoming_dn_call"]
    checked_later = (COUNTED, ("GotoIfTime", "18:00-8:00,*,*,*?shut"), ("GotoIf", "1?full"), ("Busy", "1"))
    assert "overflowed" in record(*checked_later, beside=TALKING, cap=cap).tags


@pytest.mark.parametrize("group", ["dn", "8000", "8000@dn", "80*"])
def test_a_group_that_the_settings_name_is_a_cap_whoever_else_was_seen_in_it(group: str) -> None:
    polite = (COUNTED, ("GotoIf", "1?full"), *ANNOUNCED, ("Hangup", ""))
    for steps in (*REFUSED, polite):
        found = record(*steps, cap=Cap(group, "line"))
        assert (found.tags, found.overflow_reason) == (["incoming_dn_call", "overflowed"], "line_cap")
    served = record(COUNTED, ("GotoIf", "0?full"), *ANNOUNCED, ("Hangup", ""), cap=Cap(group, "line"))
    assert served.tags == ["incoming_dn_call"]


def test_a_trunk_that_takes_no_call_at_all_is_full_for_the_first() -> None:
    steps = (("Set", "GROUP(trunk)=north"), ("GotoIf", "1?full"), ("Congestion", "1"))
    found = record(*steps, device="PJSIP/1001", exten="90911")
    assert (found.direction, found.overflow_reason) == ("outbound", "trunk_cap")


def test_a_colleague_who_calls_a_line_that_is_shut_has_not_found_a_trunk_full() -> None:
    found = record(COUNTED, ("GotoIf", "1?shut"), ("Busy", "1"), device="PJSIP/1001")
    assert (found.direction, found.tags) == ("internal", [])


def test_callers_who_only_wait_count_in_the_group() -> None:
    found = record(COUNTED, ("GotoIf", "1?full"), ("Busy", "1"), beside=(COUNTED, ("Answer", ""), ("Wait", "600")))
    assert found.overflow_reason == "line_cap"


def test_a_named_trunk_that_is_full_makes_a_call_from_inside_an_outgoing_one() -> None:
    steps = (("Set", "OUTBOUND_GROUP=OUT_1"), ("GotoIf", "0?nomax"), ("GotoIf", "1?full"), ("Congestion", "20"))
    found = record(*steps, cap=Cap("OUT_*", "trunk"), device="PJSIP/1001")
    assert (found.direction, found.overflow_reason) == ("outbound", "trunk_cap")


def test_a_colleague_who_finds_a_named_line_full_is_turned_away_by_a_limit_too() -> None:
    found = record(COUNTED, ("GotoIf", "1?full"), ("Busy", "1"), cap=Cap("dn", "line"), device="PJSIP/1001")
    assert (found.direction, found.tags) == ("internal", ["overflowed"])


def test_a_caller_who_hears_the_busy_tone_and_hangs_up_was_refused_first() -> None:
    story = Story(msgspec.structs.replace(SETTINGS, cap=[Cap("dn", "line")]))
    caller = story.channel("PJSIP/trunk", "Ring", Context="lines", Exten="8000")
    walk(story, caller, (COUNTED, ("GotoIf", "1?full"), ("Answer", "")))
    story.state(caller, "Up")
    walk(story, caller, (("Busy", "20"),))
    story.after(3).hang_up(caller)
    story.gone(caller)
    assert story.only().tags == ["incoming_dn_call", "overflowed"]
