"""``callbridge token``: what lets somebody in: people and programs to the pages and the API, a browser phone to the
endpoint feed."""

import time
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from bridge.commands.options import Config, chosen_pbx, local_store, say, settings_of
from bridge.commands.tables import show, table
from bridge.config import Settings
from bridge.config.nearest import nearest
from bridge.errors import UsageError
from bridge.store.access import Access, Role, path_beside

LONGEST_NAME = 60
MOST_DAYS = 3660

command = App(name="token", help="What lets people, programs and browser phones in.")


@command.default
def phone(
    device: str,
    /,
    *,
    config: Config,
    pbx: Annotated[str | None, Parameter(help="The device's PBX, where the settings name several.")] = None,
) -> None:
    """Print a token by which a browser phone reports to the endpoint feed: good once, for ten minutes."""
    from bridge.feeds.endpoint import key_of
    from bridge.feeds.endpoint_token import DEVICE, LONGEST_LIFE, Phone, sign

    settings = settings_of(config)
    if "/" not in device and settings.endpoint is None:
        raise UsageError(
            f'token: "{device}" is none of add, list, remove; {nearest(device, ["add", "list", "remove"])}'
        )
    if settings.endpoint is None:
        raise UsageError(f"{config} has no [endpoint]; add it with host, origins and a secret")
    if not DEVICE.fullmatch(device):
        raise UsageError(f'"{device}" is no device; write its technology too, as in PJSIP/1001')
    print(sign(key_of(settings.endpoint), Phone(chosen_pbx(settings, pbx), device), time.time() + LONGEST_LIFE))


@command.command
def add(
    name: str,
    /,
    *,
    config: Config,
    role: Annotated[
        Role,
        Parameter(help="viewer: the board alone; supervisor: calls too; administrator: settings, audit too."),
    ],
    days: Annotated[
        int | None, Parameter(help="For how many days; a sign-in then lasts as long. Else: until removed.")
    ] = None,
) -> None:
    """Make a token for the pages and the API, and print it: this once."""
    if not name.isprintable() or not 0 < len(name.strip()) <= LONGEST_NAME:
        raise UsageError(f"the name is empty, too long or not printable; write 1 to {LONGEST_NAME} letters")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise UsageError(f"--days: {days} is too little or too much; write 1 to {MOST_DAYS}")
    settings = settings_of(config)
    access = _access(settings)
    try:
        token = access.add(name, role, days)
    finally:
        access.close()
    if token is None:
        raise UsageError(f'there is a token "{name}" already; remove it first: callbridge token remove "{name}"')
    print(token)
    if settings.web is None:
        say("no page is served: the settings have no [web]; add it, and start the service again")


@command.command(name="list")
def list_(*, config: Config) -> None:
    """List the tokens: name, role, since when, until when. The tokens themselves are not kept."""
    access = _access(settings_of(config))
    try:
        tokens = access.tokens()
    finally:
        access.close()
    listing = table("name", "role", "made (UTC)", "until (UTC)")
    for token in tokens:
        until = _day(token.until) if token.until is not None else "it is removed"
        listing.add_row(*(Text(cell) for cell in (token.name, token.role, _day(token.made), until)))
    show(listing)


@command.command
def remove(name: str, /, *, config: Config) -> None:
    """Take a token back: whoever signed in with it is signed out, and its streams end."""
    access = _access(settings_of(config))
    try:
        known = [token.name for token in access.tokens()]
        removed = access.remove(name)
    finally:
        access.close()
    if not removed:
        raise UsageError(f'no token "{name}"; {nearest(name, known)}')


def _access(settings: Settings) -> Access:
    return Access(path_beside(local_store(settings)))


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"
