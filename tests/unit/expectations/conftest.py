"""A warehouse in which every suite holds, and one in which each of its checks is broken by a row."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from expectations.suite import Check, Suite
from expectations.validate import LAYERS, CheckResult, suites_of, validate
from ingestion.registry import SOURCES
from ingestion.table import DDL_TYPES

AS_OF = date(2026, 7, 1)
LOADED = datetime(2026, 7, 2, tzinfo=UTC)
MARTS = Path(__file__).parents[3] / "dbt_project" / "marts"
PERSONAL = "Zaphod"
ALL_SUITES = [suite for layer in LAYERS for suite in suites_of(layer)]
EVERYTHING = {suite.asset for suite in ALL_SUITES}

Row = dict[str, Any]


def raw_columns() -> dict[str, dict[str, str]]:
    """Columns and types of every raw table, as ingestion declares them."""
    return {
        f"{source.dataset}.{table.name}": {name: DDL_TYPES[kind] for name, kind in table.columns.items()}
        | {"_dlt_load_id": "varchar"}
        for source in SOURCES.values()
        for table in source.tables
    }


def mart_columns() -> dict[str, dict[str, str]]:
    """Columns and types of every mart, as its contract declares them."""
    return {
        f"marts.{model['name']}": {column["name"]: column["data_type"] for column in model["columns"]}
        for file in MARTS.rglob("*__models.yml")
        for model in yaml.safe_load(file.read_text())["models"]
    }


def good_row(suite: Suite, columns: dict[str, str], number: int) -> Row:
    """A row that breaks nothing: equal numbers, days shortly before as_of, allowed words."""
    row: Row = {}
    for name, kind in columns.items():
        if name in suite.personal:
            row[name] = '"Zaphod"' if kind == "json" else f"{PERSONAL} {number}"
        elif kind.startswith("timestamp"):
            row[name] = datetime(2026, 6, 30, 12, tzinfo=UTC)
        else:
            row[name] = {
                "varchar": f"{name} {number}",
                "boolean": True,
                "date": date(2026, 6, 30),
                "json": "{}",
            }.get(kind, 10 + number)
    for check in suite.claims:
        arguments = check.arguments
        if "value_set" in arguments:
            row[arguments["column"]] = arguments["value_set"][0]
        elif {"min_value", "max_value"} <= set(arguments):
            middle = (arguments["min_value"] + arguments["max_value"]) / 2
            row[arguments["column"]] = middle if columns[arguments["column"]] == "double" else round(middle)
    return row | ({"_dlt_load_id": str(LOADED.timestamp())} if suite.layer == "raw" else {})


def bad_row(check: Check, good: Row, first: Row) -> Row:
    """The same row, breaking the check."""
    arguments = check.arguments
    match check.expectation:
        case "ExpectColumnValuesToNotBeNull":
            return good | {arguments["column"]: None}
        case "ExpectColumnValuesToBeInSet":
            return good | {arguments["column"]: "unheard-of"}
        case "ExpectColumnValuesToBeUnique" | "ExpectCompoundColumnsToBeUnique":
            return good | {column: first[column] for column in check.columns}
        case "ExpectColumnPairValuesAToBeGreaterThanB":
            step = timedelta(days=1) if isinstance(good[arguments["column_A"]], date) else 1
            return good | {arguments["column_B"]: good[arguments["column_A"]] + step}
        case "ExpectColumnValuesToBeBetween":
            return good | {arguments["column"]: beyond(check)}
    raise NotImplementedError(f"no bad row for {check.expectation}")


def beyond(check: Check) -> Any:
    """A value outside the check's bounds."""
    low, high = check.arguments.get("min_value"), check.arguments.get("max_value")
    if isinstance(low, date):
        return low - timedelta(days=1)
    if isinstance(high, int | float):
        return high + 1
    return low - 1 if high is None else datetime(2026, 8, 1, tzinfo=UTC)


def write(warehouse: Path, rows: dict[str, list[Row]], seen_before: int) -> Path:
    """A warehouse with the tables of all suites, and the row counts that an earlier run saw."""
    columns = raw_columns() | mart_columns()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.begin()
        connection.execute("create schema observability")
        connection.execute(
            "create table observability.check_results (check_name text, asset text, kind text, "
            "severity text, passed boolean, rows_seen bigint, rows_failing bigint, message text, run_id text)"
        )
        schemas = sorted({asset.split(".")[0] for asset in columns})
        connection.execute("; ".join(f"create schema {schema}" for schema in schemas))
        for asset, table in columns.items():
            listed = ", ".join(f'"{name}" {kind}' for name, kind in table.items())
            connection.execute(f"create table {asset} ({listed})")
        for asset, given in rows.items():
            names = list(columns[asset])
            row = f"({', '.join('?' * len(names))})"
            connection.execute(
                f"insert into {asset} values {', '.join([row] * len(given))}",
                [values[name] for values in given for name in names],
            )
        connection.execute(
            "insert into observability.check_results "
            "select 'has_rows', unnest(?), 'gx', 'error', true, ?, 0, '', 'earlier'",
            [list(columns), seen_before],
        )
        connection.commit()
    return warehouse


def rows_of(suites: list[Suite], is_broken: bool) -> dict[str, list[Row]]:
    """Two good rows of each table and, in a broken one, a row for each check of rows."""
    columns = raw_columns() | mart_columns()
    rows: dict[str, list[Row]] = {}
    for suite in suites:
        good = [good_row(suite, columns[suite.asset], number) for number in range(2)]
        broken = [
            bad_row(check, good_row(suite, columns[suite.asset], 100 + number), good[0])
            for number, check in enumerate(suite.claims)
            if check.where and is_broken
        ]
        rows[suite.asset] = good + broken
    return rows


def judge(warehouse: Path, docs: Path | None = None) -> dict[tuple[str, str], CheckResult]:
    """The results of both layers, by asset and check."""
    return {
        (result.asset, result.check_name): result
        for layer in LAYERS
        for result in validate(warehouse, layer, "all", AS_OF, EVERYTHING, docs, "a run")
    }


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], CheckResult]:
    """Results on the warehouse in which everything holds."""
    warehouse = tmp_path_factory.mktemp("good") / "warehouse.duckdb"
    return judge(write(warehouse, rows_of(ALL_SUITES, is_broken=False), seen_before=2))


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse in which every check of rows is broken, and once had far more rows."""
    warehouse = tmp_path_factory.mktemp("broken") / "warehouse.duckdb"
    return write(warehouse, rows_of(ALL_SUITES, is_broken=True), seen_before=1_000)


@pytest.fixture(scope="session")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages of the broken warehouse's results are written."""
    return tmp_path_factory.mktemp("docs")


@pytest.fixture(scope="session")
def bad(broken: Path, docs: Path) -> dict[tuple[str, str], CheckResult]:
    """Results on the broken warehouse."""
    return judge(broken, docs)


@pytest.fixture(scope="module")
def rows_in(broken: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the broken warehouse, closed before another module judges it."""
    with duckdb.connect(str(broken), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
