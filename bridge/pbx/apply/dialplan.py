"""The dialplan's steps and variables, and pressed keys."""

from __future__ import annotations

import re

from bridge.pbx import steps
from bridge.pbx.applications import NAMES, SCRIPTS, inside
from bridge.pbx.apply.row import CHANNEL, Row, Table
from bridge.pbx.channel import Channel
from bridge.pbx.history import Step
from bridge.pbx.spying import mode_by_key
from bridge.pbx.whole import Pbx
from bridge.vocabulary import facts as f

SAME_KEY = 0.15
"""Seconds within which an equal key is the same press, told by the other feed."""
KEYS_KEPT = 20
"""How many of a channel's last keys are kept."""
RECORDING = "MIXMONITOR_FILENAME"
RECORDINGS_KEPT = 50
"""How many of a channel's last recordings are kept."""

ENDS_WITHIN = 0.3
"""Seconds between a dial's end and its DIALSTATUS at most."""
NO_SUCH_QUEUE = "UNKNOWN"
"""QUEUESTATUS if the PBX has no queue of that name."""

PRESENTATION = re.compile(
    r"(?:CALLERID\((?:num-|number-)?pres\)|CALLERPRES\((?:num|number)?\)|CALLERID\(name-pres\)(?=\s*=\s*prohib))"
    r"\s*=\s*(\w+)", re.IGNORECASE,
)  # fmt: skip
"""How a dialplan hides or shows a number; no event of Asterisk tells of it. Who may not be shown the name is not
shown the number either."""


def stepped(pbx: Pbx, fact: f.DialplanStepped) -> None:
    channel = pbx.state.known(fact.channel, "", fact.at)
    if channel.once.news(fact.src, "step", fact.exten, fact.application, fact.data):
        if ("pres" in fact.data or "PRES" in fact.data) and (word := _presentation(fact)) is not None:
            channel.hides_number = not word.startswith("allowed")
        application = NAMES.get(fact.application.casefold(), fact.application)  # a script may use other letters
        steps.run(pbx, channel, Step(fact.at, fact.context, fact.exten, application, fact.data))


def _presentation(fact: f.DialplanStepped) -> str | None:
    """The presentation of the number that a step sets, by Set or MSet, perhaps inside an ExecIf."""
    ran = [(fact.application, fact.data), *inside(fact.application, fact.data)]
    words = (PRESENTATION.search(data) for application, data in ran if application in ("Set", "MSet"))
    return next((word[1].lower() for word in words if word is not None), None)


def variable_set(pbx: Pbx, fact: f.VariableSet) -> None:
    channel = pbx.state.known(fact.channel, "", fact.at)
    if not channel.once.news(fact.src, "var", fact.name, fact.value):
        return
    value = fact.value
    if fact.name == RECORDING and (before := channel.variables.get(fact.name)):
        value = "\n".join([*before.split("\n"), value][-RECORDINGS_KEPT:])  # each MixMonitor writes its own file
    channel.variables[fact.name] = value
    if fact.name == "DIALSTATUS":
        _dial_told(channel, fact.value, fact.at)
        _step_ended(channel, "Dial", fact.value)
    elif fact.name == "QUEUESTATUS" and fact.value:
        _queue_told(pbx, channel, fact.value, fact.at)
        _step_ended(channel, "Queue", fact.value)


def _dial_told(channel: Channel, status: str, at: float) -> None:
    """Adds Dials that only DIALSTATUS tells. Dial empties the variable when it begins, also each time that RetryDial
    tries again, and when a script dials. A dialplan that finds no contact of a phone, or do-not-disturb set, writes
    the variable without any Dial."""
    last = next((s for s in reversed(channel.steps) if s.application == "Dial"), None)
    told = channel.running_as_told[0] if channel.running_as_told is not None else ""
    is_over = last is None or last.status is not None
    if status == "" and is_over and told in (*SCRIPTS, "RetryDial"):
        steps.dial_unseen(channel, at, last.data if last is not None and told == "RetryDial" else "")
    elif (status == "CHANUNAVAIL" and is_over and not (last is None and _has_dialled(channel, at))) or (
        status == "BUSY" and last is None and not channel.dials
    ):
        steps.dial_unseen(channel, at)


def _has_dialled(channel: Channel, at: float) -> bool:
    """Whether a dial of the channel has just ended: a called channel that is transferred does not tell its Dial."""
    return any(d.ended_at is not None and 0.0 <= at - d.ended_at < ENDS_WITHIN for d in channel.dials)


def _queue_told(pbx: Pbx, channel: Channel, status: str, at: float) -> None:
    """Notes the QUEUESTATUS of a Queue that ends. A moved channel whose application was unknown ran Queue, then."""
    stay, step = channel.queue_stays[-1] if channel.queue_stays else None, steps.untold(channel)
    if step is not None and (stay is None or stay.began_at < step.at):
        step.application = "Queue"
        if status == NO_SUCH_QUEUE:
            return
        stay = steps.wait(pbx, channel, step.exten, step.at)
        stay.left_at = at
    if stay is None:
        return
    if status == NO_SUCH_QUEUE and stay.joined_at is None:
        steps.take_back(pbx, channel, stay)
    else:
        stay.status = status


def _step_ended(channel: Channel, application: str, status: str) -> None:
    for step in reversed(channel.steps):
        if step.application == application:
            # Dial empties DIALSTATUS when it begins; the status of the Dial before may come late.
            step.status = step.status or status if status else None
            return


def dtmf(pbx: Pbx, fact: f.DtmfReceived) -> None:
    channel = pbx.state.channel_now(fact.channel)
    if channel is None or not channel.once.news(fact.src, "dtmf", fact.digit):
        return
    if channel.dtmf and channel.dtmf[-1][1] == fact.digit and abs(fact.at - channel.dtmf[-1][0]) < SAME_KEY:
        return
    channel.dtmf.append((fact.at, fact.digit))
    del channel.dtmf[:-KEYS_KEPT]
    for spying in channel.spies:
        mode = mode_by_key(channel, fact.digit)
        if mode is not None and spying.stopped_at is None and spying.modes[-1][1] != mode:
            pbx.spies.set_mode(spying, fact.at, mode)


TABLE: Table = {
    f.DialplanStepped: Row(stepped, CHANNEL, (CHANNEL,)),
    f.VariableSet: Row(variable_set, CHANNEL),
    f.DtmfReceived: Row(dtmf, CHANNEL),
}
