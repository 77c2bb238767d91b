"""An XLSX file as people open it: LibreOffice reads it, shows numbers as numbers, and makes a PDF of it."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bridge.reports.csv_file import as_csv
from bridge.reports.listing import calls
from bridge.reports.sheet import Sheet, of_result
from bridge.reports.xlsx_file import as_xlsx
from tests.docs.pages import ROOT
from tests.reports import centre
from tests.reports.asking import asked, in_memory, told
from tests.reports.centre import made

BEGAN = 1_772_409_600_000
AS_OF = 4_000_000_000_000
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
"""UTF-8, cells as LibreOffice shows them."""


def written(sheet: Sheet, labels: Any) -> bytes:
    out = io.BytesIO()
    as_xlsx(sheet, out, labels)
    return out.getvalue()


def list_of(customer: str) -> Sheet:
    database = in_memory([made(customer={"number": "+886912345678", "name": customer})])
    return calls(asked(), database, AS_OF, "ids", ())


def test_a_caller_named_1_plus_1_is_text_in_the_list_of_calls_too() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(list_of("=1+1"), "ids")))
    page = book.worksheets[0]
    names = [cell.value for cell in page[1]]
    cell = page.cell(2, names.index("Customer name") + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    out = io.BytesIO()
    as_csv(list_of("=1+1"), out, "ids")
    text = out.getvalue().decode()
    assert ",'=1+1," in text
    assert ",+886912345678," in text, "a phone number stays as it is"


@pytest.mark.full
def test_libreoffice_opens_the_files_and_prints_them(tmp_path: Path) -> None:
    packages = ("libreoffice-calc-nogui", "poppler-utils", "fonts-noto-cjk")
    subprocess.run([ROOT / "docker" / "apt.sh", *packages], check=True)
    database = in_memory(centre.calls(9, 80, BEGAN, BEGAN + 80_000_000))
    (tmp_path / "agents.xlsx").write_bytes(written(of_result(told("agents", asked(), database)), "zh-TW"))
    (tmp_path / "calls.xlsx").write_bytes(written(calls(asked(), database, AS_OF, "zh-TW", ()), "zh-TW"))
    (tmp_path / "evil.xlsx").write_bytes(written(list_of("=1+1"), "en"))
    for kind in ("pdf", AS_SHOWN):
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", kind,
             "--outdir", tmp_path / kind[:3], *sorted(tmp_path.glob("*.xlsx"))],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
    agents = (tmp_path / "csv" / "agents.csv").read_text("utf-8")
    assert "接聽數" in agents
    assert "%" in agents, "a rate is shown as one"
    assert re.search(r",0:0[0-9]:[0-9]{2},", agents), "and a length as hours"
    assert "=1+1" in (tmp_path / "csv" / "evil.csv").read_text("utf-8"), "and not 2"
    command = ["pdftotext", "-layout", tmp_path / "pdf" / "agents.pdf", "-"]
    last = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\f")[-2]
    assert re.search(r"version 1 +\S+ +\S.* {2,}\S", last), "a formula stands on one page in both languages"
    command = ["pdftotext", "-layout", tmp_path / "pdf" / "calls.pdf", "-"]
    text = subprocess.run(command, check=True, capture_output=True)
    assert "開始" in text.stdout.decode()
