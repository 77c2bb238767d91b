"""Who spies on whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.pbx.spying import APPLICATIONS, application, mode_by_options
from bridge.vocabulary import facts as f

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


def spy_started(m: Mirror, fact: f.SpyStarted) -> None:
    spyer = m.known(fact.spyer, fact.spyer_name, fact.at)
    spyee = m.known(fact.spyee, fact.spyee_name, fact.at)
    if spyer.once.news(fact.src, "spy", spyee.id):
        m.spy(spyer, spyee, fact.at)


def spy_stopped(m: Mirror, fact: f.SpyStopped) -> None:
    spyer, spyee = m.channels.get(fact.spyer), m.channels.get(fact.spyee or "")
    for spying in spyer.spies if spyer else ():
        if spying.stopped_at is None and (fact.spyee is None or spying.spyee is spyee):
            spying.stopped_at = fact.at


def application_told(m: Mirror, fact: f.ApplicationTold) -> None:
    """Of a channel that the PBX itself brought to a ChanSpy (Originate) no step of a dialplan tells the arguments."""
    spyer = m.channels.get(fact.channel)
    if spyer is None or fact.application not in APPLICATIONS or application(spyer) is not None:
        return
    at = spyer.spies[0].started_at if spyer.spies else fact.at
    m.step(spyer, at, fact.context, fact.exten, fact.application, fact.data)
    for spying in spyer.spies:
        if spying.by is None:
            spying.modes[0] = (spying.started_at, mode_by_options(spyer))


def supervision_declared(m: Mirror, fact: f.SupervisionDeclared) -> None:
    snoop = m.channels.get(fact.snoop)
    if snoop is None:
        snoop = next((c for c in m.channels.values() if c.name == fact.snoop), None)
    for spying in snoop.spies if snoop else ():
        if spying.stopped_at is None:
            if spying.by is None:
                # The first word tells what the snoop was made for; later words are changes.
                spying.modes = [(spying.started_at, fact.mode)]
            elif spying.modes[-1][1] != fact.mode:
                spying.modes.append((fact.at, fact.mode))
            spying.by = fact.by


APPLIERS = {
    f.SpyStarted: spy_started,
    f.SpyStopped: spy_stopped,
    f.ApplicationTold: application_told,
    f.SupervisionDeclared: supervision_declared,
}
