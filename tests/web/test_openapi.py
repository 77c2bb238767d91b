"""The OpenAPI document is true: what it says is what the API does."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator

from bridge.api.limits import Limit
from bridge.vocabulary.schema import schema
from tests.helpers.heard import GIVES_UP
from tests.web.served import Site, asked, recorded, served


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Served from a thread of its own, for a client that knows nothing of ours."""
    ready, done = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    made: list[Site] = []

    async def run() -> None:
        async with served(tmp_path_factory.mktemp("site")) as one:
            one.desk.requests = one.desk.strangers = one.desk.sign_ins = Limit(1e6, 1e6)
            made.append(one)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    ready.wait(20)
    yield made[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(20)


def described(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(httpx.get(f"{site.base}/v1/openapi.json", timeout=GIVES_UP).content)
    return found


def test_the_api_does_what_its_document_says(site: Site) -> None:
    document = described(site)
    endless = [path for path, of in document["paths"].items() if "text/event-stream" in str(of)]
    assert "/v1/records/stream" in endless
    for path in endless:
        del document["paths"][path]
    checked = schemathesis.openapi.from_dict(document)
    checked.config.base_url = site.base
    asked_for: set[str] = set()

    for operation in checked.get_all_operations():
        asked_for.add(operation.ok().label)
        _checked(operation.ok().as_strategy(), site)
    assert len(asked_for) == sum(len(methods) for methods in document["paths"].values())


def _checked(strategy: Any, site: Site) -> None:
    @given(case=strategy)
    @settings(
        max_examples=25, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    def run(case: Any) -> None:
        case.call_and_validate(headers=site.header("supervisor"))

    run()


def test_a_record_is_described_word_for_word_as_in_its_schema(site: Site) -> None:
    parts = described(site)["components"]["schemas"]
    published = schema()
    for name, kept in published["properties"].items():
        if name == "version":  # of the schema, not of the call
            continue
        ours = parts["Record"]["properties"][name]
        assert ours.get("description") == kept.get("description"), name
    for record in recorded():
        Draft202012Validator(published).validate(msgspec.to_builtins(record))


async def test_every_key_of_a_list_is_explained(tmp_path: Path) -> None:
    async with asked(tmp_path, []) as (_, client):
        document = msgspec.json.decode((await client.get("/v1/openapi.json")).content)
    keys = document["paths"]["/v1/records"]["get"]["parameters"]
    plain = {"limit", "tag", "direction", "pbx", "dn"}
    assert {key["name"] for key in keys if "description" not in key} <= plain
    assert {key["in"] for key in keys} == {"query"}
