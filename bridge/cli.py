"""The commands. A mistake in what was typed or in the settings is one line on stderr and exit code 2.

Each command imports what it needs once its arguments are known to be good, so that a listing starts at once.
"""

import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, CycloptsError, Parameter

from bridge import config
from bridge.commands.report import report
from bridge.config import Settings, SqliteSink, sink_name
from bridge.config.nearest import nearest
from bridge.errors import BridgeError, SinkError, UsageError
from bridge.sinks.opening import open_sink
from bridge.store.sqlite import said
from bridge.tags.catalogue import BY_NAME, CATALOGUE

GZIP = b"\x1f\x8b"
"""What a file that gzip has compressed begins with."""


app = App(
    name="callbridge",
    help="One correct, tagged record for every call on an Asterisk PBX.",
    default_parameter=Parameter(negative=()),
    exit_on_error=False,
    print_error=False,
    result_action="return_value",
)

Config = Annotated[Path, Parameter(help="The settings file (TOML).")]


@app.command
def run(*, config: Config) -> None:
    """Follow the PBXs and write a record of every call, until SIGTERM or SIGINT."""
    settings = _live(config)
    from bridge.service import service

    asyncio.run(service.run(settings))


@app.command
def check(*, config: Config) -> int:
    """Validate the settings, then try each PBX and each sink: one line each."""
    settings = _live(config)
    from bridge.commands.check import problems

    return problems(settings)


@app.command
def token(
    device: str,
    /,
    *,
    config: Config,
    pbx: Annotated[str | None, Parameter(help="The device's PBX, where the settings name several.")] = None,
) -> None:
    """Print a token by which a browser phone reports to the endpoint feed: good once, for ten minutes."""
    from bridge.feeds.endpoint import key_of
    from bridge.feeds.endpoint_token import DEVICE, LONGEST_LIFE, Phone, sign

    settings = _settings(config)
    if settings.endpoint is None:
        raise UsageError(f"{config} has no [endpoint]; add it with host, origins and a secret")
    if not DEVICE.fullmatch(device):
        raise UsageError(f'"{device}" is no device; write its technology too, as in PJSIP/1001')
    phone = Phone(_pbx(settings, pbx), device)
    print(sign(key_of(settings.endpoint), phone, time.time() + LONGEST_LIFE))


@app.command
def capture(*, config: Config, out: Annotated[Path, Parameter(help="The capture file to write.")]) -> None:
    """Record what the feeds deliver, for a replay, until SIGTERM or SIGINT."""
    settings = _live(config)
    from bridge.commands import capture

    asyncio.run(capture.record(settings, out))


@app.command
def replay(
    *captures: Path,
    config: Config,
    sinks: Annotated[bool, Parameter(help="Also write to the configured sinks.")] = False,
) -> None:
    """Send captures through the same pipeline; the records come as JSON Lines on stdout."""
    if not captures:
        raise UsageError("no capture; name at least one CAPTURE file")
    for file in captures:
        if not os.access(file, os.R_OK) or file.is_dir():
            raise UsageError(f"{file} cannot be read; name a capture file")
        with file.open("rb") as opened_file:
            if opened_file.read(2) == GZIP:
                raise UsageError(f"{file} is compressed; unpack it first: gunzip --keep {file}")
    settings = _settings(config)
    from bridge.commands import replay

    opened = [open_sink(sink) for sink in settings.sink] if sinks else []
    try:
        for record in replay.replay(captures, settings):
            sys.stdout.buffer.write(msgspec.json.encode(record) + b"\n")
            sys.stdout.buffer.flush()
            for sink in opened:
                sink.write([record])
    finally:
        for sink in opened:
            sink.close()


@app.command
def backfill(
    *,
    config: Config,
    cel: Annotated[
        str, Parameter(help="The PBX's channel event log: cel_custom's file, postgresql://…, or an SQLite file.")
    ],
    queue_log: Annotated[
        str | None, Parameter(help="The PBX's queue_log, for how callers left queues: its file, or as --cel.")
    ] = None,
    pbx: Annotated[str | None, Parameter(help="Whose logs they are, where the settings name several PBXs.")] = None,
    since: Annotated[
        str | None, Parameter(help="Only calls that started at this time (UTC) or later. Else: the first record's.")
    ] = None,
) -> None:
    """Fill the gaps of incomplete records from the PBX's own logs, and record calls that nobody saw."""
    settings = _settings(config)
    store, name = _store(settings), _pbx(settings, pbx)
    from bridge.commands.backfill import backfill
    from bridge.feeds.tables import is_database
    from bridge.store.reader import first_start

    for source in (cel, *([queue_log] if queue_log is not None else [])):
        if not is_database(source) and (not os.access(source, os.R_OK) or Path(source).is_dir()):
            raise UsageError(f"{source} cannot be read; name the PBX's log")
    start = _time("--since", since) or first_start(store, name)
    if start is None:
        raise UsageError(f"{store} has no record of {name} yet; say --since when the calls began")
    print(backfill(settings, store, name, cel, queue_log, start))


