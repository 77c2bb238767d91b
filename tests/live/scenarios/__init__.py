"""The live scenarios: each a short script for real phones, and the records that its calls must leave.

A scenario names the people it needs as its parameters: ``customer``, agents ``a1`` to ``a5``, supervisors ``s1`` and
``s2``, the extension ``e1`` (their phones), and ``cell`` for numbers and for what happens inside the PBX.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from tests.live.expected import Expected
from tests.live.stage import Cell

Script = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    name: str
    script: Script
    expected: list[Expected]
    number: int
    """Its place in the suite; its customers' numbers are made of it."""

    @property
    def people(self) -> set[str]:
        return set(inspect.signature(self.script).parameters) - {"cell"}

    async def play(self, cell: Cell) -> None:
        await cell.open(self.people, f"0{self.number:03d}00")
        words = {name: cell.phone(name) for name in self.people}
        if "cell" in inspect.signature(self.script).parameters:
            await self.script(cell=cell, **words)
        else:
            await self.script(**words)


Suite = dict[str, Scenario]
Adds = Callable[[Script], Script]


def adding_to(suite: Suite) -> Callable[..., Adds]:
    """The decorator that adds a script to the suite, with one expectation for each record it must leave."""

    def scenario(*expected: Expected) -> Adds:
        def add(script: Script) -> Script:
            name = script.__name__
            if name in suite:
                raise ValueError(f"two scenarios are called {name}")
            suite[name] = Scenario(name, script, list(expected), len(suite) + 1)
            return script

        return add

    return scenario


SCENARIOS: Suite = {}
scenario = adding_to(SCENARIOS)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
