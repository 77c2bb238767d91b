"""AMI framing without I/O: bytes in, messages out.

`Framer.feed` never raises, whatever arrives: it reports what it cannot read, with its place, and skips it. A report
never holds a header's value, since that may be a secret.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

AmiMessage = dict[str, str | list[str]]
"""For each header its value. A header that came more than once holds a list, in the order of arrival."""

BANNER = b"Asterisk Call Manager/"
END = b"\r\n\r\n"
EVENT = b"Event: "
SECOND_EVENT, SECOND_RESPONSE = b"\nEvent: ", b"\nResponse: "
COMMAND_END = b"--END COMMAND--"
MOST_VARIANTS = 8
"""How many variants of one event are learned at most. A dialplan may send user events, each with other lines."""

_blank_line = re.compile(rb"\r\n\r\n|\r?\n\r?\n(?=Event: |Response: )")


@dataclass(frozen=True, slots=True)
class Report:
    """Something in the stream that could not be read as AMI."""

    offset: int
    """Where the message begins, in bytes since the connection was made."""
    what: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to take of one kind of event."""

    headers: tuple[str, ...] = ()
    only: tuple[str, Collection[str]] | None = None
    """A header and its wanted values. An event in which the header has another value is skipped."""


class _Picker:
    """Takes the wanted headers out of one kind of event.

    Asterisk writes the lines of an event always in the same order, with few variants. When a variant is first met,
    the picker learns one regular expression for it, which captures the wanted values.
    """

    def __init__(self, name: str, wanted: Wanted) -> None:
        self._name = name
        self._headers = frozenset(wanted.headers)
        self._variants: list[tuple[Callable[[str], re.Match[str] | None], Callable[..., AmiMessage]]] = []
        """What matches each variant and captures the wanted values, and what makes the message of these."""
        # A value ends at CRLF. It may contain a lone CR or a lone LF.
        found = rf"\r\n({'|'.join(map(re.escape, wanted.headers))}): ([^\r]*(?:\r(?!\n)[^\r]*)*)"
        self._find = re.compile(found).findall
        self.is_choosy = wanted.only is not None
        """Whether only some events of this kind are wanted."""
        header, values = wanted.only or ("", ())
        self._only, self._values = f"\r\n{header}: ".encode(), frozenset(map(str.encode, values))

    def wants(self, piece: bytes) -> bool:
        # Without the header, its value would be the first line, which no value equals.
        return not self.is_choosy or piece.rpartition(self._only)[2].partition(b"\r\n")[0] in self._values

    def pick(self, piece: bytes) -> AmiMessage | None:
        """The wanted headers, if the event is of a known variant; otherwise None."""
        try:
            text = piece.decode()
        except UnicodeDecodeError:
            return None
        for match, message_of in self._variants:
            if found := match(text):
                return message_of(*found.groups())
        return None

    def search(self, piece: bytes) -> AmiMessage:
        """The wanted headers of an event of any variant, which is then learned. Raises ``UnicodeDecodeError``."""
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
        # If a header comes more than once, the last value counts, as in Asterisk's own manager.
        last = {name: place for place, name in enumerate(names) if name in self._headers}
        taken = sorted(last.values())
        # "." excludes newlines: after a lone newline another message may begin.
        patterns = [
            re.escape(self._told_apart(f"{name}: ")) + ("(.*)" if last.get(name) == place else ".*")
            for place, name in enumerate(names)
        ]
        match = re.compile("\r\n".join([f"Event: {self._name}", *patterns])).fullmatch
        self._variants.append((match, _message_of(self._name, [names[place] for place in taken])))

    def _told_apart(self, line: str) -> str:
        """So much of a line's beginning as shows that it holds no wanted header; the whole if it holds one. A regular
        expression takes a step for each letter."""
        others = [f"{header}: " for header in (*self._headers, "Event", "Response")]
        for length in range(1, len(line)):
            if not any(other.startswith(line[:length]) for other in others):
                return line[:length]
        return line

    def narrow(self, message: AmiMessage | None) -> AmiMessage | None:
        """The wanted headers of a message that was parsed whole."""
        return message and {name: message[name] for name in message if name == "Event" or name in self._headers}


def _message_of(event: str, headers: list[str]) -> Callable[..., AmiMessage]:
    """What makes a message of the values of these headers. A dict whose keys Python knows beforehand takes two thirds
    of the time of ``groupdict`` or ``dict(zip(...))``."""
    values = [f"value_{place}" for place in range(len(headers))]
    items = [f"{header!r}: {value}" for header, value in zip(headers, values, strict=True)]
    made: Callable[..., AmiMessage] = eval(f"lambda {', '.join(values)}: {{'Event': {event!r}, {', '.join(items)}}}")
    return made


