"""Checks of the settings that types cannot make: names that must differ, values that must make sense."""

import ipaddress
import math
import re
from collections.abc import Hashable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bridge.config.numbers import compiled
from bridge.config.places import Path
from bridge.config.types import (
    Ami,
    Ari,
    Endpoint,
    JsonlSink,
    Login,
    Metrics,
    NatsSink,
    PostgresSink,
    Roles,
    Secret,
    Settings,
    SqliteSink,
    Web,
    WebhookSink,
)


class Fault(NamedTuple):
    """One mistake: its place, and one line with what is wrong and how to mend it."""

    path: Path
    what: str


def faults(settings: Settings, data: dict[str, Any]) -> Iterator[Fault]:
    """Every mistake in settings whose types are right. ``data`` is the parsed TOML."""
    yield from _pbxs(settings)
    yield from _roles(settings.roles)
    yield from _repeated("agent", "device", [agent.device for agent in settings.agent])
    yield from _repeated("dn", "number", [dn.number for dn in settings.dn])
    yield from _repeated("queue", "name", [queue.name for queue in settings.queue])
    yield from _seconds(data)
    yield from _caps(settings)
    yield from _codes(settings)
    yield from _reports(settings)
    for index, dn in enumerate(settings.dn):
        if dn.number.startswith("_") and compiled(dn.number) is None:
            mend = 'write Asterisk\'s way, as in "_0277001XXX" or "_02770010[1-5]X"'
            yield Fault(("dn", index, "number"), f'"{dn.number}" is no pattern; {mend}')
    yield from _endpoint(settings.endpoint)
    yield from _metrics(settings)
    yield from _web(settings)
    yield from _sinks(settings, data)


def _pbxs(settings: Settings) -> Iterator[Fault]:
    if not settings.pbx:
        yield Fault((), "no [[pbx]]; add one with its name and [pbx.ami] or [pbx.ari]")
    yield from _repeated("pbx", "name", [pbx.name for pbx in settings.pbx])
    for index, pbx in enumerate(settings.pbx):
        at: Path = ("pbx", index)
        if pbx.ami is None and pbx.ari is None:
            yield Fault(at, "no feed; add [pbx.ami], [pbx.ari] or both below it")
        if pbx.ami is not None:
            yield from _ami(pbx.ami, (*at, "ami"))
        if pbx.ari is not None:
            yield from _ari(pbx.ari, (*at, "ari"))


def _ami(ami: Ami, at: Path) -> Iterator[Fault]:
    if not _is_host(ami.host):
        yield Fault((*at, "host"), f'"{ami.host}" is no host; write a name or an address such as "127.0.0.1"')
    if not 1 <= ami.port <= 65535:
        yield Fault((*at, "port"), f"{ami.port} is no port; write 1 to 65535, usually 5038 (5039 with TLS)")
    if ami.ca_file is not None and not ami.tls:
        yield Fault((*at, "ca_file"), "has no use without TLS; add tls = true or remove it")
    yield from _login(ami, at)


def _ari(ari: Ari, at: Path) -> Iterator[Fault]:
    mend = 'write "http://host:8088" or "https://host:8089"'
    try:
        url = urlsplit(ari.url)
        good = url.scheme in ("http", "https") and _is_host(url.hostname or "") and (url.port is None or url.port > 0)
        login_inside = "@" in url.netloc
    except ValueError:
        good, login_inside = False, "@" in ari.url
    if login_inside:  # the error does not repeat the address, which may hold the secret
        yield Fault((*at, "url"), "holds a user name; write it as username and the secret as secret")
    elif not good or ari.url != ari.url.strip() or url.query or url.fragment:
        yield Fault((*at, "url"), f'"{_host_of(ari.url)}" is no address of ARI; {mend}')
    elif ari.ca_file is not None and url.scheme != "https":
        yield Fault((*at, "ca_file"), "has no use without TLS; write an https url or remove it")
    if not ari.app or not all(letter.isalnum() or letter in "-_." for letter in ari.app):
        yield Fault((*at, "app"), f'"{ari.app}" is no application name; write letters, digits, "-" and "_" only')
    yield from _login(ari, at)


