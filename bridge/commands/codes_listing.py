"""The table of codes for ``callbridge codes``: as a table and as JSON."""

from typing import Any

import msgspec
from rich.table import Table

from bridge.calls.codes import Verdicts, said
from bridge.calls.sip_codes import CODES
from bridge.commands.terminal import console


def rows(verdicts: Verdicts, device: str) -> list[dict[str, Any]]:
    """An object a code with ``sip``, ``meaning``, ``cause`` (Q.850), ``rung`` and ``not_rung``.

    The last two are the outcome of an offer to the device that ends by the code, after ringing and without; null
    where the code is no word of the phone.
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


def _verdict(verdicts: Verdicts, code: int, rung: bool, device: str) -> str | None:
    return verdicts.verdict(code, None, rung, device)[0] if said(code, None) else None


def show(found: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("SIP", "Q.850"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("meaning", "after ringing", "without ringing"):
        table.add_column(name, no_wrap=True)
    for row in found:
        table.add_row(str(row["sip"]), str(row["cause"]), row["meaning"], row["rung"] or "–", row["not_rung"] or "–")
    console().print(table)


def as_json(found: list[dict[str, Any]]) -> str:
    return msgspec.json.format(msgspec.json.encode(found)).decode()
