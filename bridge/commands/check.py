"""``callbridge check``: tries each PBX and each sink, one line each, and says who is who."""

import asyncio
import errno
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from pwd import struct_passwd
from typing import Annotated

from cyclopts import Parameter

from bridge.commands.options import Config, live_settings
from bridge.config import Ami, Ari, Endpoint, Settings, load
from bridge.config.numbers import Numbers
from bridge.config.sinks import JsonlSink, Sink, SqliteSink, sink_name
from bridge.errors import SettingsError, SinkError, printable
from bridge.feeds import tls
from bridge.feeds.endpoint import key_of
from bridge.feeds.feed import FeedLost
from bridge.feeds.silence import Silence, unheard
from bridge.files import acting_as, service_user
from bridge.sinks.delivery import divide
from bridge.sinks.registry import open_sink
from bridge.store.asking import asking
from bridge.store.reader import see_store
from bridge.survey import manager, rest
from bridge.survey.dropped import dropped
from bridge.survey.who import Seen, remarks, who_is_who
from bridge.vocabulary.language import counted
from bridge.wire.stamps import LATE

PATIENCE = 5.0
"""Seconds to wait for a PBX's next word."""
NEEDED = ("CoreSettings", "CoreStatus", "CoreShowChannels", "DeviceStateList")
"""AMI actions of the opening snapshot that need a right."""
NEVER = ("Originate", "Redirect", "Hangup", "Command")
"""AMI actions that callbridge never sends: a user who may send them has more power than needed."""
DNS_SEEN = "SELECT dn, count(*) FROM calls WHERE dn IS NOT NULL GROUP BY dn ORDER BY dn"
SHOWN = 5
"""How many numbers that match a pattern are named."""
FEW = 3
"""Channels that must show that a class of events does not come. The service warns of that too, and waits for more
channels."""


def command(
    *,
    config: Config,
    watch: Annotated[
        float, Parameter(help="Hear the calls for so many seconds, and say which events do not come.")
    ] = 0.0,
) -> int:
    """Validate the settings, then try each PBX and each sink, and say who is who: one line each."""
    return checked(config, watch)


def checked(file: Path, watch: float = 0.0) -> int:
    """Try what a settings file names, also as the service's user if root types the command. Raises
    ``SettingsError``."""
    settings = live_settings(file)
    wrong = problems(settings, watch)
    return int(_try(_as_the_service(file, settings)) or wrong)


class Trouble(Exception):
    """What is wrong and the mend, in one line."""


Attempt = Callable[[], tuple[str, list[str]]]
"""Returns what works, and what is doubtful all the same."""


def _as_the_service(file: Path, settings: Settings) -> Iterator[tuple[str, Attempt]]:
    """What root can read and write, the service's user may not."""
    store, _ = divide(settings)
    if store is not None and (user := service_user(os.path.dirname(store))) is not None:
        yield f"service as {user.pw_name}", partial(_try_as, user, file)


def _try_as(user: struct_passwd, file: Path) -> tuple[str, list[str]]:
    try:
        with acting_as(user):
            _try_files(file)
    except (SettingsError, SinkError) as error:
        raise Trouble(str(error)) from None
    return "can read and write what the settings name", []


def _try_files(file: Path) -> None:
    """Raises ``SettingsError`` or ``SinkError`` if this user may not use what a settings file names."""
    for sink in load(file, on_this_machine=True).sink:
        if isinstance(sink, SqliteSink | JsonlSink) and sink.path != "-":
            _try_file(sink)


def problems(settings: Settings, watch: float = 0.0) -> int:
    """Try everything and print a line each. Returns 1 if something is wrong, else 0; doubts are not wrong."""
    seen = Seen()
    wrong = _try(_feeds(settings, seen, watch))
    if seen.devices:
        print(printable(f"roles: {who_is_who(settings, seen)}"))
        for remark in remarks(settings, seen, is_whole=not wrong):
            print(printable(f"roles: warning: {remark}"))
    wrong = _try(_ends(settings)) or wrong
    for line in _patterns(settings):
        print(printable(line))
    return int(wrong)


