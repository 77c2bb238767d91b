"""The live tests' own hand on the PBX knows when two are connected."""

from panoramisk.message import Message

from tests.live.manager import Manager


def enters(pbx: Manager, bridge: str, channel: str) -> None:
    pbx._heard(None, Message({"Event": "BridgeEnter", "BridgeUniqueid": bridge, "Channel": channel}))  # type: ignore[arg-type]


def test_who_answers_behind_local_channels_is_connected_when_the_customer_is_at_their_other_end() -> None:
    pbx = Manager()
    customer, agent = "PJSIP/trunk01-00000001", "PJSIP/1011-00000002"
    enters(pbx, "near the agent", agent)
    enters(pbx, "near the agent", "Local/1011@agents-00000001;2")
    enters(pbx, "near the customer", "Local/1011@agents-00000001;1")
    assert agent not in pbx.bridged
    enters(pbx, "near the customer", customer)
    assert {customer, agent} <= pbx.bridged
