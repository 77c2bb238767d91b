"""A webhook: each record POSTed as JSON and signed, as Standard Webhooks has it."""

import base64
import binascii
import email.utils
import hashlib
import hmac
import re
import ssl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import msgspec

from bridge.config import WebhookSink
from bridge.records.record import Record
from bridge.sinks.sink import SinkError
from bridge.sinks.worth import message_id

PATIENCE = 10.0
"""Seconds for a connection, and between two bytes of an answer."""
AT_ONCE = 4
"""Requests under way at the same time, each of another call."""
AGAIN = frozenset({408, 425, 429})
"""Answers of 400 to 499 that are worth another try."""


class _Unanswered(Exception):
    """The request has to be made again; ``pause`` seconds from now at the earliest."""

    def __init__(self, why: str, pause: float = 0.0) -> None:
        super().__init__(why)
        self.pause = pause


class _Refused(Exception):
    """The request need not be made again."""


class Webhook:
    def __init__(self, settings: WebhookSink, secret: str) -> None:
        self._settings = settings
        self._key = key(secret)
        self._encoder = msgspec.json.Encoder()
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
        except (OSError, ssl.SSLError):
            raise SinkError(f"sink {settings.name}: ca_file is no PEM file; name one") from None
        self._client = httpx.Client(verify=context, timeout=PATIENCE, trust_env=False)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"webhook {settings.name}")

    def write(self, records: Sequence[Record]) -> None:
        down = Event()
        results = list(self._pool.map(lambda record: self._try(record, down), records))
        delivered = {r.record_id for r, result in zip(records, results, strict=True) if result is None}
        refused = {
            r.record_id: str(result)
            for r, result in zip(records, results, strict=True)
            if isinstance(result, _Refused)
        }
        failures = [result for result in results if isinstance(result, _Unanswered)]
        if failures or refused:
            why = str(failures[0]) if failures else "records refused"
            pause = max((failure.pause for failure in failures), default=0.0)
            raise SinkError(
                f"sink {self._settings.name}: {why}; see url and the receiver's log",
                delivered=delivered, refused=refused, pause=pause,
            )  # fmt: skip

    def check(self) -> str:
        """A record is not sent; that something answers, with a certificate that is good, is seen."""
        try:
            status = self._client.head(self._settings.url).status_code
        except httpx.HTTPError as error:
            raise SinkError(f"sink {self._settings.name}: {_why(error)}; see url and ca_file") from None
        return f"a server answers (HTTP {status} to HEAD)"

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._client.close()

    def _try(self, record: Record, down: Event) -> _Unanswered | _Refused | None:
        if down.is_set():  # each further request would wait as long for nothing
            return _Unanswered("not tried after others failed")
        try:
            self._post(record)
        except _Refused as refused:
            return refused
        except _Unanswered as unanswered:
            if unanswered.pause or isinstance(unanswered.__cause__, httpx.TransportError):
                down.set()
            return unanswered
        return None

    def _post(self, record: Record) -> None:
        body = self._encoder.encode(record)
        try:
            answer = self._client.post(self._settings.url, content=body, headers=self._headers(record, body))
        except httpx.TransportError as error:
            raise _Unanswered(_why(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _Unanswered(_why(error)) from None
        status = answer.status_code
        if 400 <= status < 500 and status not in AGAIN:
            raise _Refused(f"HTTP {status} {answer.reason_phrase}".rstrip())
        if not 200 <= status < 300:
            pause = retry_after(answer.headers.get("Retry-After", "")) if status in (429, 503) else 0.0
            raise _Unanswered(f"HTTP {status} {answer.reason_phrase}".rstrip(), pause)

    def _headers(self, record: Record, body: bytes) -> dict[str, str]:
        name = message_id(record, body)
        stamp = str(int(time.time()))
        return {
            "Content-Type": "application/json",
            "User-Agent": "callbridge",
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self._key, name, stamp, body),
        }


def key(secret: str) -> bytes:
    """A secret as the libraries of Standard Webhooks make them (``whsec_`` and base64), or any other text."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def signature(key: bytes, name: str, stamp: str, body: bytes) -> str:
    """``v1,`` and base64 of the HMAC-SHA256 over id, timestamp and body, with a full stop between."""
    digest = hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def retry_after(value: str) -> float:
    """Seconds that the header asks for, given as seconds or as a date; 0 when it says nothing that can be read."""
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _why(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {PATIENCE:g} s"
    return " ".join(re.sub(r"^\[.*?\] | \(_ssl.*", "", str(error)).split()) or type(error).__name__
