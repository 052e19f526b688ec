"""Pages of a vendor's reply become typed arrow tables; what cannot be typed goes to quarantine, counted."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.extract import DltResource

from ingestion.casting import quoted
from ingestion.judging import ROW_NUMBER, Judge, TypeFlip
from ingestion.pages import Page, arriving_kind, page_table
from ingestion.table import RESERVED_PREFIXES, ROW_KEY, Table

__all__ = ["EXTRACTED", "REJECTED", "Landing", "Page", "Read", "TypeFlip", "land", "package_rows"]
REJECTED, EXTRACTED = "_rejected", "_extracted"
PACKAGE_COLUMNS: Mapping[str, Mapping[str, str]] = {
    EXTRACTED: {
        "entity": "text",
        "file_or_endpoint": "text",
        "extracted": "bigint",
        "deduplicated": "bigint",
        "quarantined": "bigint",
        "_row_id": "text",
    },
    REJECTED: {
        "entity": "text",
        "file_or_endpoint": "text",
        "row_number": "bigint",
        "reason": "text",
        "row_json": "text",
        "rejected_at": "timestamp",
        "_row_id": "text",
    },
}
ARROW = {
    "text": pa.string(),
    "bigint": pa.int64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
}
MERGE: Any = {"disposition": "merge", "strategy": "delete-insert"}
CONTRACT: Any = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}
# Types that an undeclared column may arrive in and still fit the one that it is stored in.
WIDENED = {("bigint", "double"), ("bigint", "decimal")}


@dataclass(frozen=True)
class Read:
    """Groups read in full, as values of the columns that the table `replaces`, whether rows came or not."""

    groups: Sequence[tuple[Any, ...]]


def land(table: Table, account_id: str, endpoint: str | None = None) -> DltResource:
    """A transformer from pages (lists of flat dicts, or arrow) to the typed rows of `table`."""
    landing = Landing(table, account_id, endpoint or table.name, stored=lambda: _stored_types(table.name))

    def landed(page: Page | Read) -> Iterator[Any]:
        if isinstance(page, Read):
            yield from landing.replaced(page)
        else:
            yield from landing.typed(page)

    return dlt.transformer(landed, name=table.name)


def raw_rows(table: Table, rows: pa.Table) -> Any:
    """Typed rows for the raw table, merged by the row's key, or replacing the groups that they name."""
    disposition = MERGE
    if table.replaces:
        group = ", ".join(map(quoted, table.replaces))
        disposition = MERGE | {
            "destination_scope": f"({group}) in (select {group} from {{staging_table}})",  # noqa: S608
            "source_filter": f"{table.row_identity} is not null",
        }
    # The types are arrow's own and every declared column is there, so hints say only how to merge. They go
    # with the rows, not the resource, because the counts of the same resource would inherit its columns.
    hints = dlt.mark.make_hints(
        table_name=table.name,
        write_disposition=disposition,
        columns=_merge_columns(table),
        schema_contract=CONTRACT,
    )
    return dlt.mark.with_hints(rows, hints, create_table_variant=True)


def _merge_columns(table: Table) -> Any:
    columns: dict[str, Any] = {}
    if table.key:
        # Nullable, as a row that only names a replaced group has no key; dlt would otherwise refuse it.
        columns[ROW_KEY] = {"name": ROW_KEY, "primary_key": True, "nullable": True}
    if table.newest_by:
        columns[table.newest_by] = {"name": table.newest_by, "dedup_sort": "desc"}
    return columns


