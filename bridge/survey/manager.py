"""What a PBX says of itself over AMI, to a user who may only read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress

import msgspec

from bridge.config import Ami
from bridge.feeds.ami_link import Link
from bridge.feeds.feed import FeedLost
from bridge.wire.ami import stamp
from bridge.wire.framing import AmiMessage, Framer

ANSWERS = ("ListCommands", "CoreSettings", "Ping")
"""Actions with one answer, the first tells what the user may do."""
LISTS = {
    "DeviceStateList": "DeviceStateListComplete",
    "ExtensionStateList": "ExtensionStateListComplete",
    "QueueStatus": "QueueStatusComplete",
    "PJSIPShowEndpoints": "EndpointListComplete",
    "PJSIPShowRegistrationsOutbound": "OutboundRegistrationDetailComplete",
}
"""Actions with a list, and the event that ends it. The last two ask for ``write = system`` and are sent only to a PBX
that allows them; without PJSIP they do not exist."""


class Told(msgspec.Struct):
    """All that came."""

    answers: dict[str, AmiMessage] = {}
    """By action."""
    lists: dict[str, list[AmiMessage]] = {}
    """By action, without the event that ends it. An action that is not allowed has none."""
    events: list[AmiMessage] = []
    """What came unasked meanwhile: of the calls in progress."""
    ahead: float | None = None
    """Seconds by which the PBX's clock is ahead of this machine's; None: it did not say."""
    ended: set[str] = set()
    """Actions to which all has come."""

    def may(self, action: str) -> bool:
        return action in self.answers.get("ListCommands", {})

    @property
    def is_stamped(self) -> bool | None:
        """Whether events carry the PBX's time; None while none has come."""
        return any(stamp(event) is not None for event in self.unasked) if self.unasked else None

    @property
    def unasked(self) -> list[AmiMessage]:
        """What the PBX told of its calls and phones. FullyBooted, which answers a login, is none of it."""
        return [event for event in self.events if event.get("Event") != "FullyBooted"]


async def ask(ami: Ami, patience: float, watch: float = 0.0) -> Told:
    """Log in, ask for everything, and hear what else comes for ``watch`` seconds. Raises ``FeedLost``.

    ``patience``: seconds to wait for the next word.
    """
    told = Told()
    async with Link(ami, Framer(lambda report: None)) as link:
        _take(told, await link.log_in())
        for action in ANSWERS:
            link.send(Action=action, ActionID=action)
        await _hear(told, link, set(ANSWERS), patience)
        lists = {action for action in LISTS if told.may(action)}
        for action in lists:
            link.send(Action=action, ActionID=action)
        await _hear(told, link, lists, patience)
        with suppress(TimeoutError):
            async with asyncio.timeout(watch):
                while watch:
                    _take(told, await link.read())
    return told


async def _hear(told: Told, link: Link, wanted: set[str], patience: float) -> None:
    """Read until all has come that is wanted."""
    while missing := wanted - told.ended:
        try:
            async with asyncio.timeout(patience):
                _take(told, await link.read())
        except TimeoutError:
            raise FeedLost(f"no answer to {min(missing)}; see that the PBX is not overloaded") from None


def _take(told: Told, messages: list[AmiMessage]) -> None:
    for message in messages:
        action = str(message.get("ActionID", ""))
        if "Response" in message:
            told.answers[action] = message
            if action == "Ping" and (at := stamp(message)) is not None:
                told.ahead = at - time.time()
            if action not in LISTS or message["Response"] != "Success":
                told.ended.add(action)
        elif action not in LISTS:
            told.events.append(message)
        elif message.get("Event") == LISTS[action]:
            told.ended.add(action)
        else:
            told.lists.setdefault(action, []).append(message)


async def dialplan(ami: Ami, contexts: Collection[str], patience: float) -> list[AmiMessage]:
    """The steps of some contexts (ListDialplan), which ``write = reporting`` allows to read. Raises ``FeedLost``."""
    steps: list[AmiMessage] = []
    async with Link(ami, Framer(lambda report: None)) as link:
        await link.log_in()
        for context in contexts:
            link.send(Action="ShowDialPlan", Context=context, ActionID=f"ShowDialPlan/{context}")
        missing = {f"ShowDialPlan/{context}" for context in contexts}
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while missing:
                    for message in await link.read():
                        over = message.get("Event") == "ShowDialPlanComplete" or message.get("Response") == "Error"
                        if over:
                            missing.discard(str(message.get("ActionID")))
                        elif message.get("Event") == "ListDialplan":
                            steps.append(message)
    return steps
