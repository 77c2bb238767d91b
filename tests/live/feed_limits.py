"""What ARI alone cannot show of a scenario, and why. What it does show must be right: nothing else may differ."""

from collections.abc import Mapping
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


@dataclass(frozen=True)
class Instead:
    """Where the calls fall apart, or together, differently."""

    why: str
    records: tuple[Expected, ...]
    """What ARI alone can show."""


UNTOLD_SPY = "of a spy that a panel originated ARI tells nothing but its channel"
UNTOLD_VOICE = "ARI does not tell that somebody in a room is not muted any more"
NO_MEMBERS = "ARI tells no queue members, and a member whose device is unavailable gets no channel"

UNTOLD = Instead(
    UNTOLD_SPY,
    (
        Expected(tags="incoming_dn_call customer_disconnect", offers="a1 answered"),
        Expected(tags="", offers="s1 answered", direction="internal"),
    ),
)

UNTOLD_MUSIC = "ARI does not tell who hears music in a room, nor what a profile of confbridge.conf says"
UNTOLD_CALLER = "ARI's Dial event does not tell for whom an application rings a phone"


def _alone(tags: str, *offers: str, abandoned_in: str | None = None) -> Instead:
    """The customer's call, and a call of its own of a phone that was answered and not connected with the customer."""
    with_customer, *apart = offers
    return Instead(
        UNTOLD_CALLER,
        (
            Expected(tags=tags, offers=with_customer, abandoned_in=abandoned_in),
            *(Expected(tags="", offers=offer, direction="internal") for offer in apart),
        ),
    )


ARI_CANNOT: dict[str, Limit | Instead] = {
    "a_supervisor_whispers_from_a_panel": UNTOLD,
    "a_supervisor_whispers_from_a_panel_for_a_moment": UNTOLD,
    "a_supervisor_whispers_from_a_panel_that_calls_her_extension": UNTOLD,
    "a_supervisor_listens_muted_in_a_room_and_then_speaks": Limit(UNTOLD_VOICE, tags="supervisor_conference_call"),
    "one_caller_leaves_the_music_of_a_room_and_one_stays": Instead(
        UNTOLD_MUSIC, (Expected(tags="incoming_dn_call customer_disconnect", ended_by="customer"),)
    ),
    "an_agent_declines_to_a_bot_by_a_key_and_the_next_one_takes_the_call": _alone(
        "incoming_dn_call customer_disconnect", "a2 answered", "a1 answered"
    ),
    "a_bot_asks_two_agents_at_once_and_the_second_is_quicker": _alone(
        "incoming_dn_call customer_disconnect", "a2 answered", "a1 answered"
    ),
    "a_customer_gives_up_while_a_bot_asks_the_agent": _alone(
        "incoming_dn_call customer_abandon", "", "a1 answered", abandoned_in="ivr"
    ),
    "a_customer_waits_where_the_only_phone_is_unreachable": Limit(NO_MEMBERS, tags="cpe_reject", offers=""),
}


def differences_by_ari(
    name: str,
    expected: list[Expected],
    records: list[Record],
    nn: str,
    cannot: Mapping[str, Limit | Instead] = ARI_CANNOT,
) -> list[str]:
    """The differences that are left when what ARI cannot show is taken away. Queue stays are never compared: ARI has
    no queue events."""
    limit = cannot.get(name)
    told = limit.records if isinstance(limit, Instead) else expected
    shown = [replace(each, queues=None) for each in told]
    if isinstance(limit, Limit):
        shown[limit.record] = _less(shown[limit.record], limit)
    return compare(shown, records, nn)


def _less(expected: Expected, limit: Limit) -> Expected:
    return replace(
        expected,
        tags=" ".join(tag for tag in expected.tags.split() if tag not in limit.tags.split()),
        offers=expected.offers if limit.offers is None else limit.offers,
        supervisions=expected.supervisions if limit.supervisions is None else limit.supervisions,
    )
