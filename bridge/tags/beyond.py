"""The rules of bits 32 and up: tags beyond the 27."""

from __future__ import annotations

import msgspec

from bridge.calls.call import Call
from bridge.calls.hangups import hung_up
from bridge.calls.moved import LOST_MEDIA
from bridge.pbx.channel import Channel
from bridge.tags.categories import passed_on
from bridge.tags.proof import Proof, Rules
from bridge.tags.statuses import customer_abandon
from bridge.vocabulary.terms import PASSED_OVER

WATCHED = 2.0
"""Seconds before the end of a leg without media that must have been seen."""
NO_ANSWER, FORGOTTEN = 18, 481
"""Q.850 cause of a phone that no longer answers (SIP 408), and SIP code of one that no longer knows the call."""


def system_disconnect(call: Call, rules: Rules) -> list[Proof]:
    end = call.ending
    if end.side != "system" or call.answered_at is None:
        return []
    return [Proof(end.at, "Hangup", end.channel, None, "ended by the PBX")]


def short_abandon(call: Call, rules: Rules) -> list[Proof]:
    limit = rules.settings.thresholds.short_abandon
    if call.direction != "inbound" or any(o.failed or o.unseen for o in call.offers):
        return []  # the caller had a reason to give up
    return [
        msgspec.structs.replace(
            p,
            detail=f"{p.at - call.started_at:.1f} s after the call began",
            since=call.started_at,
            until=max(p.at, p.until or p.at),
        )
        for p in customer_abandon(call, rules)
        if p.at - call.started_at <= limit
    ]


def device_lost(call: Call, rules: Rules) -> list[Proof]:
    found = []
    end = call.ending
    for c in call.channels:
        if not c.is_party or not call.party(c).is_staff or c.up_at is None or not c.stays or hung_up(c):
            continue
        who, gone_at = call.party(c).name, c.gone_at or call.ended_at
        # A phone that is lost after the other side has hung up does not count.
        over = min(gone_at, end.at) if end.request else gone_at
        if c.cause == LOST_MEDIA:
            since = gone_at - WATCHED
            found.append(Proof(gone_at, "Hangup", c, who, "cause 44: no media", since, gone_at))
        elif c.hangup_request is not None and (
            c.hangup_request.cause == NO_ANSWER or c.hangup_request.sip_code == FORGOTTEN
        ):
            detail = "it answered no more in the call"
            found.append(Proof(c.hangup_request.at, "HangupRequest", c, who, detail, c.hangup_request.at, gone_at))
        elif closed := _page_closed(c, over):
            detail = "its page was closed in the call"
            found.append(Proof(closed, "page_closed", c, who, detail, closed, gone_at))
        elif c.lost_at is not None and c.lost_at < over:
            detail = "its contact was lost in the call"
            found.append(Proof(c.lost_at, "ContactStatus", c, who, detail, c.lost_at, gone_at))
    return found


def _page_closed(channel: Channel, before: float) -> float | None:
    return next((at for at, report, _ in channel.phone_reports if report == "page_closed" and at < before), None)


def queue_exit(call: Call, rules: Rules) -> list[Proof]:
    if call.callback_requested:
        return []  # the caller kept the place in the queue
    return [
        Proof(
            p.left_at, "QueueCallerLeave", p.channel, call.party(p.channel).name, f"{p.name}: {p.exit}",
            since=p.left_at, until=call.ended_at,  # up to the end, the caller may have asked to be called back
        )
        for p in call.queues
        # By a key the caller may have asked to be called back, which CEL does not tell.
        if p.exit in PASSED_OVER and not (p.exit == "key" and p.channel.from_log)
    ]  # fmt: skip


def transferred_external(call: Call, rules: Rules) -> list[Proof]:
    return [passed_on(t) for t in call.transfers if t.connected and t.to is not None and t.to.role == "customer"]
