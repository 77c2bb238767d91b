"""What a tag's rule returns: the facts that make the tag true. No proof, no tag."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bridge.calls.call import Call
from bridge.calls.roles import Directory
from bridge.config import Settings
from bridge.pbx.channel import Channel


class Proof(msgspec.Struct, frozen=True):
    """One fact. ``at``: seconds since the epoch. ``event``: its name in Asterisk."""

    at: float
    event: str
    channel: Channel | None = None
    party: str | None = None
    detail: str | None = None
    since: float | None = None
    until: float | None = None
    """The proof is sound only if nothing else happened from ``since`` to ``until``: it is dropped if any of that time
    was not seen."""


class Rules(msgspec.Struct, frozen=True):
    """What the rules use besides the call: the settings, and who is who."""

    settings: Settings
    directory: Directory

    def agent_answer(self, call: Call, queue: str | None) -> float:
        """The agent answer threshold, seconds: of the queue, else of the DN, else the default."""
        return self._threshold(call, queue, "agent_answer_threshold", self.settings.thresholds.agent_answer)

    def customer_waiting(self, call: Call) -> float:
        """The customer waiting threshold, seconds: of the first queue waited in, else of the DN, else the default."""
        default = self.settings.thresholds.customer_waiting
        return self._threshold(call, call.waited_in, "customer_waiting_threshold", default)

    def _threshold(self, call: Call, queue: str | None, name: str, default: float) -> float:
        of_queue, of_dn = self.directory.queues.get(queue or ""), self.directory.dns.get(call.dn)
        for place in (of_queue, of_dn):
            value: float | None = getattr(place, name, None)
            if value is not None:
                return value
        return default


Rule = Callable[[Call, Rules], list[Proof]]
"""Decides one tag of a call: its proof, or an empty list if the call does not have the tag."""
