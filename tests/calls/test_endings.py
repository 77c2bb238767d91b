"""Who ended the call."""

import pytest

from tests.helpers.story import Story


@pytest.mark.parametrize(("first", "tag"), [(0, "customer_disconnect"), (1, "agent_disconnect")])
def test_of_two_who_hang_up_at_the_same_time_the_one_told_first_did(first: int, tag: str) -> None:
    """A busy service reads many events at once, and a PBX need not stamp them with their time."""
    story = Story()
    pair = story.connected()
    story.after(1).hang_up(pair[first])
    story.hang_up(pair[1 - first])
    story.gone(*pair)
    assert tag in story.only().tags


def test_an_agent_who_gets_her_transfer_back_and_hangs_up_at_once_ended_the_call() -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(5).event(
        "BlindTransfer", Result="Success", TransfererChannel=agent["Channel"], TransfererUniqueid=agent["Uniqueid"],
        TransfereeChannel=customer["Channel"], TransfereeUniqueid=customer["Uniqueid"], Extension="1002",
    )  # fmt: skip
    for c in (agent, customer):
        story.event("BridgeLeave", BridgeUniqueid="room", **c)
    story.gone(agent)
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, colleague)
    story.after(0.1).hang_up(colleague, 17, TechCause="486")
    story.dial_ends(customer, colleague, "BUSY")
    story.gone(colleague, cause=17, TechCause="486")
    back = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, back)
    story.after(0.1).state(back, "Ringing")
    story.after(0.5).state(back, "Up")
    story.dial_ends(customer, back, "ANSWER")
    story.talk("again", back, customer)
    story.after(0.8).hang_up(back)
    story.gone(back, customer)
    record = story.only()
    assert record.ended_by == "agent"
    assert "agent_disconnect" in record.tags


@pytest.mark.parametrize("told_after", [0.1, 2.1])
def test_an_agent_who_parks_where_no_place_is_free_did_not_hang_up(told_after: float) -> None:
    """The customer comes back into the talk at once, and the PBX plays a sound to the agent before it says that the
    transfer is over, whereupon her phone hangs up."""
    story = Story()
    customer = story.call_in()
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, agent)
    story.after(0.1).state(agent, "Ringing")
    story.after(3).state(agent, "Up")
    story.dial_ends(customer, agent, "ANSWER")
    story.talk("room", agent, customer)
    story.after(5).event(
        "BlindTransfer", Result="Success", TransfererChannel=agent["Channel"], TransfererUniqueid=agent["Uniqueid"],
        TransfereeChannel=customer["Channel"], TransfereeUniqueid=customer["Uniqueid"], Extension="700",
    )  # fmt: skip
    story.event("BridgeLeave", BridgeUniqueid="room", **customer)
    story.event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="simple_bridge", **customer)
    story.after(told_after).hang_up(agent)
    for each in (agent, customer):
        story.event("BridgeLeave", BridgeUniqueid="room", **each)
    story.gone(customer, agent)
    assert story.only().tags == ["incoming_dn_call", "system_disconnect"]


def test_a_customer_whom_an_agent_at_a_mobile_passed_on_hangs_up_soon() -> None:
    """Customer and mobile are behind the same trunk."""
    story = Story()
    customer = story.call_in()
    mobile = story.channel("PJSIP/trunk", "Down", customer["Linkedid"])
    story.dial(customer, mobile, queue="support")
    story.after(1).state(mobile, "Up")
    story.dial_ends(customer, mobile, "ANSWER")
    story.talk("room", mobile, customer)
    story.after(5).event(
        "BlindTransfer", Result="Success", TransfererChannel=mobile["Channel"], TransfererUniqueid=mobile["Uniqueid"],
        TransfereeChannel=customer["Channel"], TransfereeUniqueid=customer["Uniqueid"], Extension="1002",
    )  # fmt: skip
    for c in (mobile, customer):
        story.event("BridgeLeave", BridgeUniqueid="room", **c)
    story.gone(mobile)
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(customer, colleague)
    story.after(0.1).state(colleague, "Up")
    story.dial_ends(customer, colleague, "ANSWER")
    story.talk("again", colleague, customer)
    story.after(1).hang_up(customer)
    story.gone(customer, colleague)
    record = story.only()
    assert record.ended_by == "customer"
    assert "customer_disconnect" in record.tags


@pytest.mark.parametrize(
    ("cause", "headers", "lost"),
    [
        (18, {"TechCause": "408"}, True),
        (127, {"TechCause": "481"}, True),
        (58, {"TechCause": "488"}, False),
        (18, {}, True),
        (58, {}, False),
    ],
)
def test_an_agent_whose_phone_fails_in_the_call_did_not_hang_up(
    cause: int, headers: dict[str, str], lost: bool
) -> None:
    """It refuses what the PBX asks of it in the call, or answers no more: a missed session refresh, say."""
    story = Story()
    customer, agent = story.connected()
    story.after(5).hang_up(agent, cause, **headers)
    story.gone(agent, customer, cause=cause, **headers)
    record = story.only()
    assert record.ended_by == "system"
    assert record.tags == ["incoming_dn_call", "system_disconnect", *(["device_lost"] if lost else [])]


@pytest.mark.parametrize("headers", [{"TechCause": "408"}, {}])
def test_a_customer_whose_line_fails_in_the_call_did_not_hang_up(headers: dict[str, str]) -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(5).hang_up(customer, 18, **headers)
    story.gone(customer, agent, cause=18, **headers)
    record = story.only()
    assert record.ended_by == "system"
    assert record.tags == ["incoming_dn_call", "system_disconnect"]


