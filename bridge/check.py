"""``callbridge check``: tries each PBX and each sink, one line each."""

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from functools import partial

import httpx
import msgspec

from bridge.config import Ami, Ari, Settings, secret_of
from bridge.sinks import SinkError, open_sinks
from bridge.wire.framing import AmiMessage, Framer

PATIENCE = 5.0
"""Seconds to wait for a PBX's next word."""
NEEDED = ("CoreSettings", "CoreStatus", "CoreShowChannels", "DeviceStateList")
"""AMI actions of the opening snapshot that ask for a right."""
NEVER = ("Originate", "Redirect", "Hangup", "Command")
"""AMI actions that callbridge never sends: a user who may is more powerful than it should be."""


class Trouble(Exception):
    """What is wrong and the mend, in one line."""


def problems(settings: Settings) -> int:
    """Try everything, print a line each; 1 when something is wrong, otherwise 0."""
    wrong = 0
    for name, attempt in _attempts(settings):
        try:
            print(f"{name}: ok, {attempt()}")
        except Trouble as trouble:
            wrong = 1
            print(f"{name}: {trouble}")
        except SinkError as trouble:
            wrong = 1
            print(trouble)
    return wrong


def _attempts(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    for pbx in settings.pbx:
        if pbx.ami is not None:
            yield f"{pbx.name} ami {pbx.ami.host}:{pbx.ami.port}", partial(try_ami, pbx.ami)
        if pbx.ari is not None:
            yield f"{pbx.name} ari {pbx.ari.url}", partial(try_ari, pbx.ari)
    for sink in settings.sink:
        kind = type(sink).__struct_config__.tag
        alone = msgspec.structs.replace(settings, sink=[sink])
        yield f"sink {kind} {sink.path}", partial(_try_sink, alone)


def try_ami(ami: Ami) -> str:
    """Log in and see what the user may do. Raises ``Trouble``."""
    try:
        with contextlib.closing(_Ami(ami)) as session:
            answer = session.ask("Login", Username=ami.username, Secret=secret_of(ami), Events="on")
            if answer.get("Response") != "Success":
                raise Trouble(
                    f"login refused ({answer.get('Message')}); see username, secret, permit in manager.conf"
                )
            allowed = session.ask("ListCommands")
            version = session.ask("CoreSettings").get("AsteriskVersion", "of unknown version")
            told = session.events
    except ssl.SSLError as error:
        raise Trouble(
            f"TLS failed ({error.reason or error}); see tls and ca_file, tlsenable in manager.conf"
        ) from None
    except OSError as error:
        raise Trouble(
            f"no connection ({_why(error)}); see host and port, enabled and bindaddr in manager.conf"
        ) from None
    missing = [action for action in NEEDED if action not in allowed]
    if missing:
        raise Trouble(f"{ami.username} may not {', '.join(missing)}; add write = reporting in manager.conf")
    if not any(event.get("Event") == "FullyBooted" for event in told):
        raise Trouble(f"{ami.username} hears no system events; add system to read in manager.conf")
    notes = [f"Asterisk {version} as {ami.username}"]
    if powers := [action for action in NEVER if action in allowed]:
        notes.append(f"which may also {', '.join(powers)}: needless, keep to write = reporting")
    return ", ".join(notes)


def try_ari(ari: Ari) -> str:
    """Ask for the PBX's version. Raises ``Trouble``.

    The events are not opened: a second websocket of the same application would end that of a running service.
    """
    try:
        answer = httpx.get(
            f"{ari.url.rstrip('/')}/ari/asterisk/info",
            auth=httpx.BasicAuth(ari.username, secret_of(ari)),
            timeout=PATIENCE,
            verify=ssl.create_default_context(cafile=ari.ca_file),
            trust_env=False,
        )
    except (httpx.HTTPError, OSError) as error:
        raise Trouble(
            f"no connection ({_why(error)}); see url and ca_file, enabled and bindaddr in http.conf"
        ) from None
    if answer.status_code == 401:
        raise Trouble("login refused; see username, secret and [user] in ari.conf")
    if answer.status_code != 200:
        raise Trouble(f"no ARI there (HTTP {answer.status_code}); see url, prefix in http.conf, enabled in ari.conf")
    try:
        version = answer.json()["system"]["version"]
    except (ValueError, LookupError, TypeError):
        raise Trouble("no ARI there (another kind of answer); see url, prefix in http.conf") from None
    return f"Asterisk {version} as {ari.username}"


def _try_sink(settings: Settings) -> str:
    for sink in open_sinks(settings):
        sink.close()
    return "can be written"


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"no answer within {PATIENCE:.0f} s"
    return " ".join(str(getattr(error, "strerror", None) or error or type(error).__name__).split())


class _Ami:
    """The few words of AMI that a check needs, one after the other."""

    def __init__(self, ami: Ami) -> None:
        self.events: list[AmiMessage] = []
        self._framer = Framer(report=lambda report: None)
        self._socket = socket.create_connection((ami.host, ami.port), timeout=PATIENCE)
        if ami.tls:
            context = ssl.create_default_context(cafile=ami.ca_file)
            self._socket = context.wrap_socket(self._socket, server_hostname=ami.host)

    def ask(self, action: str, **headers: str) -> AmiMessage:
        """The response to an action; events are kept aside."""
        lines = [f"Action: {action}", f"ActionID: {action}", *(f"{name}: {value}" for name, value in headers.items())]
        self._socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while True:
            data = self._socket.recv(65536)
            if not data:
                raise ConnectionError("closed by the other side")
            messages = self._framer.feed(data)
            if self._framer.banner is None and len(data) > len("Asterisk Call Manager/"):
                raise Trouble("no AMI there; see port, and tls if it is the TLS port")
            self.events += [message for message in messages if "Event" in message]
            for message in messages:
                if "Response" in message and message.get("ActionID") == action:
                    return message

    def close(self) -> None:
        self._socket.close()
