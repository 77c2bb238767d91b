"""The number that a customer dialled is the first DN to which the dialplan comes before anything has served her."""

import pytest

from tests.helpers.story import Story

Path = tuple[tuple[str, str, str], ...]
TALK = ("8000", "Queue", "support")


def dn(first: str, *path: tuple[str, str, str]) -> tuple[str | None, list[str]]:
    """Of a call that came in on an extension and took these steps: extension, application, arguments."""
    story = Story()
    customer = story.channel("PJSIP/trunk", "Ring", Context="carrier", Exten=first)
    for exten, application, data in path:
        story.after(0.01).event(
            "Newexten", **customer, Context="c", Extension=exten, Application=application, AppData=data
        )
    story.after(1).hang_up(customer)
    story.gone(customer)
    record = story.only()
    return record.dn, record.tags


@pytest.mark.parametrize("path", [
    # The carrier calls the account, and tells the number in the To header.
    (("account", "Set", "A=<sip:8000@x>"), ("account", "Goto", "numbers,8000,1"), ("8000", "Goto", "i,7002,1"),
     ("7002", "Queue", "support")),
    # The dialplan writes it as the country does.
    (("+8868000", "Goto", "numbers,8000,1"), ("8000", "Answer", ""), ("8000", "Dial", "PJSIP/1001")),
    # A menu behind a common number leads to it.
    (("7000", "Answer", ""), ("7000", "BackGround", "menu"), ("7000", "WaitExten", "5"), ("1", "Goto", "n,8000,1"),
     ("8000", "Queue", "support")),
    # A script finds it.
    (("account", "AGI", "route.py"), ("8000", "NoOp", ""), ("8000", "Queue", "support")),
    (("s", "Gosub", "sub,s,1"), *(("s", "NoOp", f"{i}") for i in range(40)), ("8000", "Dial", "PJSIP/1001")),
])  # fmt: skip
def test_the_dn_is_the_first_to_which_the_dialplan_comes(path: Path) -> None:
    number, tags = dn(path[0][0], *path)
    assert number == "8000"
    assert tags[0] == "incoming_dn_call"


@pytest.mark.parametrize("path", [
    (("7000", "Dial", "PJSIP/1001"), ("8000", "NoOp", "")),
    (("7000", "Queue", "sales"), ("8000", "Queue", "support")),
    (("7000", "VoiceMail", "7000"), ("8000", "NoOp", "")),
    (("7000", "Answer", ""), ("7000", "Hangup", "")),
])  # fmt: skip
def test_a_dn_to_which_a_call_comes_after_it_was_served_is_not_what_was_dialled(path: Path) -> None:
    number, tags = dn("7000", *path)
    assert number is None
    assert tags[0] == "non_dn_incoming_call"


def test_of_several_dns_the_first_counts() -> None:
    story_dn, _ = dn("8000", ("8000", "Goto", "x,8000,1"), ("4103", "Dial", "PJSIP/1001"))
    assert story_dn == "8000"
