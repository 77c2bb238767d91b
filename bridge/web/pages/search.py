"""The search field of every page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from starlette.responses import RedirectResponse, Response

from bridge.api.desk import Desk
from bridge.api.typed import Asked, Route
from bridge.store import facets, records_page
from bridge.store.access import STAFF
from bridge.store.facets import Wanted
from bridge.web.display import KEYS


class SearchForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    q: Annotated[str, msgspec.Meta(max_length=100)] = ""


async def search(asked: Asked) -> Response:
    """To the call with this id, the calls of this agent, or the calls of a customer with this number, which no
    address ever holds."""
    text: str = asked.body.q.strip()
    if not text:
        return RedirectResponse("/calls", HTTPStatus.SEE_OTHER)
    goal = await asked.desk.read(_goal, asked.desk, text)
    if goal is None:
        goal = f"/calls?search={await asked.desk.read(asked.desk.access.search, text)}"
    return RedirectResponse(goal, HTTPStatus.SEE_OTHER)


def _goal(desk: Desk, text: str) -> str | None:
    with desk.reading() as db:
        found = list(records_page.by_call(db, text))
        if found:
            return f"/calls/{found[0]}"
        if facets.places(db, Wanted((("agent", text),)), limit=1):
            return f"/calls?{urlencode({'agent': text})}"
    return None


ROUTES = (Route("/search", search, "", body=SearchForm, roles=STAFF, method="POST", apart=KEYS),)
