"""The configuration of the PBX under test, before any PBX reads it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.lab import DNS, ROOT, Lab


def generate(out: Path, *options: str) -> dict[str, str]:
    subprocess.run([sys.executable, ROOT / "docker" / "generate.py", out, *options], check=True)
    return {str(path.relative_to(out)): path.read_text() for path in out.rglob("*.conf")}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    return generate(tmp_path)


def test_every_place_in_a_template_is_filled(files: dict[str, str]) -> None:
    left = {name: re.findall(r"@[A-Z_]+@", text) for name, text in files.items()}
    assert {name: places for name, places in left.items() if places} == {}


def test_every_address_is_a_loopback_address(files: dict[str, str]) -> None:
    addresses = re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", files["pjsip.conf"] + files["http.conf"])
    assert addresses
    assert {address for address in addresses if not address.startswith("127.")} == set()


def test_two_pbxs_side_by_side_share_no_address(tmp_path: Path) -> None:
    one = generate(tmp_path / "one")
    two = generate(tmp_path / "two", "--name", "pbx2", "--address", "127.0.22.2", "--customers", "127.0.2")
    found = [set(re.findall(r"\b127\.0\.\d+\.\d+\b", pbx["pjsip.conf"] + pbx["http.conf"])) for pbx in (one, two)]
    assert all(found)
    assert found[0] & found[1] == set()


def test_no_cell_reaches_into_another(files: dict[str, str]) -> None:
    cells = re.split(r"; =+ cell (\d\d)\n", files["extensions.conf"])[1:]
    for cell, text in zip(cells[::2], cells[1::2], strict=True):
        devices = re.findall(r"PJSIP/([123])(\d\d)\d\b", text) + re.findall(r"(trunk)(\d\d)\b", text)
        assert devices
        assert {nn for _, nn in devices} == {cell}


def test_a_second_run_leaves_right_files_alone(tmp_path: Path) -> None:
    generate(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.conf")}
    generate(tmp_path)
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.conf")}


def test_the_dial_table_the_settings_and_the_dialplan_name_the_same_numbers(files: dict[str, str]) -> None:
    table = (ROOT / "docker" / "README.md").read_text()
    table = table[table.index("## What a customer can dial") : table.index("## What staff can dial")]
    written = {int(xx) for xx in re.findall(r"^\| (\d\d) \|", table, re.MULTILINE)}
    dialled = set()
    trunk = files["extensions.conf"].split("[from-trunk-01]")[1].split("\n[")[0]
    for pattern in re.findall(r"^exten => _?801(\S+),1,", trunk, re.MULTILINE):
        dialled |= {xx for xx in range(100) if re.fullmatch(pattern, f"{xx:02}")}
    assert written == set(DNS)
    assert dialled == set(DNS)


def test_the_services_own_users_cannot_change_the_pbx(files: dict[str, str]) -> None:
    manager = files["callbridge/manager-callbridge.conf"]
    assert re.findall(r"^write = (.*)$", manager, re.MULTILINE) == ["reporting"]
    assert "read_only = yes" in files["callbridge/ari-callbridge.conf"]
    assert Lab.bridge_secret in manager
    assert "change-me" not in manager


def test_every_queue_has_one_strategy(files: dict[str, str]) -> None:
    """app_queue keeps the first that it reads, so a template's would win over the queue's own."""
    template, *queues = re.split(r"^\[q\d\d-", files["queues.conf"], flags=re.MULTILINE)
    assert "strategy =" not in template
    assert queues
    assert {text.count("strategy =") for text in queues} == {1}
