"""What sinks take: records of calls, and of states."""

from __future__ import annotations

from bridge.vocabulary.agent_state import AgentStateRecord, DeviceStateRecord, StateRecord
from bridge.vocabulary.record import Record

Written = Record | StateRecord
"""A record of a call, or of a stretch of a state."""
OF_STATES = (AgentStateRecord, DeviceStateRecord)


def id_of(one: Written) -> str:
    """The id under which a record is kept, delivered and refused."""
    return one.record_id if isinstance(one, Record) else one.state_id