def _host_of(url: str) -> str:
    """An address as an error may repeat it: not what comes after the host, where a token may stand."""
    begin = url.find("://") + 3 if "://" in url else 0
    rest = re.search(r"[/?#].+", url[begin:])
    return url if rest is None else url[: begin + rest.start()] + "…"


def _is_host(name: str) -> bool:
    """Whether it can be a host name or an address. Other text would raise an unclear error when it is looked up."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return bool(name) and name.isprintable() and not any(letter in "/ " for letter in name)


def _login(login: Login, at: Path) -> Iterator[Fault]:
    if not login.username or not login.username.isprintable():
        yield Fault((*at, "username"), "is empty or not printable; write the name of the user in Asterisk")
    yield from _secret(login, at)


def _secret(login: Secret, at: Path, *, needed: bool = True) -> Iterator[Fault]:
    ways = [way for way in ("secret", "secret_env", "secret_file") if getattr(login, way) is not None]
    if needed and not ways:
        yield Fault(at, "no secret; add one of secret, secret_env, secret_file")
    for way in ways[1:]:
        yield Fault((*at, way), f"the secret is given twice; keep {ways[0]} or {way}")
    for way in ways:
        value = getattr(login, way)
        if not value or not value.isprintable():
            yield Fault((*at, way), "is empty or not printable; write it, or use another of the three")


def _endpoint(endpoint: Endpoint | None) -> Iterator[Fault]:
    if endpoint is None:
        return
    at: Path = ("endpoint",)
    yield from _listening(endpoint, at)
    if not endpoint.origins:
        yield Fault((*at, "origins"), 'is empty: no phone could connect; write ["https://agents.example.com"]')
    for origin in endpoint.origins:
        if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:_-]+", origin):
            yield Fault((*at, "origins"), f'"{origin}" is no origin; write "https://agents.example.com" alone')
    if endpoint.key_file is not None and endpoint.certificate_file is None:
        yield Fault((*at, "key_file"), "has no use without a certificate; add certificate_file or remove it")
    yield from _secret(endpoint, at)


def _metrics(settings: Settings) -> Iterator[Fault]:
    metrics, endpoint = settings.metrics, settings.endpoint
    if metrics is None:
        return
    at: Path = ("metrics",)
    yield from _listening(metrics, at)
    if endpoint is not None and (endpoint.host, endpoint.port) == (metrics.host, metrics.port):
        yield Fault((*at, "port"), f"{metrics.port} is the port of [endpoint] too; give each its own")


def _web(settings: Settings) -> Iterator[Fault]:
    web = settings.web
    if web is None:
        return
    at: Path = ("web",)
    yield from _listening(web, at)
    for other, name in ((settings.endpoint, "endpoint"), (settings.metrics, "metrics")):
        if other is not None and (other.host, other.port) == (web.host, web.port):
            yield Fault((*at, "port"), f"{web.port} is the port of [{name}] too; give each its own")
    if web.key_file is not None and web.certificate_file is None:
        yield Fault((*at, "key_file"), "has no use without a certificate; add certificate_file or remove it")
    if web.proxy is not None and not _is_address(web.proxy):
        yield Fault((*at, "proxy"), f'"{web.proxy}" is no address; write that of the proxy, such as "10.0.0.5"')
    if web.certificate_file is None and web.proxy is None and not _is_loopback(web.host):
        mend = "add certificate_file, name the proxy that gives TLS, or write 127.0.0.1"
        yield Fault(
            (*at, "host"), f'"{web.host}" can be reached by others, and without TLS they could listen; {mend}'
        )
    if settings.sink and not any(isinstance(sink, SqliteSink) for sink in settings.sink):
        yield Fault(at, 'needs a local store to read from; add [[sink]] with type = "sqlite"')


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _listening(where: Endpoint | Metrics | Web, at: Path) -> Iterator[Fault]:
    if not _is_host(where.host):
        yield Fault((*at, "host"), 'is no address; write the one to listen on, such as "127.0.0.1"')
    if not 1 <= where.port <= 65535:
        yield Fault((*at, "port"), f"{where.port} is no port; write 1 to 65535")


def _sinks(settings: Settings, data: dict[str, Any]) -> Iterator[Fault]:
    for key in ("path", "name"):
        names = [getattr(sink, key, index) for index, sink in enumerate(settings.sink)]
        for index, name in enumerate(names):
            if isinstance(name, str) and (not name or not name.isprintable()):
                yield Fault(("sink", index, key), "is empty or not printable; write it")
        yield from _twice(names, lambda index, key=key: ("sink", index, key))
    for index, sink in enumerate(settings.sink):
        at: Path = ("sink", index)
        if isinstance(sink, PostgresSink):
            yield from _postgres(sink, at)
        elif isinstance(sink, NatsSink):
            yield from _nats(sink, at)
        elif isinstance(sink, WebhookSink):
            yield from _webhook(sink, at)
        elif isinstance(sink, SqliteSink) and sink.keep_days is not None and sink.keep_days < 1:
            yield Fault((*at, "keep_days"), f"{sink.keep_days} is no number of days; write 1 or more")
    files = [sink.path for sink in settings.sink if isinstance(sink, SqliteSink | JsonlSink)]
    if "outbox" in data and any(isinstance(sink, SqliteSink) for sink in settings.sink):
        yield Fault(("outbox",), "has no use: records wait in the first sqlite sink; remove it")
    elif settings.outbox.path in files:
        yield Fault(("outbox", "path"), f'"{settings.outbox.path}" is a sink too; give each its own')
    elif not settings.outbox.path or not settings.outbox.path.isprintable():
        yield Fault(("outbox", "path"), "is empty or not printable; write it")


def _postgres(sink: PostgresSink, at: Path) -> Iterator[Fault]:
    from psycopg import ProgrammingError, conninfo  # here, so that a start without such a sink does not load it

    try:
        parts = conninfo.conninfo_to_dict(sink.dsn)
    except (ProgrammingError, ValueError):  # the error does not repeat its text, which may hold the password
        yield Fault((*at, "dsn"), 'is no connection string; write "host=127.0.0.1 dbname=calls user=callbridge"')
    else:
        if "password" in parts:
            yield Fault((*at, "dsn"), "holds the password; write it as secret, secret_env or secret_file")
        elif not parts.get("dbname"):
            yield Fault((*at, "dsn"), "names no database; add dbname=")
    if sink.keep_months is not None and sink.keep_months < 1:
        yield Fault((*at, "keep_months"), f"{sink.keep_months} is no number of months; write 1 or more")
    yield from _secret(sink, at, needed=False)


def _nats(sink: NatsSink, at: Path) -> Iterator[Fault]:
    mend = 'write ["nats://127.0.0.1:4222"], or tls:// for TLS'
    if not sink.servers:
        yield Fault((*at, "servers"), f"is empty; {mend}")
    for server in sink.servers:
        yield from _address(server, ("nats", "tls"), (*at, "servers"), mend)
    if sink.ca_file is not None and not any(server.startswith("tls://") for server in sink.servers):
        yield Fault((*at, "ca_file"), "has no use without TLS; write tls:// servers or remove it")
    if not sink.stream or not all(letter.isalnum() or letter in "-_" for letter in sink.stream):
        yield Fault((*at, "stream"), f'"{sink.stream}" is no stream; write letters, digits, "-" and "_" only')
    if not 1 <= sink.replicas <= 5:
        yield Fault((*at, "replicas"), f"{sink.replicas} is no number of replicas; write 1, 3 or 5")
    if sink.username is not None and not any((sink.secret, sink.secret_env, sink.secret_file)):
        yield Fault((*at, "username"), "has no secret; add one of secret, secret_env, secret_file")
    yield from _secret(sink, at, needed=False)


def _webhook(sink: WebhookSink, at: Path) -> Iterator[Fault]:
    yield from _address(sink.url, ("https", "http"), (*at, "url"), 'write "https://host/path"')
    if sink.ca_file is not None and not sink.url.startswith("https:"):
        yield Fault((*at, "ca_file"), "has no use without TLS; write an https url or remove it")
    yield from _secret(sink, at)


def _address(url: str, schemes: tuple[str, ...], at: Path, mend: str) -> Iterator[Fault]:
    """Checks an address. It may hold no login, since addresses are shown in logs and listings."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and _is_host(parts.hostname or "") and (parts.port is None or parts.port > 0)
        login_inside = "@" in parts.netloc
    except ValueError:
        good, login_inside = False, "@" in url
    if login_inside:
        yield Fault(at, "holds a login; write it as username and secret")
    elif not good or not url.isascii() or not url.isprintable() or " " in url:
        yield Fault(at, f'"{_host_of(url)}" is no address; {mend}')


