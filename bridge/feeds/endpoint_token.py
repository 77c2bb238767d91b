"""The tokens that let browser phones in: JSON Web Tokens, signed with HMAC-SHA256 (RFC 7519, RFC 7515).

A token is good once and for minutes, names one device, and is made by whoever logs the agent in: the web application
that serves the phone's page, with any JWT library, or ``callbridge token``. Its claims:

* ``sub``: the device, ``PJSIP/1001``;
* ``pbx``: the PBX's name in the settings; may be left out where there is one PBX only;
* ``exp``: when it ends, epoch seconds, `LONGEST_LIFE` ahead at most;
* ``jti``: anything that no other token holds.
"""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Annotated, Any, NamedTuple

import msgspec

LONGEST_LIFE = 600
"""Seconds."""
SHORTEST_KEY = 32
"""Characters. Whoever holds a token can try keys on it at leisure."""
DEVICE = re.compile(r"[A-Za-z0-9]+/[\x21-\x7e]+")

_HEADER = {"alg": "HS256", "typ": "JWT"}


class BadToken(Exception):
    """Why a token does not let its bearer in, in words that hold nothing of it."""


class Phone(NamedTuple):
    pbx: str
    device: str


class _Header(msgspec.Struct):
    alg: str


class _Claims(msgspec.Struct):
    sub: Annotated[str, msgspec.Meta(max_length=80)]
    exp: float
    jti: Annotated[str, msgspec.Meta(min_length=8, max_length=80)]
    pbx: str | None = None


def sign(key: str, phone: Phone, expires: float) -> str:
    """A token for one phone; ``expires`` in epoch seconds."""
    claims = {"sub": phone.device, "pbx": phone.pbx, "exp": int(expires), "jti": secrets.token_urlsafe(16)}
    signed = f"{_encoded(_HEADER)}.{_encoded(claims)}"
    return f"{signed}.{_base64(_signature(key, signed))}"


class Tokens:
    """Decides who is let in, and lets nobody in twice by the same token."""

    def __init__(self, key: str, pbxs: list[str]) -> None:
        self._key = key
        self._pbxs = pbxs
        self._used: dict[str, float] = {}
        """jti to the end of its token."""
        self._swept = 0.0

    def admit(self, token: str, now: float) -> Phone:
        """The phone that a token is for; it is used up. Raises ``BadToken``."""
        signed, _, signature = token.rpartition(".")
        # The signature first: nothing is read of what nobody vouches for.
        expected = _base64(_signature(self._key, signed))
        if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
            raise BadToken("its token is not signed with the secret of [endpoint]")
        try:
            header, claims = signed.split(".")
            if msgspec.json.decode(_decoded(header), type=_Header).alg != "HS256":
                raise BadToken("its token is not signed by HS256")
            claim = msgspec.json.decode(_decoded(claims), type=_Claims)
        except ValueError:
            raise BadToken("its token lacks sub, exp or jti, or holds nonsense there") from None
        phone = Phone(self._pbx(claim), claim.sub)
        if not DEVICE.fullmatch(claim.sub):
            raise BadToken("its token's sub is no device such as PJSIP/1001")
        if claim.exp <= now:
            raise BadToken("its token has expired")
        if claim.exp > now + LONGEST_LIFE:
            raise BadToken(f"its token lives longer than {LONGEST_LIFE} s")
        if claim.jti in self._used:
            raise BadToken("its token was used before")
        self._sweep(now)
        self._used[claim.jti] = claim.exp
        return phone

    def _pbx(self, claim: _Claims) -> str:
        if claim.pbx is None and len(self._pbxs) == 1:
            return self._pbxs[0]
        if claim.pbx not in self._pbxs:
            raise BadToken("its token's pbx is no PBX of the settings")
        return claim.pbx

    def _sweep(self, now: float) -> None:
        """Forget what has expired by itself."""
        if now >= self._swept + 60:
            self._swept = now
            self._used = {jti: end for jti, end in self._used.items() if end > now}


def _signature(key: str, signed: str) -> bytes:
    return hmac.digest(key.encode(), signed.encode(errors="replace"), hashlib.sha256)


def _encoded(value: dict[str, Any]) -> str:
    return _base64(msgspec.json.encode(value))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
