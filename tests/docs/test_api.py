"""The operating guide's table of the API has what the API has."""

import re
from pathlib import Path

from tests.docs.pages import text
from tests.web.served import asked

ROW = re.compile(r"^\| `(?:GET|POST) /v1/.*$", re.MULTILINE)


async def test_the_guide_names_every_address_of_the_api_and_by_what_calls_and_states_are_chosen(
    tmp_path: Path,
) -> None:
    async with asked(tmp_path) as (_, client):
        paths = (await client.get("/v1/openapi.json")).json()["paths"]
    named: dict[str, str] = {}
    for row in ROW.findall(text("docs/operating.md")):
        of_one = ""
        for address in re.findall(r"`(?:GET |POST )?((?:/v1|…)/[^`?]*)", row):
            of_one = address if address.endswith("}") else of_one  # what a "…" after it stands for
            named[address.replace("…", of_one)] = row
    assert set(paths) <= set(named), set(paths) - set(named)
    for path in ("/v1/records", "/v1/states"):
        for key in paths[path]["get"]["parameters"]:
            assert f"`{key['name']}" in named[path], key["name"]
