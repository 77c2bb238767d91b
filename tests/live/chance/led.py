"""A room whose callers wait for its leader, who comes late, again, or never: in each moment one comes or goes."""

import asyncio
import time
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from tests.live.chance.beside import SHORT_ABANDON, role
from tests.live.chance.closer import Measured
from tests.live.chance.undecided import TooCloseError
from tests.live.chance.waiting import over
from tests.live.expected import Expected
from tests.live.phones import Call, Phone
from tests.live.stage import Cell

LEADER = -1
"""Beside the numbers of the callers."""


@dataclass(frozen=True)
class Led:
    seed: int
    leader: str
    dn: Literal["70", "71", "72", "73"]
    by_profile: bool
    """Whether it is a profile that makes the leader one."""
    moments: tuple[tuple[int, float], ...]
    """Whose turn it is to come, or to go who is there; and for how long nothing happens after that."""

    @property
    def ends_marked(self) -> bool:
        """Whether callers leave with the leader."""
        return self.dn in ("72", "73")

    def told(self, talks: int) -> str:
        return f"seed {self.seed}: {self}"


@dataclass
class Visit:
    """Of one caller, from the call to the end; or of the leader."""

    who: int
    began: float
    ended: float = 0.0
    by_itself: bool = True
    """Whether who came has hung up."""


@dataclass
class Watched:
    visits: list[Visit] = field(default_factory=list)

    def kinds(self) -> set[str]:
        return {"a leader's room", *(["a leader comes"] if any(v.who == LEADER for v in self.visits) else [])}

    def told(self) -> list[str]:
        first = min((v.began for v in self.visits), default=0.0)
        return [
            f"    {v.began - first:.2f} to {v.ended - first:.2f}: {v.who}, by itself {v.by_itself}"
            for v in self.visits
        ]


def led(seed: int) -> Led:
    r = Random(seed)
    callers = r.choice((1, 1, 2, 2, 3))
    people = [*range(callers), *[LEADER] * r.choice((0, 1, 1, 2))]
    turns = [each for each in people for _ in range(2)]
    r.shuffle(turns)
    moments = tuple((who, r.choice((0.7, 0.9, 2.6, 3.2))) for who in turns)
    return Led(seed, r.choice(("a1", "a1", "s1")), r.choice(("70", "71", "72", "73")), r.random() < 0.5, moments)


async def play(cell: Cell, customer: Phone, plan: Led) -> Watched:
    watched = Watched()
    there: dict[int, tuple[Visit, Call]] = {}
    left = 0
    for who, pause in plan.moments:
        if who not in there:
            joins = cell.count("ConfbridgeJoin")
            if who == LEADER:
                number = f"5{cell.nn}{7 if plan.by_profile else 6}"
                call = await cell.phone(plan.leader).call(number)
            else:
                call = await customer.call(cell.dn(plan.dn), cell.caller(who + 1))
            visit = Visit(who, time.time())
            watched.visits.append(visit)
            there[who] = visit, call
            await call.connected()
            await cell.joins(joins)
        else:
            visit, call = there.pop(who)
            visit.ended = time.time()
            await call.hangup()
            left += 1
            await cell.leaves(left - 1)
            if who == LEADER and plan.ends_marked:
                for other, at_end in there.values():
                    await at_end.ended()
                    other.ended, other.by_itself = time.time(), False
                    left += 1
                there.clear()
        await asyncio.sleep(pause)
    for visit, call in there.values():
        visit.ended = time.time()
        await call.hangup()
    for who in ("customer", plan.leader):
        await cell.gone(who)
    return watched


def expected(plan: Led, watched: Watched, music_told: bool) -> list[Expected]:
    """music_told: whether the feed tells who hears music in a room, which ARI does not."""
    if not music_told and plan.dn in ("71", "73"):
        raise TooCloseError("nothing told tells who waits for the leader")
    leads = [v for v in watched.visits if v.who == LEADER]
    heard = {
        id(v): [(max(v.began, lead.began), min(v.ended, lead.ended), lead) for lead in leads
                if min(v.ended, lead.ended) - max(v.began, lead.began) > 0]
        for v in watched.visits if v.who != LEADER
    }  # fmt: skip
    records = []
    groups: list[list[Visit]] = []
    for visit in (v for v in watched.visits if v.who != LEADER):
        if not heard[id(visit)]:
            records.append(_abandoned(visit))
            continue
        together = [
            group for group in groups
            if any(_overlap(mine, its) for other in group for its in heard[id(other)] for mine in heard[id(visit)])
        ]  # fmt: skip
        groups = [group for group in groups if group not in together]
        groups.append([*(each for group in together for each in group), visit])
    for group in groups:
        last = max((span for visit in group for span in heard[id(visit)]), key=lambda span: span[1])
        by_leader = last[1] == last[2].ended
        ended_by = role(plan.leader) if by_leader else "customer"
        tag = "agent_disconnect" if by_leader else "customer_disconnect"
        first = min(group, key=lambda visit: visit.began)
        spans = [span for visit in group for span in heard[id(visit)]]
        waits = min(span[0] for span in heard[id(first)]) - first.began
        records.append(Measured(
            tags=f"incoming_dn_call {tag}", ended_by=ended_by, waits=waits if len(group) == 1 else None,
            talks=_length(spans),
        ))  # fmt: skip
    return records


def _length(spans: list[tuple[float, float, Visit]]) -> float:
    """Seconds in which somebody was with the leader."""
    reached, length = 0.0, 0.0
    for since, until, _ in sorted(spans, key=lambda span: span[0]):
        length += max(0.0, until - max(since, reached))
        reached = max(reached, until)
    return length


def _overlap(one: tuple[float, float, Visit], other: tuple[float, float, Visit]) -> bool:
    return min(one[1], other[1]) > max(one[0], other[0])


def _abandoned(visit: Visit) -> Expected:
    short = "" if over(visit.ended - visit.began, SHORT_ABANDON) else " short_abandon"
    return Expected(tags=f"incoming_dn_call customer_abandon{short}", ended_by="customer", abandoned_in="ivr")
