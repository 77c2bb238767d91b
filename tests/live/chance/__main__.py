"""Plays calls that seeds make, compares the records of three instances with what the phones did, and tells each that
differs as a script.

python -m tests.live.chance --first 1 --calls 100 [--name chance|chance16] [--kept DIRECTORY]
python -m tests.live.chance --again DIRECTORY
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.live.chance.season import Tried, again, told, tried
from tests.live.lab import LABS, say


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.live.chance", description="Calls put together at random.")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--name", choices=("chance", "chance16"), default="chance")
    parser.add_argument("--kept", type=Path, help="where records and the capture are kept")
    parser.add_argument("--again", type=Path, help="judge what was kept there by the rules of today")
    options = parser.parse_args()
    every = again(options.again) if options.again else _played(options)
    print(told(every))
    return 1 if any(each.differences for each in every) else 0


def _played(options: argparse.Namespace) -> list[Tried]:
    lab = LABS[options.name]
    kept = options.kept or Path(tempfile.mkdtemp(prefix="chance-"))
    ours = lab.up()
    try:
        seeds = range(options.first, options.first + options.calls)
        return asyncio.run(tried(lab, kept, seeds, say))
    finally:
        if ours:
            lab.down()
        say(f"kept in {kept}")


if __name__ == "__main__":
    sys.exit(main())
