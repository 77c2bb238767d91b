"""The published schema of the record."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from bridge.vocabulary.record import Record
from bridge.vocabulary.schema import schema, schema_of_states, text
from tests.helpers.samples import ABANDONED, ANSWERED, SUPERVISED

FILE = Path(__file__).parents[2] / "docs" / "record.schema.json"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(FILE.read_text()))


def as_json(record: Record) -> dict[str, object]:
    return dict(json.loads(msgspec.json.encode(record)))


def test_the_published_schema_is_that_of_the_record() -> None:
    run = "run: python -m bridge.vocabulary.schema"
    assert FILE.read_text() == text(schema()), f"{run} > docs/record.schema.json"
    states = FILE.with_name("state.schema.json").read_text()
    assert states == text(schema_of_states()), f"{run} states > docs/state.schema.json"


@pytest.mark.parametrize("record", [ANSWERED, SUPERVISED, ABANDONED])
def test_records_keep_to_the_schema(record: Record) -> None:
    VALIDATOR.validate(as_json(record))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 2),
        ("started_at", "2026-03-02T09:00:00Z"),
        ("direction", "sideways"),
        ("talk_seconds", -1),
        ("offers", [{"agent": "1001"}]),
        ("dn", 8000),
    ],
)
def test_the_schema_refuses_what_is_no_record(field: str, value: object) -> None:
    assert not VALIDATOR.is_valid(as_json(ANSWERED) | {field: value})


def test_what_does_not_apply_is_absent_and_what_is_not_known_is_null() -> None:
    record = as_json(ANSWERED)
    assert record["sip_code"] is None
    assert "abandoned_in" not in record
    assert as_json(ABANDONED)["abandoned_in"] == "queue"
    assert next(iter(record)) == "version"
