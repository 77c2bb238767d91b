"""Settings proposed for a PBX that was looked at, with the reason for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import msgspec

from bridge.survey.past import Past
from bridge.survey.traffic import Traffic
from bridge.survey.who import Seen

MOST_DNS = 300
"""Numbers that are proposed at most; what is left out is said, for a pattern to name it."""
PATTERN = re.compile(r"_\+?\d{2,}[0-9XZN]*(\[[0-9-]+\][0-9XZN]*)*")
"""Many numbers at once, as ``_0277001XXX``; not what takes whatever is dialled, as ``_X.``."""


class Endpoint(msgspec.Struct):
    """What ARI tells of a PJSIP endpoint's settings."""

    context: str = ""
    has_static_contact: bool = False
    """Whether the PBX knows where it is without its registering, as it knows a carrier."""
    logs_in_elsewhere: bool = False
    """Whether the PBX itself logs in there (outbound_auth)."""


class Proposal(msgspec.Struct):
    """Each device or number with the reason for it."""

    trunks: dict[str, str] = {}
    agents: dict[str, str] = {}
    supervisors: dict[str, str] = {}
    dns: dict[str, str] = {}
    left_out: int = 0
    """Numbers that would be DNs, beyond `MOST_DNS`."""
    queues: dict[str, float] = {}
    """Queue → its service level in seconds, for a threshold of its own."""
    unknown: list[str] = []
    """Devices of which nothing tells who they are."""


def propose(
    seen: Seen,
    traffic: Traffic,
    past: Past,
    endpoints: Mapping[str, Endpoint],
    steps: Iterable[Mapping[str, object]] = (),
) -> Proposal:
    """``endpoints``: by device. ``steps``: of the dialplan's contexts into which trunks come."""
    found = Proposal()
    members, hinted = seen.members(), set(seen.hints.values())
    for device in sorted(seen.devices | set(traffic.callers)):
        name = device.partition("/")[2]
        endpoint = endpoints.get(device, Endpoint())
        if device in members:
            queues = sorted(q for q, its in seen.queues.items() if device in _devices(its, seen))
            found.agents[device] = f"member of queue {', '.join(queues)}" if queues else "member of a queue"
        elif device in traffic.callers:
            found.trunks[device] = f"calls of {len(traffic.callers[device])} outside number(s) came in by it"
        elif past.brings_calls(device) and device not in hinted:
            found.trunks[device] = "calls of several outside numbers came in by it, by the CDR"
        elif device in traffic.spies:
            found.supervisors[device] = "listened to a call"
        elif endpoint.has_static_contact or endpoint.logs_in_elsewhere:
            found.trunks[device] = (
                "the PBX logs in there"
                if endpoint.logs_in_elsewhere
                else "it has a fixed address and does not register"
            )
        elif device not in hinted and not name[:1].isdigit():
            found.trunks[device] = "its name is no extension, and it has no hint and no queue"
        else:
            found.unknown.append(device)
    dns = {n: f"dialled {times} time(s) by outside callers" for n, times in sorted(traffic.dialled.items())}
    for number, times in _dialled(past, found.trunks, seen, traffic, endpoints).most_common():
        dns.setdefault(number, f"dialled {times} time(s) by outside callers, by the CDR")
    for number, context in sorted((str(step.get("Extension", "")), str(step.get("Context"))) for step in steps):
        if (_is_number(number) and number not in seen.hints) or PATTERN.fullmatch(number):
            dns.setdefault(number, f"an extension of context {context}, into which trunks come")
    found.dns, found.left_out = dict(list(dns.items())[:MOST_DNS]), max(0, len(dns) - MOST_DNS)
    found.queues = dict(sorted(seen.service_levels.items()))
    return found


def contexts_of(device: str, traffic: Traffic, endpoints: Mapping[str, Endpoint]) -> set[str]:
    """The dialplan's contexts into which a trunk's calls come, as far as anything tells."""
    named = {endpoints[device].context} if device in endpoints else set()
    return {context for context in named | traffic.contexts.get(device, set()) if context}


def _dialled(
    past: Past, trunks: Collection[str], seen: Seen, traffic: Traffic, endpoints: Mapping[str, Endpoint]
) -> Counter[str]:
    """The numbers that outside callers dialled, by the CDR. It tells where a call ended in the dialplan, which in the
    trunk's own context is the number dialled, and elsewhere a queue or an extension to which the call was sent on."""
    found: Counter[str] = Counter()
    for (device, context, number), times in past.dialled.items():
        own = contexts_of(device, traffic, endpoints)
        if device in trunks and _is_number(number) and (not context or not own or context in own):
            found[number] += times
    for number in (*seen.queues, *seen.hints):
        found.pop(number, None)
    return found


def _is_number(text: str) -> bool:
    return text.lstrip("+").isdigit() and len(text) > 2


def _devices(members: Collection[str], seen: Seen) -> set[str]:
    return {device for one in members for device in (one, seen.states.get(one, one), _behind(one))}


def _behind(interface: str) -> str:
    """The PJSIP device behind ``Local/1001@from-queue/n``, by the number."""
    number = interface.partition("/")[2].partition("@")[0]
    return f"PJSIP/{number}" if interface.startswith("Local/") else interface


def patterns(wanted: Collection[str], others: Collection[str]) -> list[str]:
    """Few patterns that match every wanted device and none of the others: ``PJSIP/1*`` for all that begin so."""
    made: list[str] = []
    for device in sorted(wanted):
        if any(pattern.endswith("*") and device.startswith(pattern[:-1]) for pattern in made):
            continue
        technology = device.partition("/")[0] + "/"
        starts = (device[:length] for length in range(len(technology) + 1, len(device)))
        good = (
            start for start in starts
            if not any(other.startswith(start) for other in others) and sum(w.startswith(start) for w in wanted) > 1
        )  # fmt: skip
        start = next(good, None)
        if start is not None and not start[-1].isdigit():  # a name, of which one letter says too little
            alike = [w for w in wanted if w.startswith(start or "")]
            shared = (device[:n] for n in range(len(device), 0, -1) if all(w.startswith(device[:n]) for w in alike))
            start = next(shared).rstrip("0123456789")
        made.append(device if start is None else start + "*")
    return made
