"""Who is who: the role and the name of a device."""

from __future__ import annotations

import re
from collections.abc import Container
from fnmatch import fnmatchcase, translate
from ipaddress import ip_address

from msgspec.structs import replace

from bridge.calls import dial_string
from bridge.calls.dialled import by_queue, called_at_once, is_forwarded, queue_of, root_of
from bridge.calls.party import Party
from bridge.config import CapKind, Settings
from bridge.config.numbers import Numbers
from bridge.pbx.channel import Channel
from bridge.pbx.counts import Group
from bridge.pbx.history import QueueCall
from bridge.pbx.members import Members
from bridge.pbx.names import TECHNOLOGIES, extension
from bridge.vocabulary.terms import STAFF, Role

MOST = 20_000
"""How many devices' roles are remembered at most: each call may bring a device name of its own."""


class Directory:
    """Roles and names by device, from the settings and from the queues' members."""

    def __init__(self, settings: Settings, members: Members, known: Container[str] = ()) -> None:
        """``members``: the queues' members. ``known``: the devices that the PBX has told."""
        self._settings = settings
        self._members = members
        self._known = known
        self._roles: dict[str, Role | None] = {}
        roles = settings.roles
        listed: tuple[tuple[list[str], Role], ...] = (
            (roles.trunks, "customer"),
            (roles.supervisors, "supervisor"),
            (roles.agents, "agent"),
        )
        self._patterns = [(re.compile("|".join(map(translate, some))).match, role) for some, role in listed if some]
        self._names = {a.device: a.name for a in settings.agent}
        self.dns = Numbers(settings.dn)
        self.queues = {q.name: q for q in settings.queue}

    def role(self, device: str) -> Role:
        """The settings decide first: trunks, supervisors, agents. Then a queue's member is an agent, an unknown
        caller is a customer, and any other phone is an extension."""
        if device not in self._roles:
            if len(self._roles) >= MOST:
                self._roles.clear()
            self._roles[device] = self._configured(device)
        configured = self._roles[device]
        if configured is not None:
            return configured
        if device.split("/", 1)[0] not in TECHNOLOGIES:
            return "system"
        if device in self._members:
            return "agent"
        return "customer" if is_stranger(device) else "extension"

    def cap(self, group: Group) -> CapKind | None:
        """What a GROUP of the dialplan (category and name) caps, by the settings; None if they do not name it."""
        category, name = group
        for cap in self._settings.cap:
            if any(fnmatchcase(written, cap.group) for written in (name, category, f"{name}@{category}")):
                return cap.kind
        return None

    def is_staff(self, device: str) -> bool:
        return self.role(device) in STAFF

    def _called(self, member: str | None) -> str | None:
        """The queue member's name, if the settings want agents to be named by it."""
        return member if self._settings.roles.agent_names == "member" else None

    def _configured(self, device: str) -> Role | None:
        return next((role for fits, role in self._patterns if fits(device)), None)

    def numbered(self, number: str) -> str:
        """The device with this number: staff by the settings first, else a device that the PBX has told."""
        devices = [f"{technology}/{number}" for technology in TECHNOLOGIES]
        return max(devices, key=lambda d: (self._configured(d) in STAFF, d in self._known))

    def of_member(self, state_interface: str, interface: str) -> str:
        """The device of a queue's member; for ``Local/1001@from-queue/n`` or ``hint:1001@ext`` the device numbered
        1001.

        ``state_interface``: the interface whose state the queue watches.
        """
        for name in (state_interface, interface):
            if name.partition("/")[0] in TECHNOLOGIES:
                return name
        return self.numbered(extension(interface) or state_interface.partition(":")[2].partition("@")[0])

    def exists(self, device: str) -> bool:
        """Whether a device is staff (by settings or queues), or is one that the PBX has told."""
        return self.is_staff(device) or device in self._known

    def named(self, device: str) -> Party:
        """The party of an inside device, by its configured name, the member's name, or its extension."""
        role = self.role(device)
        member = self._called(self._members.name(device)) if role in STAFF else None
        return Party(self._names.get(device) or member or device.split("/", 1)[-1], role, device)

    def party(self, channel: Channel) -> Party:
        if self.role(channel.device) == "customer":
            if channel.stands_for is not None and (agent := channel.variables.get("CALLBRIDGE_AGENT")):
                return Party(agent, "agent", channel.device)  # logged in from a mobile phone
            number = outside_number(channel) or channel.device
            front = root_of(channel.dial) if channel.dial is not None else None
            if front is not None and queue_of(front) is not None and not is_forwarded(front):
                # Whomever a queue calls is an agent, even at a mobile phone.
                member = self._called(front.queue_call.member if front.queue_call is not None else None)
                name = member or (extension(front.dest.name) if front.dest.is_local else number)
                return Party(name, "agent", channel.device)
            return Party(number, "customer", channel.device)
        party = self.named(channel.device)
        if party.role == "extension" and _is_members(channel):
            party = replace(party, role="agent")
        agent = channel.variables.get("CALLBRIDGE_AGENT") or self._hot_desk(channel)
        if agent and party.is_staff and channel.device not in self._names:
            return replace(party, name=agent)
        return party

    def _hot_desk(self, channel: Channel) -> str | None:
        """The agent at a shared desk: the user logged in there, or the extension that a queue called by member
        ``Local/1001@from-queue/n``. An extension that is no number, such as an id, names nobody."""
        dial = channel.dial
        if dial is None:
            return _logged_in(channel)
        caller = dial.caller
        front = caller.other_half.dial if caller is not None and caller.other_half is not None else None
        if caller is None or front is None or not front.dest.is_local or not by_queue(front):
            return None
        if by_queue(dial) or {d.device for d in called_at_once(caller.dials[0])} != {dial.device}:
            return None  # the member stands for another queue, or for a group of phones
        call, number = front.queue_call, extension(front.dest.name)
        if self._is_forwarded_to(channel.device, call, number):
            return None
        member = self._called(call.member) if call is not None else None
        return member or (number if number.removeprefix("+").isdecimal() else None)

    def _is_forwarded_to(self, device: str, call: QueueCall | None, number: str) -> bool:
        """Whether the device is a colleague's, to whom the dialplan behind the member forwards the calls. The member
        then has a phone of her own; at a shared desk, her number is no phone's. By ARI alone ``call`` is None."""
        own = call.state_interface if call is not None else ""
        if own.split("/", 1)[0] not in TECHNOLOGIES:
            own = self.numbered(number)
        return own != device and own in self._known and self.is_staff(device)


