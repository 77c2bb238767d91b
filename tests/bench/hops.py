"""How many functions of ``pbx`` a ``Hangup`` passes: in each recorded call, and at most, by the source.

``python -m tests.bench.hops [ROOT]``; of another ROOT, say an older checkout, only what its source says.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from bridge.pbx.mirror import Mirror
from bridge.vocabulary import facts as f
from bridge.vocabulary.facts import Fact
from tests.helpers import recorded

HOUSE = Path(__file__).parents[2]
START = "gone"
"""The applier of ``ChannelGone``."""
Function = tuple[str, str, str]
"""Module, class or nothing, name."""


def passed() -> list[tuple[bool, int]]:
    """Of each Hangup in the recorded calls: whether its channel was dialled, and how many functions it passed."""
    found: list[tuple[bool, int]] = []
    apply, house = Mirror.apply, str(HOUSE / "bridge" / "pbx")

    def counting(self: Mirror, fact: Fact) -> None:
        if not isinstance(fact, f.ChannelGone):
            apply(self, fact)
            return
        count = 0

        def note(frame: FrameType, event: str, _: object) -> None:
            nonlocal count
            count += event == "call" and frame.f_code.co_filename.startswith(house)

        channel = self.channels.get(fact.channel)
        sys.setprofile(note)
        try:
            apply(self, fact)
        finally:
            sys.setprofile(None)
        found.append((channel is not None and channel.dial is not None, count))

    Mirror.apply = counting  # type: ignore[method-assign]
    try:
        for capture in sorted(recorded.CAPTURES.glob("*.jsonl")):
            recorded.replayed(recorded.messages(capture.stem))
    finally:
        Mirror.apply = apply  # type: ignore[method-assign]
    return found


class Source:
    """The functions of ``pbx``, and which of them may call which."""

    def __init__(self, root: Path) -> None:
        self.functions: dict[Function, ast.FunctionDef] = {}
        self._properties: set[Function] = set()
        self._imported: dict[str, set[str]] = {}
        pbx = root / "bridge" / "pbx"
        for path in sorted(pbx.rglob("*.py")):
            module, tree = str(path.relative_to(pbx)), ast.parse(path.read_text())
            self._imported[module] = {
                alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
            }
            for node in tree.body:
                for each in node.body if isinstance(node, ast.ClassDef) else [node]:
                    if isinstance(each, ast.FunctionDef) and not each.name.startswith("__"):
                        owner = node.name if isinstance(node, ast.ClassDef) else ""
                        self.functions[module, owner, each.name] = each
                        if any(isinstance(d, ast.Name) and d.id == "property" for d in each.decorator_list):
                            self._properties.add((module, owner, each.name))

    def called(self, caller: Function) -> Iterator[Function]:
        """Every place in a function where it calls another one, or asks a property."""
        module, owner, _ = caller
        nodes = [*ast.walk(self.functions[caller])]
        calls = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        for node in nodes:
            if isinstance(node, ast.Name):
                here = (module, "", node.id)
                if here in self.functions:
                    yield here
                elif node.id in self._imported[module]:
                    yield from (each for each in self.functions if each[1:] == ("", node.id))
            elif isinstance(node, ast.Attribute):
                of = node.value.id if isinstance(node.value, ast.Name) else ""
                if id(node) not in calls:
                    yield from (each for each in self._properties if each[2] == node.attr)
                elif of == "self":
                    yield from (each for each in self.functions if each == (module, owner, node.attr))
                elif of in self._imported[module]:
                    yield from (
                        each for each in self.functions if each[:2] == (f"{of}.py", "") and each[2] == node.attr
                    )
                elif not hasattr(set, node.attr):
                    yield from (each for each in self.functions if each[1] and each[2] == node.attr)

    def reach(self, start: str) -> tuple[int, int, int]:
        """How many functions can be reached, from how many places, and how many can come back to themselves."""
        begin = next(each for each in self.functions if each[1:] == ("", start))
        edges: dict[Function, list[Function]] = {}
        waiting = [begin]
        while waiting:
            one = waiting.pop()
            if one not in edges:
                edges[one] = [*self.called(one)]
                waiting += edges[one]
        circular = sum(one in _after(edges, one) for one in edges)
        return len(edges), sum(map(len, edges.values())), circular


def _after(edges: dict[Function, list[Function]], start: Function) -> set[Function]:
    found: set[Function] = set()
    waiting = [*edges[start]]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += edges[one]
    return found


def run(root: Path = HOUSE) -> None:
    if root == HOUSE:
        all_of_them = passed()
        for what, counts in (
            ("any channel", [count for _, count in all_of_them]),
            ("an offered leg", [count for was_dialled, count in all_of_them if was_dialled]),
        ):
            print(
                f"a Hangup of {what}: {sum(counts) / len(counts):.1f} functions of pbx, at most {max(counts)} "
                f"({len(counts)} recorded)"
            )
    functions, places, circular = Source(root).reach(START)
    print(f"by the source it may reach {functions} functions from {places} places, {circular} of them in a loop")


if __name__ == "__main__":
    run(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else HOUSE)
