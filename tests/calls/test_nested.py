"""Applications that run inside others are seen like those that stand alone."""

import pytest

from tests.helpers.story import Story

OUTER = ["Dial:{}", "ExecIf:1?Dial({})", "ExecIf:0?Busy(2):Dial({})", "TryExec:Dial({})", "ExecIf:1?Exec(dial({}))"]


def step(story: Story, who: dict[str, str], written: str, exten: str = "8000") -> None:
    application, _, data = written.partition(":")
    story.event("Newexten", **who, Context="lines", Extension=exten, Application=application, AppData=data)


def status(story: Story, who: dict[str, str], value: str) -> None:
    story.event("VarSet", **who, Variable="DIALSTATUS", Value=value)


def called_in(story: Story) -> dict[str, str]:
    return story.channel("PJSIP/trunk", "Ring", Context="lines", Exten="8000")


def offers(story: Story) -> list[tuple[str, str | None]]:
    return [(o.agent, o.outcome) for o in story.only().offers]


@pytest.mark.parametrize("outer", [*OUTER, "RetryDial:beep,1,0,{}"])
def test_a_phone_that_could_not_be_called_failed_the_offer_wherever_its_dial_stands(outer: str) -> None:
    story = Story()
    customer = called_in(story)
    step(story, customer, outer.format("PJSIP/1001,15,tT"))
    status(story, customer, "")
    status(story, customer, "CHANUNAVAIL")
    step(story, customer, "ExecIf:1?Congestion(2)")
    story.after(0.1).gone(customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "cpe_rejected")]
    assert record.tags == ["incoming_dn_call", "cpe_reject"]


@pytest.mark.parametrize("outer", OUTER)
def test_two_contacts_of_a_device_are_one_offer_wherever_its_dial_stands(outer: str) -> None:
    story = Story()
    customer = called_in(story)
    step(story, customer, outer.format("PJSIP/1001/sip:a&PJSIP/1001/sip:b,15,b(made,s,1)"))
    status(story, customer, "")
    first, second = (story.channel("PJSIP/1001", "Down", customer["Linkedid"]) for _ in range(2))
    for leg in (first, second):
        story.dial(customer, leg)
        story.state(leg, "Ringing")
    story.after(1).event("HangupRequest", **first, ChannelState="5", Cause="17", TechCause="486")
    story.gone(first, cause=17)
    story.after(1).state(second, "Up")
    story.dial_ends(customer, second, "ANSWER")
    story.talk("room", second, customer)
    story.after(3).hang_up(customer)
    story.gone(customer, second)
    assert offers(story) == [("1001", "answered")]


@pytest.mark.parametrize(
    "outer", ["Queue:support,t,,,30", "ExecIf:1?Queue(support,t,,,30)", "TryExec:Queue(support)"]
)
def test_a_full_queue_is_an_overflow_wherever_it_stands(outer: str) -> None:
    story = Story()
    customer = called_in(story)
    step(story, customer, outer)
    story.event("VarSet", **customer, Variable="QUEUESTATUS", Value="FULL")
    step(story, customer, "Busy:2")
    story.after(2).gone(customer)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "overflowed"]
    assert [(q.name, q.exit) for q in record.queues] == [("support", "full")]


def script(story: Story, who: dict[str, str], command: str) -> None:
    story.event("AGIExecStart", **who, Context="lines", Exten="8000", CommandId="1", Command=command)


def test_what_a_script_dials_is_seen_by_its_commands() -> None:
    story = Story()
    customer = called_in(story)
    step(story, customer, "AGI:hunt.py")
    for agent in ("1001", "1002"):
        script(story.after(0.01), customer, "VERBOSE next 1")
        script(story, customer, f'EXEC Dial "PJSIP/{agent},15"')
        status(story, customer, "")
        status(story, customer, "CHANUNAVAIL")
    story.after(1).gone(customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "cpe_rejected"), ("1002", "cpe_rejected")]
    assert "reassigned_call" in record.tags


