"""The stream of the manager interface, whole, cut, damaged and hostile."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.wire.framing import AmiMessage, Framer, Report, Wanted

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
HANGUP = b"Event: Hangup\r\nChannel: PJSIP/1001-00000001\r\nCause: 16\r\n\r\n"
HANGUP_READ = {"Event": "Hangup", "Channel": "PJSIP/1001-00000001", "Cause": "16"}


def read(*parts: bytes, **options: object) -> tuple[list[AmiMessage], list[Report]]:
    reports: list[Report] = []
    framer = Framer(reports.append, **options)  # type: ignore[arg-type]
    messages = [message for part in (BANNER, *parts) for message in framer.feed(part)]
    return messages, reports


def test_events_are_read_as_they_stand() -> None:
    messages, reports = read(b"Event: Newexten\r\nAppData: PJSIP/1001: a: b\r\nEmpty: \r\n\r\n" + HANGUP)
    assert messages == [{"Event": "Newexten", "AppData": "PJSIP/1001: a: b", "Empty": ""}, HANGUP_READ]
    assert reports == []


def test_a_greeting_that_comes_in_two_pieces_is_one() -> None:
    framer = Framer(lambda report: None)
    assert framer.feed(BANNER[:25]) == []
    assert framer.feed(BANNER[25:] + HANGUP) == [HANGUP_READ]
    assert not framer.is_foreign


def test_a_header_that_comes_more_than_once_holds_all_its_values() -> None:
    messages, _ = read(b"Event: Hangup\r\nChanVariable: a=1\r\nChanVariable: b=2\r\nChanVariable: c=3\r\n\r\n")
    assert messages == [{"Event": "Hangup", "ChanVariable": ["a=1", "b=2", "c=3"]}]


def test_nothing_is_lost_wherever_a_read_cuts_the_stream() -> None:
    stream = (
        BANNER
        + "Event: NewCallerid\r\nCallerIDName: 客服一 é\r\n\r\n".encode()
        + b"Event: QueueStatusComplete\r\nEventList: Complete\r\n\n"
        + b"Event: NewCallerid\r\nCallerIDName: Jos\xe9\r\n\r\n"
        + HANGUP
    )
    expected = [
        {"Event": "NewCallerid", "CallerIDName": "客服一 é"},
        {"Event": "QueueStatusComplete", "EventList": "Complete"},
        {"Event": "NewCallerid", "CallerIDName": "José"},
        HANGUP_READ,
    ]
    for cut in range(1, len(stream)):
        framer = Framer(lambda report: None)
        assert framer.feed(stream[:cut]) + framer.feed(stream[cut:]) == expected, cut
    framer = Framer(lambda report: None)
    assert [message for byte in stream for message in framer.feed(bytes([byte]))] == expected


def test_a_name_in_another_encoding_spoils_no_other_header() -> None:
    messages, reports = read(b"Event: Hangup\r\nOld: \xfc\r\n" + "New: 客戶\r\n\r\n".encode())
    assert messages == [{"Event": "Hangup", "Old": "ü", "New": "客戶"}]
    assert reports == []


def test_a_list_that_ends_in_a_bare_newline_does_not_swallow_the_next_event() -> None:
    for end in (b"\r\n\n", b"\n\n", b"\n\r\n", b"\r\n\n\r\n"):
        messages, reports = read(b"Event: QueueStatusComplete\r\nListItems: 0" + end + HANGUP)
        assert messages == [{"Event": "QueueStatusComplete", "ListItems": "0"}, HANGUP_READ], end
        assert reports == []


def test_a_text_with_empty_lines_in_it_stays_one_event() -> None:
    messages, _ = read(b"Event: UserEvent\r\nNote: first\n\nsecond\r\nUserEvent: memo\r\n\r\n" + HANGUP)
    assert messages == [{"Event": "UserEvent", "Note": "first\n\nsecond", "UserEvent": "memo"}, HANGUP_READ]


def test_the_output_of_a_command_is_read_old_style_and_new() -> None:
    old = b"Response: Follows\r\nActionID: 7\r\nName  State\n\n1001  Idle\n--END COMMAND--\r\n\r\n"
    new = b"Response: Success\r\nMessage: Command output follows\r\nOutput: a\r\nOutput: \r\nOutput: b: c\r\n\r\n"
    messages, reports = read(old + new + HANGUP)
    assert messages == [
        {
            "Response": "Follows",
            "ActionID": "7",
            "Output": ["Name  State", "", "1001  Idle"],
        },
        {"Response": "Success", "Message": "Command output follows", "Output": ["a", "", "b: c"]},
        HANGUP_READ,
    ]
    assert reports == []


def test_an_output_without_its_end_does_not_swallow_the_calls() -> None:
    messages, _ = read(b"Response: Follows\r\nName  State\n\n1001  Idle\r\n\r\n" + HANGUP)
    assert messages == [{"Response": "Follows", "Output": ["Name  State", "", "1001  Idle"]}, HANGUP_READ]


def test_a_damaged_line_is_reported_and_the_rest_of_its_event_kept() -> None:
    messages, reports = read(b"Event: Hangup\r\n\x00\xff rubbish\r\nCause: 16\r\n\r\n" + HANGUP)
    assert messages == [{"Event": "Hangup", "Cause": "16"}, HANGUP_READ]
    assert [report.what for report in reports] == ["1 line(s) without a header name in Event Hangup"]
    assert reports[0].offset == len(BANNER)


def test_rubbish_between_two_events_is_reported_with_its_place() -> None:
    messages, reports = read(HANGUP + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + HANGUP)
    assert messages == [HANGUP_READ, HANGUP_READ]
    assert [report.offset for report in reports] == [len(BANNER) + len(HANGUP)]


def test_a_report_never_quotes_what_a_caller_sent() -> None:
    _, reports = read(b"Event: VarSet\r\npassword=hunter2\r\n\r\n", b"pin 4711\r\n\r\n")
    assert len(reports) == 2
    assert not any(word in report.what for report in reports for word in ("hunter2", "4711"))


@pytest.mark.parametrize("name", [b"0912345678\nx", b"0912345678"])
def test_a_damaged_name_of_an_event_is_not_quoted(name: bytes) -> None:
    _, reports = read(b"Event: " + name + b"\r\nrubbish\r\n\r\n")
    assert [report.what for report in reports] == ["1 line(s) without a header name in a message of unknown name"]


def test_an_event_of_a_megabyte_is_left_out_and_the_next_is_read() -> None:
    huge = b"Event: VarSet\r\nValue: " + b"x" * 1_000_000 + b"\r\n\r\n"
    for step in (len(huge) + len(HANGUP), 65536, 4093):
        stream = huge + HANGUP
        parts = [stream[begin : begin + step] for begin in range(0, len(stream), step)]
        messages, reports = read(*parts)
        assert messages == [HANGUP_READ]
        assert len(reports) == 1
        assert "left out" in reports[0].what
        assert reports[0].offset == len(BANNER)


def test_a_message_that_never_ends_does_not_fill_the_memory() -> None:
    reports: list[Report] = []
    framer = Framer(reports.append, limit=10_000)
    framer.feed(BANNER)
    for _ in range(1000):
        framer.feed(b"x" * 4096)
        assert framer.held <= 10_000
    assert len(reports) == 1
    assert framer.feed(b"\r\n\r\n" + HANGUP) == [HANGUP_READ]


def test_events_that_nobody_wants_are_passed_over() -> None:
    stream = HANGUP + b"Event: RTCPSent\r\nSSRC: 1\r\n\r\n" + b"Response: Success\r\nPing: Pong\r\n\r\n"
    messages, _ = read(stream, wanted={"Hangup": Wanted(("Channel", "Cause"))})
    assert messages == [HANGUP_READ, {"Response": "Success", "Ping": "Pong"}]


def test_a_port_that_is_no_manager_interface_is_recognised() -> None:
    framer = Framer(lambda report: None)
    assert framer.feed(b"SSH-2.0-OpenSSH_9.2\r\n" + HANGUP) == []
    assert framer.feed(HANGUP) == []
    assert framer.is_foreign
    assert framer.held == 0


parts_of_a_stream = st.binary(max_size=200) | st.sampled_from(
    [HANGUP, b"Response: Follows\r\n", b"Event: ", b"\r\n", b"\n", b"\r\n\r\n", BANNER]
)


@settings(deadline=None)
@given(st.lists(parts_of_a_stream, max_size=20))
def test_whatever_comes_is_survived(parts: list[bytes]) -> None:
    framer = Framer(lambda report: None, limit=300)
    framer.feed(BANNER)
    for part in parts:
        framer.feed(part)
        assert framer.held <= 300
    framer.feed(b"\r\n\r\n")
    framer.feed(b"\r\n\r\n")
    assert HANGUP_READ in framer.feed(b"\r\n\r\n" + HANGUP)


WANTED = {"Newexten": Wanted(("Channel", "Exten", "AppData"))}


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["Channel", "Exten", "AppData", "ChannelState", "Language"]),
                st.sampled_from(["", "a", "b: c", "王", "d\re", "f\ng", "h\n\nEvent: Newexten", "i\n\r"]),
            ),
            max_size=4,
        ),
        min_size=2,
        max_size=12,
    )
)
def test_an_event_is_read_alike_whether_one_with_the_same_lines_came_before(
    events: list[list[tuple[str, str]]],
) -> None:
    texts = ["".join(f"\r\n{name}: {value}" for name, value in [("Event", "Newexten"), *event]) for event in events]
    sent = [text.encode() + b"\r\n\r\n" for text in texts]
    one_after_the_other, _ = read(*(part[2:] for part in sent), wanted=WANTED)
    each_the_first = [message for part in sent for message in read(part[2:], wanted=WANTED)[0]]
    assert one_after_the_other == each_the_first


def test_an_event_that_nobody_wants_takes_no_other_with_it_when_it_ends_in_a_bare_newline() -> None:
    unwanted = b"Event: CoreShowChannelMapComplete\r\nListItems: 0\r\n\n"
    messages, _ = read(unwanted + HANGUP, HANGUP + unwanted, HANGUP, wanted={"Hangup": Wanted(("Channel", "Cause"))})
    assert messages == [HANGUP_READ, HANGUP_READ, HANGUP_READ]


def test_an_event_of_a_known_kind_takes_no_other_with_it_when_it_ends_in_a_bare_newline() -> None:
    bare = HANGUP[:-4] + b"\n\n"
    messages, _ = read(HANGUP, bare + HANGUP, bare, b"Event: Hangup\r\n\r\n", wanted={"Hangup": Wanted(("Cause",))})
    assert messages == [{"Event": "Hangup", "Cause": "16"}] * 4 + [{"Event": "Hangup"}]
