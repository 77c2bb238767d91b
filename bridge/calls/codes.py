"""What an offered phone's refusal means, by its SIP response or Q.850 cause and whether the phone had rung.

The default table of tags.md, "Reject, device failure or no answer". Asterisk before 20.17, 22.7 and 23.1 tells no SIP
code (``TechCause``); then the Q.850 cause counts that chan_pjsip makes of it (RFC 3398, section 8.2.6.1, as Asterisk
varies it).
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from bridge.config import Code, Verdict

DECLINES = frozenset({480, 486, 487, 600, 603, 607})
"""After ringing: a person pressed decline. Without ringing: the device is busy or on do-not-disturb."""
NOT_THE_PHONE = frozenset({None, 0, 16, 26})
"""Causes that the PBX gives by itself: cleared normally, or answered elsewhere."""
WITHOUT_CODE = NOT_THE_PHONE | {31}
"""Causes of a refusal that stand for no SIP code: none was told, or a Reason header (RFC 3326) has replaced it."""
CANCELLED = 487
"""Said to a CANCEL; by itself a phone says it when a person ends the ringing in it, as some browser phones do."""
CAUSES = {17: 486, 19: 480, 21: 603}
"""The SIP code that a Q.850 cause stands for, where the code itself was not told."""
NAMES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    407: "unauthorized",
    408: "request_timeout",
    415: "unsupported_media",
    420: "bad_extension",
    480: "temporarily_unavailable",
    486: "busy",
    487: "terminated",
    488: "not_acceptable",
    500: "server_error",
    503: "service_unavailable",
    600: "busy",
    603: "declined",
    606: "not_acceptable",
    607: "unwanted",
}


def is_refusal(sip_code: int | None, cause: int | None) -> bool:
    """Whether the offered phone itself refused, rather than the PBX giving up on it."""
    if sip_code is not None and sip_code >= 300:
        return sip_code != CANCELLED
    return cause not in NOT_THE_PHONE


class Verdicts:
    """The table of codes, with the changes that the settings make."""

    def __init__(self, codes: list[Code]) -> None:
        self._codes = codes

    def verdict(self, sip_code: int | None, cause: int | None, rung: bool, device: str) -> tuple[Verdict, str]:
        """What a phone's refusal means, and the reason in one word."""
        code = sip_code if sip_code is not None else CAUSES.get(cause or 0)
        if code is None and cause in WITHOUT_CODE:
            # Without a code: after ringing it nearly always was a person.
            return ("rejected", "declined") if rung else ("cpe_rejected", "refused")
        for rule in self._codes:
            if rule.sip == code and fnmatchcase(device, rule.device):
                chosen = rule.rung if rung else rule.not_rung
                if chosen is not None:
                    return chosen, NAMES.get(code or 0, f"sip_{code}")
        if rung and code in DECLINES:
            return "rejected", "declined"
        if code in DECLINES:
            return "cpe_rejected", "busy" if code in (486, 600) else NAMES[code]
        return "cpe_rejected", NAMES.get(code or 0) or (f"sip_{code}" if code else f"cause_{cause}")
