"""A webhook's receiver that answers as it is told."""

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from bridge.vocabulary.record import Record
from tests.helpers.servers import ADDRESS


class Request(NamedTuple):
    headers: Mapping[str, str]
    body: bytes

    @property
    def record(self) -> Record:
        return msgspec.json.decode(self.body, type=Record)


class Answer(NamedTuple):
    status: int = 204
    headers: Mapping[str, str] = {}


class Receiver:
    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []
        self.taken: list[Request] = []
        """Those that were answered by 2xx."""
        self.answer: Callable[[Request], Answer] = lambda request: Answer()


@contextmanager
def receiver(port: int = 0, certificate: tuple[Path, Path] | None = None) -> Iterator[Receiver]:
    """``certificate`` and its key, as PEM files, for TLS."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = Request(dict(self.headers), self.rfile.read(int(self.headers["Content-Length"])))
            told.requests.append(request)
            answer = told.answer(request)
            if answer.status < 300:
                told.taken.append(request)
            self.send_response(answer.status)
            for name, value in {"Content-Length": "0", **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def do_HEAD(self) -> None:
            self.send_response(405)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Web(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that breaks off is nothing to tell of."""

    with Web((ADDRESS, port), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        told = Receiver(f"{'https' if certificate else 'http'}://{ADDRESS}:{server.server_address[1]}/calls")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield told
        finally:
            server.shutdown()
