"""What ARI alone cannot show of a scenario, and why. What it does show must be right: nothing else may differ."""

from dataclasses import dataclass, replace

from tests.live.expected import Expected, Record, compare


@dataclass(frozen=True)
class Limit:
    why: str
    tags: str
    """The tags that the record lacks."""
    record: int = 0
    """Which of the scenario's records it is."""
    offers: str | None = None
    """The offers that are left, where some are missing."""
    supervisions: str | None = None
    """The supervisions that are left, where some are missing."""


NO_MEMBERS = "ARI tells no queue members, and a member whose device is unavailable gets no channel"

ARI_CANNOT: dict[str, Limit] = {
    "a_customer_waits_where_the_only_phone_is_unreachable": Limit(NO_MEMBERS, tags="cpe_reject", offers=""),
}


def differences_by_ari(
    name: str, expected: list[Expected], records: list[Record], nn: str, cannot: dict[str, Limit] = ARI_CANNOT
) -> list[str]:
    """The differences that are left when what ARI cannot show is taken away. Queue stays are never compared: ARI has
    no queue events."""
    shown = [replace(each, queues=None) for each in expected]
    if name in cannot:
        limit = cannot[name]
        shown[limit.record] = _less(shown[limit.record], limit)
    return compare(shown, records, nn)


def _less(expected: Expected, limit: Limit) -> Expected:
    return replace(
        expected,
        tags=" ".join(tag for tag in expected.tags.split() if tag not in limit.tags.split()),
        offers=expected.offers if limit.offers is None else limit.offers,
        supervisions=expected.supervisions if limit.supervisions is None else limit.supervisions,
    )
