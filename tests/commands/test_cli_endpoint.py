"""The commands for browser phones and for SIP codes, as typed."""

import json
import time
from pathlib import Path

import pytest

from bridge.cli import main
from bridge.feeds.endpoint_token import Phone, Tokens

KEY = "0123456789abcdef0123456789abcdef"
PBX = """
[[pbx]]
name = "{name}"
[pbx.ami]
host = "{name}.example.com"
username = "bridge"
secret = "s3cret"
"""
ENDPOINT = '[endpoint]\nhost = "127.0.0.1"\norigins = ["https://agents.example.com"]\nsecret = "{key}"\n'


def settings(tmp_path: Path, *pbxs: str, key: str | None = KEY) -> tuple[str, str]:
    file = tmp_path / "callbridge.toml"
    text = "".join(PBX.format(name=name) for name in pbxs or ("pbx1",))
    file.write_text(text + (ENDPOINT.format(key=key) if key else ""))
    return "--config", str(file)


def test_a_printed_token_lets_its_phone_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "PJSIP/1001", *settings(tmp_path)]) == 0
    token = capsys.readouterr().out.strip()
    assert Tokens(KEY, ["pbx1"]).admit(token, time.time()) == Phone("pbx1", "PJSIP/1001")


@pytest.mark.parametrize(
    ("words", "pbxs", "key", "line"),
    [
        (["PJSIP/1001"], ["pbx1"], None, "has no [endpoint]; add it with host, origins and a secret"),
        (["1001"], ["pbx1"], KEY, '"1001" is no device; write its technology too, as in PJSIP/1001'),
        (["PJSIP/1001"], ["pbx1", "pbx2"], KEY, "--pbx is missing; write one of pbx1, pbx2"),
        (["PJSIP/1001", "--pbx", "pbx3"], ["pbx1", "pbx2"], KEY, '--pbx: unknown PBX "pbx3"; did you mean'),
        (["PJSIP/1001"], ["pbx1"], "short", "the secret has 5 characters; write 32 or more: openssl rand -hex 32"),
    ],
)
def test_a_token_that_cannot_be_made_is_one_line(
    words: list[str],
    pbxs: list[str],
    key: str | None,
    line: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["token", *words, *settings(tmp_path, *pbxs, key=key)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert line in said.err
    assert "s3cret" not in said.err


def test_the_codes_are_listed_as_json_with_what_the_settings_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = settings(tmp_path)
    with open(config[1], "a") as file:
        file.write('[[code]]\nsip = 480\ndevice = "PJSIP/1*"\nrung = "cpe_rejected"\n')
    assert main(["codes", "--json", *config, "--device", "PJSIP/1001"]) == 0
    rows = {row["sip"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows[480]["rung"] == "cpe_rejected"
    assert rows[603] == {
        "sip": 603, "meaning": "declined", "cause": 21, "rung": "rejected", "not_rung": "cpe_rejected",
    }  # fmt: skip


def test_the_codes_are_listed_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["codes"]) == 0
    assert any(line.split() == ["486", "17", "busy", "declined", "device", "failed"]
               for line in capsys.readouterr().out.splitlines())  # fmt: skip
