"""The final SIP responses that refuse a call, and the Q.850 cause that chan_pjsip makes of each.

Meanings: RFC 3261, section 21, and the IANA registry of SIP response codes. Causes: ``hangup_sip2cause`` of
Asterisk's chan_pjsip. `bridge.calls.codes` says what each means for an offer.
"""

from typing import NamedTuple


class SipCode(NamedTuple):
    code: int
    meaning: str

    @property
    def cause(self) -> int:
        """The Q.850 cause that Hangup events tell."""
        return _CAUSES.get(self.code) or _OF_CLASS[self.code // 100]


CODES = tuple(
    SipCode(code, meaning)
    for code, meaning in {
        400: "request not understood",
        401: "unauthorized",
        402: "payment required",
        403: "forbidden",
        404: "no such user",
        405: "method not allowed",
        406: "no acceptable answer",
        407: "proxy wants a login",
        408: "no answer in time",
        409: "conflict",
        410: "user is gone for good",
        411: "length required",
        412: "condition not met",
        413: "request too large",
        414: "address too long",
        415: "unsupported media type",
        416: "unsupported kind of address",
        417: "unknown resource priority",
        420: "unsupported extension required",
        421: "extension required",
        422: "session interval too small",
        423: "registration too short",
        424: "bad location",
        425: "bad alert message",
        428: "identity required",
        429: "referrer's identity required",
        430: "flow failed",
        433: "anonymity not allowed",
        436: "bad identity information",
        437: "certificate not supported",
        438: "identity not valid",
        439: "first hop has no outbound support",
        440: "forked too widely",
        469: "bad info package",
        470: "consent needed",
        480: "temporarily unavailable",
        481: "no such call",
        482: "loop detected",
        483: "too many hops",
        484: "number incomplete",
        485: "number ambiguous",
        486: "busy",
        487: "request terminated",
        488: "no common codec or media",
        489: "unknown event",
        491: "another request is under way",
        493: "cannot decrypt",
        494: "security agreement required",
        500: "phone's internal error",
        501: "not implemented",
        502: "bad gateway",
        503: "out of service",
        504: "server timed out",
        505: "SIP version not supported",
        513: "message too large",
        555: "push not supported",
        580: "precondition failed",
        600: "busy everywhere",
        603: "declined",
        604: "exists nowhere",
        606: "no common media anywhere",
        607: "unwanted",
        608: "rejected by a screening service",
    }.items()
)

_OF_CLASS = {4: 127, 5: 34, 6: 127}
_CAUSES = {
    401: 21,
    403: 21,
    404: 1,
    407: 21,
    408: 18,
    409: 41,
    410: 22,
    420: 3,
    480: 19,
    483: 19,
    484: 28,
    485: 1,
    486: 17,
    488: 58,
    500: 38,
    501: 29,
    502: 27,
    504: 102,
    505: 127,
    600: 17,
    603: 21,
    604: 1,
    606: 58,
}
