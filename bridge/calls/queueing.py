"""Stays in queues: how each ended, and whether the caller waited while no agent was ready."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from math import inf

from bridge.calls.call import QueuePass
from bridge.calls.dialled import TIME_IS_UP, by_follow_me, called_at_once, queue_of, root_of
from bridge.calls.hangups import hung_up_at
from bridge.calls.scene import Scene
from bridge.calls.tolerances import ARI_BEHIND, LEADS_TO, TOLERANCE
from bridge.pbx.channel import Channel, Dial, party_in
from bridge.pbx.history import Step
from bridge.pbx.queues import QueueStay
from bridge.vocabulary.terms import NEVER_IN, QUEUE_STATUSES, QueueExit

KEYS = "0123456789*#ABCD"
AT_ONCE_AGAIN = 0.05
"""Seconds: an application that was told and not run is left within them."""
INFERRED: tuple[QueueExit, ...] = ("abandoned", "key", "transferred")
"""Exits that no event tells: they are concluded, so nothing may have been missed."""


def passes(scene: Scene, queued_after: float) -> tuple[QueuePass, ...]:
    """Every stay in a queue, in order. ``queued_after``: seconds (tags.md, ``queued``)."""
    found = []
    for c in scene.channels:
        if c.queue_stays:
            traces = _Traces(c)
            stays = [stay for stay in c.queue_stays if c.from_log or not _is_told_again(stay, traces)]
            found += [_pass(c, traces, stay, scene, queued_after) for stay in stays]
    return tuple(sorted(found, key=lambda p: p.stay.began_at))


class _Traces:
    """A caller's dials, steps and bridges in order of time, of which each stay needs a part."""

    def __init__(self, channel: Channel) -> None:
        self.steps = sorted(channel.steps, key=_at)
        self.ended_at = channel.soft_at
        """When the PBX was told to hang it up."""
        self.met_at = sorted(stay.entered_at for stay in channel.joined)
        self.dials = sorted((d for d in channel.dials if not d.inherited), key=_began_at)
        self.inherited = [d for d in channel.dials if d.inherited]
        """Dials that began for another caller, whose place in the queue this one took."""

    def dials_of(self, stay: QueueStay, until: float) -> list[Dial]:
        """The dials of a stay until a time, in order. A dial that ARI tells may seem to begin before the stay that
        AMI tells; a dial of an earlier Dial was over by then."""
        first = bisect_left(self.dials, stay.began_at - TOLERANCE, key=_began_at)
        dials = [
            d for d in self.dials[first : bisect_right(self.dials, until, key=_began_at)]
            if d.began_at >= stay.began_at - ARI_BEHIND or d.ended_at is None or d.ended_at > stay.began_at
        ]  # fmt: skip
        before = [d for d in self.inherited if d.began_at <= until and _within(d, stay)]
        return sorted([*before, *dials], key=_began_at) if before else dials


def _is_told_again(stay: QueueStay, traces: _Traces) -> bool:
    """Whether this is no stay: the PBX only told again that a caller had run Queue (a panel moved her out of it) and
    went on at once. A queue that lets a caller go says why."""
    if stay.told or stay.status is not None or stay.left_at is None or stay.left_at - stay.began_at > AT_ONCE_AGAIN:
        return False
    return _step_after(traces, stay) is not None and not traces.dials_of(stay, stay.left_at)


def _after(steps: list[Step], at: float) -> Step | None:
    """The first step after a time."""
    place = bisect_right(steps, at, key=_at)
    return steps[place] if place < len(steps) else None


def _at(step: Step) -> float:
    return step.at


def _began_at(dial: Dial) -> float:
    return dial.began_at


