"""Finds out who asks: by the token in the header, or by the session's cookie from signing in."""

from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bridge.api.desk import Desk
from bridge.api.problem import Problem, busy, forbidden
from bridge.store.access import Role, Who

COOKIE = "callbridge_session"


async def admitted(desk: Desk, request: Request, roles: tuple[Role, ...] | None) -> Who | None:
    """The reader, if the reader's role may ask. Raises ``Problem`` if nobody known asks, the role may not, the
    requests come too often, or a form came from another site."""
    if desk.is_apart:
        told: Who | None = request.scope["callbridge.who"]
        request.state.who = told
        return told
    request.state.who = who = await _known(desk, request)
    address = request.client.host if request.client else ""
    wait = desk.requests.wait(who.key) if who is not None else desk.strangers.wait(address)
    if wait:
        raise busy("too many requests", int(wait) + 1, status=HTTPStatus.TOO_MANY_REQUESTS)
    if request.method == "POST" and not _from_here(request):
        raise forbidden("the form was sent from a page of another site", "open the page here and send it again")
    if roles is None or (who is not None and who.role in roles):
        return who
    if who is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, "nobody is signed in", "send Authorization: Bearer TOKEN, or sign in")
    raise forbidden(f"a {who.role} may not read this", "use a token with the role " + " or ".join(roles))


async def _known(desk: Desk, request: Request) -> Who | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        address = request.client.host if request.client else ""
        who = await desk.read(desk.access.by_token, token.strip())
        if who is None:
            if wait := desk.sign_ins.wait(address):
                raise busy("too many tokens that are not known", int(wait) + 1, status=HTTPStatus.TOO_MANY_REQUESTS)
            what = "the token is not known, was taken back, or its days are over"
            raise Problem(HTTPStatus.UNAUTHORIZED, what, "make one: callbridge token add NAME --role ROLE")
        return who
    session = request.cookies.get(COOKIE)
    return await desk.read(desk.access.by_session, session) if session else None


def _from_here(request: Request) -> bool:
    """Browsers say from which page a form was sent. A client that does not say so is no browser, and sends no
    cookie unasked."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def remember(response: Response, request: Request, session: str, seconds: float) -> None:
    """Give the browser its session."""
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, session, max_age=int(seconds), httponly=True, secure=secure, samesite="lax")
