"""Telling a PBX's story by hand, for what real phones cannot be made to show on demand.

A ``Story`` writes AMI events as Asterisk 22 sends them, one a line of the test; ``told()`` replays it. Times are
seconds from the beginning.
"""

from dataclasses import dataclass, field
from typing import Any

from bridge.config import Dn, Roles, Settings
from bridge.vocabulary.message import Message, Source
from bridge.vocabulary.record import Record
from tests.helpers.recorded import replayed

BEGAN = 1_800_000_000.0
STATES = {"Down": 0, "Ring": 4, "Ringing": 5, "Up": 6, "Busy": 7}
SETTINGS = Settings(
    roles=Roles(agents=["PJSIP/1*"], supervisors=["PJSIP/2*"], trunks=["PJSIP/trunk"]), dn=[Dn(number="8000")]
)


@dataclass
class Story:
    given: Settings = SETTINGS
    now: float = 0.0
    messages: list[Message] = field(default_factory=list)
    _count: int = 0

    def after(self, seconds: float) -> "Story":
        self.now += seconds
        return self

    def send(self, event: dict[str, Any], src: Source = "ami") -> None:
        self.messages.append(Message(BEGAN + self.now, "pbx", src, event))

    def event(self, name: str, **headers: str) -> None:
        self.send({"Event": name, **headers})

    def feed(self, word: str) -> None:
        self.send({"feed": word})

    def channel(self, device: str, state: str, linkedid: str | None = None, **headers: str) -> dict[str, str]:
        """A new channel; what comes back names it in further events."""
        self._count += 1
        uniqueid = f"{BEGAN:.0f}.{self._count}"
        name = f"{device}-{self._count:08x}"
        me = {"Channel": name, "Uniqueid": uniqueid, "Linkedid": linkedid or uniqueid}
        self.event("Newchannel", **me, ChannelState=str(STATES[state]), **headers)
        return me

    def state(self, who: dict[str, str], state: str) -> None:
        self.event("Newstate", **who, ChannelState=str(STATES[state]))

    def dial(self, caller: dict[str, str], dest: dict[str, str], queue: str | None = None) -> None:
        both = {**caller, "DestChannel": dest["Channel"], "DestUniqueid": dest["Uniqueid"]}
        if queue:
            interface = dest["Channel"].rsplit("-", 1)[0]
            self.event("AgentCalled", **both, Queue=queue, Interface=interface, MemberName=interface)
        self.event("DialBegin", **both, DialString=dest["Channel"].rsplit("-", 1)[0])

    def dial_ends(self, caller: dict[str, str], dest: dict[str, str], status: str) -> None:
        self.event("DialEnd", **caller, DestChannel=dest["Channel"], DestUniqueid=dest["Uniqueid"], DialStatus=status)

    def talk(self, bridge: str, *channels: dict[str, str]) -> None:
        self.event("BridgeCreate", BridgeUniqueid=bridge, BridgeTechnology="simple_bridge")
        for c in channels:
            self.event("BridgeEnter", BridgeUniqueid=bridge, BridgeTechnology="simple_bridge", **c)

    def hang_up(self, who: dict[str, str], cause: int = 16, **headers: str) -> None:
        """The far side of a channel hangs up, or refuses."""
        self.event("HangupRequest", **who, ChannelState="6", Cause=str(cause), **headers)

    def gone(self, *channels: dict[str, str], cause: int = 16, **headers: str) -> None:
        for c in channels:
            self.event("Hangup", **c, ChannelState="6", Cause=str(cause), **headers)

    def listed(self, *channels: dict[str, str], state: str = "Up") -> None:
        """The opening snapshot of the channels that are up."""
        for c in channels:
            self.event("CoreShowChannel", ActionID="CoreShowChannels", **c, ChannelState=str(STATES[state]))
        self.event("CoreShowChannelsComplete", ActionID="CoreShowChannels")

    def members(self, queue: str, strategy: str, **status: int) -> None:
        """A queue with its members, by extension and device state."""
        self.event("QueueParams", Queue=queue, Strategy=strategy, ActionID="QueueStatus")
        for extension, state in status.items():
            interface = f"PJSIP/{extension.removeprefix('x')}"
            self.event("QueueMember", Queue=queue, Location=interface, Status=str(state), Paused="0",
                       ActionID="QueueStatus")  # fmt: skip
        self.event("QueueStatusComplete", ActionID="QueueStatus")

    def call_in(self, number: str = "8000") -> dict[str, str]:
        return self.channel("PJSIP/trunk", "Ring", Exten=number, Context="from-trunk", CallerIDNum="0912000001")

    def queued(self, data: str = "support") -> dict[str, str]:
        """A customer who waits in the queue ``support``; ``data``: what the dialplan gives the Queue."""
        customer = self.call_in()
        self.event("Newexten", **customer, Application="Queue", AppData=data, Extension="8000")
        self.event("QueueCallerJoin", **customer, Queue="support", Position="1")
        return customer

    def connected(self, number: str = "8000") -> tuple[dict[str, str], dict[str, str]]:
        """A customer in conversation with agent 1001."""
        customer = self.call_in(number)
        agent = self.channel("PJSIP/1001", "Down", customer["Linkedid"])
        self.dial(customer, agent)
        self.after(0.1).state(agent, "Ringing")
        self.after(1.0).state(agent, "Up")
        self.dial_ends(customer, agent, "ANSWER")
        self.state(customer, "Up")
        self.talk("room", agent, customer)
        return customer, agent

    def told(self) -> list[Record]:
        return replayed(self.messages, self.given)

    def only(self) -> Record:
        (record,) = self.told()
        return record
