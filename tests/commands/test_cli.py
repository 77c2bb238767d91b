"""The commands, as typed."""

import contextlib
import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from bridge.cli import COMMANDS, main
from bridge.commands import records
from bridge.store.records import SqliteStore
from bridge.tags.catalogue import CATALOGUE
from bridge.vocabulary.record import Record
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED
from tests.helpers.service import NOWHERE

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def callbridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs a command in a directory with settings and a store; gives exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    Path("callbridge.toml").write_text(NOWHERE)
    store = SqliteStore("callbridge.db")
    store.write([ANSWERED, SUPERVISED, ABANDONED])
    store.close()

    def command(*words: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(words)
        sys.stdout.flush()
        said = capfd.readouterr()
        return code, said.out, said.err

    return command


CONFIG = ("--config", "callbridge.toml")


def listed(output: str) -> Sequence[str]:
    return [msgspec.json.decode(line, type=Record).record_id for line in output.splitlines()]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ((), ["0b11", "5f2a", "77c0"]),
        (("--tag", "incoming_dn_call"), ["0b11", "5f2a"]),
        (("--tag", "incoming_dn_call", "--tag", "queued"), ["0b11"]),
        (("--agent", "2001"), ["77c0"]),
        (("--dn", "8000"), ["0b11", "5f2a"]),
        (("--since", "2026-03-02"), ["5f2a", "77c0"]),
        (("--since", "2026-03-02T10:00:00+01:00", "--until", "2026-03-02T09:00:00.001Z"), ["5f2a"]),
        (("--until", "2026-03-01 10:00"), ["0b11"]),
    ],
)
def test_records_are_listed_by_tag_agent_number_and_time(
    words: tuple[str, ...], ids: list[str], callbridge: Command
) -> None:
    code, out, err = callbridge("records", *CONFIG, *words, "--json")
    assert (code, listed(out), err) == (0, ids, "")


def test_records_are_listed_as_a_table_with_a_line_for_each_call_the_newest_first(callbridge: Command) -> None:
    code, out, _ = callbridge("records", *CONFIG)
    assert code == 0
    lines = out.splitlines()
    assert len(lines) == 4
    assert lines[3].split()[:6] == ["2026-03-01", "09:00:00", ABANDONED.call_id, "inbound", "8000", "0287654321"]
    assert "1001 declined, 1002 answered" in lines[2]
    assert ", ".join(ANSWERED.tags) in lines[2]


def test_of_many_records_the_newest_are_listed_and_it_is_said_how_to_see_the_others(
    callbridge: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "NEWEST", 2)
    code, out, err = callbridge("records", *CONFIG)
    assert (code, len(out.splitlines())) == (0, 3)
    assert ABANDONED.call_id not in out
    assert err == "callbridge: the newest 2 of 3; --all lists all, --since and the other options fewer\n"
    assert callbridge("records", *CONFIG, "--tag", "queued")[2] == ""
    code, out, err = callbridge("records", *CONFIG, "--all")
    assert (code, err) == (0, "")
    assert [out.index(one.call_id) for one in (SUPERVISED, ANSWERED, ABANDONED)] == sorted(
        out.index(one.call_id) for one in (SUPERVISED, ANSWERED, ABANDONED)
    )
    assert len(listed(callbridge("records", *CONFIG, "--json")[1])) == 3, "a program gets all of them"


@pytest.mark.parametrize("name", [ANSWERED.call_id, ANSWERED.record_id, ANSWERED.linked_ids[1]])
def test_a_call_is_explained_by_any_of_its_names(name: str, callbridge: Command) -> None:
    code, out, _ = callbridge("explain", name, *CONFIG)
    assert code == 0
    assert out.startswith(f"Call {ANSWERED.call_id} on pbx1")


def test_a_call_is_explained_in_chinese(callbridge: Command) -> None:
    code, out, _ = callbridge("explain", ANSWERED.call_id, *CONFIG, "--lang", "zh-TW")
    assert code == 0
    assert out.splitlines()[1] == "客戶 0287654321 撥打 8000；等候 9.0 秒，與 1002 通話 50.0 秒，客戶掛斷。"


