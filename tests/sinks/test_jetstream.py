"""NATS JetStream, a cluster of three."""

import asyncio
import contextlib
import re
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import msgspec
import nats
import pytest
from nats.js.client import JetStreamContext

from bridge.config.sinks import NatsSink
from bridge.errors import SinkError
from bridge.sinks.jetstream import JetStream
from bridge.vocabulary.record import Record
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.servers import ADDRESS, Server, make_certificate, nats_cluster, until


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    with nats_cluster(tmp_path_factory.mktemp("nats")) as servers:
        yield servers


def addresses(cluster: list[Server]) -> list[str]:
    return [f"nats://{ADDRESS}:{server.port}" for server in cluster]


def ask(cluster: list[Server], question: Callable[[JetStreamContext], Coroutine[Any, Any, Any]]) -> Any:
    async def run() -> Any:
        client = await nats.connect(addresses(cluster), user="bridge", password="s3cret")
        try:
            return await question(client.jetstream())
        finally:
            await client.close()

    return asyncio.run(run())


def sink(cluster: list[Server], stream: str, **settings: Any) -> JetStream:
    login = {"username": "bridge", "replicas": 3, "servers": addresses(cluster)} | settings
    return JetStream(NatsSink(stream=stream, **login), "s3cret")


@pytest.fixture
def stream(cluster: list[Server]) -> str:
    """One that is not there yet, once the cluster can make one."""

    async def clear(js: JetStreamContext) -> None:
        for known in await js.streams_info():
            await js.delete_stream(known.config.name)

    def cleared() -> bool:
        try:
            ask(cluster, clear)
        except (nats.errors.Error, TimeoutError):
            return False
        return True

    until(cleared, "a leader of the cluster")
    return "CALLBRIDGE"


def messages(cluster: list[Server], stream: str) -> list[tuple[str, Record]]:
    async def read(js: JetStreamContext) -> list[tuple[str, Record]]:
        state = (await js.stream_info(stream)).state
        found = [await js.get_msg(stream, number) for number in range(1, state.messages + 1)]
        return [(message.subject or "", msgspec.json.decode(message.data or b"", type=Record)) for message in found]

    found: list[list[tuple[str, Record]]] = []

    def answered() -> bool:
        with contextlib.suppress(nats.errors.Error, TimeoutError):
            found.append(ask(cluster, read))
        return bool(found)

    until(answered, "the cluster")
    return found[0]


def written(instance: JetStream, *records: Record) -> bool:
    try:
        instance.write(records)
    except SinkError:
        return False
    return True


def test_each_record_is_a_message_on_the_subject_of_its_pbx_and_direction(cluster: list[Server], stream: str) -> None:
    instance = sink(cluster, stream)
    outbound = msgspec.structs.replace(ABANDONED, pbx="Taipei 1.*", direction="outbound")
    until(lambda: written(instance, ANSWERED, outbound), "the stream's leader")
    instance.close()
    assert sorted(messages(cluster, stream), key=lambda found: found[0]) == [
        ("callbridge.Taipei_1__.record.outbound", outbound),
        ("callbridge.pbx1.record.inbound", ANSWERED),
    ]


def test_the_stream_is_made_with_as_many_copies_as_the_settings_say(cluster: list[Server], stream: str) -> None:
    instance = sink(cluster, stream)
    until(lambda: written(instance), "the stream's leader")
    assert re.fullmatch(r"NATS 2\.\d+\.\d+, stream CALLBRIDGE in 3 copies", instance.check())
    instance.close()


def test_what_two_instances_saw_in_full_is_one_message(cluster: list[Server], stream: str) -> None:
    instances = sink(cluster, stream), sink(cluster, stream)
    until(lambda: all(written(instance, ANSWERED) for instance in instances), "the stream's leader")
    partly = msgspec.structs.replace(ABANDONED, complete=False)
    for instance, record in zip(instances * 2, (partly, ABANDONED, ABANDONED, partly), strict=True):
        instance.write([record])
    for instance in instances:
        instance.close()
    found = [record for _, record in messages(cluster, stream)]
    assert found == [ANSWERED, partly, ABANDONED], "what saw the whole call is not dropped after what saw a part"


def test_a_node_that_dies_is_no_matter_and_two_are_told(cluster: list[Server], stream: str) -> None:
    instance = sink(cluster, stream)
    until(lambda: written(instance, ANSWERED), "the stream's leader")
    cluster[0].stop()
    try:
        until(lambda: written(instance, ABANDONED), "the two others to agree")
        cluster[1].stop()
        try:
            with pytest.raises(SinkError, match=r"^sink nats: [^\n]+; see servers"):
                instance.write([SUPERVISED])
        finally:
            cluster[1].start()
        until(lambda: written(instance, SUPERVISED), "a majority again")
    finally:
        cluster[0].start()
    instance.close()
    found = {record.record_id for _, record in messages(cluster, stream)}
    assert found == {ANSWERED.record_id, ABANDONED.record_id, SUPERVISED.record_id}


def test_a_record_too_large_for_the_servers_does_not_hold_up_the_others(cluster: list[Server], stream: str) -> None:
    instance = sink(cluster, stream)
    until(lambda: written(instance), "the stream's leader")
    large = msgspec.structs.replace(ABANDONED, linked_ids=["x" * 100] * 1000)
    with pytest.raises(SinkError) as caught:
        instance.write([large, ANSWERED])
    assert dict(caught.value.refused) == {large.record_id: "larger than the server's max_payload of 65536 bytes"}
    assert list(caught.value.delivered) == [ANSWERED.record_id]
    instance.close()


def test_a_server_whose_certificate_is_not_good_gets_nothing(tmp_path: Path) -> None:
    make_certificate(tmp_path, "n0")
    with nats_cluster(tmp_path, 1, certificate="n0") as (server,):
        login = {"servers": [f"tls://{ADDRESS}:{server.port}"], "username": "bridge", "replicas": 1}
        stranger = sink([server], "CALLBRIDGE", **login)
        with pytest.raises(SinkError, match="certificate verify failed"):
            stranger.write([ANSWERED])
        known = sink([server], "CALLBRIDGE", **login, ca_file=str(tmp_path / "n0.pem"))
        until(lambda: written(known, ANSWERED), "delivery over TLS")
        for instance in (stranger, known):
            instance.close()


def test_a_wrong_password_is_told_in_one_line_without_it(cluster: list[Server]) -> None:
    instance = JetStream(NatsSink(servers=addresses(cluster)[:1], username="bridge"), "s3cret2")
    with pytest.raises(SinkError, match=r"^sink nats: .*[Aa]uthorization[^\n]+$") as caught:
        instance.check()
    instance.close()
    assert "s3cret" not in str(caught.value)
