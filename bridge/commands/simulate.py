"""``callbridge simulate``: simulated PBXs, for sizing and for trying sinks."""

import asyncio
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from bridge.errors import FileError, UsageError
from bridge.files import private
from bridge.service.stopping import until_told
from bridge.simulate import pbxs as simulated
from bridge.simulate.story import stories
from bridge.simulate.timeline import Plan


def command(
    *,
    pbxs: Annotated[int, Parameter(help="How many PBXs.")] = 1,
    rate: Annotated[float, Parameter(help="Calls begun a second on each PBX.")] = 1.0,
    seconds: Annotated[float, Parameter(help="For how long calls begin.")] = 60.0,
    talk: Annotated[float, Parameter(help="Mean length of a conversation, in seconds.")] = 60.0,
    seed: Annotated[int, Parameter(help="The same seed makes the same calls.")] = 1,
    port: Annotated[int, Parameter(help="AMI port of the first PBX on 127.0.0.1; the others follow it.")] = 15038,
    clients: Annotated[int, Parameter(help="How many callbridges to wait for on each PBX.")] = 1,
    out: Annotated[Path | None, Parameter(help="Write a capture instead of listening.")] = None,
    settings: Annotated[Path | None, Parameter(help="Only write settings that fit these PBXs to a new file.")] = None,
) -> None:
    """Be the PBXs of a contact centre, on this machine; count the calls, and the tags that they must have."""
    for option, value, least in (
        ("--pbxs", pbxs, 1),
        ("--rate", rate, 0.001),
        ("--seconds", seconds, 0),
        ("--talk", talk, 0),
        ("--port", port, 1),
        ("--clients", clients, 1),
    ):
        if not least <= value < float("inf"):
            raise UsageError(f"{option}: {value} is too little or too much; write {least} or more")
    if port + pbxs > 65536:
        raise UsageError(f"--port: {pbxs} ports from {port} on are too many; write {65536 - pbxs} or less")
    if settings is not None:
        _write_settings(settings, pbxs, port)
        return
    plan = Plan(stories(), rate=rate, seconds=seconds, talk=talk, seed=seed)
    if out is not None:
        simulated.to_file(plan, pbxs, out)
    else:
        asyncio.run(until_told(simulated.live(plan, pbxs, port, clients)))


def _write_settings(path: Path, pbxs: int, port: int) -> None:
    """Write the settings file. Raises ``FileError`` if it exists: somebody may have added sinks to it."""
    try:
        with private(path, "xb") as file:
            file.write(simulated.settings(pbxs, port).encode())
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}; name a new file that can be written") from None
