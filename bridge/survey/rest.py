"""What a PBX says of itself over ARI, to a user who may only read."""

from __future__ import annotations

import re
import ssl
import time
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from bridge.config import Ari, secret_of
from bridge.feeds import tls
from bridge.feeds.feed import FeedLost

NOBODY = "/bridges/callbridge-asks-whether-it-may-write"
"""A bridge that there is not: deleting it changes nothing, and only who may write is told that it is missing."""


class Told(msgspec.Struct):
    """All that came."""

    version: str
    endpoints: list[str]
    """Devices, as ``PJSIP/1001``."""
    may_write: bool
    ahead: float | None
    """Seconds by which the PBX's clock is ahead of this machine's, to a second; None: it did not say."""


class Rest:
    """ARI's REST interface, asked one thing after another."""

    def __init__(self, ari: Ari, patience: float) -> None:
        """``patience``: seconds to wait for an answer. Raises ``FeedLost``."""
        self._ari = ari
        self._patience = patience
        self._client = httpx.Client(
            base_url=f"{ari.url.rstrip('/')}/ari",
            auth=httpx.BasicAuth(ari.username, secret_of(ari)),
            timeout=patience,
            verify=tls.context(ari.ca_file),
            trust_env=False,
        )

    def __enter__(self) -> Rest:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, path: str, method: str = "GET") -> httpx.Response:
        """Raises ``FeedLost`` when nothing, or nobody who knows us, answers."""
        try:
            answer = self._client.request(method, path)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise FeedLost(self._why(error)) from None
        if answer.status_code == 401:
            raise FeedLost("login refused; see username, secret and [user] in ari.conf")
        return answer

    def look(self) -> Told:
        """Version, endpoints, rights and clock. Raises ``FeedLost``."""
        info = self.ask("/asterisk/info")
        if info.status_code != 200:
            raise FeedLost(
                f"no ARI there (HTTP {info.status_code}); see url, prefix in http.conf, enabled in ari.conf"
            )
        try:
            version = str(info.json()["system"]["version"])
        except (ValueError, LookupError, TypeError):
            raise FeedLost("no ARI there (another kind of answer); see url, prefix in http.conf") from None
        listed = self.of("/endpoints")
        endpoints = [
            f"{one['technology']}/{one['resource']}"
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, dict) and "technology" in one and "resource" in one
        ]
        may_write = self.ask(NOBODY, "DELETE").status_code == 404
        return Told(version, endpoints, may_write, _ahead(info.headers.get("Date")))

    def of(self, path: str) -> Any:
        """The reply to a GET; None where there is none."""
        answer = self.ask(path)
        try:
            return answer.json() if answer.status_code == 200 else None
        except ValueError:
            return None

    def settings_of(self, endpoint: str) -> dict[str, str]:
        """The settings of a PJSIP endpoint, with the fixed ``contact`` of its AOR; empty where ARI does not tell.

        ARI lists contacts that registered beside fixed ones. An AOR at which phones register has ``max_contacts``.
        """
        told = _attributes(self.of(f"/asterisk/config/dynamic/res_pjsip/endpoint/{quote(endpoint, safe='')}"))
        aor = told.get("aors", "").partition(",")[0]
        if aor:
            named = _attributes(self.of(f"/asterisk/config/dynamic/res_pjsip/aor/{quote(aor, safe='')}"))
            told["contact"] = named.get("contact", "") if named.get("max_contacts", "0") == "0" else ""
        return told

    def _why(self, error: Exception) -> str:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
            cause = cause.__cause__ or cause.__context__
        if isinstance(cause, ssl.SSLCertVerificationError):
            return tls.why_untrusted(cause, self._ari.url, "url")
        if isinstance(error, httpx.TimeoutException):
            why = f"no answer within {self._patience:g} s"
        elif isinstance(error, httpx.RemoteProtocolError):
            why = "no HTTP is spoken there"
        else:
            why = re.sub(r"^\[.*?\] | \(_ssl.*", "", str(error)) or type(error).__name__
        return f"no connection ({why}); see url and ca_file, enabled and bindaddr in http.conf"


def _attributes(listed: Any) -> dict[str, str]:
    """ARI's ``[{"attribute": …, "value": …}]`` as a dictionary."""
    pairs = listed if isinstance(listed, list) else ()
    return {str(one.get("attribute")): str(one.get("value")) for one in pairs if isinstance(one, dict)}


def _ahead(date: str | None) -> float | None:
    """By the header, which leaves out the parts of a second: half of one is in the middle."""
    try:
        return parsedate_to_datetime(date or "").timestamp() + 0.5 - time.time()
    except ValueError:
        return None
