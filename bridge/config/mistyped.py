"""Turns msgspec's error about a wrong type or an unknown key into an error about the settings file."""

import re
from typing import Any, get_args

import msgspec

from bridge.config.checks import Fault
from bridge.config.nearest import nearest
from bridge.config.places import Path
from bridge.config.sinks import Sink
from bridge.config.types import Settings

_KINDS = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
    "date": "a date",
    "datetime": "a date and time",
    "time": "a time of day",
}
_SINKS: list[str] = [kind.__struct_config__.tag for kind in get_args(Sink)]
_MENDS = {
    "str": 'write it in quotes, as in "8000"',
    "int": "write digits without quotes, as in 5038",
    "float": "write seconds without quotes, as in 20",
    "bool": "write true or false without quotes",
}


def mistyped(message: str, data: dict[str, Any]) -> Fault:
    """The fault behind ``message``, the text of msgspec's ``ValidationError`` for ``data``, the parsed TOML."""
    said, _, way = message.partition(" - at `$")
    path: Path = tuple(int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]`]+", way))
    if key := re.search(r"missing required field `(.*)`", said):
        return Fault(path, f"{key[1]} is missing; add it")
    if key := re.search(r"unknown field `(.*)`", said):
        return Fault((*path, key[1]), "unknown key; " + nearest(key[1], _known_keys(path, data)))
    if expected := re.search(r"Expected `([^`]*)`, got `([^`]*)`", said):
        wanted = expected[1].removesuffix(" | null")
        mend = _MENDS.get(wanted) or _mend_shape(path, wanted)
        found = "a fraction" if expected[2] == "float" else _KINDS.get(expected[2], expected[2])
        return Fault(path, f"expected {_KINDS.get(wanted, wanted)}, got {found}; {mend}")
    choices = _SINKS if path[-1] == "type" else _known_values(path, data)
    value = re.sub(r"^.*value '|'$", "", said, flags=re.DOTALL)
    return Fault(path, f'unknown {path[-1]} "{value}"; ' + nearest(value, choices))


def _mend_shape(path: Path, wanted: str) -> str:
    name = ".".join(str(step) for step in path if isinstance(step, str))
    if wanted == "array":
        if path[-1] == "servers":
            return 'write ["nats://127.0.0.1:4222"]'
        if path[-1] == "origins":
            return 'write ["https://agents.example.com"]'
        return f"write [[{name}]]" if len(path) == 1 else 'write ["PJSIP/1*"]'
    return (
        f"write [{name}]"
        if name not in ("pbx", "agent", "dn", "queue", "cap", "code", "sink")
        else f"write [[{name}]]"
    )


def _known_keys(path: Path, data: dict[str, Any]) -> list[str]:
    """The keys that the table at ``path`` may have."""
    known = _table(path, data)
    tag = [known.tag_field] if known.tag_field else []
    return tag + [field.encode_name for field in known.fields]


def _known_values(path: Path, data: dict[str, Any]) -> list[str]:
    """The words that the setting at ``path`` accepts."""
    found = next(field.type for field in _table(path[:-1], data).fields if field.encode_name == path[-1])
    kinds = found.types if isinstance(found, msgspec.inspect.UnionType) else (found,)
    return [str(value) for kind in kinds if isinstance(kind, msgspec.inspect.LiteralType) for value in kind.values]


def _table(path: Path, data: dict[str, Any]) -> msgspec.inspect.StructType:
    """The type of the table at ``path``."""
    known: Any = msgspec.inspect.type_info(Settings)
    value: Any = data
    for step in path:
        value = value[step]
        if isinstance(step, int):
            known = known.item_type
        else:
            known = next(field.type for field in known.fields if field.encode_name == step)
        if isinstance(known, msgspec.inspect.UnionType):
            tables = [kind for kind in known.types if isinstance(kind, msgspec.inspect.StructType)]
            known = next(kind for kind in tables if kind.tag is None or kind.tag == value.get(kind.tag_field))
    assert isinstance(known, msgspec.inspect.StructType)
    return known
