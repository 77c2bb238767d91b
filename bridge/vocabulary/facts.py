"""The vocabulary: what happened on a PBX, in the past tense, whichever feed said so.

Both feeds decode into these facts and into nothing else, so everything behind the wire knows one language. A channel
is named by its Uniqueid (AMI) or id (ARI), which are the same string; a bridge by its unique id. ``at`` is seconds
since the epoch. ``src`` says which feed reported it: the mirror uses it to count a fact once that both report.
"""

import msgspec

from bridge.vocabulary.message import Source
from bridge.vocabulary.terms import PhoneReport, SpyMode


class Fact(msgspec.Struct, frozen=True, gc=False):
    at: float
    src: Source


# -- channels


class ChannelCreated(Fact, frozen=True, gc=False):
    """A channel came into being (AMI Newchannel, ARI ChannelCreated)."""

    channel: str
    name: str
    state: str
    linkedid: str | None
    caller_number: str | None
    caller_name: str | None
    context: str
    exten: str


class ChannelListed(Fact, frozen=True, gc=False):
    """A channel was found up in a snapshot (AMI CoreShowChannel, ARI GET /channels)."""

    channel: str
    name: str
    state: str
    linkedid: str | None
    caller_number: str | None
    caller_name: str | None
    context: str
    exten: str
    application: str
    data: str
    bridge: str | None


class ChannelStateChanged(Fact, frozen=True, gc=False):
    """AMI Newstate, ARI ChannelStateChange."""

    channel: str
    name: str
    state: str
    caller_number: str | None
    connected_number: str | None


class CallerChanged(Fact, frozen=True, gc=False):
    """The dialplan gave a channel another caller ID (AMI NewCallerid, ARI ChannelCallerId)."""

    channel: str
    number: str | None


class ChannelIdentified(Fact, frozen=True, gc=False):
    """The SIP Call-ID behind a channel (ARI ``protocol_id``)."""

    channel: str
    sip_call_id: str


class HangupRequested(Fact, frozen=True, gc=False):
    """Somebody asked a channel to end: its own far side, or with ``soft`` the PBX (AMI SoftHangupRequest)."""

    channel: str
    name: str
    state: str
    cause: int | None
    sip_code: int | None
    soft: bool


class ChannelGone(Fact, frozen=True, gc=False):
    """A channel ended (AMI Hangup, ARI ChannelDestroyed)."""

    channel: str
    name: str
    state: str
    cause: int | None
    sip_code: int | None


# -- dialling


class DialBegan(Fact, frozen=True, gc=False):
    """One channel began to dial another; without a caller the PBX itself originated the call."""

    caller: str | None
    dest: str
    dest_name: str
    dialstring: str
    shown_number: str | None
    """The number that the called side is shown: that of its connected line, usually the caller's own."""


class DialProgressed(Fact, frozen=True, gc=False):
    """The dialled side answered with something short of an answer: RINGING, PROGRESS, PROCEEDING."""

    dest: str
    status: str


class DialEnded(Fact, frozen=True, gc=False):
    caller: str | None
    dest: str
    status: str
    forward: str | None


class LocalBridged(Fact, frozen=True, gc=False):
    """The two halves of a Local channel."""

    one: str
    two: str


class CallPickedUp(Fact, frozen=True, gc=False):
    """A channel took over the call that rang at another (AMI Pickup)."""

    channel: str
    name: str
    target: str
    target_name: str


# -- bridges


class BridgeCreated(Fact, frozen=True, gc=False):
    bridge: str


class BridgeEntered(Fact, frozen=True, gc=False):
    bridge: str
    technology: str
    channel: str
    name: str
    linkedid: str | None
    creator: str = ""
    """The application that made the bridge, such as ConfBridge."""


class BridgeLeft(Fact, frozen=True, gc=False):
    bridge: str
    channel: str


class BridgeDestroyed(Fact, frozen=True, gc=False):
    bridge: str


class ConferenceMuted(Fact, frozen=True, gc=False):
    """A ConfBridge participant was muted or unmuted."""

    channel: str
    muted: bool


class Held(Fact, frozen=True, gc=False):
    channel: str


class Unheld(Fact, frozen=True, gc=False):
    channel: str


# -- dialplan


class DialplanStepped(Fact, frozen=True, gc=False):
    """A channel began an application of the dialplan (AMI Newexten, ARI ChannelDialplan)."""

    channel: str
    context: str
    exten: str
    application: str
    data: str


