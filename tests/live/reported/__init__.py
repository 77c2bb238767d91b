"""Calls of the shapes that people elsewhere reported (reports.py), on a dialplan of their own
(docker/dialplans/reported).

Scenarios as in tests/live/scenarios; played on both versions by tests/live/profiles.
"""

from importlib import import_module
from pkgutil import iter_modules

from tests.live.feed_limits import Instead, Limit
from tests.live.scenarios import Suite, adding_to

REPORTED: Suite = {}
scenario = adding_to(REPORTED)

NO_READINESS = "ARI tells no queue members: a wait that began with an offer is not known to go on without one"

REPORTED_CANNOT: dict[str, Limit | Instead] = {
    "who_does_not_answer_is_paused_and_the_customer_waits": Limit(NO_READINESS, tags="queued"),
}
"""What ARI alone cannot show."""

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
