"""AMI framing without I/O: bytes in, messages out.

Whatever arrives, `Framer.feed` does not raise: what cannot be read is reported with its place and passed over. A
report never holds a header's value, since a value may be anybody's secret.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

AmiMessage = dict[str, str | list[str]]
"""Header to value; a header that came more than once holds a list, in the order of arrival."""

BANNER = b"Asterisk Call Manager/"
END = b"\r\n\r\n"
EVENT = b"Event: "
SECOND_EVENT, SECOND_RESPONSE = b"\nEvent: ", b"\nResponse: "
COMMAND_END = b"--END COMMAND--"
MOST_VARIANTS = 8
"""Variants of one event that are learned: a dialplan may send events of its own, each with other lines."""

_blank_line = re.compile(rb"\r\n\r\n|\r?\n\r?\n(?=Event: |Response: )")


@dataclass(frozen=True, slots=True)
class Report:
    """Something in the stream that is no AMI."""

    offset: int
    """Where the message begins: bytes since the connection was made."""
    what: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of one event."""

    headers: tuple[str, ...] = ()
    only: tuple[str, Collection[str]] | None = None
    """A header and its values: an event in which it has none of them is passed over."""


class _Picker:
    """Takes out of an event what is wanted of it.

    Asterisk writes the lines of an event in one order, with few variants. A variant is learned when it is first met:
    one regular expression that names each of its lines and takes the wanted values in passing.
    """

    def __init__(self, name: str, wanted: Wanted) -> None:
        self._name = name
        self._headers = frozenset(wanted.headers)
        self._variants: list[tuple[Callable[[str], re.Match[str] | None], list[str]]] = []
        """Each as what matches it, and the headers that this takes."""
        # A value ends at CRLF; it may hold either of the two alone.
        found = rf"\r\n({'|'.join(map(re.escape, wanted.headers))}): ([^\r]*+(?:\r(?!\n)[^\r]*+)*+)"
        self._find = re.compile(found).findall
        self.is_choosy = wanted.only is not None
        """Whether only some of these events are wanted."""
        header, values = wanted.only or ("", ())
        self._only, self._values = f"\r\n{header}: ".encode(), frozenset(map(str.encode, values))

    def wants(self, piece: bytes) -> bool:
        if not self.is_choosy:
            return True
        begin = piece.rfind(self._only)
        return begin >= 0 and piece[begin + len(self._only) :].partition(b"\r\n")[0] in self._values

    def pick(self, piece: bytes) -> AmiMessage | None:
        """None when the event is of no variant that is known."""
        try:
            text = piece.decode()
        except UnicodeDecodeError:
            return None
        for match, headers in self._variants:
            if found := match(text):
                # Of a header that comes more than once the last value counts, as in Asterisk's own manager.
                message: AmiMessage = dict(zip(headers, found.groups()))  # noqa: B905
                message["Event"] = self._name
                return message
        return None

    def search(self, piece: bytes) -> AmiMessage:
        """The same of any variant, which is learned. Raises ``UnicodeDecodeError``."""
        text = piece.decode()
        lines = text.split("\r\n")
        is_plain = all(": " in line and "\r" not in line and "\n" not in line for line in lines)
        if is_plain and len(self._variants) < MOST_VARIANTS:
            self._learn(lines)
        message: AmiMessage = dict(self._find(text))
        message["Event"] = self._name
        return message

    def _learn(self, lines: list[str]) -> None:
        names = [line.partition(": ")[0] for line in lines[1:]]
        # No value has a newline: behind one that ends no line another message may begin.
        values = ["(.*)" if name in self._headers else ".*" for name in names]
        patterns = [f"{re.escape(name)}: {value}" for name, value in zip(names, values, strict=True)]
        match = re.compile("\r\n".join([f"Event: {self._name}", *patterns])).fullmatch
        self._variants.append((match, [name for name in names if name in self._headers]))

    def narrow(self, message: AmiMessage | None) -> AmiMessage | None:
        """The same of a message that was parsed whole."""
        return message and {name: message[name] for name in message if name == "Event" or name in self._headers}


