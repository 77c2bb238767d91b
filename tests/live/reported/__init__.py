"""Calls of the shapes that people elsewhere reported (reports.py), on a dialplan of their own
(docker/dialplans/reported).

Scenarios as in tests/live/scenarios; played on both versions by tests/live/profiles.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.live.expected import Expected
from tests.live.feed_limits import NO_MEMBERS, UNTOLD_CALLER, Instead, Limit
from tests.live.scenarios import Suite, adding_to

REPORTED: Suite = {}
scenario = adding_to(REPORTED)

NO_READINESS = "ARI tells no queue members: a wait that began with an offer is not known to go on without one"

REPORTED_CANNOT: dict[str, Limit | Instead] = {
    "a_customer_gives_up_while_a_bots_queue_rings_an_agent": Instead(
        UNTOLD_CALLER,
        (
            Expected(tags="incoming_dn_call customer_abandon", abandoned_in="ivr"),
            Expected(tags="agent_no_answer_timeout", offers="a1 no_answer", direction="internal"),
        ),
    ),
    "the_only_agents_phone_comes_back_while_a_customer_waits": Limit(
        NO_MEMBERS, tags="cpe_reject reassign", offers="a1 answered"
    ),
    "an_agent_logs_out_while_the_phone_rings_and_nobody_is_left": Limit(NO_READINESS, tags="queued"),
    "who_does_not_answer_is_paused_and_the_customer_waits": Limit(NO_READINESS, tags="queued"),
    "who_declines_is_paused_and_the_customer_waits": Limit(NO_READINESS, tags="queued"),
    "no_phone_of_members_in_small_letters_can_be_reached": Limit(NO_MEMBERS, tags="cpe_reject", offers=""),
}
"""What ARI alone cannot show."""

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
