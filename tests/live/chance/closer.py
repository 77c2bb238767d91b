"""What a record says beyond tags and outcomes, beside what the phones did: who rang, talked, waited, listened; when.

A busy PBX dates what it does later than the phones do, so times may differ by ``LATE``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import inf

from tests.live.chance.beside import role
from tests.live.chance.offered import Offer, in_step
from tests.live.chance.plan import Dial, Plan, Queue
from tests.live.chance.seen import Deed, Log
from tests.live.chance.waiting import exit_of, queue_of, refuses
from tests.live.expected import Expected, Record

LATE = 1.0
"""Seconds."""
MODES = {"listens": "monitor", "keeps listening": "monitor", "whispers": "coach", "barges in": "barge"}
APART = ("asks", "asks outside", "parks", "is parked and waits", "is parked by a panel", "asks the lot", "a room",
         "asks a room", "makes it three", "is moved to nobody", "is bridged", "registers anew")  # fmt: skip
"""Deeds in which who talks leaves the customer for a while."""


@dataclass(frozen=True)
class Measured(Expected):
    """One record, of which some fields tell seconds that the phones know."""

    waits: float | None = None
    talks: float | None = None

    def differences(self, record: Record, nn: str, siblings: set[str]) -> list[str]:
        wrong = super().differences(record, nn, siblings)
        for name, wanted in (("wait_seconds", self.waits), ("talk_seconds", self.talks)):
            if not wrong and wanted is not None and abs(record[name] - wanted) > LATE:
                wrong.append(f"{name}: {record[name]}, expected {wanted:.2f}")
        return wrong


@dataclass(frozen=True)
class Closely(Expected):
    """One record, with all that it says of the customer's call."""

    plan: Plan | None = None
    log: Log | None = None
    offered: tuple[Offer, ...] = ()
    members_told: bool = True

    def differences(self, record: Record, nn: str, siblings: set[str]) -> list[str]:
        wrong = super().differences(record, nn, siblings)
        if wrong or self.plan is None or self.log is None:  # what is wrong at large is so in the small
            return wrong
        return [*wrong, *_Compared(self.plan, self.log, self.offered, self.members_told, record, nn).wrong()]


