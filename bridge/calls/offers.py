"""Offers: every attempt to deliver the call to a device of the staff, and how it ended.

Asterisk gives one event for a decline, a dead phone and a timeout; the truth is on the offered leg (tags.md, "Reject,
device failure or no answer"). It is read when the call is over, for the leg's events come in changing order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bridge.calls.call import TOLERANCE, Offer, Party, QueuePass
from bridge.calls.codes import Verdicts, said
from bridge.calls.dialled import chain, dialling, queue_of, root_of, step_at
from bridge.calls.roles import Directory
from bridge.calls.rounds import one_a_device
from bridge.pbx.channel import TECHNOLOGIES, Channel, Dial, Step, extension
from bridge.pbx.unseen import RACE, Unseen
from bridge.vocabulary.terms import Outcome

NO_ANSWER = 19
"""Q.850 cause that Asterisk 20 and later give a leg whose time is up for which no channel waits."""
ELSEWHERE = 26
"""Q.850 cause of a leg that rang until another answered."""
UNREACHABLE = ("CHANUNAVAIL", "CONGESTION")
REFUSED = (17, 34)
"""Q.850 causes of 486 and 503, with which the PBX turns a caller away; a caller who gives up has 16, 127 or none."""
FAILED = (18, 58)
"""Those of 408 and 488, with which Asterisk gives up a conversation before it tells SIP codes (20.17, 22.7, 23.1)."""
EARLY = 1.0
"""Seconds by which the time of a Dial may seem not to be over yet when it is: a busy PBX dates its beginning late."""
OWN_WORDS = ("BUSY", "CONGESTION")
"""How a dial ends by the called side's own word: chan_sip, IAX2 and DAHDI give it so, without a HangupRequest."""
LOGGED = 0.01
"""Seconds between two rows of the PBX's log that tell of one happening."""
STABLE = 0.5
"""Seconds that a queue must be without a ready member before its unreachable ones count: a member's state follows
the end of his last offer by a moment."""


def find_offers(
    channels: list[Channel], directory: Directory, verdicts: Verdicts, end: float, unseen: Unseen
) -> list[Offer]:
    """Every offer of a call that left a trace on a channel, in order of time."""
    offers = one_a_device(
        _as_seen(_leg_offer(c, c.dial, directory, verdicts, end, unseen), unseen)
        for c in channels
        if c.dial is not None and _offered(c, c.dial, directory).is_staff
    )
    offers += _undialled(channels, directory, offers, end, unseen)
    return sorted(offers, key=lambda o: (o.started_at, o.party.device))


def _as_seen(offer: Offer, unseen: Unseen) -> Offer:
    """How an offer failed is known only of one that was watched: until the phone refused, or said why it did not take
    it, or of one that said nothing until the last word of it."""
    leg = offer.channel
    if offer.answered or leg is None or not unseen or offer.reported in SAYS_ALL:
        return offer
    until = offer.ended_at
    if offer.reported not in REPORTS:
        refused_at = refused_itself(leg, leg.dial) if leg.dial and said(offer.sip_code, offer.cause) else None
        # The refusal was told; nothing that matters comes just before it.
        until = refused_at - RACE if refused_at is not None else (leg.gone_at or until) + TOLERANCE
    if unseen.any(min(offer.dialled_at, leg.created_at), until):
        offer.outcome = offer.reason = offer.reported = None
        offer.unseen = True
        last_seen = max(offer.started_at, unseen.last_seen(offer.ended_at))
        offer.ended_at, offer.ended_unseen = last_seen, last_seen != offer.ended_at
    return offer


def _offered(leg: Channel, dial: Dial, directory: Directory) -> Party:
    """Who was called; another device may sit behind the leg since, as after a pickup."""
    return directory.party(leg) if leg.device == dial.device else directory.named(dial.device)


