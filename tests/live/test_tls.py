"""AMI and ARI of a real PBX over TLS, with a certificate by an authority of its own."""

import asyncio
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from bridge.config import Ami, Ari
from bridge.feeds import feed
from bridge.feeds.ami import AmiFeed
from bridge.feeds.ari import AriFeed
from bridge.feeds.feed import Emit, Feed
from tests.helpers.heard import Heard, until
from tests.live.lab import Lab

TRIES = 4
FEEDS = ("ami", "ari")


def another_name(address: str) -> str:
    """The same address in a spelling that no certificate names: 127.0.22.1 is 127.0.5633."""
    a, b, c, d = map(int, address.split("."))
    return f"{a}.{b}.{c * 256 + d}"


def over_tls(name: str, lab: Lab, host: str, ca_file: str | None, emit: Emit) -> Feed:
    login = {"username": lab.bridge_username, "secret": lab.bridge_secret, "ca_file": ca_file}
    if name == "ami":
        return AmiFeed(lab.name, Ami(host=host, port=5039, tls=True, **login), emit)  # type: ignore[arg-type]
    return AriFeed(lab.name, Ari(url=f"https://{host}:8089", app="callbridge-tls", **login), emit)  # type: ignore[arg-type]


async def told(feed: Feed, tries: list[int], heard: Heard) -> list[str]:
    """What the feed logs until it has delivered something of the PBX, or has tried a few times."""
    with capture_logs() as logs:
        task = asyncio.create_task(feed.run())
        await until(lambda: len(heard.events) > 2 or len(tries) >= TRIES)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return [str(line.get("why", line["event"])) for line in logs]


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Notes every try that failed, after which the feed does not pause."""
    noted: list[int] = []

    def note(failures: int, refused: bool) -> float:
        noted.append(failures)
        return 0.0

    monkeypatch.setattr(feed, "_pause", note)
    return noted


@pytest.mark.parametrize("name", FEEDS)
async def test_a_real_pbx_is_followed_over_tls(name: str, lab: Lab, tries: list[int]) -> None:
    heard = Heard()
    feed = over_tls(name, lab, lab.address, str(lab.authority), heard.take)
    assert await told(feed, tries, heard) == ["feed_connected"]
    assert tries == []


@pytest.mark.parametrize("name", FEEDS)
async def test_a_real_pbx_of_an_unknown_authority_is_told_once_and_gets_no_login(
    name: str, lab: Lab, tries: list[int]
) -> None:
    heard = Heard()
    (why,) = await told(over_tls(name, lab, lab.address, None, heard.take), tries, heard)
    assert why.endswith(": its certificate is not trusted: unable to get local issuer certificate; see ca_file")
    assert heard.events == []


@pytest.mark.parametrize("name", FEEDS)
async def test_a_real_pbx_under_another_name_is_told_once_and_gets_no_login(
    name: str, lab: Lab, tries: list[int]
) -> None:
    heard = Heard()
    host = another_name(lab.address)
    (why,) = await told(over_tls(name, lab, host, str(lab.authority), heard.take), tries, heard)
    assert f"certificate is not valid for '{host}'; write a name that it is made out for as" in why
    assert heard.events == []
