"""What stands where a PBX should: servers that are none, and PBXs that cannot be; beside one as it should be."""

import asyncio
import gzip
import hashlib
import struct
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.attack.nonsense import SHAPES, beside
from tests.attack.target import LONGEST_ANSWER, target, told, until
from tests.helpers.manager import SECRET, manager
from tests.helpers.service import pbx_table
from tests.helpers.story import Story

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
NONSENSE, BANNER, REPLY, RESTARTS = 2_000, 1 << 20, 100 << 20, 20
LOST = "event=feed_lost"


@asynccontextmanager
async def impostor(talk: Talk) -> AsyncIterator[int]:
    """A server that is no PBX; its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _ari(port: int) -> str:
    return (
        f'[[pbx]]\nname = "impostor"\n[pbx.ari]\nurl = "http://127.0.0.1:{port}"\nusername = "bridge"\n'
        f'secret = "{SECRET}"\n'
    )


async def _borne(
    folder: Path, talk: Talk, table: Callable[[int], str], said: str, seconds: float = 0.0
) -> tuple[str, bool]:
    """Until the service has told that it is no PBX, and calls of the other PBX after that."""
    async with impostor(talk) as port, target(folder, table(port)) as under:
        await under.one_more_call()
        if said:
            await until(lambda: said in under.log)
        await asyncio.sleep(seconds)
        goes_on = await under.one_more_call()
        lines = [line for line in under.log.splitlines() if "pbx=impostor" in line]
        why = next((line.partition("why=")[2][:140] for line in lines if "why=" in line), "nothing")
        done = told(under, f"{len(lines)} line(s): {why}")
        return done, goes_on and len(lines) < 10 and under.megabytes < 300 and under.slowest < LONGEST_ANSWER


async def _ami(folder: Path, talk: Talk, said: str = LOST, seconds: float = 0.0) -> tuple[str, bool]:
    return await _borne(folder, talk, lambda port: pbx_table("impostor", port), said, seconds)


async def a_manager_whose_banner_is_a_megabyte(folder: Path) -> tuple[str, bool]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"A" * BANNER)
        await writer.drain()
        await reader.read()

    return await _ami(folder, talk)


async def a_manager_that_never_ends_a_message(folder: Path) -> tuple[str, bool]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\nEvent: Newchannel\r\n")
        for number in range(1_000):
            writer.write(b"Variable%d: %s\r\n" % (number, b"x" * 50_000))
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    return await _ami(folder, talk)


async def a_manager_that_says_a_byte_at_a_time_and_never_answers(folder: Path) -> tuple[str, bool]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            for byte in b"Asterisk Call Manager/11.0.0\r\n":
                writer.write(bytes([byte]))
                await asyncio.sleep(0.01)

    return await _ami(folder, talk)


async def _request(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def _http(status: bytes, body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers, b"", body])


def _is_socket(request: bytes) -> bool:
    return b"/ari/events" in request.split(b"\r\n", 1)[0]


def _opened(request: bytes) -> bytes:
    """The answer that makes a WebSocket of it."""
    asked = (line.partition(b": ") for line in request.split(b"\r\n"))
    key = next(value for name, _, value in asked if name.lower() == b"sec-websocket-key")
    accept = b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    lines = [b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade"]
    return b"\r\n".join([*lines, b"Sec-WebSocket-Accept: " + accept, b"", b""])


async def an_ari_that_answers_500_and_html(folder: Path) -> tuple[str, bool]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _request(reader)
        writer.write(_http(b"500 Internal Server Error", b"<html>\x1b[2J" + b"<b>" * 100_000))
        await writer.drain()

    return await _borne(folder, talk, _ari, LOST)


def _snapshot_of(reply: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> Talk:
    """An ARI whose WebSocket opens, and whose lists are answered so."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _request(reader)
        if _is_socket(request):
            writer.write(_opened(request))
            await reader.read()
        else:
            await reply(writer)

    return talk


async def an_ari_whose_list_is_html(folder: Path) -> tuple[str, bool]:
    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(_http(b"200 OK", b"<html>"))

    return await _borne(folder, _snapshot_of(reply), _ari, LOST)


