"""Numpy arrays as the columns of Arrow tables, and the dice that fill them.

Moments are whole seconds since 1970 as int64; NEVER stands for what doesn't happen and becomes NULL.
"""

import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sandbox.schemas import SCHEMAS

NEVER = 2**62
DAY_SECONDS = 86_400
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def dice(seed: int, part: str) -> np.random.Generator:
    """The random numbers of one part of the world, which no other part's draws can shift."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(part.encode())])))


def epoch(day: date) -> int:
    """The first second of a day."""
    return (day - date(1970, 1, 1)).days * DAY_SECONDS


def table(name: str, columns: Mapping[str, Any]) -> pa.Table:
    """The columns as the table of that name, absent ones NULL, in the order and types of SCHEMAS."""
    schema = SCHEMAS[name]
    rows = len(next(iter(columns.values())))
    return pa.table(
        [_typed(columns[field.name], field.type) if field.name in columns else pa.nulls(rows, field.type)
         for field in schema],
        schema=schema,
    )  # fmt: skip


def _typed(column: Any, kind: pa.DataType) -> pa.Array:
    """One column in its type; seconds become moments."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.Array):
        return column if column.type == kind else column.cast(kind)
    if pa.types.is_timestamp(kind):
        return moments(column)
    return pa.array(column, type=kind)


def moments(seconds: Ints) -> pa.Array:
    """Seconds as UTC timestamps, NEVER as NULL."""
    missing = seconds >= NEVER
    microseconds = np.where(missing, 0, seconds) * 1_000_000
    return pa.array(microseconds, mask=missing).cast(pa.timestamp("us", tz="UTC"))


def seconds_of(column: pa.ChunkedArray) -> Ints:
    """UTC timestamps as seconds, NULL as NEVER."""
    whole = pc.divide(column.cast(pa.int64()), 1_000_000)
    return np.asarray(pc.fill_null(whole, NEVER), dtype=np.int64)


def days(numbers: Ints, missing: Flags | None = None) -> pa.Array:
    """Days since 1970 as dates."""
    return pa.array(numbers.astype(np.int32), mask=missing).cast(pa.date32())


def decimals(units: Ints, kind: pa.DataType, missing: Flags | None = None) -> pa.Array:
    """Whole units of the last decimal place as decimals (cents for a scale of 2)."""
    values = pa.array(units, type=pa.int64(), mask=missing)
    words = np.empty((len(units), 2), dtype="<i8")
    words[:, 0], words[:, 1] = units, units >> 63
    return pa.Array.from_buffers(kind, len(units), [values.buffers()[0], pa.py_buffer(words)])


def pick(words: Sequence[str | None], codes: Ints) -> pa.Array:
    """The word at each code; code −1 is NULL."""
    return pa.array(words, type=pa.string()).take(pa.array(codes, mask=codes < 0))


def take(column: pa.Array, codes: Ints) -> pa.Array:
    """The value of an Arrow column at each code; code −1 is NULL."""
    return column.take(pa.array(codes, mask=codes < 0))


def joined(*parts: Any) -> pa.Array:
    """Texts glued row by row; numpy integers are written in digits."""
    texts = [pa.array(part).cast(pa.string()) if isinstance(part, np.ndarray) else part for part in parts]
    return pc.binary_join_element_wise(*texts, "")


def only(column: pa.Array, keep: Flags) -> pa.Array:
    """The column where `keep`, NULL elsewhere."""
    return pc.if_else(pa.array(keep), column, pa.scalar(None, column.type))


def scrambled(numbers: Ints) -> Ints:
    """A bijection of the numbers below 2^60 that hides their order."""
    mask = np.uint64(2**60 - 1)
    mixed = numbers.astype(np.uint64) + np.uint64(1)
    for multiplier in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9):
        mixed = (mixed * np.uint64(multiplier)) & mask
        mixed ^= mixed >> np.uint64(31)
    return mixed.astype(np.int64)


def choose(rng: np.random.Generator, weights: Sequence[float], size: int) -> Ints:
    """Indices drawn by weight."""
    bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.minimum(np.searchsorted(bounds / bounds[-1], rng.random(size), side="right"), len(bounds) - 1)


def group_starts(counts: Ints) -> Ints:
    """Where each group begins when groups of these sizes lie one after the other."""
    return np.cumsum(counts) - counts


def running_within(values: Floats, counts: Ints) -> Floats:
    """Running sums that begin anew in each group (groups in order, sizes `counts`)."""
    totals = np.cumsum(values)
    before = np.concatenate([[0.0], totals])[group_starts(counts)]
    return totals - np.repeat(before, counts)


def last_by(codes: Ints, groups: int) -> Ints:
    """The position of the last row of each group, −1 for an empty one."""
    positions = np.full(groups, -1, dtype=np.int64)
    positions[codes] = np.arange(len(codes))
    return positions


def last_of_each(keys: Ints) -> Ints:
    """The last position of each key; key −1 counts for nothing."""
    known, last = np.unique(keys[::-1], return_index=True)
    return len(keys) - 1 - last[known >= 0]


def month_number(seconds: Ints) -> Ints:
    """Each moment's month, counted from January 1970."""
    return seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def month_start(seconds: Ints, later: Ints | int = 0) -> Ints:
    """The first second of each moment's month, or of the month some months later."""
    months = (month_number(seconds) + later).astype("datetime64[M]")
    return months.astype("datetime64[s]").astype(np.int64)


def months_later(seconds: Ints, later: Ints | int) -> Ints:
    """The same day and time some months later, in a shorter month its last day."""
    starts = month_start(seconds, later)
    last_day = month_start(starts, 1) - DAY_SECONDS
    day, time = np.divmod(seconds - month_start(seconds), DAY_SECONDS)
    return np.minimum(starts + day * DAY_SECONDS, last_day) + time
