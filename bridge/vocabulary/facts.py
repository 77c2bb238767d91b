"""Facts: what happened on a PBX, in the past tense, whichever feed reported it.

AMI, ARI, phones' reports and logs all decode into these types, so the rooms after ``wire`` know one language. A
channel is named by its Uniqueid (AMI) or id (ARI), which are the same string; a bridge by its unique id. ``at`` is in
seconds since the epoch. ``src`` is the feed that reported the fact; with it a fact that two feeds report counts once.
"""

import msgspec

from bridge.vocabulary.message import Source
from bridge.vocabulary.terms import ContactLoss, PhoneReport, SpyMode


class Fact(msgspec.Struct, frozen=True, gc=False):
    """What every fact says beside its own fields: when it happened, and which feed reported it."""

    at: float
    src: Source


# -- channels


class ChannelCreated(Fact, frozen=True, gc=False):
    """A channel was created (AMI Newchannel, ARI ChannelCreated)."""

    channel: str
    name: str
    state: str
    linkedid: str | None
    caller_number: str | None
    caller_name: str | None
    context: str
    exten: str


class ChannelListed(Fact, frozen=True, gc=False):
    """A snapshot listed a channel that was already up (AMI CoreShowChannel, ARI GET /channels)."""

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
    """A channel changed its state (AMI Newstate, ARI ChannelStateChange)."""

    channel: str
    name: str
    state: str
    caller_number: str | None
    connected_number: str | None


class CallerChanged(Fact, frozen=True, gc=False):
    """A channel was given another caller ID (AMI NewCallerid, ARI ChannelCallerId)."""

    channel: str
    number: str | None


class ChannelIdentified(Fact, frozen=True, gc=False):
    """The SIP Call-ID of a channel became known (ARI ``protocol_id``)."""

    channel: str
    sip_call_id: str


class HangupRequested(Fact, frozen=True, gc=False):
    """A channel was asked to end: by its own far side (AMI HangupRequest), or, with ``soft``, by the PBX
    (AMI SoftHangupRequest)."""

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
    """One channel began to dial another (AMI DialBegin, ARI Dial). ``caller`` is None if the PBX originated the
    call."""

    caller: str | None
    dest: str
    dest_name: str
    dialstring: str
    shown_number: str | None
    """The number shown to the called side: its connected line's, which is usually the caller's own number."""


class DialProgressed(Fact, frozen=True, gc=False):
    """The dialled side reported progress (AMI DialState, ARI Dial): RINGING, PROGRESS or PROCEEDING."""

    dest: str
    status: str


class DialEnded(Fact, frozen=True, gc=False):
    """A dial ended, by an answer or without one (AMI DialEnd, ARI Dial)."""

    caller: str | None
    dest: str
    status: str
    """DIALSTATUS: ANSWER, NOANSWER, CANCEL, BUSY, ..."""
    forward: str | None
    """The number to which the dialled phone forwards the call."""


class LocalBridged(Fact, frozen=True, gc=False):
    """Two channels are the two halves of a Local channel (AMI LocalBridge)."""

    one: str
    two: str


class CallPickedUp(Fact, frozen=True, gc=False):
    """A channel picked up the call that rang at another (AMI Pickup)."""

    channel: str
    name: str
    target: str
    target_name: str


# -- bridges


class BridgeCreated(Fact, frozen=True, gc=False):
    """A bridge was created, or a snapshot listed it (AMI BridgeCreate, BridgeListItem; ARI BridgeCreated,
    GET /bridges)."""

    bridge: str


class BridgeEntered(Fact, frozen=True, gc=False):
    """A channel came into a bridge, or into a MeetMe room (AMI BridgeEnter, MeetmeJoin; ARI ChannelEnteredBridge,
    GET /bridges)."""

    bridge: str
    technology: str
    """Asterisk's name for how the bridge mixes: ``simple_bridge``, ``softmix``, ``holding_bridge``, ..."""
    channel: str
    name: str
    linkedid: str | None
    creator: str = ""
    """The application that made the bridge, such as ConfBridge."""


class BridgeLeft(Fact, frozen=True, gc=False):
    """A channel left a bridge, or a MeetMe room (AMI BridgeLeave, MeetmeLeave; ARI ChannelLeftBridge)."""

    bridge: str
    channel: str


