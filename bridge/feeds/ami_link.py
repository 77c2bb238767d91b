"""One connection to AMI: made, logged in, and read in messages."""

import asyncio
import hashlib
import ssl

from bridge.config import Ami, secret_of
from bridge.errors import SettingsError
from bridge.feeds.feed import FeedLost, Refused, reason
from bridge.feeds.pulse import Pulse
from bridge.feeds.stream import Stream
from bridge.feeds.tls import context, why_untrusted
from bridge.wire.framing import AmiMessage, Framer

CONNECT_SECONDS = 10.0
"""Seconds for a connection, and for the login."""
TLS_ALERT = b"\x15\x03"
"""The first bytes with which a server that expects TLS answers plain text: an alert, of protocol version 3."""


class Link:
    """One connection to AMI."""

    def __init__(self, settings: Ami, framer: Framer) -> None:
        self._settings = settings
        self._framer = framer
        self._at = f"{settings.host}:{settings.port}"
        self._is_greeted = False
        """Whether anything has arrived: a manager interface speaks first."""

    async def __aenter__(self) -> "Link":
        settings = self._settings
        tls = context(settings.ca_file) if settings.tls else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                loop = asyncio.get_running_loop()
                self._transport, self._stream = await loop.create_connection(
                    Stream, settings.host, settings.port, ssl=tls
                )
        except TimeoutError:
            raise FeedLost(
                f"{self._at} does not answer; see that the PBX is up and no firewall stands between"
            ) from None
        except ssl.SSLCertVerificationError as error:
            raise FeedLost(why_untrusted(error, self._at, "host")) from None
        except ssl.SSLError:
            raise FeedLost(
                f"{self._at} does not speak TLS; see tls and port, and tlsenable in manager.conf"
            ) from None
        except OSError as error:
            raise FeedLost(f"{self._at}: {reason(error)}; see host and port, and manager.conf") from None
        self.pulse = Pulse(lambda: self.send(Action="Ping", ActionID="Ping"), self._transport.abort)
        self.pulse.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.pulse.stop()
        self._transport.abort()

    def send(self, **headers: str) -> None:
        """Sends an action. Raises ``ValueError`` if a value contains a line break: what follows would be read as
        another header or action."""
        if any(letter in value for value in headers.values() for letter in "\r\n"):
            raise ValueError("a line break in a header")
        self._transport.write("".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n")

    async def read(self) -> list[AmiMessage]:
        """The messages that the next bytes complete; there may be none. Raises ``FeedLost``."""
        data = await self._stream.read()
        if not self._settings.tls and not self._is_greeted and (not data or data.startswith(TLS_ALERT)):
            raise FeedLost(
                f"{self._at} did not greet, as a port that expects TLS; set tls = true, or port to the one without it"
            )
        if not data:
            raise FeedLost(self.pulse.why)
        self._is_greeted = True
        self.pulse.beat()
        messages = self._framer.feed(data)
        if self._framer.is_foreign:
            raise FeedLost(f"{self._at} is not a manager interface; see port")
        return messages

    async def log_in(self) -> list[AmiMessage]:
        """Logs in by challenge, which does not send the secret. Returns the reply and the messages with it."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                self.send(Action="Challenge", AuthType="MD5", ActionID="Challenge")
                challenge = (await self._answer("Challenge"))[0]
                key = hashlib.md5(f"{challenge.get('Challenge')}{_secret(self._settings)}".encode()).hexdigest()
                self.send(
                    Action="Login",
                    AuthType="MD5",
                    Username=self._settings.username,
                    Key=key,
                    Events="on",
                    ActionID="Login",
                )
                answer = await self._answer("Login")
        except TimeoutError:
            raise FeedLost(
                f"{self._at} does not answer the login; is it a manager interface, and is tls set as in manager.conf?"
            ) from None
        if answer[0]["Response"] != "Success":
            raise Refused(
                f'login as "{self._settings.username}" refused; see username, the secret, and permit in manager.conf'
            )
        return answer

    async def _answer(self, action_id: str) -> list[AmiMessage]:
        while True:
            messages = await self.read()
            for index, message in enumerate(messages):
                if message.get("ActionID") == action_id and "Response" in message:
                    return messages[index:]


def _secret(settings: Ami) -> str:
    try:
        return secret_of(settings)
    except SettingsError as error:
        raise Refused(str(error)) from None
