"""Supervision that no ChanSpy shows: snoops of an application, and what a spying phone's options mean."""

import pytest

from bridge.pbx.channel import Channel
from bridge.pbx.history import Step
from bridge.pbx.spying import may_be_spied_on
from bridge.vocabulary.record import Record
from tests.helpers.story import Story


def snooped(mode: str | None, ear: str = "PJSIP/2001") -> Record:
    """An application snoops on the agent's channel for supervisor 2001, and may say what for."""
    story = Story()
    customer, agent = story.connected()
    snoop = {"Channel": f"Snoop/{agent['Uniqueid']}-00000007", "Uniqueid": "snoop-1", "Linkedid": "snoop-1"}
    story.after(1).event("Newchannel", **snoop, ChannelState="6")
    story.event(
        "ChanSpyStart", SpyerChannel=snoop["Channel"], SpyerUniqueid="snoop-1",
        SpyeeChannel=agent["Channel"], SpyeeUniqueid=agent["Uniqueid"],
    )  # fmt: skip
    supervisor = story.channel(ear, "Up")
    story.talk("ear", snoop, supervisor)
    if mode is not None:
        story.event("UserEvent", UserEvent="CallbridgeSupervision", Snoop="snoop-1", By="PJSIP/2001", Mode=mode)
    story.after(3).hang_up(supervisor)
    story.gone(supervisor, snoop)
    story.after(1).hang_up(customer)
    story.gone(agent, customer)
    return story.only()


def test_a_snoop_is_its_supervisors_listening_and_has_no_record_of_its_own() -> None:
    record = snooped(None)
    assert [(s.by, s.target, s.mode) for s in record.supervisions] == [("2001", "1001", "monitor")]
    assert "supervisor_monitored_call" in record.tags


def test_a_machine_to_which_an_application_sends_a_call_is_no_supervisor() -> None:
    record = snooped(None, ear="UnicastRTP/127.0.0.1:9")
    assert (record.supervisions, record.tags) == ([], ["incoming_dn_call", "customer_disconnect"])


def test_an_application_may_say_that_its_snoop_whispers() -> None:
    record = snooped("coach")
    assert [s.mode for s in record.supervisions] == ["coach"]
    assert "supervisor_coached_call" in record.tags
    assert "supervisor_monitored_call" not in record.tags


def test_a_snoop_that_barges_in_makes_a_conference_of_three() -> None:
    record = snooped("barge")
    assert "supervisor_conference_call" in record.tags
    assert record.conferences[0].speakers == ["0912000001", "1001", "2001"]


def spied(options: str, keys: str = "", spyer: str = "PJSIP/2001") -> Record:
    story = Story()
    customer, agent = story.connected()
    phone = story.after(1).channel(spyer, "Ring", Exten="*55", Context="staff")
    story.event("Newexten", **phone, Application="ChanSpy", AppData=f"PJSIP/1001,{options}", Extension="*55")
    story.event(
        "ChanSpyStart", SpyerChannel=phone["Channel"], SpyerUniqueid=phone["Uniqueid"],
        SpyeeChannel=agent["Channel"], SpyeeUniqueid=agent["Uniqueid"],
    )  # fmt: skip
    for key in keys:
        story.after(1).event("DTMFEnd", **phone, Digit=key, Direction="Received")
    story.after(1).hang_up(phone)
    story.gone(phone)
    story.after(1).hang_up(customer)
    story.gone(agent, customer)
    return story.only()


def test_the_options_of_a_spy_say_what_it_does() -> None:
    assert [s.mode for s in spied("q").supervisions] == ["monitor"]
    assert [s.mode for s in spied("qw").supervisions] == ["coach"]
    assert [s.mode for s in spied("qB").supervisions] == ["barge"]
    assert [s.mode for s in spied("qv(2)g(Bw)").supervisions] == ["monitor"]


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        ("ChanSpy PJSIP/10,q", True), ("ChanSpy PJSIP/2,q", False), ("ChanSpy ", False),
        ("ExtenSpy 8000@from-trunk,q", True), ("ExtenSpy 8000,q", False), ("ExtenSpy 800@from-trunk", False),
    ],
)  # fmt: skip
def test_a_spy_means_channels_by_the_beginning_of_their_name_or_by_where_they_are(
    arguments: str, meant: bool
) -> None:
    spyer, agent = Channel("1", "PJSIP/2001-00000001", 0.0, 1), Channel("2", "PJSIP/1001-00000002", 0.0, 2)
    name, _, data = arguments.partition(" ")
    spyer.steps.append(Step(1.0, "staff", "*57", name, data))
    agent.running = ("Queue", "support", "from-trunk", "8000", 1.0)
    assert may_be_spied_on(spyer, agent) is meant


def test_keys_switch_the_mode_only_where_the_spy_allows_it() -> None:
    assert [s.mode for s in spied("qd", "564").supervisions] == ["monitor", "coach", "barge", "monitor"]
    assert [s.mode for s in spied("q", "564").supervisions] == ["monitor"]


def test_an_agent_who_only_listens_coaches_nobody() -> None:
    tags = spied("q", spyer="PJSIP/1002").tags
    assert "agent_coached_call" not in tags
    assert "supervisor_monitored_call" not in tags
    assert "agent_coached_call" in spied("w", spyer="PJSIP/1002").tags


def test_a_mode_that_a_key_switched_to_lasts_until_the_supervisor_hangs_up() -> None:
    """Asterisk's ChanSpy goes on to the agent's next call as it was in the one before."""
    story = Story()
    spy = story.channel("PJSIP/2001", "Up")
    story.event("Newexten", **spy, Application="ChanSpy", AppData="PJSIP/1001,qd", Extension="*54", Context="agents")
    for n in (1, 2):
        customer, agent = story.after(5).connected()
        both = {
            "SpyerChannel": spy["Channel"], "SpyerUniqueid": spy["Uniqueid"],
            "SpyeeChannel": agent["Channel"], "SpyeeUniqueid": agent["Uniqueid"],
        }  # fmt: skip
        story.event("ChanSpyStart", **both)
        if n == 1:
            story.after(2).event("DTMFEnd", **spy, Digit="5", Direction="Received")
        story.after(2).hang_up(customer)
        story.event("ChanSpyStop", **both)
        story.gone(agent, customer)
    story.gone(spy)
    assert [[s.mode for s in r.supervisions] for r in story.told()] == [["monitor", "coach"], ["coach"]]


def brought_by_a_panel(told: str = "", brought_as: str = "Status") -> Record:
    """Originate puts supervisor 2001 on the agent's line; no event tells with which arguments, but one may later."""
    story = Story()
    customer, agent = story.connected()
    supervisor = story.channel("PJSIP/2001", "Up")
    word = {"Uniqueid": supervisor["Uniqueid"], "Application": "ChanSpy", "Data": f"PJSIP/1001,{told}"}
    if told and brought_as == "OriginateResponse":
        story.event("OriginateResponse", Response="Success", **word)
    story.event(
        "ChanSpyStart", SpyerChannel=supervisor["Channel"], SpyerUniqueid=supervisor["Uniqueid"],
        SpyeeChannel=agent["Channel"], SpyeeUniqueid=agent["Uniqueid"],
    )  # fmt: skip
    if told and brought_as == "Status":
        story.event("Status", **word)
    story.after(3).hang_up(supervisor)
    story.gone(supervisor)
    story.after(1).hang_up(customer)
    story.gone(agent, customer)
    return story.only()


@pytest.mark.parametrize("brought_as", ["Status", "OriginateResponse"])
@pytest.mark.parametrize(("options", "mode"), [("qw", "coach"), ("qB", "barge"), ("q", "monitor")])
def test_a_supervisor_whom_a_panel_brings_to_the_call_does_what_the_pbx_says(
    options: str, mode: str, brought_as: str
) -> None:
    record = brought_by_a_panel(options, brought_as)
    assert [(s.by, s.target, s.mode) for s in record.supervisions] == [("2001", "1001", mode)]


def test_what_a_supervisor_did_is_not_known_where_the_pbx_could_not_be_asked_in_time() -> None:
    record = brought_by_a_panel()
    assert [(s.by, s.target, s.mode) for s in record.supervisions] == [("2001", "1001", None)]
    assert record.tags == ["incoming_dn_call", "customer_disconnect"]


