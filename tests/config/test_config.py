"""Broken settings, and the one line that ``callbridge check`` prints for each."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bridge.cli import main
from bridge.config import (
    Agent,
    Ami,
    Ari,
    Code,
    Dn,
    Metrics,
    Outbox,
    Pbx,
    Queue,
    Reports,
    Roles,
    Settings,
    Thresholds,
    load,
    secret_of,
    warnings,
)
from bridge.config.sinks import JsonlSink, Sink, SqliteSink
from bridge.errors import SettingsError

AMI = """\
[[pbx]]
name = "pbx1"
[pbx.ami]
host = "127.0.0.1"
username = "bridge"
secret = "s3cret"
"""
TABLE = (Path(__file__).parent / "broken_settings.txt").read_text()
BROKEN = {
    name: (text, line) for name, text, line in re.findall(r"^## (.*)\n((?:.*\n)*?)-> (.*)\n", TABLE, re.MULTILINE)
}


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file to write settings to, in the working directory."""
    monkeypatch.chdir(tmp_path)
    return Path("callbridge.toml")


@pytest.mark.parametrize(("text", "line"), BROKEN.values(), ids=BROKEN)
def test_a_mistake_in_the_settings_is_told_in_one_line_with_its_place_and_mend(
    text: str, line: str, settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings_file.write_text(text)
    assert main(["check", "--config", str(settings_file)]) == 2
    said = capsys.readouterr()
    assert said.err == f"callbridge: {line}\n"
    assert said.out == ""
    assert "s3cret" not in said.err


@pytest.mark.parametrize("text", ["a = " + "[" * 2000, "a = 1" + "0" * 5000], ids=["brackets", "digits"])
def test_nesting_and_numbers_beyond_measure_are_told_in_one_line(text: str, settings_file: Path) -> None:
    settings_file.write_text(text)
    with pytest.raises(SettingsError, match=r"^callbridge\.toml: not TOML: a number too long or brackets too deep"):
        load(settings_file)


def test_a_file_that_is_no_text_is_told_in_one_line(settings_file: Path) -> None:
    settings_file.write_bytes(b"a = \xff")
    with pytest.raises(SettingsError, match=r"^callbridge\.toml: byte 5 is not UTF-8; save the file as UTF-8$"):
        load(settings_file)


def test_a_file_that_is_not_there_is_told_in_one_line(settings_file: Path) -> None:
    with pytest.raises(SettingsError, match=r"^callbridge\.toml: cannot be read: No such file or directory; "):
        load(settings_file)


def test_the_example_settings_of_the_project_are_good() -> None:
    example = Path(__file__).parents[2] / "config" / "callbridge.toml"
    settings = load(example)
    assert warnings(settings) == []


def test_the_place_of_a_mistake_is_found_behind_lists_over_many_lines_comments_and_other_line_ends(
    settings_file: Path,
) -> None:
    text = AMI + '# [roles]\n[roles] # who is who\nagents = [\n  "PJSIP/1*", # "\n]\ntrunks = ["trunk"]\n'
    settings_file.write_bytes(text.replace("\n", "\r\n").encode())
    with pytest.raises(SettingsError, match=r"^callbridge\.toml:12: \[roles\] trunks: "):
        load(settings_file)


def test_without_a_sink_records_go_to_the_local_store(settings_file: Path) -> None:
    settings_file.write_text(AMI)
    assert load(settings_file).sink == [SqliteSink(path=str(settings_file.absolute().with_name("callbridge.db")))]


def test_settings_can_be_read_where_the_secrets_are_not(settings_file: Path) -> None:
    settings_file.write_text(AMI.replace('secret = "s3cret"', 'secret_env = "CALLBRIDGE_UNSET"'))
    settings = load(settings_file)
    with pytest.raises(SettingsError, match="no environment variable of this name is set"):
        load(settings_file, on_this_machine=True)
    assert settings.pbx[0].ami is not None
    with pytest.raises(SettingsError, match="no environment variable of this name is set"):
        secret_of(settings.pbx[0].ami)


def test_a_secret_comes_from_the_settings_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    monkeypatch.setenv("CALLBRIDGE_SECRET", "from the environment")
    assert secret_of(Ami(host="h", username="u", secret="here")) == "here"
    assert secret_of(Ami(host="h", username="u", secret_env="CALLBRIDGE_SECRET")) == "from the environment"
    assert secret_of(Ami(host="h", username="u", secret_file=str(file))) == "from the file"


def test_a_list_of_nobody_is_no_mistake_and_agents_may_be_named_as_their_queue_does(settings_file: Path) -> None:
    settings_file.write_text(AMI + '[roles]\nagents = []\nsupervisors = []\nagent_names = "member"\n')
    roles = load(settings_file).roles
    assert (roles.agents, roles.supervisors, roles.agent_names) == ([], [], "member")


def test_a_byte_order_mark_as_some_editors_write_it_does_no_harm(settings_file: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n", "utf-8-sig")
    settings_file.write_text(AMI.replace('secret = "s3cret"', f'secret_file = "{secret}"'), "utf-8-sig")
    ami = load(settings_file, on_this_machine=True).pbx[0].ami
    assert ami is not None
    assert secret_of(ami) == "s3cret"


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines\n", b"two\x00words", b"\xff"])
def test_a_secret_file_that_holds_anything_but_one_line_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="put the secret there and nothing else") as error:
        secret_of(Ami(host="h", username="u", secret_file=str(file)))
    assert "two" not in str(error.value)


def test_a_secret_that_every_user_of_the_machine_can_read_is_warned_about(
    settings_file: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    secret.chmod(0o644)
    trunks = '[roles]\ntrunks = ["PJSIP/trunk"]\n'
    settings_file.write_text(AMI.replace('secret = "s3cret"', f'secret_file = "{secret}"') + trunks)
    settings = load(settings_file, on_this_machine=True)
    assert warnings(settings) == [f"{secret} can be read by every user of this machine; chmod 600 {secret}"]
    secret.chmod(0o600)
    assert warnings(settings) == []


def test_settings_without_a_trunk_are_warned_about(settings_file: Path) -> None:
    settings_file.write_text(AMI)
    assert warnings(load(settings_file)) == [
        "[roles] trunks is not set: no caller is a customer and every call counts as internal"
    ]


def test_a_pbx_under_two_names_is_warned_about(settings_file: Path) -> None:
    feeds = """
[pbx.ami]
host = "127.0.0.1"
username = "bridge"
secret = "s3cret"
[pbx.ari]
url = "http://127.0.0.1:8088"
username = "bridge"
secret = "s3cret"
"""
    pbxs = [f'[[pbx]]\nname = "{name}"{feeds}' for name in ("north", "south")]
    settings_file.write_text("".join(pbxs) + '[roles]\ntrunks = ["PJSIP/trunk"]\n')
    assert warnings(load(settings_file)) == [
        '[[pbx]] "south" has the AMI, 127.0.0.1:5038, of "north": each call there is recorded twice',
        '[[pbx]] "south" has the ARI, http://127.0.0.1:8088, of "north": each call there is recorded twice',
    ]


@pytest.mark.parametrize("number", ["80*", "80[12]0", "02 8765 4321"])
def test_a_number_that_is_written_as_a_pattern_is_warned_about(number: str, settings_file: Path) -> None:
    settings_file.write_text(AMI + f'[roles]\ntrunks = ["PJSIP/trunk"]\n[[dn]]\nnumber = "{number}"\n')
    assert warnings(load(settings_file)) == [
        f'[[dn]] "{number}" is no pattern: only a call that dials just this is one of the DN'
    ]


def test_an_agent_who_has_a_name_and_no_role_is_warned_about_in_one_line(settings_file: Path) -> None:
    named = "".join(f'[[agent]]\ndevice = "PJSIP/{n}"\nname = "desk {n}"\n' for n in (1001, 1002, 2001, 3001))
    roles = '[roles]\ntrunks = ["PJSIP/trunk"]\nsupervisors = ["PJSIP/2*"]\nagents = [{}]\n'
    settings_file.write_text(AMI + roles.format('"PJSIP/1001"') + named)
    assert warnings(load(settings_file)) == [
        '[[agent]] "PJSIP/1002" and 1 more: no pattern of [roles] fits, so it is an agent while a queue has it as a '
        "member, and an extension otherwise; add it to [roles] agents"
    ]
    settings_file.write_text(AMI + roles.format('"PJSIP/1*", "PJSIP/3*"') + named)
    assert warnings(load(settings_file)) == []


def test_settings_never_show_a_secret_when_printed(settings_file: Path) -> None:
    settings_file.write_text(AMI)
    settings = load(settings_file)
    assert "s3cret" not in repr(settings) + str(settings)
    assert "bridge" in repr(settings)


WORDS = (
    "pbx name ami ari host port username secret url roles agents trunks dn number agent_answer_threshold queue "
    "thresholds agent_answer code sip rung sink type path x"
)
KEYS = st.sampled_from([*WORDS.split(), '"\\u0000\\u001b\\u2028"', '"a.b[0]`"'])
VALUES = st.recursive(
    st.one_of(
        st.integers().map(str),
        st.floats().map(repr),
        st.sampled_from(
            ['"sqlite"', '"jsonl"', '"8000"', '""', "true", "1979-05-27", "07:32:00", "'PJSIP/1*'", '"\\u0000"']
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda values: f"[{', '.join(values)}]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        ),
    ),
    max_leaves=4,
)
NAMES = st.lists(KEYS, min_size=1, max_size=3).map(".".join)
LINES = st.one_of(
    NAMES.map(lambda name: f"[{name}]"),
    NAMES.map(lambda name: f"[[{name}]]"),
    st.tuples(NAMES, VALUES).map(" = ".join),
    st.text(max_size=10),
)


@hypothesis_settings(deadline=None)
@given(st.one_of(st.lists(LINES, max_size=12).map("\n".join).map(str.encode), st.binary(max_size=200)))
def test_whatever_is_in_the_file_it_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, text: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(text)
    said = ""
    try:
        load(file)
    except SettingsError as error:
        said = str(error)
    assert re.fullmatch(r"|\S+any\.toml(:\d+)?: [^\x00-\x1f]+", said)


def test_every_setting_is_explained_in_the_operating_guide() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
    tables = (Settings, Pbx, Ami, Ari, Roles, Agent, Dn, Queue, Thresholds, Code, Outbox, Metrics, Reports)
    for table in (*tables, *get_args(Sink)):
        for field in msgspec.structs.fields(table):
            assert f"`{field.name}`" in guide or f"[{field.name}]" in guide or f".{field.name}]" in guide, field.name


def test_relative_paths_start_beside_the_settings_wherever_a_command_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "etc" / "secret").write_text("s3cret\n")
    file = tmp_path / "etc" / "callbridge.toml"
    file.write_text(
        '[[pbx]]\nname = "pbx1"\n[pbx.ami]\nhost = "127.0.0.1"\nusername = "bridge"\nsecret_file = "secret"\n'
        '[[sink]]\ntype = "sqlite"\npath = "calls.db"\n[[sink]]\ntype = "jsonl"\npath = "-"\n'
        '[[sink]]\ntype = "jsonl"\npath = "/srv/calls.jsonl"\n'
        '[web]\ncertificate_file = "chain.pem"\nkey_file = "/etc/ssl/key.pem"\n'
    )
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name in (file, Path("../etc/callbridge.toml")):
        settings = load(name)
        assert [sink.path for sink in settings.sink if isinstance(sink, SqliteSink | JsonlSink)] == [
            f"{tmp_path}/etc/calls.db",
            "-",
            "/srv/calls.jsonl",
        ]
        assert settings.pbx[0].ami is not None
        assert secret_of(settings.pbx[0].ami) == "s3cret"
        assert settings.web is not None
        assert settings.web.certificate_file == f"{tmp_path}/etc/chain.pem"
        assert settings.web.key_file == "/etc/ssl/key.pem"


@pytest.mark.parametrize("there", [False, True], ids=["only there", "beside the settings too"])
def test_a_store_of_an_earlier_version_in_the_current_directory_is_not_left_behind(
    there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "callbridge.db").touch()
    if there:
        (tmp_path / "etc" / "callbridge.db").touch()
    file = tmp_path / "etc" / "callbridge.toml"
    file.write_text(AMI)
    monkeypatch.chdir(tmp_path / "var")
    if there:
        load(file)
        return
    with pytest.raises(SettingsError) as error:
        load(file)
    assert f"{tmp_path}/etc/callbridge.db, which does not exist, and {tmp_path}/var/callbridge.db does" in str(
        error.value
    )


def test_a_name_without_an_end_is_refused_in_a_line_that_does_not_repeat_it(tmp_path: Path) -> None:
    path = tmp_path / "callbridge.toml"
    path.write_text(f'[[pbx]]\nname = "{"x" * 100_000}"\n[pbx.ami]\nhost = "h"\nusername = "u"\nsecret = "s"\n')
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="has 100000 letters; write no more than 1000") as refused:
        load(path)
    assert len(str(refused.value)) < 400