class BridgeDestroyed(Fact, frozen=True, gc=False):
    """A bridge was destroyed (AMI BridgeDestroy, ARI BridgeDestroyed)."""

    bridge: str


class ConferenceMuted(Fact, frozen=True, gc=False):
    """A participant of a conference room was muted or unmuted (AMI ConfbridgeJoin, ConfbridgeMute, ConfbridgeUnmute,
    MeetmeMute)."""

    channel: str
    muted: bool


class MusicPlayed(Fact, frozen=True, gc=False):
    """A channel began to hear music on hold, or stopped hearing it (AMI MusicOnHoldStart, MusicOnHoldStop)."""

    channel: str
    playing: bool


class Held(Fact, frozen=True, gc=False):
    """A channel's phone put the other end on hold (AMI Hold, ARI ChannelHold)."""

    channel: str


class Unheld(Fact, frozen=True, gc=False):
    """A channel's phone took the other end back from hold (AMI Unhold, ARI ChannelUnhold)."""

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
    """The PBX said which application a channel runs: when asked (AMI Status), or because it originated the call for
    that application (AMI OriginateResponse)."""


class VariableSet(Fact, frozen=True, gc=False):
    """A channel variable that callbridge reads was set (AMI VarSet, ARI ChannelVarset)."""

    channel: str
    name: str
    value: str


class DtmfReceived(Fact, frozen=True, gc=False):
    """A key was pressed at the far side of a channel (AMI DTMFEnd, ARI ChannelDtmfReceived)."""

    channel: str
    digit: str


# -- queues


class QueueJoined(Fact, frozen=True, gc=False):
    """A caller joined a queue, or a snapshot listed one who waits (AMI QueueCallerJoin, QueueEntry; UserEvent
    CallbridgeQueue)."""

    channel: str
    queue: str
    position: int | None
    """Place in the queue; the first place is 1."""


class QueueLeft(Fact, frozen=True, gc=False):
    """A caller left a queue (AMI QueueCallerLeave, UserEvent CallbridgeQueue)."""

    channel: str
    queue: str
    status: str | None = None
    """QUEUESTATUS, if the application that queues by itself reports it."""


class AgentCalled(Fact, frozen=True, gc=False):
    """A queue began to offer a waiting call to one of its members (AMI AgentCalled, UserEvent CallbridgeOffer)."""

    caller: str
    dest: str
    queue: str
    interface: str
    member: str


class QueueListed(Fact, frozen=True, gc=False):
    """A queue was listed, with its ring strategy (AMI QueueParams)."""

    queue: str
    strategy: str


class QueuesListed(Fact, frozen=True, gc=False):
    """Every queue and member has been listed since the feed connected (AMI QueueStatusComplete)."""


class MemberChanged(Fact, frozen=True, gc=False):
    """A queue reported one of its members: in the snapshot, added, paused or resumed, or with a new device state (AMI
    QueueMember, QueueMemberAdded, QueueMemberPause, QueueMemberStatus)."""

    queue: str
    interface: str
    state_interface: str
    member: str
    status: int
    """Device state as app_queue numbers it: 1 not in use, 2 in use, 5 unavailable, 6 ringing, ..."""
    paused: bool
    reason: str | None = None
    """The reason of the pause, as the PBX tells it."""
    paused_at: float | None = None
    """When the last pause began, by the PBX's clock in whole seconds; None: never, or not told."""
    logged_in_at: float | None = None
    """When it was added to the queue, by the PBX's clock in whole seconds."""
    is_static: bool = False
    """Whether queues.conf makes it a member, so that it cannot log out."""
    wrap_up: int = 0
    """The member's own wrap-up time, seconds; 0: the queue's counts, which AMI does not tell."""
    ring_in_use: bool | None = None
    """Whether the queue calls the member also during another call (``ringinuse``); None: not told, as in a
    snapshot."""


class MemberRemoved(Fact, frozen=True, gc=False):
    """A member was removed from a queue (AMI QueueMemberRemoved)."""

    queue: str
    interface: str


# -- transfers and parking


class BlindTransferred(Fact, frozen=True, gc=False):
    """A channel passed its call on to a number (AMI BlindTransfer, ARI BridgeBlindTransfer)."""

    transferer: str
    transferer_name: str
    transferee: str | None
    exten: str


