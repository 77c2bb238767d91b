"""The settings file that is proposed for a PBX, with the reason for each line as a comment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from bridge.survey.look import Looked
from bridge.survey.propose import patterns

WIDTH = 100
"""Characters of a line of the file that an editor shows without scrolling."""


class Given(NamedTuple):
    """What whoever asks for settings has said."""

    name: str
    """Of the PBX."""
    host: str
    port: int
    user: str
    ari: str | None
    """Its address."""
    store: str
    postgres: str | None
    """libpq's dsn."""
    files: Mapping[str, str]
    """Of ``AMI``, ``ARI`` and ``DB``, as far as there is one: the file beside the settings that holds the secret."""


def written(looked: Looked, given: Given) -> str:
    """The settings as TOML."""
    lines = [
        "# Proposed by callbridge init. Change what is wrong, then: callbridge check --config THIS FILE",
        "# Relative paths start at this file's directory. docs/operating.md explains every setting.",
        *(f"# Not seen: {lack}" for lack in looked.lacks),
        *_pbx(given), *_roles(looked), *_numbers(looked), *_ends(given),
    ]  # fmt: skip
    return "\n".join(_one_line(line) for line in lines) + "\n"


def _pbx(given: Given) -> Iterator[str]:
    yield from ("", "[[pbx]]", f"name = {_quoted(given.name)}")
    yield from ("[pbx.ami]", f"host = {_quoted(given.host)}", f"port = {given.port}")
    yield from (f"username = {_quoted(given.user)}", f"secret_file = {_quoted(given.files['AMI'])}")
    if given.ari is not None:
        yield from ("[pbx.ari]", f"url = {_quoted(given.ari)}", f"username = {_quoted(given.user)}")
        yield f"secret_file = {_quoted(given.files['ARI'])}"


def _roles(looked: Looked) -> Iterator[str]:
    found, everybody = looked.proposal, looked.seen.devices
    yield from ("", "[roles]")
    for key, devices in (("trunks", found.trunks), ("agents", found.agents), ("supervisors", found.supervisors)):
        yield from (f"# {device}: {why}" for device, why in devices.items())
        yield from _listed(key, [_quoted(pattern) for pattern in patterns(devices, everybody - devices.keys())])
    named = [name for queue in looked.seen.queues.values() for device, name in queue.items() if name != device]
    if named:
        yield "# Records name agents by extension. To have the names that queues give them, such as"
        yield f"# {named[0]}, take the # away from the next line:"
        yield '# agent_names = "member"'
    if found.unknown:
        names = ", ".join(found.unknown)
        yield f"# Phones in no queue, for you to name if they are agents' or supervisors': {names}"


def _listed(key: str, values: Sequence[str]) -> Iterator[str]:
    """A setting that is a list: in one line if it can be read there, else one value a line."""
    line = f"{key} = [{', '.join(values)}]"
    if len(line) <= WIDTH:
        yield line
    else:
        yield from (f"{key} = [", *(f"    {value}," for value in values), "]")


def _numbers(looked: Looked) -> Iterator[str]:
    found = looked.proposal
    for number, why in found.dns.items():
        yield from ("", f"# {why}", "[[dn]]", f"number = {_quoted(number)}")
    if found.left_out:
        yield from ("", f"# {found.left_out} more numbers are left out; name many at once by a pattern:")
        yield from ("# [[dn]]", '# number = "_0277001XXX"')
    if not found.dns:
        yield from ("", "# No number was seen. For each number of the contact centre, as the trunk dials it:")
        yield from ("# [[dn]]", '# number = "8000"')
    for queue, seconds in found.queues.items():
        yield from ("", "# its servicelevel in queues.conf", "[[queue]]", f"name = {_quoted(queue)}")
        yield f"customer_waiting_threshold = {seconds:g}"


def _ends(given: Given) -> Iterator[str]:
    yield from ("", "[thresholds]                     # seconds; the defaults")
    yield from ("agent_answer = 20", "customer_waiting = 60")
    yield from ("", "[[sink]]", 'type = "sqlite"', f"path = {_quoted(given.store)}")
    if given.postgres is not None:
        yield from ("", "[[sink]]", 'type = "postgres"', f"dsn = {_quoted(given.postgres)}")
        if "DB" in given.files:
            yield f"secret_file = {_quoted(given.files['DB'])}"
    yield from ("", "[web]                            # http://127.0.0.1:8090, for whoever has a token:")
    yield "# callbridge token add NAME --role supervisor --config THIS FILE"
    yield from ("", "[metrics]                        # http://127.0.0.1:9470/metrics, /healthz, /readyz")


def _quoted(text: str) -> str:
    """A TOML text. TOML reads JSON's."""
    return msgspec.json.encode(text).decode()


def _one_line(line: str) -> str:
    """What a PBX says may hold anything; a comment ends at its line."""
    return "".join(letter if letter.isprintable() else " " for letter in line)
