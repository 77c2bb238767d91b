"""ARI's events out of websocket frames: whatever way they are cut, and whatever a peer sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from bridge.wire.frames import Frames, Unreadable

MOST = 100_000
MESSAGES = st.lists(st.one_of(st.binary(max_size=300), st.just(b"x" * 70_000)), max_size=8)


def framed(opcode: Opcode, data: bytes, *, fin: bool = True, mask: bool = False) -> bytes:
    """As the library writes it, which knows nothing of our reader."""
    return Frame(opcode, data, fin).serialize(mask=mask)


def read(frames: Frames, data: bytes, cuts: list[int]) -> tuple[list[bytes], bytes]:
    messages: list[bytes] = []
    control, begin = b"", 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        found = frames.feed(data[begin:cut])
        messages += found.messages
        control += found.control
        begin = cut
    return messages, control


@given(messages=MESSAGES, cuts=st.lists(st.integers(0, 600_000), max_size=6), data=st.data())
def test_events_come_whole_and_in_order_wherever_the_bytes_are_cut(
    messages: list[bytes], cuts: list[int], data: st.DataObject
) -> None:
    sent, pings = b"", b""
    for message in messages:
        if len(message) > 1 and data.draw(st.booleans()):
            middle = data.draw(st.integers(1, len(message) - 1))
            sent += framed(Opcode.TEXT, message[:middle], fin=False)
            sent += framed(Opcode.PING, b"between")
            pings += framed(Opcode.PING, b"between")
            sent += framed(Opcode.CONT, message[middle:])
        else:
            sent += framed(Opcode.TEXT, message)
    assert read(Frames(MOST), sent, cuts) == (messages, pings)


@given(data=st.binary(max_size=2_000), cuts=st.lists(st.integers(0, 2_000), max_size=6))
def test_rubbish_is_refused_or_read_alike_wherever_it_is_cut(data: bytes, cuts: list[int]) -> None:
    def outcome(cuts: list[int]) -> object:
        try:
            return read(Frames(MOST), data, cuts)
        except Unreadable as error:
            return str(error)

    assert outcome(cuts) == outcome([])


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (framed(Opcode.TEXT, b"x" * (MOST + 1)), "larger than 100000 bytes"),
        (framed(Opcode.TEXT, b"x" * MOST, fin=False) + framed(Opcode.CONT, b"x"), "larger than 100000 bytes"),
        (framed(Opcode.TEXT, b"hello", mask=True), "no server sends"),
        (framed(Opcode.CONT, b"hello"), "no server sends"),
        (framed(Opcode.TEXT, b"a", fin=False) + framed(Opcode.TEXT, b"b"), "no server sends"),
        (b"\xc1\x01x", "no server sends"),
    ],
    ids=["a large message", "a message large in parts", "masked", "no beginning", "no end", "compressed"],
)
def test_what_no_server_sends_ends_the_connection_with_the_reason(sent: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        Frames(MOST).feed(sent)
