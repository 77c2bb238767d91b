"""The rooms of ``bridge/`` stand in one order, and no import runs against it (docs/architecture.md).

``python -m tests.test_rooms_of_the_house`` prints what it finds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bridge.cli import COMMANDS

BRIDGE = Path(__file__).parents[1] / "bridge"
ORDER = (
    "errors", "files", "vocabulary", "config", "wire", "feeds", "pbx", "calls", "tags", "records", "states", "live",
    "pipeline", "store", "sinks", "reports", "service", "api", "web", "simulate", "survey", "commands", "cli",
)  # fmt: skip
"""From the ground up: a room imports from those before it, and from itself."""
APART = {"feeds": {"pbx"}, "pbx": {"feeds"}, "store": {"pipeline"}, "sinks": {"pipeline"}, "simulate": {"service"}}
"""And some know nothing of a room that stands below them."""


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(BRIDGE.rglob("*.py")):
        parts = path.relative_to(BRIDGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports() -> dict[str, set[str]]:
    """Which module imports which, those for types alone included."""
    known = modules()
    return {name: set(_imported(path, known)) - {name} for name, path in known.items()}


def _imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.module in known:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else node.module for name in names)


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def backward(graph: dict[str, set[str]]) -> list[str]:
    """Imports from a room that stands above, or that the importing one knows nothing of."""
    return [
        f"{one} -> {other}"
        for one, others in sorted(graph.items())
        for other in sorted(others)
        if room(one) and room(other) and room(one) != room(other)
        and (ORDER.index(room(other)) > ORDER.index(room(one)) or room(other) in APART.get(room(one), ()))
    ]  # fmt: skip


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Modules that import one another in a loop."""
    reach = {name: _reached(graph, name) for name in graph}
    loops = {frozenset(o for o in reach[name] if name in reach[o]) for name in graph if name in reach[name]}
    return sorted(sorted(loop) for loop in loops)


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [*graph[start]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph[name]
    return found


def test_every_room_of_the_house_has_its_place_in_the_order() -> None:
    assert {room(name) for name in modules() if room(name)} == set(ORDER)


def test_no_room_reaches_back_to_one_that_stands_above_it() -> None:
    assert backward(imports()) == []


def test_only_the_store_knows_sqlite_but_for_the_pbxs_own_log_tables() -> None:
    knowing = {name for name, path in modules().items() if _is_imported("sqlite3", path)}
    assert {name for name in knowing if room(name) != "store"} == {"bridge.feeds.tables"}


def _is_imported(name: str, path: Path) -> bool:
    return any(
        (isinstance(node, ast.Import) and name in [alias.name for alias in node.names])
        or (isinstance(node, ast.ImportFrom) and node.module == name)
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_every_command_is_a_file_of_its_own() -> None:
    shared = {f"bridge.commands{name}" for name in ("", ".options", ".report_shown", ".tables")}
    files = {name for name in modules() if room(name) == "commands"} - shared
    assert files == {f"bridge.commands.{name.replace('-', '_')}" for name in COMMANDS}


def test_no_files_import_one_another_in_a_circle() -> None:
    assert circles(imports()) == []


if __name__ == "__main__":
    graph = imports()
    print(f"{len(graph)} modules, {sum(len(others) for others in graph.values())} imports")
    for line in backward(graph):
        print("backward:", line)
    for loop in circles(graph):
        print(f"circle of {len(loop)}:", ", ".join(loop))
