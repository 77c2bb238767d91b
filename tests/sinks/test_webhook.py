"""Webhooks, on a receiver that answers as it is told."""

import base64
import email.utils
import hmac
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bridge.config.sinks import WebhookSink
from bridge.errors import SinkError
from bridge.sinks import webhook
from bridge.sinks.webhook import Webhook
from bridge.vocabulary.record import Record
from tests.helpers.receiver import Answer, Receiver, Request, receiver
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.servers import make_certificate

SECRET = "s3cret"


@pytest.fixture
def crm() -> Iterator[Receiver]:
    with receiver() as crm:
        yield crm


def deliver(crm: Receiver, *records: Record, **settings: Any) -> None:
    sink = Webhook(WebhookSink(url=crm.url, **settings), SECRET)
    try:
        sink.write(records)
    finally:
        sink.close()


def failure(crm: Receiver, *records: Record) -> SinkError:
    with pytest.raises(SinkError) as caught:
        deliver(crm, *records)
    return caught.value


def test_each_record_is_posted_as_json(crm: Receiver) -> None:
    deliver(crm, ANSWERED, ABANDONED)
    assert sorted((request.record for request in crm.taken), key=lambda r: r.started_at) == [ABANDONED, ANSWERED]
    assert {request.headers["Content-Type"] for request in crm.taken} == {"application/json"}


@pytest.mark.parametrize(
    ("secret", "key"),
    [("s3cret", b"s3cret"), ("whsec_c2VjcmV0IGtleQ==", b"secret key"), ("whsec_not base64", b"whsec_not base64")],
)
def test_the_receiver_can_tell_that_the_record_is_ours(secret: str, key: bytes, crm: Receiver) -> None:
    sink = Webhook(WebhookSink(url=crm.url), secret)
    sink.write([ANSWERED])
    sink.close()
    (request,) = crm.taken
    name, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    assert name == "5f2a.1"
    assert abs(int(stamp) - time.time()) < 60
    signed = f"{name}.{stamp}.".encode() + request.body
    wanted = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert request.headers["webhook-signature"] == wanted


def test_versions_of_a_call_that_was_seen_in_part_have_names_of_their_own(crm: Receiver) -> None:
    partly = msgspec.structs.replace(ANSWERED, complete=False)
    less = msgspec.structs.replace(partly, linked_ids=[])
    for record in (ANSWERED, partly, less, partly):
        deliver(crm, record)
    names = [request.headers["webhook-id"] for request in crm.taken]
    assert len(set(names)) == 3
    assert names[1] == names[3], "sent again it is the same message"


@pytest.mark.parametrize("status", [301, 408, 425, 429, 500, 502, 503, 504])
def test_what_the_receiver_may_answer_otherwise_later_is_to_be_sent_again(status: int, crm: Receiver) -> None:
    crm.answer = lambda request: Answer(status)
    error = failure(crm, ANSWERED)
    assert str(error).startswith(f"sink webhook: HTTP {status} ")
    assert (list(error.delivered), dict(error.refused)) == ([], {})


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 422])
def test_what_the_receiver_will_never_take_is_refused(status: int, crm: Receiver) -> None:
    crm.answer = lambda request: Answer(status)
    assert failure(crm, ANSWERED).refused[ANSWERED.record_id].startswith(f"HTTP {status} ")
    assert len(crm.requests) == 1


def test_one_call_that_is_refused_and_one_that_fails_do_not_hold_up_the_third(crm: Receiver) -> None:
    statuses = {ANSWERED.record_id: 500, ABANDONED.record_id: 422, SUPERVISED.record_id: 200}
    crm.answer = lambda request: Answer(statuses[request.record.record_id])
    error = failure(crm, ANSWERED, ABANDONED, SUPERVISED)
    assert list(error.delivered) == [SUPERVISED.record_id]
    assert list(error.refused) == [ABANDONED.record_id]


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_asks_for_a_pause_gets_it(status: int, crm: Receiver) -> None:
    crm.answer = lambda request: Answer(status, {"Retry-After": "120"})
    assert failure(crm, ANSWERED).pause == 120
    date = int(time.time()) + 60
    crm.answer = lambda request: Answer(status, {"Retry-After": email.utils.formatdate(date, usegmt=True)})
    longest, pause, shortest = date - time.time(), failure(crm, ANSWERED).pause, date - time.time()
    assert max(0, shortest) <= pause <= longest
    crm.answer = lambda request: Answer(status, {"Retry-After": "soon"})
    assert failure(crm, ANSWERED).pause == 0


def test_a_receiver_that_does_not_answer_is_told_in_one_line(crm: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 0.2)
    release = threading.Event()

    def answer(request: Request) -> Answer:
        release.wait()
        return Answer()

    crm.answer = answer
    error = failure(crm, ANSWERED)
    release.set()
    assert str(error) == "sink webhook: no answer within 0.2 s; see url and the receiver's log"


def test_a_receiver_that_is_gone_is_not_tried_for_every_record_that_waits() -> None:
    with receiver() as crm:
        pass
    records = [msgspec.structs.replace(ANSWERED, record_id=str(number)) for number in range(100)]
    assert failure(crm, *records).delivered == set()


def test_a_receiver_whose_certificate_is_not_good_gets_nothing(tmp_path: Path) -> None:
    """A TLS server of a stranger at the right address; then the same one with its authority named."""
    make_certificate(tmp_path, "crm")
    with receiver(certificate=(tmp_path / "crm.pem", tmp_path / "crm-key.pem")) as crm:
        assert "certificate verify failed" in str(failure(crm, ANSWERED))
        assert crm.requests == []
        deliver(crm, ANSWERED, ca_file=str(tmp_path / "crm.pem"))
        assert [request.record for request in crm.taken] == [ANSWERED]