def _leg_offer(
    leg: Channel, dial: Dial, directory: Directory, verdicts: Verdicts, end: float, unseen: Unseen
) -> Offer:
    root = root_of(dial)
    ended_at = min(t for t in (leg.gone_at, dial.ended_at, end) if t is not None)
    offer = Offer(
        party=_offered(leg, dial, directory),
        started_at=min(dial.began_at, leg.created_at) if leg.met_midway else dial.began_at,
        queue=queue_of(dial), ringing_at=leg.ringing_at, ended_at=ended_at,
        outcome="no_answer", reason=None,
        cause=leg.hangup_request.cause if leg.hangup_request and leg.hangup_request.cause is not None else leg.cause,
        sip_code=(leg.hangup_request.sip_code if leg.hangup_request else None) or leg.sip_code,
        channel=leg, root=root.caller, dialled_at=root.began_at,
    )  # fmt: skip
    if leg.picked_up is not None or (leg.up_at is not None and leg.device != dial.device):
        offer.outcome, offer.reason = "answered_elsewhere", "picked_up"
        offer.ended_at = leg.picked_up[0] if leg.picked_up else leg.up_at or ended_at
    elif leg.up_at is not None and (apart := _unjoined(leg, root)):
        if unseen.any(leg.up_at, ended_at) or any(c.gone_unseen or not c.told_from_start for c in apart):
            offer.outcome, offer.ended_at, offer.unseen = None, leg.up_at, True
        else:
            _unconnected(offer, leg)
    elif leg.up_at is not None:
        offer.outcome, offer.ended_at = "answered", leg.up_at
        offer.cause = offer.sip_code = None
    elif dial.forward or (offer.sip_code is not None and 300 <= offer.sip_code < 400):
        offer.outcome, offer.reason = "forwarded", dial.forward
    elif (word := _own_word(leg)) is not None:
        told_at, offer.outcome, offer.reason, offer.reported = word
        offer.ended_at = min(told_at, ended_at)
    elif (refused_at := refused_itself(leg, dial)) is not None and said(offer.sip_code, offer.cause):
        rung, unrung = (verdicts.verdict(offer.sip_code, offer.cause, rang, dial.device) for rang in (True, False))
        verdict, reason = rung if leg.ringing_at is not None else unrung
        offer.outcome, offer.reason = verdict, reason
        if leg.from_log and rung != unrung:
            offer.outcome = offer.reason = None
        offer.ended_at = min(refused_at, ended_at)
    else:
        # Without its own word the codes of its end are those of whoever ended it, not the phone's.
        _silent(offer, leg, dial)
    if offer.reported is None:
        _unheard_answer(offer, leg)
    return offer


def refused_itself(leg: Channel, dial: Dial) -> float | None:
    """When a called phone refused: by a HangupRequest of its leg, or in chan_sip's way by how the dial ended."""
    if leg.hangup_request is not None:
        return leg.hangup_request.at
    return dial.ended_at if dial.status in OWN_WORDS else None


REPORTS: dict[str, tuple[Outcome, str]] = {
    "rejected_by_user": ("rejected", "declined"),
    "rejected_by_page": ("cpe_rejected", "rejected_by_page"),
    "media_failed": ("cpe_rejected", "media_failed"),
    "transport_lost": ("cpe_rejected", "device_lost"),
    "page_closed": ("cpe_rejected", "page_closed"),
    "unanswered": ("no_answer", "timeout"),
}
"""How a browser phone's own word (endpoint feed) decides an offer that it did not answer."""
SAYS_ALL = ("rejected_by_user", "rejected_by_page", "media_failed", "unanswered")
"""Reports that cannot be of a call that was taken after all, whatever else was not seen."""
ANSWERING = 2.0
"""Seconds that an answer may take from the button to the PBX: who answers at the last moment may come too late."""


def _own_word(leg: Channel) -> tuple[float, Outcome, str, str] | None:
    # A person's decline outweighs what the network did before or after it.
    for at, report, reason in sorted(leg.phone_reports, key=lambda said: said[1] != "rejected_by_user"):
        if report in REPORTS:
            outcome, plain = REPORTS[report]
            return at, outcome, f"{plain}: {reason}" if reason else plain, report
    return None


