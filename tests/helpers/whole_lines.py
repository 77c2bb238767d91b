"""Reading a file that another process is writing."""

from pathlib import Path


class WholeLines:
    """The lines of a file, each given once. The last one is not given before it has its end: until then it may stop
    in the middle of a character."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._given = 0
        """Bytes."""

    def new(self) -> list[str]:
        """What has been written since the last time; nothing if there is no file yet."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._given)
            got = file.read()
        whole = got[: got.rfind(b"\n") + 1]
        self._given += len(whole)
        return whole.decode().split("\n")[:-1]
