"""Makes the OpenAPI document from the routes, so that it describes exactly what is checked."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from bridge import __version__
from bridge.api.problem import Told
from bridge.api.typed import Nothing, Route
from bridge.vocabulary.schema import descriptions

REF = "#/components/schemas/{name}"
ERRORS = {
    "400": "A key or the body is wrong.",
    "401": "Nobody is signed in, or the token is not known.",
    "403": "The token's role may not read this.",
    "404": "There is no such thing.",
    "413": "The body is too large.",
    "415": "The body's type is not known.",
    "429": "Too many requests; Retry-After says when to try again.",
    "503": "The service cannot answer now; Retry-After says when to try again.",
}


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """OpenAPI 3.1 of these routes."""
    shapes: list[Any] = [Told]
    for route in routes:
        shapes += [shape for shape in (route.returns, route.body, route.query) if shape is not None]
    schemas, parts = msgspec.json.schema_components(shapes, ref_template=REF)
    schema_of = dict(zip(map(repr, shapes), schemas, strict=True))
    modules = {sys.modules[s.__module__] for s in shapes if hasattr(s, "__module__") and s.__module__ in sys.modules}
    modules.add(sys.modules["bridge.vocabulary.record"])
    modules.add(sys.modules["bridge.api.filters"])
    for module in modules:
        if module.__name__.startswith("bridge"):
            _describe(parts, descriptions(module))
    paths: dict[str, Any] = {}
    for route in routes:
        keys = _keys(route, parts)
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, keys, schema_of)
    queries = {route.query.__name__ for route in routes}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "callbridge", "version": __version__,
            "description": "Calls of Asterisk PBXs, tagged. Make a token: callbridge token add NAME --role ROLE",
        },
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": {name: part for name, part in parts.items() if name not in queries},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "callbridge_session"},
            },
        },
    }  # fmt: skip


def _describe(parts: dict[str, Any], known: dict[str, dict[str, str]]) -> None:
    for name, part in parts.items():
        for field, words in known.get(name, {}).items():
            part.get("properties", {}).get(field, {}).setdefault("description", words)
    filters = known.get("Filters", {})  # and the types derived from them
    for part in parts.values():
        for field, words in filters.items():
            if "search" in part.get("properties", {}) and field in part["properties"]:
                part["properties"][field].setdefault("description", words)


def _keys(route: Route, parts: dict[str, Any]) -> list[dict[str, Any]]:
    if route.query is Nothing:
        return []
    part = parts[route.query.__name__]
    found = []
    for name, schema in part["properties"].items():
        in_path = f"{{{name}}}" in route.path
        schema = _without_null(dict(schema))
        words = schema.pop("description", None)
        key = {"name": name, "in": "path" if in_path else "query", "schema": schema}
        if in_path or name in part.get("required", []):
            key["required"] = True
        found.append(key | ({"description": words} if words else {}))
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A key that is not given is absent: an address cannot hold null."""
    schema.pop("default", None)
    if "anyOf" in schema:
        rest = [each for each in schema.pop("anyOf") if each != {"type": "null"}]
        schema |= rest[0] if len(rest) == 1 else {"anyOf": rest}
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    return schema


def _operation(route: Route, keys: list[dict[str, Any]], schema_of: dict[str, Any]) -> dict[str, Any]:
    told = {"application/json": {"schema": schema_of[repr(Told)]}}
    good: dict[str, Any] = {"description": "Good."}
    if route.returns is not None:
        good["content"] = {route.media: {"schema": schema_of[repr(route.returns)]}}
    elif route.media:
        good["content"] = {route.media: {"schema": {"type": "string"}}}
    if route.media == "text/event-stream":  # each event holds one of these
        good["content"][route.media] = {"schema": {"type": "string"}, "x-event-data": schema_of[repr(route.returns)]}
    found: dict[str, Any] = {
        "summary": route.says,
        "operationId": route.path.strip("/").replace("/", "_").replace("{", "").replace("}", "").replace(".", "_"),
        "description": "For everybody." if route.roles is None else f"For the roles: {', '.join(route.roles)}.",
        "parameters": keys,
        "responses": {"200": good}
        | {code: {"description": words, "content": told} for code, words in ERRORS.items()},
    }
    if route.body is not None:
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema_of[repr(route.body)]}},
        }
    if route.roles is None:
        found["security"] = []
    return found | dict(route.more)
