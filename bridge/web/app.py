"""The application: the API's routes, the pages and the assets, behind one door."""

from __future__ import annotations

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.routing import Route as StarletteRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.api import problem
from bridge.api.desk import Desk
from bridge.api.door import Door, handlers
from bridge.api.openapi import document
from bridge.api.routes import routes
from bridge.api.streams import Streams
from bridge.api.typed import Route, mounted
from bridge.api.visitor import admitted
from bridge.web import assets
from bridge.web.pages import agent, call, calls, calls_file, now, report_rows, reports, search, signing_in
from bridge.web.pages.system import System
from bridge.web.render import painter


def api_routes(streams: Streams) -> tuple[Route, ...]:
    """All routes under ``/v1/``, except the document that describes them."""
    return (*routes(streams), *call.API_ROUTES)


def page_routes(streams: Streams) -> tuple[Route, ...]:
    """All pages that people open."""
    return (
        *now.ROUTES, *calls.ROUTES, *calls_file.ROUTES, *call.ROUTES, *agent.ROUTES, *reports.ROUTES,
        *report_rows.ROUTES, *System(streams).routes(), *search.ROUTES, *signing_in.ROUTES,
    )  # fmt: skip


def application(desk: Desk, streams: Streams) -> ASGIApp:
    api = api_routes(streams)
    described = msgspec.json.encode(document(api))

    async def openapi(request: Request) -> Response:
        return Response(described, media_type="application/json")

    all_routes: list[BaseRoute] = [mounted(route, desk) for route in (*api, *page_routes(streams))]
    all_routes += [StarletteRoute("/v1/openapi.json", openapi), assets.ROUTE]
    web = desk.web
    needs_tls = web.proxy is not None and web.certificate_file is None
    served = Starlette(routes=all_routes, exception_handlers=handlers(painter(desk)))
    served.router.default = nowhere(desk)
    return Door(served, needs_tls=needs_tls)


def nowhere(desk: Desk) -> ASGIApp:
    """Answers addresses that do not exist. A reader who is signed in stays signed in there, and finds the way
    back."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await admitted(desk, Request(scope, receive, send), None)
        raise problem.nowhere()

    return app