def _unheard_answer(offer: Offer, leg: Channel) -> None:
    """The agent pressed answer, and the PBX heard of nothing, or of a refusal: page or media died on the way."""
    pressed = next((at for at, report, _ in leg.phone_reports if report == "answered_by_user"), None)
    if pressed is None:
        return
    unheard = offer.outcome in ("no_answer", "cancelled", "answered_elsewhere")
    if offer.outcome == "rejected" or (unheard and offer.ended_at - pressed > ANSWERING):
        offer.outcome, offer.reason, offer.reported = "cpe_rejected", "answer_failed", "answered_by_user"
        offer.ended_at = pressed


def _unjoined(leg: Channel, root: Dial) -> list[Channel]:
    """Legs that are not known to have come together with somebody who waited for the one who answered, in front of
    whatever Local channels."""
    if root.caller is None:
        return [leg] if leg.met_midway and not leg.joined else []
    if not root.caller.is_party:
        return []
    return [c for c in (leg, root.dest) if not c.joined]


def _unconnected(offer: Offer, leg: Channel) -> None:
    """The phone was answered, and nobody connected: while the agent was to confirm the call, or heard who calls."""
    caller = offer.root
    gone = offer.ended_at = leg.gone_at if leg.gone_at is not None else offer.ended_at
    left = (
        caller is not None
        and caller.hangup_request is not None
        and not refused(caller)
        and caller.hangup_request.at <= gone
    )
    if leg.cause == ELSEWHERE and leg.dial is not None and _answered_elsewhere(offer, leg, leg.dial):
        offer.outcome, offer.reason = "answered_elsewhere", None
    elif leg.hangup_request is not None and refused(leg):
        offer.outcome, offer.reason, offer.ended_at = "cpe_rejected", "failed when answered", leg.hangup_request.at
    elif leg.hangup_request is not None and not (
        left and caller and caller.hangup_request and caller.hangup_request.at <= leg.hangup_request.at
    ):
        offer.outcome, offer.reason, offer.ended_at = (
            "rejected",
            "hung up before being connected",
            leg.hangup_request.at,
        )
    elif left:
        offer.outcome, offer.reason = "cancelled", None
    elif leg.from_log:
        offer.outcome = offer.reason = None
    elif leg.dtmf:
        offer.outcome, offer.reason = "rejected", "declined by key"
    else:
        offer.outcome, offer.reason = "no_answer", "not confirmed"


def _silent(offer: Offer, leg: Channel, dial: Dial) -> None:
    """The phone said nothing: somebody else answered, the caller left, or time ran out."""
    if leg.lost_at is not None:
        offer.outcome, offer.reason = "cpe_rejected", "device_lost"
    elif _answered_elsewhere(offer, leg, dial):
        offer.outcome, offer.reason = "answered_elsewhere", None
    elif not _ran_out(offer, dial):
        offer.outcome, offer.reason = "cancelled", None
    elif leg.from_log:
        offer.outcome = offer.reason = None
        stays = offer.root.queue_stays if offer.root is not None else ()
        # A caller who left the queue just then may have done so by a key.
        offer.unseen = any(
            s.left_at is not None and s.status is None and abs(s.left_at - offer.ended_at) <= TOLERANCE for s in stays
        )
    elif _taken_away(dial):
        offer.outcome, offer.reason = "cancelled", "hung up by an administrator"
    elif leg.ringing_at is not None:
        offer.outcome, offer.reason = "no_answer", "timeout"
    else:
        offer.outcome, offer.reason = "cpe_rejected", "no_response"


def _tolerance(leg: Channel) -> float:
    """Seconds by which what ended an offer may seem to come after it. A log's times are the PBX's own, to the
    microsecond, and all of one clock."""
    return LOGGED if leg.from_log else TOLERANCE


def _answered_elsewhere(offer: Offer, leg: Channel, dial: Dial) -> bool:
    """Whether another answered.

    The leg's cause alone does not tell: with Queue's option ``C`` and Dial's ``c`` the PBX gives that of an answer
    elsewhere to every leg that it gives up, so that no phone shows a missed call.
    """
    caller = root_of(dial).caller
    if leg.cause == ELSEWHERE and (caller is None or not caller.is_party):
        return True  # an application's own word, or that of a transfer
    if dial.status == "NOANSWER":
        return False  # its own time was up before
    if leg.cause == ELSEWHERE and caller is not None and _put_through(caller, offer.ended_at):
        return True  # to one who picked up what rang beside it, of which no dial tells an answer
    for d in chain(dial):
        for other in d.caller.dials if d.caller is not None else ():
            if other.dest is leg or other is d or other.began_at > offer.ended_at:
                continue
            answered = other.ended_at if other.status == "ANSWER" else None
            if answered is not None and offer.started_at <= answered <= offer.ended_at + _tolerance(leg):
                return True
    return dial.status is None and _picked_up(offer)


