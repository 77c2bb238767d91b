"""What must hold on a screen after every change: each count is of what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MEMBERS = ("ready", "busy", "ringing_agents", "wrap_up", "paused", "unreachable")
BUSY = ("talking", "hold", "dialling")


def adds_up(items: Mapping[tuple[str, str], Any]) -> None:
    """``items``: values as the stream tells them, by kind and key."""
    calls = {key: value for (kind, key), value in items.items() if kind == "call"}
    for (kind, key), queue in items.items():
        if kind != "queue":
            continue
        pbx, _, name = key.partition("/")
        own = [calls[call] for call in queue["calls"]]
        waiting = [call for call in own if call["joined_at"] is not None]
        assert {id(call) for call in own} == {
            id(call) for call in calls.values() if call["pbx"] == pbx and call["queue"] == name
        }
        assert (len(waiting), len(own) - len(waiting)) == (queue["waiting"], queue["talking"])
        assert [call["position"] for call in waiting] == [*range(1, queue["waiting"] + 1)]
        assert queue["ringing"] == sum(call["stage"] == "ringing" for call in waiting)
        assert queue["longest_since"] == min((call["joined_at"] for call in waiting), default=None)
        if queue["logged_in"] is None:
            continue
        members = [
            value for (kind, at), value in items.items()
            if kind == "agent" and at.startswith(f"{pbx}/") and name in value["queues"]
        ]  # fmt: skip
        assert sum(queue[count] for count in MEMBERS) == queue["logged_in"] == len(members)
        assert queue["busy"] == sum(agent["state"] in BUSY for agent in members)
        assert queue["wrap_up"] == sum(agent["state"] == "wrap_up" for agent in members)
        assert queue["ready"] == sum(a["state"] == "ready" and name not in a["paused_in"] for a in members)
