"""Decodes lines of Asterisk's queue_log into facts: how a caller left a queue, which CEL does not tell.

Nothing else is read: CEL tells the rest more exactly, and queue_log names the wrong side as hanging up if an
administrator or a supervisor took the call away.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from bridge.wire.values import text

COLUMNS = ("time", "callid", "queue", "agent", "event", "data1", "data2", "data3")
SECOND = 1.0
"""Times are in whole seconds, rounded down: a line's event has happened by the end of its second."""
EXITS = {"EXITWITHTIMEOUT": "TIMEOUT", "EXITEMPTY": "LEAVEEMPTY"}
"""For each event of queue_log, the value of QUEUESTATUS that means the same."""


def decode(line: Mapping[str, Any], at: float) -> Iterator[Fact]:
    """The fact in a line, if any. ``at`` is the end of the line's second, in seconds since the epoch."""
    channel, queue, event = text(line.get("callid")), text(line.get("queue")), text(line.get("event"))
    if not channel or not queue:
        return
    if event in EXITS:
        yield f.QueueLeft(at, "queue_log", channel, queue, EXITS[event])
    elif event == "EXITWITHKEY" and (digit := text(line.get("data1"))):
        yield f.DtmfReceived(at - SECOND, "queue_log", channel, digit)