def _pass(channel: Channel, traces: _Traces, stay: QueueStay, scene: Scene, queued_after: float) -> QueuePass:
    left_at = stay.left_at if stay.left_at is not None else scene.gone_at(channel)
    after = _step_after(traces, stay)
    until = min(left_at, after.at - ARI_BEHIND) if after is not None and after.application == "Dial" else left_at
    dials = traces.dials_of(stay, until)
    answer = _answer(channel, traces, dials)
    in_vain = answer is not None and _follows_in_vain(answer)
    answer = None if in_vain else answer
    if answer is not None and not stay.told:
        left_at = min(left_at, answer.ended_at or answer.dest.up_at or left_at)
    put_through_at = _put_through_at(traces, stay, left_at) if not in_vain else None
    if put_through_at is not None and not stay.told:
        left_at = min(left_at, put_through_at)
    is_answered = answer is not None or put_through_at is not None
    # A panel may park the caller: the queue does not tell that she has left.
    parked_at = next((at for at in channel.parked if stay.began_at <= at <= left_at), inf) if answer is None else inf
    if is_parked := parked_at < (left_at if put_through_at is None else put_through_at):
        left_at = parked_at
    # A queue lets the caller go when the agent answers, but bridges the two only when its routine on that leg is
    # over.
    until = inf if any(d.status == "ANSWER" for d in dials) else left_at + TOLERANCE
    waits = _who_waits(channel, stay.began_at, left_at, scene)
    leaving = "transferred" if is_parked else _exit(channel, waits, stay, left_at, until, after, is_answered)
    if leaving in INFERRED and scene.unseen.any(stay.began_at, after.at if after is not None else left_at):
        leaving = "unknown"
    joined_at = stay.joined_at
    if joined_at is None and not _may_be_refused(stay, leaving, scene):
        joined_at = stay.began_at
    offering = list(_offering(dials))
    tried = tuple((d.began_at, _open_until(d, left_at)) for d in offering)
    rang = {d.began_at for d in offering if _rang(d)}
    waited = _unready(stay, joined_at, left_at, tried, rang, queued_after) if joined_at is not None else None
    return QueuePass(stay, channel, stay.queue.name, joined_at, left_at, stay.position, leaving, tried, waits, waited)


def _who_waits(channel: Channel, since: float, until: float, scene: Scene) -> Channel:
    """Who waits in a queue that a Local channel entered: the caller behind the Local channel, or whoever is bridged
    with it. Otherwise the channel itself, which only keeps somebody's place."""
    front = channel.other_half
    if channel.is_party or front is None:
        return channel
    caller = root_of(front.dial).caller if front.dial is not None else None
    if caller is not None:
        return caller if caller.id in scene.parties else channel
    return party_in({s.bridge for s in front.stays}, scene.channels, since, until) or channel


def _may_be_refused(stay: QueueStay, leaving: QueueExit, scene: Scene) -> bool:
    """Whether the queue did not let the caller in, or may not have."""
    return leaving in NEVER_IN or (leaving == "unknown" and scene.unseen.any(stay.began_at, stay.began_at))


def _answer(channel: Channel, traces: _Traces, dials: list[Dial]) -> Dial | None:
    """The last dial that was answered, unless the caller was not bridged after the first such dial, though who
    answered had not hung up."""
    answered = [d for d in dials if d.status == "ANSWER" or (d.status is None and d.dest.up_at is not None)]
    if not answered:
        return None
    is_bridged = bool(traces.met_at) and traces.met_at[-1] >= answered[0].began_at
    if channel.told_from_start and not is_bridged and not _answered_only_to_hang_up(answered[-1].dest, channel):
        return None
    return answered[-1]


def _answered_only_to_hang_up(phone: Channel, caller: Channel) -> bool:
    """Whether who answered hung up before the queue had joined the two, and before the caller did."""
    request = phone.hangup_request
    return request is not None and phone.answered_only_to_hang_up and request.at < hung_up_at(caller)


def _follows_in_vain(dial: Dial) -> bool:
    """Whether only FollowMe answered behind a Local member, and nobody came to the phone."""
    half = dial.dest.other_half
    dials = half.dials if half is not None else ()
    return any(map(by_follow_me, dials)) and not any(d.dest.joined for d in dials)


def _put_through_at(traces: _Traces, stay: QueueStay, left_at: float) -> float | None:
    """When the caller came together with somebody: of a call that was picked up no dial tells an answer, and a log
    may tell of a queue only when somebody answers."""
    went_on = _after(traces.steps, stay.began_at + ARI_BEHIND)
    until = min(left_at + TOLERANCE, went_on.at if went_on is not None else inf)
    first = bisect_left(traces.met_at, stay.began_at)
    return traces.met_at[first] if first < len(traces.met_at) and traces.met_at[first] < until else None


def _within(inherited: Dial, stay: QueueStay) -> bool:
    """Whether a dial that rang for whoever waited before still did in a stay."""
    if inherited.ended_at is not None:
        return inherited.ended_at >= stay.began_at
    return inherited.began_at >= stay.began_at - ARI_BEHIND


def _offering(dials: list[Dial]) -> Iterator[Dial]:
    """Those by which phones are called: a member that is another queue calls its own, once it has somebody ready."""
    for d in dials:
        half = d.dest.other_half
        if half is not None and half.queue_stays:
            yield from half.dials
        else:
            yield d