def _patterns(settings: Settings) -> Iterator[str]:
    """For each pattern of DNs, the numbers in the store that match it."""
    patterns = [dn.number for dn in settings.dn if dn.number.startswith("_")]
    store = next((sink.path for sink in settings.sink if isinstance(sink, SqliteSink)), None)
    if not patterns or store is None or not os.path.exists(store):
        return
    numbers = Numbers(settings.dn)
    matched: dict[str, list[tuple[str, int]]] = {pattern: [] for pattern in patterns}
    try:
        with asking(store) as database:
            for number, calls in database.ask(DNS_SEEN, {}):
                dn = numbers.get(number)
                if dn is not None and dn.number in matched:
                    matched[dn.number].append((number, calls))
    except SinkError:
        return  # the sink's own line says what is wrong
    for pattern, found in matched.items():
        shown = ", ".join(number for number, _ in found[:SHOWN]) + (", …" if len(found) > SHOWN else "")
        calls = counted(sum(count for _, count in found), "call")
        told = f"{counted(len(found), 'number')} in {calls}"
        yield f"dn {pattern}: {told}{f': {shown}' if found else ' of the store'}"


def _try(attempts: Iterator[tuple[str, Attempt]]) -> bool:
    """Make the attempts and print a line each. Returns whether something is wrong."""
    wrong = False
    for name, attempt in attempts:
        try:
            works, doubts = attempt()
            print(printable(f"{name}: ok, {works}"))
            for doubt in doubts:
                print(printable(f"{name}: warning: {doubt}"))
        except Trouble as trouble:
            wrong = True
            print(printable(f"{name}: {trouble}"))
        except SinkError as trouble:
            wrong = True
            print(printable(str(trouble)))
    return wrong


def _feeds(settings: Settings, seen: Seen, watch: float) -> Iterator[tuple[str, Attempt]]:
    for pbx in settings.pbx:
        if pbx.ami is not None:
            yield f"{pbx.name} ami", partial(try_ami, pbx.ami, seen, watch)
        if pbx.ari is not None:
            yield f"{pbx.name} ari", partial(try_ari, pbx.ari, seen)


def _ends(settings: Settings) -> Iterator[tuple[str, Attempt]]:
    if settings.endpoint is not None:
        yield "endpoint", partial(try_endpoint, settings.endpoint)
    for sink in settings.sink:
        yield f"sink {sink_name(sink)}", partial(_try_sink, sink)
    path, _ = divide(settings)
    if path is not None and not any(isinstance(sink, SqliteSink) for sink in settings.sink):
        yield f"outbox {path}", partial(_try_sink, SqliteSink(path=path))


def try_endpoint(endpoint: Endpoint) -> tuple[str, list[str]]:
    """Check that secret and certificate can be used. The address is not tried, because the service may be
    listening on it."""
    try:
        key_of(endpoint)
        tls.serving(endpoint)
    except SettingsError as error:
        raise Trouble(str(error)) from None
    return f"for phones on {', '.join(endpoint.origins)}", []


def try_ami(ami: Ami, seen: Seen, watch: float) -> tuple[str, list[str]]:
    """Log in; see what the user may do, and which devices there are. Returns one line, and what is doubtful.
    Raises ``Trouble``."""
    try:
        told = asyncio.run(manager.ask(ami, PATIENCE, watch))
    except FeedLost as error:
        raise Trouble(str(error)) from None
    missing = [action for action in NEEDED if not told.may(action)]
    if missing:
        raise Trouble(f"{ami.username} may not {', '.join(missing)}; add write = reporting in manager.conf")
    if not any(message.get("Event") == "FullyBooted" for message in told.events):
        raise Trouble(f"{ami.username} hears no system events; add system to read in manager.conf")
    seen.take_manager(told)
    notes = [
        f"Asterisk {told.answers['CoreSettings'].get('AsteriskVersion', 'of unknown version')} as {ami.username}"
    ]
    if powers := [action for action in NEVER if told.may(action)]:
        notes.append(f"which may also {', '.join(powers)}: needless, keep to write = reporting")
    if watch:
        notes.append(f"{counted(_channels(told), 'channel')} heard in {watch:g} s")
    return ", ".join(notes), [*_clock(told.ahead), *_unheard(ami.username, told, watch)]


