"""A contact centre that is an ARI application: it queues, rings, bridges, transfers, supervises by moving channels.

Asterisk itself sees no queue, no transfer and no ChanSpy here (docker/dialplans/stasis). What no event can show the
application says by the user events of config/asterisk, unless a number asks it not to.

    customers dial 8NNxx:   00 queue linear, agents 1 then 2, 4 s each     05 queue small: one caller waits, no more
                            01 queue ringall, agents 1 and 2, 8 s          08 queue timeout: 3 s in all, agent 1
                            02 as 00, and nothing is said of it            09 queue single: agent 1
                            03 as 00, but the phones are originated        11 agent 1, 20 s
                            04 as 03, and nothing is said of it            22 an announcement
                    1NNx, 2NNx: that phone
    staff dial      1NNx, 2NNx: that phone; 9 + 0…: outside;
                    *51, *52, *53, *54 + extension: listen, whisper, join, take over
    staff press     ## + extension: pass on;  *2 + extension: consult, then *4 pass on, *3 all three, *1 drop
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx
import websockets

Json = dict[str, Any]

AGAIN = 0.15
"""Seconds within which a phone presses no key twice."""
HANDS_OVER = 0.1
"""Seconds for which whoever takes a call over is together with both others."""


class Gone(Exception):
    """The channel or bridge that a request was about is not there any more."""


@dataclass
class Leg:
    """One channel of the application."""

    id: str
    name: str = ""
    entered: bool = False
    """Whether the application may do something with it: a moment after it was made."""
    up: bool = False
    gone: bool = False
    digits: str = ""
    last: tuple[str, float] = ("", 0.0)
    """The key that was pressed last, and when."""

    @property
    def device(self) -> str:
        return self.name.rpartition("-")[0]

    def pressed(self, digit: str) -> None:
        """On a busy machine Asterisk tells some keys twice, a moment apart."""
        before, at = self.last
        self.last = (digit, monotonic())
        if digit != before or self.last[1] - at > AGAIN:
            self.digits += digit


@dataclass
class Talk:
    """Two or more in one bridge."""

    bridge: str
    legs: list[Leg]


@dataclass(frozen=True)
class Queue:
    name: str
    agents: tuple[int, ...]
    ring: float = 4
    at_once: bool = False
    limit: float | None = None
    room: int | None = None
    told: bool = True
    originates: bool = False


QUEUES = {
    "00": Queue("linear", (1, 2)),
    "01": Queue("ringall", (1, 2), ring=8, at_once=True),
    "02": Queue("linear", (1, 2), told=False),
    "03": Queue("linear", (1, 2), originates=True),
    "04": Queue("linear", (1, 2), told=False, originates=True),
    "05": Queue("small", (1,), ring=10, room=1),
    "08": Queue("timeout", (1,), ring=10, limit=3),
    "09": Queue("single", (1,)),
}


class Centre:
    """The application for the calls of one cell.

    listeners: the ARI applications that hear its user events; AMI hears them too.
    """

    def __init__(self, url: str, username: str, secret: str, nn: str, listeners: Iterable[str]) -> None:
        self.nn = nn
        self.app = f"centre{nn}"
        self.listeners = list(listeners)
        self.legs: dict[str, Leg] = {}
        self.talks: list[Talk] = []
        self.waiting: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._rest = httpx.AsyncClient(base_url=f"{url}/ari/", auth=(username, secret), timeout=10)
        self._events = f"ws{url.removeprefix('http')}/ari/events?app={self.app}&api_key={username}:{secret}"

    async def __aenter__(self) -> "Centre":
        self._socket = await websockets.connect(self._events, max_size=None)
        self._listener = asyncio.create_task(self._listen())
        # A first call that waits until the application is there, and its way to the PBX open, would be queued indeed.
        await self._do("GET", f"applications/{self.app}")
        return self

    async def __aexit__(self, *_: object) -> None:
        for call in self._calls:
            call.cancel()
        await self._socket.close()
        await self._listener
        await self._rest.aclose()

    # What happens.

    async def _listen(self) -> None:
        with suppress(websockets.ConnectionClosed):
            async for message in self._socket:
                self._heard(json.loads(message))

    def _heard(self, event: Json) -> None:
        channel = event.get("channel")
        if channel is None:
            return
        leg = self.legs.setdefault(channel["id"], Leg(channel["id"]))
        leg.name = channel["name"]
        leg.up = leg.up or channel["state"] == "Up"
        leg.entered = leg.entered or event["type"] == "StasisStart"
        match event["type"]:
            case "StasisStart" if event["args"] and event["args"][0] in ("customer", "staff"):
                serve = self._customer if event["args"][0] == "customer" else self._staff
                call = asyncio.create_task(self._serve(serve, leg, event["args"][1]))
                self._calls.add(call)
                call.add_done_callback(self._calls.discard)
            case "ChannelDtmfReceived":
                leg.pressed(event["digit"])
            case "ChannelHangupRequest" | "ChannelDestroyed" | "StasisEnd":
                leg.gone = True
        self._changed.set()

    async def _until(self, seen: Callable[[], bool], seconds: float | None = None) -> bool:
        """False when it was not seen in time."""
        try:
            async with asyncio.timeout(seconds):
                while not seen():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    # What to do.

    async def _do(self, method: str, path: str, body: Json | None = None, **words: Any) -> Json:
        answer = await self._rest.request(method, path, params=words, json=body)
        if answer.status_code in (400, 404, 409, 412, 422, 500):
            raise Gone(f"{method} {path} {words}: {answer.status_code} {answer.text}")
        answer.raise_for_status()
        done: Json = answer.json() if answer.content else {}
        return done

    async def _hang_up(self, *legs: Leg) -> None:
        for leg in legs:
            if not leg.gone:
                with suppress(Gone):
                    await self._do("DELETE", f"channels/{leg.id}")

    async def _say(self, event: str, source: str, **variables: str) -> None:
        async def told(listener: str) -> None:
            with suppress(Gone):
                await self._do(
                    "POST", f"events/user/{event}", {"variables": variables},
                    application=listener, source=f"channel:{source}",
                )  # fmt: skip

        # All at once: one after the other takes a busy PBX so long that the caller is queued indeed.
        await asyncio.gather(*map(told, self.listeners))

    async def _ring(self, device: str, caller: Leg, seconds: float, queue: Queue | None = None) -> Leg | None:
        """A phone that is being called; None when there is nothing to call."""
        words: dict[str, Any] = {"endpoint": device, "app": self.app, "appArgs": "leg"}
        try:
            if queue is not None and queue.originates:
                words |= {"timeout": str(int(seconds)), "callerId": self.nn}
                made = await self._do("POST", "channels", **words)
            else:
                made = await self._do("POST", "channels/create", originator=caller.id, **words)
        except Gone:
            return None
        leg = self.legs.setdefault(made["id"], Leg(made["id"], made["name"]))
        if queue is not None and queue.told:
            await self._say(
                "CallbridgeOffer", caller.id,
                Channel=caller.id, Dest=leg.id, Queue=self._name(queue), Agent=device,
            )  # fmt: skip
        if queue is None or not queue.originates:
            await self._until(lambda: leg.entered, 5)
            with suppress(Gone):
                await self._do("POST", f"channels/{leg.id}/dial", caller=caller.id, timeout=int(seconds))
        return leg

    async def _bridge(self, *legs: Leg) -> Talk:
        bridge = await self._do("POST", "bridges", type="mixing,dtmf_events")
        talk = Talk(bridge["id"], [])
        self.talks.append(talk)
        await self._join(talk, *legs)
        return talk

    async def _join(self, talk: Talk, *legs: Leg) -> None:
        """Into this bridge, out of whichever one they are in."""
        for other in self.talks:
            other.legs = [leg for leg in other.legs if leg not in legs]
        talk.legs += legs
        await self._do("POST", f"bridges/{talk.bridge}/addChannel", channel=",".join(leg.id for leg in legs))
        self._changed.set()

    async def _leave(self, talk: Talk, leg: Leg) -> None:
        talk.legs.remove(leg)
        with suppress(Gone):
            await self._do("POST", f"bridges/{talk.bridge}/removeChannel", channel=leg.id)

    async def _end(self, talk: Talk) -> None:
        if talk in self.talks:
            self.talks.remove(talk)
        with suppress(Gone):
            await self._do("DELETE", f"bridges/{talk.bridge}")

    # The calls.

    async def _serve(self, serve: Callable[[Leg, str], Awaitable[None]], leg: Leg, number: str) -> None:
        with suppress(Gone):
            await serve(leg, number)
        await self._hang_up(leg)

    async def _customer(self, customer: Leg, number: str) -> None:
        dn = number.removeprefix(f"8{self.nn}")
        if dn in QUEUES:
            await self._do("POST", f"channels/{customer.id}/answer")
            await self._queued(customer, QUEUES[dn])
        elif dn == "22":
            await self._do("POST", f"channels/{customer.id}/answer")
            await self._do("POST", f"channels/{customer.id}/play", media="sound:silence/1")
            await self._until(lambda: customer.gone, 1)
        else:
            await self._reached(customer, f"PJSIP/1{self.nn}1" if dn == "11" else f"PJSIP/{number}")

    async def _reached(self, caller: Leg, device: str) -> None:
        """One phone, 20 s."""
        await self._do("POST", f"channels/{caller.id}/ring")
        if answered := await self._first(caller, [await self._ring(device, caller, 20)], 25):
            await self._do("POST", f"channels/{caller.id}/answer")
            await self._talks(caller, answered)

    def _name(self, queue: Queue) -> str:
        return f"q{self.nn}-{queue.name}"

    async def _queued(self, customer: Leg, queue: Queue) -> None:
        name, began = self._name(queue), asyncio.get_running_loop().time()

        async def mark(state: str, **words: str) -> None:
            if queue.told:
                await self._say("CallbridgeQueue", customer.id, Channel=customer.id, Queue=name, State=state, **words)

        if queue.room is not None and self.waiting.get(name, 0) >= queue.room:
            await mark("leave", Exit="full")
            return
        self.waiting[name] = self.waiting.get(name, 0) + 1
        await mark("join")
        answered, turn = None, 0
        try:
            while answered is None and not customer.gone:
                left = queue.ring + 1
                if queue.limit is not None:
                    left = min(left, queue.limit - (asyncio.get_running_loop().time() - began))
                    if left <= 0:
                        break
                who = queue.agents if queue.at_once else (queue.agents[turn % len(queue.agents)],)
                turn += 1
                legs = [await self._ring(f"PJSIP/1{self.nn}{n}", customer, queue.ring, queue) for n in who]
                answered = await self._first(customer, legs, left)
                if answered is None:
                    await self._until(lambda: customer.gone, 0.5)
        finally:
            self.waiting[name] -= 1
        if answered is not None:
            await mark("leave", Exit="answered")
            await self._talks(customer, answered)
        else:
            await mark("leave", Exit="abandoned" if customer.gone else "timeout")

    async def _first(self, caller: Leg, called: list[Leg | None], seconds: float) -> Leg | None:
        """The first of the called who answers; all others are let go."""
        legs = [leg for leg in called if leg is not None]
        await self._until(
            lambda: caller.gone or any(leg.up for leg in legs) or all(leg.gone for leg in legs), seconds
        )
        answered = None if caller.gone else next((leg for leg in legs if leg.up and not leg.gone), None)
        await self._hang_up(*(leg for leg in legs if leg is not answered))
        return answered

    async def _talks(self, caller: Leg, staff: Leg) -> None:
        """Until only one of them is left; meanwhile the staff's keys are obeyed."""
        talk = await self._bridge(caller, staff)
        try:
            while len(talk.legs) > 1:
                for leg in talk.legs:
                    if command := re.fullmatch(r".*?(##|\*2)(\d{4})", leg.digits):
                        leg.digits = ""
                        other = next(each for each in talk.legs if each is not leg)
                        if command[1] == "##":
                            await self._passes_on(talk, leg, other, f"PJSIP/{command[2]}")
                        else:
                            await self._consults(talk, leg, other, f"PJSIP/{command[2]}")
                        break
                else:
                    await self._until(
                        lambda: (
                            any(leg.gone or re.search(r"(##|\*2)\d{4}$", leg.digits) for leg in talk.legs)
                            or len(talk.legs) < 2
                        )
                    )
                talk.legs = [leg for leg in talk.legs if not leg.gone]
        finally:
            await self._hang_up(*talk.legs)
            await self._end(talk)

    async def _passes_on(self, talk: Talk, agent: Leg, other: Leg, device: str) -> None:
        await self._leave(talk, agent)
        await self._hang_up(agent)
        if answered := await self._first(other, [await self._ring(device, other, 20)], 25):
            await self._join(talk, answered)

    async def _consults(self, talk: Talk, agent: Leg, other: Leg, device: str) -> None:
        """The other party waits outside the bridge."""
        await self._leave(talk, other)
        consulted = await self._first(agent, [await self._ring(device, agent, 20)], 25)
        if consulted is None:
            await self._join(talk, other)
            return
        await self._join(talk, consulted)
        await self._until(
            lambda: agent.gone or other.gone or consulted.gone or agent.digits[-2:] in ("*4", "*3", "*1")
        )
        command, agent.digits = agent.digits[-2:], ""
        if command == "*1" or consulted.gone:
            talk.legs.remove(consulted)
            await self._hang_up(consulted)
        elif command == "*4" or agent.gone:
            await self._leave(talk, agent)
            await self._join(talk, other)
            await self._hang_up(agent)
            return
        await self._join(talk, other)

    async def _staff(self, caller: Leg, number: str) -> None:
        if number.startswith("*5"):
            await self._supervises(caller, number[:3], number[3:])
        elif number.startswith("9"):
            made = await self._do(
                "POST", "channels", endpoint=f"PJSIP/{number[1:]}@trunk{self.nn}", callerId=f"8{self.nn}00",
                timeout=30, originator=caller.id, app=self.app, appArgs="leg",
            )  # fmt: skip
            await self._do("POST", f"channels/{caller.id}/ring")
            leg = self.legs.setdefault(made["id"], Leg(made["id"], made["name"]))
            if answered := await self._first(caller, [leg], 35):
                await self._do("POST", f"channels/{caller.id}/answer")
                await self._talks(answered, caller)
        else:
            await self._reached(caller, f"PJSIP/{number}")

    async def _supervises(self, caller: Leg, how: str, extension: str) -> None:
        await self._do("POST", f"channels/{caller.id}/answer")
        device = f"PJSIP/{extension}"
        talk, agent = next((t, leg) for t in self.talks for leg in t.legs if leg.device == device)
        if how in ("*51", "*52"):
            whisper = "none" if how == "*51" else "out"
            snoop = await self._do(
                "POST", f"channels/{agent.id}/snoop", spy="both", whisper=whisper, app=self.app, appArgs="leg"
            )
            leg = self.legs.setdefault(snoop["id"], Leg(snoop["id"], snoop["name"]))
            await self._say(
                "CallbridgeSupervision", leg.id,
                Snoop=leg.id, By=caller.device, Mode="monitor" if how == "*51" else "coach",
            )  # fmt: skip
            await self._until(lambda: leg.entered, 5)
            ear = await self._bridge(leg, caller)
            await self._until(lambda: caller.gone or leg.gone)
            await self._hang_up(leg)
            await self._end(ear)
            return
        await self._join(talk, caller)
        if how == "*54":
            await asyncio.sleep(HANDS_OVER)
            await self._leave(talk, agent)
            await self._hang_up(agent)
        await self._until(lambda: caller.gone or caller not in talk.legs)
        if caller in talk.legs and len(talk.legs) > 2:
            talk.legs.remove(caller)
