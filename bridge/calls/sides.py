"""The two sides of a call: which way it went, who began it, who its customer is, and what number was dialled."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bridge.calls import dial_string
from bridge.calls.call import Moment
from bridge.calls.dialled import is_hidden
from bridge.calls.overflow import turned_away
from bridge.calls.party import Party, PartyOf
from bridge.calls.scene import Scene
from bridge.pbx.applications import SERVES
from bridge.pbx.channel import Channel
from bridge.pbx.names import UNDIALLED
from bridge.vocabulary.terms import Direction


class Sides(msgspec.Struct, frozen=True):
    direction: Direction
    originator: Channel
    """The channel that began the call; of an inbound call, the customer's."""
    customer: Channel | None
    dialled: str | None
    """Inbound the first number dialled on the trunk, outbound the number shown to the customer; None: not told."""
    dialled_at: float
    """When that number was told, seconds since the epoch."""

    @property
    def far(self) -> Channel:
        """The customer; in an internal call, the one who began it."""
        return self.customer or self.originator

    def is_customers(self, party: Party, party_of: PartyOf) -> bool:
        """Whether a party outside is the call's customer, or the call has none."""
        return self.customer is None or party == party_of(self.customer)


def find_sides(scene: Scene, moments: Sequence[Moment]) -> Sides:
    first = _first(scene.channels)
    direction, customer = _customer(scene, first, moments)
    originator = customer if direction == "inbound" and customer is not None else first
    dialled, at = _dialled(direction, customer, originator, scene)
    if scene.unseen.any(originator.created_at, at):
        dialled = None
    return Sides(direction, originator, customer, dialled, at)


def _first(channels: Sequence[Channel]) -> Channel:
    """The first party that was not dialled, else the first party."""
    parties = [c for c in channels if c.is_party]
    return next((c for c in parties if c.dial is None), parties[0] if parties else channels[0])


def _customer(scene: Scene, first: Channel, moments: Sequence[Moment]) -> tuple[Direction, Channel | None]:
    """The direction of the call, and its customer's channel: of several parties outside, the first one connected."""
    party = scene.party
    outside = [c for c in scene.channels if c.is_party and party(c).role == "customer"]
    if not outside:
        return ("outbound" if _meant_outside(scene, first) else "internal"), None
    caller = next((c for c in outside if c.dial is None), None)
    if caller is not None:
        return "inbound", caller
    connected = next((c for m in moments for c in m.channels if party(c).role == "customer"), None)
    if connected is None and _meant_inside(scene, first):
        return "internal", None
    return "outbound", connected or outside[0]


def _meant_inside(scene: Scene, first: Channel) -> bool:
    """Whether somebody inside called a colleague, whose outside number (a mobile phone, say) was rung too or next."""
    if first.dial is not None or not scene.party(first).is_inside:
        return False
    called = next((c for c in scene.channels if c.is_party and c.dial is not None), None)
    return called is not None and scene.party(called).is_inside


def _meant_outside(scene: Scene, first: Channel) -> bool:
    """Whether a call that reached no trunk was meant to: the trunk could not be called, or was full."""
    away = turned_away(first, scene.directory)
    if (away is not None and away.cap != "line") or "trunk_cap" in first.variables.values():
        return True
    dials = (s for c in scene.channels if not c.dials for s in c.steps if s.application == "Dial")
    return any(scene.directory.role(t.device) == "customer" for s in dials for t in dial_string.targets(s.data))


def _dialled(
    direction: Direction, customer: Channel | None, originator: Channel, scene: Scene
) -> tuple[str | None, float]:
    if direction == "inbound":
        return _came_to(originator, scene)
    if customer is None:
        shown = None if originator.hides_number else originator.shown_number or originator.caller_number
        return shown if direction == "outbound" else None, originator.created_at
    if customer.dial is not None and is_hidden(customer.dial):
        return None, customer.created_at
    shown = customer.dial.shown_number if customer.dial is not None else None
    return shown or customer.connected_number or originator.caller_number, customer.created_at


def _came_to(caller: Channel, scene: Scene) -> tuple[str | None, float]:
    """The number that a customer dialled: the first DN among the extensions of the dialplan before anything served
    her, else the first number. The first alone will not do: a carrier may call an account and tell the number
    elsewhere, and a dialplan may rewrite it."""
    numbers = [(caller.exten, caller.created_at)]
    for step in caller.steps:
        numbers.append((step.exten, step.at))
        if step.application in SERVES:
            break
    first = next(((number, at) for number, at in numbers if number not in UNDIALLED), (None, scene.ended_at))
    return next(((number, at) for number, at in numbers if number in scene.directory.dns), first)
