"""The steps of the dialplan, its variables, and keys that were pressed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bridge.pbx.channel import Channel, Step
from bridge.pbx.spying import mode_by_key
from bridge.vocabulary import facts as f

AGAIN = 0.15
"""Seconds within which the same step or key is the same one, told again."""

RECORDING = "MIXMONITOR_FILENAME"
MOST_RECORDINGS = 50
"""Files of one channel that are remembered."""
STARTS_MUTED = re.compile(r"\s*CONFBRIDGE\(\s*user\s*,\s*startmuted\s*\)\s*=\s*(\w+)")

PRESENTATION = re.compile(r"CALLER(?:ID\((?:num-|number-)?pres\)|PRES\((?:num|number)?\))\s*=\s*(\w+)", re.IGNORECASE)
"""How a dialplan hides a number, or shows it; no other event of Asterisk tells of it."""

if TYPE_CHECKING:
    from bridge.pbx.mirror import Mirror


def stepped(m: Mirror, fact: f.DialplanStepped) -> None:
    channel = m.known(fact.channel, "", fact.at)
    if channel.once.news(fact.src, "step", fact.exten, fact.application, fact.data):
        if ("pres" in fact.data or "PRES" in fact.data) and (word := _presentation(fact)) is not None:
            channel.hides_number = not word.startswith("allowed")
        m.step(channel, fact.at, fact.context, fact.exten, fact.application, fact.data)


def starts_muted(channel: Channel) -> bool:
    """Whether the dialplan has it come into a conference room muted, which ARI tells nowhere else."""
    for step in reversed(channel.steps):
        if step.application == "Set" and (said := STARTS_MUTED.match(step.data)):
            return said[1].lower() in ("yes", "true", "1", "on")
    return False


def _presentation(fact: f.DialplanStepped) -> str | None:
    """What a step sets of whether the number is shown: in Set, MSet, or an ExecIf whose condition holds."""
    word = PRESENTATION.search(fact.data)
    if word is None or fact.application not in ("Set", "MSet", "ExecIf"):
        return None
    if fact.application == "ExecIf" and not fact.data.startswith("1?"):
        return None
    return word[1].lower()


def variable_set(m: Mirror, fact: f.VariableSet) -> None:
    channel = m.known(fact.channel, "", fact.at)
    if not channel.once.news(fact.src, "var", fact.name, fact.value):
        return
    value = fact.value
    if fact.name == RECORDING and (before := channel.variables.get(fact.name)):
        value = "\n".join([*before.split("\n"), value][-MOST_RECORDINGS:])  # each MixMonitor writes a file of its own
    channel.variables[fact.name] = value
    if (
        fact.value == "CHANUNAVAIL"
        and fact.name == "DIALSTATUS"
        and all(s.application != "Dial" for s in channel.steps)
    ):
        # A dialplan that found no contact to dial says so itself, without a Dial.
        channel.steps.append(Step(fact.at, "", "", "Dial", ""))
    if fact.name == "DIALSTATUS":
        _step_ended(channel, "Dial", fact.value)
    elif fact.name == "QUEUESTATUS" and fact.value:
        _step_ended(channel, "Queue", fact.value)
        if channel.queue_stays:
            channel.queue_stays[-1].status = fact.value


def _step_ended(channel: Channel, application: str, status: str) -> None:
    for step in reversed(channel.steps):
        if step.application == application:
            # Dial empties its status when it begins; what a Dial before it ended with may come late.
            step.status = step.status or status if status else None
            return


def dtmf(m: Mirror, fact: f.DtmfReceived) -> None:
    channel = m.channels.get(fact.channel)
    if channel is None or not channel.once.news(fact.src, "dtmf", fact.digit):
        return
    if channel.dtmf and channel.dtmf[-1][1] == fact.digit and abs(fact.at - channel.dtmf[-1][0]) < AGAIN:
        return
    channel.dtmf.append((fact.at, fact.digit))
    del channel.dtmf[:-20]
    for spying in channel.spies:
        mode = mode_by_key(channel, fact.digit)
        if mode is not None and spying.stopped_at is None and spying.modes[-1][1] != mode:
            spying.modes.append((fact.at, mode))


APPLIERS = {
    f.DialplanStepped: stepped,
    f.VariableSet: variable_set,
    f.DtmfReceived: dtmf,
}
