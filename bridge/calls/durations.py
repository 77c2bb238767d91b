"""When a call was answered, how long its customer waited, and who talked for how long."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bridge.calls.call import Moment, Participant, QueuePass, Supervision
from bridge.calls.intervals import Bounds, covered, overlap
from bridge.calls.offer import Offer
from bridge.calls.party import Party
from bridge.calls.scene import Scene
from bridge.calls.sides import Sides
from bridge.pbx.channel import Channel


class Answer(msgspec.Struct, frozen=True):
    answered_at: float | None
    """The first answer by somebody inside."""
    connected_at: float | None
    """The first moment of any conversation."""


class Wait(msgspec.Struct, frozen=True):
    queue: str | None
    """The first queue that the call entered before anybody answered."""
    since: float
    seconds: float


class Talk(msgspec.Struct, frozen=True):
    seconds: float
    """Without the time on hold."""
    hold_seconds: float


def both_sides(scene: Scene, sides: Sides, moments: Sequence[Moment]) -> list[Moment]:
    """The moments in which somebody inside is connected with the customer; in an internal call, with anybody."""
    party, alone = scene.party, sides.direction == "internal"
    return [
        m for m in moments
        if any(party(c).is_inside for c in m.channels)
        and (alone or any(party(c).role == "customer" for c in m.channels))
    ]  # fmt: skip


def answer(sides: Sides, moments: Sequence[Moment], with_both: Sequence[Moment], offers: Sequence[Offer]) -> Answer:
    """``with_both``: the moments in which both sides were connected."""
    answers = [o.connected_at or o.ended_at for o in offers if o.answered] if sides.direction != "outbound" else []
    answers += [m.start for m in with_both]
    customer = sides.customer
    with_customer = [m.start for m in moments if customer is None or customer in m.channels]
    return Answer(min(answers, default=None), min(answers + with_customer, default=None))


def wait(scene: Scene, sides: Sides, queues: Sequence[QueuePass], answered: Answer) -> Wait:
    customer = sides.customer if sides.direction == "inbound" else None
    # An inbound call may be answered outside: by an answering service, say.
    reached = answered.connected_at if customer is not None else answered.answered_at
    # A queue into which the caller was transferred after a conversation does not count.
    entered = [p for p in queues if reached is None or p.stay.began_at <= reached]
    queue, since, left_at = None, scene.started_at, scene.ended_at
    if sides.direction == "inbound" and entered:
        queue = entered[0].name
        since = min(p.joined_at if p.joined_at is not None else p.stay.began_at for p in entered)
    if customer is not None:
        request = customer.hangup_request
        left_at = request.at if request is not None else customer.gone_at or scene.ended_at
    return Wait(queue, since, max(0.0, (reached if reached is not None else left_at) - since))


def _served_outside(scene: Scene, sides: Sides, moments: Sequence[Moment]) -> list[Moment]:
    """The moments in which the customer talks with somebody outside who was called: a mobile phone to which an
    extension forwards, say."""
    called = {c for c in scene.channels if c is not sides.customer and c.dial and scene.party(c).role == "customer"}
    if not called:
        return []
    return [m for m in moments if sides.customer in m.channels and called.intersection(m.channels)]


def talk(scene: Scene, sides: Sides, moments: Sequence[Moment], with_both: Sequence[Moment]) -> Talk:
    served = [*with_both, *_served_outside(scene, sides, moments)]
    talked = [(m.start, m.until) for m in (moments if sides.customer is None else served)]
    held = overlap(talked, [hold for c in scene.channels if c.is_party and c.holds for hold in _holds(c, scene)])
    return Talk(covered(talked) - held, held)


def _holds(channel: Channel, scene: Scene) -> Bounds:
    return [(since, back if back is not None else scene.ended_at) for since, back in channel.holds]


def participants(
    scene: Scene, sides: Sides, moments: Sequence[Moment], supervisions: Sequence[Supervision]
) -> tuple[Participant, ...]:
    """Everybody who took part, in order of joining."""
    channels_of: dict[Party, list[Channel]] = {}
    for c in scene.channels:
        if c.is_party and (c.stays or c is sides.originator or c is sides.customer):
            channels_of.setdefault(scene.party(c), []).append(c)
    talks = _talks(moments)
    found = []
    for who, channels in channels_of.items():
        talked = [talk for c in channels for talk in talks.get(c.id, ())]
        held = overlap(talked, [hold for c in channels if c.holds for hold in _holds(c, scene)])
        found.append(Participant(
            party=who, joined_at=min(map(_joined_at, channels)), left_at=max(map(scene.gone_at, channels)),
            talk_seconds=covered(talked) - held, hold_seconds=held,
        ))  # fmt: skip
    spied: dict[Party, list[Supervision]] = {}
    for s in supervisions:
        if s.by not in channels_of:
            spied.setdefault(s.by, []).append(s)
    for by, mine in spied.items():
        barged = covered([(s.start, s.until) for s in mine if s.mode == "barge"])
        found.append(Participant(by, mine[0].start, max(s.until for s in mine), barged, 0.0))
    return tuple(sorted(found, key=lambda p: p.joined_at))


def _talks(moments: Sequence[Moment]) -> dict[str, Bounds]:
    """When each channel was in a conversation, by its id; moments that follow one another are one stretch."""
    since: dict[str, float] = {}
    found: dict[str, Bounds] = {}
    for m in moments:
        for c in m.came:
            since[c.id] = m.start
        for c in m.left:
            found.setdefault(c.id, []).append((since.pop(c.id), m.until))
    return found


def _joined_at(channel: Channel) -> float:
    if channel.dial is None or not channel.stays:
        return channel.created_at
    return channel.up_at or channel.stays[0].entered_at
