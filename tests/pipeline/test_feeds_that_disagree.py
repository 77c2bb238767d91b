"""AMI and ARI that tell different things of one call: AMI leads, and what ARI says otherwise changes nothing."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from msgspec.structs import replace

from bridge.vocabulary.message import Message
from tests.helpers.recorded import messages, replayed

Lie = Callable[[dict[str, Any]], None]
CALLS = (
    "an_agent_consults_by_keys_and_comes_back", "an_agent_declines_with_603", "an_agent_transfers_blind_to_a_queue",
    "a_browser_may_not_use_the_microphone",
)  # fmt: skip


def another_state(event: dict[str, Any]) -> None:
    for key in ("channel", "peer", "caller"):
        if isinstance(channel := event.get(key), dict) and "state" in channel:
            channel["state"] = "Busy" if channel["state"] == "Up" else "Up"


def another_number(event: dict[str, Any]) -> None:
    for key in ("channel", "peer", "caller"):
        if isinstance(channel := event.get(key), dict):
            for party in ("caller", "connected"):
                channel[party] = {"name": "nobody", "number": "0999"}


def out_where_in(event: dict[str, Any]) -> None:
    turned = {"ChannelEnteredBridge": "ChannelLeftBridge", "ChannelLeftBridge": "ChannelEnteredBridge"}
    event["type"] = turned.get(event["type"], event["type"])


def another_bridge(event: dict[str, Any]) -> None:
    if isinstance(event.get("bridge"), dict):
        event["bridge"] |= {"id": "another", "technology": "holding_bridge", "channels": []}


def another_end(event: dict[str, Any]) -> None:
    if event["type"] in ("ChannelDestroyed", "ChannelHangupRequest"):
        event |= {"cause": 34, "cause_txt": "Circuit congestion", "soft": True}
    if event["type"] == "Dial":
        event["dialstatus"] = "CHANUNAVAIL"


def at_its_end_when_it_begins(event: dict[str, Any]) -> None:
    if event["type"] == "ChannelStateChange":
        event |= {"type": "ChannelDestroyed", "cause": 16, "cause_txt": "Normal Clearing"}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "lie",
    [another_state, another_number, out_where_in, another_bridge, another_end, at_its_end_when_it_begins],
    ids=lambda lie: lie.__name__,
)
def test_what_ari_tells_differently_from_ami_changes_no_record(call: str, lie: Lie) -> None:
    told, lies = messages(call), 0
    lying: list[Message] = []
    for message in told:
        event = deepcopy(message.event)
        if message.src == "ari" and "type" in event:
            lie(event)
            lies += event != message.event
        lying.append(replace(message, event=event))
    assert lies
    assert replayed(lying) == replayed(told)
