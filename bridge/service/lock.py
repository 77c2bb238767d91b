"""Allows one service a store: two services with the same settings would share one journal and take each other's
feeds."""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from bridge.errors import FileError


class Taken(FileError):
    """Another service holds the lock."""


@contextlib.contextmanager
def alone(store: str) -> Iterator[None]:
    """Hold the lock of a store: the file ``STORE.lock``, which holds our process id. The lock ends with the process,
    however the process ends. Raises ``Taken``, which names the holder, and ``FileError``."""
    path = store + ".lock"
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        if error.errno == errno.ENOSPC:  # a full disk is no reason not to follow calls
            yield
            return
        raise FileError(f"{path}: {error.strerror}; name a store in a folder that can be written") from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = os.read(lock, 20).decode(errors="replace").strip()
            holder = f"process {pid}" if pid.isdecimal() else "another process"
            raise Taken(
                f"{store}: a callbridge runs with this store already, {holder}; stop it, or name another store"
            ) from None
        with contextlib.suppress(OSError):
            os.ftruncate(lock, 0)
            os.write(lock, b"%d\n" % os.getpid())
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def alone_by(settings: Path) -> Iterator[None]:
    """Hold a lock where there is no store: a lock on the settings file itself, which is only read. Raises ``Taken``
    and ``FileError``."""
    try:
        file = os.open(settings, os.O_RDONLY)
    except OSError as error:
        raise FileError(f"{settings}: {error.strerror}; name the settings file") from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Taken(
                f"{settings}: a callbridge runs with these settings already, {_process(file)}; stop it"
            ) from None
        yield
    finally:
        os.close(file)


def _process(file: int) -> str:
    """The process that holds the lock of an open file, as Linux lists it."""
    inode = str(os.fstat(file).st_ino)
    with contextlib.suppress(OSError), open("/proc/locks", encoding="ascii") as locks:
        for line in locks:
            words = line.split()
            if len(words) > 5 and words[1] == "FLOCK" and words[5].rpartition(":")[2] == inode:
                return f"process {words[4]}"
    return "another process"


def holder(store: str) -> int | None:
    """The process that holds the lock of a store, or None. Raises ``FileError``."""
    path = store + ".lock"
    try:
        with open(path, "rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                pid = lock.read(20).decode(errors="replace").strip()
                return int(pid) if pid.isdecimal() else None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}; run this as the service's user or as root") from None
    return None
