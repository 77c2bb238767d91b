"""The line and the name of a setting in its file, for errors: ``tomllib`` gives values without their lines."""

import tomllib
from typing import Any

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a setting: ``("pbx", 0, "ami", "port")``."""

NAMED_BY = {
    "pbx": "name",
    "agent": "device",
    "dn": "number",
    "queue": "name",
    "cap": "group",
    "code": "sip",
    "sink": "type",
}

LONGEST_SHOWN = 100
"""Letters of a name."""


def place(path: Path, data: dict[str, Any]) -> str:
    """A setting's name as it is written in the file: ``[[pbx]] "pbx1" ami.port``, ``[thresholds] agent_answer``."""
    if not path:
        return ""
    section = str(path[0])
    if len(path) > 1 and isinstance(path[1], int):
        entry = data[section][path[1]]
        name = entry.get(NAMED_BY.get(section, "")) if isinstance(entry, dict) else None
        named = f'"{str(name)[:LONGEST_SHOWN]}"' if isinstance(name, str | int) and name != "" else f"#{path[1] + 1}"
        head = f"[[{section}]] {named}"
        rest = path[2:]
    elif isinstance(data.get(section), dict):
        head, rest = f"[{section}]", path[1:]
    else:
        head, rest = section, path[1:]
    name = ".".join(f"#{step + 1}" if isinstance(step, int) else step for step in rest)
    return f"{head} {name}".replace(".#", " #").rstrip()


def line_of(path: Path, text: str) -> int | None:
    """The line of a setting in valid TOML, from 1; of a setting that is missing, the line of its table."""
    lines = _lines(text)
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return None


def _lines(text: str) -> dict[Path, int]:
    lines: dict[Path, int] = {}
    entries: dict[Path, int] = {}  # for each array of tables, the index of its last entry so far
    table: Path = ()
    for number, statement in _statements(text):
        names = _names(tomllib.loads(statement))
        if not statement.lstrip().startswith("["):
            for name in names:
                lines.setdefault((*table, *name), number)
            continue
        is_entry, table = statement.lstrip().startswith("[["), ()
        for depth, key in enumerate(names[-1], 1):
            table = (*table, key)
            if is_entry and depth == len(names[-1]):
                entries[table] = entries.get(table, -1) + 1
            lines.setdefault(table, number)
            if table in entries:
                table = (*table, entries[table])
            lines.setdefault(table, number)
    return lines


def _statements(text: str) -> list[tuple[int, str]]:
    """The table headers and key/value pairs, each with the number of its first line.

    Each is the shortest run of lines that is valid TOML.
    """
    found: list[tuple[int, str]] = []
    start, pending = 1, ""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not pending:
            start = number
        pending += line + "\n"
        try:
            data = tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue  # a value that goes on over the next line
        if data:
            found.append((start, pending))
        pending = ""
    return found


def _names(data: dict[str, Any]) -> list[tuple[str, ...]]:
    """``{"a": {"b": 1}}`` → ``("a",)``, ``("a", "b")``: the dotted name of one statement and of what encloses it."""
    names: list[tuple[str, ...]] = [()]
    value: Any = data
    while isinstance(value, dict) and value:
        key, value = next(iter(value.items()))
        names.append((*names[-1], key))
    return names[1:]