class ApplicationTold(DialplanStepped, frozen=True, gc=False):
    """What a channel runs, told because it was asked for (AMI Status) or brought there (AMI OriginateResponse)."""


class VariableSet(Fact, frozen=True, gc=False):
    """A channel variable that a rule reads was set."""

    channel: str
    name: str
    value: str


class DtmfReceived(Fact, frozen=True, gc=False):
    channel: str
    digit: str


# -- queues


class QueueJoined(Fact, frozen=True, gc=False):
    channel: str
    queue: str
    position: int | None


class QueueLeft(Fact, frozen=True, gc=False):
    channel: str
    queue: str
    status: str | None = None
    """QUEUESTATUS, where an application's word gives it along."""


class AgentCalled(Fact, frozen=True, gc=False):
    """A queue began to offer a waiting call to one member."""

    caller: str
    dest: str
    queue: str
    interface: str
    member: str


class QueueListed(Fact, frozen=True, gc=False):
    """A queue and its ring strategy (QueueParams)."""

    queue: str
    strategy: str


class QueuesListed(Fact, frozen=True, gc=False):
    """Every queue and member has been listed since the feed connected (QueueStatusComplete)."""


class MemberChanged(Fact, frozen=True, gc=False):
    """What a queue says of one of its members: at the snapshot, added, paused, or a new device state."""

    queue: str
    interface: str
    state_interface: str
    member: str
    status: int
    """Device state as app_queue numbers it: 1 not in use, 2 in use, 5 unavailable, 6 ringing, ..."""
    paused: bool


class MemberRemoved(Fact, frozen=True, gc=False):
    queue: str
    interface: str


# -- transfers and parking


class BlindTransferred(Fact, frozen=True, gc=False):
    transferer: str
    transferer_name: str
    transferee: str | None
    context: str
    exten: str


class AttendedTransferred(Fact, frozen=True, gc=False):
    transferer: str
    transferer_name: str
    second: str | None
    """The transferer's other leg: the consultation."""
    transferee: str | None
    target: str | None
    dest_type: str
    """Where the two ended up: ``Bridge``, ``App``, ``Link``, ``Threeway``, ``Fail``."""


class Parked(Fact, frozen=True, gc=False):
    channel: str
    parker: str


class Unparked(Fact, frozen=True, gc=False):
    channel: str
    retriever: str


# -- supervision


class SpyStarted(Fact, frozen=True, gc=False):
    spyer: str
    spyer_name: str
    spyee: str
    spyee_name: str


class SpyStopped(Fact, frozen=True, gc=False):
    spyer: str
    spyee: str | None


class SupervisionDeclared(Fact, frozen=True, gc=False):
    """What a controlling application says of its snoop (UserEvent CallbridgeSupervision)."""

    snoop: str
    by: str
    mode: SpyMode


# -- devices


class ContactChanged(Fact, frozen=True, gc=False):
    """A registration came, went, or answered or missed its qualify (ContactStatus)."""

    device: str
    uri: str
    reachable: bool


class DeviceStateChanged(Fact, frozen=True, gc=False):
    """Asterisk's own word on a device; also what a snapshot lists."""

    device: str
    state: str
    """``NOT_INUSE``, ``INUSE``, ``RINGING``, ``UNAVAILABLE``, ``UNKNOWN``, ..."""


class PhoneReported(Fact, frozen=True, gc=False):
    """What a browser phone says of its own leg (endpoint feed). Believed of that leg, and of nothing else."""

    device: str
    sip_call_id: str | None
    report: PhoneReport
    reason: str | None


# -- the feeds themselves


class FeedConnected(Fact, frozen=True, gc=False):
    """A feed (re)connected: a snapshot follows."""


class FeedLost(Fact, frozen=True, gc=False):
    why: str
    heard_at: float
    """When it was last heard."""


class PbxRestarted(Fact, frozen=True, gc=False):
    """The PBX's log goes on after another start: what it had not ended by then ended with the PBX."""

    heard_at: float
    """Of its last word before."""


class ChannelPresent(Fact, frozen=True, gc=False):
    """A channel was up when the roll was called, minutes after the last snapshot."""

    channel: str


class RollCalled(Fact, frozen=True, gc=False):
    """Every channel that is up has been told as present."""


class SnapshotEnded(Fact, frozen=True, gc=False):
    """Every channel that is up has been listed since the feed connected."""
