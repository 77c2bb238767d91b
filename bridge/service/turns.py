"""How soon the event loop, which reads the feeds, gets its turn from threads that compute reports and pages."""

import sys

TURN = 0.001
"""Seconds after which a thread gives its turn away. With Python's own 5 ms, four busy threads kept the loop waiting
six times as long; a shorter turn gained no more."""


def take_short_turns() -> None:
    sys.setswitchinterval(TURN)
