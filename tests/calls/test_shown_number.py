"""The number shown to a customer: that of the called leg's connected line, unless the dialplan hides it."""

import pytest

from tests.helpers.story import Story


@pytest.mark.parametrize(("applications", "tag"), [
    ([("Set", "CALLERID(pres)=prohib")], "non_dn_outgoing_call"),
    ([("Set", "CALLERID(num-pres)=prohib_not_screened")], "non_dn_outgoing_call"),
    ([("ExecIf", "1?Set(CALLERPRES(num)=unavailable)")], "non_dn_outgoing_call"),
    ([("ExecIf", "0?Set(CALLERPRES()=prohib)")], "outbound_call"),
    ([("Set", "CALLERID(name-pres)=prohib")], "non_dn_outgoing_call"),
    ([("Set", "CALLERID(name-pres)=unavailable")], "outbound_call"),
    ([("Dial", "PJSIP/0912000001@trunk,30,TKf(8000)u(prohib)")], "non_dn_outgoing_call"),
    ([("Dial", "PJSIP/0912000001@trunk,30,TKf(8000)u(allowed)")], "outbound_call"),
    ([("Dial", "PJSIP/0912000001@trunk,30,Tb(shows^s^1(f,u))u(prohib)")], "outbound_call"),
    ([("Set", "CALLERID(pres)=prohib"), ("Dial", "PJSIP/0912000001@trunk,30,b(a^s^1(1,2))f(8000)")], "outbound_call"),
    ([("Set", "CALLERID(pres)=prohib"), ("Set", "CALLERID(pres)=allowed")], "outbound_call"),
    ([("NoOp", "CALLERID(pres)=prohib")], "outbound_call"),
])  # fmt: skip
def test_a_number_that_the_dialplan_hides_is_not_shown(applications: list[tuple[str, str]], tag: str) -> None:
    story = Story()
    agent = story.channel("PJSIP/1001", "Ring", Exten="90912000001", CallerIDNum="8000")
    for application, data in applications:
        story.after(0.01).event("Newexten", **agent, Application=application, AppData=data, Extension="90912000001")
    leg = story.channel("PJSIP/trunk", "Down", agent["Linkedid"])
    story.event("DialBegin", **agent, CallerIDNum="8000", DestConnectedLineNum="8000", DestChannel=leg["Channel"],
                DestUniqueid=leg["Uniqueid"], DialString="0912000001@trunk")  # fmt: skip
    story.after(1).dial_ends(agent, leg, "BUSY")
    story.gone(leg, agent, cause=17)
    record = story.only()
    assert tag in record.tags
    assert record.dn == ("8000" if tag == "outbound_call" else None)
