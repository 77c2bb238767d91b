"""One line of the journal: a CRC, the channel that the line is about, and one of three things: a message as in a
capture, which calls are on record, or the states of agents."""

from __future__ import annotations

import re
import zlib
from collections.abc import Container
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from bridge.states.stretch import Lasting
from bridge.store.erasing import whole
from bridge.vocabulary.agent_state import StateRecord
from bridge.vocabulary.message import Message

RECENT = 600.0
"""Seconds for which the journal keeps lines that are about no channel (queues, devices) and lines that say what is on
record."""
LONGEST_CALL = 86400.0
"""Seconds for which the journal keeps lines that say a feed was lost. No call is expected to last longer."""
NO_CHANNEL, WRITTEN, STATES = b"-", b"=", b"~"
"""What stands in place of the channel: in a line about no channel, in a line that says what is on record, and in a
line with the states of agents."""
LAST_OF_AMI, LAST_OF_ARI = "CoreShowChannelsComplete", "GET /bridges"
"""The events that end a snapshot of the channels."""


class OnRecord(msgspec.Struct, frozen=True):
    """Which calls of a PBX are on record since ``t``: ids, and the revision of each."""

    t: float
    pbx: str
    calls: dict[str, int]
    states: dict[str, int] = {}
    """The same for stretches of states."""


class AgentsThen(msgspec.Struct, frozen=True):
    """Agents of a PBX whose state has changed at ``t``: the stretches that last now, and those that ended."""

    t: float
    pbx: str
    open: dict[str, Lasting | None]
    """None for an agent of whom nothing is known any more."""
    ended: list[StateRecord] = []


class Erasing(msgspec.Struct, frozen=True):
    """What ``callbridge erase`` is to erase: a number wherever it stands as a word of its own, and the events of
    calls."""

    number: str
    linked_ids: list[str] = []

    def hits(self, body: bytes) -> bool:
        """Whether a line is to be erased. A line about what is on record holds ids only, and stays."""
        key, _, text = body.partition(b" ")
        if key in (WRITTEN, STATES):
            return False
        if re.search(whole(self.number).pattern.encode(), text):
            return True
        return any(b'"' + linked.encode() + b'"' in text for linked in self.linked_ids)

    def hits_message(self, message: Message) -> bool:
        """Whether a message that is not written yet is to be left out."""
        return self.hits(b"%s %s" % (NO_CHANNEL, _encode(message)))


def of_message(channel: str, message: Message) -> bytes:
    """``channel``: the channel that the message is about, or an empty string."""
    return _line(_key(channel), message)


def of_records(written: OnRecord) -> bytes:
    return _line(WRITTEN, written)


def of_agents(then: AgentsThen) -> bytes:
    return _line(STATES, then)


def body_of(line: bytes) -> bytes | None:
    """The line without its CRC and newline; None if the line is damaged."""
    if not line.endswith(b"\n") or line[8:9] != b" ":
        return None
    body = line[9:-1]
    try:
        return body if int(line[:8], 16) == zlib.crc32(body) else None
    except ValueError:
        return None


def decoded(body: bytes) -> Message | OnRecord | AgentsThen:
    """Raises ``ValueError`` if the line is none of the three kinds."""
    key, _, text = body.partition(b" ")
    if key == WRITTEN:
        return _WRITTEN_DECODER.decode(text)
    if key == STATES:
        return _STATES_DECODER.decode(text)
    return _MESSAGE_DECODER.decode(text)


def channel_of(body: bytes) -> str | None:
    """The channel that a line is about, or None."""
    key = body.partition(b" ")[0]
    return None if key in (NO_CHANNEL, WRITTEN, STATES) else unquote(key.decode(errors="replace"))


def message_of(body: bytes) -> bytes:
    """The message of a line, as a capture writes it."""
    return body.partition(b" ")[2] + b"\n"


def is_wanted(body: bytes, channels: Container[str], now: float) -> bool:
    """Whether a line is still needed while the calls of these channels go on."""
    key, _, text = body.partition(b" ")
    if key == STATES:
        return False  # the file that follows begins with the states of all agents
    if key == WRITTEN:
        return now - _WRITTEN_DECODER.decode(text).t < RECENT
    if (channel := channel_of(body)) is not None:
        return channel in channels
    line = _LINE_DECODER.decode(text)
    # Even the longest call must know that a feed was lost: otherwise a restart would call its record complete.
    return now - line.t < (LONGEST_CALL if line.event.is_of_an_outage else RECENT)


def _line(key: bytes, what: Message | OnRecord | AgentsThen) -> bytes:
    body = b"%s %s" % (key, _encode(what))
    return b"%08x %s\n" % (zlib.crc32(body), body)


@lru_cache(1024)
def _key(channel: str) -> bytes:
    """A channel's id as a line holds it: one word, whatever characters the PBX puts into its channel ids."""
    if channel.isprintable() and not any(letter in channel for letter in " %") and channel not in ("-", "=", "~"):
        return channel.encode() or NO_CHANNEL
    return quote(channel, safe="").replace("-", "%2D").replace("~", "%7E").encode()


class _Event(msgspec.Struct):
    feed: Any = None
    name: Any = msgspec.field(name="Event", default=None)
    request: Any = None

    @property
    def is_of_an_outage(self) -> bool:
        """Whether a message says that a feed was lost or is back, or ends the snapshot after that."""
        return self.feed is not None or self.name == LAST_OF_AMI or self.request == LAST_OF_ARI


class _Line(msgspec.Struct):
    t: float
    event: _Event


_encode = msgspec.json.Encoder().encode
_LINE_DECODER = msgspec.json.Decoder(_Line)
_MESSAGE_DECODER = msgspec.json.Decoder(Message)
_WRITTEN_DECODER = msgspec.json.Decoder(OnRecord)
_STATES_DECODER = msgspec.json.Decoder(AgentsThen)
