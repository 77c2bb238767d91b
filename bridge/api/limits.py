"""Limits how often somebody may ask: a bucket of tokens for each, which fills steadily."""

import time
from collections import OrderedDict

MOST = 10_000
"""Clients that are remembered; beyond this number, those not heard of for longest are forgotten."""


class Limit:
    """``rate`` requests a second in the long run, and up to ``burst`` in a row, for each key."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Take one token. Returns 0, or the seconds until there is one."""
        now = time.monotonic()
        left, at = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        if len(self._left) > MOST:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate
