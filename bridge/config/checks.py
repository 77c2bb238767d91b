"""A mistake in the settings, and the checks that several tables share."""

import ipaddress
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from bridge.config.places import Path
from bridge.config.secret import Secret


class Fault(NamedTuple):
    """One mistake: its place, and one line with what is wrong and how to mend it."""

    path: Path
    what: str


def secret_faults(login: Secret, at: Path, *, needed: bool = True) -> Iterator[Fault]:
    """Checks that a secret is given in at most one way; where it is ``needed``, in exactly one."""
    ways = [way for way in ("secret", "secret_env", "secret_file") if getattr(login, way) is not None]
    if needed and not ways:
        yield Fault(at, "no secret; add one of secret, secret_env, secret_file")
    for way in ways[1:]:
        yield Fault((*at, way), f"the secret is given twice; keep {ways[0]} or {way}")
    for way in ways:
        value = getattr(login, way)
        if not value or not value.isprintable():
            yield Fault((*at, way), "is empty or not printable; write it, or use another of the three")


def address_faults(url: str, schemes: tuple[str, ...], at: Path, mend: str) -> Iterator[Fault]:
    """Checks an address. It may hold no login, since addresses are shown in logs and listings."""
    good, login_inside = read_address(url, schemes)
    if login_inside:
        yield Fault(at, "holds a login; write it as username and secret")
    elif not good or not url.isascii() or not url.isprintable() or " " in url:
        yield Fault(at, f'"{host_of(url)}" is no address; {mend}')


def read_address(url: str, schemes: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether it is an address with one of the schemes and a host; and whether it holds a login."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in schemes and is_host(parts.hostname or "") and (parts.port is None or parts.port > 0)
        return good, "@" in parts.netloc
    except ValueError:
        return False, "@" in url


def host_of(url: str) -> str:
    """An address as an error may repeat it: without what follows the host, because a token may stand there."""
    begin = url.find("://") + 3 if "://" in url else 0
    rest = re.search(r"[/?#].+", url[begin:])
    return url if rest is None else url[: begin + rest.start()] + "…"


def is_host(name: str) -> bool:
    """Whether a text can be a host name or an address. Looking up other text would raise an unclear error."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return bool(name) and name.isprintable() and not any(letter in "/ " for letter in name)


def is_address(text: str) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)
