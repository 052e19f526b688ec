"""A page of a vendor's reply, lists of dicts or arrow, as one arrow table."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

import pyarrow as pa
from dlt.common.normalizers.naming.snake_case import NamingConvention

from ingestion.casting import kind_of
from ingestion.errors import IngestionError

Page: TypeAlias = Sequence[Mapping[str, Any]] | Any
KIND = b"kind"


class ColumnClash(IngestionError):
    """Two columns of a page would have one name in the warehouse."""


def page_table(page: Page) -> pa.Table:
    """A page with column names as dlt writes them; dicts become texts that remember what they were."""
    if isinstance(page, pa.RecordBatch):
        page = pa.Table.from_batches([page])
    if not isinstance(page, pa.Table):
        page = _table_of_rows(page)
    naming = NamingConvention()
    names = [naming.normalize_identifier(name) for name in page.column_names]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise ColumnClash(
            f"several columns would be called {', '.join(repeated)}; rename all but one at the source"
        )
    return page.rename_columns(names)


def arriving_kind(field: pa.Field) -> str:
    """The column type in which a field arrives; empty where all its values are."""
    if pa.types.is_null(field.type):
        return ""
    remembered = (field.metadata or {}).get(KIND)
    return remembered.decode() if remembered else kind_of(field.type)


def _table_of_rows(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    columns: dict[str, None] = {}
    for row in rows:
        columns.update(dict.fromkeys(row))
    fields, arrays = [], []
    for column in columns:
        values = [row.get(column) for row in rows]
        kind = _kind_of_values({type(value) for value in values if value is not None})
        metadata = {KIND: kind.encode()} if kind else None
        fields.append(pa.field(column, pa.string() if kind else pa.null(), metadata=metadata))
        arrays.append(pa.array([_written(value) for value in values], fields[-1].type))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _kind_of_values(types: set[type]) -> str:
    if not types:
        return ""
    kinds: dict[str, set[type]] = {
        "bool": {bool},
        "bigint": {int},
        "double": {int, float},
        "json": {dict, list},
    }
    return next((kind for kind, members in kinds.items() if types <= members), "text")


def _written(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