def test_a_script_that_puts_the_caller_into_a_queue_is_a_queue() -> None:
    story = Story()
    customer = called_in(story)
    step(story, customer, "AGI:hunt.py")
    script(story, customer, 'exec "queue" "support,t"')
    story.event("VarSet", **customer, Variable="QUEUESTATUS", Value="FULL")
    story.after(1).gone(customer)
    assert story.only().overflow_reason == "queue_full"


def test_each_try_of_a_retrydial_is_an_offer() -> None:
    """The phone is not registered at first, and then it is."""
    story = Story()
    customer = called_in(story)
    step(story, customer, "RetryDial:silence/1,1,3,PJSIP/1001,15")
    status(story, customer, "")
    status(story, customer, "CHANUNAVAIL")
    story.after(2)
    status(story, customer, "")
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(1).state(leg, "Up")
    story.dial_ends(customer, leg, "ANSWER")
    story.talk("room", leg, customer)
    story.after(3).hang_up(customer)
    story.gone(customer, leg)
    assert offers(story) == [("1001", "cpe_rejected"), ("1001", "answered")]


def test_a_phone_without_a_contact_failed_the_offer_though_the_dialplan_dials_nobody() -> None:
    """As FreePBX does: thirty steps, then DIALSTATUS is set, and set again from what was kept of it."""
    story = Story()
    customer = called_in(story)
    step(story, customer, "Set:GROUP()=OUT_1")
    for i in range(25):
        step(story, customer, f"NoOp:{i}", "s")
    step(story, customer, "Macro:exten-vm,1001", "1001")
    for i in range(25):
        step(story, customer, f"Set:A={i}", "s")
    for _ in range(3):
        step(story, customer, "Set:DIALSTATUS=CHANUNAVAIL", "s")
        status(story, customer, "CHANUNAVAIL")
        step(story, customer, "Set:SV_DIALSTATUS=CHANUNAVAIL", "s")
    step(story, customer, "VoiceMail:1001@default,u", "s")
    story.after(3).hang_up(customer)
    story.gone(customer)
    record = story.only()
    assert [(o.agent, o.outcome) for o in record.offers] == [("1001", "cpe_rejected")]
    assert record.tags[:3] == ["incoming_dn_call", "customer_abandon", "cpe_reject"]


@pytest.mark.parametrize(("word", "reason"), [("CHANUNAVAIL", "unreachable"), ("BUSY", "busy")])
def test_a_phone_that_the_dialplan_does_not_dial_failed_the_offer_however_many_checks_and_routines_surround_it(
    word: str, reason: str
) -> None:
    """As FreePBX writes it: the trunk counts each call, and every routine asks conditions under its own name."""
    story = Story()
    customer = called_in(story)
    step(story, customer, "Set:GROUP()=OUT_1")
    for routine in ("record", "blacklist", "caller-id", "exten", "cf", "device"):
        step(story, customer, f"Gosub:{routine},1", "1001" if routine == "exten" else routine)
        for i in range(6):
            step(story, customer, f"GotoIf:0?to-{routine}-{i}", routine)
    step(story, customer, f"ExecIf:1?Set(DIALSTATUS={word})", "device")
    status(story, customer, word)
    for routine in ("vm", "vmx", "context", "mode"):
        for i in range(6):
            step(story, customer, f"GotoIf:0?to-{routine}-{i}", routine)
    step(story, customer, "VoiceMail:1001@default,u", f"s-{word}")
    for routine in ("hangup", "missed", "crm"):
        story.after(2)
        step(story, customer, f"AGI:agi://127.0.0.1/{routine}.agi,{'x' * 200}", routine)
        step(story, customer, "Return:", routine)
    story.hang_up(customer)
    story.gone(customer)
    record = story.only()
    assert [(o.agent, o.outcome, o.reason) for o in record.offers] == [("1001", "cpe_rejected", reason)]
    assert record.tags[:3] == ["incoming_dn_call", "customer_abandon", "cpe_reject"]


