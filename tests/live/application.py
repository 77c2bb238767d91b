"""An ARI application of the tests' own. It rings phones by itself, as a bot does. It listens in by snoop channels and
says so, as config/asterisk/README.md asks of every application that does."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import httpx
from websockets.asyncio.client import connect

from tests.live.manager import Manager
from tests.live.phones import PATIENCE

SNOOP = {
    "monitor": {"spy": "both", "whisper": "none"},
    "coach": {"spy": "both", "whisper": "out"},
    "barge": {"spy": "both", "whisper": "both"},
}

NOT_YET, NOT_THERE = 422, 409
"""What ARI answers where a channel has not come to the application yet: to a bridge, and to itself."""


class Application:
    """Told to each of ``listeners``: an ARI user event reaches only the application that it is addressed to."""

    def __init__(self, http: httpx.AsyncClient, name: str, pbx: Manager, listeners: list[str]) -> None:
        self._http = http
        self._name = name
        self._pbx = pbx
        self._listeners = listeners
        self._snooping: dict[str, str] = {}
        self._machines: list[str] = []

    async def snoop(self, channel: str, by: str, mode: str) -> None:
        """channel: the name of the one that is listened to; by: the supervisor's device."""
        unique = self._pbx.channels[channel]
        answer = await self._http.post(f"/channels/{unique}/snoop", params={"app": self._name, **SNOOP[mode]})
        answer.raise_for_status()
        snoop = answer.json()
        self._snooping = snoop
        marks = {"variables": {"Snoop": snoop["id"], "By": by, "Mode": mode}}
        for listener in self._listeners:
            where = urlencode({"application": listener, "source": f"channel:{snoop['id']}"})
            told = await self._http.post(f"/events/user/CallbridgeSupervision?{where}", json=marks)
            told.raise_for_status()

    async def ring(self, device: str, caller: str) -> str:
        """Rings a phone for a caller, both by name; the channel's id. Whoever answers is connected with nobody."""
        answer = await self._http.post(
            "/channels",
            params={
                "endpoint": device, "app": self._name, "appArgs": "agent", "originator": self._pbx.channels[caller],
            },
        )  # fmt: skip
        answer.raise_for_status()
        return str(answer.json()["id"])

    async def creates(self, device: str) -> str:
        """A channel to a phone that is not called yet; the channel's id."""
        made = await self._http.post("/channels/create", params={"endpoint": device, "app": self._name})
        made.raise_for_status()
        return str(made.json()["id"])

    async def dials(self, channel: str, caller: str, seconds: int) -> None:
        """Calls the phone of a channel, by id, for a caller, by name."""
        how: dict[str, str | int] = {"caller": self._pbx.channels[caller], "timeout": seconds}
        (await self._http.post(f"/channels/{channel}/dial", params=how)).raise_for_status()

    async def clicks(self, device: str, context: str, number: str, shown: str) -> None:
        """Calls a phone, and then a number of the dialplan for whoever answers."""
        how: dict[str, str | int] = {
            "endpoint": device, "context": context, "extension": number, "priority": 1, "callerId": shown,
        }  # fmt: skip
        (await self._http.post("/channels", params=how)).raise_for_status()

    async def calls(self, endpoint: str, shown: str, caller: str = "") -> str:
        """Calls somebody, for a caller, by name, or for nobody, and has her when she answers; the channel's id."""
        how = {"endpoint": endpoint, "app": self._name, "callerId": shown}
        if caller:
            how["originator"] = self._pbx.channels[caller]
        called = await self._http.post("/channels", params=how)
        called.raise_for_status()
        return str(called.json()["id"])

    async def joins(self, *channels: str) -> None:
        """Puts channels, by id, into one bridge."""
        await self._puts(await self.opens_a_room(), ",".join(channels))

    async def opens_a_room(self) -> str:
        """A bridge in which all hear all; its id."""
        made = await self._http.post("/bridges", params={"type": "mixing"})
        made.raise_for_status()
        return str(made.json()["id"])

    async def puts_into(self, bridge: str, channel: str) -> None:
        """A channel by name."""
        await self._puts(bridge, self._pbx.channels[channel])

    async def closes(self, bridge: str) -> None:
        (await self._http.delete(f"/bridges/{bridge}")).raise_for_status()

    async def answer(self, channel: str) -> None:
        """By name."""
        (await self._http.post(f"/channels/{self._pbx.channels[channel]}/answer")).raise_for_status()

    async def keep_waiting(self, channel: str) -> None:
        """Puts a channel, by name, into a bridge with music, where nobody hears it."""
        made = await self._http.post("/bridges", params={"type": "holding"})
        made.raise_for_status()
        bridge = made.json()["id"]
        await self._puts(bridge, self._pbx.channels[channel])
        (await self._http.post(f"/bridges/{bridge}/moh")).raise_for_status()

    async def answers(self, channel: str) -> None:
        """A channel, by name, that is not answered yet."""
        (await self._http.post(f"/channels/{self._pbx.channels[channel]}/answer")).raise_for_status()

    async def let_go(self, channel: str, reason: str = "normal") -> None:
        """By id."""
        (await self._http.delete(f"/channels/{channel}", params={"reason": reason})).raise_for_status()

    async def connect(self, channel: str, caller: str) -> None:
        """Puts a channel, by id, and a caller, by name, into one bridge."""
        await self._puts(await self.opens_a_room(), f"{self._pbx.channels[caller]},{channel}")

    async def _puts(self, bridge: str, channels: str) -> None:
        """All by id, with commas between the channels."""
        where, both = f"/bridges/{bridge}/addChannel", {"channel": channels}
        async with asyncio.timeout(PATIENCE):
            # Nothing tells a scenario that the application has got a channel: Newexten comes before.
            while (put := await self._http.post(where, params=both)).status_code == NOT_YET:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        put.raise_for_status()

    async def write_down(self, channel: str) -> None:
        """Sends what is said on a channel, by name, to a machine outside of the PBX, as transcribers do."""
        snooped = await self._http.post(
            f"/channels/{self._pbx.channels[channel]}/snoop", params={"app": self._name, "spy": "both"}
        )
        media = await self._http.post(
            "/channels/externalMedia",
            params={"app": self._name, "external_host": "127.0.0.1:9", "format": "ulaw"},
        )
        for answer in (snooped, media):
            answer.raise_for_status()
        both = [answer.json()["id"] for answer in (snooped, media)]
        bridge = await self.opens_a_room()
        self._machines = [*(f"/channels/{each}" for each in both), f"/bridges/{bridge}"]
        await self._puts(bridge, ",".join(both))

    async def stop_writing_down(self) -> None:
        for each in self._machines:
            await self._http.delete(each)  # the snoop ends with the channel

    async def announces(self, bridge: str) -> None:
        """Has the PBX say a word to all in a bridge, by id."""
        said = await self._http.post(f"/bridges/{bridge}/play", params={"media": "sound:silence/1"})
        said.raise_for_status()

    async def plays_into(self, channel: str) -> None:
        """A machine speaks to the one on a channel, by name, or plays music, unheard by whom she talks with."""
        made = await self._http.post(
            f"/channels/{self._pbx.channels[channel]}/snoop",
            params={"app": self._name, "spy": "none", "whisper": "out"},
        )
        made.raise_for_status()
        self._machines = [f"/channels/{made.json()['id']}"]
        async with asyncio.timeout(PATIENCE):
            # Nothing tells a scenario that the application has got the snoop.
            while (played := await self._http.post(f"{self._machines[0]}/moh")).status_code == NOT_THERE:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        played.raise_for_status()

    async def talk_with_a_machine(self, channel: str) -> None:
        """Connects a channel, by name, with a machine outside of the PBX, as a voice bot is."""
        media = await self._http.post(
            "/channels/externalMedia",
            params={"app": self._name, "external_host": "127.0.0.1:9", "format": "ulaw"},
        )
        media.raise_for_status()
        await self.connect(media.json()["id"], channel)
        self._machines = [f"/channels/{media.json()['id']}"]

    async def go_on(self, channel: str) -> None:
        """Lets a channel, by name, go on in the dialplan."""
        (await self._http.post(f"/channels/{self._pbx.channels[channel]}/continue")).raise_for_status()

    async def moves(self, channel: str, to: str) -> None:
        """Gives a channel, by name, to another application."""
        where = f"/channels/{self._pbx.channels[channel]}/move"
        (await self._http.post(where, params={"app": to})).raise_for_status()

    async def redirects(self, channel: str, to: str) -> None:
        """Has whoever calls by a channel, by name, call another endpoint instead."""
        where = f"/channels/{self._pbx.channels[channel]}/redirect"
        (await self._http.post(where, params={"endpoint": to})).raise_for_status()

    async def silences(self, channel: str, seconds: float) -> None:
        """Takes the voice of the one on a channel, by name, puts her on hold, and takes both back."""
        where, both = f"/channels/{self._pbx.channels[channel]}", {"direction": "both"}
        for each in ("mute", "hold"):
            (await self._http.post(f"{where}/{each}", params=both)).raise_for_status()
        await asyncio.sleep(seconds)
        for each in ("hold", "mute"):
            (await self._http.delete(f"{where}/{each}", params=both)).raise_for_status()

    async def stop_snooping(self) -> None:
        await self._http.delete(f"/channels/{self._snooping['id']}")
        await self._pbx.until(lambda: self._snooping["name"] not in self._pbx.channels, "the end of the snoop")


@asynccontextmanager
async def application(
    url: str, username: str, secret: str, name: str, pbx: Manager, listeners: list[str]
) -> AsyncIterator[Application]:
    """url: ARI's REST side, such as ``http://127.0.22.1:8088``."""
    login = base64.b64encode(f"{username}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {login}"}
    events = url.replace("http", "ws", 1) + f"/ari/events?app={name}"
    async with (
        connect(events, additional_headers=headers),
        httpx.AsyncClient(base_url=f"{url}/ari", headers=headers) as http,
    ):
        yield Application(http, name, pbx, listeners)
