"""The tokens that let browser phones in: JSON Web Tokens, signed with HMAC-SHA256 (RFC 7519, RFC 7515).

A token is valid once, for minutes, and for one device. The web application in which the agent is logged in makes it,
with any JWT library; ``callbridge token`` makes one by hand. Its claims:

* ``sub``: the device, ``PJSIP/1001``;
* ``pbx``: the PBX's name in the settings; may be left out if there is only one PBX;
* ``exp``: when it expires, in seconds since the epoch, at most `LONGEST_LIFE` ahead;
* ``jti``: any text that no other token has.
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
    """Why a token is refused. The text holds nothing of the token."""


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
    """A token for one phone; ``expires`` is in seconds since the epoch."""
    claims = {"sub": phone.device, "pbx": phone.pbx, "exp": int(expires), "jti": secrets.token_urlsafe(16)}
    signed = f"{_encoded(_HEADER)}.{_encoded(claims)}"
    return f"{signed}.{_base64(_signature(key, signed))}"


class Tokens:
    """Decides which tokens are accepted. Each is accepted once."""

    def __init__(self, key: str, pbxs: list[str]) -> None:
        self._key = key
        self._pbxs = pbxs
        self._used: dict[str, float] = {}
        """For each ``jti`` that was used, when its token expires."""
        self._swept = 0.0

    def admit(self, token: str, now: float) -> Phone:
        """The phone that a token is for. The token is then used up. Raises ``BadToken``."""
        signed, _, signature = token.rpartition(".")
        # The signature comes first: an unsigned token is not even parsed.
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
        """Forget used tokens that have expired."""
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
