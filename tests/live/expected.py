"""What the record of a call must say, and how it is compared with what was written."""

from collections import Counter
from dataclasses import dataclass
from itertools import permutations
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Expected:
    """One record. Parties are written as in the scenario: a1, s2, e1, customer."""

    tags: str
    """The exact tags, in any order."""
    offers: str = ""
    """Every offer and its outcome in order: ``a1 rejected, a2 answered``; those that begin at once have a ``&``
    between them. Where nobody can say beforehand who is quicker, both ways with a ``|`` between them."""
    direction: str = "inbound"
    ended_by: str | None = None
    queues: str | None = None
    """Each stay in a queue: ``linear answered``."""
    transfers: str | None = None
    """Each transfer: ``blind s1 answered`` (kind, to whom if staff, outcome)."""
    supervisions: str | None = None
    """Each supervision: ``s1 monitor a1``."""
    staff: str | None = None
    """Everybody of the staff who took part, in order of coming: ``a6 a1``."""
    first: str | None = None
    """The role of whoever was in the call first: ``customer``."""
    abandoned_in: str | None = None
    overflow_reason: str | None = None
    queue_exit_reason: str | None = None
    held: bool = False
    """Whether somebody was on hold for a time."""
    callback: bool = False
    """Whether ``callback_of`` names the call of another record of this scenario."""
    consult: bool = False
    """Whether ``consult_of`` names the call of another record of this scenario."""

    def differences(self, record: Record, nn: str, siblings: set[str]) -> list[str]:
        """Every difference, one line each; siblings are the call ids of the scenario's other records."""
        wrong: list[str] = []

        def compare(what: str, found: Any, wanted: Any) -> None:
            if found != wanted:
                wrong.append(f"{what}: {found!r}, expected {wanted!r}")

        compare("tags", sorted(record["tags"]), sorted(self.tags.split()))
        wrong += self._offers_differ(record, nn)
        compare("direction", record["direction"], self.direction)
        if self.ended_by is not None:
            compare("ended_by", record["ended_by"], self.ended_by)
        if self.queues is not None:
            found = [f"{_queue(stay['name'], nn)} {stay['exit']}" for stay in record["queues"]]
            compare("queues", found, _parts(self.queues))
        if self.transfers is not None:
            found = [
                " ".join(filter(None, (t["kind"], _staff(t["to"], nn), t["outcome"]))) for t in record["transfers"]
            ]
            compare("transfers", found, _parts(self.transfers))
        if self.supervisions is not None:
            found = [f"{_who(s['by'], nn)} {s['mode']} {_who(s['target'], nn)}" for s in record["supervisions"]]
            compare("supervisions", found, _parts(self.supervisions))
        if self.staff is not None:
            found = [_staff(p["party"], nn) for p in record["participants"] if p["role"] in ("agent", "supervisor")]
            compare("staff", found, self.staff.split())
        if self.first is not None:
            compare("first", record["participants"][0]["role"], self.first)
        compare("complete", record["complete"], True)
        compare("abandoned_in", record.get("abandoned_in"), self.abandoned_in)
        compare("overflow_reason", record.get("overflow_reason"), self.overflow_reason)
        compare("queue_exit_reason", record.get("queue_exit_reason"), self.queue_exit_reason)
        if self.held and not record["hold_seconds"]:
            wrong.append("hold_seconds: 0, expected more")
        compare("callback_of another record here", record.get("callback_of") in siblings, self.callback)
        compare("consult_of another record here", record.get("consult_of") in siblings, self.consult)
        return wrong

    def _offers_differ(self, record: Record, nn: str) -> list[str]:
        found = [f"{_who(offer['agent'], nn)} {offer['outcome']}" for offer in record["offers"]]
        if any(_as_wanted(found, way) for way in self.offers.split("|")):
            return []
        return [f"offers: {', '.join(found)!r}, expected {self.offers!r}"]


def _as_wanted(found: list[str], offers: str) -> bool:
    rest = list(found)
    for round_ in _parts(offers):
        wanted = [part.strip() for part in round_.split("&")]
        now, rest = rest[: len(wanted)], rest[len(wanted) :]
        if Counter(now) != Counter(wanted):
            return False
    return not rest


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _who(party: str | None, nn: str) -> str:
    """1NN2 as a2, 2NN1 as s1; anything else as it is."""
    party = (party or "").removeprefix("PJ").removeprefix("SIP/")
    if len(party) == 4 and party[1:3] == nn and party[0] in "123":
        return f"{' ase'[int(party[0])]}{party[3]}"
    return party


def _queue(name: str, nn: str) -> str:
    """q01-linear as linear, 60100 (queues are numbers in the FreePBX manner) as 00."""
    return name.removeprefix(f"q{nn}-").removeprefix(f"6{nn}")


def _staff(party: str | None, nn: str) -> str:
    who = _who(party, nn)
    return who if who[:1] in ("a", "s", "e") else ""


def compare(expected: list[Expected], records: list[Record], nn: str) -> list[str]:
    """The differences under the pairing of expectations and records that has the fewest."""
    if len(expected) != len(records):
        seen = [(r["call_id"], r["tags"]) for r in records]
        return [f"{len(records)} records, expected {len(expected)}: {seen}"]
    calls = {record["call_id"] for record in records}

    def under(order: tuple[Record, ...]) -> list[str]:
        pairs = zip(expected, order, strict=True)
        return [d for e, r in pairs for d in e.differences(r, nn, calls - {r["call_id"]})]

    return min((under(order) for order in permutations(records)), key=len)


def rescued(first: str, tag: str, queues: str = "00 answered") -> Expected:
    """The first agent's offer fails, the second answers, the customer hangs up."""
    return Expected(
        tags=f"incoming_dn_call reassigned_call reassign {tag} customer_disconnect",
        offers=f"{first}, a2 answered",
        ended_by="customer",
        queues=queues,
    )
