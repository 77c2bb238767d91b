"""Spellings of telephone numbers: +886 2 7700 1234 and 02 7700 1234 are the same number."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

BETWEEN = " -.()/\u00a0"
"""What people write between digits; a PBX does not."""


@lru_cache(16384)
def same_number(number: str, country: str | None) -> str:
    """One spelling for a number, however it is written: E.164 if that can be found out, else the number itself.

    ``country``: the ISO 3166 code of the country for numbers without a country code, such as ``TW``.
    """
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def spellings(number: str, country: str | None) -> list[str]:
    """The spellings in which a PBX may have told a number, the given one first."""
    found = [number, "".join(letter for letter in number if letter not in BETWEEN)]
    e164 = same_number(number, country)
    if e164 != number or e164.startswith("+"):
        parsed = phonenumbers.parse(e164, None)
        national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        digits = "".join(letter for letter in national if letter.isdigit())
        found += [e164, e164[1:], f"00{e164[1:]}", str(parsed.national_number)]
        if country is not None and phonenumbers.region_code_for_number(parsed) == country:
            found.append(digits)
    return list(dict.fromkeys(found))
