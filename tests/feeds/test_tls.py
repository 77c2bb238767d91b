"""Every feed over TLS: the PBX's with a certificate of its own, browser phones' with one of ours."""

import asyncio
import ssl
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bridge.config import Ami, Ari, Endpoint
from bridge.errors import SettingsError
from bridge.feeds.ami import AmiFeed
from bridge.feeds.ari import AriFeed
from bridge.feeds.endpoint import EndpointFeed
from bridge.feeds.feed import Feed, FeedLost
from bridge.survey.rest import Rest
from tests.helpers.desk import KEY, ORIGIN, Desk, say
from tests.helpers.heard import Heard, until
from tests.helpers.manager import SECRET, manager
from tests.helpers.ports import free_port, listening
from tests.helpers.stasis import stasis


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=pbx -addext subjectAltName=IP:127.0.0.1 "
        f"-keyout {folder}/key.pem -out {folder}/cert.pem".split(),
        check=True,
        capture_output=True,
    )
    return folder / "cert.pem"


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context


async def outcome(feed: Feed, heard: Heard) -> str:
    """Connected and the first answer of the snapshot there, or the reason why not."""
    with capture_logs() as logs:
        task = asyncio.create_task(feed.run())
        await until(lambda: len(heard.events) > 1 or any("why" in line for line in logs))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return str(logs[0].get("why") or logs[0]["event"])


async def test_a_pbx_with_the_certificate_that_was_given_is_trusted(certificate: Path) -> None:
    tls = server_side(certificate)
    async with manager(tls=tls) as pbx, stasis(tls=tls) as other:
        heard = Heard()
        ami = Ami(
            host="127.0.0.1", port=pbx.port, username="bridge", secret=SECRET, tls=True, ca_file=str(certificate)
        )
        assert await outcome(AmiFeed("pbx1", ami, heard.take), heard) == "feed_connected"
        heard = Heard()
        ari = Ari(url=f"https://127.0.0.1:{other.port}", username="bridge", secret=SECRET, ca_file=str(certificate))
        assert await outcome(AriFeed("pbx1", ari, heard.take), heard) == "feed_connected"
        assert "/ari/asterisk/info" in other.requests


async def test_a_pbx_with_an_unknown_certificate_never_gets_our_login(certificate: Path) -> None:
    tls = server_side(certificate)
    async with manager(tls=tls) as pbx, stasis(tls=tls) as other:
        heard = Heard()
        ami = Ami(host="127.0.0.1", port=pbx.port, username="bridge", secret=SECRET, tls=True)
        ari = Ari(url=f"https://127.0.0.1:{other.port}", username="bridge", secret=SECRET)
        assert await outcome(AmiFeed("pbx1", ami, heard.take), heard) == (
            f"127.0.0.1:{pbx.port}: its certificate is not trusted: self-signed certificate; see ca_file"
        )
        assert await outcome(AriFeed("pbx1", ari, heard.take), heard) == (
            f"https://127.0.0.1:{other.port}: its certificate is not trusted: self-signed certificate; see ca_file"
        )
    assert pbx.actions == []
    assert other.requests == []


async def test_a_certificate_for_another_name_is_told_with_the_setting_that_mends_it(certificate: Path) -> None:
    tls = server_side(certificate)
    async with manager(tls=tls) as pbx, stasis(tls=tls) as other:
        heard = Heard()
        login = {"username": "bridge", "secret": SECRET, "ca_file": str(certificate)}
        ami = Ami(host="localhost", port=pbx.port, tls=True, **login)
        ari = Ari(url=f"https://localhost:{other.port}", **login)
        why = "certificate is not valid for 'localhost'; write a name that it is made out for as"
        assert await outcome(AmiFeed("pbx1", ami, heard.take), heard) == f"localhost:{pbx.port}: {why} host"
        assert await outcome(AriFeed("pbx1", ari, heard.take), heard) == f"https://localhost:{other.port}: {why} url"
        with pytest.raises(FeedLost, match=f"^https://localhost:{other.port}: {why} url$"), Rest(ari, 5.0) as rest:
            await asyncio.to_thread(rest.look)


async def test_no_tls_on_a_port_with_it_is_told(certificate: Path) -> None:
    async with manager(tls=server_side(certificate)) as pbx:
        heard = Heard()
        ami = Ami(host="127.0.0.1", port=pbx.port, username="bridge", secret=SECRET)
        assert await outcome(AmiFeed("pbx1", ami, heard.take), heard) == (
            f"127.0.0.1:{pbx.port} did not greet, as a port that expects TLS; "
            "set tls = true, or port to the one without it"
        )


async def test_tls_on_a_port_without_it_is_told() -> None:
    async with manager() as pbx:
        heard = Heard()
        ami = Ami(host="127.0.0.1", port=pbx.port, username="bridge", secret=SECRET, tls=True)
        assert await outcome(AmiFeed("pbx1", ami, heard.take), heard) == (
            f"127.0.0.1:{pbx.port} does not speak TLS; see tls and port, and tlsenable in manager.conf"
        )


async def test_a_browser_phone_reports_over_wss(certificate: Path) -> None:
    heard, port = Heard(), free_port()
    files = {"certificate_file": str(certificate), "key_file": str(certificate.with_name("key.pem"))}
    settings = Endpoint(host="127.0.0.1", port=port, origins=[ORIGIN], secret=KEY, **files)
    task = asyncio.create_task(EndpointFeed(settings, ["pbx1"], heard.take).run())
    await until(lambda: listening(port))
    async with Desk(port, tls=ssl.create_default_context(cafile=certificate)).phone() as phone:
        assert await say(phone, {"n": 1, "report": "ringing"}) == {"ack": 1}
    with pytest.raises(ssl.SSLCertVerificationError):
        async with Desk(port, tls=ssl.create_default_context()).phone():
            pass
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(heard.messages) == 1


def test_a_certificate_without_its_key_is_one_line(certificate: Path) -> None:
    settings = Endpoint(host="127.0.0.1", origins=[ORIGIN], secret=KEY, certificate_file=str(certificate))
    with pytest.raises(SettingsError, match=r"^\[endpoint\]: .*cert.pem: no certificate with its key; write .*$"):
        EndpointFeed(settings, ["pbx1"], Heard().take)