def _channels(told: manager.Told) -> int:
    """Of how many channels something was heard unasked."""
    return len({event["Uniqueid"] for event in told.unasked if "Uniqueid" in event})


def try_ari(ari: Ari, seen: Seen) -> tuple[str, list[str]]:
    """Ask for the PBX's version and devices. Returns one line, and what is doubtful. Raises ``Trouble``.

    The websocket of events is not opened: a second one of the same application would end that of a running
    service.
    """
    try:
        with rest.Rest(ari, PATIENCE) as link:
            told = link.look()
    except FeedLost as error:
        raise Trouble(str(error)) from None
    seen.take_rest(told)
    doubts = [f"{ari.username} may change the PBX; add read_only = yes in ari.conf"] if told.may_write else []
    return f"Asterisk {told.version} as {ari.username}", [*doubts, *_clock(told.ahead)]


def _clock(ahead: float | None) -> list[str]:
    """``ahead``: seconds by which the PBX's clock is ahead."""
    if ahead is None or abs(ahead) <= LATE:
        return []
    by = f"{abs(ahead) / 60:.0f} min" if abs(ahead) > 120 else f"{abs(ahead):.0f} s"
    side = "ahead of" if ahead > 0 else "behind"
    return [f"its clock is {by} {side} this machine's; set both by NTP"]


def _unheard(user: str, told: manager.Told, watch: float) -> list[str]:
    """What follows from the calls that were heard about events that did not come."""
    silence, doubts = Silence(enough=FEW), []
    for event in told.unasked:
        if silence.breaks(event):
            break
        while (missing := silence.missing()) is not None:
            doubts.append(unheard(user, missing))
    if taken_out := dropped(told.unasked, FEW):
        doubts.append(
            f'"{user}" is not told of {", ".join(taken_out)}, which calls must have brought: copy '
            "eventfilter-callbridge.conf and manager-callbridge.conf of this version to the PBX, or tags are wrong"
        )
    if told.is_stamped is False:
        doubts.append("its events carry no time; set timestampevents = yes in manager.conf")
    if watch and (heard := _channels(told)) < FEW:
        few = f"only {counted(heard, 'channel')} {'was' if heard == 1 else 'were'}" if heard else "no call was"
        doubts.append(f"{few} heard in {watch:g} s, so nothing is known of the classes of events; watch longer")
    return doubts


def _try_sink(settings: Sink) -> tuple[str, list[str]]:
    if isinstance(settings, SqliteSink | JsonlSink) and settings.path != "-":
        return _try_file(settings), []
    sink = open_sink(settings)
    try:
        return sink.check(), []
    finally:
        sink.close()


def _try_file(sink: SqliteSink | JsonlSink) -> str:
    """Check that a file can be written, without writing it: ``check`` creates nothing. Raises ``SinkError``."""
    path = sink.path
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path):
        raise SinkError(f"sink {path}: {os.strerror(errno.EISDIR)}; name a path that can be written")
    for needed in (path, folder) if os.path.exists(path) else (folder,):
        if not os.access(needed, os.W_OK, effective_ids=True):
            raise SinkError(f"sink {path}: {needed} may not be written by this user; name a path that can be written")
    if not os.path.exists(path):
        return "will be made"
    if isinstance(sink, SqliteSink):
        see_store(path)
    return "can be written"
