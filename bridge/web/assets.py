"""Stylesheet, scripts and icon. Each file name holds a hash of the content, so that browsers may keep the file for
ever. Where a script imports another by ``./name.js``, the other's name with its hash is put in."""

import hashlib
import re
from functools import cache
from importlib import resources
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


class Asset(NamedTuple):
    content: bytes
    kind: str


@cache
def assets() -> dict[str, Asset]:
    """Served name, with the hash, to the content."""
    return {
        _named(name, content): Asset(content, KINDS[name.rpartition(".")[2]]) for name, content in _files().items()
    }


@cache
def address(name: str) -> str:
    """The address of a file of ``static/``."""
    return f"/static/{_named(name, _files()[name])}"


@cache
def _files() -> dict[str, bytes]:
    folder = resources.files("bridge.web") / "static"
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.name.rpartition(".")[2] in KINDS}
    return {name: _linked(content, files) if name.endswith(".js") else content for name, content in files.items()}


IMPORT = re.compile(rb'(?<=from "\./)([a-z]+\.js)(?=")')


def _linked(script: bytes, files: dict[str, bytes]) -> bytes:
    """A script in which the names of imported scripts are replaced by their served names."""

    def named(found: re.Match[bytes]) -> bytes:
        name = found[1].decode()
        return _named(name, _linked(files[name], files)).encode()

    return IMPORT.sub(named, script)


def _named(name: str, content: bytes) -> str:
    stem, _, kind = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{kind}"


async def _serve(request: Request) -> Response:
    asset = assets().get(request.path_params["name"])
    if asset is None:
        return Response(status_code=404)
    return Response(
        asset.content, media_type=asset.kind, headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


ROUTE = Route("/static/{name}", _serve)