def _roles(roles: Roles) -> Iterator[Fault]:
    role_of: dict[str, str] = {}
    for role in ("agents", "supervisors", "trunks"):
        patterns: list[str] = getattr(roles, role)
        at: Path = ("roles", role)
        for pattern in patterns:
            if "/" not in pattern and "*" not in pattern:
                mend = f'write its technology too, as in "PJSIP/{pattern or "1*"}"'
                yield Fault(at, f'"{pattern}" is no device; {mend}')
            if role_of.setdefault(pattern, role) != role:
                yield Fault(at, f'"{pattern}" is in {role_of[pattern]} too; keep it in one of them')


def _repeated(section: str, key: str, names: list[str]) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if not name or not name.isprintable():
            yield Fault((section, index, key), "is empty or not printable; write it")
    yield from _twice(names, lambda index: (section, index, key))


def _twice(names: Iterable[Hashable], at: Any) -> Iterator[Fault]:
    first: dict[Hashable, int] = {}
    for index, name in enumerate(names):
        if first.setdefault(name, index) != index:
            yield Fault(at(index), f"the same as in entry {first[name] + 1}; give each its own")


def _seconds(data: dict[str, Any]) -> Iterator[Fault]:
    """The thresholds under [thresholds] and those of DNs and queues."""
    tables: list[tuple[Path, dict[str, Any]]] = [(("thresholds",), data.get("thresholds", {}))]
    for section in ("dn", "queue"):
        tables += [((section, index), table) for index, table in enumerate(data.get(section, []))]
    for path, table in tables:
        for key, value in table.items():
            if isinstance(value, int | float) and not (value >= 0 and math.isfinite(value)):
                yield Fault((*path, key), f"{value} is no length of time; write seconds, 0 or more")