class Framer:
    """Frames one connection.

    ``wanted`` names the events to take, and what of them: the others are passed over at a tenth of the price.
    Responses are always parsed whole. None wants everything.

    ``limit`` is the most bytes one message may have; a longer one is reported and left out, so that the memory held
    is bounded by it.
    """

    def __init__(
        self,
        report: Callable[[Report], None],
        wanted: Mapping[str, Wanted] | None = None,
        limit: int = 256 * 1024,
    ) -> None:
        self.banner: str | None = None
        """The greeting's version, such as ``11.0.0``, once it has come."""
        self.is_foreign = False
        """Whoever answers does not greet as Asterisk's manager interface does: nothing of it is read."""
        self._report = report
        self._takes_all = wanted is None
        self._pickers = {EVENT + name.encode(): _Picker(name, what) for name, what in (wanted or {}).items()}
        """By an event's first line."""
        self._limit = limit
        self._rest = b""
        self._offset = 0
        self._at_start = True
        self._skipping = False

    def feed(self, data: bytes) -> list[AmiMessage]:
        """Take what was read, cut anywhere; give the messages that it completed."""
        if self.is_foreign:
            return []
        data = self._rest + data
        if self._at_start and not (data := self._greet(data)):
            return []
        pieces = data.split(END)
        self._rest = pieces.pop()
        if self._skipping:
            pieces = self._skip(pieces)
        messages: list[AmiMessage] = []
        pickers, takes_all, limit, begin = self._pickers, self._takes_all, self._limit, self._offset
        for piece in pieces:
            place = begin
            begin += len(piece) + len(END)
            picker = pickers.get(piece.partition(b"\r\n")[0])
            if picker is not None and (not picker.is_choosy or picker.wants(piece)):
                if len(piece) <= limit and (message := picker.pick(piece)) is not None:
                    messages.append(message)
                    continue
            elif piece.startswith(EVENT) and piece.rfind(SECOND_EVENT) < 0 and not takes_all:
                continue
            self._offset = place
            messages += self._look_into(piece)
        self._offset = begin
        if len(self._rest) > self._limit:
            self._begin_skipping()
        return messages

    @property
    def held(self) -> int:
        """Bytes of an unfinished message that are kept."""
        return len(self._rest)

    def _greet(self, data: bytes) -> bytes:
        """Take the banner off the front; give what follows, nothing as long as its line is not whole."""
        line, newline, after = data.partition(b"\n")
        if not newline and len(line) < 256:
            self._rest = data
            return b""
        self._at_start = False
        if not line.startswith(BANNER):
            self.is_foreign = True
            return b""
        self.banner = line[len(BANNER) :].strip().decode("latin-1")
        self._offset += len(line) + 1
        self._rest = b""
        return after

    def _begin_skipping(self) -> None:
        if not self._skipping:
            self._say(f"a message longer than the {self._limit} bytes allowed: left out")
        self._skipping = True
        keep = len(END) - 1
        self._offset += len(self._rest) - keep
        self._rest = self._rest[-keep:]

    def _skip(self, pieces: list[bytes]) -> list[bytes]:
        """Leave out the tail of the message that was too long."""
        if not pieces:
            return pieces
        self._skipping = False
        self._offset += len(pieces[0]) + len(END)
        return pieces[1:]

    def _look_into(self, piece: bytes) -> Iterator[AmiMessage]:
        """What is no event of a known variant: a response, something damaged, or more than one message."""
        for part in _split_carefully(piece) if _holds_more(piece) else [piece]:
            picker = self._pickers.get(part.partition(b"\r\n")[0])
            is_wanted = picker.wants(part) if picker is not None else self._takes_all or not part.startswith(EVENT)
            if is_wanted and len(part) > self._limit:
                self._say(f"a message of {len(part)} bytes, more than the {self._limit} allowed: left out")
            elif is_wanted and (message := self._parse(part) if picker is None else self._search(part, picker)):
                yield message
            self._offset += len(part) + len(END)

    def _search(self, piece: bytes, picker: _Picker) -> AmiMessage | None:
        try:
            return picker.search(piece)
        except UnicodeDecodeError:
            return picker.narrow(self._parse_carefully(piece))

    def _parse(self, piece: bytes) -> AmiMessage | None:
        try:
            lines = piece.decode().split("\r\n")
            message = dict([line.split(": ", 1) for line in lines])
            if len(message) == len(lines) and ("Event" in message or "Response" in message):
                return cast(AmiMessage, message)
        except ValueError:
            pass  # a line without a colon, or not UTF-8
        return self._parse_carefully(piece)

    def _parse_carefully(self, piece: bytes) -> AmiMessage | None:
        message: AmiMessage = {}
        bad = 0
        lines = piece.strip(b"\r\n").split(b"\r\n")
        if lines[0] == b"Response: Follows":
            lines, output = _cut_output(lines)
            message["Output"] = output
        for line in lines:
            name, colon, value = _text(line).partition(":")
            if not colon or not name or " " in name:
                bad += bool(line)
                continue
            value = value.removeprefix(" ")
            known = message.get(name)
            if known is None:
                message[name] = value
            elif isinstance(known, list):
                known.append(value)
            else:
                message[name] = [known, value]
        name = next((key for key in ("Event", "Response") if key in message), "")
        if bad:
            self._say(f"{bad} line(s) without a header name in {_title(message, name)}")
        elif message and not name:
            self._say("a message without Event or Response: left out")
        return message if name else None

    def _say(self, what: str) -> None:
        self._report(Report(self._offset, what))


def _holds_more(piece: bytes) -> bool:
    """Whether a second message may begin in it: Asterisk has ended lists with a bare newline (its issue 761)."""
    return SECOND_EVENT in piece or SECOND_RESPONSE in piece


def _split_carefully(data: bytes) -> list[bytes]:
    """As ``data.split(END)``, but a message may end in other newlines too."""
    pieces = []
    begin = 0
    for match in _blank_line.finditer(data):
        piece = data[begin : match.start()]
        # Before Asterisk 14 the output of a command came as bare lines, empty ones among them.
        is_output = piece.lstrip(b"\r\n").startswith(b"Response: Follows") and COMMAND_END not in piece
        if is_output and match[0] != END:
            continue
        pieces.append(piece)
        begin = match.end()
    return [*pieces, data[begin:]]


def _cut_output(lines: list[bytes]) -> tuple[list[bytes], list[str]]:
    """Part the headers of a ``Response: Follows`` from the lines of output behind them."""
    output = lines[-1].split(b"\n")
    return lines[:-1], [_text(line) for line in output if line != COMMAND_END]


def _title(message: AmiMessage, name: str) -> str:
    """What a report calls a message: by its event's name, unless that is damaged too and may be anything."""
    value = message.get(name)
    plain = isinstance(value, str) and value.isalnum() and value.isascii() and len(value) <= 40
    return f"{name} {value}" if plain else "a message of unknown name"


def _text(raw: bytes) -> str:
    """UTF-8 where it is that, else Latin-1, which takes any byte."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
