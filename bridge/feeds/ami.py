"""The AMI feed: logs in, asks for a snapshot, and delivers every message in the order in which it arrives."""

import time
from collections.abc import Mapping
from math import inf
from typing import NoReturn

from bridge.config import Ami
from bridge.feeds import feed
from bridge.feeds.ami_link import Link
from bridge.feeds.clock import CLOCK, Clock
from bridge.feeds.feed import Emit, Feed, Room, always
from bridge.feeds.silence import Silence, unheard
from bridge.vocabulary.message import Message
from bridge.wire.ami import ROLL_CALL, stamp
from bridge.wire.framing import AmiMessage, Framer, Report, Wanted
from bridge.wire.ping import WHAT_TIME, clock_offset
from bridge.wire.stamps import LATE

BOOT_SECONDS = 2.0
"""Seconds to wait for FullyBooted before asking for the snapshot. A PBX that is up sends it at login, but only to a
user who may read class ``system``."""
WHAT_TIME_SECONDS = 30.0
"""Seconds between two questions for the PBX's time."""

SNAPSHOT = (
    "CoreSettings",
    "CoreStatus",
    "CoreShowChannels",
    "BridgeList",
    "QueueStatus",
    "DeviceStateList",
    "PJSIPShowContacts",
)
"""The actions that a new connection sends. Each one's ActionID is its name, so that a capture is easy to read."""
OPTIONAL = frozenset({"PJSIPShowContacts"})
"""Needs ``write = system``, which also allows to restart Asterisk. So the feed uses it if it is allowed, and does not
warn if it is not."""

OWN_EVENTS = {
    "FullyBooted": Wanted(), "BridgeListItem": Wanted(("BridgeUniqueid",)), "ChanSpyStart": Wanted(("SpyerChannel",)),
}  # fmt: skip
"""Events on which the feed itself acts."""


class AmiFeed(Feed):
    """Delivers AMI's messages as they arrive.

    ``wanted`` names the events to deliver, and the headers to keep of each; None delivers everything. The Asterisk
    user needs ``read`` for the classes of these events, and ``write = reporting`` for the snapshot.
    """

    src = "ami"

    def __init__(
        self, pbx: str, settings: Ami, emit: Emit, wanted: Mapping[str, Wanted] | None = None,
        clock: Clock = CLOCK, room: Room = always,
    ) -> None:  # fmt: skip
        super().__init__(pbx, emit, clock, room)
        self._settings = settings
        self._wanted = None if wanted is None else {**OWN_EVENTS, **wanted}

    async def _session(self) -> NoReturn:
        framer = Framer(self._report, self._wanted)
        async with Link(self._settings, framer) as link:
            messages = await link.log_in()
            begun = called = time.monotonic()
            emit, pbx = self._emit, self._pbx
            timed_at = -inf
            asked = False
            silence: Silence | None = Silence()
            timed = compared = False
            self._connected()
            while True:
                now = self._clock.now()
                for message in messages:
                    event = message.get("Event")
                    if event is None and message.get("ActionID") == "Ping":
                        continue
                    heard = Message(now, pbx, "ami", message)
                    emit(heard)
                    if silence is not None:
                        silence = self._heeded(silence, message)
                    if not timed:
                        timed = self._sees_time(message)
                    if event is None and not compared:
                        compared = self._compares_clocks(heard)
                    if event is None or event in OWN_EVENTS:
                        self._act_on(link, message)
                        asked = asked or event == "FullyBooted"
                passed = time.monotonic()
                if passed - called > feed.ROLL_CALL_SECONDS:
                    called = passed
                    link.send(Action="CoreShowChannels", ActionID=ROLL_CALL)
                if passed - timed_at > WHAT_TIME_SECONDS:
                    timed_at = passed
                    link.send(Action="Ping", ActionID=f"{WHAT_TIME}{self._clock.now():.6f}")
                if not asked and passed - begun > BOOT_SECONDS:
                    self._ask(link)
                    asked = True
                if (room := self._room(pbx)) is not None:
                    await self._wait_for(room, link.pulse)
                messages = await link.read()

    def _act_on(self, link: Link, message: AmiMessage) -> None:
        """Sends the questions that a response, or one of ``OWN_EVENTS``, calls for; warns of refused actions."""
        event = message.get("Event")
        if event == "FullyBooted":
            self._ask(link)
        elif event == "BridgeListItem":
            bridge = str(message.get("BridgeUniqueid"))
            self._ask_about(link, bridge, Action="BridgeInfo", BridgeUniqueid=bridge)
        elif event == "ChanSpyStart":
            # The mode is in ChanSpy's arguments. No event tells them if an Originate started the ChanSpy.
            spyer = str(message.get("SpyerChannel"))
            self._ask_about(link, spyer, Action="Status", Channel=spyer)
        elif message.get("Message") == "Permission denied" and message.get("ActionID") not in OPTIONAL:
            self._log.warning(
                "snapshot_incomplete",
                why=f'"{self._settings.username}" may not {message.get("ActionID")}; '
                "add write = reporting in manager.conf",
            )

    def _heeded(self, silence: Silence, message: AmiMessage) -> Silence | None:
        """Warns of a class of events that never arrives. Returns None once every class has arrived."""
        if silence.breaks(message):
            return None
        if (missing := silence.missing()) is not None:
            self._log.warning("events_missing", why=unheard(self._settings.username, missing))
        return silence

    def _sees_time(self, message: AmiMessage) -> bool:
        """Warns of events without a time. Returns whether it is known by now if they have one."""
        if "ActionID" in message or "Event" not in message or message["Event"] == "FullyBooted":
            return False
        if stamp(message) is None:
            self._log.warning("events_without_time", why="set timestampevents = yes in manager.conf: times are late")
        return True

    def _compares_clocks(self, message: Message) -> bool:
        """Warns if an answer shows that the PBX's clock differs. Returns whether the message was such an answer."""
        offset = clock_offset(message)
        if offset is not None and abs(offset) > LATE:
            self._log.warning(
                "clocks_differ",
                why=f"the PBX's clock is {abs(offset):.0f} s {'ahead of' if offset > 0 else 'behind'} this "
                "machine's; set both by NTP",
            )
        return offset is not None

    def _ask(self, link: Link) -> None:
        for action in SNAPSHOT:
            link.send(Action=action, ActionID=action)

    def _ask_about(self, link: Link, name: str, *, Action: str, **headers: str) -> None:
        """Asks about something by the name that the PBX gave it."""
        try:
            link.send(Action=Action, **headers, ActionID=f"{Action}/{name}")
        except ValueError:
            self._tell_of_rubbish(f"a name with a line break, about which {Action} is not asked")

    def _report(self, report: Report) -> None:
        self._tell_of_rubbish(f"{report.what}, at byte {report.offset} of the connection")
