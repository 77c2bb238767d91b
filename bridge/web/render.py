"""Makes a page from a template: in the reader's language, zone and theme, with what every page has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.api.desk import Desk
from bridge.api.problem import Problem
from bridge.live.doubts import Doubt
from bridge.records.explain import in_words, who_why
from bridge.reports.periods import WEEKDAYS
from bridge.reports.texts import tag_label
from bridge.reports.zones import zone_of
from bridge.store.access import Who
from bridge.vocabulary.language import Count
from bridge.vocabulary.record import Evidence
from bridge.vocabulary.times import seconds
from bridge.web import assets, display
from bridge.web.display import Display
from bridge.web.page_texts import TEXTS
from bridge.web.shapes import OF_OUTCOMES, shape

NAVIGATION = (
    ("now", "/", ("viewer",)), ("calls", "/calls", ()), ("reports", "/reports", ("viewer",)),
    ("system", "/system", ("viewer",)),
)  # fmt: skip
"""Key of the text, address, and which roles besides staff may go there."""


@cache
def environment() -> Environment:
    env = Environment(
        loader=PackageLoader("bridge.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    env.globals.update(
        asset=assets.address, shape=shape, outcome_shape=OF_OUTCOMES.get, zones=display.ZONES, count=Count
    )
    return env


def text(key: str, lang: str, **values: object) -> str:
    """A text of the pages in a language."""
    en, zh = TEXTS[key]
    words = zh if lang == "zh-TW" else en
    return words.format(**values) if values else words


class Tools:
    """What templates use, in the reader's language and zone."""

    def __init__(self, request: Request, shown: Display, *, trusted: bool) -> None:
        """``trusted``: the keys of the address have been checked and may stand in links."""
        self.shown = shown
        self._keys = request.query_params.multi_items() if trusted else []

    def t(self, key: str, **values: object) -> str:
        return text(key, self.shown.lang, **values)

    def tag(self, name: str) -> str:
        return tag_label(name, self.shown.lang)

    def reason(self, word: str) -> str:
        """Why a device failed, as a person says it."""
        return in_words(word, self.shown.lang)

    def proof(self, evidence: Evidence) -> str:
        """Why a tag holds."""
        return who_why(evidence, self.shown.lang)

    def day(self, at: str | float) -> str:
        return f"{self.shown.time(at):%Y-%m-%d}"

    def clock(self, at: str | float) -> str:
        return f"{self.shown.time(at):%H:%M:%S}"

    def exact(self, at: str | float) -> str:
        local = self.shown.time(round(at, 3) if isinstance(at, float) else at)
        return f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}"

    def moment(self, at: str | float) -> str:
        return f"{self.shown.time(at):%Y-%m-%d %H:%M:%S}"

    def length(self, duration: float) -> str:
        """Seconds as a person reads them: 0:42, 12:05, 1:02:03."""
        minutes, rest = divmod(int(duration), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"

    def precise(self, duration: float) -> str:
        """With tenths below a minute, where they matter."""
        return self.t("seconds_of", n=f"{duration:.1f}") if duration < 60 else self.length(duration)

    def offset(self, start: str, at: float) -> str:
        """The time of an event, in seconds from the start of the call."""
        return self.t("seconds_of", n=f"{at - seconds(start):+.1f}")

    def direction(self, name: str) -> str:
        return self.t(f"direction_{name}")

    def concluded(self, outcome: str) -> str:
        return self.t(f"concluded_{outcome}")

    def weekdays(self, days: str) -> str:
        """Days of the week, as an address names them: ``mon,tue``."""
        names = dict(zip(WEEKDAYS, self.t("weekdays").split(), strict=True))
        return self.t("join").join(names.get(day.strip().lower(), day) for day in days.split(","))

    def kind(self, name: str) -> str:
        return self.t(f"kind_{name}")

    def doubt(self, doubt: Doubt) -> str:
        """What the calls show to be wrong in the settings, with the mend."""
        facts = {key: self.t(f"role_{said}") if key == "role" else said for key, said in doubt.facts.items()}
        return self.t(f"doubt_{doubt.kind}", **facts)

    def audited(self, what: str) -> str:
        """What was read, by the audit. For an export, the last word is its format."""
        words, _, kind = what.rpartition(" ") if what.startswith("export ") else (what, "", "")
        key = f"audit_{words.replace(' ', '_')}"
        return self.t(key, **({"format": kind.upper()} if kind else {})) if key in TEXTS else what

    def other_keys(self, *but: str) -> list[tuple[str, str]]:
        """The keys of this address, without some."""
        return [(key, value) for key, value in self._keys if key not in but]

    def list_with(self, **changes: str) -> str:
        """The address of this list from its first page, with these keys changed."""
        return "?" + urlencode(
            [*self.other_keys("after", "first", "last", "since", "until", *changes), *changes.items()]
        )

    def but_with(self, **changes: str) -> str:
        """This address with these keys changed; an empty value removes a key."""
        kept = [*self.other_keys(*changes), *((key, value) for key, value in changes.items() if value)]
        return "?" + urlencode(kept)

    def with_(self, **changes: str) -> str:
        """This address with these keys changed."""
        return "?" + urlencode([*self.other_keys(*changes), *changes.items()])


def in_page(data: object) -> str:
    """JSON that may stand in a page."""
    return msgspec.json.encode(data).decode().replace("<", "\\u003c")


def shown_to(request: Request, desk: Desk) -> Display:
    """How this reader sees the pages. The zone is that of the reports, unless the reader chose one."""
    return display.display(request, zone_of(desk.settings.reports.timezone).key)


async def page(
    request: Request, desk: Desk, who: Who | None, template: str, context: dict[str, Any], *, status: int = 200
) -> Response:
    """The page for this reader. It is made in a thread, because a long list takes time."""
    return await desk.read(made, request, desk, who, template, context, status)


def made(
    request: Request, desk: Desk, who: Who | None, template: str, context: dict[str, Any], status: int
) -> Response:
    """The page, made in the present thread."""
    shown = shown_to(request, desk)
    tools = Tools(request, shown, trusted=status < 400)
    open_to = [item for item in NAVIGATION if who is not None and (who.role != "viewer" or who.role in item[2])]
    common: dict[str, Any] = {
        "t": tools.t, "tools": tools, "shown": shown, "who": who, "navigation": open_to,
        "is_well": desk.seen.is_whole, "path": request.url.path,
        "html_lang": "zh-Hant-TW" if shown.lang == "zh-TW" else "en", "now": datetime.now(shown.tz),
    }  # fmt: skip
    html = environment().get_template(template).render(common | context)
    response = Response(html, status, media_type="text/html; charset=utf-8")
    display.remember(request, response)
    return response


def painter(desk: Desk) -> Callable[[Request, Problem], Response]:
    """Shows problems as pages. A reader who is not signed in is led to the sign-in page."""

    def paint(request: Request, problem: Problem) -> Response:
        if problem.status == HTTPStatus.UNAUTHORIZED and request.method == "GET":
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(here, safe='')}", HTTPStatus.SEE_OTHER)
        key = f"error_{problem.status.value}"
        if f"{key}_mend" not in TEXTS:
            key = "error_other"
        who: Who | None = getattr(request.state, "who", None)
        shown = shown_to(request, desk)
        is_keys = problem.status == HTTPStatus.BAD_REQUEST and bool(request.url.query)
        section = request.url.path.split("/")[1]
        context = {
            "problem": problem, "heading": text(key, shown.lang), "mend": _mend(problem, key, section, shown.lang),
            "afresh": request.url.path if is_keys else None,
            "section": section if problem.status == HTTPStatus.NOT_FOUND else None,
        }  # fmt: skip
        response = made(request, desk, who, "error.html", context, problem.status)
        if problem.retry_after is not None:
            response.headers["Retry-After"] = str(problem.retry_after)
        return response

    return paint


def _mend(problem: Problem, key: str, section: str, lang: str) -> str:
    """What the reader can do, as exactly as the pages know it: by the filter that is wrong, or by what is missing."""
    name = f"filter_{(problem.where or '').removeprefix('query: ')}"
    if problem.status == HTTPStatus.BAD_REQUEST and name in TEXTS:
        return text("error_400_filter", lang, name=text(name, lang))
    return text(f"{key}_{section}" if f"{key}_{section}" in TEXTS else f"{key}_mend", lang)
