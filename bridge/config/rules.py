"""Checks of the settings that types cannot make: names that must differ, values that must make sense."""

import math
import re
from collections.abc import Hashable, Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bridge.config.checks import Fault, host_of, is_address, is_host, is_loopback, read_address, secret_faults
from bridge.config.numbers import compiled
from bridge.config.places import Path
from bridge.config.sinks import FileSink, SqliteSink
from bridge.config.types import Ami, Ari, Endpoint, Login, Metrics, Roles, Settings, Web

LONGEST_NAME = 1_000
"""Letters: names stand in every record, key and line of the log."""


def faults(settings: Settings, data: dict[str, Any]) -> Iterator[Fault]:
    """Every mistake in settings whose types are right. ``data`` is the parsed TOML."""
    yield from _pbxs(settings)
    yield from _roles(settings.roles)
    yield from _repeated("agent", "device", [agent.device for agent in settings.agent])
    yield from _dns(settings)
    yield from _repeated("queue", "name", [queue.name for queue in settings.queue])
    yield from _seconds(data)
    yield from _caps(settings)
    yield from _codes(settings)
    yield from _reports(settings)
    yield from _states(settings)
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
    if not is_host(ami.host):
        yield Fault((*at, "host"), f'"{ami.host}" is no host; write a name or an address such as "127.0.0.1"')
    if not 1 <= ami.port <= 65535:
        yield Fault((*at, "port"), f"{ami.port} is no port; write 1 to 65535, usually 5038 (5039 with TLS)")
    if ami.ca_file is not None and not ami.tls:
        yield Fault((*at, "ca_file"), "has no use without TLS; add tls = true or remove it")
    yield from _login(ami, at)


def _ari(ari: Ari, at: Path) -> Iterator[Fault]:
    mend = 'write "http://host:8088" or "https://host:8089"'
    good, login_inside = read_address(ari.url, ("http", "https"))
    if login_inside:  # the error does not repeat the address, which may hold the secret
        yield Fault((*at, "url"), "holds a user name; write it as username and the secret as secret")
    elif not good or ari.url != ari.url.strip() or "?" in ari.url or "#" in ari.url:
        yield Fault((*at, "url"), f'"{host_of(ari.url)}" is no address of ARI; {mend}')
    elif ari.ca_file is not None and not ari.url.lower().startswith("https:"):
        yield Fault((*at, "ca_file"), "has no use without TLS; write an https url or remove it")
    if not ari.app or not all(letter.isalnum() or letter in "-_." for letter in ari.app):
        yield Fault((*at, "app"), f'"{ari.app}" is no application name; write letters, digits, "-" and "_" only')
    yield from _login(ari, at)


def _login(login: Login, at: Path) -> Iterator[Fault]:
    if not login.username or not login.username.isprintable():
        yield Fault((*at, "username"), "is empty or not printable; write the name of the user in Asterisk")
    yield from secret_faults(login, at)


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
    yield from secret_faults(endpoint, at)


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
    if web.proxy is not None and not is_address(web.proxy):
        yield Fault((*at, "proxy"), f'"{web.proxy}" is no address; write that of the proxy, such as "10.0.0.5"')
    if web.certificate_file is None and web.proxy is None and not is_loopback(web.host):
        mend = "add certificate_file, name the proxy that gives TLS, or write 127.0.0.1"
        yield Fault(
            (*at, "host"), f'"{web.host}" can be reached by others, and without TLS they could listen; {mend}'
        )
    if settings.sink and not any(isinstance(sink, SqliteSink) for sink in settings.sink):
        yield Fault(at, 'needs a local store to read from; add [[sink]] with type = "sqlite"')


def _listening(where: Endpoint | Metrics | Web, at: Path) -> Iterator[Fault]:
    if not is_host(where.host):
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
        yield from sink.faults(("sink", index))
    files = [sink.path for sink in settings.sink if isinstance(sink, FileSink)]
    if "outbox" in data and any(isinstance(sink, SqliteSink) for sink in settings.sink):
        yield Fault(("outbox",), "has no use: records wait in the first sqlite sink; remove it")
    elif settings.outbox.path in files:
        yield Fault(("outbox", "path"), f'"{settings.outbox.path}" is a sink too; give each its own')
    elif not settings.outbox.path or not settings.outbox.path.isprintable():
        yield Fault(("outbox", "path"), "is empty or not printable; write it")


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
        elif len(name) > LONGEST_NAME:
            yield Fault((section, index, key), f"has {len(name)} letters; write no more than {LONGEST_NAME}")
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


def _dns(settings: Settings) -> Iterator[Fault]:
    yield from _repeated("dn", "number", [dn.number for dn in settings.dn])
    for index, dn in enumerate(settings.dn):
        if dn.number.startswith("_") and compiled(dn.number) is None:
            mend = 'write Asterisk\'s way, as in "_0277001XXX" or "_02770010[1-5]X"'
            yield Fault(("dn", index, "number"), f'"{dn.number}" is no pattern; {mend}')


def _states(settings: Settings) -> Iterator[Fault]:
    if settings.states.keep_days < 1:
        yield Fault(("states", "keep_days"), f"{settings.states.keep_days} is no number of days; write 1 or more")


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
    for index, queue in enumerate(settings.queue):
        if queue.alarm_waiting is not None and queue.alarm_waiting < 1:
            what = f"{queue.alarm_waiting} is no number of callers; write how many may wait, such as 5"
            yield Fault(("queue", index, "alarm_waiting"), what)


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True
