"""A contact centre that is not there: records of a random period, of all kinds, as a PBX might have led to them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from bridge.tags.catalogue import BY_NAME
from bridge.vocabulary.agent_state import AgentStateRecord, DeviceStateRecord, State, StateRecord, Why, state_id
from bridge.vocabulary.record import Record

PBXS = ("pbx1", "pbx2")
AGENTS = ("1001", "1002", "1003", "1004")
SUPERVISORS = ("2001", "2002")
QUEUES = ("support", "sales", "billing")
DNS = ("8000", "8001", None)
CUSTOMERS = ("0912345678", "+886912345678", "0277001234", "+886277001234", "5551234", None)
FAILED = ("rejected", "cpe_rejected", "no_answer", "answered_elsewhere", "forwarded", None)
REASONS = ("unreachable", "no_response", "device_lost", None)


def written(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{ms % 1000:03d}Z"


def calls(seed: int, count: int, since: int, until: int) -> list[Record]:
    """``since``, ``until``: milliseconds between which calls start."""
    chance = random.Random(seed)
    return [_Call(chance, n, chance.randrange(since, until)).record() for n in range(count)]


def made(**fields: Any) -> Record:
    """One record with what is said of it, and what every record has."""
    base: dict[str, Any] = {
        "version": 1, "record_id": "0" * 32, "revision": 1, "complete": True, "gaps": [], "pbx": "pbx1",
        "call_id": "1.1", "linked_ids": ["1.1"], "sip_call_ids": [], "tags": [], "labels": {}, "evidence": {},
        "direction": "inbound", "dn": "8000", "customer": {"number": "0912345678", "name": None},
        "started_at": "2026-03-02T09:00:00.000Z", "answered_at": None, "ended_at": "2026-03-02T09:10:00.000Z",
        "wait_seconds": 0.0, "talk_seconds": 0.0, "hold_seconds": 0.0, "ended_by": "customer", "hangup_cause": 16,
        "sip_code": None, "queues": [], "offers": [], "participants": [], "transfers": [], "supervisions": [],
        "conferences": [],
    }  # fmt: skip
    base |= fields
    base["tags"] = sorted(base["tags"], key=lambda name: BY_NAME[name].bit)
    base["tag_bits"] = sum(1 << BY_NAME[name].bit for name in base["tags"])
    for name in base["tags"]:
        base["evidence"].setdefault(name, [{"at": base["ended_at"], "event": "Hangup"}])
    return msgspec.convert(base, Record)


def offer(agent: str, outcome: str | None, since: str, until: str | None, **more: Any) -> dict[str, Any]:
    return {
        "agent": agent, "device": f"PJSIP/{agent}", "queue": "support", "started_at": since, "ringing_at": since,
        "ended_at": until, "ring_seconds": 5.0, "outcome": outcome, "reason": None, "cause": None, "sip_code": None,
    } | more  # fmt: skip


def person(party: str, role: str, since: str, until: str | None, talk: float, hold: float = 0.0) -> dict[str, Any]:
    return {
        "party": party, "role": role, "device": f"PJSIP/{party}", "joined_at": since, "left_at": until,
        "talk_seconds": talk, "hold_seconds": hold,
    }  # fmt: skip


class _Call:
    """One call being made up, from its start on."""

    def __init__(self, chance: random.Random, number: int, start: int) -> None:
        self.chance = chance
        self.now = self.start = start
        self.tags: set[str] = set()
        self.evidence: dict[str, list[dict[str, Any]]] = {}
        self.fields: dict[str, Any] = {
            "record_id": f"{number:08x}{chance.getrandbits(96):024x}", "call_id": f"{number}.1",
            "linked_ids": [f"{number}.1"], "pbx": chance.choice(PBXS), "dn": chance.choice(DNS),
            "complete": chance.random() < 0.95, "queues": [], "offers": [], "participants": [], "transfers": [],
            "supervisions": [], "conferences": [], "dials": [],
            "thresholds": {"agent_answer": 20.0, "customer_waiting": 60.0, "short_abandon": 5.0},
        }  # fmt: skip
        number_given = chance.choice(CUSTOMERS)
        self.fields["customer"] = {"number": number_given, "name": None}

    def pass_by(self, most: float) -> int:
        """Some time, often a whole number of seconds, sometimes none, goes by; the time then."""
        chance = self.chance
        self.now += chance.choice((0, chance.randrange(0, 5) * 1000, chance.randrange(0, int(most * 1000) + 1)))
        return self.now

    def prove(self, tag: str, party: str | None = None) -> None:
        self.tags.add(tag)
        self.evidence.setdefault(tag, []).append({"at": written(self.now), "event": "X", "party": party})

    def record(self) -> Record:
        kind = self.chance.choices(("inbound", "outbound", "internal"), (8, 2, 1))[0]
        self.fields["direction"] = kind
        if kind == "inbound":
            self._inbound()
        elif kind == "outbound":
            self._outbound()
        else:
            self._talk([self.chance.choice(AGENTS), self.chance.choice(AGENTS)])
            if self.chance.random() < 0.5:
                self.fields["consult_of"] = "9.9"
        self.pass_by(3)
        return made(
            started_at=written(self.start), ended_at=written(self.now), tags=list(self.tags), evidence=self.evidence,
            **self.fields,
        )  # fmt: skip

    def _inbound(self) -> None:
        chance = self.chance
        for tag in ("queued", "over_customer_waiting_threshold", "short_abandon"):
            if chance.random() < 0.2:
                self.prove(tag)
        answered = False
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            answered = self._queue()
            if answered:
                break
        if not answered and chance.random() < 0.2:
            answered = self._rings(None)
        self.fields["wait_seconds"] = (self.now - self.start) / 1000
        if answered:
            self.fields["answered_at"] = written(self.now)
            self._served()
            return
        end = chance.choice(("abandon", "callback", "overflow", "nothing", "exit", "other"))
        if end == "abandon":
            self.pass_by(8)
            self.prove("customer_abandon")
            where = chance.choice(("ivr", "queue", "ringing", None))
            if where is not None:
                self.fields["abandoned_in"] = where
        elif end == "callback":
            self.prove("virtual_queue_callback_incoming")
        elif end == "overflow":
            self.prove("overflowed")
        elif end == "exit":
            self.prove("queue_exit")
        elif end == "other":
            party = chance.choice(("3001", "0922000000"))
            role = "extension" if party == "3001" else "outside"
            since = written(self.now)
            self.pass_by(30)
            talked = self.now / 1000 - datetime.fromisoformat(since).timestamp()
            self.fields["participants"].append(person(party, role, since, written(self.now), round(talked, 3)))

    def _queue(self) -> bool:
        chance, name = self.chance, self.chance.choice(QUEUES)
        joined = self.now
        leave: str = chance.choice(("full", "join_empty", "abandoned", "timeout", "leave_empty", "key", "transferred",
                                    "unknown", "answered", "answered", "answered"))  # fmt: skip
        refused = leave in ("full", "join_empty")
        answered = False
        if not refused:
            self.pass_by(20)
            for _ in range(chance.choice((0, 1, 2))):
                self._rings(name, answer=False)
            if leave == "answered":
                answered = True
                if chance.random() < 0.9:  # else picked up by somebody to whom it was not offered
                    self._rings(name, answer=True)
        left = self.pass_by(1) if not answered else self.now
        self.fields["queues"].append({
            "name": name, "joined_at": None if refused or chance.random() < 0.03 else written(joined),
            "left_at": written(left) if chance.random() < 0.97 else None,
            "position": None if refused else chance.randrange(1, 6), "exit": leave,
        })  # fmt: skip
        return answered

    def _rings(self, queue: str | None, answer: bool = True) -> bool:
        chance = self.chance
        since = self.now
        agents = chance.sample(AGENTS + SUPERVISORS, chance.choice((1, 1, 1, 3)))
        rang = chance.random() < 0.9
        self.pass_by(40)
        for n, agent in enumerate(agents):
            outcome = "answered" if answer and n == 0 else "answered_elsewhere" if answer else chance.choice(FAILED)
            if outcome == "rejected" and chance.random() < 0.2:
                outcome = "cancelled"
            threshold = {"threshold": 10.0} if queue == "sales" else {}
            self.fields["offers"].append(
                offer(
                    agent,
                    outcome,
                    written(since),
                    written(self.now) if chance.random() < 0.97 else None,
                    queue=queue,
                    ringing_at=written(since) if rang else None,
                    ring_seconds=(self.now - since) / 1000 if rang else 0.0,
                    reason=chance.choice(REASONS) if outcome == "cpe_rejected" else None,
                    sip_code=chance.choice((486, 480, None)),
                    **threshold,
                )
            )
            if rang and self.now - since > 20_000:
                self.prove("over_agent_answer_threshold", agent)
        if not answer:
            self.prove("reassign")
        return answer

    def _served(self) -> None:
        chance = self.chance
        first = self.fields["offers"][-1]["agent"] if self.fields["offers"] else chance.choice(AGENTS)
        people = [first, *chance.sample(AGENTS + SUPERVISORS, chance.choice((0, 0, 1)))]
        self._talk(people)
        if chance.random() < 0.3:
            to = chance.choice((*AGENTS, *QUEUES, "0922000000"))
            kind = "queue" if to in QUEUES else "external" if to == "0922000000" else "agent"
            at = chance.randrange(self.start, self.now + 1)
            self.fields["transfers"].append({
                "kind": chance.choice(("blind", "attended", "takeover")), "by": first, "from": first, "to": to,
                "target_type": kind, "at": written(at),
                "outcome": chance.choice(("answered", "unanswered", "refused", "unknown")),
            })  # fmt: skip
        for _ in range(chance.choice((0, 0, 0, 1, 3))):
            since = chance.randrange(self.start, self.now + 1)
            self.fields["supervisions"].append({
                "by": chance.choice(SUPERVISORS), "role": "supervisor", "target": chance.choice(people),
                "mode": chance.choice(("monitor", "coach", "barge", None)), "from": written(since),
                "until": written(chance.randrange(since, self.now + 1)) if chance.random() < 0.9 else None,
            })  # fmt: skip

    def _talk(self, people: Sequence[str]) -> None:
        chance, since = self.chance, self.now
        self.pass_by(600)
        for party in people:
            role = "supervisor" if party in SUPERVISORS else "agent"
            length = (self.now - since) / 1000
            hold = round(length * chance.choice((0, 0, 0.25)), 3)
            self.fields["participants"].append(
                person(
                    party,
                    role,
                    written(since),
                    written(self.now) if chance.random() < 0.9 else None,
                    round(length - hold, 3),
                    hold,
                )
            )
        if self.fields["direction"] != "internal":
            self.fields["talk_seconds"] = (self.now - since) / 1000
        if len(people) > 1 and chance.random() < 0.3:
            self.fields["conferences"].append(
                {"from": written(since), "until": written(self.now), "speakers": [*people, "0912345678"]}
            )
        if chance.random() < 0.3:
            self.prove("agent_disconnect", people[0])
        if chance.random() < 0.1:
            self.prove("device_lost", people[-1])

    def _outbound(self) -> None:
        chance = self.chance
        if chance.random() < 0.2:
            self.fields["callback_of"] = "8.8"
        if chance.random() < 0.6:
            self.pass_by(20)
            self.fields["answered_at"] = written(self.now)
            self._talk([chance.choice(AGENTS)])
        else:
            self._talk([chance.choice(AGENTS)])
            tag = chance.choice(("customer_abandon", "overflowed", None))
            if tag is not None:
                self.prove(tag)
        if chance.random() < 0.2:
            self.fields["queues"].append({
                "name": chance.choice(QUEUES), "joined_at": written(self.start), "left_at": written(self.now),
                "position": 1, "exit": chance.choice(("answered", "abandoned", "full")),
            })  # fmt: skip


def lines(records: Sequence[Record | StateRecord]) -> Iterator[str]:
    """As a ``jsonl`` sink writes them."""
    for record in records:
        yield msgspec.json.encode(record).decode()


def states(seed: int, records: Sequence[Record], since: int, until: int) -> list[StateRecord]:
    """Stretches of every agent and phone of both PBXs: those of one touch, and the last one lasts still."""
    chance = random.Random(seed)
    found: list[StateRecord] = []
    ids = [record.record_id for record in records]
    for pbx in PBXS:
        for agent in (*AGENTS, *SUPERVISORS):
            found += _stretches(chance, pbx, agent, since, until, ids)
            found += _reached(chance, pbx, agent, since, until)
    return found


STATES: tuple[State, ...] = (
    "talking", "hold", "dialling", "ringing", "wrap_up", "paused", "unreachable", "ready", "logged_out", "unknown",
)  # fmt: skip


def _cuts(chance: random.Random, since: int, until: int) -> Iterator[int]:
    """Moments at which a state changes: some far apart, some on whole quarters of an hour."""
    now = since - chance.randrange(0, 3 * 86_400_000)
    while now < until:
        yield now
        now += chance.choice((1, 37, 5_000, 60_123, 900_000, 4_000_000, 30_000_000))
        if chance.random() < 0.2:
            now = -(-now // 900_000) * 900_000


def _stretches(
    chance: random.Random, pbx: str, agent: str, since: int, until: int, ids: Sequence[str]
) -> Iterator[StateRecord]:
    cuts = [*_cuts(chance, since, until)]
    kinds = [chance.choice(STATES) for _ in cuts]
    for n, begin in enumerate(cuts):
        end, state = cuts[n + 1] if n + 1 < len(cuts) else None, kinds[n]
        yield AgentStateRecord(
            state_id=state_id(pbx, "agent", agent, begin), revision=0 if end is None else 1,
            complete=chance.random() < 0.9, gaps=[], pbx=pbx, agent=agent, device=f"PJSIP/{agent}",
            role="supervisor" if agent in SUPERVISORS else "agent", state=state,
            reason=chance.choice(("lunch", "training", None)) if state == "paused" else None,
            next=kinds[n + 1] if end is not None else None, from_=written(begin),
            until=written(end) if end is not None else None,
            seconds=(end - begin) / 1000 if end is not None else 0.0, queues=["support"], paused_in=[],
            record_id=chance.choice(ids) if state in ("talking", "ringing") else None, direction=None,
            computed=False, evidence=Why(None, None),
        )  # fmt: skip


def _reached(chance: random.Random, pbx: str, agent: str, since: int, until: int) -> Iterator[StateRecord]:
    cuts = [*_cuts(chance, since, until)][::3]
    for n, begin in enumerate(cuts):
        end = cuts[n + 1] if n + 1 < len(cuts) else None
        state = chance.choice(("reachable", "unreachable", "unknown"))
        yield DeviceStateRecord(
            state_id=state_id(pbx, "device", f"PJSIP/{agent}", begin), revision=0 if end is None else 1,
            complete=True, pbx=pbx, device=f"PJSIP/{agent}", agent=agent, state=state,  # type: ignore[arg-type]
            why="unregistered" if state == "unreachable" else None, from_=written(begin),
            until=written(end) if end is not None else None,
            seconds=(end - begin) / 1000 if end is not None else 0.0, evidence=Why(None, None),
        )  # fmt: skip
