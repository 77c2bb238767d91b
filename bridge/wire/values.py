"""Reading single values that a PBX sent, believing none of them."""

from typing import Any, cast

from bridge.facts import SpyMode

VARIABLES = frozenset(
    {"QUEUESTATUS", "DIALSTATUS", "CALLBRIDGE_CALLBACK", "CALLBRIDGE_CALLBACK_OF", "CALLBRIDGE_OVERFLOW"}
)
"""The channel variables that a rule reads."""


def text(value: Any) -> str | None:
    """A header's text; None when it is absent, empty, or Asterisk's ``<unknown>``.

    A header that came more than once holds a list: its last value counts, as in Asterisk's own manager.
    """
    if isinstance(value, list):
        value = value[-1] if value else None
    if not isinstance(value, str) or value in ("", "<unknown>"):
        return None
    return value


def number(value: Any) -> int | None:
    """A whole number, or None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    value = text(value)
    if value is None or len(value) > 18:
        return None
    try:
        return int(value)
    except ValueError:
        return None


def mode_of(value: Any) -> SpyMode | None:
    """A mode of supervision as the UserEvent convention spells it."""
    value = text(value)
    return cast(SpyMode, value) if value in ("monitor", "coach", "barge") else None