def _open_until(dial: Dial, left_at: float) -> float:
    """When an offer was over: when the leg was gone, if it was answered, for the queue calls nobody else
    meanwhile."""
    if dial.ended_at is not None and dial.status != "ANSWER":
        return dial.ended_at
    return dial.dest.gone_at if dial.dest.gone_at is not None else left_at


def _exit(
    channel: Channel,
    waits: Channel,
    stay: QueueStay,
    left_at: float,
    until: float,
    after: Step | None,
    answered: bool,
) -> QueueExit:
    """How a caller left: by the queue's own word, else by the first rule that explains it. ``waits``: who waited,
    perhaps behind a Local channel. ``until``: the latest hangup that can have ended the wait. ``after``: where the
    dialplan went on."""
    if stay.status in QUEUE_STATUSES:
        return QUEUE_STATUSES[stay.status]
    if answered:
        return "answered"
    if (hung_up := hung_up_at(channel)) < inf and hung_up <= min(until, after.at if after is not None else inf):
        return _given_up(channel, waits, hung_up)
    if after is None and channel.gone_at is not None and channel.gone_at <= left_at + TOLERANCE:
        return "unknown"
    if after is not None and after.exten == TIME_IS_UP:
        return "timeout"
    if _left_by_key(channel, stay, left_at, after):
        return "key"
    # The PBX's log does not tell that a queue was full, or had nobody.
    return "transferred" if after is not None and not channel.from_log else "unknown"


def _given_up(channel: Channel, waits: Channel, at: float) -> QueueExit:
    """How a queue was left if its caller's channel was hung up. A Local channel is also hung up while whoever waits
    is still there: when the Dial in front of it times out or is answered elsewhere, or when the queue whose member it
    is goes on."""
    front = channel.other_half.dial if channel.other_half is not None else None
    if waits is channel or front is None or hung_up_at(waits) <= at + TOLERANCE:
        return "abandoned"
    dial = root_of(front)
    if dial.caller is None or queue_of(front) is not None or any(d.status == "ANSWER" for d in called_at_once(dial)):
        return "transferred"
    return "timeout"


def _left_by_key(channel: Channel, stay: QueueStay, left_at: float, after: Step | None) -> bool:
    if after is not None and len(after.exten) == 1 and after.exten in KEYS:
        return True
    return any(
        max(stay.began_at, left_at - LEADS_TO) <= at <= left_at + TOLERANCE and (after is None or key == after.exten)
        for at, key in channel.dtmf
    )


def _step_after(traces: _Traces, stay: QueueStay) -> Step | None:
    """The step at which the dialplan went on after a queue, perhaps another queue. Steps after the hangup (extension
    ``h``, a hangup handler) do not count."""
    later = traces.steps[bisect_right(traces.steps, stay.began_at, key=_at) :]
    step = next((s for s in later if s.application != "Queue" or _queue(s) != stay.queue.name), None)
    if step is None or step.exten == "h" or (traces.ended_at is not None and step.at >= traces.ended_at):
        return None
    return step


def _queue(step: Step) -> str:
    return step.data.split(",", 1)[0]


def _rang(dial: Dial) -> bool:
    """Whether the dialled phone rang, or one behind the dialled Local channel."""
    leg = dial.dest
    if leg.is_party:
        return leg.ringing_at is not None
    return leg.other_half is not None and any(_rang(d) for d in leg.other_half.dials)


def _unready(
    stay: QueueStay,
    joined_at: float,
    left_at: float,
    tried: tuple[tuple[float, float], ...],
    rang: set[float],
    queued_after: float,
) -> float | None:
    """When the first stretch began in which no agent was ready for longer than allowed; None if there is none.

    An agent who has a call is ready if the queue calls her all the same (``ringinuse``) and her phone rang at its
    last offer: a phone that takes no second call does not ring.

    ``tried``: the intervals of the offers; ``rang``: the beginnings of those that rang.
    """
    first = min((a for a, _ in tried), default=left_at)
    if min(first, left_at) - joined_at > queued_after:
        return joined_at
    reached, second_calls_ring = joined_at, False
    for a, b in [*sorted(tried), (left_at, left_at)]:
        if a > reached:
            since: float | None = None
            for start, until, readiness in stay.queue.between(reached, a):
                if readiness.ready or (readiness.called_in_use and second_calls_ring):
                    since = None
                    continue
                since = start if since is None else since
                if until - since > queued_after:
                    return since
        reached, second_calls_ring = max(reached, b), a in rang
    return None