@app.command
def records(
    *,
    config: Config,
    tag: Annotated[
        list[str] | None, Parameter(help="Only calls with this tag; repeat it for calls with all of them.")
    ] = None,
    agent: Annotated[str | None, Parameter(help="Only calls that this agent or supervisor had a part in.")] = None,
    dn: Annotated[str | None, Parameter(help="Only calls of this DN.")] = None,
    since: Annotated[str | None, Parameter(help="Only calls that started at this time (UTC) or later.")] = None,
    until: Annotated[str | None, Parameter(help="Only calls that started before this time (UTC).")] = None,
    json: Annotated[bool, Parameter(help="Whole records, as JSON Lines.")] = False,
) -> None:
    """List the records of the local store, by start."""
    from bridge.commands.records_table import show
    from bridge.store.reader import find

    for name in tag or ():
        if name not in BY_NAME:
            raise UsageError(f'--tag: unknown tag "{name}"; {nearest(name, BY_NAME)}')
    found = find(
        _store(_settings(config)),
        tags=tag or (),
        agent=agent,
        dn=dn,
        since=_time("--since", since),
        until=_time("--until", until),
    )
    if json:
        sys.stdout.buffer.writelines(msgspec.json.encode(record) + b"\n" for record in found)
    else:
        show(found)


@app.command
def explain(call_id: str, /, *, config: Config) -> None:
    """Tell one call as a person reads it: what happened, each offer, and why it has each tag."""
    from bridge.records.explain import explain
    from bridge.store.reader import find_call

    store = _store(_settings(config))
    found = find_call(store, call_id)
    if not found:
        raise UsageError(f'no call "{call_id}" in {store}; `callbridge records` lists those that are')
    print("\n\n".join(explain(record) for record in found))


app.command(report)


@app.command
def simulate(
    *,
    pbxs: Annotated[int, Parameter(help="How many PBXs.")] = 1,
    rate: Annotated[float, Parameter(help="Calls begun a second on each PBX.")] = 1.0,
    seconds: Annotated[float, Parameter(help="For how long calls begin.")] = 60.0,
    talk: Annotated[float, Parameter(help="Mean length of a conversation, in seconds.")] = 60.0,
    seed: Annotated[int, Parameter(help="The same seed makes the same calls.")] = 1,
    port: Annotated[int, Parameter(help="AMI port of the first PBX on 127.0.0.1; the others follow it.")] = 15038,
    clients: Annotated[int, Parameter(help="How many callbridges to wait for on each PBX.")] = 1,
    out: Annotated[Path | None, Parameter(help="Write a capture instead of listening.")] = None,
    settings: Annotated[Path | None, Parameter(help="Only write settings that fit these PBXs to a new file.")] = None,
) -> None:
    """Be the PBXs of a contact centre, on this machine; count the calls, and the tags that they must have."""
    for option, value, least in (
        ("--pbxs", pbxs, 1),
        ("--rate", rate, 0.001),
        ("--seconds", seconds, 0),
        ("--talk", talk, 0),
        ("--port", port, 1),
        ("--clients", clients, 1),
    ):
        if not least <= value < float("inf"):
            raise UsageError(f"{option}: {value} is too little or too much; write {least} or more")
    if port + pbxs > 65536:
        raise UsageError(f"--port: {pbxs} ports from {port} on are too many; write {65536 - pbxs} or less")
    from bridge.commands import simulate_pbxs as command

    if settings is not None:
        command.write_settings(settings, pbxs, port)
        return
    plan = command.plan(rate, seconds, talk, seed)
    if out is not None:
        command.to_file(plan, pbxs, out)
    else:
        asyncio.run(command.live(plan, pbxs, port, clients))


@app.command
def devices(*, config: Config, json: Annotated[bool, Parameter(help="As JSON Lines.")] = False) -> None:
    """Show every device as it is now: state, last failure, and what was declined and failed today."""
    from bridge.commands.devices import find, show

    now = datetime.now(UTC)
    found = find(_store(_settings(config)), now)
    if json:
        sys.stdout.buffer.writelines(msgspec.json.encode(device) + b"\n" for device in found)
    else:
        show(found, now)