def test_a_panel_that_calls_a_supervisors_extension_is_no_supervisor() -> None:
    story = Story()
    customer, agent = story.connected()
    spy, far = (story.channel("Local/2001@staff", "Down", "panel") for _ in "12")
    story.event("LocalBridge", LocalOneUniqueid=spy["Uniqueid"], LocalTwoUniqueid=far["Uniqueid"])
    supervisor = story.channel("PJSIP/2001", "Down", "panel")
    story.dial(far, supervisor)
    story.state(supervisor, "Up")
    story.dial_ends(far, supervisor, "ANSWER")
    story.talk("ear", supervisor, far)
    story.event(
        "ChanSpyStart", SpyerChannel=spy["Channel"], SpyerUniqueid=spy["Uniqueid"],
        SpyeeChannel=agent["Channel"], SpyeeUniqueid=agent["Uniqueid"],
    )  # fmt: skip
    story.event("Status", Uniqueid=spy["Uniqueid"], Application="ChanSpy", Data="PJSIP/1001,qw")
    story.after(3).hang_up(supervisor)
    story.gone(supervisor, far, spy)
    story.after(1).hang_up(customer)
    story.gone(agent, customer)
    record = story.only()
    assert [(s.by, s.mode) for s in record.supervisions] == [("2001", "coach")]
    assert record.tags == ["incoming_dn_call", "supervisor_coached_call", "customer_disconnect"]


def in_the_room_with_a_supervisor(came_muted: bool, later: str) -> Record:
    """A customer and agent 1001 are in a room, supervisor 2001 comes in, and is muted or unmuted later."""
    story = Story()
    customer = story.call_in()
    agent, supervisor = (story.channel(device, "Ring", Exten="800") for device in ("PJSIP/1001", "PJSIP/2001"))
    people = [customer, agent, supervisor]
    story.event("BridgeCreate", BridgeUniqueid="room", BridgeTechnology="softmix")
    for who in people:
        story.state(who, "Up")
        story.after(1).event("BridgeEnter", BridgeUniqueid="room", BridgeTechnology="softmix", **who)
        muted = who is supervisor and came_muted
        story.after(0.05).event("ConfbridgeJoin", Conference="800", Muted="Yes" if muted else "No", **who)
    story.after(5).event(later, Conference="800", **supervisor)
    story.after(5).hang_up(customer)
    for who in people:
        story.event("BridgeLeave", BridgeUniqueid="room", **who)
    story.gone(*people)
    return story.only()


def test_a_supervisor_who_comes_into_a_room_muted_listens() -> None:
    record = in_the_room_with_a_supervisor(came_muted=True, later="ConfbridgeMute")
    assert [(s.by, s.target, s.mode) for s in record.supervisions] == [("2001", "1001", "monitor")]
    assert record.tags == ["incoming_dn_call", "supervisor_monitored_call", "customer_disconnect"]


def test_a_supervisor_who_unmutes_herself_in_a_room_listens_no_longer() -> None:
    record = in_the_room_with_a_supervisor(came_muted=True, later="ConfbridgeUnmute")
    (listening,) = record.supervisions
    assert listening.until == record.conferences[0].from_
    assert {"supervisor_monitored_call", "supervisor_conference_call"} < set(record.tags)


def test_a_supervisor_who_has_spoken_in_a_room_does_not_listen_when_she_mutes_herself() -> None:
    record = in_the_room_with_a_supervisor(came_muted=False, later="ConfbridgeMute")
    assert record.supervisions == []
    assert "supervisor_monitored_call" not in record.tags
    assert "supervisor_conference_call" in record.tags


def test_a_phone_that_only_rings_has_nobody_to_whisper_to() -> None:
    story = Story()
    customer = story.call_in()
    agent = story.channel("PJSIP/1001", "Down", customer["Linkedid"])
    story.dial(customer, agent)
    story.after(0.1).state(agent, "Ringing")
    phone = story.channel("PJSIP/2001", "Ring", Exten="*52", Context="staff")
    story.event("Newexten", **phone, Application="ChanSpy", AppData="PJSIP/1001,qw", Extension="*52")
    story.event(
        "ChanSpyStart", SpyerChannel=phone["Channel"], SpyerUniqueid=phone["Uniqueid"],
        SpyeeChannel=agent["Channel"], SpyeeUniqueid=agent["Uniqueid"],
    )  # fmt: skip
    story.after(2).hang_up(agent, 21, TechCause="603")
    story.dial_ends(customer, agent, "NOANSWER")
    story.gone(agent, cause=21, TechCause="603")
    story.hang_up(phone)
    story.gone(phone, customer)
    record = story.only()
    assert record.supervisions == []
    assert record.tags == ["incoming_dn_call", "agent_reject"]


