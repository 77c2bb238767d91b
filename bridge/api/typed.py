"""Typed routes: a path, the types of request and answer, who may ask, and a function.

The types of ``msgspec`` describe a request completely: they check its keys, and the OpenAPI document is made from
them.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal, get_origin
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from bridge.api.desk import Desk
from bridge.api.problem import Problem, nowhere, wrong
from bridge.api.visitor import admitted
from bridge.config.nearest import nearest
from bridge.store.access import ROLES, Role, Who

LARGEST_BODY = 65_536
"""Bytes of a body."""


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For routes without keys."""


@dataclass(frozen=True)
class Asked:
    """A request whose keys have been checked, by a reader who may make it."""

    desk: Desk
    request: Request
    query: Any
    body: Any
    who: Who | None
    """None only on routes that are open to everybody."""

    @property
    def reader(self) -> Who:
        if self.who is None:
            raise TypeError("the route is open to all")
        return self.who

    @property
    def address(self) -> str:
        return self.request.client.host if self.request.client else "unknown"

    async def note(self, what: str, record_id: str | None = None) -> None:
        """Note in the audit that customers' numbers are read."""
        await self.desk.read(self.desk.access.note, self.reader, what, record_id, self.address)


@dataclass(frozen=True)
class Route:
    """One path and method. ``answer`` returns the body, or a whole response."""

    path: str
    answer: Callable[[Asked], Awaitable[Any]]
    says: str
    """One sentence for the OpenAPI document."""
    query: type[msgspec.Struct] = Nothing
    """Keys of the query, and of the path."""
    body: type[msgspec.Struct] | None = None
    returns: Any = None
    """The type of the body."""
    media: str = "application/json"
    roles: tuple[Role, ...] | None = ROLES
    """Roles that may ask; None: everybody."""
    method: Literal["GET", "POST"] = "GET"
    apart: tuple[str, ...] = ()
    """Keys of the query that something else reads."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else the OpenAPI document says about the route."""
    of_store: bool = False
    """Whether the route needs nothing but the store. Then the process apart answers, if there is one."""


_ENCODER = msgspec.json.Encoder()


def mounted(route: Route, desk: Desk) -> StarletteRoute:
    """The route as Starlette serves it."""

    async def serve(request: Request) -> Response:
        who = await admitted(desk, request, route.roles)
        if route.of_store and desk.elsewhere is not None:
            return await desk.elsewhere.answer(request, who, desk.settings, is_whole=desk.seen.is_whole)
        body = await _body(request, route.body) if route.body is not None else None
        if request.method == "HEAD" and route.media == "text/event-stream":
            return Response(media_type=route.media)  # a stream has no end
        result = await route.answer(Asked(desk, request, _query(request, route), body, who))
        if isinstance(result, Response):
            return result
        return Response(_ENCODER.encode(result), media_type=route.media)

    return StarletteRoute(route.path, serve, methods=[route.method])


def _query(request: Request, route: Route) -> Any:
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key not in route.apart]
    try:
        return _convert(_gathered(pairs, route.query, "query") | request.path_params, route.query, "query")
    except Problem:
        _check_address(request, route.query)
        raise


def _check_address(request: Request, shape: type[msgspec.Struct]) -> None:
    """A part of the path that can name nothing is no mistake in a key: the address does not exist."""
    for f in msgspec.structs.fields(shape):
        if f.encode_name in request.path_params:
            try:
                msgspec.convert(request.path_params[f.encode_name], f.type, strict=False)
            except msgspec.ValidationError:
                raise nowhere() from None


async def _body(request: Request, shape: type[msgspec.Struct]) -> Any:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST_BODY:
            what = f"the body is larger than {LARGEST_BODY} bytes"
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, what, "send less", where="body")
    if not raw:
        return _convert({}, shape, "body")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            return _convert(msgspec.json.decode(raw), shape, "body", strict=True)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise wrong("body", "it is not JSON", "send one JSON object") from None
    is_json = raw.startswith(b"{")  # which curl -d sends as a form
    if kind == "application/x-www-form-urlencoded" and not is_json:
        try:
            pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=100)
        except ValueError:
            raise wrong("body", "it is no form", "send the fields of a form, in UTF-8") from None
        return _convert(_gathered(pairs, shape, "body"), shape, "body")
    what = "the body is JSON and comes as a form" if is_json else "the body's Content-Type is not known"
    mend = "send Content-Type: application/json"
    raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, what, mend, where="body")


def _gathered(pairs: list[tuple[str, str]], shape: type[msgspec.Struct], part: str) -> dict[str, Any]:
    """Keys to values; for keys that may come several times, to lists. An empty value means no value, because forms
    send it so."""
    lists = {f.encode_name for f in msgspec.structs.fields(shape) if get_origin(f.type) is list}
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in lists:
            found.setdefault(key, [])
            if value:
                found[key].append(value)
        elif key in found:
            raise wrong(f"{part}: {_short(key)}", "it is given more than once", "give it once")
        elif value:
            found[key] = value
        else:
            known = key in {f.encode_name for f in msgspec.structs.fields(shape)}
            found |= {} if known else {key: value}
    return found


TIMES = "write a time with its offset: 2026-12-01T00:00:00Z, or 2026-12-01T08:00:00%2B08:00 in an address"
_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<at>[^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)


def _convert(data: object, shape: type[msgspec.Struct], part: str, *, strict: bool = False) -> Any:
    try:
        return msgspec.convert(data, shape, strict=strict)
    except msgspec.ValidationError as error:
        found = _AT.match(str(error))
        what, at = (found["what"], found["at"] or "") if found else ("it is wrong", "")
        if unknown := _UNKNOWN.match(what):
            mend = nearest(unknown[1], (f.encode_name for f in msgspec.structs.fields(shape)))
            raise wrong(f"{part}: {_short(unknown[1])}", "it is not known", mend) from None
        if what.startswith("Object missing required field"):
            raise wrong(part, f"{what.removeprefix('Object ')}", "add it") from None
        # What was sent is not repeated: it may be a customer's number.
        if what.startswith("Invalid enum value"):
            what = "it is none of the values that it may have"
        where = f"{part}: {at.removeprefix('$').lstrip('.')}" if at.strip("$.") else part
        mend = TIMES if "datetime" in what else "see /v1/openapi.json for what it may be"
        raise wrong(where, what, mend) from None


def _short(key: str) -> str:
    """The client's key as an error may repeat it: without anything that looks like a number."""
    return key[:40] if re.fullmatch(r"[A-Za-z_.-]+", key[:40]) else "a key"
