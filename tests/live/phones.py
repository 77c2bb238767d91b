"""SIP phones for the live tests: each a process (softphone.py), driven from here, waiting for what happens.

Every wait is for a condition and ends in an error that names the phone and what it last saw.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

PATIENCE = 45.0
"""Seconds that any wait may take before the test fails."""


def because(reason: str) -> dict[str, str]:
    """The header in which SIP says why, beside its codes (RFC 3326)."""
    return {"Reason": reason} if reason else {}


class PhoneError(Exception):
    """The phone refused an order, or did not see in time what it waited for."""


class Call:
    """One end of a call, as its phone sees it."""

    def __init__(self, phone: "Phone", number: int, other: str, sip_call_id: str) -> None:
        self.phone = phone
        self.number = number
        self.other = other
        """The caller of an incoming call, the number called of an outgoing one."""
        self.sip_call_id = sip_call_id
        self.shown = ""
        """The caller's name, as the phone shows it."""
        self.states: list[str] = []
        """PJSUA's words: CALLING, INCOMING, EARLY, CONNECTING, CONFIRMED, DISCONNCTD."""
        self.code = 0
        """The last SIP status code."""
        self.over = False
        self.media = "none"
        self.replaces = ""
        """How a Replaces header names the dialog; known once it is confirmed."""

    def __repr__(self) -> str:
        seen = f"{self.states} {self.code} media {self.media}"
        return f"<call {self.number} with {self.other} on {self.phone.user}: {seen}>"

    def _heard(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "state":
                self.states.append(event["state"])
                self.code, self.over = event["code"], event["over"]
            case "media":
                self.media = event["status"]
            case "dialog":
                self.replaces = event["replaces"]

    async def _until(self, seen: Callable[[], bool], what: str) -> "Call":
        await self.phone.until(seen, f"{what}; {self!r}")
        return self

    async def _do(self, do: str, **words: Any) -> None:
        await self.phone.order(do=do, call=self.number, **words)

    # What to wait for.

    async def rings(self) -> "Call":
        """The other end is ringing (180 or 183)."""

        def ringing() -> bool:
            if self.over and "EARLY" not in self.states:
                raise PhoneError(f"ended before it rang: {self!r}")
            return "EARLY" in self.states or "CONFIRMED" in self.states

        return await self._until(ringing, "ringing")

    async def connected(self) -> "Call":
        def connected() -> bool:
            if "CONFIRMED" in self.states and self.media == "active":
                return True
            if self.over:
                raise PhoneError(f"ended before it was connected: {self!r}")
            return False

        return await self._until(connected, "a connection")

    async def ended(self) -> int:
        """The SIP code that the call ended with."""
        await self._until(lambda: self.over, "the end")
        return self.code

    # What to do.

    async def pick_up(self) -> "Call":
        """Answers, whomever the PBX connects then."""
        await self._do("answer", code=200)
        return await self.connected()

    async def answer(self) -> "Call":
        await self.pick_up()
        await self.phone.pbx_answered()
        return self

    async def decline(self, code: int = 603, reason: str = "") -> None:
        """reason: what the response says beside its code, as ``Q.850;cause=16``."""
        await self._do("answer", code=code, headers=because(reason))
        await self.ended()

    async def redirect(self, number: str) -> None:
        await self._do("answer", code=302, headers={"Contact": f"<sip:{number}@{self.phone.registrar}>"})
        await self.ended()

    async def hangup(self, reason: str = "") -> None:
        if not self.over:
            await self._do("hangup", headers=because(reason))
        await self.ended()

    async def hold(self) -> None:
        await self._do("hold")
        await self._until(lambda: self.media == "held", "hold")

    async def resume(self) -> None:
        await self._do("resume")
        await self._until(lambda: self.media == "active", "the end of the hold")

    async def refer(self, number: str) -> None:
        """Asks the PBX to pass the other end to a number (blind transfer)."""
        await self._do("refer", number=number)

    async def refer_to(self, other: "Call", stays: bool = False) -> None:
        """Asks the PBX to join the other ends of two calls of this phone (attended transfer). ``stays``: this call
        goes on, where most phones hang it up as soon as the PBX has said 200."""
        await self._do("refer_to_call", other=other.number, stays=stays)

    async def dtmf(self, digits: str) -> None:
        """RFC 2833 digits."""
        await self._do("dtmf", digits=digits)


async def _at_once() -> None:
    pass


class Phone:
    """A phone that rings when called, until told otherwise.

    address: the loopback address it binds; registrar: the PBX's; a phone without a secret is a customer behind the
    trunk, has no registration and may call with any number as its own.
    """

    pbx_rings: Callable[[], Awaitable[None]] = staticmethod(_at_once)
    """Waits until the PBX, too, has seen the phone ring, which the phone cannot know."""
    pbx_answered: Callable[[], Awaitable[None]] = staticmethod(_at_once)
    """Waits until the PBX, too, has connected the call that the phone answered."""
    queues_miss_it: Callable[[], Awaitable[None]] = staticmethod(_at_once)
    """Waits until the queues, too, know that the phone has unregistered."""

    def __init__(self, user: str, address: str, registrar: str, secret: str | None = None) -> None:
        self.user = user
        self.address = address
        self.registrar = registrar
        self.secret = secret
        self.calls: dict[int, Call] = {}
        self.waiting: list[Call] = []
        self.registered = False
        self.silent = False
        self._changed = asyncio.Event()
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._orders = 0
        self._port = 5060
        self._ready = False
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    # The process.

    async def start(self) -> None:
        """Starts the process, unless it runs."""
        if self.alive:
            return
        if self._reader is not None:
            await self._reader
        self.calls, self.waiting, self._replies = {}, [], {}
        self.registered = self._ready = self.silent = False
        settings = {
            "user": self.user,
            "address": self.address,
            "port": self._port,
            "registrar": self.registrar,
            "secret": self.secret,
            "log": os.environ.get("PHONE_LOG") and f"{os.environ['PHONE_LOG']}/{self.user}.log",
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.live.softphone",
            json.dumps(settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._reader = asyncio.create_task(self._read(self._process))
        await self.until(lambda: self._ready, "its start")

    async def stop(self) -> None:
        """Ends the process, in whatever state it is."""
        if self._process is not None and self.alive:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        if self._reader is not None:
            await self._reader

    async def die(self) -> None:
        """The phone vanishes without a word to the PBX."""
        await self.stop()
        self.registered = False
        # The PBX goes on calling the dead phone for a while: the next one on this address must not hear it. A
        # customer's registers nowhere, though: the PBX calls the same port for ever.
        if self.secret is not None:
            self._port += 1

    def freeze(self) -> None:
        """The phone keeps its address and registration but answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        self.silent = True

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
        self.silent = False

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self._heard(json.loads(line))
            self._changed.set()
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(PhoneError(f"phone {self.user} is gone"))
        self._changed.set()

    def _heard(self, word: dict[str, Any]) -> None:
        if "reply" in word:
            reply = self._replies.pop(word["reply"])
            if reply.done():
                return
            if "error" in word:
                calls = [*self.calls.values()]
                reply.set_exception(PhoneError(f"phone {self.user}: {word['error']}; its calls: {calls}"))
            else:
                if isinstance(word["value"], dict):
                    self._known(word["value"])
                reply.set_result(word["value"])
            return
        match word["event"]:
            case "ready":
                self._ready = True
            case "registration":
                self.registered = word["active"]
            case "incoming":
                caller = word["caller"].split("sip:")[-1].split("@")[0]
                call = self._known(word, caller)
                call.shown = word["caller"].split("<")[0].strip(' "')
                self.waiting.append(call)
            case _:
                self._known(word)._heard(word)

    def _known(self, word: dict[str, Any], other: str = "") -> Call:
        number = word["call"]
        if number not in self.calls:
            self.calls[number] = Call(self, number, other, "")
        call = self.calls[number]
        call.sip_call_id = word.get("sip_call_id", call.sip_call_id)
        return call

    async def until(self, seen: Callable[[], bool], what: str) -> None:
        """Waits until what was heard makes ``seen`` true."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not seen():
                    self._changed.clear()
                    if self._process is not None and self._process.returncode is not None:
                        raise PhoneError(f"phone {self.user} is gone, waiting for {what}")
                    await self._changed.wait()
        except TimeoutError:
            calls = [call for call in self.calls.values() if not call.over]
            raise PhoneError(f"phone {self.user} waited {PATIENCE:.0f} s for {what}; its calls: {calls}") from None

    async def order(self, **words: Any) -> Any:
        await self.start()
        assert self._process is not None
        assert self._process.stdin is not None
        self._orders += 1
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._replies[self._orders] = reply
        self._process.stdin.write(json.dumps({"n": self._orders, **words}).encode() + b"\n")
        try:
            async with asyncio.timeout(PATIENCE):
                return await reply
        except TimeoutError:
            raise PhoneError(f"phone {self.user} does not take the order {words}") from None

    # What a person does with a phone.

    async def register(self) -> None:
        if not self.registered:
            await self.order(do="register")
            await self.until(lambda: self.registered, "its registration")

    async def unregister(self) -> None:
        await self.order(do="unregister")
        await self.until(lambda: not self.registered, "the end of its registration")
        await self.queues_miss_it()

    async def when_called(
        self, do: str, code: int | None = None, reason: str = "", forward: str | None = None
    ) -> None:
        """What the phone does by itself: ring (the default), announce that it rings by 183, or the code, and never by
        180, answer, decline (at once, with the code), nothing. forward: where a 302 sends the call."""
        contact = {"Contact": f"<sip:{forward}@{self.registrar}>"} if forward else {}
        await self.order(do="incoming", how={"do": do, "code": code, "headers": because(reason) | contact})

    async def call(self, number: str, caller: str | None = None, replaces: str = "") -> Call:
        """caller: the number that a customer's phone shows; its own if None. replaces: the dialog that the call takes
        over (RFC 3891)."""
        headers = {"Replaces": replaces, "Require": "replaces"} if replaces else {}
        value = await self.order(do="call", number=number, caller=caller, headers=headers)
        call = self.calls[value["call"]]
        call.other = number
        return call

    async def called(self) -> Call:
        """The next incoming call that was not waited for yet, whether the PBX knows that it rings or not."""
        await self.until(lambda: bool(self.waiting), "an incoming call")
        return self.waiting.pop(0)

    async def rings(self) -> Call:
        """The same, once the PBX knows that it rings."""
        call = await self.called()
        await self.pbx_rings()
        return call
