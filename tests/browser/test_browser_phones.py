"""An agent with a real browser phone: every call leaves exactly the record it deserves."""

import json
import subprocess

import pytest

from tests.browser.conftest import Plays
from tests.browser.scenarios import LIBRARIES
from tests.browser.verdict import differences
from tests.live.watchers import CALLBRIDGE, last_revisions

pytestmark = pytest.mark.full


@pytest.mark.parametrize(
    ("library", "name"), [(library, name) for library, names in LIBRARIES.items() for name in names]
)
def test_every_call_to_a_browser_gets_the_tags_it_deserves_with_and_without_the_phones_own_word(
    library: str, name: str, plays: Plays
) -> None:
    played = plays.of(library, name)
    assert played
    wrong = [line for result in played for line in differences(result)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_services_had_nothing_to_complain_about(library: str, plays: Plays) -> None:
    said = json.loads((plays.directories[library] / "said.json").read_text())
    for name, lines in said.items():
        assert [line for line in lines if "level=info" not in line] == [], name


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_replay_of_what_the_phones_said_gives_the_same_offers(library: str, plays: Plays) -> None:
    directory = plays.directories[library]
    command = [CALLBRIDGE, "replay", str(directory / "capture" / "capture.jsonl"), "--config"]
    done = subprocess.run([*command, str(directory / "with" / "callbridge.toml")], capture_output=True, text=True)
    live = last_revisions((directory / "with" / "records.jsonl").read_text())
    told = {record["record_id"]: record for record in last_revisions(done.stdout)}
    assert live
    for record in live:
        replayed = told[record["record_id"]]
        assert replayed["tags"] == record["tags"]
        assert [offer["outcome"] for offer in replayed["offers"]] == [offer["outcome"] for offer in record["offers"]]
