"""Who is who: the role and the name of a device."""

from __future__ import annotations

from fnmatch import fnmatchcase

from bridge.calls.call import Party
from bridge.calls.dialled import queue_of, root_of
from bridge.config import Settings
from bridge.pbx.channel import TECHNOLOGIES, Channel
from bridge.records.record import Role


class Directory:
    """Roles and names by device, from the settings and from the queues' members."""

    def __init__(self, settings: Settings, members: set[str]) -> None:
        self._settings = settings
        self._members = members
        self._roles: dict[str, Role | None] = {}
        self._names = {a.device: a.name for a in settings.agent}
        self.dns = {d.number: d for d in settings.dn}
        self.queues = {q.name: q for q in settings.queue}

    def role(self, device: str) -> Role:
        """Settings first: trunks, supervisors, agents; then any queue's member is an agent, a phone an extension."""
        if device not in self._roles:
            self._roles[device] = self._configured(device)
        configured = self._roles[device]
        if configured is not None:
            return configured
        if device.split("/", 1)[0] not in TECHNOLOGIES:
            return "system"
        return "agent" if device in self._members else "extension"

    def _configured(self, device: str) -> Role | None:
        roles = self._settings.roles
        listed: tuple[tuple[list[str], Role], ...] = (
            (roles.trunks, "customer"),
            (roles.supervisors, "supervisor"),
            (roles.agents, "agent"),
        )
        for patterns, role in listed:
            if any(fnmatchcase(device, p) for p in patterns):
                return role
        return None

    def named(self, device: str) -> Party:
        """The party of a device that is inside: by its configured name, or its bare extension."""
        name = self._names.get(device) or device.split("/", 1)[-1]
        return Party(name, self.role(device), device)

    def party(self, channel: Channel) -> Party:
        if self.role(channel.device) == "customer":
            number = outside_number(channel) or channel.device
            if channel.dial is not None and queue_of(channel.dial) is not None:
                # A queue calls agents, wherever they are: this one has a mobile phone, say.
                front = root_of(channel.dial).dest
                return Party(extension(front.name) if front.is_local else number, "agent", channel.device)
            return Party(number, "customer", channel.device)
        party = self.named(channel.device)
        agent = channel.variables.get("CALLBRIDGE_AGENT") or self._hot_desk(channel)
        if agent and channel.device not in self._names and party.is_staff:
            return Party(agent, party.role, party.device)
        return party

    def _hot_desk(self, channel: Channel) -> str | None:
        """The agent whom a queue called by extension, at whatever desk: member ``Local/1001@from-queue/n``."""
        caller = channel.dial.caller if channel.dial is not None else None
        front = caller.other_half.dial if caller is not None and caller.other_half is not None else None
        call = front.queue_call if front is not None else None
        first = caller is not None and bool(caller.dials) and caller.dials[0] is channel.dial
        if call is None or not first or not call.interface.startswith("Local/"):
            return None
        return extension(call.interface)


def extension(name: str) -> str:
    """What a Local channel or interface calls: ``1001`` of ``Local/1001@from-queue/n``."""
    return name.partition("/")[2].partition("@")[0]


def outside_number(channel: Channel) -> str | None:
    """The number of whoever is behind a trunk channel: the caller's, or the one that was dialled."""
    if channel.dial is None:
        return channel.caller_number
    dialled = channel.dial.dialstring.split("/")[-1] if "sip:" not in channel.dial.dialstring else ""
    number = dialled.split("@", 1)[0]
    if "@" in dialled and number:
        return number
    sip = channel.dial.dialstring.partition("sip:")[2].partition("@")[0]
    return sip or channel.caller_number or number or None
