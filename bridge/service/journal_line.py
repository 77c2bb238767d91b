"""One line of the journal: a CRC, the channel it is about, and a message as in a capture; or what is on record, or
how agents are."""

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
"""Seconds for which lines that are about no channel (queues, devices), and those of what is on record, are kept."""
LONGEST_CALL = 86400.0
"""Seconds for which lines about a feed that was lost are kept: no call is thought to be longer."""
NO_CHANNEL, WRITTEN, STATES = b"-", b"=", b"~"
"""What stands in place of a channel in a line that is about none, that says what is on record, or how agents are."""
LAST_OF_AMI, LAST_OF_ARI = "CoreShowChannelsComplete", "GET /bridges"
"""What ends a snapshot of the channels."""


class OnRecord(msgspec.Struct, frozen=True):
    """Which calls of a PBX are on record since ``t``: their ids, and the revision of each."""

    t: float
    pbx: str
    calls: dict[str, int]
    states: dict[str, int] = {}
    """Stretches of states, likewise."""


class AgentsThen(msgspec.Struct, frozen=True):
    """How agents of a PBX are since ``t``: those who are otherwise than before, and what thereby ended."""

    t: float
    pbx: str
    open: dict[str, Lasting | None]
    """None of one of whom nothing is known any more."""
    ended: list[StateRecord] = []


class Erasing(msgspec.Struct, frozen=True):
    """What is to be erased: a number wherever it stands by itself, and the events of calls."""

    number: str
    linked_ids: list[str] = []

    def hits(self, body: bytes) -> bool:
        """Whether a line is about them. What is on record is noted by ids alone, and stays."""
        key, _, text = body.partition(b" ")
        if key in (WRITTEN, STATES):
            return False
        if re.search(whole(self.number).pattern.encode(), text):
            return True
        return any(b'"' + linked.encode() + b'"' in text for linked in self.linked_ids)

    def hits_message(self, message: Message) -> bool:
        """The same of a message that is not written yet."""
        return self.hits(b"%s %s" % (NO_CHANNEL, _encode(message)))


def of_message(channel: str, message: Message) -> bytes:
    """``channel``: the one it is about, or an empty string."""
    return _line(_key(channel), message)


def of_records(written: OnRecord) -> bytes:
    return _line(WRITTEN, written)


def of_agents(then: AgentsThen) -> bytes:
    return _line(STATES, then)


def body_of(line: bytes) -> bytes | None:
    """A line without its CRC and newline; None where it is damaged."""
    if not line.endswith(b"\n") or line[8:9] != b" ":
        return None
    body = line[9:-1]
    try:
        return body if int(line[:8], 16) == zlib.crc32(body) else None
    except ValueError:
        return None


def decoded(body: bytes) -> Message | OnRecord | AgentsThen:
    """Raises ``ValueError`` where it is none of them."""
    key, _, text = body.partition(b" ")
    if key == WRITTEN:
        return _WRITTEN_DECODER.decode(text)
    if key == STATES:
        return _STATES_DECODER.decode(text)
    return _MESSAGE_DECODER.decode(text)


def channel_of(body: bytes) -> str | None:
    """The channel that a line is about; None if it is about none."""
    key = body.partition(b" ")[0]
    return None if key in (NO_CHANNEL, WRITTEN, STATES) else unquote(key.decode(errors="replace"))


def message_of(body: bytes) -> bytes:
    """A line's message as it stands in a capture."""
    return body.partition(b" ")[2] + b"\n"


def is_wanted(body: bytes, channels: Container[str], now: float) -> bool:
    """Whether a line is still needed, while the calls of these channels go on."""
    key, _, text = body.partition(b" ")
    if key == STATES:
        return False  # the file that follows begins with how all of them are
    if key == WRITTEN:
        return now - _WRITTEN_DECODER.decode(text).t < RECENT
    if (channel := channel_of(body)) is not None:
        return channel in channels
    line = _LINE_DECODER.decode(text)
    # Even the longest call needs to know when a feed was lost: a restart must not make it complete.
    return now - line.t < (LONGEST_CALL if line.event.is_of_an_outage else RECENT)


def _line(key: bytes, what: Message | OnRecord | AgentsThen) -> bytes:
    body = b"%s %s" % (key, _encode(what))
    return b"%08x %s\n" % (zlib.crc32(body), body)


@lru_cache(1024)
def _key(channel: str) -> bytes:
    """A channel's id as it stands in a line: a word of its own, whatever the PBX calls its channels."""
    if channel.isprintable() and not any(letter in channel for letter in " %") and channel not in ("-", "=", "~"):
        return channel.encode() or NO_CHANNEL
    return quote(channel, safe="").replace("-", "%2D").replace("~", "%7E").encode()


class _Event(msgspec.Struct):
    feed: Any = None
    name: Any = msgspec.field(name="Event", default=None)
    request: Any = None

    @property
    def is_of_an_outage(self) -> bool:
        """Whether it tells that a feed was lost or is back, or ends the snapshot that shows what has changed."""
        return self.feed is not None or self.name == LAST_OF_AMI or self.request == LAST_OF_ARI


class _Line(msgspec.Struct):
    t: float
    event: _Event


_encode = msgspec.json.Encoder().encode
_LINE_DECODER = msgspec.json.Decoder(_Line)
_MESSAGE_DECODER = msgspec.json.Decoder(Message)
_WRITTEN_DECODER = msgspec.json.Decoder(OnRecord)
_STATES_DECODER = msgspec.json.Decoder(AgentsThen)
