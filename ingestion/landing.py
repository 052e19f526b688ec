"""Pages of a vendor's reply become typed arrow tables; what cannot be typed goes to quarantine, counted."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.common.normalizers.naming.snake_case import NamingConvention
from dlt.extract import DltResource

from ingestion.casting import as_text, as_type, kind_of, literal, quoted
from ingestion.table import DDL_TYPES, RESERVED_PREFIXES, ROW_KEY, Table

Page = Sequence[Mapping[str, Any]] | pa.Table | pa.RecordBatch
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
    "timestamp": pa.timestamp("us", "UTC"),
}
ARTICLE = {"bigint": "a whole number", "double": "a number", "decimal": "a decimal", "bool": "true or false",
           "timestamp": "a timestamp", "date": "a date", "json": "JSON"}  # fmt: skip
# A few odd values in a sparse column are bad rows; from this many on, or half of the page, the column changed.
FLIPPED_VALUES = 20
MERGE: Any = {"disposition": "merge", "strategy": "delete-insert"}
CONTRACT: Any = {"tables": "evolve", "columns": "evolve", "data_type": "freeze"}


@dataclass(frozen=True)
class Read:
    """Groups that a load has read in full, as values of the columns that the table `replaces`, empty or not."""

    groups: Sequence[tuple[Any, ...]]


class TypeFlip(Exception):
    """A column arrives in another type than the one it is stored in."""

    def __init__(self, table: str, column: str, stored: str, arriving: str, example: str, place: str) -> None:
        self.table, self.column, self.stored, self.arriving = table, column, stored, arriving
        super().__init__(
            f"table {table}, column {column}: stored as {stored}, arrives as {arriving} ({example!r} in {place}). "
            "Nothing of this load was kept. If the change is meant, change the type where the table is declared "
            "and run once with --full-refresh; if not, correct it at the source and run again."
        )


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

    def typed(
        self, page: Page, endpoint: str | None = None, row_numbers: pa.Array | None = None
    ) -> Iterator[Any]:
        """The typed rows of a page, then its rejected rows and its counts."""
        place = endpoint or self.endpoint
        raw = page_table(page)
        if row_numbers is None:
            row_numbers = pa.array(range(self.rows_seen + 1, self.rows_seen + raw.num_rows + 1), pa.int64())
        self.rows_seen += raw.num_rows
        rejected: list[dict[str, Any]] = []
        deduplicated = 0
        if raw.num_rows:
            landed, rejected = self._split(raw, row_numbers, place)
            deduplicated = self._repeated(landed)
            if landed.num_rows:
                yield raw_rows(self.table, landed)
        if rejected:
            yield package_rows(REJECTED, rejected)
        counts = {"extracted": raw.num_rows, "deduplicated": deduplicated, "quarantined": len(rejected)}
        yield package_rows(EXTRACTED, [{"entity": self.table.name, "file_or_endpoint": place, **counts}])

    def replaced(self, read: Read) -> Iterator[Any]:
        """Rows that reach the staging table only, where they name the groups to replace."""
        if not read.groups:
            return
        kinds = [self.table.columns[column] for column in self.table.replaces]
        values = zip(zip(*read.groups, strict=True), kinds, strict=True)
        columns = [pa.array(group, ARROW[kind]) for group, kind in values]
        yield raw_rows(self.table, pa.Table.from_arrays(columns, names=list(self.table.replaces)))

    def _split(
        self, raw: pa.Table, row_numbers: pa.Array, place: str
    ) -> tuple[pa.Table, list[dict[str, Any]]]:
        kinds = {**self.table.columns, **self._extras(raw, place)}
        typed = {c: self._expression(raw, c, kind) for c, kind in kinds.items()}
        arriving = [c for c in kinds if c in raw.column_names]
        values = {c: as_text(c, raw.schema.field(c).type) for c in arriving}
        raw = raw.append_column("_row_number", row_numbers)
        self.connection.register("page", raw)
        names = {c: f"t{n}" for n, c in enumerate(kinds)}
        untyped = {c: f"({names[c]} is null and {values[c]} is not null)" for c in arriving}
        problems = ", ".join([*self._unreadable(untyped, values, kinds), *self._missing(values)]) or "null"
        # The inner select computes each typed value once; the outer one judges them.
        self.connection.execute(
            f"create or replace temp table judged as select *, nullif(concat_ws('; ', {problems}), '') as _problem "  # noqa: S608
            f"from (select *, {', '.join(f'{typed[c]} as {names[c]}' for c in kinds)} from page)"
        )
        self.connection.unregister("page")
        bad = self._one("select count(_problem) from judged")[0]
        rejected: list[dict[str, Any]] = []
        if bad:
            self._refuse_flips({c: untyped[c] for c in arriving if kinds[c] != "text"}, values, kinds, place)
            rejected = self._rejected(arriving, place)
        added = f", {literal(self.account_id)} as _source_account_id"
        if self.table.key:
            added += f", {self._row_key(names)} as {ROW_KEY}"
        select = ", ".join(f"{names[c]} as {quoted(c)}" for c in kinds)
        landed = self.connection.execute(
            f"select {select}{added} from judged where _problem is null"
        ).to_arrow_table()  # noqa: S608
        self.connection.execute("drop table judged")
        return landed, rejected

    def _expression(self, raw: pa.Table, column: str, kind: str) -> str:
        if column not in raw.column_names:
            return f"cast(null as {'varchar' if kind == 'json' else DDL_TYPES[kind]})"
        return as_type(column, raw.schema.field(column).type, kind)

    def _unreadable(
        self, untyped: Mapping[str, str], values: Mapping[str, str], kinds: Mapping[str, str]
    ) -> list[str]:
        return [
            f"case when {bad} then {literal(f'column {c}: ')} || '''' || left({values[c]}, 80) || '''' "
            f"|| {literal(f' is not {ARTICLE[kinds[c]]}')} end"
            for c, bad in untyped.items()
            if kinds[c] != "text"
        ]

    def _missing(self, values: Mapping[str, str]) -> list[str]:
        checks = [
            f"case when {values.get(c, 'null')} is null then {literal(f'column {c}: required, but empty')} end"
            for c in self.table.filled
        ]
        if self.table.one_of:
            empty = " and ".join(f"{values.get(c, 'null')} is null" for c in self.table.one_of)
            reason = f"columns {', '.join(self.table.one_of)}: one of them is required, but all are empty"
            checks.append(f"case when {empty} then {literal(reason)} end")
        return checks

    def _refuse_flips(
        self, untyped: Mapping[str, str], values: Mapping[str, str], kinds: Mapping[str, str], place: str
    ) -> None:
        for column, bad in untyped.items():
            rows, filled, unread, example = self._one(
                f"select count(*), count({values[column]}), count(*) filter (where {bad}), "  # noqa: S608
                f"any_value({values[column]}) filter (where {bad}) from judged"
            )
            if unread == filled >= 2 and (filled * 2 >= rows or filled >= FLIPPED_VALUES):
                raise TypeFlip(self.table.name, column, kinds[column], "text", example[:80], place)

    def _rejected(self, arriving: Sequence[str], place: str) -> list[dict[str, Any]]:
        packed = ", ".join(f"{literal(c)}, {quoted(c)}" for c in arriving)
        rows = self.connection.execute(
            f"select _row_number, _problem, cast(json_object({packed}) as varchar) from judged "  # noqa: S608
            "where _problem is not null order by _row_number"
        ).fetchall()
        now = datetime.now(UTC)
        same = {"entity": self.table.name, "file_or_endpoint": place, "rejected_at": now}
        return [{**same, "row_number": n, "reason": reason, "row_json": row} for n, reason, row in rows]

    def _row_key(self, names: Mapping[str, str]) -> str:
        # Each part carries its length, so that no two keys run together; a missing part differs from an empty one.
        parts = ", ".join(
            f"coalesce(length(cast({names[c]} as varchar)) || ':' || cast({names[c]} as varchar), '-')"
            for c in self.table.key
        )
        return f"md5(concat_ws('|', {parts}))"

    def _repeated(self, landed: pa.Table) -> int:
        """How many rows repeat a key that this load has already seen."""
        if not self.table.key or not landed.num_rows:
            return 0
        self.connection.register("landed", landed)
        before = self._one("select count(*) from seen")[0]
        self.connection.execute(f"insert or ignore into seen select distinct {ROW_KEY} from landed")  # noqa: S608
        self.connection.unregister("landed")
        return landed.num_rows - (self._one("select count(*) from seen")[0] - before)

    def _extras(self, raw: pa.Table, place: str) -> dict[str, str]:
        """Columns that the table doesn't declare, with the type to store them in."""
        stored = {**self.stored(), **self.extra_kinds}
        extras: dict[str, str] = {}
        for arriving in raw.schema:
            column = arriving.name
            if column in self.table.columns:
                continue
            kind = "text" if self.extras_as_text else kind_of(arriving.type)
            if (arriving.metadata or {}).get(b"kind"):
                kind = arriving.metadata[b"kind"].decode()
            if pa.types.is_null(arriving.type):
                kind = stored.get(column, "")
            if not kind:
                continue
            known = stored.get(column, kind)
            if known != kind and (kind, known) not in {("bigint", "double"), ("bigint", "decimal")}:
                example = next(v for v in raw.column(column).to_pylist() if v is not None)
                raise TypeFlip(self.table.name, column, known, kind, str(example)[:80], place)
            extras[column] = self.extra_kinds[column] = known
        return extras

    def _one(self, sql: str) -> tuple[Any, ...]:
        row = self.connection.execute(sql).fetchone()
        assert row is not None
        return row


