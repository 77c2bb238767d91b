"""What a person is told when something cannot be done: one line that names the place and the mend."""

import re
import traceback
from collections.abc import Collection, Mapping

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, of a terminal or of the direction of writing."""


def printable(text: str, keep: str = "") -> str:
    """Text as a terminal or a log may get it, whatever a caller or a PBX has put into it: control characters, except
    those of ``keep``, are written as Python writes them."""
    return _UNSHOWN.sub(lambda found: found[0] if found[0] in keep else repr(found[0])[1:-1], text)


def where_of(error: BaseException) -> str:
    """An unforeseen error by its type and its place in the code, as ``KeyError in ami.py:120``. Its own text is left
    out, for it may quote a message, a record or a number."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


class BridgeError(Exception):
    """One line naming the place and the mend. The commands print it and end with exit code 2."""


class UsageError(BridgeError):
    """A bad argument."""


class SettingsError(BridgeError):
    """What is wrong with the settings: file, line, setting and mend."""


class FileError(BridgeError):
    """A file or a port of this machine that cannot be used."""


class LogError(BridgeError):
    """A log of the PBX that cannot be read."""


class SinkError(BridgeError):
    """A sink cannot be opened, written or read: one line naming it and the mend.

    After a ``write``, the records named in ``delivered`` and ``refused`` are settled all the same; the others may be
    written again.
    """

    def __init__(
        self,
        line: str,
        *,
        delivered: Collection[str] = (),
        refused: Mapping[str, str] | None = None,
        pause: float = 0.0,
    ) -> None:
        super().__init__(line)
        self.delivered = delivered
        """Ids of records that are safe there."""
        self.refused = refused or {}
        """Ids of records that this sink will never take, each with the reason in one line."""
        self.pause = pause
        """Seconds that the sink asked to be left alone."""
