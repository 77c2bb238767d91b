"""A webhook: POSTs each record as JSON, signed as Standard Webhooks specifies."""

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
from contextlib import aclosing
from typing import Any

import httpx
import msgspec

from bridge.config.sinks import WebhookSink
from bridge.errors import SinkError
from bridge.records.worth import message_id
from bridge.vocabulary.written import Written, id_of

PATIENCE = 10.0
"""Seconds for a request and its answer."""
LARGEST_ANSWER = 4096
"""Bytes of an answer that are read."""
ELSEWHERE = (302, 303)
"""Answers to a POST that tell where its result is, not where to send it again: Google Apps Script answers so."""
PAGES = ("text/html", "application/xhtml+xml")
"""Content types of pages for people."""
AT_ONCE = 4
"""How many requests are sent at the same time, each for another call."""
AGAIN = frozenset({408, 425, 429})
"""Answers of 400 to 499 that are worth another try."""


class _Unanswered(Exception):
    """The request has to be made again, after ``pause`` seconds if the receiver asked for that."""

    def __init__(self, why: str, *, down: bool, pause: float = 0.0) -> None:
        super().__init__(why)
        self.down = down
        """Whether the receiver is down, so that other requests would fail, too."""
        self.pause = pause


class _Refused(Exception):
    """The request must not be made again."""


class Webhook:
    """Sends requests by an asyncio client, run by the thread that writes; an open request does not keep the process
    from ending."""

    def __init__(self, settings: WebhookSink, secret: str | None) -> None:
        self._settings = settings
        self._key = key(secret or "")
        self._encoder = msgspec.json.Encoder()
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
        except OSError:
            raise SinkError(f"sink {settings.name}: ca_file is no PEM file; name one") from None
        self._client = httpx.AsyncClient(verify=context, timeout=None, trust_env=False)
        # Answers are never decompressed: some kilobytes could become gigabytes.
        self._client.headers["Accept-Encoding"] = "identity"
        self._runner = asyncio.Runner()

    def write(self, records: Sequence[Written]) -> None:
        self._runner.run(self._write(records))

    def check(self) -> str:
        """Checks that something answers, with a valid certificate. No record is sent."""
        try:
            status = self._runner.run(self._answer("HEAD", self._settings.url)).status_code
        except _Unanswered as error:
            raise SinkError(f"sink {self._settings.name}: {error}; see url and ca_file") from None
        return f"a server answers (HTTP {status} to HEAD)"

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    async def _write(self, records: Sequence[Written]) -> None:
        results: dict[str, Exception | None] = {}
        waiting = iter(records)

        async def post_in_turn() -> None:
            for record in waiting:
                try:
                    await self._post(record)
                except (_Refused, _Unanswered) as error:
                    results[id_of(record)] = error
                    if isinstance(error, _Unanswered) and error.down:
                        return
                else:
                    results[id_of(record)] = None

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

    async def _post(self, record: Written) -> None:
        body = self._encoder.encode(record)
        answer = await self._answer("POST", self._settings.url, content=body, headers=self._headers(record, body))
        status = answer.status_code
        if status in ELSEWHERE:
            await self._see_elsewhere(answer)
            return
        why = f"HTTP {status} {answer.reason_phrase}".rstrip()
        if 400 <= status < 500 and status not in AGAIN:
            raise _Refused(why)
        if not 200 <= status < 300:
            pause = retry_after(answer.headers.get("Retry-After", "")) if status in (429, 503) else 0.0
            raise _Unanswered(why, down=pause > 0, pause=pause)

    async def _see_elsewhere(self, answer: httpx.Response) -> None:
        """The receiver has taken the record and tells that its answer is elsewhere: gets it from there, once.

        The record is not sent again, whatever the answer. Raises ``_Refused`` if it does not come from a receiver.
        """
        status = answer.status_code
        try:
            there = httpx.URL(self._settings.url).join(answer.headers.get("Location", ""))
        except httpx.InvalidURL:
            raise _Refused(f"HTTP {status} to what is no address") from None
        if there.scheme not in ("http", "https") or "Location" not in answer.headers:
            raise _Refused(f"HTTP {status} to what is no address")
        where = f"HTTP {status} to {there.host}"
        try:
            found = await self._answer("GET", str(there))
        except _Unanswered as error:
            raise _Refused(f"{where}: {error}") from None
        if not 200 <= found.status_code < 300:
            raise _Refused(f"{where}, and there HTTP {found.status_code}")
        if found.headers.get("Content-Type", "").partition(";")[0].strip().lower() in PAGES:
            raise _Refused(f"{where}, a page for people such as a login; write the receiver's own address in url")

    async def _answer(self, method: str, url: str, **content: Any) -> httpx.Response:
        """The head of the answer. A little of its body is read, so that the connection can be used again."""
        try:
            async with asyncio.timeout(PATIENCE), self._client.stream(method, url, **content) as answer:
                parts: Any = answer.aiter_raw(LARGEST_ANSWER)
                async with aclosing(parts):
                    async for _ in parts:
                        if answer.num_bytes_downloaded >= LARGEST_ANSWER:
                            break
            return answer
        except TimeoutError:
            raise _Unanswered(f"no answer within {PATIENCE:g} s", down=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            why = " ".join(re.sub(r"^\[.*?\] | \(_ssl.*", "", str(error)).split())
            raise _Unanswered(why or type(error).__name__, down=True) from None

    def _headers(self, record: Written, body: bytes) -> dict[str, str]:
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
    """The bytes of a secret, which is ``whsec_`` and base64 (as the libraries of Standard Webhooks make it) or any
    text."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def signature(key: bytes, name: str, stamp: str, body: bytes) -> str:
    """``v1,`` and the base64 of the HMAC-SHA256 of id, timestamp and body, joined by full stops."""
    digest = hmac.new(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def retry_after(value: str) -> float:
    """The seconds that a Retry-After header asks for (as seconds or as a date); 0 if it cannot be read."""
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return 0.0
