"""What the documents say to type on Asterisk's console exists there."""

import re

import pytest

from tests.docs.pages import PAGES, text
from tests.live.lab import Lab

TYPED = sorted({command for page in PAGES for command in re.findall(r'asterisk -rx "([^"]+)"', text(page))})


@pytest.mark.parametrize("command", TYPED)
def test_every_command_for_the_console_exists(command: str, lab: Lab) -> None:
    assert "No such command" not in lab.cli(command)


def test_a_command_that_does_not_exist_would_be_found(lab: Lab) -> None:
    assert "No such command" in lab.cli("ari reload")
