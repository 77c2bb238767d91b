"""The dialplan's applications by what they do to a caller, and what runs inside them.

Asterisk tells only the outer application of ``ExecIf(1?Dial(PJSIP/1001,15))``. What it runs inside is a step as well,
read from the arguments as Asterisk reads them (``app_exec.c``, ``pbx_checkcondition``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

REFUSES = frozenset({"Busy", "Congestion", "Hangup"})
"""Those that turn a caller away."""
BRANCHES = frozenset({"GotoIf", "GosubIf", "ExecIf"})
"""Those that show in their arguments whether their condition was true: ``1?full``."""
SERVES = REFUSES | {
    "AgentLogin", "AgentRequest", "Bridge", "ChanSpy", "ConfBridge", "Dial", "Echo", "ExtenSpy", "FollowMe", "MeetMe",
    "MusicOnHold", "Page", "Park", "ParkAndAnnounce", "ParkedCall", "Pickup", "PickupChan", "Queue", "Record",
    "Stasis", "Transfer", "VoiceMail", "VoiceMailMain",
}  # fmt: skip
"""Those by which a call has come to where it was to go. A menu, an announcement or a script only lead there."""
SCRIPTS = frozenset({"AGI", "EAGI", "DeadAGI"})
"""Those that run a program, which may do anything."""
ANNOUNCES = frozenset({"Answer", "Playback"})
CALLED = frozenset({"AppDial", "AppDial2", "AppQueue"})
"""What a channel runs that somebody has dialled."""
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
"""Those that serve no caller. Whatever is not named here may."""

OUTER = frozenset({"ExecIf", "Exec", "TryExec", "RetryDial"})
"""Applications inside which others run."""
DEEPEST = 8
"""How many applications deep one is looked for inside of another."""
NAMES = {
    name.casefold(): name
    for name in (
        *SERVES, *SCRIPTS, *WITHOUT_EFFECT, "BackGround", "Read", "RetryDial", "WaitExten",
    )
}  # fmt: skip
"""The names as Asterisk tells them: what a dialplan runs inside it may write in other letters."""
WHOLE = re.compile(r"\s*[+-]?(\d+)", re.ASCII)


def is_true(condition: str) -> bool:
    """Whether Asterisk takes a condition for true: a number that is not 0, or any other text that is not empty."""
    number = WHOLE.match(condition)
    return number[1].strip("0") != "" if number is not None else bool(condition)


def taken(arguments: str) -> bool:
    """Whether the branch of a GotoIf's, GosubIf's or ExecIf's arguments is taken: ``1?full``."""
    return is_true(_apart(arguments, "?")[0])


def inside(application: str, arguments: str) -> Sequence[tuple[str, str]]:
    """What runs inside an application, from the outer to the innermost: each with its arguments."""
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
        # announcement, seconds between the tries, number of tries, and from there on what Dial is given.
        parts = arguments.split(",", 3)
        return ("Dial", parts[3]) if len(parts) == 4 else None
    return None


def called(text: str) -> tuple[str, str] | None:
    """An application and its arguments as a dialplan writes them: ``Dial(PJSIP/1001,15)``."""
    name, opening, rest = text.strip().partition("(")
    name = name.strip()
    if not name:
        return None
    arguments = rest.rpartition(")")[0] if opening and ")" in rest else rest
    return NAMES.get(name.casefold(), name), arguments


OPTIONS_AT = {"Dial": 2, "Queue": 1, "ChanSpy": 1, "ExtenSpy": 1}
"""Which of an application's arguments are its options."""
IN_BRACKETS = re.compile(r"\([^()]*\)")


def options(application: str, arguments: str) -> str:
    """The option letters of an application without their own arguments: of ``PJSIP/1001,20,tU(ask)`` it is ``tU``."""
    while (bare := IN_BRACKETS.sub("", arguments)) != arguments:
        arguments = bare
    parts = arguments.split(",")
    place = OPTIONS_AT[application]
    return parts[place] if len(parts) > place else ""


def _apart(text: str, mark: str) -> tuple[str, str]:
    """What stands before and after the first mark that no bracket or quotation holds."""
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