def test_an_agent_whom_nobody_dialled_is_known_by_the_mailbox_if_no_extension_tells() -> None:
    story = Story()
    customer = called_in(story)
    step(story, customer, "ExecIf:0?Dial(,15):Set(DIALSTATUS=CHANUNAVAIL)")
    status(story, customer, "CHANUNAVAIL")
    step(story, customer, "VoiceMail:1002@default,u")
    story.after(3).hang_up(customer)
    story.gone(customer)
    assert offers(story) == [("1002", "cpe_rejected")]


@pytest.mark.parametrize(
    ("dialled", "expected"),
    [
        ("PJSIP/1001", [("1001", "answered")]),  # the first of her devices in the list has no contact
        ("PJSIP/3001", []),  # a softphone that no setting names
        ("PJSIP/1002", [("1001", "cpe_rejected"), ("1002", "answered")]),  # somebody else, in her stead
    ],
)
def test_an_agent_one_of_whose_devices_has_no_contact_is_not_failed_where_another_one_rings(
    dialled: str, expected: list[tuple[str, str]]
) -> None:
    """As FreePBX does for a user with several devices: of each without a contact DIALSTATUS is set, then it dials."""
    story = Story()
    customer = called_in(story)
    step(story, customer, "Macro:exten-vm,1001", "1001")
    for _ in range(2):
        step(story, customer, "ExecIf:1?Set(DIALSTATUS=CHANUNAVAIL)", "dstring")
        status(story, customer, "CHANUNAVAIL")
    step(story, customer, f"Dial:{dialled}/sip:a@192.0.2.1,15", "s")
    status(story, customer, "")
    leg = story.channel(dialled, "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.state(leg, "Ringing")
    story.after(2).state(leg, "Up")
    story.dial_ends(customer, leg, "ANSWER")
    status(story, customer, "ANSWER")
    story.talk("room", leg, customer)
    story.after(9).hang_up(customer)
    story.gone(customer, leg)
    assert offers(story) == expected


def test_nobody_is_blamed_for_a_groups_do_not_disturb_because_the_caller_reaches_a_mailbox() -> None:
    """As FreePBX's ring groups do: DIALSTATUS is set for the one who is left out, and the others are rung or not."""
    for others in ("", "Dial:PJSIP/1003,10"):
        story = Story()
        customer = called_in(story)
        step(story, customer, "Macro:dial,10,1001-1003", "6001")
        step(story, customer, "Set:DIALSTATUS=BUSY", "s")
        status(story, customer, "BUSY")
        if others:
            step(story, customer, others, "s")
            status(story, customer, "")
            leg = story.channel("PJSIP/1003", "Down", customer["Linkedid"])
            story.dial(customer, leg)
            story.state(leg, "Ringing")
            story.after(10).dial_ends(customer, leg, "NOANSWER")
            story.gone(leg, cause=0)
            status(story, customer, "NOANSWER")
        step(story, customer, "VoiceMail:1002@default,u", "s")
        story.after(3).hang_up(customer)
        story.gone(customer)
        assert offers(story) == ([("1003", "no_answer")] if others else [])


@pytest.mark.parametrize("outer", OUTER)
def test_a_phone_that_declined_gets_no_second_offer_when_the_dialplan_says_so_again(outer: str) -> None:
    story = Story()
    customer = called_in(story)
    step(story, customer, outer.format("PJSIP/1001,15"), "1001")
    status(story, customer, "")
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.state(leg, "Ringing")
    story.after(1).event("HangupRequest", **leg, ChannelState="5", Cause="21", TechCause="603")
    story.dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, cause=21)
    status(story, customer, "CHANUNAVAIL")
    step(story, customer, "Set:DIALSTATUS=CHANUNAVAIL", "s")
    status(story, customer, "CHANUNAVAIL")
    step(story, customer, "VoiceMail:1001@default,u", "s")
    story.after(3).hang_up(customer)
    story.gone(customer)
    assert offers(story) == [("1001", "rejected")]


