"""A report or a list as Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import IO, Any

from bridge.errors import UsageError
from bridge.reports.columns import Column, Labels
from bridge.reports.sheet import Sheet

TOGETHER = 5
"""Blocks of rows in one row group of the file."""


def as_parquet(sheet: Sheet, out: IO[bytes], labels: Labels) -> None:
    """Parquet with Zstandard and exact types. A rate is a double and its two whole numbers. Raises ``UsageError``."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UsageError("--format parquet needs pyarrow, which is not installed here; write csv or xlsx") from None
    kinds = {
        "text": pa.string(), "count": pa.int64(), "seconds": pa.duration("ms"), "rate": pa.float64(),
        "number": pa.float64(), "time": pa.timestamp("ms", "UTC"), "flag": pa.bool_(),
        "list": pa.list_(pa.string()), "local": pa.string(), "yes": pa.bool_(),
    }  # fmt: skip
    schema = pa.schema([(column.label(labels), kinds[column.kind]) for column in sheet.columns])
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        blocks = sheet.blocks()
        while some := [*islice(blocks, TOGETHER)]:
            batches = [
                pa.record_batch(
                    [
                        pa.array(_parquet(column, values), kinds[column.kind])
                        for column, values in zip(sheet.columns, block, strict=True)
                    ],
                    schema=schema,
                )
                for block in some
            ]
            writer.write_table(pa.Table.from_batches(batches))


def _parquet(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    if column.kind in ("flag", "yes"):
        return [*map(bool, values)]
    return [value[0] / value[1] if isinstance(value, tuple) else value for value in values]
