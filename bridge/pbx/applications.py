"""The dialplan's applications by what they do to a caller, and applications that run inside others.

Of ``ExecIf(1?Dial(PJSIP/1001,15))`` Asterisk tells only the outer application. The inner one is read from the
arguments as Asterisk reads them (``app_exec.c``, ``pbx_checkcondition``), and counts as a step, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

REFUSES = frozenset({"Busy", "Congestion", "Hangup"})
"""Applications that turn a caller away."""
BRANCHES = frozenset({"GotoIf", "GosubIf", "ExecIf"})
"""Applications whose arguments show whether their condition was true: ``1?full``."""
SERVES = REFUSES | {
    "AgentLogin", "AgentRequest", "Bridge", "ChanSpy", "ConfBridge", "Dial", "Echo", "ExtenSpy", "FollowMe", "MeetMe",
    "MusicOnHold", "Page", "Park", "ParkAndAnnounce", "ParkedCall", "Pickup", "PickupChan", "Queue", "Record",
    "Stasis", "Transfer", "VoiceMail", "VoiceMailMain",
}  # fmt: skip
"""Applications at which a call has arrived. A menu, an announcement or a script only lead there."""
SCRIPTS = frozenset({"AGI", "EAGI", "DeadAGI"})
"""Applications that run a program, which may do anything."""
ANNOUNCES = frozenset({"Answer", "Playback"})
CALLED = frozenset({"AppDial", "AppDial2", "AppQueue"})
"""What a dialled channel runs."""
WITHOUT_EFFECT = (
    frozenset(
        {"CELGenUserEvent", "EndWhile", "Exec", "ExitWhile", "GotoIfTime", "Gosub",
         "Goto", "Log", "MSet", "Macro", "MacroExit", "MacroIf", "MixMonitor", "Monitor", "NoCDR", "NoOp",
         "PlayTones", "Proceeding", "Progress", "ResetCDR", "Return", "Ringing", "SIPAddHeader", "SIPRemoveHeader",
         "SendText", "Set", "StackPop", "StopMixMonitor", "StopMonitor", "StopPlayTones", "TryExec", "UserEvent",
         "Verbose", "Wait", "While"}
    )
    | ANNOUNCES
    | BRANCHES
    | CALLED
)  # fmt: skip
"""Applications that do not serve a caller. Any that is not named here may."""

OUTER = frozenset({"ExecIf", "Exec", "TryExec", "RetryDial"})
"""Applications inside which others run."""
DEEPEST = 8
"""How many levels of applications inside one another are read."""
NAMES = {
    name.casefold(): name
    for name in (
        *SERVES, *SCRIPTS, *WITHOUT_EFFECT, "BackGround", "Read", "RetryDial", "WaitExten",
    )
}  # fmt: skip
"""Names as Asterisk spells them: a dialplan may write an inner application in other letters."""
WHOLE = re.compile(r"\s*[+-]?(\d+)", re.ASCII)


def is_true(condition: str) -> bool:
    """Whether Asterisk takes a condition for true: a number that is not 0, or any other text that is not empty."""
    number = WHOLE.match(condition)
    return number[1].strip("0") != "" if number is not None else bool(condition)


def taken(arguments: str) -> bool:
    """Whether the branch of a GotoIf's, GosubIf's or ExecIf's arguments is taken: ``1?full``."""
    return is_true(_apart(arguments, "?")[0])


def inside(application: str, arguments: str) -> Sequence[tuple[str, str]]:
    """The applications that run inside an application, outermost first, each with its arguments."""
    found: list[tuple[str, str]] = []
    while application in OUTER and len(found) < DEEPEST and (one := _runs(application, arguments)) is not None:
        application, arguments = one
        found.append(one)
    return found


def _runs(application: str, arguments: str) -> tuple[str, str] | None:
    if application == "ExecIf":
        condition, branches = _apart(arguments, "?")
        when_true, when_false = _apart(branches, ":")
        return called(when_true if is_true(condition) else when_false)
    if application in ("Exec", "TryExec"):
        return called(arguments)
    if application == "RetryDial":
        # announcement, seconds between tries, number of tries, and then Dial's own arguments
        parts = arguments.split(",", 3)
        return ("Dial", parts[3]) if len(parts) == 4 else None
    return None


def called(text: str) -> tuple[str, str] | None:
    """The application and arguments of ``Dial(PJSIP/1001,15)``."""
    name, opening, rest = text.strip().partition("(")
    name = name.strip()
    if not name:
        return None
    arguments = rest.rpartition(")")[0] if opening and ")" in rest else rest
    return NAMES.get(name.casefold(), name), arguments


OPTIONS_AT = {"Dial": 2, "Queue": 1, "ChanSpy": 1, "ExtenSpy": 1}
"""The position of the options among an application's arguments, counted from 0."""
IN_BRACKETS = re.compile(r"\([^()]*\)")


def options(application: str, arguments: str) -> str:
    """The option letters of an application without their own arguments: of ``PJSIP/1001,20,tU(ask)`` it is ``tU``."""
    while (bare := IN_BRACKETS.sub("", arguments)) != arguments:
        arguments = bare
    parts = arguments.split(",")
    place = OPTIONS_AT[application]
    return parts[place] if len(parts) > place else ""


OPTION = re.compile(r"([A-Za-z])(?:\(((?:[^()]|\([^()]*\))*)\))?")
"""An option's letter and what its brackets say, which may have brackets in them."""


def option(application: str, arguments: str, letter: str) -> str | None:
    """What an option says in its brackets, "" if it has none; None if it is not given: ``8000`` for the ``f`` of
    ``PJSIP/1001,20,tf(8000)``."""
    given = arguments
    for _ in range(OPTIONS_AT[application]):
        given = _apart(given, ",")[1]
    return next((found[2] or "" for found in OPTION.finditer(_apart(given, ",")[0]) if found[1] == letter), None)


def _apart(text: str, mark: str) -> tuple[str, str]:
    """The text before and after the first mark that is not inside brackets or quotation marks."""
    depth, quoted, skip = 0, False, False
    for i, letter in enumerate(text):
        if skip or letter == "\\":
            skip = not skip
        elif letter == '"':
            quoted = not quoted
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth = max(0, depth - 1)
        elif letter == mark and not depth and not quoted:
            return text[:i], text[i + 1 :]
    return text, ""