def test_ami_is_lost_when_it_has_told_that_a_supervisor_listens_but_not_yet_to_whom() -> None:
    story = Story()
    story.send({"feed": "connected"}, "ari")
    story.send({"request": "GET /channels", "reply": []}, "ari")
    story.send({"request": "GET /bridges", "reply": []}, "ari")
    story.feed("connected")
    story.listed()
    customer, agent = story.connected()
    supervisor = story.channel("PJSIP/2001", "Up")
    story.event("Newexten", **supervisor, Context="staff", Application="ChanSpy", AppData="PJSIP/1001,q")
    story.feed("lost")
    for who in (supervisor, agent, customer):
        gone = {"id": who["Uniqueid"], "name": who["Channel"], "state": "Up"}
        story.after(2).send({"type": "ChannelDestroyed", "cause": 16, "channel": gone}, "ari")
    record = story.only()
    assert [(s.by, s.target, s.mode) for s in record.supervisions] == [("2001", "1001", "monitor")]


def test_by_ari_alone_a_supervisor_who_listened_and_then_runs_another_chanspy_barges_in() -> None:
    """A key of the first (option X) leads on in the dialplan; ARI tells of neither ChanSpy more than its step."""
    story = Story()
    story.send({"feed": "connected"}, "ari")
    story.send({"request": "GET /channels", "reply": []}, "ari")
    story.send({"request": "GET /bridges", "reply": []}, "ari")

    def tells(kind: str, who: dict[str, object], **more: object) -> None:
        story.send({"type": kind, "channel": who, **more}, "ari")

    def channel(name: str, exten: str, state: str = "Up") -> dict[str, object]:
        plan = {"context": "staff", "exten": exten, "priority": 1}
        return {
            "id": name.rpartition("-")[2],
            "name": name,
            "state": state,
            "dialplan": plan,
            "caller": {"number": "1"},
        }

    customer, agent = channel("PJSIP/trunk-01", "8000"), channel("PJSIP/1001-02", "")
    supervisor = channel("PJSIP/2001-03", "*57")
    tells("ChannelCreated", channel("PJSIP/trunk-01", "8000", "Ring"))
    tells("ChannelCreated", channel("PJSIP/1001-02", "", "Down"))
    story.send({"type": "Dial", "caller": customer, "peer": agent, "dialstring": "1001", "dialstatus": ""}, "ari")
    story.after(2)
    for each in (customer, agent):
        tells("ChannelStateChange", each)
    story.send(
        {"type": "Dial", "caller": customer, "peer": agent, "dialstring": "1001", "dialstatus": "ANSWER"}, "ari"
    )
    room = {"id": "room", "technology": "simple_bridge", "bridge_type": "basic", "channels": []}
    for each in (customer, agent):
        tells("ChannelEnteredBridge", each, bridge=room)
    tells("ChannelCreated", supervisor)
    story.after(1)
    tells("ChannelDialplan", supervisor, dialplan_app="ChanSpy", dialplan_app_data="PJSIP/1001,qX")
    story.after(4)
    further = channel("PJSIP/2001-03", "5")
    tells("ChannelDialplan", further, dialplan_app="ChanSpy", dialplan_app_data="PJSIP/1001,qB")
    story.after(4)
    for each in (supervisor, customer, agent):
        tells("ChannelDestroyed", each, cause=16)
    record = story.only()
    assert [(s.by, s.mode, s.target) for s in record.supervisions] == [
        ("2001", "monitor", "1001"), ("2001", "barge", "1001"),
    ]  # fmt: skip
    assert {"supervisor_monitored_call", "supervisor_conference_call"} <= {*record.tags}