class AttendedTransferred(Fact, frozen=True, gc=False):
    """A phone joined the far sides of two calls that it had (AMI AttendedTransfer, ARI BridgeAttendedTransfer)."""

    transferer: str
    transferer_name: str
    second: str | None
    """The transferer's other leg: the consultation."""
    transferee: str | None
    target: str | None
    dest_type: str
    """Where the two calls ended up: ``Bridge``, ``App``, ``Link``, ``Threeway``, ``Fail``."""


class Parked(Fact, frozen=True, gc=False):
    """A channel was put into a parking lot (AMI ParkedCall)."""

    channel: str
    parker: str
    """The dial string of the one who parked it."""


class Unparked(Fact, frozen=True, gc=False):
    """Another channel fetched a parked one (AMI UnParkedCall)."""

    channel: str
    retriever: str


# -- supervision


class SpyStarted(Fact, frozen=True, gc=False):
    """A channel began to listen to another (AMI ChanSpyStart)."""

    spyer: str
    spyer_name: str
    spyee: str
    spyee_name: str


class SpyStopped(Fact, frozen=True, gc=False):
    """A channel stopped listening to another, or to all (AMI ChanSpyStop)."""

    spyer: str
    spyee: str | None


class SupervisionDeclared(Fact, frozen=True, gc=False):
    """An application said who listens through its snoop channel, and how (UserEvent CallbridgeSupervision)."""

    snoop: str
    by: str
    mode: SpyMode


# -- devices


class ContactChanged(Fact, frozen=True, gc=False):
    """A contact was registered or removed, or answered or missed its qualify (AMI ContactStatus, ContactList,
    PeerStatus; ARI ContactStatusChange, PeerStatusChange)."""

    device: str
    uri: str
    reachable: bool
    why: ContactLoss | None = None
    """Why it is not reachable; None if it is, or if nothing tells."""


class DeviceStateChanged(Fact, frozen=True, gc=False):
    """Asterisk reported the state of a device, by an event or in a snapshot (AMI DeviceStateChange, ARI
    DeviceStateChanged)."""

    device: str
    state: str
    """``NOT_INUSE``, ``INUSE``, ``RINGING``, ``UNAVAILABLE``, ``UNKNOWN``, ..."""


class PhoneReported(Fact, frozen=True, gc=False):
    """A browser phone reported on its own channel (endpoint feed). It is believed about that channel only."""

    device: str
    sip_call_id: str | None
    report: PhoneReport
    reason: str | None


# -- the feeds themselves


class FeedConnected(Fact, frozen=True, gc=False):
    """A feed connected, for the first time or again. A snapshot follows."""


class FeedLost(Fact, frozen=True, gc=False):
    """A feed lost its connection."""

    why: str
    """One line, without a secret."""
    heard_at: float
    """When callbridge last heard from the feed."""
    blind_until: float | None = None
    """Until when the other feed's messages are lost, too: they are kept for a while only, and the loss was noticed
    later. None: all of them are known."""


class FeedLate(Fact, frozen=True, gc=False):
    """callbridge stood still, and reads only now what came meanwhile. Facts without a stamp of the PBX may have
    happened earlier than they are told."""

    since: float
    """The earliest time at which they may have happened."""
    until: float
    """Facts that are told after this have not been waiting."""


class OwnClockSet(Fact, frozen=True, gc=False):
    """The clock of callbridge's own machine was set. ``at`` is the new time."""

    by: float
    """Seconds; negative where it was set back."""


class ClockSet(Fact, frozen=True, gc=False):
    """The clock by which facts are timed, the PBX's or our own, was set. ``at`` is the new time."""

    by: float
    """Seconds; negative where it was set back."""


class PbxRestarted(Fact, frozen=True, gc=False):
    """The PBX's log shows a restart: every channel that had not ended by then ended with the PBX."""

    heard_at: float
    """When the log's last line before the restart was written."""


class ChannelPresent(Fact, frozen=True, gc=False):
    """A channel was still up when callbridge asked for all channels, minutes after the last snapshot."""

    channel: str


class RollCalled(Fact, frozen=True, gc=False):
    """Every channel that is up has been reported by a ``ChannelPresent``."""


class SnapshotEnded(Fact, frozen=True, gc=False):
    """Every channel that is up has been listed since the feed connected."""