def test_a_call_is_drawn_into_a_file_or_to_stdout_in_either_language(callbridge: Command) -> None:
    code, out, err = callbridge("explain", ANSWERED.call_id, *CONFIG, "--svg", "call.svg")
    assert (code, out, err) == (0, "", "")
    assert Path("call.svg").read_text(encoding="utf-8").startswith("<svg ")
    code, out, _ = callbridge("explain", ANSWERED.call_id, *CONFIG, "--svg", "-", "--lang", "zh-TW")
    assert code == 0
    assert "1001 響鈴 4.0 秒，拒接" in out


def test_a_picture_that_cannot_be_written_is_one_clear_line(callbridge: Command) -> None:
    code, _, err = callbridge("explain", ANSWERED.call_id, *CONFIG, "--svg", "nowhere/call.svg")
    assert code == 2
    assert err == "callbridge: nowhere/call.svg: No such file or directory; see where the output goes\n"


def test_a_picture_shows_one_call_so_a_name_of_two_is_asked_back(callbridge: Command) -> None:
    with contextlib.closing(SqliteStore("callbridge.db")) as store:
        store.write([msgspec.structs.replace(SUPERVISED, linked_ids=[SUPERVISED.call_id, ANSWERED.call_id])])
    code, _, err = callbridge("explain", ANSWERED.call_id, *CONFIG, "--svg", "call.svg")
    assert code == 2
    assert f"name one of {ANSWERED.record_id}, {SUPERVISED.record_id}" in err
    assert not Path("call.svg").exists()


def test_the_tags_are_listed_with_number_labels_and_meaning(callbridge: Command) -> None:
    code, out, _ = callbridge("tags")
    assert code == 0
    assert len(out.splitlines()) == 1 + len(CATALOGUE)
    for line, tag in zip(out.splitlines()[1:], CATALOGUE, strict=True):
        assert [str(tag.bit), tag.name] == line.split()[:2]
        for text in (tag.en, tag.zh, tag.meaning):
            assert text in line
    rows = json.loads(callbridge("tags", "--json")[1])
    assert [(row["bit"], row["tag"], row["en"], row["zh"]) for row in rows] == [
        (tag.bit, tag.name, tag.en, tag.zh) for tag in CATALOGUE
    ]


MISTAKES = {
    "recrods": 'Unknown command "recrods". Did you mean "records"?',
    "records": "--config is missing; see callbridge records --help",
    "records --config callbridge.toml --tg queued": "Unknown option: --tg. Did you mean --tag?",
    "records --config callbridge.toml extra": '"extra" is one word too many; see callbridge records --help',
    "records --config callbridge.toml --since 2026-03-02 --until 2026-03-01": "--until is not after --since",
    "states --config callbridge.toml --since 2026-03-02 --until 2026-03-01": "--until is not after --since",
    "report dn --config callbridge.toml --out dn.txt": "--out dn.txt: a table is for the screen; add --format json, ",
    "token add me --role boss --config callbridge.toml": 'Choose from: "viewer", "supervisor", "administrator".',
    "records --config no.toml": "no.toml: cannot be read: No such file or directory; name the settings file",
    "records --config callbridge.toml --tag quued": '--tag: unknown tag "quued"; did you mean "queued"?',
    "records --config callbridge.toml --since yesterday": '--since: "yesterday" is no time; write 2026-01-31 or ',
    "records --config callbridge.toml --until 0001-01-01T00:00+23:00": '--until: "0001-01-01T00:00+23:00" is no time',
    "explain 1.1 --config callbridge.toml": 'no call "1.1" in {folder}/callbridge.db; `callbridge records` lists',
    "explain --config callbridge.toml": "CALL_ID",
    "explain 5f2a --config callbridge.toml --lang de": 'Invalid value "de" for --lang',
    "replay --config callbridge.toml": "no capture; name at least one CAPTURE file",
    "replay no.jsonl --config callbridge.toml": "no.jsonl cannot be read; name a capture file",
    "replay packed.jsonl.gz --config callbridge.toml": "packed.jsonl.gz is compressed; unpack it first: gunzip",
    "replay . --config callbridge.toml": ". cannot be read; name a capture file",
    "records --config elsewhere.toml": "elsewhere.db does not exist; name the store of a callbridge that has run",
    "records --config damaged.toml": "damaged.db cannot be read: holds what is no record; see what else writes to it",
    "outbox --config callbridge.toml --retry crm": '--retry: no sink "crm" is fed from the outbox; known here: none',
    "records --config linesonly.toml": 'no local store in the settings; add [[sink]] with type = "sqlite"',
    "capture --config callbridge.toml": "--out",
    "run --config broken.toml": "broken.toml:1: [x]: unknown key; known here: ",
}


