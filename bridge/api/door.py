"""What every request and every answer passes through."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.api.problem import Problem
from bridge.errors import where_of

logger = structlog.get_logger()

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""Headers of every answer. Nothing may be cached except assets, whose names change with their content."""
KEEP_TLS = "max-age=31536000"

Painter = Callable[[Request, Problem], Response]
"""Shows a problem as a page."""


class Door:
    """Stands around the application."""

    def __init__(self, app: ASGIApp, *, needs_tls: bool) -> None:
        """``needs_tls``: a proxy adds TLS; a request that did not come through the proxy is refused."""
        self._app, self._needs_tls = app, needs_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                there = {name.lower() for name, _ in headers}
                added = HEADERS | ({} if b"cache-control" in there else {"Cache-Control": "no-store"})
                if scope["scheme"] == "https":
                    added["Strict-Transport-Security"] = KEEP_TLS
                headers += [
                    (n.lower().encode(), v.encode()) for n, v in added.items() if n.lower().encode() not in there
                ]
            await send(message)

        if self._needs_tls and scope["scheme"] != "https":
            problem = Problem(HTTPStatus.FORBIDDEN, "this address is for the proxy only", "use the https address")
            await as_json(problem)(scope, receive, out)
            return
        try:
            await self._app(scope, receive, out)
        except Exception as error:
            logger.error("request_failed", why=where_of(error))


def as_json(problem: Problem) -> Response:
    """A problem as the API tells it."""
    headers = {}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        msgspec.json.encode(problem.told()), problem.status, headers=headers, media_type="application/json"
    )


def handlers(paint: Painter) -> dict[type[Exception], Callable[[Request, Exception], Response]]:
    """Turns each exception into an answer: JSON for the API, a page for people."""

    def answer(request: Request, problem: Problem) -> Response:
        return as_json(problem) if request.url.path.startswith("/v1/") else paint(request, problem)

    def told(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        what, mend = {
            HTTPStatus.METHOD_NOT_ALLOWED: ("the method is not allowed here", "see the header Allow"),
        }.get(status, (status.phrase.lower(), "see /v1/openapi.json"))
        response = answer(request, Problem(status, what, mend))
        response.headers.update(error.headers or {})
        return response

    def broken(request: Request, error: Exception) -> Response:
        what = "the service made a mistake, which its log tells"
        return answer(
            request, Problem(HTTPStatus.INTERNAL_SERVER_ERROR, what, "try again, and report it if it stays")
        )

    return {Problem: told, HTTPException: refused, Exception: broken}
