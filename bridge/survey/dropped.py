"""What an eventfilter takes out though callbridge reads it: what the dialplan did without the event that must follow.

A PBX does not tell of its filters: no action shows them to a user who may only read. One that was copied from an
earlier version of callbridge lets through less than is read, and nothing else shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bridge.wire.framing import AmiMessage
from bridge.wire.values import VARIABLES

SETS = frozenset({"Set", "MSet"})
SCRIPT = "AGIExecStart"
"""The event that each command of a script brings."""
RUNS: Mapping[str, str] = {"Dial": "DIALSTATUS", "MixMonitor": "MIXMONITOR_FILENAME", "AGI": SCRIPT, "EAGI": SCRIPT}
"""Applications that always set a variable or bring an event, and which."""
READ = VARIABLES | {SCRIPT}
_NAMES = re.compile(r"(?:^|,)_{0,2}(\w+)=")


def dropped(events: Iterable[AmiMessage], enough: int) -> list[str]:
    """The variables and events that are read and that ``enough`` channels owe. Where no VarSet comes at all, the
    right is missing and not the filter wrong: none then."""
    owed: dict[str, set[str]] = {}
    heard: set[str] = set()
    listened = False
    for event in events:
        if event.get("Event") == SCRIPT:
            heard.add(SCRIPT)
        elif event.get("Event") == "VarSet":
            listened = True
            heard.add(str(event.get("Variable", "")).lstrip("_"))
        elif event.get("Event") == "Newexten":
            application, data = str(event.get("Application")), str(event.get("AppData", ""))
            names = _NAMES.findall(data) if application in SETS else [RUNS.get(application, "")]
            for name in READ.intersection(names):
                owed.setdefault(name, set()).add(str(event.get("Uniqueid")))
    return sorted(name for name in owed if listened and name not in heard and len(owed[name]) >= enough)
