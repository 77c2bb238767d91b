"""Who spies on whom."""

from __future__ import annotations

from bridge.pbx import steps
from bridge.pbx.apply.row import CHANNEL, NO_CHANNEL, SPYER, Row, Table
from bridge.pbx.history import Step
from bridge.pbx.spying import APPLICATIONS, application, mode_by_options
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f


def spy_started(pbx: Pbx, fact: f.SpyStarted) -> None:
    spyer = pbx.state.known(fact.spyer, fact.spyer_name, fact.at)
    spyee = pbx.state.known(fact.spyee, fact.spyee_name, fact.at)
    if spyer.once.news(fact.src, "spy", spyee.id):
        pbx.spies.begin(spyer, spyee, fact.at)


def spy_stopped(pbx: Pbx, fact: f.SpyStopped) -> None:
    spyer, spyee = pbx.state.channel_now(fact.spyer), pbx.state.channel_now(fact.spyee or "")
    for spying in spyer.spies if spyer else ():
        if spying.stopped_at is None and (fact.spyee is None or spying.spyee is spyee):
            pbx.spies.stop(spying, fact.at)


def application_told(pbx: Pbx, fact: f.ApplicationTold) -> None:
    """The arguments of a ChanSpy that an Originate runs: no step of the dialplan tells them."""
    spyer = pbx.state.channel_now(fact.channel)
    if spyer is None or fact.application not in APPLICATIONS or application(spyer) is not None:
        return
    at = spyer.spies[0].started_at if spyer.spies else fact.at
    steps.run(pbx, spyer, Step(at, fact.context, fact.exten, fact.application, fact.data))
    for spying in spyer.spies:
        if spying.by is None:
            pbx.spies.set_first_mode(spying, mode_by_options(spyer))


def supervision_declared(pbx: Pbx, fact: f.SupervisionDeclared) -> None:
    snoop = pbx.state.channel_now(fact.snoop)
    if snoop is None:
        snoop = next((c for c in pbx.state.channels.values() if c.name == fact.snoop), None)
    for spying in snoop.spies if snoop else ():
        if spying.stopped_at is None:
            if spying.by is None:
                # The first declaration tells the mode from the beginning; later ones are changes.
                del spying.modes[1:]
                pbx.spies.set_first_mode(spying, fact.mode)
            elif spying.modes[-1][1] != fact.mode:
                pbx.spies.set_mode(spying, fact.at, fact.mode)
            spying.by = fact.by


TABLE: Table = {
    f.SpyStarted: Row(spy_started, SPYER),
    f.SpyStopped: Row(spy_stopped, SPYER),
    f.ApplicationTold: Row(application_told, CHANNEL),
    f.SupervisionDeclared: Row(supervision_declared, NO_CHANNEL),
}
