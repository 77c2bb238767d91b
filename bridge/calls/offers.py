"""Offers: the attempts to deliver the call to a device of the staff."""

from __future__ import annotations

from math import inf

from bridge.calls import connecting
from bridge.calls.attempt import Attempt
from bridge.calls.codes import Verdicts
from bridge.calls.dialled import by_page, chain, queue_of
from bridge.calls.hangups import codes_of
from bridge.calls.offer import Offer
from bridge.calls.party import Party
from bridge.calls.rounds import one_per_agent, one_per_carrier
from bridge.calls.scene import Scene
from bridge.calls.silence import Answers
from bridge.calls.timeline import Timeline
from bridge.calls.tolerances import DATED_LATE
from bridge.calls.undialled import uncalled, undialled
from bridge.calls.witnesses import verdict_of
from bridge.pbx.channel import Channel, Dial


def find_offers(scene: Scene, codes: Verdicts, timeline: Timeline) -> list[Offer]:
    """Every offer of a call that left a trace on a channel, in no order. ``timeline``: who talked with whom."""
    answers = Answers()
    legs = ((c, c.dial) for c in scene.channels if c.dial is not None)
    found = (
        _offer(leg, dial, party, scene, codes, answers, timeline)
        for leg, dial in legs
        if (party := _offered(leg, dial, scene)).is_staff
    )
    offers = one_per_agent(o for o in found if o.answered or not _is_of_a_page(o))
    offers = one_per_carrier(offers, lambda leg: scene.directory.role(leg.device) == "customer")
    offers = [*offers, *undialled(scene, offers)]
    return [*offers, *uncalled(scene, offers)]


def _is_of_a_page(offer: Offer) -> bool:
    """A page asks nobody to take a call, so a phone that is busy or does not answer it has not failed."""
    leg = offer.channel
    return leg is not None and leg.dial is not None and by_page(leg.dial)


def _offered(leg: Channel, dial: Dial, scene: Scene) -> Party:
    """Who was called: after a pickup, the leg's channel may belong to another device."""
    return scene.party(leg) if leg.device == dial.device else scene.directory.named(dial.device)


def _offer(
    leg: Channel, dial: Dial, party: Party, scene: Scene, codes: Verdicts, answers: Answers, timeline: Timeline
) -> Offer:  # fmt: skip
    dials = tuple(chain(dial))
    root = dials[-1]
    unbridged = connecting.unbridged(leg, dials, timeline) if leg.up_at is not None else ()
    cause, sip_code = codes_of(leg, leg.hangup_request)
    attempt = Attempt(
        leg=leg,
        dials=dials,
        started_at=min(dial.began_at, leg.created_at) if leg.met_midway else dial.began_at,
        ended_at=min(t for t in (leg.gone_at, dial.ended_at, scene.ended_at) if t is not None),
        cause=cause,
        sip_code=sip_code,
        unbridged=unbridged,
        codes=codes,
        unseen=scene.unseen,
        answers=answers,
        taken_at=connecting.taken_at(leg, dials, timeline) if unbridged else inf,
    )
    verdict = verdict_of(attempt)
    answered = verdict.outcome == "answered"
    return Offer(
        party=party,
        queue=queue_of(dial),
        started_at=_began(attempt.started_at, leg),
        ringing_at=leg.ringing_at,
        ended_at=verdict.ended_at,
        outcome=verdict.outcome,
        reason=verdict.reason,
        cause=None if answered else cause,
        sip_code=None if answered else sip_code,
        channel=leg,
        root=root.caller,
        dialled_at=root.began_at,
        connected_at=connecting.put_through_at(leg, dials, timeline, scene.unseen) if answered else None,
        reported=verdict.reported,
        unseen=verdict.unseen,
        ended_unseen=verdict.ended_unseen,
    )


def _began(at: float, leg: Channel) -> float:
    """When the phone was called: not after it rang, though a busy PBX may date the Dial later."""
    rang = leg.ringing_at
    return rang if rang is not None and at - DATED_LATE < rang < at else at
