"""Everything known of a PBX has one owner, which alone writes it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bridge.pbx.whole import Pbx
from tests.test_rooms_of_the_house import imports

PBX = Path(__file__).parents[2] / "bridge" / "pbx"
OWNERS = {*Pbx.__slots__, *(f"_{name}" for name in Pbx.__slots__)} - {"devices", "_devices", "queues", "_queues"}
CHANGING = {"add", "append", "clear", "discard", "extend", "pop", "remove", "setdefault", "update"}


def _owned(node: ast.AST) -> bool:
    """Whether an expression names an attribute of an owner (``pbx.state.channels``), or what is in it by a key."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return name in OWNERS


def written_from_outside() -> Iterator[str]:
    for path in sorted(PBX.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign | ast.Delete):
                targets = [t for target in node.targets for t in ast.walk(target)]
            elif isinstance(node, ast.AugAssign | ast.AnnAssign):
                targets = [node.target]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
                targets = [node.func.value]
            else:
                continue
            yield from (f"{path.name}:{node.lineno}: {ast.unparse(node)}" for t in targets if _owned(t))


def test_nobody_writes_what_another_owns() -> None:
    assert [*written_from_outside()] == []


def test_nobody_but_the_table_imports_an_applier() -> None:
    appliers = {name for name in imports() if name.startswith("bridge.pbx.apply.")}
    appliers -= {"bridge.pbx.apply.table", "bridge.pbx.apply.row"}
    importing = {one for one, others in imports().items() if others & appliers}
    assert importing == {"bridge.pbx.apply.table"}
