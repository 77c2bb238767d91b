"""What a wall may be told of agents and calls, by the settings: nothing else is in its stream."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from bridge.config import Agent, Settings, Web
from bridge.live.hub import Hub
from bridge.live.items import AgentItem, CallItem
from bridge.live.numbered import ALL
from bridge.live.viewer import ViewerAgents
from bridge.pipeline.pipeline import Pipeline
from tests.helpers import recorded

NAMES = {"PJSIP/1011": "Mei Lin", "PJSIP/1012": "Wang Wei", "PJSIP/1013": "Chen Yu"}
STORIES = ("an_agent_declines_with_603", "a_supervisor_listens_then_whispers_then_barges_in")


def named(agents: ViewerAgents) -> Settings:
    given = recorded.settings()
    return msgspec.structs.replace(
        given, agent=[Agent(device, name) for device, name in NAMES.items()], web=Web(viewer_agents=agents)
    )


def told(agents: ViewerAgents) -> tuple[Hub, str]:
    """The hub, and all that walls were told while recorded calls went on."""
    settings = named(agents)
    hub, said = Hub(settings, 1.0), ""
    for name in STORIES:
        pipeline = Pipeline(settings, recorded.PBX)
        pipeline.watch(board=True)
        for message in recorded.messages(name):
            if message.pbx == recorded.PBX:
                pipeline.feed(message)
                hub.take(pipeline.refresh(message.t), message.t)
                said += b"".join(hub.viewers.snapshot(ALL, message.t)).decode()
    return hub, said


@pytest.mark.parametrize("agents", get_args(ViewerAgents))
def test_a_wall_is_told_names_numbers_or_neither_as_the_settings_say(agents: ViewerAgents) -> None:
    _, said = told(agents)
    for device, name in NAMES.items():
        number = device.partition("/")[2]
        assert (name in said) == (agents == "names"), name
        assert (f'"{number}"' in said) == (agents == "numbers"), number
    assert said.count('"kind":"agent"') > 10
    assert said.count('"kind":"call"') > 10


def test_agents_are_counted_on_every_wall_and_each_keeps_the_key_that_it_has() -> None:
    counts: dict[str, Any] = {}
    for agents in get_args(ViewerAgents):
        hub, said = told(agents)
        items = msgspec.json.decode(b"".join(hub.viewers.snapshot(ALL, 0.0)))["items"]
        counts[agents] = sum(item["kind"] == "agent" for item in items)
        keys = {item["key"] for item in items if item["kind"] == "agent"}
        assert len(keys) == counts[agents]
        assert all(key in said for key in keys)
    assert len(set(counts.values())) == 1
    assert counts["names"] >= len(NAMES)


def test_no_wall_is_told_more_fields_than_these() -> None:
    """A field that is new in what staff see is no news to a wall."""
    _, said = told("names")
    decoder = msgspec.json.Decoder()
    agents, calls = set[str](), set[str]()
    for line in said.replace('}{"epoch"', '}\n{"epoch"').splitlines():
        for item in decoder.decode(line)["items"]:
            if item["kind"] == "agent":
                agents |= item["value"].keys()
            elif item["kind"] == "call":
                calls |= item["value"].keys()
    assert agents == {"name", "state", "since", "queues", "paused_in"}
    assert calls == {
        "pbx", "direction", "started_at", "stage", "stage_since", "queue", "joined_at", "position", "agents",
        "answer_due",
    }  # fmt: skip
    hidden = {*AgentItem.__struct_fields__, *CallItem.__struct_fields__} - agents - calls
    assert {"reason", "with_", "last_failure", "listening_to", "number", "supervisors", "tags_so_far"} <= hidden
