"""Why the dialect exists: Great Expectations loses DuckDB's results without it."""

from pathlib import Path
from typing import Any

import duckdb
import great_expectations as gx
import pytest
import sqlalchemy

from expectations.buffered_duckdb import READ_ONLY, url


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A table of three rows, one of them wrong."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema shop")
        connection.execute(
            "create table shop.sales as select i - 1 as amount, 'x' as \"a Name\" from range(3) t(i)"
        )
    return path


def validated(address: str) -> Any:
    """Great Expectations' result of an expectation that one row breaks."""
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_sql(
        "shop", connection_string=address, kwargs={"connect_args": READ_ONLY}
    )
    batch = source.add_table_asset("sales", table_name="sales", schema_name="shop")
    definition = batch.add_batch_definition_whole_table("whole")
    not_negative = gx.expectations.ExpectColumnValuesToBeBetween(column="amount", min_value=0)
    try:
        return definition.get_batch().validate(not_negative)
    finally:
        source.get_engine().dispose()


def test_results_arrive(warehouse: Path) -> None:
    result = validated(url(warehouse))
    assert not result.success
    assert (result.result["element_count"], result.result["unexpected_count"]) == (3, 1)


def test_without_the_dialect_they_are_lost(warehouse: Path) -> None:
    # If this fails, Great Expectations reads DuckDB by itself, and the dialect can go.
    result = validated(f"duckdb:///{warehouse}")
    assert not result.success
    assert "unexpected_count" not in result.result
    assert result.exception_info


def test_columns_are_named_and_typed(warehouse: Path) -> None:
    engine = sqlalchemy.create_engine(url(warehouse), connect_args=READ_ONLY)
    columns = sqlalchemy.inspect(engine).get_columns("sales", schema="shop")
    engine.dispose()
    assert [column["name"] for column in columns] == ["amount", "a Name"]
    assert isinstance(columns[0]["type"], sqlalchemy.types.BigInteger)


def test_the_connection_is_read_only_and_in_utc(warehouse: Path) -> None:
    engine = sqlalchemy.create_engine(url(warehouse), connect_args=READ_ONLY)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select current_setting('TimeZone')").scalar_one() == "UTC"
        with pytest.raises(sqlalchemy.exc.ProgrammingError, match="read-only"):
            connection.exec_driver_sql("create table mine as select 1")
    engine.dispose()
