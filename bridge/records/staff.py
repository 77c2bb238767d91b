"""The staff who took part in a call, by whom stores find records."""

from bridge.vocabulary.record import Record
from bridge.vocabulary.terms import STAFF


def staff(record: Record) -> list[str]:
    """Agents and supervisors who were offered the call, spoke in it or listened to it."""
    names = [offer.agent for offer in record.offers]
    names += [person.party for person in record.participants if person.role in STAFF]
    return names + [supervision.by for supervision in record.supervisions]
