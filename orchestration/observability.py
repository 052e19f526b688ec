"""What a run found out about itself, as rows: the results of its checks."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import cast

import duckdb

from orchestration.failures import FailedCheck

CHECK_RESULTS = """
    check_name varchar, asset varchar, kind varchar, severity varchar, passed boolean,
    rows_seen bigint, rows_failing bigint, message varchar, run_id varchar
"""


@dataclass(frozen=True)
class CheckRow:
    """One check's result in one run; `asset` is schema.relation, severity error or warn."""

    check_name: str
    asset: str
    kind: str
    severity: str
    passed: bool
    rows_seen: int | None
    rows_failing: int | None
    message: str


def record(warehouse: Path, run_id: str, rows: Iterable[CheckRow]) -> None:
    """Keep the results; a check repeated within a run replaces its earlier result."""
    values = [(*astuple(row), run_id) for row in rows]
    if not values:
        return
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("begin")
        connection.execute("create schema if not exists observability")
        connection.execute(f"create table if not exists observability.check_results ({CHECK_RESULTS})")
        connection.executemany(
            "delete from observability.check_results where check_name = ? and asset = ? and run_id = ?",
            [(row[0], row[1], run_id) for row in values],
        )
        connection.executemany(
            "insert into observability.check_results values (?, ?, ?, ?, ?, ?, ?, ?, ?)", values
        )
        connection.execute("commit")


def kinds_recorded(warehouse: Path, run_id: str) -> set[str]:
    """The kinds of checks that a run has made."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "select distinct kind from observability.check_results where run_id = ?", [run_id]
        ).fetchall()
    return {row[0] for row in found}


def failed_checks(warehouse: Path, run_id: str, severity: str = "error") -> list[FailedCheck]:
    """The checks of a severity that did not hold in a run; those of severity error block."""
    if not warehouse.exists():
        return []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if not connection.execute(
            "select 1 from duckdb_tables()"
            " where schema_name = 'observability' and table_name = 'check_results'"
        ).fetchall():
            return []
        found = connection.execute(
            "select check_name, asset, message from observability.check_results "
            "where run_id = ? and not passed and severity = ? order by asset, check_name",
            [run_id, severity],
        ).fetchall()
    return [FailedCheck(*row) for row in found]


def write_as_of(warehouse: Path, as_of: str) -> None:
    """The one row that rules all data: events later than its moment exist in no mart."""
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists run")
        connection.execute("create or replace table run.as_of (as_of timestamp)")
        connection.execute("insert into run.as_of values (cast(cast(? as date) as timestamp))", [as_of])


def is_built(warehouse: Path) -> bool:
    """Whether a run has come as far as the marts, so that there is something to check."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute("select 1 from duckdb_tables() where schema_name = 'marts' limit 1")
        return found.fetchone() is not None


def read_as_of(warehouse: Path) -> date:
    """The moment that the warehouse's data was last built for."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        [(day,)] = connection.execute("select cast(as_of as date) from run.as_of").fetchall()
    return cast(date, day)