def _put_through(caller: Channel, at: float) -> bool:
    return any(abs(stay.entered_at - at) <= TOLERANCE for stay in caller.joined)


def _picked_up(offer: Offer) -> bool:
    """Whether somebody whom nobody dialled has the call that rang, which only AMI says in so many words."""
    caller = offer.root
    return caller is not None and any(
        mine.bridge == other.bridge and abs(mine.entered_at - other.entered_at) <= TOLERANCE
        for mine in caller.joined
        if abs(mine.entered_at - offer.ended_at) <= TOLERANCE
        for c in (caller.group or ())
        if c.is_party and c.dial is None and c is not caller and c.created_at <= offer.ended_at + TOLERANCE
        for other in c.joined
    )


def _ran_out(offer: Offer, dial: Dial) -> bool:
    """Whether the offer ended by a timeout of the Dial, the queue's member or the queue itself."""
    statuses = [d.status for d in chain(dial)]
    tolerance = _tolerance(offer.channel) if offer.channel is not None else TOLERANCE
    caller = offer.root or _waiting_for(offer)
    if caller is not None and caller.is_local:
        hub = _consulting(caller)
        if hub is not None:
            # A consultation that the PBX makes for a transferer: by keys she can give it up, or its time runs out.
            gave_up = any(offer.ended_at - 1.0 <= at <= offer.ended_at + TOLERANCE for at, _ in hub.dtmf)
            # Before it, never after: whoever hangs up then has the transferer back.
            hung_up = (
                hub.hangup_request is not None and 0.0 <= offer.ended_at - hub.hangup_request.at <= 2 * TOLERANCE
            )
            return not gave_up and not hung_up
    if statuses[-1] in OWN_WORDS:
        return True
    left = caller is not None and (
        (
            caller.hangup_request is not None
            and caller.hangup_request.at <= offer.ended_at + tolerance
            and not refused(caller)
        )
        or (caller.gone_at is not None and caller.gone_at <= offer.ended_at and "NOANSWER" not in statuses)
    )
    if "NOANSWER" in statuses:
        # The first word counts: a timeout is told as NOANSWER, then as CANCEL.
        return not (
            left
            and caller is not None
            and caller.hangup_request is not None
            and caller.hangup_request.at < offer.ended_at
        )
    if caller is None:
        # An Originate, for nobody who could leave, tells no end of a dial when its time is up.
        root = root_of(dial)
        return root.status is None and (root.dest.soft_at is None or root.dest.cause == NO_ANSWER)
    if left:
        return False
    if "CANCEL" not in statuses or _follows(caller, offer.dialled_at):
        return True  # FollowMe cancels one number when its time is up, and calls the next
    return any(
        s.status == "TIMEOUT" and s.left_at is not None and abs(s.left_at - offer.ended_at) <= 2 * TOLERANCE
        for s in caller.queue_stays
    )


def _taken_away(dial: Dial) -> bool:
    """Whether an administrator hung up a leg that a Queue, a Dial or an Originate rang, or half of a Local channel in
    front of it.

    AMI's Hangup tells of itself by nothing: a leg then ends though nobody gave it up and its phone said no word.
    """
    root, *behind = reversed([*chain(dial)])
    if root.status != "NOANSWER" or _timed_out(root):
        return False
    for d in behind:
        if d.status == "CANCEL":
            # Its caller was ended, which nobody in front had given up.
            return d.queue_call is not None or dialling(d) is not None
        if d.status != "NOANSWER" or _timed_out(d):
            return False
    return True


