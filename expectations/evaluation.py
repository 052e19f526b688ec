"""Great Expectations at work: suites become expectations, results become verdicts."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import great_expectations as gx
import sqlalchemy
from great_expectations.core.run_identifier import RunIdentifier

from expectations.buffered_duckdb import READ_ONLY, url
from expectations.context import context_for
from expectations.data_docs import write_pages
from expectations.suite import HAS_ROWS, AfterLoad, Check, DaysFromAsOf, HalfOfUsual, Suite

# No sample of failing values: results are written to Data Docs, and values may be personal.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
SHOWN_VALUES = 3


@dataclass(frozen=True)
class Verdict:
    """What Great Expectations found of one check."""

    passed: bool
    rows_failing: int
    message: str


@dataclass(frozen=True)
class Known:
    """What bounds depend on: as_of and, of the table, its rows, newest load, usual rows and column types."""

    as_of: date
    rows: int
    loaded: date | None
    usual: int
    types: Mapping[str, str]

    def value(self, bound: Any) -> Any:
        """A bound as a number or a date; anything else as it is."""
        match bound:
            case DaysFromAsOf(days):
                return self.as_of + timedelta(days=days)
            case AfterLoad():
                return max(self.as_of, self.loaded or self.as_of) + timedelta(days=1)
            case HalfOfUsual():
                return max(1, math.ceil(self.usual / 2))
        return bound

    def argument(self, bound: Any, column: str | None) -> Any:
        """A bound as Great Expectations compares it: midnight, with a zone where the column has one."""
        value = self.value(bound)
        if not isinstance(value, date):
            return value
        has_zone = self.types.get(column or "", "").endswith("ZONE")
        return datetime.combine(value, time(), UTC if has_zone else None)


Outcome = Mapping[str, tuple[int | None, Mapping[str, Verdict]]]


def evaluate(
    warehouse: Path, suites: Sequence[Suite], as_of: date, docs: Path | None, run_id: str
) -> Outcome:
    """For each asset its rows (None: no such table) and, where it has any, a verdict for each check."""
    context = context_for(docs)
    found: dict[str, tuple[int | None, Mapping[str, Verdict]]] = {}
    with opened(context, warehouse) as (source, connection):
        usual = most_rows_seen(connection)
        run = RunIdentifier(run_name=run_id or None)
        for suite in suites:
            known = facts(connection, suite, as_of, usual.get(suite.asset, 0))
            if known is None or not known.rows:
                found[suite.asset] = (None if known is None else 0, {})
                continue
            results = judged(context, source, suite, known, run)
            found[suite.asset] = (
                known.rows,
                {
                    check.name: verdict(connection, suite, check, known, results[check.name])
                    for check in suite.checks
                    if check.name in results
                },
            )
    if docs is not None:
        write_pages(context, docs, [suite.asset for suite in suites])
    return found


@contextmanager
def opened(context: Any, warehouse: Path) -> Iterator[tuple[Any, sqlalchemy.Connection]]:
    """The warehouse as a data source and as a connection, read-only; left open it would block the writer."""
    source = context.data_sources.add_or_update_sql(
        name="warehouse",
        connection_string=url(warehouse),
        kwargs={"connect_args": READ_ONLY},
        create_temp_table=False,
    )
    engine = source.get_engine()
    try:
        with engine.connect() as connection:
            yield source, connection
    finally:
        engine.dispose()
        context.data_sources.delete("warehouse")


def most_rows_seen(connection: sqlalchemy.Connection) -> dict[str, int]:
    """For each asset the most rows in which an earlier run found it well."""
    known = connection.exec_driver_sql(
        "select count(*) from duckdb_tables() where schema_name = $1 and table_name = $2",
        ("observability", "check_results"),
    ).scalar_one()
    if not known:
        return {}
    return {
        asset: rows
        for asset, rows in connection.exec_driver_sql(
            "select asset, max(rows_seen) from observability.check_results "
            "where kind = 'gx' and check_name = $1 and passed group by asset",
            (HAS_ROWS,),
        )
    }


def facts(connection: sqlalchemy.Connection, suite: Suite, as_of: date, usual: int) -> Known | None:
    """How many rows a table has and when they were loaded; None if there is no such table."""
    schema, table = suite.asset.split(".")
    types = {
        name: data_type
        for name, data_type in connection.exec_driver_sql(
            "select column_name, data_type from duckdb_columns() where schema_name = $1 and table_name = $2",
            (schema, table),
        )
    }
    if not types:
        return None
    # dlt's load ids are epoch seconds.
    load = "max(try_cast(_dlt_load_id as double))" if suite.layer == "raw" else "null"
    rows, loaded = connection.exec_driver_sql(f"select count(*), {load} from {suite.asset}").one()  # noqa: S608
    loaded_on = datetime.fromtimestamp(loaded, UTC).date() if loaded else None
    return Known(as_of, rows, loaded_on, usual, types)


def judged(context: Any, source: Any, suite: Suite, known: Known, run: RunIdentifier) -> dict[str, Any]:
    """Great Expectations' result of each check, by its name."""
    schema, table = suite.asset.split(".")
    batch = source.add_table_asset(
        suite.asset, table_name=table, schema_name=schema
    ).add_batch_definition_whole_table("whole")
    stored = context.suites.add_or_update(
        gx.ExpectationSuite(suite.asset, expectations=[expectation(check, known) for check in suite.checks])
    )
    definition = context.validation_definitions.add_or_update(
        gx.ValidationDefinition(name=suite.asset, data=batch, suite=stored)
    )
    result = definition.run(result_format=RESULT_FORMAT, run_id=run)
    return {one.expectation_config.meta["check"]: one for one in result.results}