@pytest.mark.parametrize("typed", MISTAKES)
def test_a_mistake_in_what_was_typed_is_one_line_on_stderr_and_exit_code_2(typed: str, callbridge: Command) -> None:
    Path("elsewhere.toml").write_text(NOWHERE + '[[sink]]\ntype = "sqlite"\npath = "elsewhere.db"\n')
    Path("linesonly.toml").write_text(NOWHERE + '[[sink]]\ntype = "jsonl"\npath = "-"\n')
    Path("broken.toml").write_text("[x]\n")
    Path("packed.jsonl.gz").write_bytes(gzip.compress(b"{}"))
    Path("damaged.toml").write_text(NOWHERE + '[[sink]]\ntype = "sqlite"\npath = "damaged.db"\n')
    with (
        contextlib.closing(sqlite3.connect("callbridge.db")) as good,
        contextlib.closing(sqlite3.connect("damaged.db")) as damaged,
        damaged,
    ):
        good.backup(damaged)
        damaged.execute("UPDATE records SET json = '{'")
    code, out, err = callbridge(*typed.split())
    assert (code, out) == (2, "")
    assert err.startswith("callbridge: ")
    assert err.count("\n") == 1
    assert MISTAKES[typed].format(folder=Path.cwd()) in err


@pytest.mark.parametrize("asked", [(), ("--help",), ("-h",)])
def test_help_says_of_every_command_what_it_does(asked: tuple[str, ...], callbridge: Command) -> None:
    code, out, _ = callbridge(*asked)
    assert code == 0
    for command in COMMANDS:
        assert re.search(rf"│ {command} +[A-Z][a-z]+ ", out), command


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("records --agent Ann", "no call matches; the store has 3 calls"),
        ("states --agent Ann", "no state matches; `callbridge devices` lists the agents"),
        ("outbox", "nothing waits: the settings name no sink beside the local store"),
    ],
)
def test_a_list_of_nothing_says_why(typed: str, hint: str, callbridge: Command) -> None:
    code, _, err = callbridge(*typed.split(), *CONFIG)
    assert code == 0
    assert hint in err


def test_a_report_is_written_in_the_format_that_its_file_is_named_by(callbridge: Command) -> None:
    assert callbridge("report", "dn", *CONFIG, "--since", "2026-03-01", "--out", "dn.csv") == (0, "", "")
    assert Path("dn.csv").read_text().startswith("dn,")


def test_the_listing_stops_quietly_when_its_reader_has_enough(callbridge: Command) -> None:
    listing = f"{sys.executable} -c 'import bridge.cli, sys; sys.exit(bridge.cli.main())' tags"
    piped = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {listing} | head -c 1"], capture_output=True, text=True, check=False
    )
    assert piped.stderr == ""


def test_a_terminal_without_chinese_shows_the_rest_of_a_listing(callbridge: Command) -> None:
    listing = [sys.executable, "-c", "import bridge.cli, sys; sys.exit(bridge.cli.main())", "tags"]
    shown = subprocess.run(
        listing, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"}
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "incoming_dn_call" in shown.stdout


def test_an_output_that_cannot_be_written_is_one_line(callbridge: Command) -> None:
    listing = f"{sys.executable} -c 'import bridge.cli, sys; sys.exit(bridge.cli.main())' tags > /dev/full"
    refused = subprocess.run(["bash", "-c", listing], capture_output=True, text=True, check=False)
    assert refused.stderr == "callbridge: output: No space left on device; see where the output goes\n"
    assert refused.returncode == 2


def test_a_listing_starts_at_once_because_nothing_that_it_does_not_need_is_loaded() -> None:
    heavy = ("asyncio", "httpx", "websockets", "psycopg", "nats", "sqlite3", "prometheus_client", "bridge.pipeline")
    seen = "import sys, bridge.cli; bridge.cli.main(['tags']); print([m for m in sys.argv[1:] if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", seen, *heavy], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"
