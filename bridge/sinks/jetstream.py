"""NATS JetStream: one message for each version of a record, acknowledged by the stream.

The subject is ``callbridge.<pbx>.record.<direction>``, or for states ``callbridge.<pbx>.state.agent`` or
``….device``. The asyncio client has a loop in a thread of its own, so that the server's pings are answered between
writes, too.
"""

import asyncio
import contextlib
import random
import re
import ssl
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import msgspec
import nats
import structlog
from nats.aio.client import Client
from nats.errors import MaxPayloadError, NoServersError
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NoStreamResponseError, NotFoundError

from bridge.config.sinks import NatsSink
from bridge.errors import SinkError
from bridge.records.worth import message_id
from bridge.vocabulary.agent_state import AgentStateRecord, DeviceStateRecord
from bridge.vocabulary.record import Record
from bridge.vocabulary.written import Written, id_of

T = TypeVar("T")
logger = structlog.get_logger()

PATIENCE = 5.0
"""Seconds for a connection, and for an acknowledgement."""
DUPLICATES = 600.0
"""Seconds for which a stream made here remembers message ids and drops repeated messages."""
SUBJECTS = ["callbridge.*.record.>", "callbridge.*.state.>"]


class JetStream:
    def __init__(self, settings: NatsSink, secret: str | None) -> None:
        self._settings = settings
        self._secret = secret
        self._client: Client | None = None
        self._encoder = msgspec.json.Encoder()
        self._takes_states = True
        """Whether the stream has the subject of states: one that others made may not."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"nats {settings.name}", daemon=True)
        self._thread.start()

    def write(self, records: Sequence[Written]) -> None:
        self._do(self._write(records))

    def check(self) -> str:
        return self._do(self._check())

    def close(self) -> None:
        if self._loop.is_running():
            self._do(self._disconnect())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _write(self, records: Sequence[Written]) -> None:
        client = await self._connected()
        left_out: set[str] = set()
        if not self._takes_states:
            left_out = {id_of(one) for one in records if not isinstance(one, Record)}
            records = [one for one in records if isinstance(one, Record)]
        sent = await asyncio.gather(*(self._publish(client, record) for record in records), return_exceptions=True)
        delivered = left_out
        refused: dict[str, str] = {}
        failures: list[BaseException] = []
        for record, result in zip(records, sent, strict=True):
            if isinstance(result, MaxPayloadError):
                refused[id_of(record)] = f"larger than the server's max_payload of {client.max_payload} bytes"
            elif isinstance(result, BaseException):
                failures.append(result)
            else:
                delivered.add(id_of(record))
        if failures:
            await self._disconnect()  # the next connection checks the stream again
            raise self._error(failures[0], delivered=delivered, refused=refused)
        if refused:
            why = f"sink {self._settings.name}: a record is {next(iter(refused.values()))}; raise that"
            raise SinkError(why, delivered=delivered, refused=refused)

    async def _publish(self, client: Client, record: Written) -> None:
        json = self._encoder.encode(record)
        await client.jetstream().publish(
            subject(record),
            json,
            timeout=PATIENCE,
            stream=self._settings.stream,
            headers={"Nats-Msg-Id": message_id(record, json), "Content-Type": "application/json"},
        )

    async def _check(self) -> str:
        client = await self._connected()
        stream = (await client.jetstream().stream_info(self._settings.stream)).config
        version = client.connected_server_version
        copies = f"{stream.num_replicas} copies" if (stream.num_replicas or 1) > 1 else "one copy"
        return f"NATS {version.major}.{version.minor}.{version.patch}, stream {stream.name} in {copies}"

    async def _connected(self) -> Client:
        if self._client is not None and self._client.is_connected:
            return self._client
        await self._disconnect()
        failure: Exception = ConnectionError("no server")
        for server in random.sample(self._settings.servers, len(self._settings.servers)):
            try:
                self._client = await self._connect(server)
                await self._make_stream(self._client)
                return self._client
            except (nats.errors.Error, OSError, TimeoutError) as error:
                failure = error
                await self._disconnect()
        raise self._error(failure)

    async def _connect(self, server: str) -> Client:
        """Connects to one server, once: the forwarder decides about further tries, as for every sink."""
        client = Client()
        causes: list[Exception] = []

        async def note(error: Exception) -> None:
            causes.append(error)

        login: dict[str, Any] = {"token": self._secret}
        if self._settings.username is not None:
            login = {"user": self._settings.username, "password": self._secret}
        tls = ssl.create_default_context(cafile=self._settings.ca_file) if server.startswith("tls:") else None
        try:
            async with asyncio.timeout(PATIENCE):
                await client.connect(
                    server, error_cb=note, allow_reconnect=False, max_reconnect_attempts=1, reconnect_time_wait=0,
                    connect_timeout=int(PATIENCE), ping_interval=5, name="callbridge", tls=tls, **login,
                )  # fmt: skip
        except NoServersError as error:
            raise (causes or [error])[0] from None
        return client

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(nats.errors.Error, OSError, TimeoutError):
                await client.close()

    async def _make_stream(self, client: Client) -> None:
        stream = client.jetstream()
        try:
            config = (await stream.stream_info(self._settings.stream)).config
            if config.subjects == SUBJECTS[:1]:  # made by a callbridge that had no states
                await stream.update_stream(config.evolve(subjects=SUBJECTS))
            else:
                self._takes_states = bool({SUBJECTS[1], "callbridge.>", ">"} & {*(config.subjects or ())})
                if not self._takes_states:
                    logger.warning("states_not_sent", sink=self._settings.name, why=f"the stream lacks {SUBJECTS[1]}")
        except NotFoundError:
            await stream.add_stream(
                StreamConfig(
                    name=self._settings.stream,
                    description="Call records of callbridge",
                    subjects=SUBJECTS,
                    storage=StorageType.FILE,
                    retention=RetentionPolicy.LIMITS,
                    num_replicas=self._settings.replicas,
                    duplicate_window=DUPLICATES,
                )
            )

    def _error(self, failure: BaseException, **settled: Any) -> SinkError:
        line = f"sink {self._settings.name}: {_said(failure)}; see servers, stream and the secret"
        return SinkError(line, **settled)


def subject(record: Written) -> str:
    """The subject of a record. Characters of the PBX's name that a subject may not have become "_"."""
    kind = f"record.{record.direction}" if isinstance(record, Record) else f"state.{_KINDS[type(record)]}"
    return f"callbridge.{re.sub(r'[^A-Za-z0-9_-]', '_', record.pbx)}.{kind}"


_KINDS = {AgentStateRecord: "agent", DeviceStateRecord: "device"}


def _said(failure: BaseException) -> str:
    if isinstance(failure, NoStreamResponseError):
        return "no stream takes the subject, or its servers have no quorum"
    words = " ".join(str(failure).split()).removeprefix("nats: ").strip("'\"")
    return "no answer in time" if isinstance(failure, TimeoutError) else words or type(failure).__name__
