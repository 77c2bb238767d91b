"""How a reader sees the pages: language, light or dark, and time zone, from the address, a cookie, or the browser."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from bridge.config.rules import is_zone
from bridge.vocabulary.language import Language

KEYS = ("lang", "theme", "zone")
YEAR = 365 * 86400
SCHEME = "sec-ch-prefers-color-scheme"
"""Browsers that were asked for it say in this header whether their system prefers dark."""
THEMES = ("auto", "light", "dark")
ZONES = (
    "UTC", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Shanghai", "Asia/Tokyo", "Asia/Singapore", "Asia/Kolkata",
    "Australia/Sydney", "Europe/London", "Europe/Berlin", "Europe/Paris", "America/New_York", "America/Chicago",
    "America/Denver", "America/Los_Angeles", "America/Sao_Paulo",
)  # fmt: skip
"""Zones that are offered; every IANA name is accepted."""


class Display(NamedTuple):
    lang: Language
    theme: str
    zone: str
    is_dark: bool
    """Whether to draw for a dark background: as the reader chose, or else as the browser says of its system."""

    @property
    def tz(self) -> tzinfo:
        return UTC if self.zone == "UTC" else ZoneInfo(self.zone)

    def time(self, text: str | float) -> datetime:
        """A record's time, or epoch seconds, in the reader's zone."""
        if isinstance(text, str):
            return datetime.fromisoformat(text).astimezone(self.tz)
        return datetime.fromtimestamp(text, self.tz)


def display(request: Request, zone_unless_chosen: str) -> Display:
    """What the address asks for; else what the reader chose before; else what the browser says."""
    theme = _asked(request, "theme")
    zone = _asked(request, "zone")
    theme = theme if theme in THEMES else "auto"
    scheme = request.headers.get(SCHEME, "").strip('"') if theme == "auto" else theme
    return Display(
        _language(_asked(request, "lang") or request.headers.get("accept-language", "")),
        theme,
        zone if zone and is_zone(zone) else zone_unless_chosen,
        scheme == "dark",
    )


def remember(request: Request, response: Response) -> None:
    """Remember in a cookie what the address asks for."""
    response.headers["Accept-CH"] = SCHEME
    for key in KEYS:
        value = request.query_params.get(key)
        if value and len(value) < 64 and value.isascii() and value.isprintable():
            response.set_cookie(key, value, max_age=YEAR, samesite="lax", secure=request.url.scheme == "https")


def _asked(request: Request, key: str) -> str | None:
    return request.query_params.get(key) or request.cookies.get(key)


def _language(wishes: str) -> Language:
    """The first known language of a header such as ``zh-Hant-TW,zh;q=0.9,en;q=0.8``; any Chinese gets 繁體中文."""
    ranked = []
    for wish in wishes.split(",")[:20]:
        name, _, rest = wish.strip().lower().partition(";")
        try:
            weight = float(rest.partition("q=")[2]) if "q=" in rest else 1.0
        except ValueError:
            weight = 0.0
        ranked.append((-weight, name.split("-")[0]))
    for _, name in sorted(ranked, key=lambda wish: wish[0]):
        if name == "zh":
            return "zh-TW"
        if name == "en":
            return "en"
    return "en"
