"""The published JSON Schemas. ``python -m bridge.vocabulary.schema`` prints docs/record.schema.json; with the word
``states`` it prints docs/state.schema.json."""

import ast
import inspect
import sys
from types import ModuleType
from typing import Any

import msgspec

from bridge.vocabulary import agent_state, record

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12), generated from the record's types and the docstrings below their fields."""
    _, parts = msgspec.json.schema_components([record.Record], ref_template="#/$defs/{name}")
    for name, fields in descriptions(record).items():
        for field, description in fields.items():
            parts[name]["properties"][field]["description"] = description
    top: dict[str, Any] = parts.pop("Record")
    top["properties"]["version"]["description"] = "The version of this schema."
    return {"$schema": DIALECT} | top | {"title": "Call record, version 1", "$defs": parts}


def schema_of_states() -> dict[str, Any]:
    """The schema of the record of a state: of an agent, or of a device."""
    kinds = [agent_state.AgentStateRecord, agent_state.DeviceStateRecord]
    _, parts = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    for name, fields in (descriptions(record) | descriptions(agent_state)).items():
        for field, description in fields.items():
            if name in parts and field in parts[name]["properties"]:
                parts[name]["properties"][field]["description"] = description
    either = [{"$ref": f"#/$defs/{kind.__name__}"} for kind in kinds]
    return {"$schema": DIALECT, "title": "State record, version 1", "oneOf": either, "$defs": parts}


def text(of: dict[str, Any]) -> str:
    """A schema as docs/ has it."""
    return msgspec.json.format(msgspec.json.encode(of), indent=2).decode() + "\n"


def descriptions(module: ModuleType) -> dict[str, dict[str, str]]:
    """For each type, its fields by their encoded names, each with the docstring below it."""
    found: dict[str, dict[str, str]] = {}
    for part in ast.parse(inspect.getsource(module)).body:
        if isinstance(part, ast.ClassDef):
            found[part.name] = {}
            for field, below in zip(part.body, part.body[1:], strict=False):
                match field, below:
                    case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                        found[part.name][name.removesuffix("_")] = words
    return found


if __name__ == "__main__":
    sys.stdout.write(text(schema_of_states() if sys.argv[1:] == ["states"] else schema()))
