"""All parts, or those that are named."""

import argparse
import multiprocessing

from tests.bench import run

PARTS = ("speed", "calls", "rooms", "hops", "day", "curves", "reports", "board", "call_list")
"""Modules of this package, each with a function ``run``."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all unless named")
    chosen = parser.parse_args().parts or PARTS
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        parser.error(f"{unknown[0]} is no part; there are {', '.join(PARTS)}")
    for name in chosen:
        # Each in a process of its own: what one leaves in memory must not weigh in another, nor what one imports.
        part = multiprocessing.get_context("spawn").Process(target=run, args=(name,))
        part.start()
        part.join()
        if part.exitcode:
            raise SystemExit(part.exitcode)


if __name__ == "__main__":
    main()
