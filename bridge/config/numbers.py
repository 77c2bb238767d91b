"""Which DN a number is: a number that the settings name, or one that a pattern of Asterisk's dialplan matches.

``_0277001XXX`` matches a thousand numbers. X is 0 to 9, Z is 1 to 9, N is 2 to 9, ``[1-5]`` is one of these digits,
``.`` at the end is one or more characters, ``!`` at the end is none or more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import inf

from bridge.config.types import Dn

CLASSES = {"X": "0-9", "Z": "1-9", "N": "2-9"}
PART = re.compile(r"\[([0-9*#-]+)\]|([XZN])|([0-9*#+])|([.!])$", re.IGNORECASE)
"""One place of a pattern: a set, a class, a digit, or the end."""


class Numbers:
    """A number that the settings name comes before a pattern; of two patterns, the one that matches fewer numbers."""

    def __init__(self, dns: Iterable[Dn]) -> None:
        self._named: dict[str, Dn] = {}
        patterns: list[tuple[float, str, re.Pattern[str], Dn]] = []
        for dn in dns:
            if dn.number.startswith("_") and (found := compiled(dn.number)) is not None:
                patterns.append((found[1], dn.number, found[0], dn))
            else:
                self._named[dn.number] = dn
        self._patterns = [(matches, dn) for _, _, matches, dn in sorted(patterns, key=lambda p: (p[0], p[1]))]

    def get(self, number: str | None) -> Dn | None:
        """The DN of a number that was dialled or shown."""
        if number is None:
            return None
        found = self._named.get(number)
        if found is None:
            found = next((dn for matches, dn in self._patterns if matches.fullmatch(number)), None)
        return found

    def name_of(self, number: str | None) -> str:
        """What the settings call the number; empty if they have no name for it."""
        found = self.get(number)
        return found.name or "" if found is not None else ""

    def named(self, number: str) -> str:
        """The number with its name, if it has one."""
        return f"{number} {name}" if (name := self.name_of(number)) else number

    def __contains__(self, number: object) -> bool:
        return isinstance(number, str) and self.get(number) is not None


def compiled(pattern: str) -> tuple[re.Pattern[str], float] | None:
    """A pattern as a regular expression, and how many numbers it matches; None if it is no pattern. For a pattern
    with an open end, only the part before the end is counted, so a longer beginning counts as fewer."""
    at, expression, count = 1, "", 1.0
    while at < len(pattern):
        part = PART.match(pattern, at)
        if part is None:
            return None
        at = part.end()
        letters = part[1] if part[1] is not None else CLASSES[part[2].upper()] if part[2] is not None else None
        if letters is not None:
            piece = f"[{letters.replace('#', chr(92) + '#')}]"
            try:
                count *= sum(1 for letter in "0123456789*#" if re.fullmatch(piece, letter))
            except re.error:
                return None
            expression += piece
        elif part[3] is not None:
            expression += re.escape(part[3])
        else:
            expression += ".+" if part[4] == "." else ".*"
            count = 1e30 / 10 ** len(pattern) if count < inf else count
    return (re.compile(expression), count) if len(pattern) > 1 and count > 0 else None