def _timed_out(dial: Dial) -> bool:
    """Whether a leg that ended with NOANSWER did so because the time for it was up, as far as can be known."""
    if dial.caller is None:
        return dial.status is None or dial.dest.soft_at is not None  # by ARI an application may have ended it itself
    step = step_at(dial.caller, dial.began_at)
    if dial.queue_call is not None or (step is not None and step.application == "Queue"):
        return dial.given_up
    if step is None or step.application != "Dial" or not step.data or dial.ended_at is None:
        return True
    allowed = re.match(r"[^,]*,\s*(\d+(\.\d+)?)", step.data)
    return allowed is not None and dial.ended_at - step.at > float(allowed[1]) - EARLY


def _follows(caller: Channel, at: float) -> bool:
    step = step_at(caller, at)
    return step is not None and step.application == "FollowMe"


def _consulting(local: Channel) -> Channel | None:
    """The party that waits on the other side of a Local channel that nobody dialled."""
    half = local.other_half
    if half is None or half.dial is not None or local.group is None:
        return None
    rooms = {s.bridge for s in half.stays}
    return next((c for c in local.group if c.is_party and any(s.bridge in rooms for s in c.stays)), None)


def _waiting_for(offer: Offer) -> Channel | None:
    """For a leg that the PBX itself dialled, the one on whose behalf: who called into the same call."""
    group = offer.channel.group if offer.channel is not None else None
    return next((c for c in group or () if c.is_party and c.dial is None), None)


def refused(channel: Channel) -> bool:
    """Whether a channel's HangupRequest is a refusal: by the PBX of who calls, or by a phone of what the PBX asked.

    When the dialplan ends after a failed Dial, the PBX answers the caller with 503 or 486 and the channel then tells
    of a HangupRequest with that cause, in state Busy or just before it; and of one when the dialplan sends the caller
    elsewhere by a 302 (Transfer), before 20.17 and 22.7 without the code. In a conversation, where people hang up by
    a BYE, which has no SIP code, it tells that the phone failed: it refused a re-INVITE, or answered no more.
    """
    hard = channel.hangup_request
    if hard is None:
        return False
    if hard.sip_code is not None and (channel.dial is None or hard.state == "Up"):
        return hard.sip_code >= 300 and hard.sip_code != 487
    if hard.state == "Up":
        return hard.cause in FAILED
    if channel.dial is not None or hard.state != "Ring":
        return channel.dial is None and hard.state == "Busy"
    step = step_at(channel, hard.at)
    return hard.cause in REFUSED or (step is not None and step.application == "Transfer")


# -- offers without a leg


def targets(step: Step) -> list[str]:
    """The devices that a Dial names: ``PJSIP/1001&PJSIP/9123@trunk,20,tT`` are ``PJSIP/1001`` and ``PJSIP/trunk``.

    Empty where its arguments are unknown.
    """
    found = []
    for part in re.sub(r"^[^,]*\$\{.*", "", step.data.split(",", 1)[0]).split("&"):
        technology, _, rest = part.strip().partition("/")
        if technology not in TECHNOLOGIES or not rest:
            continue
        endpoint = rest.split("/", 1)[0]
        found.append(f"{technology}/{endpoint.rsplit('@', 1)[-1]}")
    return found


def _undialled(
    channels: list[Channel], directory: Directory, offers: list[Offer], end: float, unseen: Unseen
) -> Iterator[Offer]:
    """Devices that could not be called at all, so that no channel and no DialBegin ever told of the attempt."""
    behind = {id(d) for o in offers if o.channel is not None for d in chain(o.channel.dial)}
    for c in channels:
        for i, step in enumerate(c.steps):
            if step.application != "Dial":
                continue
            until = c.steps[i + 1].at if i + 1 < len(c.steps) else c.gone_at if c.gone_at is not None else end
            told = any(d.began_at <= until and (d.ended_at is None or d.ended_at > step.at) for d in c.dials)
            if told or unseen.any(step.at, until):
                continue
            unended = bool(step.data) and step.status is None and c.gone_at is not None and not c.hangup_request
            if step.status not in UNREACHABLE and not unended:
                continue
            for device in targets(step) or _by_number(c, step, directory):
                if directory.role(device) in ("agent", "supervisor"):
                    front = c.other_half.dial if c.other_half is not None else None
                    behind.update(id(d) for d in chain(front))
                    yield _unreached(device, step.at, c, front, directory)
    for c in channels:
        # A Local member behind which nothing was dialled: the queue's own word names the device.
        dial = c.dial
        if dial is None or dial.queue_call is None or not c.is_local or id(dial) in behind or c.up_at is not None:
            continue
        if unseen.any(dial.began_at, c.gone_at if c.gone_at is not None else end):
            continue
        half = c.other_half
        if half is not None and (half.requests_agent or half.queue_stays or any(d.dest.is_party for d in half.dials)):
            continue  # an agent who has logged in, or a queue, is asked for behind it
        if not _ran_out(_unreached(c.device, dial.began_at, c, dial, directory), dial):
            continue
        device = dial.queue_call.state_interface
        if device.split("/", 1)[0] not in TECHNOLOGIES:
            device = directory.numbered(extension(dial.queue_call.interface))
        yield _unreached(device, dial.began_at, c, dial, directory)