def _caps(settings: Settings) -> Iterator[Fault]:
    for index, cap in enumerate(settings.cap):
        if not cap.group:
            yield Fault(("cap", index, "group"), 'is empty; write what the dialplan sets, as "8000@dn", or remove it')
    yield from _twice([cap.group for cap in settings.cap], lambda index: ("cap", index, "group"))


def _codes(settings: Settings) -> Iterator[Fault]:
    for index, code in enumerate(settings.code):
        at: Path = ("code", index)
        if not 300 <= code.sip <= 699:
            yield Fault((*at, "sip"), f"{code.sip} is no final SIP response; write 300 to 699")
        if code.rung is None and code.not_rung is None:
            yield Fault(at, "says nothing; add rung, not_rung or both")
        if not code.device:
            yield Fault((*at, "device"), 'is empty; write a pattern such as "PJSIP/1*", or remove it')
    yield from _twice([(code.sip, code.device) for code in settings.code], lambda index: ("code", index, "sip"))


def _reports(settings: Settings) -> Iterator[Fault]:
    reports = settings.reports
    at: Path = ("reports",)
    if reports.timezone is not None and not is_zone(reports.timezone):
        yield Fault((*at, "timezone"), f'"{reports.timezone}" is no time zone; write a name such as "Asia/Taipei"')
    if not (reports.answered_within > 0 and math.isfinite(reports.answered_within)):
        what = f"{reports.answered_within} is no length of time; write seconds, such as 20"
        yield Fault((*at, "answered_within"), what)
    if reports.country is not None and not re.fullmatch("[A-Z]{2}", reports.country):
        what = f'"{reports.country}" is no country; write its code in two letters, such as "TW"'
        yield Fault((*at, "country"), what)
    targets: list[tuple[Path, str | None]] = [(("dn", n, "target"), dn.target) for n, dn in enumerate(settings.dn)]
    targets += [(("queue", n, "target"), queue.target) for n, queue in enumerate(settings.queue)]
    for place, target in targets:
        if target is not None and not re.fullmatch(r"(100|[1-9]?\d)/[1-9]\d{0,4}", target):
            yield Fault(place, f'"{target}" is no target; write "80/20" for 80 % within 20 seconds')


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True