def test_whoever_leaves_a_room_that_closes_with_her_ended_the_call() -> None:
    """The PBX puts the others out one after the other."""
    story = Story()
    leader = story.channel("PJSIP/1001", "Up", Exten="700", Context="staff")
    others = [story.channel(f"PJSIP/100{n}", "Up", leader["Linkedid"]) for n in (2, 3)]
    story.talk("room", leader, *others)
    story.after(2).hang_up(leader)
    for c in (leader, *others):
        story.event("BridgeLeave", BridgeUniqueid="room", **c)
        story.after(0.005)
    story.gone(leader, *others)
    record = story.only()
    assert record.ended_by == "agent"
    assert "agent_disconnect" in record.tags
    assert "system_disconnect" not in record.tags


def test_the_keys_of_a_consultation_are_no_hangup_when_the_customer_gives_up_meanwhile() -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(5)
    for key in "*2":
        story.event("DTMFEnd", **agent, Digit=key, Direction="Received")
    story.event("BridgeLeave", BridgeUniqueid="room", **agent)
    story.talk("consultation", agent)
    story.after(1).hang_up(customer)
    story.event("BridgeLeave", BridgeUniqueid="room", **customer)
    story.gone(customer)
    story.after(0.2).hang_up(agent)
    story.gone(agent)
    record = story.only()
    assert record.ended_by == "customer"
    assert "customer_disconnect" in record.tags


def test_a_customer_whose_own_pbx_sends_the_agent_to_a_colleague_has_left() -> None:
    story = Story()
    customer, agent = story.connected()
    story.after(5).event(
        "BlindTransfer", Result="Success", TransfererUniqueid=customer["Uniqueid"],
        TransfererChannel=customer["Channel"], TransfereeUniqueid=agent["Uniqueid"], Context="from-trunk",
        Extension="1002",
    )  # fmt: skip
    for c in (customer, agent):
        story.event("BridgeLeave", BridgeUniqueid="room", BridgeTechnology="simple_bridge", **c)
    story.gone(customer)
    colleague = story.channel("PJSIP/1002", "Down", customer["Linkedid"])
    story.dial(agent, colleague)
    story.state(colleague, "Ringing")
    story.after(1).state(colleague, "Up")
    story.dial_ends(agent, colleague, "ANSWER")
    story.talk("other", agent, colleague)
    story.after(2).hang_up(agent)
    story.gone(agent, colleague)
    record = story.only()
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]
    assert record.ended_by == "customer"
    assert [e.event for e in record.evidence["customer_disconnect"]] == ["BlindTransfer"]


def ended_by_the_pbx_after_a_key(
    options: str, presser: int, *, keys: str = "*", later: float = 0.01, features: str = ""
) -> list[str]:
    """``presser``: 0 is the customer, 1 the agent. Nobody sends a request to hang up. ``later``: how long after the
    last key the talk ends. ``features``: what the dialplan sets of them before."""
    story = Story()
    customer = story.call_in()
    if features:
        story.event("VarSet", **customer, Variable="BRIDGE_FEATURES", Value=features)
    story.event("Newexten", **customer, Application="Dial", AppData=f"PJSIP/1001,20,{options}", Extension="8000")
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, agent)
    story.after(0.1).state(agent, "Ringing")
    story.after(1).state(agent, "Up")
    story.dial_ends(customer, agent, "ANSWER")
    story.talk("room", agent, customer)
    story.after(5)
    for key in keys:
        story.after(0.2).event(
            "DTMFEnd", **(customer, agent)[presser], Digit=key, Direction="Received", DurationMs="100"
        )
    story.after(later)
    for c in (agent, customer):
        story.event("BridgeLeave", BridgeUniqueid="room", **c)
    story.gone(agent, customer)
    return story.only().tags[1:]


@pytest.mark.parametrize(
    ("options", "presser", "tag"),
    [
        ("tkh", 1, "agent_disconnect"),
        ("tkH", 0, "customer_disconnect"),
        ("HhTtrU(ask^H)", 1, "agent_disconnect"),
        ("tkxS(4)", 1, "system_disconnect"),
        ("tkU(hangs,H)", 1, "system_disconnect"),
        ("tkH", 1, "system_disconnect"),
        ("tkh", 0, "system_disconnect"),
    ],
)
def test_a_key_hangs_up_only_where_the_pbx_lets_that_side_do_so(options: str, presser: int, tag: str) -> None:
    """Others record the talk by keys, or type a number that ends with one, and the PBX ends the talk just then."""
    assert ended_by_the_pbx_after_a_key(options, presser) == [tag]


@pytest.mark.parametrize(("presser", "features", "tag"), [
    (1, "h", "agent_disconnect"),
    (0, "tTH", "customer_disconnect"),
    (1, "H", "system_disconnect"),
])  # fmt: skip
def test_the_dialplan_may_let_a_side_hang_up_by_a_key_by_a_variable(presser: int, features: str, tag: str) -> None:
    assert ended_by_the_pbx_after_a_key("tk", presser, features=features) == [tag]


@pytest.mark.parametrize(("keys", "later", "tag"), [
    ("*0", 0.01, "agent_disconnect"),
    ("**", 0.3, "agent_disconnect"),
    ("*1", 0.8, "system_disconnect"),
])  # fmt: skip
def test_the_code_that_hangs_up_does_so_at_its_last_key(keys: str, later: float, tag: str) -> None:
    """FreePBX lets both sides hang up by ``**`` in every call, and record by ``*1``."""
    assert ended_by_the_pbx_after_a_key("HhTtr", 1, keys=keys, later=later) == [tag]
