"""``callbridge init``: looks at a PBX and proposes settings for it."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
from cyclopts import Parameter

from bridge.commands.check import PATIENCE, problems
from bridge.commands.options import live_settings, say
from bridge.config import Ami, Ari
from bridge.errors import FileError, UsageError
from bridge.feeds.feed import FeedLost
from bridge.survey import manager, rest
from bridge.survey.propose import Endpoint, Proposal, patterns, propose
from bridge.survey.traffic import Traffic
from bridge.survey.who import Seen
from bridge.wire.framing import AmiMessage

MOST_ASKED = 500
"""Endpoints whose settings are asked of ARI, one by one."""
DIDS = "did"
"""In the names of contexts that FreePBX includes for the numbers of a trunk (``ext-did-0002``)."""


def command(
    *,
    out: Annotated[Path, Parameter(help="The settings file to write; it must not exist.")] = Path("callbridge.toml"),
    ami: Annotated[str, Parameter(help="AMI's host, or HOST:PORT.")] = "127.0.0.1:5038",
    ari: Annotated[
        str | None, Parameter(help="ARI's address, as http://127.0.0.1:8088; without it AMI alone.")
    ] = None,
    user: Annotated[str, Parameter(help="The user in manager.conf, and in ari.conf.")] = "bridge",
    name: Annotated[str, Parameter(help="What records call the PBX; it must never change.")] = "pbx1",
    store: Annotated[str, Parameter(help="Where the records will be.")] = "callbridge.db",
    watch: Annotated[float, Parameter(help="Seconds to listen for calls, which tell trunks and DNs.")] = 60.0,
    yes: Annotated[bool, Parameter(help="Write without asking.")] = False,
) -> int:
    """Look at a PBX, propose settings for it with the reason for each, write them, and check them.

    Secrets come from CALLBRIDGE_AMI_SECRET and CALLBRIDGE_ARI_SECRET, or are asked for.
    """
    secrets = {out.with_name(f"{out.stem}.ami.secret"): _secret("AMI", user)}
    if ari is not None:
        secrets[out.with_name(f"{out.stem}.ari.secret")] = _secret("ARI", user)
    for file in (out, *secrets):
        if file.exists():
            raise FileError(f"{file} is there already; name another with --out, or move it away")
    host, _, port = ami.rpartition(":") if ":" in ami else (ami, "", "5038")
    if not port.isdecimal():
        raise UsageError(f'--ami: "{ami}" is no address; write 127.0.0.1:5038')
    logins = list(secrets.values())
    looked = look(
        Ami(host=host, port=int(port), username=user, secret=logins[0]),
        Ari(url=ari, username=user, secret=logins[1]) if ari is not None else None,
        watch,
    )
    files = [file.name for file in secrets]
    text = written(looked, name=name, host=host, port=int(port), ari=ari, user=user, files=files, store=store)
    print(text)
    if not yes and not _agreed(f"Write {out}?"):
        return 1
    reader = _reader(out.parent / store)
    for file, secret in secrets.items():
        _write(file, secret + "\n", 0o600, reader)
    _write(out, text, 0o640, reader)
    say(f"{out} is written; the secrets are in {', '.join(files)} beside it, for its owner alone")
    return problems(live_settings(out))


class Looked(NamedTuple):
    """What was found, and what could not be seen."""

    seen: Seen
    proposal: Proposal
    calls: int
    lacks: list[str]


def look(ami: Ami, ari: Ari | None, watch: float) -> Looked:
    """Ask the PBX. Raises ``UsageError`` where it does not answer."""
    seen, traffic, lacks = Seen(), Traffic(), []
    try:
        if watch:
            say(f"listening for calls for {watch:g} s")
        told = asyncio.run(manager.ask(ami, PATIENCE, watch))
        seen.take_manager(told)
        traffic.take(told.unasked)
        lacks += [
            f"{action}: {ami.username} may not; add write = reporting in manager.conf"
            for action in ("DeviceStateList", "ExtensionStateList")
            if not told.may(action)
        ]
        if not told.may("PJSIPShowRegistrationsOutbound"):
            lacks.append(
                "registrations: only write = system shows them, a right that can restart Asterisk; not needed"
            )
        if not traffic.calls:
            lacks.append("calls: none began while it listened, so trunks and DNs are guessed from names; see --watch")
        endpoints = _endpoints(ari, seen) if ari is not None else {}
        if ari is None:
            lacks.append("endpoints' settings: only ARI tells them; see --ari")
        found = propose(seen, traffic, endpoints)
        contexts = {endpoints[d].context for d in found.trunks if d in endpoints}
        contexts |= {context for its in traffic.contexts.values() for context in its}
        steps = _steps(ami, {context for context in contexts if context})
    except FeedLost as error:
        raise UsageError(f"the PBX cannot be looked at: {error}") from None
    return Looked(seen, propose(seen, traffic, endpoints, steps), traffic.calls, lacks)


def _endpoints(ari: Ari, seen: Seen) -> dict[str, Endpoint]:
    found = {}
    with rest.Rest(ari, PATIENCE) as link:
        seen.take_rest(link.look())
        for device in sorted(seen.devices)[:MOST_ASKED]:
            technology, _, name = device.partition("/")
            if technology == "PJSIP" and (told := link.settings_of(name)):
                found[device] = Endpoint(
                    told.get("context", ""), bool(told.get("contact")), bool(told.get("outbound_auth"))
                )
    return found


def _steps(ami: Ami, contexts: set[str]) -> list[AmiMessage]:
    if not contexts:
        return []
    steps = asyncio.run(manager.dialplan(ami, contexts, PATIENCE))
    included = {str(step["IncludeContext"]) for step in steps if DIDS in str(step.get("IncludeContext", ""))}
    return steps + (asyncio.run(manager.dialplan(ami, included, PATIENCE)) if included else [])


def written(
    looked: Looked, *, name: str, host: str, port: int, ari: str | None, user: str, files: list[str], store: str
) -> str:
    """The settings as TOML, with the reasons as comments."""
    found, everybody = looked.proposal, looked.seen.devices
    lines = [
        "# Proposed by callbridge init. Change what is wrong, then: callbridge check --config THIS FILE",
        "# Relative paths start at this file's directory. docs/operating.md explains every setting.",
        *(f"# Not seen: {lack}" for lack in looked.lacks),
        "", "[[pbx]]", f"name = {_quoted(name)}",
        "[pbx.ami]", f"host = {_quoted(host)}", f"port = {port}", f"username = {_quoted(user)}",
        f"secret_file = {_quoted(files[0])}",
    ]  # fmt: skip
    if ari is not None:
        lines += [
            "[pbx.ari]",
            f"url = {_quoted(ari)}",
            f"username = {_quoted(user)}",
            f"secret_file = {_quoted(files[1])}",
        ]
    lines += ["", "[roles]"]
    for key, devices in (("trunks", found.trunks), ("agents", found.agents), ("supervisors", found.supervisors)):
        lines += [f"# {device}: {why}" for device, why in devices.items()]
        listed = ", ".join(_quoted(pattern) for pattern in patterns(devices, everybody - devices.keys()))
        lines.append(f"{key} = [{listed}]")
    if found.unknown:
        lines.append(
            f"# Phones in no queue, for you to name if they are agents' or supervisors': {', '.join(found.unknown)}"
        )
    for number, why in found.dns.items():
        lines += ["", f"# {why}", "[[dn]]", f"number = {_quoted(number)}"]
    if not found.dns:
        lines += ["", "# No number was seen. For each number of the contact centre, as the trunk dials it:",
                  "# [[dn]]", '# number = "8000"']  # fmt: skip
    for queue, seconds in found.queues.items():
        lines += ["", "# its servicelevel in queues.conf", "[[queue]]", f"name = {_quoted(queue)}",
                  f"customer_waiting_threshold = {seconds:g}"]  # fmt: skip
    lines += [
        "",
        "[thresholds]                     # seconds; the defaults",
        "agent_answer = 20",
        "customer_waiting = 60",
    ]
    lines = [_one_line(line) for line in lines]
    return "\n".join([*lines, "", "[[sink]]", 'type = "sqlite"', f"path = {_quoted(store)}"]) + "\n"


def _quoted(text: str) -> str:
    """A TOML text. TOML reads JSON's."""
    return msgspec.json.encode(text).decode()


def _one_line(line: str) -> str:
    """What a PBX says may hold anything; a comment ends at its line."""
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _secret(feed: str, user: str) -> str:
    given = os.environ.get(f"CALLBRIDGE_{feed}_SECRET")
    if given is None and sys.stdin.isatty():
        given = getpass.getpass(f"Secret of {user} for {feed}: ")
    if not given or not given.isprintable():
        raise UsageError(f"no secret for {feed}; set CALLBRIDGE_{feed}_SECRET")
    return given


def _agreed(question: str, ask: Callable[[str], str] = input) -> bool:
    try:
        return ask(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _reader(store: Path) -> tuple[int, int] | None:
    """User and group of whoever owns the store's folder, as whom the service runs; None where only root could say."""
    if os.geteuid() != 0 or not store.parent.is_dir():
        return None
    owner = store.parent.stat()
    return owner.st_uid, owner.st_gid


def _write(file: Path, text: str, mode: int, reader: tuple[int, int] | None) -> None:
    """A new file, which nobody but ``reader`` can read before it has its mode."""
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as opened:
            if reader is not None:
                os.fchown(opened.fileno(), *reader)
            opened.write(text)
    except OSError as error:
        raise FileError(f"{file}: {error.strerror}; name another with --out") from None
