"""What an eventfilter takes out though callbridge reads it: what the dialplan did without the event that must follow.

A PBX does not tell of its filters. One that was copied from an earlier version of callbridge lets through less than
is read, and nothing else shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bridge.wire.framing import AmiMessage
from bridge.wire.values import VARIABLES

SETS = frozenset({"Set", "MSet"})
RUNS: Mapping[str, str] = {"Dial": "DIALSTATUS", "MixMonitor": "MIXMONITOR_FILENAME"}
"""Applications that always set a variable, and which."""
_NAMES = re.compile(r"(?:^|,)_{0,2}(\w+)=")


def dropped(events: Iterable[AmiMessage], enough: int) -> list[str]:
    """The variables that are read and that ``enough`` channels set without a VarSet. Where no VarSet comes at all,
    the right is missing and not the filter wrong: none then."""
    owed: dict[str, set[str]] = {}
    heard: set[str] = set()
    for event in events:
        if event.get("Event") == "VarSet":
            heard.add(str(event.get("Variable", "")).lstrip("_"))
        elif event.get("Event") == "Newexten":
            application, data = str(event.get("Application")), str(event.get("AppData", ""))
            names = _NAMES.findall(data) if application in SETS else [RUNS.get(application, "")]
            for name in VARIABLES.intersection(names):
                owed.setdefault(name, set()).add(str(event.get("Uniqueid")))
    return sorted(name for name, channels in owed.items() if heard and name not in heard and len(channels) >= enough)
