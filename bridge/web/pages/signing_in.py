"""Signing in with a token, and signing out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import msgspec
from starlette.responses import RedirectResponse, Response

from bridge.api.problem import busy
from bridge.api.typed import Asked, Nothing, Route
from bridge.api.visitor import COOKIE, remember
from bridge.web.display import KEYS
from bridge.web.render import page


class SignInQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    next: Annotated[str, msgspec.Meta(max_length=2000)] = "/"
    """The page that the reader asked for."""


class SignInForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: Annotated[str, msgspec.Meta(max_length=200)] = ""
    next: Annotated[str, msgspec.Meta(max_length=2000)] = "/"


async def form(asked: Asked) -> Response:
    return await page(
        asked.request, asked.desk, asked.who, "sign_in.html", {"next": here(asked.query.next), "failed": False}
    )


async def sign_in(asked: Asked) -> Response:
    goal = here(asked.body.next)
    made = await asked.desk.read(asked.desk.access.sign_in, asked.body.token.strip())
    if made is None:
        if wait := asked.desk.sign_ins.wait(asked.address):
            raise busy("too many tokens that are not known", int(wait) + 1, status=HTTPStatus.TOO_MANY_REQUESTS)
        context = {"next": goal, "failed": True}
        return await page(asked.request, asked.desk, None, "sign_in.html", context, status=HTTPStatus.UNAUTHORIZED)
    response = RedirectResponse(goal, HTTPStatus.SEE_OTHER)
    remember(response, asked.request, *made)
    return response


async def sign_out(asked: Asked) -> Response:
    if session := asked.request.cookies.get(COOKIE):
        await asked.desk.read(asked.desk.access.sign_out, session)
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE)
    return response


def here(address: str) -> str:
    """The address if it is one of ours, else the first page: no reader is sent to another site."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside and "\\" not in address else "/"


ROUTES = (
    Route("/sign-in", form, "", SignInQuery, roles=None, apart=KEYS),
    Route("/sign-in", sign_in, "", body=SignInForm, roles=None, method="POST", apart=(*KEYS, "next")),
    Route("/sign-out", sign_out, "", body=Nothing, roles=None, method="POST", apart=KEYS),
)
