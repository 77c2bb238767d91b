"""A webhook: each record POSTed as JSON and signed, as Standard Webhooks has it."""

import asyncio
import base64
import binascii
import email.utils
import hashlib
import hmac
import re
import ssl
import time
from collections.abc import Sequence
from typing import Any

import httpx
import msgspec

from bridge.config import WebhookSink
from bridge.errors import SinkError
from bridge.records.worth import message_id
from bridge.vocabulary.record import Record

PATIENCE = 10.0
"""Seconds for a request and its answer."""
AT_ONCE = 4
"""Requests under way at the same time, each of another call."""
AGAIN = frozenset({408, 425, 429})
"""Answers of 400 to 499 that are worth another try."""


class _Unanswered(Exception):
    """The request has to be made again; ``pause`` seconds from now at the earliest, where that was asked for."""

    def __init__(self, why: str, *, down: bool = False, pause: float = 0.0) -> None:
        super().__init__(why)
        self.down = down
        """Another request would wait for nothing just the same."""
        self.pause = pause


class _Refused(Exception):
    """The request need not be made again."""


class Webhook:
    """The client is asyncio's, run by whichever thread writes: a request under way keeps no process from ending."""

    def __init__(self, settings: WebhookSink, secret: str | None) -> None:
        self._settings = settings
        self._key = key(secret or "")
        self._encoder = msgspec.json.Encoder()
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
        except OSError:
            raise SinkError(f"sink {settings.name}: ca_file is no PEM file; name one") from None
        self._client = httpx.AsyncClient(verify=context, timeout=None, trust_env=False)
        self._runner = asyncio.Runner()

    def write(self, records: Sequence[Record]) -> None:
        self._runner.run(self._write(records))

    def check(self) -> str:
        """A record is not sent; that something answers, with a certificate that is good, is seen."""
        try:
            status = self._runner.run(self._answer("HEAD")).status_code
        except _Unanswered as error:
            raise SinkError(f"sink {self._settings.name}: {error}; see url and ca_file") from None
        return f"a server answers (HTTP {status} to HEAD)"

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    async def _write(self, records: Sequence[Record]) -> None:
        results: dict[str, Exception | None] = {}
        waiting = iter(records)

        async def post_in_turn() -> None:
            for record in waiting:
                try:
                    await self._post(record)
                except (_Refused, _Unanswered) as error:
                    results[record.record_id] = error
                    if isinstance(error, _Unanswered) and error.down:
                        return
                else:
                    results[record.record_id] = None

        await asyncio.gather(*(post_in_turn() for _ in range(AT_ONCE)))
        delivered = {name for name, result in results.items() if result is None}
        refused = {name: str(result) for name, result in results.items() if isinstance(result, _Refused)}
        failures = [result for result in results.values() if isinstance(result, _Unanswered)]
        if failures or refused:
            why = failures[0] if failures else f"a record is refused: {next(iter(refused.values()))}"
            raise SinkError(
                f"sink {self._settings.name}: {why}; see url and the receiver's log",
                delivered=delivered,
                refused=refused,
                pause=max((failure.pause for failure in failures), default=0.0),
            )

    async def _post(self, record: Record) -> None:
        body = self._encoder.encode(record)
        answer = await self._answer("POST", content=body, headers=self._headers(record, body))
        status = answer.status_code
        why = f"HTTP {status} {answer.reason_phrase}".rstrip()
        if 400 <= status < 500 and status not in AGAIN:
            raise _Refused(why)
        if not 200 <= status < 300:
            pause = retry_after(answer.headers.get("Retry-After", "")) if status in (429, 503) else 0.0
            raise _Unanswered(why, down=pause > 0, pause=pause)

    async def _answer(self, method: str, **content: Any) -> httpx.Response:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._client.request(method, self._settings.url, **content)
        except TimeoutError:
            raise _Unanswered(f"no answer within {PATIENCE:g} s", down=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            why = " ".join(re.sub(r"^\[.*?\] | \(_ssl.*", "", str(error)).split())
            raise _Unanswered(why or type(error).__name__, down=True) from None

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
