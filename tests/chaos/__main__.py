"""``python -m tests.chaos [--seconds 600] [--seed N] [--instances 1]``: exit code 1 if anything is not as it must."""

import argparse
import asyncio
import sys
import time

from tests.chaos.run import chaos


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Calls while everything goes wrong.")
    parser.add_argument("--seconds", type=float, default=600, help="how long things go wrong")
    parser.add_argument("--seed", type=int, help="of what goes wrong when; printed, for another run like this one")
    parser.add_argument("--instances", type=int, default=1, choices=[1, 2])
    parser.add_argument("--desks", type=int, default=8, help="with two agents each")
    parser.add_argument("--rate", type=float, default=1.0, help="calls a second")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else time.time_ns() % 100_000
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what.replace('_', ' ')}", file=sys.stderr, flush=True)

    work = chaos(options.seconds, seed, tell, instances=options.instances, desks=options.desks, rate=options.rate)
    outcome = asyncio.run(work)
    print("\n".join(outcome.lines()))
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
