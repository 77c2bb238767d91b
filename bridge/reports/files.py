"""A report or a list as a file: JSON, CSV, XLSX, Parquet. The same request gives the same bytes, except for the
time of asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from bridge.reports.columns import Labels
from bridge.reports.csv_file import as_csv
from bridge.reports.json_file import as_json
from bridge.reports.parquet_file import as_parquet
from bridge.reports.sheet import Sheet
from bridge.reports.xlsx_file import as_xlsx

WRITERS: dict[str, Callable[[Sheet, IO[bytes], Labels], None]] = {
    "json": as_json, "csv": as_csv, "xlsx": as_xlsx, "parquet": as_parquet,
}  # fmt: skip
