"""What runs inside an application, read as Asterisk reads it."""

import pytest

from bridge.pbx.applications import inside, is_true


@pytest.mark.parametrize(
    ("application", "arguments", "ran"),
    [
        ("ExecIf", "1?Dial(PJSIP/1001,15,tT)", ("Dial", "PJSIP/1001,15,tT")),
        ("ExecIf", "0?Dial(PJSIP/1001,15,tT)", None),
        ("ExecIf", "0?Dial(,15):Set(DIALSTATUS=CHANUNAVAIL)", ("Set", "DIALSTATUS=CHANUNAVAIL")),
        ("ExecIf", "1?Dial(PJSIP/1001/sip:1001@127.0.0.1:5061;ob&PJSIP/1002,15,b(made,s,1)U(taken)):Busy(2)",
         ("Dial", "PJSIP/1001/sip:1001@127.0.0.1:5061;ob&PJSIP/1002,15,b(made,s,1)U(taken)")),
        ("ExecIf", "?Queue(support):Busy", ("Busy", "")),
        ("ExecIf", "yes?queue(support,t,,,30)", ("Queue", "support,t,,,30")),
        ("ExecIf", " 1 ? Dial (PJSIP/1001)", ("Dial", "PJSIP/1001")),
        ("ExecIf", "1", None),
        ("ExecIf", "1?", None),
        ("TryExec", "Dial(PJSIP/1001)", ("Dial", "PJSIP/1001")),
        ("Exec", "Congestion", ("Congestion", "")),
        ("RetryDial", "beep,2,3,PJSIP/1001&PJSIP/1002,15,m", ("Dial", "PJSIP/1001&PJSIP/1002,15,m")),
        ("RetryDial", "beep,2", None),
        ("Dial", "PJSIP/1001", None),
    ],
)  # fmt: skip
def test_the_application_that_really_runs_is_read_from_the_arguments(
    application: str, arguments: str, ran: tuple[str, str] | None
) -> None:
    found = list(inside(application, arguments))
    assert (found[-1] if found else None) == ran


def test_an_application_inside_of_one_inside_of_another_is_found_to_a_bounded_depth() -> None:
    assert [*inside("ExecIf", "1?TryExec(Exec(Dial(PJSIP/1001,15)))")][-1] == ("Dial", "PJSIP/1001,15")
    deep = "ExecIf(1?" * 1_000 + "Dial(PJSIP/1001)" + ")" * 1_000
    assert len([*inside("Exec", deep)]) < 10


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("1", True),
        ("0", False),
        ("", False),
        ("00", False),
        (" 0", False),
        ("-1", True),
        ("0.5", False),
        ("no", True),
    ],
)
def test_a_condition_is_as_true_as_asterisk_takes_it(condition: str, holds: bool) -> None:
    assert is_true(condition) is holds
