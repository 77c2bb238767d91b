"""The live tests read records while the service writes them."""

from pathlib import Path

from tests.helpers.whole_lines import WholeLines


def test_a_record_that_is_half_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    lines = WholeLines(path)
    assert lines.new() == []
    written = '{"zh": "進線"}\n{"zh": "外撥"}\n'.encode()
    within = written.index("撥".encode()) + 1  # in the middle of a character
    path.write_bytes(written[:within])
    assert lines.new() == ['{"zh": "進線"}']
    path.write_bytes(written)
    assert lines.new() == ['{"zh": "外撥"}']
    assert lines.new() == []