def expectation(check: Check, known: Known) -> Any:
    """A check as Great Expectations knows it."""
    column = check.arguments.get("column")
    arguments = {name: known.argument(value, column) for name, value in check.arguments.items()}
    severity = "critical" if check.severity == "error" else "warning"
    return getattr(gx.expectations, check.expectation)(
        **arguments, meta={"check": check.name}, severity=severity
    )


def verdict(
    connection: sqlalchemy.Connection, suite: Suite, check: Check, known: Known, result: Any
) -> Verdict:
    """Whether a check passed, on how many rows it didn't, and how to see them."""
    if errors := raised(result.exception_info):
        return Verdict(False, 0, f"{suite.asset}: {check.name} could not be judged: {'; '.join(errors)}")
    if result.success:
        return Verdict(True, 0, "")
    bounds = {name: known.value(value) for name, value in check.arguments.items()}
    fault = check.fault.format(**bounds)
    if not check.where:
        seen = result.result.get("observed_value")
        return Verdict(False, 0, f"{suite.asset}: {fault} (found: {seen})")
    failing = result.result["unexpected_count"]
    where = check.where.format(table=suite.asset, **bounds)
    return Verdict(
        False,
        failing,
        f"{suite.asset}: {fault} in {failing:,} of {known.rows:,} rows"
        f"{examples(connection, suite, check, where)}. "
        f"See them: {query('*', suite, where)}",
    )


def raised(information: Mapping[str, Any] | None) -> list[str]:
    """The messages of exceptions in a result: one flat entry, or one for each metric."""
    entries = [information or {}, *(one for one in (information or {}).values() if isinstance(one, dict))]
    return sorted({str(one["exception_message"]) for one in entries if one.get("raised_exception")})


def examples(connection: sqlalchemy.Connection, suite: Suite, check: Check, where: str) -> str:
    """A few of the failing values; of personal columns none."""
    if suite.personal.intersection(check.columns):
        return " (values withheld: personal data)"
    if check.expectation == "ExpectColumnValuesToNotBeNull":
        return ""
    listed = ", ".join(f'"{column}"' for column in check.columns)
    rows = connection.exec_driver_sql(
        f"{query(f'distinct {listed}', suite, where)} order by {listed} limit {SHOWN_VALUES}"
    ).all()
    shown = (
        ", ".join(f"{name} = {value}" for name, value in zip(check.columns, row, strict=True)) for row in rows
    )
    return f" ({'; '.join(shown)})"


def query(columns: str, suite: Suite, where: str) -> str:
    """The query for the rows of a suite's table that meet a condition."""
    return f"select {columns} from {suite.asset} where {where}"  # noqa: S608
