"""Every PBX that calls are played on: version by dialplan, the scenarios that fit, and what ARI alone cannot show."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from tests.live.expected import Expected
from tests.live.feed_limits import ARI_CANNOT, NO_MEMBERS, Instead, Limit
from tests.live.lab import LABS, Lab
from tests.live.profiles.centre import Centre
from tests.live.profiles.freepbx import FREEPBX
from tests.live.profiles.issabel import ISSABEL
from tests.live.profiles.mikopbx import MIKOPBX
from tests.live.profiles.stasis import STASIS
from tests.live.profiles.wazo import WAZO, WAZO_CANNOT
from tests.live.reported import REPORTED, REPORTED_CANNOT, REPORTED_LACKS_16, REPORTED_LACKS_22
from tests.live.scenarios import SCENARIOS, Suite
from tests.live.season import Around, nothing
from tests.live.stage import Cell


@asynccontextmanager
async def centres(cells: list[Cell]) -> AsyncIterator[None]:
    """The ARI application, once for each cell."""
    async with AsyncExitStack() as stack:
        for cell in cells:
            centre = Centre(cell.ari, Lab.username, Lab.secret, cell.nn, cell.listeners)
            await stack.enter_async_context(centre)
        yield


@dataclass(frozen=True)
class Built:
    dialplan: str
    version: str
    lab: Lab
    suite: Suite
    cannot: Mapping[str, Limit | Instead]
    """What ARI alone cannot show."""
    around: Around = nothing
    lacks: Mapping[str, str] = field(default_factory=dict)
    """Scenarios that this Asterisk itself cannot play, and why."""

    @property
    def played(self) -> Suite:
        return {name: scenario for name, scenario in self.suite.items() if name not in self.lacks}


NO_CALLER = "ARI's Dial of an application names no caller, and the application says of no offer"

FREEPBX_CANNOT = {
    "the_only_members_phone_is_unreachable": Limit(NO_MEMBERS, tags="cpe_reject", offers=""),
}
MIKOPBX_CANNOT: dict[str, Limit | Instead] = {}
STASIS_CANNOT = {
    "an_agent_declines_and_the_application_says_nothing": Instead(
        NO_CALLER,
        (
            Expected(tags="agent_reject", offers="a1 rejected", direction="internal"),
            Expected(tags="incoming_dn_call customer_disconnect", offers="a2 answered"),
        ),
    ),
    "an_applications_only_agent_declines": Instead(
        NO_CALLER,
        (
            Expected(tags="agent_reject", offers="a1 rejected", direction="internal"),
            Expected(tags="incoming_dn_call"),
        ),
    ),
}

ARI_CANNOT_16 = ARI_CANNOT | {
    "a_call_waits_in_the_queue_that_it_is_transferred_to": Limit(
        "ARI tells of a channel that was transferred what it ran before, not that it waits in a queue", tags="queued"
    ),
}
LACKS_16 = {
    "a_call_follows_its_agent_to_a_colleague":
        "Asterisk 16's FollowMe, where it asks the called for no key, puts the caller through before anybody answers",
    "an_administrator_ends_what_a_follow_me_rings":
        "Asterisk 16's FollowMe gives up the whole call when a phone that it rings is ended",
}  # fmt: skip

BUILT = {
    "own-22": Built("own", "22", LABS["pbx1"], SCENARIOS, ARI_CANNOT),
    "own-16": Built("own", "16", LABS["pbx16"], SCENARIOS, ARI_CANNOT_16, lacks=LACKS_16),
    "freepbx-22": Built("FreePBX manner", "22", LABS["freepbx"], FREEPBX, FREEPBX_CANNOT),
    "freepbx-16": Built("FreePBX manner", "16", LABS["freepbx16"], FREEPBX, FREEPBX_CANNOT),
    "reported-22": Built(
        "reported shapes", "22", LABS["reported"], REPORTED, REPORTED_CANNOT, lacks=REPORTED_LACKS_22
    ),
    "reported-16": Built(
        "reported shapes", "16", LABS["reported16"], REPORTED, REPORTED_CANNOT, lacks=REPORTED_LACKS_16
    ),
    "mikopbx-22": Built("MikoPBX manner", "22", LABS["mikopbx"], MIKOPBX, MIKOPBX_CANNOT),
    "mikopbx-16": Built("MikoPBX manner", "16", LABS["mikopbx16"], MIKOPBX, MIKOPBX_CANNOT),
    "issabel-16": Built("Issabel manner", "16", LABS["issabel16"], ISSABEL, {}),
    "wazo-22": Built("Wazo manner", "22", LABS["wazo"], WAZO, WAZO_CANNOT),
    "wazo-16": Built("Wazo manner", "16", LABS["wazo16"], WAZO, WAZO_CANNOT),
    "stasis-22": Built("Stasis application", "22", LABS["stasis"], STASIS, STASIS_CANNOT, centres),
    "stasis-16": Built("Stasis application", "16", LABS["stasis16"], STASIS, STASIS_CANNOT, centres),
}
