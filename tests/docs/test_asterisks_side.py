"""Whoever types what config/asterisk says has the files there, with a password of their own; nothing else changes."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from bridge.calls.roles import Directory
from bridge.config import load
from bridge.pbx.members import Members
from tests.docs.pages import ROOT, shell_lines, text

PAGE = "config/asterisk/README.md"
LINES = list(shell_lines(PAGE))


def type_all(lines: Iterable[str], etc: Path) -> None:
    """As root on the PBX, whose /etc/asterisk is ``etc``. Asterisk itself is not asked, and keeps its user."""
    for line in lines:
        here = line.replace("/etc/asterisk", str(etc)).replace("root:asterisk", ":")
        subprocess.run(["sh", "-ec", here], cwd=ROOT, check=True)


def between(first: str, last: str) -> list[str]:
    page = text(PAGE)
    return [line for line in LINES if line in page[page.index(first) : page.index(last)] and "-rx" not in line]


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """/etc/asterisk as it was."""
    for name in ("manager", "ari", "modules", "manager_custom", "ari_additional_custom"):
        (tmp_path / f"{name}.conf").write_text("[general]\n")
    return tmp_path


def test_a_plain_asterisk_has_both_users_with_one_password_that_nobody_else_knows(etc: Path) -> None:
    type_all(between("On the PBX, as root", "The modules stay"), etc)
    users = [(etc / "callbridge" / f"{feed}-callbridge.conf").read_text() for feed in ("manager", "ari")]
    secrets = [re.findall(r"^(?:secret|password) = (.*)$", user, re.MULTILINE) for user in users]
    assert secrets[0] == secrets[1]
    assert re.fullmatch(r"[a-z0-9]{32}", secrets[0][0])
    for name, included in (("manager", "manager"), ("ari", "ari"), ("modules", "modules")):
        assert (etc / f"{name}.conf").read_text() == f"[general]\n#include callbridge/{included}-callbridge.conf\n"
    assert {oct(path.stat().st_mode & 0o777) for path in (etc / "callbridge").iterdir()} == {"0o640"}


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md"])
def test_the_lines_that_hand_the_passwords_to_init_read_them_from_the_files_of_both_users(
    page: str, etc: Path
) -> None:
    type_all(between("On the PBX, as root", "The modules stay"), etc)
    exports = [line for line in shell_lines(page) if line.startswith("export CALLBRIDGE_A")]
    typed = "\n".join([*exports, 'echo "$CALLBRIDGE_AMI_SECRET $CALLBRIDGE_ARI_SECRET"'])
    said = subprocess.check_output(["sh", "-ec", typed.replace("/etc/asterisk", str(etc))], text=True)
    users = [(etc / "callbridge" / f"{feed}-callbridge.conf").read_text() for feed in ("manager", "ari")]
    assert said.split() == [re.findall(r"^(?:secret|password) = (.*)$", user, re.MULTILINE)[0] for user in users]


def test_on_freepbx_only_files_change_that_freepbx_never_writes(etc: Path) -> None:
    type_all(between("On the PBX, as root", "Then on a plain"), etc)
    type_all([line for line in between("So instead of the lines", "In the GUI") if "fwconsole" not in line], etc)
    assert {path.name for path in etc.glob("*.conf") if "callbridge" in path.read_text()} == {
        "manager_custom.conf", "ari_additional_custom.conf",
    }  # fmt: skip
    for name in ("manager_custom", "ari_additional_custom"):
        of_the_lab = (ROOT / "docker" / "dialplans" / "freepbx" / f"{name}.conf").read_text()
        assert (etc / f"{name}.conf").read_text() == "[general]\n" + of_the_lab, "the live tests read the same lines"


def test_the_settings_for_freepbx_know_its_trunks_its_dns_and_the_phones_behind_its_queues() -> None:
    settings = load(ROOT / "config" / "freepbx" / "callbridge.toml")
    members = Members()
    members.add("Local/1001@from-queue/n", "1001")
    members.add("hint:1001@ext-local", "1001")
    directory = Directory(settings, members)
    roles = {device: directory.role(device) for device in ("PJSIP/carrier", "PJSIP/1001", "PJSIP/1002", "PJSIP/2001")}
    assert list(roles.values()) == ["customer", "agent", "extension", "supervisor"]
    assert "0277001999" in directory.dns
    assert "600" not in directory.dns
