"""Turns the TOML parser's error into one line for people who know other kinds of settings files."""

import os
import re

from bridge.config.places import NAMED_BY


def not_toml(file: str | os.PathLike[str], text: str, message: str) -> str:
    """One line that also says how to mend it. ``message``: the error of ``tomllib`` for ``text``."""
    at = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if at is None:  # "(at end of document)"
        return f"{file}: not TOML: {one_line(message)}; close what is open"
    line, column = int(at[1]), int(at[2])
    lines = text.replace("\r\n", "\n").split("\n")
    found = lines[line - 1] if line <= len(lines) else ""
    if found[column - 1 : column] == ";":
        return f'{file}:{line}: ";" begins no comment here; write "#"'
    table = re.match(r"\s*\[\[?\s*(\w+)\s*\]", found)
    if table is not None and table[1] in NAMED_BY and ("twice" in message or "overwrite" in message):
        name = table[1]
        once = next((n for n, one in enumerate(lines, 1) if re.match(rf"\s*\[\s*{name}\s*\]", one)), None)
        if once is not None:
            return f"{file}:{once}: [{name}] stands beside another; write [[{name}]] each time, there may be several"
    what = one_line(message[: at.start()])
    return f"{file}:{line}: not TOML: {what} at column {column}; texts stand in quotes, tables in [brackets]"


def one_line(message: str) -> str:
    """The text without line breaks and other characters that cannot be printed."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in message).split())
