"""Looking at a PBX from all sides: AMI, ARI, its CDR, and the calls that come meanwhile."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from bridge.config import Ami, Ari
from bridge.survey import manager, past, rest
from bridge.survey.propose import Endpoint, Proposal, contexts_of, propose
from bridge.survey.traffic import Traffic
from bridge.survey.who import Seen
from bridge.wire.framing import AmiMessage

MOST_ASKED = 500
"""Endpoints whose settings are asked of ARI, one by one."""
MOST_CONTEXTS = 50
"""Of the dialplan, asked for at most."""
DIDS = "ext-did"
"""In the names of contexts that FreePBX includes for the numbers of its trunks (``ext-did-0002``)."""


class Looked(NamedTuple):
    """What was found, and what could not be seen."""

    seen: Seen
    proposal: Proposal
    lacks: list[str]
    """A line each: what, and the right or option by which it would be seen."""


def look(ami: Ami, ari: Ari | None, cdr: str | None, watch: float, patience: float) -> Looked:
    """Ask the PBX, read its CDR, and hear its calls for ``watch`` seconds.

    ``patience``: seconds to wait for an answer. Raises ``FeedLost`` where the PBX does not answer, ``UsageError``
    where the CDR cannot be read.
    """
    seen, traffic = Seen(), Traffic()
    before = past.read(cdr) if cdr is not None else past.Past()
    told = asyncio.run(manager.ask(ami, patience, watch))
    seen.take_manager(told)
    traffic.take(told.unasked)
    endpoints = _endpoints(ari, seen, patience) if ari is not None else {}
    trunks = propose(seen, traffic, before, endpoints).trunks
    contexts = {context for trunk in trunks for context in contexts_of(trunk, traffic, endpoints)}
    steps = _steps(ami, contexts, patience) if told.may("ShowDialPlan") else []
    lacks = [
        f"{action}: {ami.username} may not; add write = reporting in manager.conf"
        for action in ("DeviceStateList", "ExtensionStateList", "ShowDialPlan")
        if not told.may(action)
    ]
    if not told.may("PJSIPShowRegistrationsOutbound"):
        lacks.append("registrations: only write = system shows them, a right that can restart Asterisk; not needed")
    if not traffic.calls:
        lacks.append(
            f"calls: none began while it listened; if there were some, add call to read of {ami.username} in "
            "manager.conf, else see --watch"
        )
    if cdr is None:
        lacks.append("earlier calls: no CDR was read; see --cdr")
    if ari is None:
        lacks.append("endpoints' settings: only ARI tells them; see --ari")
    return Looked(seen, propose(seen, traffic, before, endpoints, steps), lacks)


def _endpoints(ari: Ari, seen: Seen, patience: float) -> dict[str, Endpoint]:
    found = {}
    with rest.Rest(ari, patience) as link:
        seen.take_rest(link.look())
        for device in sorted(seen.devices)[:MOST_ASKED]:
            technology, _, name = device.partition("/")
            if technology == "PJSIP" and (told := link.settings_of(name)):
                found[device] = Endpoint(
                    told.get("context", ""), bool(told.get("contact")), bool(told.get("outbound_auth"))
                )
    return found


def _steps(ami: Ami, contexts: set[str], patience: float) -> list[AmiMessage]:
    """The steps of these contexts, and of those for numbers that they include, however many contexts lie between."""
    steps: list[AmiMessage] = []
    asked: set[str] = set()
    wanted = contexts
    while wanted and len(asked) < MOST_CONTEXTS:
        told = asyncio.run(manager.dialplan(ami, wanted, patience))
        asked |= wanted
        steps += [step for step in told if step.get("Context") in contexts or DIDS in str(step.get("Context"))]
        wanted = {str(step["IncludeContext"]) for step in told if "IncludeContext" in step} - asked
    return steps
