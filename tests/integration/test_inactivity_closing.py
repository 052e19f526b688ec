"""The check that inactivity by probability closes on whom fct_customer_value finds alive, right and wrong."""

from collections.abc import Iterator
from datetime import date

import duckdb
import jinja2
import pytest

from tests.conftest import ROOT

CHECK = ROOT / "dbt_project" / "tests" / "assert_inactivity_probability_closes_on_who_is_alive.sql"
JUNE = date(2026, 6, 1)
# Days since the last purchase, and the probability alive: likely, just so, within a rounding of it, not.
CUSTOMERS = ((5, 0.9), (40, 0.6), (40, 0.4999999999), (200, 0.1))


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """The relations that the check reads, as of 1 July, when June is the last month, and with no rows yet."""
    with duckdb.connect() as connection:
        connection.execute("create table canonical_as_of as select timestamp '2026-07-01' as as_of")
        connection.execute(
            "create table fct_customer_value (recency_days bigint, probability_alive double);"
            "create table fct_churn_monthly (definition varchar, segment_name varchar, period_month date,"
            " closing decimal(24, 6))"
        )
        yield connection


def is_broken(
    engine: duckdb.DuckDBPyConnection,
    closing: int | None,
    customers: tuple[tuple[int, float | None], ...] = CUSTOMERS,
    month: date = JUNE,
) -> bool:
    """Whether the check fails where the month closes on so many; None where it isn't there."""
    engine.execute("delete from fct_customer_value; delete from fct_churn_monthly")
    engine.executemany("insert into fct_customer_value values (?, ?)", customers)
    others = [("inactivity", "all", JUNE, 9), ("inactivity_probability", "segment", JUNE, 8)]
    rows = others if closing is None else [*others, ("inactivity_probability", "all", month, closing)]
    engine.executemany("insert into fct_churn_monthly values (?, ?, ?, ?)", rows)
    sql = jinja2.Template(CHECK.read_text()).render(
        ref=lambda name: name, var=lambda name: 0.5, reporting_month=lambda at: f"date_trunc('month', {at})"
    )
    return bool(engine.execute(sql).fetchall())


@pytest.mark.parametrize(("closing", "broken"), [(1, True), (2, False), (3, False), (4, True), (None, True)])
def test_the_last_month_closes_on_who_is_alive(
    engine: duckdb.DuckDBPyConnection, closing: int | None, broken: bool
) -> None:
    assert is_broken(engine, closing) is broken


def test_a_month_before_the_last_proves_nothing(engine: duckdb.DuckDBPyConnection) -> None:
    assert is_broken(engine, 2, month=date(2026, 5, 1))


def test_a_purchase_at_as_of_may_be_of_the_month_after(engine: duckdb.DuckDBPyConnection) -> None:
    bought = ((0, 1.0), (0, 0.3))
    assert [is_broken(engine, closing, bought) for closing in range(4)] == [False, False, False, True]


def test_of_a_refused_fit_there_is_nothing(engine: duckdb.DuckDBPyConnection) -> None:
    refused = ((5, None), (40, None))
    assert not is_broken(engine, None, refused)
    assert is_broken(engine, 1, refused)
