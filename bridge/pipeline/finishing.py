"""From a group of channels that is over to its records."""

from __future__ import annotations

import msgspec

from bridge.calls.analyse import Analyst
from bridge.calls.callbacks import Callbacks
from bridge.calls.codes import Verdicts
from bridge.calls.consultation import split
from bridge.calls.mixing import mixed, with_a_colleague
from bridge.calls.roles import Directory
from bridge.calls.without_record import has_no_record
from bridge.config import Settings
from bridge.live.doubts import Doubts
from bridge.pbx.channel import Group, birth
from bridge.pbx.mirror import Mirror
from bridge.pbx.unseen import Unseen
from bridge.records.build import build
from bridge.tags.decide import decide
from bridge.tags.proof import Rules
from bridge.vocabulary.record import Record
from bridge.vocabulary.terms import Direction


class Judge:
    """The settings by which a call is judged."""

    def __init__(self, settings: Settings, pbx: str, directory: Directory) -> None:
        self.party = directory.party
        self.analyst = Analyst(pbx, directory, Verdicts(settings.code), settings.thresholds)
        self.rules = Rules(settings, directory)


class Finishing:
    """Judges the calls of one PBX that are over."""

    def __init__(self, settings: Settings, pbx: str, mirror: Mirror, directory: Directory) -> None:
        self._pbx = pbx
        self._mirror = mirror
        self._callbacks = Callbacks()
        self.judged: dict[str, tuple[str, Direction]] = {}
        """The channels of the calls that were judged since this was last emptied, each with its record's id and
        direction."""
        self.reload(settings, directory)

    def reload(self, settings: Settings, directory: Directory) -> None:
        """Judges by these settings from now on. A call that has a record keeps those that it was judged by."""
        self._judge = Judge(settings, self._pbx, directory)
        self.doubts = Doubts(directory.dns, [dn.number for dn in settings.dn])
        """What the calls so far suggest is wrong in the settings."""

    def joins_another(self, group: Group) -> bool:
        """Whether a phone mixed the group with another call, which makes both one group.

        The PBX does not tell of that, so it is looked for when a call seems to be over.
        """
        mirror, party, unseen = self._mirror, self._judge.party, Unseen(group.unseen)
        for channel in group.channels:
            legs = mirror.legs.get(channel.device, {})
            if len(legs) < 2 or (not channel.holds and not with_a_colleague(channel, party)):
                continue
            for other in legs.values():
                if other.group is None or other.group is group:
                    continue
                if mixed(channel, other, party, unseen) or mixed(other, channel, party, unseen):
                    mirror.join(channel, other)
                    if channel.group is not None and not channel.group.live:
                        mirror.look_again(channel.group)
                    return True
        return False

    def records(self, group: Group, now: float) -> list[Record]:
        """The new or changed records of a group: its own, one for each consultation in it, and that of the call that
        it calls back. None for a group that has no record.

        ``now``: seconds since the epoch.
        """
        channels = sorted((c for c in group.channels if c.serial), key=birth)
        if not isinstance(group.judged_by, Judge):
            group.judged_by = self._judge
        judge = group.judged_by
        if has_no_record(channels, judge.party):
            return []
        records = []
        for part in split(channels, judge.party):
            call = judge.analyst.analyse(part, group.gaps, Unseen(group.unseen), now, group.called_back_by)
            asked = self._callbacks.relate(call, group)
            if asked is not None:
                call = msgspec.structs.replace(call, callback_of=asked.call_id)
                asked.group.called_back_by = call.call_id
                records += self.records(asked.group, now)
            record = build(call, decide(call, judge.rules), judge.rules)
            for channel in part.channels:
                # The first part, the call itself, comes before the consultations that share a channel with it.
                self.judged.setdefault(channel.id, (record.record_id, record.direction))
            revision, before = group.written.get(call.call_id, (0, b""))
            if not revision:
                self.doubts.look(call)
            content = msgspec.json.encode(record)
            if content != before:
                group.written[call.call_id] = (revision + 1, content)
                records.append(msgspec.structs.replace(record, revision=revision + 1) if revision else record)
        return records
