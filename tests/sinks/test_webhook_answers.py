"""What a webhook's receiver answers can neither make the service read without end nor send a record for ever."""

import gzip
import http.server
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bridge.config.sinks import WebhookSink
from bridge.errors import SinkError
from bridge.sinks.webhook import LARGEST_ANSWER, Webhook
from bridge.vocabulary.record import Record
from tests.helpers.receiver import Answer, receiver
from tests.helpers.samples import ABANDONED, ANSWERED
from tests.helpers.servers import ADDRESS


class Sheet:
    """Answers as Google Apps Script does: it takes the record, and says 302 to where the answer is got."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.asked: list[str] = []
        self.url = ""
        self.location: Callable[[], str | None] = lambda: f"{self.url}/echo?key=T0KEN"
        self.echo: tuple[int, str, bytes] = (200, "application/json", b"{}")
        self.status = 302
        self.body, self.encoding = b"", ""
        self.sent = 0


@contextmanager
def sheet() -> Iterator[Sheet]:
    told = Sheet()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            told.rows.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(told.status)
            location = told.location()
            if location is not None and told.status >= 300:
                self.send_header("Location", location)
            if told.encoding:
                self.send_header("Content-Encoding", told.encoding)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            for begin in range(0, len(told.body), 65536):
                told.sent += self.wfile.write(told.body[begin : begin + 65536])

        def do_GET(self) -> None:
            told.asked.append(self.path)
            status, kind, body = told.echo
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Web(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that breaks off is nothing to tell of."""

    with Web((ADDRESS, 0), Handler) as server:
        told.url = f"http://{ADDRESS}:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield told
        finally:
            server.shutdown()


def deliver(url: str, *records: Record) -> None:
    sink = Webhook(WebhookSink(url=url), "s3cret")
    try:
        sink.write(records)
    finally:
        sink.close()


@pytest.mark.parametrize("status", [302, 303])
def test_a_receiver_that_answers_elsewhere_gets_each_record_once_and_it_is_delivered(status: int) -> None:
    with sheet() as receiving:
        receiving.status = status
        deliver(f"{receiving.url}/exec", ANSWERED, ABANDONED)
    assert len(receiving.rows) == 2
    assert receiving.asked == ["/echo?key=T0KEN"] * 2


@pytest.mark.parametrize(
    ("echo", "why"),
    [
        ((200, "text/html; charset=utf-8", b"<h1>Log in"), "a page for people such as a login"),
        ((500, "text/plain", b""), "and there HTTP 500"),
        ((302, "text/plain", b""), "and there HTTP 302"),
    ],
)
def test_what_answers_elsewhere_as_no_receiver_does_is_put_aside_and_not_sent_again(
    echo: tuple[int, str, bytes], why: str
) -> None:
    with sheet() as receiving:
        receiving.echo = echo
        with pytest.raises(SinkError) as error:
            deliver(f"{receiving.url}/exec", ANSWERED)
    assert why in error.value.refused[ANSWERED.record_id]
    assert "T0KEN" not in f"{error.value} {error.value.refused}"
    assert len(receiving.rows) == 1


@pytest.mark.parametrize("location", [None, "ftp://x/", "file:///etc/passwd"])
def test_a_redirect_to_nowhere_is_put_aside(location: str | None) -> None:
    with sheet() as receiving:
        receiving.location = lambda: location
        with pytest.raises(SinkError) as error:
            deliver(f"{receiving.url}/exec", ANSWERED)
    assert "to what is no address" in error.value.refused[ANSWERED.record_id]
    assert receiving.asked == []


@pytest.mark.parametrize("encoding", ["gzip", ""])
def test_of_an_answer_without_end_only_a_little_is_read_and_nothing_is_unpacked(encoding: str) -> None:
    with sheet() as receiving:
        receiving.status, receiving.encoding = 200, encoding
        receiving.body = gzip.compress(bytes(1 << 28), 1) if encoding else bytes(1 << 28)
        deliver(f"{receiving.url}/exec", ANSWERED)  # once, so that what is loaded at first is not counted
        receiving.sent = 0
        tracemalloc.start()
        try:
            deliver(f"{receiving.url}/exec", ABANDONED)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 16 << 20
    assert LARGEST_ANSWER <= 8192


def test_short_answers_leave_the_connection_open_for_the_next_record() -> None:
    with receiver() as crm:
        crm.answer = lambda request: Answer(200)
        deliver(crm.url, ANSWERED, ABANDONED)
    assert len(crm.taken) == 2
