"""Which parties have a lane in the picture of a call, and the order of the lanes from top to bottom."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.vocabulary.record import Record

PBX = ""
"""Key of the PBX's lane, which shows menu and queues, and everything that belongs to no party."""
CUSTOMER = "\0customer"
"""Key of the customer's lane; the customer's number may be unknown."""
ORDER = ("customer", "system", "staff", "outside")


@dataclass(slots=True)
class Lane:
    key: str
    name: str
    """Number or configured name; empty if unknown."""
    role: str
    """customer, system, agent, supervisor, extension or outside."""
    first: str
    """Time of the party's first offer, or of its joining, as the record writes it."""
    below: str | None = None
    """The party whom this one listens to: this lane stands right below that one."""
    talk_seconds: float = 0.0
    rang_along: bool = False
    """The party was only offered the call until another phone answered. In a queue that rings all phones together,
    such lanes come last."""

    @property
    def place(self) -> tuple[int, bool, str]:
        group = self.role if self.role in ORDER else "staff"
        return ORDER.index(group), self.rang_along, self.first


class Lanes:
    """The lanes of one call, from top to bottom."""

    def __init__(self, record: Record) -> None:
        self._lanes: dict[str, Lane] = {}
        self._customer = _customer(record)
        """The customer's name as participants, speakers and evidence write it."""
        self._add(PBX, "", "system", record.started_at)
        if self._customer is not None or record.direction != "internal":
            number = record.customer.number if record.customer else None
            name = record.customer.name if record.customer else None
            shown = " ".join(dict.fromkeys(part for part in (number, name) if part))
            self._add(CUSTOMER, shown or self._customer or "", "customer", record.started_at)
        for person in record.participants:
            role = "outside" if person.role == "customer" else person.role
            if role != "system":
                self._add(person.party, person.party, role, person.joined_at)
                self[person.party].talk_seconds += person.talk_seconds
        spoke = {person.party for person in record.participants}
        else_done = {offer.agent for offer in record.offers if offer.outcome != "answered_elsewhere"}
        for offer in record.offers:
            self._add(offer.agent, offer.agent, "agent", offer.started_at)
            self[offer.agent].rang_along = offer.agent not in spoke | else_done
        for spy in record.supervisions:
            self._add(spy.by, spy.by, spy.role, spy.from_)
            if spy.target in self and self[spy.target] is not self[spy.by]:
                self[spy.by].below = self[spy.by].below or self[spy.target].key
        for conference in record.conferences:
            for speaker in conference.speakers:
                self._add(speaker, speaker, "agent", conference.from_)
        for transfer in record.transfers:
            if transfer.target_type == "external" and transfer.to:
                self._add(transfer.to, transfer.to, "outside", transfer.at)
        for dial in record.dials:
            self._add(dial.number, dial.number, "outside" if dial.trunk else "extension", dial.started_at)
        self.all = self._ordered()

    def __contains__(self, party: str | None) -> bool:
        return self._key(party) in self._lanes

    def __getitem__(self, party: str | None) -> Lane:
        """The lane of a party; the PBX's lane for None and for a party without a lane."""
        return self._lanes.get(self._key(party)) or self._lanes[PBX]

    def name(self, party: str | None) -> str:
        return self[party].name or (party or "")

    def _key(self, party: str | None) -> str:
        if party is None:
            return PBX
        return CUSTOMER if party == self._customer and CUSTOMER in self._lanes else party

    def _add(self, party: str, name: str, role: str, first: str) -> None:
        key = self._key(party)
        lane = self._lanes.setdefault(key, Lane(key, name, role, first))
        lane.first = min(lane.first, first)

    def _ordered(self) -> list[Lane]:
        ordered = sorted(self._lanes.values(), key=lambda lane: lane.place)
        for lane in [lane for lane in ordered if lane.below is not None]:
            ordered.remove(lane)
            target = next((n for n, other in enumerate(ordered) if other.key == lane.below), len(ordered) - 1)
            while target + 1 < len(ordered) and ordered[target + 1].below == lane.below:
                target += 1  # two who listen to the same party keep their order
            ordered.insert(target + 1, lane)
        return ordered


def _customer(record: Record) -> str | None:
    customers = [person.party for person in record.participants if person.role == "customer"]
    number = record.customer.number if record.customer else None
    return number if number in customers or not customers else customers[0]
