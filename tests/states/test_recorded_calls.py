"""Stretches of states over every recorded call, beside the records of the calls."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable

import pytest

from bridge.calls.intervals import covered
from bridge.pipeline.driver import Driver
from bridge.pipeline.pipeline import Pipeline
from bridge.vocabulary.agent_state import AgentStateRecord
from bridge.vocabulary.message import Message
from bridge.vocabulary.record import Record
from bridge.vocabulary.times import seconds
from tests.helpers import recorded


def replayed(messages: Iterable[Message]) -> tuple[dict[str, Record], dict[str, AgentStateRecord]]:
    """Records and stretches, the last version of each."""
    driver = Driver(recorded.PBX, pipeline := Pipeline(recorded.settings(), recorded.PBX))
    pipeline.track()
    records: dict[str, Record] = {}
    states: dict[str, AgentStateRecord] = {}
    last = 0.0
    for message in messages:
        step, last = driver.feed(message), message.t
        records |= {one.record_id: one for one in step.records}
        states |= {one.state_id: one for one in step.states if isinstance(one, AgentStateRecord)}
    step = driver.advance(last + 60)
    records |= {one.record_id: one for one in step.records}
    states |= {one.state_id: one for one in step.states if isinstance(one, AgentStateRecord)}
    return records, states


def of_agents(states: Iterable[AgentStateRecord]) -> dict[str, list[AgentStateRecord]]:
    found: defaultdict[str, list[AgentStateRecord]] = defaultdict(list)
    for one in sorted(states, key=lambda one: one.from_):
        found[one.agent].append(one)
    return found


@pytest.mark.parametrize("name", recorded.NAMES)
def test_stretches_touch_and_the_time_in_conversation_is_that_of_the_records(name: str) -> None:
    records, states = replayed(m for m in recorded.messages(name) if m.pbx == recorded.PBX)
    spoke: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for record in records.values():
        staff = {one.party for one in record.participants if one.role in ("agent", "supervisor")}
        for talk in record.conversations:
            for agent in staff.intersection(talk.parties):
                spoke[agent].append((seconds(talk.from_), seconds(talk.until)))
    talked = {agent: covered(spans) for agent, spans in spoke.items()}  # of who has two calls, the time with either
    for agent, stretches in of_agents(states.values()).items():
        for before, after in itertools.pairwise(stretches):
            assert (before.until, before.next) == (after.from_, after.state)
        spent = sum(one.seconds for one in stretches if one.state in ("talking", "hold"))
        assert spent == pytest.approx(talked.pop(agent, 0.0), abs=0.05), agent
    assert not {agent for agent, seconds in talked.items() if seconds > 0.05}


@pytest.mark.parametrize("name", recorded.NAMES)
def test_the_call_that_a_stretch_names_is_on_record_with_that_direction(name: str) -> None:
    records, states = replayed(m for m in recorded.messages(name) if m.pbx == recorded.PBX)
    for one in states.values():
        if one.record_id is not None and one.seconds > 0.01:  # not the moment before a phone is put to listen
            assert one.record_id in records, one
            assert records[one.record_id].direction == one.direction


@pytest.mark.parametrize("name", recorded.NAMES)
def test_a_replay_gives_the_same_stretches(name: str) -> None:
    messages = [m for m in recorded.messages(name) if m.pbx == recorded.PBX]
    assert replayed(messages) == replayed(messages)
