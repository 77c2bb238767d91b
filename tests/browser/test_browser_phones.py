"""An agent with a real browser phone: every call leaves exactly the record it deserves."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.browser.scenarios import LIBRARIES
from tests.browser.verdict import differences, results
from tests.live.watchers import CALLBRIDGE, last_revisions

pytestmark = pytest.mark.full


@pytest.mark.parametrize(
    ("library", "name"), [(library, name) for library, names in LIBRARIES.items() for name in names]
)
def test_every_call_to_a_browser_gets_the_tags_it_deserves_with_and_without_the_phones_own_word(
    library: str, name: str, season: Path
) -> None:
    played = [one for one in results(season) if (one["library"], one["name"]) == (library, name)]
    assert played
    wrong = [line for one in played for line in differences(one)]
    assert not wrong, "\n".join(wrong)


def test_the_services_had_nothing_to_complain_about(season: Path) -> None:
    said = json.loads((season / "said.json").read_text())
    for name, lines in said.items():
        assert [line for line in lines if "level=info" not in line] == [], name


def test_a_replay_of_what_the_phones_said_gives_the_same_offers(season: Path) -> None:
    command = [CALLBRIDGE, "replay", str(season / "capture" / "capture.jsonl"), "--config"]
    done = subprocess.run([*command, str(season / "with" / "callbridge.toml")], capture_output=True, text=True)
    live = last_revisions((season / "with" / "records.jsonl").read_text())
    told = {record["record_id"]: record for record in last_revisions(done.stdout)}
    assert live
    for record in live:
        replayed = told[record["record_id"]]
        assert replayed["tags"] == record["tags"]
        assert [offer["outcome"] for offer in replayed["offers"]] == [offer["outcome"] for offer in record["offers"]]