def _by_number(channel: Channel, dial: Step, directory: Directory) -> list[str]:
    """Whom a Dial of unknown arguments meant: the staff's device numbered as the last extension that is one."""
    if dial.data:
        return []
    for step in reversed([s for s in channel.steps if s.at <= dial.at]):
        device = directory.numbered(step.exten)
        if step.exten and directory.role(device) in ("agent", "supervisor"):
            return [device]
    return []


def _unreached(device: str, at: float, channel: Channel, front: Dial | None, directory: Directory) -> Offer:
    if front is None:
        return _unreachable(device, None, at, channel, at, directory)
    root = root_of(front)
    return _unreachable(device, queue_of(front), at, root.caller, root.began_at, directory)


def _unreachable(
    device: str, queue: str | None, at: float, root: Channel | None, dialled_at: float, directory: Directory
) -> Offer:
    """An offer to a device that could not even be called."""
    return Offer(
        party=directory.named(device), queue=queue, started_at=at, ringing_at=None, ended_at=at,
        outcome="cpe_rejected", reason="unreachable", cause=None, sip_code=None, channel=None, root=root,
        dialled_at=dialled_at,
    )  # fmt: skip


def unreachable_members(
    passes: list[QueuePass], offers: list[Offer], directory: Directory, unseen: Unseen
) -> list[Offer]:
    """Members that a queue skipped because they could not be reached, while it had nobody else for the call.

    app_queue tells nothing of a member whose device is unavailable. One offer a member and call: if the queue found
    a ready member at once, or the member was offered the call after all, nothing is said of him.
    """
    found: dict[str, Offer] = {}
    for p in passes:
        if p.joined_at is None:
            continue
        for start, until, readiness in p.stay.queue.between(p.joined_at, p.left_at):
            if readiness.ready or not readiness.unreachable:
                continue
            for a, b in _without(start, until, p.tried):
                if b - a < STABLE and not (p.exit == "leave_empty" and b >= p.left_at):
                    continue
                if unseen.any(p.joined_at, b):
                    continue
                for member in readiness.unreachable:
                    if member.state_interface.startswith("Agent:"):
                        continue  # not logged in, which is no fault of a device
                    device = _device(member.state_interface, member.interface, directory)
                    if device not in found and directory.role(device) in ("agent", "supervisor"):
                        found[device] = _unreachable(device, p.name, a, p.channel, a, directory)
    told = {o.party.device for o in offers if o.reason == "unreachable"}
    return [o for o in found.values() if o.party.device not in told]


def _device(state_interface: str, interface: str, directory: Directory) -> str:
    """A member's device: its state interface, or behind a hint the extension that its Local channel dials."""
    for name in (state_interface, interface):
        if name.split("/", 1)[0] in TECHNOLOGIES:
            return name
    return directory.numbered(extension(interface))


def _without(start: float, until: float, holes: tuple[tuple[float, float], ...]) -> Iterator[tuple[float, float]]:
    """An interval less others."""
    at = start
    for a, b in sorted(holes):
        if b <= at or a >= until:
            continue
        if a > at:
            yield at, a
        at = max(at, b)
    if at < until:
        yield at, until
