"""``callbridge codes``: what the SIP codes mean by which phones refuse a call."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from bridge.calls.codes import Verdicts
from bridge.calls.sip_codes import CODES
from bridge.commands.options import settings_of
from bridge.commands.tables import show, show_json, table
from bridge.vocabulary.words import word


def command(
    *,
    config: Annotated[Path | None, Parameter(help="The settings file, for what its [[code]] entries change.")] = None,
    device: Annotated[str, Parameter(help="With --config: the device to tell it for, such as PJSIP/1001.")] = "*",
    json: Annotated[bool, Parameter(help="As one JSON array.")] = False,
) -> None:
    """List the SIP codes by which phones refuse a call, and what each means for an offer."""
    found = rows(Verdicts(settings_of(config).code if config is not None else []), device)
    if json:
        show_json(found)
        return
    listing = table("SIP", "Q.850", "meaning", "after ringing", "without ringing", right=["SIP", "Q.850"])
    for row in found:
        verdicts = (word(["outcome"], row[key], "en") for key in ("rung", "not_rung"))
        listing.add_row(str(row["sip"]), str(row["cause"]), row["meaning"], *verdicts)
    show(listing)


def rows(verdicts: Verdicts, device: str) -> list[dict[str, Any]]:
    """One object for each code with ``sip``, ``meaning``, ``cause`` (Q.850), ``rung`` and ``not_rung``.

    ``rung`` and ``not_rung`` are the outcome of an offer that the device ends by this code, after ringing and
    without ringing.
    """
    return [
        {
            "sip": code.code,
            "meaning": code.meaning,
            "cause": code.cause,
            "rung": _verdict(verdicts, code.code, True, device),
            "not_rung": _verdict(verdicts, code.code, False, device),
        }
        for code in CODES
    ]


def _verdict(verdicts: Verdicts, code: int, rung: bool, device: str) -> str:
    return verdicts.verdict(code, None, rung, device)[0]
