"""Mailchimp's query parameters: times, and the fields to answer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.vendor import Refusal


def moment(values: Mapping[str, str], name: str) -> datetime | None:
    """A time among the parameters."""
    if name not in values:
        return None
    try:
        given = datetime.fromisoformat(values[name].replace(" ", "+"))
    except ValueError as error:
        raise Refusal("invalid", f"{values[name]!r} is not an ISO 8601 time.", name) from error
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def between(table: pa.Table, column: str, after: datetime | None, before: datetime | None) -> pa.Table:
    """The rows after one moment and before another."""
    if after is not None:
        table = table.filter(pc.greater(table[column], pa.scalar(after, table[column].type)))
    if before is not None:
        table = table.filter(pc.less(table[column], pa.scalar(before, table[column].type)))
    return table


def trimmed(value: Any, fields: list[list[str]], keep: bool) -> Any:
    """An answer with only (or without) the fields on the dotted paths."""
    if isinstance(value, list):
        return [trimmed(item, fields, keep) for item in value]
    if not isinstance(value, dict) or not fields:
        return value
    out = {}
    for name, inner in value.items():
        below = [path[1:] for path in fields if path[0] == name]
        whole = [] in below
        if keep and below:
            out[name] = inner if whole else trimmed(inner, below, keep)
        elif not keep and not whole:
            out[name] = trimmed(inner, below, keep)
    return out