async def an_ari_whose_list_is_a_hundred_megabytes(folder: Path) -> tuple[str, bool]:
    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n[" % (REPLY + 2))
        for _ in range(REPLY >> 20):
            writer.write(b" " * (1 << 20))
            await writer.drain()
        writer.write(b"]")

    return await _borne(folder, _snapshot_of(reply), _ari, LOST)


async def an_ari_whose_list_unpacks_to_a_gigabyte(folder: Path) -> tuple[str, bool]:
    packed = gzip.compress(bytes(1 << 30), 1)

    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(_http(b"200 OK", packed, b"Content-Encoding: gzip"))

    return await _borne(folder, _snapshot_of(reply), _ari, LOST)


async def an_ari_whose_list_comes_a_byte_a_second(folder: Path) -> tuple[str, bool]:
    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n[")
        while True:
            writer.write(b" ")
            await asyncio.sleep(1)

    return await _borne(folder, _snapshot_of(reply), _ari, LOST)


def _frame(first: int, data: bytes) -> bytes:
    length = len(data)
    if length < 126:
        return bytes([first, length]) + data
    return (
        bytes([first])
        + (struct.pack("!BH", 126, length) if length < 65536 else struct.pack("!BQ", 127, length))
        + data
    )


def _socket_that_says(say: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _request(reader)
        if not _is_socket(request):
            writer.write(_http(b"200 OK", b"[]"))
            return
        writer.write(_opened(request))
        await say(writer)
        await reader.read()

    return talk


async def an_ari_that_says_a_byte_a_frame(folder: Path) -> tuple[str, bool]:
    """Text that never ends, in fragments of one byte."""

    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(_frame(0x01, b"{"))
        for _ in range(20_000):
            writer.write(_frame(0x00, b" ") * 100)
            await writer.drain()

    return await _borne(folder, _socket_that_says(say), _ari, "", 3)


async def an_ari_that_packs_what_it_says(folder: Path) -> tuple[str, bool]:
    """Though nobody agreed to that; and JSON that is nested a hundred thousand deep."""

    async def say(writer: asyncio.StreamWriter) -> None:
        for _ in range(50):
            writer.write(_frame(0x81, b'{"type": ' + b"[" * 100_000))
        await writer.drain()
        writer.write(_frame(0xC1, gzip.compress(bytes(50 << 20), 1)))
        await writer.drain()

    return await _borne(folder, _socket_that_says(say), _ari, LOST)


async def a_pbx_that_restarts_each_second(folder: Path) -> tuple[str, bool]:
    async with target(folder) as under:
        before, files = under.megabytes, under.open_files
        for _ in range(RESTARTS):
            await under.one_more_call()
            logins = under.pbx.logins
            under.pbx.hang_up()
            await until(lambda logins=logins: under.pbx.logins > logins and under.pbx.writers)  # type: ignore[misc]
        goes_on = await under.one_more_call()
        lines, more = under.log.count("event=feed_"), under.open_files - files
        complete = sum(record.complete for record in under.records)
        said = f"{RESTARTS} restarts, {len(under.records)} records, {complete} complete, {lines} line(s), "
        said += f"{more} files more, grew by {under.megabytes - before:.0f} MB"
        return told(under, said), goes_on and len(under.records) == RESTARTS + 1 and more <= 3


async def two_pbxs_that_number_their_calls_alike(folder: Path) -> tuple[str, bool]:
    async with manager() as other, target(folder, pbx_table("pbx2", other.port)) as under:
        await until(lambda: "QueueStatus" in other.actions)
        story, call = _beside(SHAPES["transferred to each other"], 10)
        for pbx in (under.pbx, other):
            await under.tell(story, pbx)
        await until(lambda: sum(r.call_id == call for r in under.records) == 2)
        pairs = {(r.pbx, r.call_id): r.record_id for r in under.records}
        goes_on = await under.one_more_call()
        alike = {r.call_id for r in under.records if (("pbx1", r.call_id) in pairs) and ("pbx2", r.call_id) in pairs}
        said = f"{len(pairs)} records, {len(set(pairs.values()))} ids, {len(alike)} calls of both"
        return told(under, said), goes_on and len(pairs) == len(set(pairs.values())) and bool(alike)


def _beside(shape: Callable[[Story, int], None], count: int) -> tuple[Story, str]:
    story = Story()
    return story, beside(story, shape, count)


async def nonsense_beside_a_call(folder: Path) -> tuple[str, bool]:
    """Each of the shapes, while a customer talks with an agent."""
    right: list[bool] = []
    async with target(folder) as under:
        await until(lambda: "QueueStatus" in under.pbx.actions)
        for name, shape in SHAPES.items():
            story, call = _beside(shape, NONSENSE)
            _apart(story, f"{len(right)}")
            call = f"{len(right)}.{call}"
            await under.tell(story, now=True)
            await until(lambda call=call: under.record_of(call) is not None)  # type: ignore[misc]
            record = under.record_of(call)
            assert record is not None
            right.append(record.complete and record.tags == ["incoming_dn_call", "customer_disconnect"])
            if not right[-1]:
                under.log += f"\nnonsense {name}: {record.tags} {record.complete} {record.gaps}"
        goes_on = await under.one_more_call()
        said = f"{len(right)} shapes of {NONSENSE:,} each, {sum(right)} calls beside them as they were"
        return told(under, said), goes_on and all(right) and under.slowest < LONGEST_ANSWER


def _apart(story: Story, number: str) -> None:
    """Ids that no other story has."""
    for message in story.messages:
        for header in (
            "Uniqueid",
            "Linkedid",
            "DestUniqueid",
            "LocalOneUniqueid",
            "LocalTwoUniqueid",
            "ParkeeUniqueid",
            "SpyerUniqueid",
            "SpyeeUniqueid",
            "TargetUniqueid",
            "OrigTransfererUniqueid",
            "BridgeUniqueid",
            "SecondTransfererUniqueid",
            "TransfereeUniqueid",
            "TransferTargetUniqueid",
        ):
            if header in message.event:
                message.event[header] = f"{number}.{message.event[header]}"
