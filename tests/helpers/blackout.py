"""Recorded calls as they are heard by a service that is deaf for a while: at their beginning, end, or in the middle.

``Pbx`` gathers what a PBX says until a moment, and tells it as the snapshot that a feed gets which connects then.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bridge.vocabulary.message import Message, Source
from bridge.wire import ami, ari

SHOWN = ("Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName", "ConnectedLineNum",
         "ConnectedLineName", "Context", "Exten", "Linkedid")  # fmt: skip
"""What CoreShowChannels lists of a channel as its events tell it; those about the called one say Dest before each."""


UNDER_WAY = 0.01
"""Seconds that one feed is behind the other with the same event."""


class Pbx:
    """What is up, as the events have told it."""

    def __init__(self) -> None:
        self._channels: dict[str, dict[str, str]] = {}
        self._queues: dict[str, dict[str, str]] = {}
        self._members: dict[tuple[str, str], dict[str, str]] = {}
        self._waiting: dict[str, tuple[float, dict[str, str]]] = {}
        self._ari_channels: dict[str, Any] = {}
        self._ari_bridges: dict[str, Any] = {}

    def take(self, message: Message) -> None:
        if message.src == "ami":
            self._ami(message.t, message.event)
        elif message.src == "ari":
            self._ari(message.event)

    def _ami(self, t: float, event: dict[str, Any]) -> None:
        name = event.get("Event")
        for prefix in ("", "Dest"):
            self._show(event, prefix)
        channel = self._channels.get(event.get("Uniqueid", ""), {})
        dest = self._channels.get(event.get("DestUniqueid", ""), {})
        match name:
            case "Newexten":
                channel |= {"Application": event["Application"], "ApplicationData": event.get("AppData", "")}
            case "AgentCalled":
                dest["Application"] = "AppQueue"
            case "DialBegin":
                dest.setdefault("Application", "AppDial")
            case "BridgeEnter":
                channel["BridgeId"] = event["BridgeUniqueid"]
            case "BridgeLeave":
                channel.pop("BridgeId", None)
            case "Hangup":
                self._channels.pop(event["Uniqueid"], None)
            case "QueueParams":
                self._queues[event["Queue"]] = event
            case "QueueMember":
                self._members[event["Queue"], event["Location"]] = event
            case "QueueMemberStatus" | "QueueMemberAdded" | "QueueMemberPause":
                row = {**event, "Location": event["Interface"], "Name": event["MemberName"]}
                self._members[event["Queue"], event["Interface"]] = row
            case "QueueCallerJoin":
                self._waiting[event["Uniqueid"]] = (t, event)
            case "QueueCallerLeave":
                self._waiting.pop(event["Uniqueid"], None)

    def _show(self, event: dict[str, Any], prefix: str) -> None:
        uniqueid = event.get(f"{prefix}Uniqueid")
        if not uniqueid or f"{prefix}ChannelState" not in event or event.get("Event") == "CoreShowChannel":
            return
        if event["Event"] == "Newchannel":
            self._channels[uniqueid] = {"Uniqueid": uniqueid}
        if uniqueid in self._channels:
            self._channels[uniqueid] |= {key: event[prefix + key] for key in SHOWN if prefix + key in event}

    def _ari(self, event: dict[str, Any]) -> None:
        for key in ("channel", "peer", "caller", "transferee"):
            shown, began = event.get(key), event.get("type") == "ChannelCreated"
            if isinstance(shown, dict) and (shown.get("id") in self._ari_channels or began):
                self._ari_channels[shown["id"]] = shown
        if isinstance(bridge := event.get("bridge"), dict):
            self._ari_bridges[bridge["id"]] = bridge
        match event.get("type"):
            case "ChannelDestroyed":
                self._ari_channels.pop(event["channel"]["id"], None)
            case "BridgeDestroyed":
                self._ari_bridges.pop(event["bridge"]["id"], None)

    def snapshot(self, t: float, pbx: str, src: Source) -> Iterator[Message]:
        """A feed that connects, and what it is told."""
        yield Message(t, pbx, src, {"feed": "connected"})
        for event in self._told_by_ari() if src == "ari" else self._told_by_ami(t):
            # What is listed bears no stamp, other than the events that it was gathered from.
            yield Message(t, pbx, src, {key: value for key, value in event.items() if key != "Timestamp"})

    def _told_by_ami(self, t: float) -> Iterator[dict[str, Any]]:
        for channel in self._channels.values():
            yield {"Application": "", "ApplicationData": "", "BridgeId": "", **channel, "Event": "CoreShowChannel",
                   "ActionID": "CoreShowChannels"}  # fmt: skip
        yield {"Event": "CoreShowChannelsComplete", "ActionID": "CoreShowChannels"}
        for queue in self._queues.values():
            yield {**queue, "Event": "QueueParams", "ActionID": "QueueStatus"}
        for member in self._members.values():
            yield {**member, "Event": "QueueMember", "ActionID": "QueueStatus"}
        for since, entry in self._waiting.values():
            yield {**entry, "Event": "QueueEntry", "ActionID": "QueueStatus", "Wait": str(int(t - since))}
        yield {"Event": "QueueStatusComplete", "ActionID": "QueueStatus"}

    def _told_by_ari(self) -> Iterator[dict[str, Any]]:
        yield {"request": "GET /channels", "reply": list(self._ari_channels.values())}
        yield {"request": "GET /bridges", "reply": list(self._ari_bridges.values())}


def deaf(story: Sequence[Message], start: int, end: int, sources: Sequence[Source], late: bool) -> list[Message]:
    """The story without what these feeds told from the message ``start`` to before ``end``.

    ``late``: the feeds notice that they are dead only when they are about to connect again. What a browser phone has
    to say while nobody listens it says when it is heard again.
    """
    until = story[end - 1].t if end < len(story) else story[-1].t + 5.0
    since = until if late or not start else story[start - 1].t
    name, now = story[0].pbx, _stamp(story[end - 1])
    pbx = Pbx()
    for i, message in enumerate(story):
        # What is under way while the snapshot is made is told twice.
        if i < end or (message.t < until + 1.0 and _stamp(message) <= now + UNDER_WAY):
            pbx.take(message)
    told: list[Message] = []
    for message in story[start:end]:
        if message.src == "endpoint" and not start:
            age = message.event.get("age", 0.0) + until - message.t
            told.append(Message(until, name, "endpoint", {**message.event, "age": age}))
        elif message.src not in sources:
            told.append(message)
    lost = [Message(since, name, src, {"feed": "lost"}) for src in sources] if start else []
    found = [message for src in sources for message in pbx.snapshot(until, name, src)]
    return [*story[:start], *sorted([*lost, *told, *found], key=lambda message: message.t), *story[end:]]


def _stamp(message: Message) -> float:
    at = ami.stamp(message.event) if message.src == "ami" else ari.stamp(message.event)
    return message.t if at is None else at