@app.command
def outbox(
    *,
    config: Config,
    dead: Annotated[bool, Parameter(help="List the records that a sink refused, and why.")] = False,
    retry: Annotated[
        list[str] | None,
        Parameter(help="Send at once what this sink refused and what waits for its next try; repeat it for others."),
    ] = None,
    drop: Annotated[
        list[str] | None,
        Parameter(
            help="Give up what this sink refused, or all that waits for one that is no longer in the settings; "
            "repeat it for others."
        ),
    ] = None,
) -> None:
    """Show what still has to reach which sink."""
    from bridge.commands import outbox_listing as listing
    from bridge.sinks.delivery import divide
    from bridge.store.outbox import Outbox

    settings = _settings(config)
    path, remote = divide(settings)
    if path is None:
        raise UsageError("no sink is fed from an outbox; add one to the settings")
    names = [sink_name(sink) for sink in remote]
    box = Outbox(path, keep=any(isinstance(sink, SqliteSink) for sink in settings.sink))
    try:
        for option, sinks, known in (
            ("--retry", retry or (), names),
            ("--drop", drop or (), [depth.sink for depth in box.depths(names)]),
        ):
            for sink in sinks:
                if sink not in known:
                    raise UsageError(f'{option}: no sink "{sink}" is fed from the outbox; {nearest(sink, known)}')
        for sink in retry or ():
            print(f"{sink}: {box.retry(sink)} to be sent now")
        for sink in drop or ():
            print(f"{sink}: {box.drop(sink, waiting=sink not in names)} given up")
        if dead:
            listing.show_dead(box.dead())
        elif not retry and not drop:
            listing.show(box.depths(names), names)
    except sqlite3.Error as error:
        raise SinkError(f"{path}: {said(error)}; make room, or see who else holds the file") from None
    finally:
        box.close()


@app.command
def tags(*, json: Annotated[bool, Parameter(help="As one JSON array.")] = False) -> None:
    """List the tags: bit, name, English and Chinese label, meaning."""
    from bridge.commands.tags_listing import as_json, show

    if json:
        print(as_json(CATALOGUE))
    else:
        show(CATALOGUE)


@app.command
def codes(
    *,
    config: Annotated[Path | None, Parameter(help="The settings file, for what its [[code]] entries change.")] = None,
    device: Annotated[str, Parameter(help="With --config: the device to tell it for, such as PJSIP/1001.")] = "*",
    json: Annotated[bool, Parameter(help="As one JSON array.")] = False,
) -> None:
    """List the SIP codes by which phones refuse a call, and what each means for an offer."""
    from bridge.calls.codes import Verdicts
    from bridge.commands.codes_listing import as_json, rows, show

    found = rows(Verdicts(_settings(config).code if config is not None else []), device)
    if json:
        print(as_json(found))
    else:
        show(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """The ``callbridge`` command; the exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without 中文 still shows the rest
    try:
        result: Any = app(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except CycloptsError as error:
        return _complain(f"{' '.join(str(error).split())} See callbridge --help.")
    except BridgeError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
        if isinstance(error, BrokenPipeError):  # the reader of our output, such as head, had enough
            return 0
        return _complain(f"{error.filename or 'output'}: {error.strerror}; see where the output goes")
    return result if isinstance(result, int) else 0


def _complain(line: str) -> int:
    print(f"callbridge: {line}", file=sys.stderr)
    return 2


def _settings(file: Path) -> Settings:
    return config.load(file)


def _live(file: Path) -> Settings:
    settings = config.load(file, on_this_machine=True)
    for line in config.warnings(settings):
        print(f"callbridge: warning: {line}", file=sys.stderr)
    return settings


def _pbx(settings: Settings, given: str | None) -> str:
    """The PBX that is meant: the one that is named, or the only one."""
    names = [known.name for known in settings.pbx]
    if given is None and len(names) > 1:
        raise UsageError(f"--pbx is missing; write one of {', '.join(names)}")
    if given is not None and given not in names:
        raise UsageError(f'--pbx: unknown PBX "{given}"; {nearest(given, names)}')
    return given or names[0]


def _store(settings: Settings) -> str:
    for sink in settings.sink:
        if isinstance(sink, SqliteSink):
            return sink.path
    raise UsageError('no local store in the settings; add [[sink]] with type = "sqlite"')


def _time(option: str, text: str | None) -> str | None:
    """A time given by a person, as records write it."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f'{option}: "{text}" is no time; write 2026-01-31 or 2026-01-31T09:30:00Z') from None
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
