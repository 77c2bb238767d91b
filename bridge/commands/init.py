"""``callbridge init``: looks at a PBX and proposes settings for it."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from cyclopts import Parameter

from bridge.commands.check import PATIENCE, checked
from bridge.commands.options import say
from bridge.config import Ami, Ari
from bridge.errors import FileError, UsageError
from bridge.feeds.feed import FeedLost
from bridge.survey import past
from bridge.survey.look import look
from bridge.survey.write import Given, written

AMI_PORT = "5038"
HERE = ("127.0.0.1", "localhost", "::1")
"""Hosts whose CDR is on this machine."""


def command(
    *,
    out: Annotated[Path, Parameter(help="The settings file to write; it must not exist.")] = Path("callbridge.toml"),
    ami: Annotated[
        str | None, Parameter(help=f"AMI's host, or HOST:PORT; asked for on a terminal, else ARI's host, {AMI_PORT}.")
    ] = None,
    ari: Annotated[
        str | None, Parameter(help="ARI's address, as http://127.0.0.1:8088; asked for on a terminal, else none.")
    ] = None,
    user: Annotated[str, Parameter(help="The user in manager.conf, and in ari.conf.")] = "bridge",
    name: Annotated[str, Parameter(help="What records call the PBX; it must never change.")] = "pbx1",
    store: Annotated[str, Parameter(help="Where the records will be.")] = "callbridge.db",
    watch: Annotated[float, Parameter(help="Seconds to listen for calls, which tell trunks and DNs.")] = 60.0,
    cdr: Annotated[
        str | None,
        Parameter(
            help="The PBX's CDR: Master.csv, mysql://…, postgresql://… or an SQLite file. Else this machine's."
        ),
    ] = None,
    postgres: Annotated[
        str | None, Parameter(help="libpq's dsn, without the password: records go to PostgreSQL too.")
    ] = None,
    yes: Annotated[bool, Parameter(help="Write without asking.")] = False,
) -> int:
    """Look at a PBX, propose settings for it with the reason for each, write them, and check them.

    Secrets come from CALLBRIDGE_AMI_SECRET and CALLBRIDGE_ARI_SECRET, or are asked for; PostgreSQL's password, if it
    wants one, from CALLBRIDGE_DB_PASSWORD.
    """
    near = (urlsplit(ari).hostname if ari is not None else None) or HERE[0]
    if not yes and sys.stdin.isatty():
        ami = ami or _answer(f"AMI's HOST:PORT [{near}:{AMI_PORT}]: ")
        ari = ari or _answer("ARI's address, as http://127.0.0.1:8088 [none]: ")
    ami = ami or near
    host, _, port = ami.rpartition(":") if ":" in ami else (ami, "", AMI_PORT)
    if not port.isdecimal():
        raise UsageError(f'--ami: "{ami}" is no address; write 127.0.0.1:5038')
    file = {feed: out.with_name(f"{out.stem}.{feed.lower()}.secret") for feed in ("AMI", "ARI", "DB")}
    for taken in (out, *file.values()):
        if taken.exists():
            raise FileError(f"{taken} is there already; name another with --out, or move it away")
    secrets = {"AMI": _secret("AMI", user)}
    if ari is not None:
        secrets["ARI"] = _secret("ARI", user)
    if postgres is not None and (password := os.environ.get("CALLBRIDGE_DB_PASSWORD")):
        secrets["DB"] = password
    if cdr is None and host in HERE and os.access(past.MASTER, os.R_OK):
        cdr = past.MASTER
    if watch:
        say(f"listening for calls for {watch:g} s")
    try:
        looked = look(
            Ami(host=host, port=int(port), username=user, secret=secrets["AMI"]),
            Ari(url=ari, username=user, secret=secrets["ARI"]) if ari is not None else None,
            cdr, watch, PATIENCE,
        )  # fmt: skip
    except FeedLost as error:
        raise UsageError(f"the PBX cannot be looked at: {error}") from None
    names = {feed: file[feed].name for feed in secrets}
    text = written(looked, Given(name, host, int(port), user, ari, store, postgres, names))
    print(text)
    if not yes and not _agreed(f"Write {out}?"):
        return 1
    reader = _reader(out.parent / store)
    for feed, secret in secrets.items():
        _write(file[feed], secret + "\n", 0o600, reader)
    _write(out, text, 0o640, reader)
    say(f"{out} is written; the secrets are in {', '.join(names.values())} beside it, for its owner alone")
    return checked(out)


def _secret(feed: str, user: str) -> str:
    given = os.environ.get(f"CALLBRIDGE_{feed}_SECRET")
    if given is None and sys.stdin.isatty():
        given = getpass.getpass(f"Secret of {user} for {feed}: ")
    if not given or not given.isprintable():
        raise UsageError(f"no secret for {feed}; set CALLBRIDGE_{feed}_SECRET")
    return given


def _answer(question: str) -> str | None:
    """None: nothing was typed."""
    try:
        return input(question).strip() or None
    except EOFError:
        return None


def _agreed(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _reader(store: Path) -> tuple[int, int] | None:
    """User and group of the owner of the store's folder, as whom the service runs; None if only root could set
    them."""
    if os.geteuid() != 0 or not store.parent.is_dir():
        return None
    owner = store.parent.stat()
    return owner.st_uid, owner.st_gid


def _write(file: Path, text: str, mode: int, reader: tuple[int, int] | None) -> None:
    """Create a file that nobody but ``reader`` can read, even before it has its mode."""
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as opened:
            if reader is not None:
                os.fchown(opened.fileno(), *reader)
            opened.write(text)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror}; name another with --out") from None
