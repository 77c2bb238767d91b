"""Whoever types what a document says gets what it promises."""

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from cyclopts import CycloptsError

from bridge.cli import app, main
from bridge.store.records import SqliteStore
from bridge.vocabulary.record import Record
from tests.docs.pages import PAGES, ROOT, blocks, commands, prose, shell_lines, text

GUIDE = "docs/operating.md"
COMMANDS = [(page, arguments) for page in PAGES for arguments in commands(page)]


@pytest.fixture
def beside_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory as the README leaves it: the settings copied, and the call of the README on record."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLBRIDGE_AMI_SECRET", "secret")
    monkeypatch.setenv("CALLBRIDGE_ARI_SECRET", "secret")
    shutil.copy(ROOT / "config" / "callbridge.toml", tmp_path)
    store = SqliteStore("callbridge.db")
    store.write([readme_record()])
    store.close()
    return tmp_path


def readme_record() -> Record:
    (shown,) = blocks("README.md", "json")
    return msgspec.json.decode(shown, type=Record)


@pytest.mark.parametrize(
    ("page", "arguments"), COMMANDS, ids=[f"{page}: {shlex.join(arguments)}" for page, arguments in COMMANDS]
)
def test_every_command_in_the_documents_can_be_typed_as_it_stands(page: str, arguments: list[str]) -> None:
    if arguments == ["--version"]:
        return
    try:
        app.parse_args(arguments, print_error=False, exit_on_error=False)
    except CycloptsError as error:
        pytest.fail(f"{page}: callbridge {shlex.join(arguments)}: {error}")


def test_the_operating_guide_lists_every_command_with_options_that_it_has() -> None:
    listed = {
        name: line for line in text(GUIDE).splitlines() for name in re.findall(r"^\| `callbridge ([\w-]+)", line)
    }
    assert set(listed) == offered()
    for name, line in listed.items():
        assert set(re.findall(r"`[^`]*?(--[a-z-]+)", line)) <= options(name), name


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_in_a_sentence_exists_with_its_options(page: str) -> None:
    for name, rest in re.findall(r"`callbridge ([a-z-]+)([^`]*)`", prose(page)):
        assert name in offered(), name
        assert set(re.findall(r"--[a-z-]+", rest)) <= options(name), name


def offered() -> set[str]:
    return {name for name in app if not name.startswith("-")}


def options(command: str) -> set[str]:
    known = app[command]
    both = [known, *(known[name] for name in known if not name.startswith("-"))]
    return {word for one in both for argument in one.assemble_argument_collection() for word in argument.names}


def test_the_call_of_the_readme_is_explained_as_it_shows(
    beside_a_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (arguments,) = (a for a in commands("README.md") if a[0] == "explain")
    assert main(arguments) == 0
    (shown,) = (block for block in blocks("README.md", "") if block.startswith("Call "))
    assert capsys.readouterr().out.strip() == shown.strip()


def test_the_record_of_the_readme_has_the_fields_that_records_have_today() -> None:
    (shown,) = blocks("README.md", "json")
    assert json.loads(shown) == json.loads(msgspec.json.encode(readme_record()))


BESIDE_A_STORE = {
    "records",
    "explain",
    "devices",
    "states",
    "outbox",
    "report",
    "erase",
    "endpoint-script",
    "codes",
    "tags",
}
"""Commands that need neither a PBX nor a running service; with ``token add``, ``token list`` and ``token remove``."""


@pytest.mark.parametrize("page", ["README.md", GUIDE, "docs/reports.md", "docs/reports.zh-TW.md"])
def test_every_command_of_the_documents_that_needs_no_pbx_does_what_it_is_shown_for(
    page: str, beside_a_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [
        a
        for a in commands(page)
        if a[0] in BESIDE_A_STORE or a[:2] in (["token", "add"], ["token", "list"], ["token", "remove"])
    ]
    for arguments in typed:
        assert main(arguments) == 0, arguments
        if "--out" in arguments:
            written = arguments[arguments.index("--out") + 1]
            assert [*beside_a_store.glob(written.replace("{month}", "????-??").replace("{day}", "????-??-??"))], (
                arguments
            )
    if page in {"README.md", GUIDE}:
        assert "1161" in capsys.readouterr().out


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="sqlite3 is not installed")
def test_each_backup_of_the_guide_has_every_record_while_the_service_runs(beside_a_store: Path) -> None:
    lines = [line for line in shell_lines(GUIDE) if line.startswith("sqlite3 ")]
    assert len(lines) == 2
    running = SqliteStore("callbridge.db")
    running.write([msgspec.structs.replace(readme_record(), record_id=f"{n:032x}") for n in range(20)])
    for line in lines:
        subprocess.run(shlex.split(line), check=True)
    shutil.copy("callbridge.db", "plain.db")  # the trap that the guide warns of
    running.close()
    for copy, kept in (("copy.db", 21), ("compact.db", 21), ("plain.db", 1)):
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("SELECT count(*) FROM records").fetchone() == (kept,), copy


def test_a_backup_is_restored_by_the_lines_of_the_guide_and_nothing_of_the_old_file_is_left_beside_it(
    beside_a_store: Path,
) -> None:
    shutil.copy("callbridge.db", "copy.db")
    running = SqliteStore("callbridge.db")
    running.write([msgspec.structs.replace(readme_record(), record_id=f"{n:032x}") for n in range(20)])
    Path("callbridge.db.calls").write_text("the journal\n")
    page = text(GUIDE)
    lines = [
        line for line in shell_lines(GUIDE) if line in page[page.index("To restore, in") : page.index("Move the old")]
    ]
    assert [line for line in lines if line.startswith("systemctl")] == [
        "systemctl stop callbridge",
        "systemctl start callbridge",
    ]
    subprocess.run(["sh", "-c", "\n".join(line for line in lines if not line.startswith("systemctl"))], check=True)
    running.close()
    with closing(sqlite3.connect("callbridge.db")) as db:
        assert db.execute("SELECT count(*) FROM records").fetchone() == (1,)
    assert sorted(path.name for path in Path("aside").iterdir())[0] == "callbridge.db"
    assert Path("callbridge.db.calls").exists()


def test_each_line_for_cron_is_a_command_that_there_is() -> None:
    (table,) = blocks(GUIDE, "cron")
    for line in table.splitlines():
        *_, user, program, rest = line.split(maxsplit=7)
        assert (user, program) == ("callbridge", "/opt/callbridge/bin/callbridge")
        app.parse_args(shlex.split(rest), print_error=False, exit_on_error=False)


def test_the_query_of_the_guide_runs_on_a_store(beside_a_store: Path) -> None:
    (who,) = (query for query in blocks(GUIDE, "sql") if "json_each" in query)
    with closing(sqlite3.connect("callbridge.db")) as db:
        assert db.execute(who).fetchall() == [("1161", 1)]


def test_every_make_target_in_the_documents_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        typed = {line.split()[1] for line in shell_lines(page) if line.startswith("make ")}
        quoted = set(re.findall(r"`(?:[A-Z_]+=\S+ )?make ([a-z-]+)[^`]*`", prose(page)))
        assert typed | quoted <= targets, page
