"""The documents for people, and what is quoted in them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FOUND = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "config").rglob("*.md")]
_BESIDE = ("docker/README.md", "docker/compose/README.md", "tests/captures/README.md")
PAGES = [*sorted(str(page.relative_to(ROOT)) for page in _FOUND), *_BESIDE]
_FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def text(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def prose(page: str) -> str:
    """The page without its fenced blocks."""
    return _FENCED.sub("", text(page))


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks in a language; "" for those without one."""
    return [body for _, of, body in _FENCED.findall(text(page)) if of == language]


def shell_lines(page: str) -> Iterator[str]:
    """The lines of indented blocks, and of fenced blocks without a language; continued lines are joined."""
    indented = re.findall(r"^ {4}(\S(?:.*\\\n)*.*)", prose(page), re.MULTILINE)
    fenced = [line for block in blocks(page, "") for line in block.splitlines()]
    for line in (*indented, *fenced):
        yield re.sub(r"\s*\\\n\s*", " ", line).strip()


def commands(page: str) -> Iterator[list[str]]:
    """What follows ``callbridge`` in each of the page's shell lines, as arguments."""
    for line in shell_lines(page):
        if re.match(r"(\S+/)?callbridge [a-z-]", line):
            yield shlex.split(re.sub(r" [>&|].*", "", line), comments=True)[1:]
