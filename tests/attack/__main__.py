"""``python -m tests.attack [NAME...]``: a line for each attack; exit code 1 if the service did not bear one."""

import argparse
import asyncio
import inspect
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.attack import crowds, impostors, keeping, machine, partners, shapes, talking, visitors
from tests.attack.target import LONGEST

Attack = Callable[[Path], Awaitable[tuple[str, bool]]]


def attacks() -> dict[str, Attack]:
    """By name, in order."""
    found = {}
    for module in (shapes, crowds, talking, partners, impostors, visitors, keeping, machine):
        for name, attack in vars(module).items():
            if inspect.iscoroutinefunction(attack) and [*inspect.signature(attack).parameters] == ["folder"]:
                found[name.replace("_", " ")] = attack
    return found


async def _made(attack: Attack) -> tuple[str, bool]:
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        try:
            async with asyncio.timeout(LONGEST):
                return await attack(Path(folder))
        except TimeoutError:
            return "not what was waited for", False
        except Exception as error:
            return f"{type(error).__name__}: {error}", False


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="part of an attack's name; all unless named")
    names, failed, known = parser.parse_args().names, 0, attacks()
    for name, attack in known.items():
        if names and not any(part in name for part in names):
            continue
        begun = time.monotonic()
        did, is_good = asyncio.run(_made(attack))
        failed += not is_good
        print(f"{'ok    ' if is_good else 'FAILED'} {name}: {did} ({time.monotonic() - begun:.0f} s)", flush=True)
    print(f"{failed} failed" if failed else "all borne")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
