"""What Asterisk's own documentation, as it is installed with a PBX, says of its events; and which of it is read."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from tests.live.lab import Lab, run

SHARE = "/usr/share/asterisk"
XSL = "{http://www.w3.org/1999/XSL/Transform}"
INCLUDE = "{http://www.w3.org/2001/XInclude}include"
MODELS = ("events", "channels", "bridges", "endpoints", "deviceStates")

Models = dict[str, dict[str, str]]
"""ARI's: model to field to type."""


@dataclass(frozen=True)
class Documentation:
    xml: ElementTree.Element
    snapshots: dict[str, list[str]]
    """The headers that ``channel_snapshot`` and its like stand for."""
    models: Models

    def headers(self, event: str) -> set[str]:
        """Of an AMI event, ``Event`` itself included; empty when it is not documented."""
        documented = self.xml.find(f"managerEvent[@name='{event}']")
        if documented is None:
            return set()
        syntaxes = documented.findall("managerEventInstance/syntax")
        return {"Event", *(header for syntax in syntaxes for header in self._named(syntax))}

    def _named(self, entries: Iterable[ElementTree.Element]) -> Iterable[str]:
        for entry in entries:
            if entry.tag == "parameter":
                yield entry.get("name", "")
            elif entry.tag in self.snapshots:
                yield from (entry.get("prefix", "") + name for name in self.snapshots[entry.tag])
            elif entry.tag == INCLUDE:
                where = re.fullmatch(r"xpointer\(/?docs/(.*)\)", entry.get("xpointer", ""))
                yield from self._named(self.xml.findall(where[1])) if where else ()

    def has(self, model: str, path: str) -> bool:
        """Whether an ARI model has a field, such as ``channel.caller.number``."""
        for field in path.split("."):
            if field not in self.models.get(model, {}):
                return False
            model = self.models[model][field]
        return True


def documentation(lab: Lab) -> Documentation:
    """Of the Asterisk that runs in the lab."""

    def shipped(path: str) -> str:
        return run("docker", "exec", lab.container, "cat", f"{SHARE}/{path}")

    stylesheet = ElementTree.fromstring(shipped("documentation/appdocsxml.xslt"))
    snapshots = {
        template.get("match", ""): [
            name[1]
            for value in template.iter(f"{XSL}value-of")
            if (name := re.fullmatch(r"concat\(@prefix,'(\w+)'\)", value.get("select", "")))
        ]
        for template in stylesheet.iter(f"{XSL}template")
    }
    models: Models = {}
    for name in MODELS:
        for model, told in json.loads(shipped(f"rest-api/{name}.json"))["models"].items():
            models[model] = {field: described["type"] for field, described in told["properties"].items()}
    every = models["Message"] | models["Event"]
    models = {model: fields | every for model, fields in models.items()}
    return Documentation(
        ElementTree.fromstring(shipped("documentation/core-en_US.xml")),
        {tag: names for tag, names in snapshots.items() if names},
        models,
    )


class Asked(dict[str, Any]):
    """Stands in for what a feed delivers, and notes what is asked of it."""

    def __init__(
        self, models: Models, model: str, asked: set[str], absent: str, path: str = "", **known: str
    ) -> None:
        super().__init__(known)
        self._models, self._fields = models, models.get(model, {})
        self._asked, self._absent, self._path = asked, absent, path

    def get(self, field: str, default: Any = None) -> Any:
        path = self._path + field
        self._asked.add(path)
        if path == self._absent:
            return default
        kind = self._fields.get(field, "string")
        if kind in self._models:
            return Asked(self._models, kind, self._asked, self._absent, f"{path}.")
        return ["1"] if kind.startswith("List[") else super().get(field, "1")


def fields_read(decode: Callable[[Asked], object], models: Models, model: str, **known: str) -> set[str]:
    """Every header or field that a decoder reads, those included that it reads only where another is missing.

    known: values without which it reads no further.
    """
    asked: set[str] = set()
    tried = set(known)
    while left := (asked | {""}) - tried:
        for absent in left:
            tried.add(absent)
            decode(Asked(models, model, asked, absent, **known))
    return asked
