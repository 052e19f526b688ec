"""How vendors write times, numbers and e-mail addresses, on whole columns."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# pyarrow has no type stubs: a pa.Array or pa.ChunkedArray.
Column = Any


def iso(column: Column, unit: str = "ms", end: str = "Z") -> Column:
    """Timestamps as ISO text: to the millisecond with Z, or to the second with another ending."""
    return pc.strftime(column.cast(pa.timestamp(unit, "UTC"), safe=False), format=f"%Y-%m-%dT%H:%M:%S{end}")


def iso_moment(moment: datetime) -> str:
    """One moment as ISO text to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_ms(column: Column) -> Column:
    """Timestamps or dates as text of milliseconds since 1970."""
    return milliseconds(column).cast(pa.string())


def milliseconds(column: Column) -> Column:
    """Timestamps or dates as milliseconds since 1970."""
    return column.cast(pa.timestamp("ms", "UTC"), safe=False).cast(pa.int64())


def number(column: Column) -> Column:
    """Numbers as the shortest decimal text, never in exponents."""
    if pa.types.is_floating(column.type):
        column = pc.round(column, 6).cast(pa.decimal128(38, 6))
    text = column.cast(pa.string())
    text = pc.replace_substring_regex(text, r"(\.\d*?)0+$", r"\1")
    return pc.replace_substring_regex(text, r"\.$", "")


def capitalised(emails: Column) -> Column:
    """Addresses as people type them: some in capitals, most as they are."""
    loud = pc.equal(pc.bit_wise_and(pc.fill_null(pc.utf8_length(emails), 0), 7), 5)
    return pc.if_else(loud, pc.utf8_upper(emails), emails)


def address_hashes(emails: Column, prefix: str = "") -> dict[str, str]:
    """The md5 of each distinct address, trimmed and in lower case, by the address as given."""
    return {
        email: hashlib.md5((prefix + email.strip().lower()).encode(), usedforsecurity=False).hexdigest()
        for email in pc.unique(emails).to_pylist()
        if email is not None
    }


def take(table: pa.Table, rows: np.ndarray, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries."""
    chosen = table.select(columns) if columns is not None else table
    return chosen.take(pa.array(rows, pa.int64())).to_pylist()
