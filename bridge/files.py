"""Files that hold what callers said of themselves: whoever else has an account on the machine does not read them.

Only their owner does, and a group if the settings name one.
"""

import contextlib
import grp
import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bridge.errors import SettingsError

OWN, OF_GROUP = 0o600, 0o640
_group: list[int] = []
"""The id of the group that may read what is created from now on; empty: none may."""


def share_with(group: str | None) -> None:
    """Let a group read the files of this process, as ``[files] group`` says. Raises ``SettingsError`` where there is
    none of that name, or this user is not in it."""
    _group.clear()
    if group is None:
        return
    try:
        known = grp.getgrnam(group)
    except KeyError:
        raise SettingsError(f'[files] group: there is no group "{group}" on this machine; see getent group') from None
    if os.geteuid() != 0 and known.gr_gid not in {os.getegid(), *os.getgroups()}:
        raise SettingsError(
            f'[files] group: this user is not in "{group}", so files cannot be given to it; add it: usermod -aG'
        )
    _group.append(known.gr_gid)


def private(path: str | Path, mode: str, *, buffering: int = -1) -> BinaryIO:
    """Opens a file for bytes; one that is new can be read and written by its owner alone, whatever the umask says,
    and read by the group of `share_with`. Raises ``OSError``."""
    return open(path, mode, buffering, opener=_opener)  # type: ignore[return-value]


def create_private(path: str | Path) -> None:
    """Creates an empty file of that kind if there is none, for others to open. An existing one is not touched, for to
    open and close it would take away the locks that SQLite holds on it."""
    with contextlib.suppress(OSError):
        os.close(_created(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWN), path))


def _opener(path: str, flags: int) -> int:
    if flags & os.O_EXCL:
        return _created(os.open(path, flags, OWN), path)
    with contextlib.suppress(FileExistsError):
        if flags & os.O_CREAT:
            return _created(os.open(path, flags | os.O_EXCL, OWN), path)
    return os.open(path, flags & ~os.O_CREAT, OWN)


def _created(file: int, path: str | Path) -> int:
    """Gives a new file to the group, if there is one. Made by root, it belongs to whoever owns its folder, as whom
    the service runs: a command that root types must leave nothing that the service cannot open."""
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # root in a container may not
            folder = os.stat(os.path.dirname(path) or ".")
            os.fchown(file, folder.st_uid, folder.st_gid)
    for group in _group:
        os.fchown(file, -1, group)
        os.fchmod(file, OF_GROUP)
    return file


def service_user(folder: str | Path) -> pwd.struct_passwd | None:
    """The owner of a folder, as whom the service runs that keeps its files there. None if this is not root, or may
    not act as another; if root owns it; or if no user of this machine does: a container's folder may come from
    outside."""
    if os.geteuid() != 0:
        return None
    try:
        os.setgroups(os.getgroups())  # root in a container may lack the right
        owner = pwd.getpwuid(os.stat(folder or ".").st_uid)
    except (OSError, KeyError):
        return None
    return owner if owner.pw_uid != 0 else None


@contextlib.contextmanager
def acting_as(user: pwd.struct_passwd) -> Iterator[None]:
    """Let root open files only where ``user`` may."""
    before, ours = os.getegid(), os.getgroups()
    os.setgroups(os.getgrouplist(user.pw_name, user.pw_gid))
    os.setegid(user.pw_gid)
    os.seteuid(user.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(before)
        os.setgroups(ours)
