"""What an operator installs with pip has everything in it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bridge.cli import main

ROOT = Path(__file__).parents[2]


def test_the_script_for_browser_phones_is_where_the_command_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["endpoint-script"]) == 0
    assert "export function attach" in Path(capsys.readouterr().out.strip()).read_text()


def test_the_wheel_holds_the_script_the_pages_and_the_recorded_calls(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    files = (path for path in (ROOT / "bridge").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert {str(path.relative_to(ROOT)) for path in files} <= names
