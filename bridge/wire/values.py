"""Reads single values that a PBX sent, which may be anything."""

from collections.abc import Mapping
from typing import Any, cast

from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from bridge.vocabulary.message import Source
from bridge.vocabulary.terms import QUEUE_STATUS_OF, ContactLoss, SpyMode
from bridge.vocabulary.times import LAST_SECOND

VARIABLES = frozenset(
    {
        "QUEUESTATUS",
        "DIALSTATUS",
        "CALLBRIDGE_CALLBACK",
        "CALLBRIDGE_CALLBACK_OF",
        "CALLBRIDGE_OVERFLOW",
        "CALLBRIDGE_AGENT",
        "AMPUSER",
        "MIXMONITOR_FILENAME",
        "CONFBRIDGE_RESULT",
        "BRIDGE_FEATURES",
    }
)
"""The channel variables that a rule reads."""

LOST: Mapping[str, ContactLoss] = {"Removed": "unregistered", "Unreachable": "no_answer_to_qualify"}
"""The statuses of a contact (ContactStatus) by which a phone can no longer be called, and why."""
GONE: Mapping[str, ContactLoss] = {
    "Unregistered": "unregistered", "Unreachable": "no_answer_to_qualify", "Rejected": "unregistered"
}  # fmt: skip
"""The same for PeerStatus."""
UNKNOWN = "<unknown>"


def text(value: Any) -> str | None:
    """A header's text; None when it is absent, empty, or Asterisk's ``<unknown>``.

    A header that came more than once holds a list: its last value counts, as in Asterisk's own manager.
    """
    if isinstance(value, str):
        return value if value and value != UNKNOWN else None
    return text(value[-1]) if isinstance(value, list) and value else None


def number(value: Any) -> int | None:
    """A whole number, or None for anything else."""
    if type(value) is not str:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        value = text(value)
    if not value or len(value) > 18:
        return None
    try:
        return int(value)
    except ValueError:
        return None


def seconds(value: Any) -> float | None:
    """A time or duration that the service itself wrote, or None for anything else."""
    return float(value) if type(value) in (int, float) and abs(value) <= LAST_SECOND else None


def mode_of(value: Any) -> SpyMode | None:
    """A mode of supervision as the UserEvent convention spells it."""
    value = text(value)
    return cast(SpyMode, value) if value in ("monitor", "coach", "barge") else None


def marked(name: str | None, said: Mapping[str, Any], at: float, src: Source) -> Fact | None:
    """The fact of a UserEvent by which an application tells what no event of the PBX shows (config/asterisk).

    ``CallbridgeSupervision`` (Snoop, By, Mode), ``CallbridgeQueue`` (Channel, Queue, State, Exit), and
    ``CallbridgeOffer`` (Channel, Dest, Queue, Agent).
    """
    if name == "CallbridgeSupervision":
        snoop, by, mode = text(said.get("Snoop")), text(said.get("By")), mode_of(said.get("Mode"))
        return f.SupervisionDeclared(at, src, snoop, by, mode) if snoop and by and mode else None
    if name not in ("CallbridgeQueue", "CallbridgeOffer"):
        return None
    channel, queue = text(said.get("Channel")), text(said.get("Queue"))
    if not channel or not queue:
        return None
    if name == "CallbridgeOffer":
        dest, agent = text(said.get("Dest")), text(said.get("Agent")) or ""
        return f.AgentCalled(at, src, channel, dest, queue, agent, agent) if dest else None
    if text(said.get("State")) == "join":
        return f.QueueJoined(at, src, channel, queue, number(said.get("Position")))
    return f.QueueLeft(at, src, channel, queue, QUEUE_STATUS_OF.get(text(said.get("Exit")) or ""))