@pytest.mark.parametrize("outer", OUTER)
def test_a_blind_transfer_to_a_phone_that_declines_gives_one_offer_of_it(outer: str) -> None:
    story = Story()
    customer = called_in(story)
    written = outer.format("PJSIP/1001,15")
    step(story, customer, written)
    status(story, customer, "")
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, agent)
    story.after(1).state(agent, "Up")
    story.dial_ends(customer, agent, "ANSWER")
    status(story, customer, "ANSWER")
    story.talk("room", agent, customer)
    story.after(5).event(
        "BlindTransfer", Result="Success", TransfererChannel=agent["Channel"], TransfererUniqueid=agent["Uniqueid"],
        TransfereeChannel=customer["Channel"], TransfereeUniqueid=customer["Uniqueid"], Extension="1002",
    )  # fmt: skip
    for c in (agent, customer):
        story.event("BridgeLeave", BridgeUniqueid="room", **c)
    story.hang_up(agent)
    story.gone(agent)
    step(story, customer, written, "1002")  # told with what it still runs
    leg = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(1).event("HangupRequest", **leg, ChannelState="5", Cause="21", TechCause="603")
    story.dial_ends(customer, leg, "NOANSWER")
    story.gone(leg, cause=21)
    status(story, customer, "CHANUNAVAIL")
    step(story, customer, "Congestion:2", "1002")
    story.after(1).gone(customer)
    assert offers(story) == [("1001", "answered"), ("1002", "rejected")]


def test_a_trunk_that_fails_after_an_agent_was_not_there_gives_the_agent_no_second_offer() -> None:
    story = Story()
    customer = called_in(story)
    step(story, customer, "Dial:PJSIP/1001,15", "1001")
    status(story, customer, "")
    leg = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, leg)
    story.after(0.1).state(leg, "Ringing")
    story.after(15).dial_ends(customer, leg, "NOANSWER")
    story.dial_ends(customer, leg, "CANCEL")
    story.gone(leg, cause=0)
    status(story, customer, "NOANSWER")
    step(story.after(0.1), customer, "Dial:PJSIP/0911222333@trunk,15", "s")
    status(story, customer, "")
    status(story, customer, "CHANUNAVAIL")
    step(story.after(0.1), customer, "Set:DIALSTATUS=CHANUNAVAIL", "s")
    status(story, customer, "CHANUNAVAIL")
    step(story.after(0.1), customer, "Hangup:", "s")
    story.after(1).gone(customer)
    assert offers(story) == [("1001", "no_answer")]


def test_of_two_phones_without_a_contact_each_has_an_offer() -> None:
    story = Story()
    customer = called_in(story)
    for agent in ("1001", "1002"):
        step(story.after(0.1), customer, "Gosub:dial-one,s,1", agent)
        for _ in range(2):
            step(story.after(0.01), customer, "Set:DIALSTATUS=CHANUNAVAIL", "s")
            status(story, customer, "CHANUNAVAIL")
    story.after(1).gone(customer)
    assert offers(story) == [("1001", "cpe_rejected"), ("1002", "cpe_rejected")]


@pytest.mark.parametrize("said", ["CHANUNAVAIL", "INVALIDARGS"])
def test_a_dial_that_is_given_no_device_meant_the_extension_to_which_the_call_came(said: str) -> None:
    story = Story()
    customer = called_in(story)
    step(story, customer, "Dial:,15,tT", "1001")
    status(story, customer, "")
    status(story, customer, said)
    step(story, customer, "Hangup:", "1001")
    story.after(1).gone(customer)
    assert offers(story) == [("1001", "cpe_rejected")]