def is_stranger(device: str) -> bool:
    """Whether a device stands for unknown callers: PJSIP's endpoint ``anonymous``, or an address (chan_sip)."""
    technology, _, name = device.partition("/")
    if technology == "PJSIP":
        return name.partition("@")[0] == "anonymous"
    return technology == "SIP" and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _logged_in(channel: Channel) -> str | None:
    """The user who is logged in at the calling phone, as FreePBX tells it."""
    user = channel.variables.get("AMPUSER")
    return user if user not in (None, "", "none") else None


def _is_members(channel: Channel) -> bool:
    """Whether this phone is a queue member's: the queue called it directly, or it was among the first called behind
    the member's Local channel. A phone to which the member forwarded the call is not."""
    dial = channel.dial
    if dial is None or queue_of(dial) is None:
        return False
    root, caller = root_of(dial), dial.caller
    if caller is None or root.caller is None:
        return False
    if root is not dial and (not caller.dials or dial not in called_at_once(caller.dials[0])):
        return False
    return not is_forwarded(root)


def outside_number(channel: Channel) -> str | None:
    """The number of whoever is behind a trunk channel: the caller's, or the one that was dialled."""
    if channel.dial is None:
        return channel.caller_number
    dialled = channel.dial.dialstring.removeprefix(f"{channel.technology}/")
    if channel.from_log and not dialled:
        return None  # CEL does not always tell what was dialled
    # A leg's own caller ID is only what the caller dialled.
    return dial_string.target(channel.technology, dialled).number or channel.caller_number or None
