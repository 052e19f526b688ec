"""dbt's run results, read as check results and as errors that name what to look at."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt_manifest import relation_of
from orchestration.observability import CheckRow

SHOWN_ROWS = 3
# Values of these columns never leave the warehouse by way of a message.
PERSONAL = ("email", "name", "phone", "identifier", "address", "ip")


def check_rows(
    results: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any], warehouse: Path
) -> list[CheckRow]:
    """The tests that were made, with rows seen and, where one failed, what it found."""
    tests = [
        result
        for result in results
        if result["unique_id"].startswith("test.") and result["status"] != "skipped"
    ]
    if not tests:
        return []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        counts = _table_rows(connection)
        return [_check_row(connection, counts, result, manifest) for result in tests]


def errors(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Models and seeds that did not build, each with dbt's words; what depends on them was skipped."""
    return [
        f"{result['unique_id'].split('.')[-1]} could not be built: {result['message']}"
        for result in results
        if result["status"] == "error" and not result["unique_id"].startswith("test.")
    ]


def _check_row(
    connection: duckdb.DuckDBPyConnection,
    counts: Mapping[str, int],
    result: Mapping[str, Any],
    manifest: Mapping[str, Any],
) -> CheckRow:
    test = manifest["nodes"][result["unique_id"]]
    relation = _relation(test, manifest)
    seen = counts.get(relation)
    status = result["status"]
    severity = "warn" if status == "warn" else test["config"]["severity"].lower()
    return CheckRow(
        check_name=test["name"],
        asset=relation,
        kind="dbt_test",
        severity=severity,
        passed=status == "pass",
        rows_seen=seen,
        rows_failing=result.get("failures"),
        message=_message(connection, result, test, seen),
    )


def _relation(test: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """schema.relation that the test is about."""
    nodes = {**manifest["nodes"], **manifest["sources"]}
    named = test["config"].get("meta", {}).get("dagster", {}).get("ref", {}).get("name")
    attached = test.get("attached_node") or next(
        (read for read in test["depends_on"]["nodes"] if nodes.get(read, {}).get("name") == named),
        next(iter(test["depends_on"]["nodes"]), None),
    )
    node = nodes.get(attached)
    return ".".join(relation_of(node)) if node else "project"


def _table_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of every table; a view's are not counted, as that would compute it."""
    found = connection.execute(
        "select schema_name || '.' || table_name, estimated_size from duckdb_tables()"
    ).fetchall()
    return dict(found)


def _message(
    connection: duckdb.DuckDBPyConnection,
    result: Mapping[str, Any],
    test: Mapping[str, Any],
    seen: int | None,
) -> str:
    if result["status"] == "pass":
        return "not supplied: no rows to judge" if seen == 0 else ""
    if result["status"] == "error":
        return f"could not run: {result.get('message')}"
    column = test.get("column_name")
    rows = "; ".join(_failing_rows(connection, result, column))
    about = f"column {column}: " if column else ""
    count = result.get("failures") or 0
    return f"{about}{count:,} row{'s' if count != 1 else ''} against the rule {_rule(test)}: {rows}"


def _rule(test: Mapping[str, Any]) -> str:
    return str((test.get("test_metadata") or {}).get("name") or test["name"])


def _failing_rows(
    connection: duckdb.DuckDBPyConnection, result: Mapping[str, Any], column: str | None
) -> Iterator[str]:
    """A few of the rows that the test returned, as column = value; personal values are not shown."""
    code = result.get("compiled_code")
    if not code:
        yield f"see the rows with dbt show --select {result['unique_id'].split('.')[2]}"
        return
    found = connection.execute(f"select * from ({code}) as failing limit {SHOWN_ROWS}")  # noqa: S608
    names = [described[0] for described in found.description or []]
    for row in found.fetchall():
        values = dict(zip(names, row, strict=True))
        shown = {column: values[column]} if column in values else values
        yield ", ".join(f"{name} = {_shown(name, value, column)}" for name, value in shown.items())


def _shown(name: str, value: object, column: str | None) -> str:
    is_personal = any(word in (name, column) or name.endswith(f"_{word}") for word in PERSONAL)
    return (
        "(personal, not shown)"
        if is_personal and value is not None
        else "NULL"
        if value is None
        else str(value)
    )