class _Compared:
    def __init__(
        self, plan: Plan, log: Log, offered: tuple[Offer, ...], members_told: bool, record: Record, nn: str
    ) -> None:
        self.members_told = members_told
        self.plan = plan
        self.log = log
        self.offered = offered
        self.record = record
        self.nn = nn

    def wrong(self) -> Iterator[str]:
        yield from self._times()
        yield from self._offers()
        yield from self._talks()
        yield from self._queues()
        yield from self._supervisions()
        yield from self._transfers()

    def _is_at(self, what: str, found: str | None, wanted: float) -> Iterator[str]:
        at = _seconds(found)
        if at is None or abs(at - wanted) > LATE:
            yield f"{what}: {self._after(at)}, expected {self._after(wanted)}"

    def _after(self, at: float | None) -> str:
        return "nothing" if at is None else f"{at - self.log.called_at:.2f} s"

    def _extension(self, who: str) -> str:
        return f"{ {'a': 1, 's': 2, 'e': 3}[who[0]] }{self.nn}{who[1]}"

    def _times(self) -> Iterator[str]:
        log, record = self.log, self.record
        ended = _seconds(record["ended_at"]) or 0.0
        gave_up = [deed.gave_up_at for deed in log.deeds if deed.gave_up_at is not None]
        least = max([log.gave_up_at or log.called_at, *(talk.ended for talk in log.conversations), *gave_up])
        # Whom a panel bridged with the customer goes on with what she heard before.
        most = log.over_at if all(deed.what != "is bridged" for deed in log.deeds) else inf
        # Whom a routine asks to take the call by a key it asks on when the caller has gone.
        most = max(most, *(rang.over_at for rang in log.rang if rang.acted == "not confirmed"), 0.0)
        if not least - LATE < ended < most + LATE:
            yield f"ended_at: {self._after(ended)}, expected {self._after(least)} to {self._after(log.over_at)}"
        talks = log.conversations  # one with a plain extension, too
        if self.plan.caller == "customer":
            if talks and not self._asked_first():
                yield from self._is_at("answered_at", record["answered_at"], talks[0].began)
            elif not talks and record["answered_at"]:
                yield f"answered_at: {record['answered_at']}, expected nothing"
            number = {"did": "21", "account": "22", "normalised": "23", "pilot": "22"}.get(self.plan.way_in)
            wanted = f"8{self.nn}{number}" if number else None
            if (record["customer"] or {}).get("number") not in (f"0{self.plan.seed % 1000:03d}001", "12345"):
                yield f"customer: {record['customer']}"
            if record["dn"] != wanted:
                yield f"dn: {record['dn']}, expected {wanted}"
        held = [(since, until) for _, since, until in getattr(log, "held", [])]
        if held and record["hold_seconds"] < sum(until - since for since, until in held) - LATE * len(held):
            yield f"hold_seconds: {record['hold_seconds']}, expected more"
        waited = self._waited()
        if waited is not None and abs(record["wait_seconds"] - waited) > LATE:
            yield f"wait_seconds: {record['wait_seconds']}, expected {waited:.2f}"

    def _asked_first(self) -> bool:
        """Whether who answered first took the call by a key: the script waits a while until the PBX has heard it."""
        first = self.log.conversations[0] if self.log.conversations else None
        step = self.plan.steps[first.step] if first is not None and first.step is not None else None
        return first is not None and isinstance(step, Dial | Queue) and step.asks(first.who)

    def _waited(self) -> float | None:
        """How long the customer waited; None where nobody says since when or until when."""
        log = self.log
        extension = bool(log.conversations) and role(log.conversations[0].who) == "extension"
        if self.plan.caller != "customer" or extension or self._asked_first():
            return None
        until = log.conversations[0].began if log.conversations else log.gave_up_at or log.over_at
        queues = [n for n in sorted(log.reached) if (q := queue_of(self.plan, n)) is not None]
        if queues and (q := queue_of(self.plan, queues[0])) is not None and refuses(self.plan, q):
            return None
        if queues and log.reached[queues[0]] > until:
            return None
        return until - (log.reached[queues[0]] if queues else log.called_at)

    def _offers(self) -> Iterator[str]:
        found: dict[str, list[dict[str, str]]] = {}
        for offer in self.record["offers"]:
            found.setdefault(offer["agent"], []).append(offer)
        for offer in self.offered:
            mine = found.get(self._extension(offer.who), [])
            if not mine:
                return
            told = mine.pop(0)
            name = f"offer of {offer.who}"
            if offer.until is not None:
                yield from self._is_at(f"{name} started_at", told["started_at"], offer.at)
            if offer.until is not None:
                yield from self._is_at(f"{name} ended_at", told["ended_at"], offer.until)
                rang = offer.until - offer.at if offer.rings else 0.0
                if abs(float(told["ring_seconds"]) - rang) > LATE:
                    yield f"{name} ring_seconds: {told['ring_seconds']}, expected {rang:.2f}"
            queue = self._queue_of(offer)
            if queue is not False and (told["queue"] or None) != queue:
                yield f"{name} queue: {told['queue']}, expected {queue}"

    def _queue_of(self, offer: Offer) -> str | bool | None:
        """The queue that called; False where nobody says."""
        if offer.step is None or offer.step >= len(self.plan.steps):
            return False
        step = self.plan.steps[offer.step]
        return f"q{self.nn}-{step.name}" if isinstance(step, Queue) else None

    def _talks(self) -> Iterator[str]:
        log = self.log
        stretches = [
            (_seconds(each["from"]) or 0.0, _seconds(each["until"]) or 0.0, each["parties"])
            for each in self.record.get("conversations", [])
        ]
        for talk in log.conversations:
            if talk.ended - talk.began < LATE or talk.who in ("outside", "customer"):
                continue
            who = self._extension(talk.who)
            mine = [(a, b) for a, b, parties in stretches
                    if who in parties and b > talk.began - LATE and a < talk.ended + LATE]  # fmt: skip
            if not mine:
                yield f"talk with {talk.who} from {self._after(talk.began)}: none"
                continue
            if abs(min(a for a, _ in mine) - talk.began) > LATE or abs(max(b for _, b in mine) - talk.ended) > LATE:
                told = ", ".join(f"{self._after(a)} to {self._after(b)}" for a, b in mine)
                yield f"talk with {talk.who}: {told}, expected {self._after(talk.began)} to {self._after(talk.ended)}"
        apart = any(deed.what in APART for deed in log.deeds) or not all(talk.ended for talk in log.conversations)
        if not apart and self.plan.caller == "customer":
            wanted = sum(talk.ended - talk.began for talk in log.conversations)
            found = self.record["talk_seconds"] + self.record["hold_seconds"]
            if abs(found - wanted) > LATE * max(1, len(log.conversations)):
                yield f"talk and hold: {found:.2f} s, expected {wanted:.2f} s"

    def _queues(self) -> Iterator[str]:
        log, plan = self.log, self.plan
        if log.picked_up_at is not None:
            return
        wanted = []
        for number in sorted(log.reached):
            step = queue_of(plan, number)
            if step is None or refuses(plan, step):
                continue
            joined, left = in_step(log, number)
            answered = [talk for talk in log.conversations if talk.step == number]
            exit_: str | None = exit_of(plan, log, number)
            if answered:
                exit_, left = "answered", answered[0].began
            elif log.gave_up_at == left:
                exit_ = "abandoned"
            elif log.moved is not None and left == log.moved[0]:
                exit_ = "transferred"
            if any(step.asks(rang.who) for rang in log.rang if rang.step == number):
                exit_ = None
            wanted.append((step.name, joined, left, exit_))
        found = [each for each in self.record["queues"] if each["exit"] != "join_empty"
                 and each["name"].removeprefix(f"q{self.nn}-") not in ("passed", "busy", "again")]  # fmt: skip
        if [each["name"].removeprefix(f"q{self.nn}-") for each in found] != [name for name, *_ in wanted]:
            yield f"queues: {[each['name'] for each in found]}, expected {wanted}"
            return
        for told, (name, joined, left, exit_) in zip(found, wanted, strict=True):
            yield from self._is_at(f"queue {name} joined_at", told["joined_at"], joined)
            # A queue lets go of the caller when a phone is picked up; ARI does not tell that it waits a while before.
            if exit_ is not None and (self.members_told or name != "delayed"):
                yield from self._is_at(f"queue {name} left_at", told["left_at"], left)
            if exit_ is not None and told["exit"] != exit_:
                yield f"queue {name} exit: {told['exit']}, expected {exit_}"

    def _supervisions(self) -> Iterator[str]:
        wanted: list[Deed] = []
        last: dict[str, Deed] = {}
        for deed in (deed for deed in self.log.deeds if deed.what in MODES):
            before = last.get(deed.by)
            if not (deed.switched and before is not None and MODES[before.what] == MODES[deed.what]):
                wanted.append(deed)
            last[deed.by] = deed
        found = list(self.record["supervisions"])
        for deed in wanted:
            words = (self._extension(deed.by), MODES[deed.what], self._extension(deed.to))
            mine = [each for each in found if (each["by"], each["mode"], each["target"]) == words]
            if not mine:
                yield f"supervision {words}: none of {[(s['by'], s['mode'], s['target']) for s in found]}"
                continue
            told = mine[0]
            found.remove(told)
            yield from self._is_at(f"supervision {words} from", told["from"], deed.began)
        keeps = any(deed.what == "keeps listening" for deed in wanted)
        if found and not keeps:
            yield f"supervisions: {[(s['by'], s['mode'], s['target']) for s in found]} too many"

    def _transfers(self) -> Iterator[str]:
        found = [(t["kind"], t["by"], t["to"], t["outcome"]) for t in self.record["transfers"]]
        for deed in self.log.deeds:
            kind = {"blind": "blind", "asks": "attended"}.get(deed.what)
            passed = deed.connected and not deed.dropped_by and deed.by != deed.to
            if kind is None or not passed or deed.left_ringing or deed.in_queue:
                continue
            wanted = (kind, self._extension(deed.by), self._extension(deed.to), "answered")
            if wanted not in found:
                yield f"transfers: {found}, expected {wanted}"


def _seconds(time: str | None) -> float | None:
    return datetime.fromisoformat(time).timestamp() if time else None