def package_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows for `_rejected` or `_extracted`, which travel in the load package of the data they speak of."""
    columns = PACKAGE_COLUMNS[name]
    filled = [{**row, "_row_id": str(uuid.uuid4())} for row in rows]
    table = pa.Table.from_pylist(filled, schema=pa.schema([(c, ARROW[kind]) for c, kind in columns.items()]))
    hints = dlt.mark.make_hints(
        table_name=name,
        # Merged by an id of its own, because a killed load is repeated and must not count a row twice.
        write_disposition=MERGE,
        columns={"_row_id": {"name": "_row_id", "primary_key": True, "nullable": True}},
    )
    return dlt.mark.with_hints(table, hints, create_table_variant=True)


@dataclass
class Landing:
    """Types the pages of one table during one load."""

    table: Table
    account_id: str
    endpoint: str
    stored: Callable[[], Mapping[str, str]] = dict
    extras_as_text: bool = False
    rows_seen: int = 0
    extra_kinds: dict[str, str] = field(default_factory=dict)
    _connection: duckdb.DuckDBPyConnection | None = None

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A database in memory, opened with the first page."""
        if self._connection is None:
            self._connection = duckdb.connect(":memory:")
            self._connection.execute("set TimeZone = 'UTC'")
            self._connection.execute("create table seen (row_key varchar primary key)")
        return self._connection

    def typed(self, page: Page, endpoint: str | None = None, row_numbers: Any = None) -> Iterator[Any]:
        """The typed rows of a page, then its rejected rows and its counts."""
        place = endpoint or self.endpoint
        rows = page_table(page)
        if row_numbers is None:
            row_numbers = pa.arange(self.rows_seen + 1, self.rows_seen + rows.num_rows + 1)
        self.rows_seen += rows.num_rows
        rejected: list[dict[str, Any]] = []
        deduplicated = 0
        if rows.num_rows:
            kinds = {**self.table.columns, **self._extras(rows, place)}
            arriving = {c: rows.schema.field(c).type for c in rows.column_names if c in kinds}
            self.connection.register("page", rows.append_column(ROW_NUMBER, row_numbers))
            judge = Judge(self.connection, self.table, kinds, arriving, place)
            landed, bad = judge.landed(self.account_id)
            if bad:
                judge.refuse_flips()
                rejected = judge.rejected()
            self.connection.unregister("page")
            if landed.num_rows:
                deduplicated = self._repeated(landed)
                yield raw_rows(self.table, landed)
        if rejected:
            yield package_rows(REJECTED, rejected)
        counts = {"extracted": rows.num_rows, "deduplicated": deduplicated, "quarantined": len(rejected)}
        yield package_rows(EXTRACTED, [{"entity": self.table.name, "file_or_endpoint": place, **counts}])

    def replaced(self, read: Read) -> Iterator[Any]:
        """Rows that reach the staging table only, where they name the groups to replace."""
        if not read.groups:
            return
        kinds = [self.table.columns[column] for column in self.table.replaces]
        values = zip(zip(*read.groups, strict=True), kinds, strict=True)
        # The staging table filters by this column, also where every group that was read is empty.
        identity = pa.nulls(len(read.groups), pa.string() if self.table.key else pa.int64())
        columns = [identity, *(pa.array(group, ARROW[kind]) for group, kind in values)]
        names = [self.table.row_identity, *self.table.replaces]
        yield raw_rows(self.table, pa.Table.from_arrays(columns, names=names))

    def _repeated(self, landed: pa.Table) -> int:
        """How many rows repeat a key that this load has already seen."""
        if not self.table.key:
            return 0
        before = self._keys_seen()
        self.connection.register("landed", landed)
        self.connection.execute(f"insert or ignore into seen select distinct {ROW_KEY} from landed")  # noqa: S608
        self.connection.unregister("landed")
        return landed.num_rows - (self._keys_seen() - before)

    def _keys_seen(self) -> int:
        return self.connection.execute("select count(*) from seen").fetchall()[0][0]

    def _extras(self, rows: pa.Table, place: str) -> dict[str, str]:
        """Columns that the table doesn't declare, with the type to store them in."""
        stored = {**self.stored(), **self.extra_kinds}
        extras: dict[str, str] = {}
        for arriving in rows.schema:
            column, kind = arriving.name, arriving_kind(arriving)
            if column in self.table.columns:
                continue
            if kind and self.extras_as_text:
                kind = "text"
            known = stored.get(column, kind)
            if kind and kind != known and (kind, known) not in WIDENED:
                example = next(value for value in rows.column(column).to_pylist() if value is not None)
                raise TypeFlip(self.table.name, column, known, kind, str(example)[:80], place)
            if known:
                extras[column] = self.extra_kinds[column] = known
        return extras


def _stored_types(table: str) -> dict[str, str]:
    schema = dlt.current.source_schema()
    if table not in schema.tables:
        return {}
    columns = schema.get_table_columns(table)
    stored = {name: column.get("data_type") for name, column in columns.items()}
    return {name: kind for name, kind in stored.items() if kind and not name.startswith(RESERVED_PREFIXES)}
