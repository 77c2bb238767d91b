"""``callbridge check``: tries each PBX and each sink, one line each."""

import asyncio
import re
from collections.abc import Callable, Iterator
from functools import partial

import httpx

from bridge.commands.options import Config, live_settings
from bridge.config import Ami, Ari, Endpoint, Settings, Sink, SqliteSink, secret_of, sink_name
from bridge.errors import SettingsError, SinkError, printable
from bridge.feeds import tls
from bridge.feeds.ami import Link
from bridge.feeds.endpoint import key_of
from bridge.feeds.feed import FeedLost
from bridge.sinks.delivery import divide
from bridge.sinks.registry import open_sink
from bridge.wire.framing import AmiMessage, Framer

PATIENCE = 5.0
"""Seconds to wait for a PBX's next word."""
NEEDED = ("CoreSettings", "CoreStatus", "CoreShowChannels", "DeviceStateList")
"""AMI actions of the opening snapshot that ask for a right."""
NEVER = ("Originate", "Redirect", "Hangup", "Command")
"""AMI actions that callbridge never sends: a user who may is more powerful than it should be."""


def command(*, config: Config) -> int:
    """Validate the settings, then try each PBX and each sink: one line each."""
    return problems(live_settings(config))


class Trouble(Exception):
    """What is wrong and the mend, in one line."""


def problems(settings: Settings) -> int:
    """Try everything, print a line each; 1 when something is wrong, otherwise 0."""
    wrong = 0
    for name, attempt in _attempts(settings):
        try:
            print(printable(f"{name}: ok, {attempt()}"))
        except Trouble as trouble:
            wrong = 1
            print(printable(f"{name}: {trouble}"))
        except SinkError as trouble:
            wrong = 1
            print(printable(str(trouble)))
    return wrong


def _attempts(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    for pbx in settings.pbx:
        if pbx.ami is not None:
            yield f"{pbx.name} ami", partial(try_ami, pbx.ami)
        if pbx.ari is not None:
            yield f"{pbx.name} ari", partial(try_ari, pbx.ari)
    if settings.endpoint is not None:
        yield "endpoint", partial(try_endpoint, settings.endpoint)
    for sink in settings.sink:
        yield f"sink {sink_name(sink)}", partial(_try_sink, sink)
    path, _ = divide(settings)
    if path is not None and not any(isinstance(sink, SqliteSink) for sink in settings.sink):
        yield f"outbox {path}", partial(_try_sink, SqliteSink(path=path))


def try_endpoint(endpoint: Endpoint) -> str:
    """See that secret and certificate serve. The address is not tried: the service may be listening on it."""
    try:
        key_of(endpoint)
        tls.serving(endpoint)
    except SettingsError as error:
        raise Trouble(str(error)) from None
    return f"for phones on {', '.join(endpoint.origins)}"


def try_ami(ami: Ami) -> str:
    """Log in and see what the user may do. Raises ``Trouble``."""
    try:
        told = asyncio.run(_told_by_ami(ami))
    except FeedLost as error:
        raise Trouble(str(error)) from None
    answers = {message.get("ActionID"): message for message in told if "Response" in message}
    missing = [action for action in NEEDED if action not in answers["ListCommands"]]
    if missing:
        raise Trouble(f"{ami.username} may not {', '.join(missing)}; add write = reporting in manager.conf")
    if not any(message.get("Event") == "FullyBooted" for message in told):
        raise Trouble(f"{ami.username} hears no system events; add system to read in manager.conf")
    notes = [f"Asterisk {answers['CoreSettings'].get('AsteriskVersion', 'of unknown version')} as {ami.username}"]
    if powers := [action for action in NEVER if action in answers["ListCommands"]]:
        notes.append(f"which may also {', '.join(powers)}: needless, keep to write = reporting")
    return ", ".join(notes)


async def _told_by_ami(ami: Ami) -> list[AmiMessage]:
    async with Link(ami, Framer(lambda report: None)) as link:
        told = await link.log_in()
        for action in ("ListCommands", "CoreSettings"):
            link.send(Action=action, ActionID=action)
        try:
            async with asyncio.timeout(PATIENCE):
                while not any(message.get("ActionID") == "CoreSettings" for message in told):
                    told += await link.read()
        except TimeoutError:
            raise FeedLost("no answer to CoreSettings; see that the PBX is not overloaded") from None
        return told


def try_ari(ari: Ari) -> str:
    """Ask for the PBX's version. Raises ``Trouble``.

    The events are not opened: a second websocket of the same application would end that of a running service.
    """
    try:
        verify = tls.context(ari.ca_file)
    except FeedLost as error:
        raise Trouble(str(error)) from None
    try:
        answer = httpx.get(
            f"{ari.url.rstrip('/')}/ari/asterisk/info",
            auth=httpx.BasicAuth(ari.username, secret_of(ari)),
            timeout=PATIENCE,
            verify=verify,
            trust_env=False,
        )
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
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


def _try_sink(settings: Sink) -> str:
    sink = open_sink(settings)
    try:
        return sink.check()
    finally:
        sink.close()


def _why(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {PATIENCE:g} s"
    if isinstance(error, httpx.RemoteProtocolError):
        return "no HTTP is spoken there"
    return re.sub(r"^\[.*?\] | \(_ssl.*", "", str(error)) or type(error).__name__
