"""Who comes to the pages and the API: with too many connections, with questions without end, and who never reads."""

import asyncio
import resource
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx

from bridge.store.access import Access, path_beside
from tests.attack.target import LONGEST_ANSWER, Target, target, told, until
from tests.helpers.ports import free_port

STRANGERS, MOST_FILES, SCREENS, MEMBERS = 400, 256, 60, 3_000


def _web(port: int) -> str:
    return f"[web]\nport = {port}\n"


def _token(under: Target, name: str = "one who asks") -> str:
    access = Access(path_beside(str(under.folder / "calls.db")))
    try:
        return access.add(name, "supervisor") or ""
    finally:
        access.close()


async def half_open_connections_to_the_pages(folder: Path) -> tuple[str, bool]:
    port = free_port()
    async with target(folder, _web(port)) as under:
        await until(lambda: "web_served" in under.log)
        resource.prlimit(under.process.pid, resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
        lines = under.log.count("\n")
        with ExitStack() as held:
            for number in range(STRANGERS):
                stranger = held.enter_context(socket.socket())
                stranger.setblocking(False)
                stranger.connect_ex(("127.0.0.1", port if number % 2 else under.metrics_port))
                if number % 3 == 0:
                    await asyncio.sleep(0.001)
                    with suppress(OSError):
                        stranger.send(b"GET / HTTP/1.1\r\nX: ")
            goes_on = await under.one_more_call()
            await asyncio.sleep(2)
        said = under.log.count("\n") - lines
        return told(
            under, f"a record, {said} line(s) of log"
        ), goes_on and said < 10 and under.slowest < LONGEST_ANSWER


async def questions_without_end(folder: Path) -> tuple[str, bool]:
    port, answers, slowest = free_port(), [], 0.0
    async with target(folder, _web(port)) as under:
        await until(lambda: "web_served" in under.log)
        await under.one_more_call()
        header = {"Authorization": f"Bearer {_token(under)}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=header, timeout=60) as client:
            for path in (
                "/v1/records",
                "/v1/records?since=1900-01-01T00:00:00Z&until=2100-01-01T00:00:00Z",
                "/v1/records?limit=999999999",
                "/v1/records?limit=-1",
                "/v1/records?" + "&".join(f"tag=x{n}" for n in range(2_000)),
                "/v1/records?customer=" + "9" * 20_000,
                "/v1/records?cursor=" + "A" * 20_000,
                "/v1/records?q=%00%ff%fe",
                "/v1/reports/queues?since=1900-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&interval=15",
                "/v1/reports/queues?since=2024-01-01T00:00:00Z&until=2028-12-01T00:00:00Z&interval=15",
                "/v1/reports/agents?since=0001-01-01T00:00:00Z&until=9999-12-31T00:00:00Z",
                "/v1/reports/queues?since=nan&until=inf",
                "/v1/states?since=1900-01-01T00:00:00Z&until=2100-01-01T00:00:00Z",
                "/v1/records/" + "%2e%2e%2f" * 100,
                "/v1/records/" + "x" * 20_000,
                "/" + "a/" * 5_000,
                "/v1/live?queue=" + "%E5%AE%A2" * 2_000,
                "/v1/records?since=" + "[" * 5_000,
            ):
                loop = asyncio.get_running_loop()
                begun = loop.time()
                try:
                    status = (await client.get(path)).status_code
                except httpx.HTTPError as error:
                    status = type(error).__name__  # type: ignore[assignment]
                answers.append(status)
                slowest = max(slowest, loop.time() - begun)
            for body in (b"[" * 1_000_000, b"{" * 10, b"\x00" * 1000):
                try:
                    answers.append((await client.post("/v1/records", content=body)).status_code)
                except httpx.HTTPError as error:
                    answers.append(type(error).__name__)  # type: ignore[arg-type]
        assert 200 in answers
        goes_on = await under.one_more_call()
        bad = [one for one in answers if not (isinstance(one, int) and one < 500)]
        kinds = sorted({str(one) for one in answers})
        said = f"{len(answers)} questions: {kinds}, the longest {slowest:.1f} s, {len(bad)} bad"
        done = told(under, said)
        return done, goes_on and not bad and "Traceback" not in under.log and under.slowest < LONGEST_ANSWER


async def screens_that_never_read(folder: Path) -> tuple[str, bool]:
    """Who watches the board and reads nothing, while much changes on it."""
    port = free_port()
    async with target(folder, _web(port)) as under:
        await until(lambda: "web_served" in under.log)
        tokens = [_token(under, f"screen {number}") for number in range(SCREENS // 6)]
        under.pbx.say("Event: CoreShowChannelsComplete\nActionID: CoreShowChannels")
        await under.say_all(_members(0))
        before = under.megabytes
        with ExitStack() as held:
            for number in range(SCREENS):
                screen = held.enter_context(socket.socket())
                screen.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                screen.connect(("127.0.0.1", port))
                token = tokens[number % len(tokens)]
                screen.send(
                    f"GET /v1/live/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
                )
            for turn in range(10):
                await under.say_all(_members(turn % 2))
                goes_on = await under.one_more_call()
            grown = under.megabytes - before
            said = f"{SCREENS} screens, {10 * MEMBERS:,} changes, grew by {grown:.0f} MB"
            return told(under, said), goes_on and grown < 250 and under.slowest < LONGEST_ANSWER


def _members(paused: int) -> list[str]:
    phones = ((number // 100, f"PJSIP/1{number:04}") for number in range(MEMBERS))
    return [
        f"Event: QueueMemberPause\nQueue: q{queue}\nInterface: {phone}\nMemberName: {phone}"
        f"\nStateInterface: {phone}\nStatus: 1\nPaused: {paused}"
        for queue, phone in phones
    ]
