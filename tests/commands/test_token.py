"""``callbridge token``: who is let in."""

from pathlib import Path

import pytest

from bridge.cli import main
from bridge.store.access import Access
from tests.commands.test_cli import CONFIG, Command, callbridge

__all__ = ["callbridge"]


def test_a_token_is_printed_once_and_opens_what_its_role_may_see(callbridge: Command) -> None:
    code, out, _ = callbridge("token", "add", "Wall 1", "--role", "viewer", "--days", "30", *CONFIG)
    assert code == 0
    access = Access("callbridge.db.access")
    who = access.by_token(out.strip())
    access.close()
    assert who is not None
    assert (who.name, who.role) == ("Wall 1", "viewer")
    _, listed, _ = callbridge("token", "list", *CONFIG)
    assert "Wall 1" in listed
    assert out.strip() not in listed


def test_whoever_makes_a_token_where_no_page_is_served_is_told_so(callbridge: Command) -> None:
    _, _, err = callbridge("token", "add", "me", "--role", "viewer", *CONFIG)
    assert "no page is served: the settings have no [web]; add it, and start the service again" in err
    with Path("callbridge.toml").open("a") as file:
        file.write("\n[web]\n")
    _, _, err = callbridge("token", "add", "you", "--role", "viewer", *CONFIG)
    assert err == ""


def test_a_token_taken_back_opens_nothing(callbridge: Command) -> None:
    _, out, _ = callbridge("token", "add", "guest", "--role", "supervisor", *CONFIG)
    assert callbridge("token", "remove", "guest", *CONFIG)[0] == 0
    access = Access("callbridge.db.access")
    assert access.by_token(out.strip()) is None
    access.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["remove", "gest"], 'no token "gest"; did you mean "guest"?'),
        (["add", "guest", "--role", "viewer"], 'there is a token "guest" already; remove it first'),
        (["add", "more", "--role", "boss"], "--role"),
        (["add", "more", "--role", "viewer", "--days", "0"], "--days: 0 is too little or too much"),
        (["add", " ", "--role", "viewer"], "the name is empty"),
        (["lst"], '"lst" is none of add, list, remove; did you mean "list"?'),
    ],
)
def test_a_mistake_is_told_in_one_line(callbridge: Command, words: list[str], said: str) -> None:
    callbridge("token", "add", "guest", "--role", "viewer", *CONFIG)
    code, out, err = callbridge("token", *words, *CONFIG)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_the_token_of_a_browser_phone_is_asked_for_as_before(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "callbridge.toml"
    settings.write_text(
        '[[pbx]]\nname = "pbx1"\n[pbx.ami]\nhost = "127.0.0.1"\nusername = "bridge"\nsecret = "s"\n'
        '[endpoint]\nhost = "127.0.0.1"\norigins = ["https://agents.example.com"]\n'
        'secret = "0123456789abcdef0123456789abcdef"\n'
    )
    assert main(["token", "PJSIP/1001", "--config", str(settings)]) == 0
    assert len(capfd.readouterr().out.strip()) > 40
