"""The pipeline's own database: raw tables, and what became of every row that was extracted."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingestion.casting import quoted
from ingestion.errors import IngestionError
from ingestion.landing import EXTRACTED, PACKAGE_COLUMNS, REJECTED
from ingestion.registry import SOURCES, Source
from ingestion.table import DDL_TYPES

OBSERVABILITY: Mapping[str, Mapping[str, str]] = {
    "quarantined_rows": {
        "source_system": "varchar",
        "entity": "varchar",
        "file_or_endpoint": "varchar",
        "row_number": "bigint",
        "reason": "varchar",
        "row_json": "varchar",
        "load_id": "varchar",
        "rejected_at": "timestamp",
    },
    "row_conservation": {
        "source_system": "varchar",
        "entity": "varchar",
        "load_id": "varchar",
        "extracted": "bigint",
        "loaded": "bigint",
        "deduplicated": "bigint",
        "quarantined": "bigint",
        "is_conserved": "boolean",
    },
}


def warehouse_path(home: Path) -> Path:
    """The warehouse of a home, as an absolute path."""
    return home.resolve() / "warehouse.duckdb"


@contextmanager
def warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in UTC; it must be closed before another process, dbt or dlt opens the file."""
    path = warehouse_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(str(path))
    except duckdb.IOException as error:
        if "lock" not in str(error):
            raise
        raise IngestionError(
            f"{path} is open in another process; close it there and run again. DuckDB says: {error}"
        ) from None
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def declare(home: Path, sources: Iterable[Source] | None = None) -> None:
    """Make the observability tables and the raw tables of all sources, empty where nothing was loaded."""
    with warehouse(home) as connection:
        connection.execute("begin")
        for source in SOURCES.values() if sources is None else sources:
            declare_source(connection, source)
        for name, columns in OBSERVABILITY.items():
            _declare_table(connection, "observability", name, columns)
        connection.execute("commit")


def declare_source(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Make the raw tables of one source, with exactly the types that dlt would give them."""
    tables = {table.name: table.all_columns for table in source.tables}
    package = {name: {**columns, "_dlt_load_id": "text"} for name, columns in PACKAGE_COLUMNS.items()}
    for name, columns in {**tables, **package}.items():
        _declare_table(connection, source.dataset, name, {c: DDL_TYPES[kind] for c, kind in columns.items()})


def _declare_table(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, columns: Mapping[str, str]
) -> None:
    connection.execute(f"create schema if not exists {quoted(schema)}")
    table = f"{quoted(schema)}.{quoted(name)}"
    listed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
    connection.execute(f"create table if not exists {table} ({listed})")
    there = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
    for column, kind in columns.items():
        if column not in there:
            connection.execute(f"alter table {table} add column {quoted(column)} {kind}")


def has_loaded(connection: duckdb.DuckDBPyConnection, source: Source) -> bool:
    """Whether dlt has ever loaded this source into this warehouse."""
    found = connection.execute(
        "select 1 from information_schema.tables where table_schema = ? and table_name = '_dlt_loads'",
        [source.dataset],
    ).fetchone()
    return found is not None


def settle(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Write what became of the rows of loads that have not been accounted for; safe to repeat."""
    schema = quoted(source.dataset)
    if not has_loaded(connection, source):
        return
    connection.execute("begin")
    connection.execute(
        f"""
        create or replace temp table unsettled as
        select distinct extracted._dlt_load_id as load_id
        from {schema}.{EXTRACTED} as extracted
        inner join {schema}._dlt_loads as loads on extracted._dlt_load_id = loads.load_id and loads.status = 0
        where not exists (
            select 1 from observability.row_conservation as settled
            where settled.source_system = ? and settled.load_id = extracted._dlt_load_id
        )
        """,  # noqa: S608
        [source.name],
    )
    for table in source.tables:
        _settle_table(connection, source, table.name)
    connection.execute(
        f"""
        insert into observability.quarantined_rows
        select
            ?, entity, file_or_endpoint, row_number, reason, row_json, _dlt_load_id,
            rejected_at at time zone 'UTC',
        from {schema}.{REJECTED}
        where _dlt_load_id in (select load_id from unsettled)
        """,  # noqa: S608
        [source.name],
    )
    connection.execute("drop table unsettled")
    connection.execute("commit")


def _settle_table(connection: duckdb.DuckDBPyConnection, source: Source, name: str) -> None:
    schema, table = quoted(source.dataset), f"{quoted(source.dataset)}.{quoted(name)}"
    connection.execute(
        f"""
        insert into observability.row_conservation
        with counted as (
            select
                _dlt_load_id as load_id,
                sum(extracted) as extracted,
                sum(deduplicated) as deduplicated,
                sum(quarantined) as quarantined,
            from {schema}.{EXTRACTED}
            where entity = ? and _dlt_load_id in (select load_id from unsettled)
            group by _dlt_load_id
        ),
        landed as (
            select _dlt_load_id as load_id, count(*) as loaded
            from {table}
            where _dlt_load_id in (select load_id from unsettled)
            group by _dlt_load_id
        )
        select
            ?, ?, counted.load_id, counted.extracted, coalesce(landed.loaded, 0),
            counted.deduplicated, counted.quarantined,
            counted.extracted = coalesce(landed.loaded, 0) + counted.deduplicated + counted.quarantined,
        from counted
        left join landed using (load_id)
        """,  # noqa: S608
        [name, source.name, name],
    )
