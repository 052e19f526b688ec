"""Publishing: what passed the checks is copied into a new file, which replaces marts.duckdb by one rename."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

OBSERVABILITY = ("quarantined_rows", "row_conservation", "check_results", "published_versions")
PUBLISHED_VERSIONS = """
    version varchar, published_at timestamp, as_of timestamp, run_id varchar,
    row_counts varchar, is_current boolean
"""
# What a publication says of its figures, for the next run to compare with.
REMEMBERED: Mapping[str, str] = {
    "published_figures": """
        figure varchar, channel varchar, model varchar, conversion_type varchar, reason varchar,
        version varchar, stood_since varchar, value_before decimal(38, 9), value_after decimal(38, 9),
        period_month date
    """,
    "published_evidence": """
        subject varchar, detail varchar, period_month date, row_count bigint, rows_seen varchar,
        people_seen varchar, values_seen varchar
    """,
}


class PublicationError(Exception):
    """A publication that could not be completed; what was served before is served still."""


@dataclass(frozen=True)
class Description:
    """What a mart and its columns mean."""

    text: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Version:
    """A published version: its name, its file and the rows of each mart."""

    name: str
    file: Path
    row_counts: Mapping[str, int]


def publish(
    warehouse: Path,
    home: Path,
    as_of: date,
    run_id: str,
    keep: int,
    marts: Mapping[str, Description],
    observed: Iterable[str] = (),
) -> Version:
    """Write the marts and the observability tables into a new version and serve it; keep the newest versions.

    `observed` are the observability tables that were built with the marts, beside those that every run keeps.

    The new file is complete and on disk before any name points at it, so whoever dies on the way leaves the
    earlier version served and at most a file ending in .tmp, which the next publication removes.
    """
    versions = home / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for unfinished in [*versions.glob("*.tmp*"), *home.glob("marts.duckdb.tmp*")]:
        unfinished.unlink()
    name = _next_name(versions, as_of)
    unfinished = versions / f"{name}.duckdb.tmp"
    tables = [*OBSERVABILITY[:-1], *observed]
    row_counts = _write(warehouse, unfinished, home / "marts.duckdb", name, as_of, run_id, marts, tables)
    _sync(unfinished)
    final = versions / f"{name}.duckdb"
    unfinished.rename(final)
    _sync(versions)
    _serve(final, home / "marts.duckdb")
    _record(warehouse, final)
    for old in sorted(versions.glob("*.duckdb"))[:-keep]:
        old.unlink()
    return Version(name, final, row_counts)


def recall(warehouse: Path, home: Path, as_of: date) -> None:
    """Lay what is served beside the run's data: run.version, the name it will have if it is published, and
    run.published_figures and run.published_evidence of the served version, empty where there is none.
    """
    served = home / "marts.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("begin")
        connection.execute("create schema if not exists run")
        name = _next_name(home / "versions", as_of)
        connection.execute(
            "create or replace table run.version as select cast(? as varchar) as version", [name]
        )
        for table, columns in REMEMBERED.items():
            connection.execute(f"create or replace table run.{table} ({columns})")
        connection.execute("commit")
        if not served.exists():
            return
        connection.execute(f"attach {_literal(str(served))} as served (read_only)")
        for table in REMEMBERED:
            if connection.execute(
                "select 1 from duckdb_tables() where database_name = 'served' and table_name = ?", [table]
            ).fetchall():
                connection.execute(f"insert into run.{table} by name from served.observability.{table}")


def history(published: Path) -> list[dict[str, object]]:
    """The publications known to a published file, the newest first; none if there is no file."""
    if not published.exists():
        return []
    with duckdb.connect(str(published), read_only=True) as connection:
        found = connection.execute("select * from observability.published_versions order by version desc")
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def current_file(home: Path) -> Path:
    """The served version under its own name: in a database called marts, marts.fct_deals is ambiguous."""
    [current] = [row["version"] for row in history(home / "marts.duckdb") if row["is_current"]]
    return home / "versions" / f"{current}.duckdb"


def _next_name(versions: Path, as_of: date) -> str:
    """A name that sorts by publication, whatever as_of was asked for: 0007-2026-07-01."""
    numbers = [int(file.name[:4]) for file in versions.glob("[0-9][0-9][0-9][0-9]-*.duckdb")]
    return f"{max(numbers, default=0) + 1:04d}-{as_of.isoformat()}"


def _write(
    warehouse: Path,
    target: Path,
    served: Path,
    name: str,
    as_of: date,
    run_id: str,
    marts: Mapping[str, Description],
    tables: Iterable[str],
) -> dict[str, int]:
    """Fill the target file and return the rows of each mart, counted in both files."""
    earlier = history(served)
    with duckdb.connect(str(target)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {_literal(str(warehouse))} as warehouse (read_only)")
        connection.execute("create schema marts")
        connection.execute("create schema observability")
        row_counts = {mart: _copy(connection, "marts", mart) for mart in sorted(marts)}
        for mart, description in marts.items():
            _describe(connection, mart, description)
        for table in tables:
            _copy(connection, "observability", table)
        connection.execute(f"create table observability.published_versions ({PUBLISHED_VERSIONS})")
        rows = [[*(row[column] for column in _COLUMNS), False] for row in earlier]
        now = datetime.now(UTC).replace(tzinfo=None)
        rows.append([name, now, as_of, run_id, json.dumps(row_counts, sort_keys=True), True])
        connection.executemany("insert into observability.published_versions values (?, ?, ?, ?, ?, ?)", rows)
        connection.execute("detach warehouse")
    return row_counts


_COLUMNS = ("version", "published_at", "as_of", "run_id", "row_counts")


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    """Copy a whole relation in an order that depends on its rows alone; a lost row is an error."""
    relation = f"{_name(schema)}.{_name(table)}"
    connection.execute(f"create table {relation} as select * from warehouse.{relation} order by all")  # noqa: S608
    counts = [
        connection.execute(f"select count(*) from {origin}{relation}").fetchall()[0][0]  # noqa: S608
        for origin in ("warehouse.", "")
    ]
    if counts[0] != counts[1]:
        raise PublicationError(
            f"{schema}.{table}: {counts[0]} rows in the warehouse, {counts[1]} in the new version. "
            "Nothing was published; run again, and report it if it stays."
        )
    return int(counts[1])


def _describe(connection: duckdb.DuckDBPyConnection, mart: str, description: Description) -> None:
    relation = f"marts.{_name(mart)}"
    present = {row[0] for row in connection.execute(f"describe {relation}").fetchall()}
    connection.execute(f"comment on table {relation} is {_literal(description.text)}")
    for column, text in description.columns.items():
        if text and column in present:
            connection.execute(f"comment on column {relation}.{_name(column)} is {_literal(text)}")


def _serve(version: Path, served: Path) -> None:
    """Point marts.duckdb at a finished version; readers of the earlier one keep reading it."""
    beside = served.with_name("marts.duckdb.tmp")
    try:
        os.link(version, beside)
    except OSError:
        # A file system without hard links: a second copy costs space, and nothing else.
        shutil.copyfile(version, beside)
        _sync(beside)
    beside.replace(served)
    _sync(served.parent)


def _record(warehouse: Path, version: Path) -> None:
    """Keep the publications in the warehouse too; the published file is what is true if the two differ."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach {_literal(str(version))} as version (read_only)")
        connection.execute("create schema if not exists observability")
        connection.execute(
            "create or replace table observability.published_versions as "
            "select * from version.observability.published_versions order by all"
        )


def _sync(path: Path) -> None:
    """Have the operating system write a file, or a folder's names, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