class Framer:
    """Frames one connection.

    ``wanted`` names the events to take, and the headers of each. Skipping the others costs a tenth of parsing them.
    Responses are always parsed whole. With None everything is taken.

    ``limit`` is the largest message in bytes. A longer one is reported and left out, so that memory is bounded.
    """

    def __init__(
        self,
        report: Callable[[Report], None],
        wanted: Mapping[str, Wanted] | None = None,
        limit: int = 256 * 1024,
    ) -> None:
        self.is_foreign = False
        """Whether the other end did not greet as AMI does. Then nothing is read from it."""
        self._report = report
        self._takes_all = wanted is None
        self._pickers = {EVENT + name.encode(): _Picker(name, what) for name, what in (wanted or {}).items()}
        """For each event's first line, its picker."""
        self._limit = limit
        self._rest = b""
        self._offset = 0
        self._at_start = True
        self._skipping = False

    def feed(self, data: bytes) -> list[AmiMessage]:
        """Take the next bytes, cut anywhere. Returns the messages that they complete."""
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
        pickers, takes_all, limit = self._pickers, self._takes_all, self._limit
        passed = 0  # so many pieces lie before the offset, which is brought up to a piece that may be reported
        for place, piece in enumerate(pieces):
            picker = pickers.get(piece.partition(b"\r\n")[0])
            if picker is not None and (not picker.is_choosy or picker.wants(piece)):
                if len(piece) <= limit and (message := picker.pick(piece)) is not None:
                    messages.append(message)
                    continue
            elif piece.startswith(EVENT) and piece.rfind(SECOND_EVENT) < 0 and not takes_all:
                continue
            self._pass(pieces[passed:place])
            passed, begin = place, self._offset
            messages += self._look_into(piece)
            self._offset = begin
        self._pass(pieces[passed:])
        if len(self._rest) > self._limit:
            self._begin_skipping()
        return messages

    @property
    def held(self) -> int:
        """How many bytes of an unfinished message are kept."""
        return len(self._rest)

    def _greet(self, data: bytes) -> bytes:
        """Cut the greeting off the front. Returns what follows it; nothing until its line is complete."""
        line, newline, after = data.partition(b"\n")
        if not newline and len(line) < 256:
            self._rest = data
            return b""
        self._at_start = False
        if not line.startswith(BANNER):
            self.is_foreign = True
            return b""
        self._offset += len(line) + 1
        self._rest = b""
        return after

    def _pass(self, pieces: list[bytes]) -> None:
        """Moves the offset behind pieces that are read."""
        self._offset += sum(map(len, pieces)) + len(pieces) * len(END)

    def _begin_skipping(self) -> None:
        if not self._skipping:
            self._say(f"a message longer than the {self._limit} bytes allowed: left out")
        self._skipping = True
        keep = len(END) - 1
        self._offset += len(self._rest) - keep
        self._rest = self._rest[-keep:]

    def _skip(self, pieces: list[bytes]) -> list[bytes]:
        """Leave out the rest of a message that was too long."""
        if not pieces:
            return pieces
        self._skipping = False
        self._offset += len(pieces[0]) + len(END)
        return pieces[1:]

    def _look_into(self, piece: bytes) -> Iterator[AmiMessage]:
        """Read a piece that is not an event of a known variant: a response, a damaged message, or several
        messages.
        """
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
            pass  # a line without a colon, or one that is not UTF-8
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
    """Whether a second message may begin inside: Asterisk has ended lists with a bare newline (its issue 761)."""
    return SECOND_EVENT in piece or SECOND_RESPONSE in piece


def _split_carefully(data: bytes) -> list[bytes]:
    """Like ``data.split(END)``, but a message may also end with other newlines."""
    pieces = []
    begin = 0
    for match in _blank_line.finditer(data):
        piece = data[begin : match.start()]
        # Before Asterisk 14 the output of a command came as bare lines, some of them empty.
        is_output = piece.lstrip(b"\r\n").startswith(b"Response: Follows") and COMMAND_END not in piece
        if is_output and match[0] != END:
            continue
        pieces.append(piece)
        begin = match.end()
    return [*pieces, data[begin:]]


def _cut_output(lines: list[bytes]) -> tuple[list[bytes], list[str]]:
    """Separate the headers of a ``Response: Follows`` from the lines of output after them."""
    output = lines[-1].split(b"\n")
    return lines[:-1], [_text(line) for line in output if line != COMMAND_END]


def _title(message: AmiMessage, name: str) -> str:
    """A message's name for a report: its event's, unless that may be damaged too, and be somebody's number."""
    value = message.get(name)
    plain = isinstance(value, str) and value.isalpha() and value.isascii() and len(value) <= 40
    return f"{name} {value}" if plain else "a message of unknown name"


def _text(raw: bytes) -> str:
    """The text, decoded as UTF-8 or, if it is not UTF-8, as Latin-1, which accepts every byte."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
