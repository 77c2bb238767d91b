"""``callbridge erase``: erases a customer's number from everything that callbridge can reach."""

import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from bridge.commands.options import Config, say, settings_of
from bridge.config import Settings
from bridge.config.sinks import JsonlSink, PostgresSink, SqliteSink, sink_name
from bridge.errors import BridgeError, FileError, UsageError
from bridge.files import private
from bridge.service.journal import Journal
from bridge.service.journal_files import ERASE, beside
from bridge.service.journal_line import Erasing
from bridge.service.lock import Taken, alone
from bridge.sinks.delivery import divide
from bridge.sinks.registry import open_postgres
from bridge.store import erasing
from bridge.store.access import Access, path_beside
from bridge.vocabulary.language import counted

PATIENCE = 30.0
"""Seconds that a running service gets to erase lines of its journal."""


def command(
    *,
    config: Config,
    customer: Annotated[str, Parameter(help="The customer's number, written as in the records.")],
) -> int:
    """Erase a customer's calls from every store that the settings name; they do not come back."""
    if not customer.strip() or customer != customer.strip() or not customer.isprintable():
        raise UsageError("--customer is empty or no number; write it as in the records")
    settings = settings_of(config)
    for dn in settings.dn:
        if customer == dn.number:
            raise UsageError(f"--customer: {customer} is a [[dn]] and no customer's number")
    paths = _stores(settings)
    databases = [(sink_name(sink), open_postgres(sink)) for sink in settings.sink if isinstance(sink, PostgresSink)]
    wrong = 0
    # First find all ids, then erase everywhere: so a record that one store has only just got is known by then.
    ids: set[str] = set()
    linked: set[str] = set()
    for path in paths:
        found = erasing.of_customer(path, customer)
        ids |= set(found)
        linked |= erasing.linked_ids(path, found)
    for _, database in databases:
        try:
            ids |= set(database.of_customer(customer))
        except BridgeError as error:
            wrong = 1
            say(str(error))
    gone = sorted(ids)
    for path in paths:
        print(f"sqlite {path}: {counted(erasing.erase(path, gone), 'record')} erased")
        print(f"sqlite {path}: {counted(erasing.erase_devices(path, customer), 'device')} erased")
        print(f"sqlite {path}: erased from {counted(erasing.erase_from_states(path, customer), 'state')}")
        searches = path_beside(path)
        if Path(searches).exists():
            access = Access(searches)
            print(f"sqlite {searches}: {counted(access.forget(customer), 'search', 'searches')} erased")
            access.close()
    for name, database in databases:
        try:
            print(f"{name}: {counted(database.erase(gone), 'record')} erased")
            print(f"{name}: erased from {counted(database.erase_from_states(customer), 'state')}")
        except BridgeError as error:
            wrong = 1
            say(str(error))
        database.close()
    store, _ = divide(settings)
    if store is not None:
        wrong |= _journal(store, Erasing(customer, sorted(linked)))
    _tell_of_others(settings, gone)
    if not gone and not wrong:
        say(
            f"no record has the number {customer}. Is it written as in the records? This finds it in whatever form: "
            f"callbridge records --customer {shlex.quote(customer)}"
        )
    return wrong


def _stores(settings: Settings) -> list[str]:
    """Every SQLite file that the settings name, the outbox included."""
    outbox, _ = divide(settings)
    named = [sink.path for sink in settings.sink if isinstance(sink, SqliteSink)]
    return list(dict.fromkeys(path for path in (*named, outbox) if path is not None))


def _journal(store: str, what: Erasing) -> int:
    """Erase in the journal: by ourselves, or by the service if one runs. Returns 1 if that failed."""
    path = Path(store + ".calls")
    try:
        with alone(store):
            journal = Journal(path)
            try:
                count = sum(journal.erase(what) for _ in journal.all_closed())
            finally:
                journal.close()
            print(f"journal {path}: {counted(count, 'line')} erased")
            return 0
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}; make room, or run it as the service's user") from None
    except Taken:
        return _ask_service(path, what)


def _ask_service(path: Path, what: Erasing) -> int:
    asked = beside(path, ERASE)
    try:
        new = asked.with_name(asked.name + ".new")
        with private(new, "wb") as file:
            file.write(msgspec.json.encode(what))
        new.replace(asked)
    except OSError as error:
        raise FileError(f"{asked}: {error.strerror}; make room, or run it as the service's user") from None
    until = time.monotonic() + PATIENCE
    while asked.exists():
        if time.monotonic() > until:
            say(f"{path}: the service has not erased its lines yet; it does when it can, see its log")
            return 1
        time.sleep(0.05)
    print(f"journal {path}: erased by the service")
    return 0


def _tell_of_others(settings: Settings, gone: Sequence[str]) -> None:
    """What callbridge cannot reach, and the ids by which the records are found there."""
    others = [
        sink_name(sink)
        for sink in settings.sink
        if not isinstance(sink, SqliteSink | PostgresSink) and not (isinstance(sink, JsonlSink) and sink.path == "-")
    ]
    if others:
        print(f"not reached: {', '.join(others)}{'; erase these records there:' if gone else ''}")
        for record_id in gone:
            print(record_id)
    print("not reached: captures, backups, stores of other instances, and the PBX's own logs")
