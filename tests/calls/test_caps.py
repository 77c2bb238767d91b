"""A cap on a number's calls, recognised by its shape where the dialplan does not say so itself."""

import pytest

from tests.helpers.story import Story


def tags(*steps: tuple[str, str]) -> list[str]:
    story = Story()
    customer = story.call_in()
    for application, data in steps:
        story.event("Newexten", **customer, Application=application, AppData=data, Extension="8000")
    story.after(1).gone(customer)
    return list(story.only().tags)


COUNTED = ("Set", "GROUP(dn)=8000")
ANNOUNCED = (("Answer", ""), ("Playback", "all-lines-busy"))


@pytest.mark.parametrize("steps", [
    (COUNTED, ("GotoIf", "1?full"), ("Busy", "1")),
    (COUNTED, ("GotoIf", "1?full"), *ANNOUNCED, ("Hangup", "")),
    (COUNTED, ("GotoIf", "0?free"), ("Congestion", "1")),
    (COUNTED, ("GotoIf", "0?free"), ("Playback", "all-lines-busy"), ("Congestion", "1")),
    (COUNTED, ("GotoIf", "0?free"), *ANNOUNCED, ("Busy", "1")),
    (COUNTED, ("Answer", ""), ("GotoIf", "1?full"), ("Hangup", "17")),
    (COUNTED, ("ExecIf", "1?Hangup(17)")),
])  # fmt: skip
def test_a_call_that_was_counted_and_then_refused_found_no_line(steps: tuple[tuple[str, str], ...]) -> None:
    assert tags(*steps) == ["incoming_dn_call", "overflowed"]


@pytest.mark.parametrize("steps", [
    (COUNTED, ("GotoIf", "0?full"), *ANNOUNCED, ("Hangup", "")),
    (("GotoIf", "1?closed"), ("Busy", "1")),
    (COUNTED, ("GotoIf", "0?full"), ("Answer", ""), ("Hangup", "")),
    (COUNTED, ("GotoIf", "0?full"), ("Background", "menu"), ("Hangup", "")),
    (COUNTED, ("Playback", "welcome"), ("GotoIf", "1?closed"), ("Busy", "1")),
    (COUNTED, ("GotoIf", "0?full"), ("Playback", "welcome"), ("GotoIf", "1?closed"), ("Busy", "1")),
])  # fmt: skip
def test_a_call_that_was_served_or_never_counted_found_one(steps: tuple[tuple[str, str], ...]) -> None:
    assert tags(*steps) == ["incoming_dn_call"]
