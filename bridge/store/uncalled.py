"""Missed callers with whom nobody has talked since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bridge.store.numbers import same_number
from bridge.store.outcomes import MISSED, REACHED

IS_MISSED = f"way = 'inbound' AND outcome IN {MISSED}"
WAS_REACHED = f"customer IS NOT NULL AND outcome IN {REACHED}"
Ask = Callable[[str, Mapping[str, int | str]], Iterable[tuple[Any, ...]]]


def not_called_back(ask: Ask, since: int, until: int, country: str | None) -> list[str]:
    """Ids of records between two times, milliseconds: calls that were abandoned, exited or unserved, if no later call
    with that customer, in or out, was answered. A caller without a known number counts as not called back."""
    values: dict[str, int | str] = {"since": since, "until": until}
    reached: dict[str, int] = {}
    for customer, last in ask(
        f"SELECT customer, max(started) FROM calls WHERE {WAS_REACHED} AND started >= :since GROUP BY customer",
        values,
    ):
        one = same_number(customer, country)
        reached[one] = max(reached.get(one, 0), last)
    missed = ask(
        f"SELECT record_id, customer, started FROM calls WHERE {IS_MISSED} AND ended >= :since AND started < :until",
        values,
    )
    return [
        record_id
        for record_id, customer, started in missed
        if customer is None or reached.get(same_number(customer, country), 0) <= started
    ]