def page_table(page: Page) -> pa.Table:
    """A page as an arrow table with our column names."""
    if isinstance(page, pa.RecordBatch):
        page = pa.Table.from_batches([page])
    if not isinstance(page, pa.Table):
        page = _table_of_rows(page)
    naming = NamingConvention()
    names = [naming.normalize_identifier(name) for name in page.column_names]
    if repeated := sorted({n for n in names if names.count(n) > 1}):
        raise ValueError(f"several columns are called {', '.join(repeated)}; rename one at the source")
    return page.rename_columns(names)


def _table_of_rows(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    columns: dict[str, None] = {}
    for row in rows:
        columns.update(dict.fromkeys(row))
    fields, arrays = [], []
    for column in columns:
        values = [row.get(column) for row in rows]
        kind = _kind_of_values({type(value) for value in values if value is not None})
        fields.append(
            pa.field(column, pa.string() if kind else pa.null(), metadata={"kind": kind} if kind else None)
        )
        arrays.append(pa.array([_written(v) for v in values], fields[-1].type))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _kind_of_values(types: set[type]) -> str:
    if not types:
        return ""
    for kind, members in (
        ("bool", {bool}),
        ("bigint", {int}),
        ("double", {int, float}),
        ("json", {dict, list}),
    ):
        if types <= members:
            return kind
    return "text"


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


def _stored_types(table: str) -> dict[str, str]:
    schema = dlt.current.source_schema()
    if table not in schema.tables:
        return {}
    return {
        name: column["data_type"]
        for name, column in schema.get_table_columns(table).items()
        if "data_type" in column and not name.startswith(RESERVED_PREFIXES)
    }
