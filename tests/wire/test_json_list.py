"""A list of an ARI is read as it stands, however long it is, and no piece of it holds anything up."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bridge.wire import json_list
from bridge.wire.json_list import in_pieces

LISTS: list[list[Any]] = [
    [],
    [{}],
    [{"id": f"1.{n}", "caller": {"name": "A", "number": str(n)}, "channels": [{"a": 1}, {}]} for n in range(90)],
    [{"name": 'a "},{" b },{ \\" ' * n, "empty": {}} for n in range(30)],
    [{"inside": [{"a": n}, {"b": [{}, {}]}] * 5} for n in range(9)],
]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Pieces of which a test has many; and how large each one was that was decoded."""
    sizes: list[int] = []
    decode = json_list.decode

    def noted(data: bytes) -> Any:
        sizes.append(len(data))
        return decode(data)

    monkeypatch.setattr(json_list, "PIECE", 200)
    monkeypatch.setattr(json_list, "LARGEST", 2_000)
    monkeypatch.setattr(json_list, "decode", noted)
    return sizes


@pytest.mark.parametrize("of", LISTS)
@pytest.mark.parametrize("indent", [None, 2])
def test_every_object_of_a_list_is_read_once_and_in_order(
    of: list[Any], indent: int | None, small: list[int]
) -> None:
    data = b" \n" + json.dumps(of, indent=indent).encode() + b"\n"
    assert [item for piece in in_pieces(data) for item in piece] == of
    assert max(small) <= 2_002


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[", b"[{},", b'[{"a":1}' + b',{"a":1}' * 100, b"[" + b'{"a":1},' * 100 + b"]",
        b"[" + b"1," * 2_000 + b"1]", b"[{}] " * 500, b'[{"a":[' + b"{},{}," * 1_000 + b"{}]}]",
        b"[" + b"{} , {" * 500, b'{"a":"' + b"x" * 3_000 + b'"}',
    ],
)  # fmt: skip
def test_what_is_no_list_of_objects_of_some_size_is_refused(data: bytes, small: list[int]) -> None:
    with pytest.raises(ValueError, match=r"JSON|truncated|one object"):
        [*in_pieces(data)]
    assert max(small, default=0) <= 2_002


class Counted:
    """Looks for tokens, and knows how many bytes it has looked at."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self._pattern = pattern
        self.seen = 0

    def finditer(self, data: bytes, start: int, end: int) -> Iterator[re.Match[bytes]]:
        for token in self._pattern.finditer(data, start, end):
            self.seen += token.end() - start
            start = token.end()
            yield token


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted = Counted(json_list.TOKEN)
    monkeypatch.setattr(json_list, "TOKEN", counted)
    return counted


@pytest.mark.parametrize("inside", ['{"a":[%s{}]}', '{"a":"%s"}', '{"a":{"b":[[%s{}]]}}'])
@pytest.mark.parametrize("held", [50, 500, 650])
@pytest.mark.parametrize("times", [1, 8, 64])
def test_objects_that_hold_very_many_are_read_in_as_much_work_as_they_have_bytes(
    inside: str, held: int, times: int, small: list[int], token: Counted
) -> None:
    data = b"[" + b",".join([(inside % ("{}," * held)).encode()] * times) + b"]"
    assert [item for piece in in_pieces(data) for item in piece] == json.loads(data)
    assert sum(small) + token.seen <= 3 * len(data)


@pytest.mark.parametrize(
    "data", ['[{"a":[%s{}]}]', '[{"a":"%s"}]', "[[%s{}]]", '[{"a":[%s', '[{"a":"%s', '[{"a":"\\"%s']
)
def test_an_object_that_holds_very_many_and_is_too_large_is_refused_after_a_piece_of_it(
    data: str, small: list[int], token: Counted
) -> None:
    with pytest.raises(ValueError, match=r"truncated|one object"):
        [*in_pieces((data % ("{}," * 50_000)).encode())]
    assert sum(small) + token.seen <= 2 * 2_000


def test_what_is_no_list_comes_whole() -> None:
    assert [*in_pieces(b' {"build": {"os": "Linux"}}')] == [{"build": {"os": "Linux"}}]
