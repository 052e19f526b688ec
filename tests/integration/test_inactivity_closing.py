"""The checks that both inactivities close on whom they count, at a month's end and within one."""

from collections.abc import Iterator, Sequence
from datetime import date
from types import SimpleNamespace

import duckdb
import jinja2
import pytest

from tests.conftest import ROOT

MAY, JUNE, JULY = (date(2026, month, 1) for month in (5, 6, 7))


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """The relations that the checks read."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table canonical_as_of (as_of timestamp);"
            "create table canonical_orders (customer_key varchar, ordered_at timestamp, is_purchase boolean);"
            "create table fct_customer_value (recency_days bigint, probability_alive double);"
            "create table fct_churn_monthly (definition varchar, segment_name varchar, period_month date,"
            " closing decimal(24, 6))"
        )
        yield connection


def is_broken(
    engine: duckdb.DuckDBPyConnection,
    check: str,
    definition: str,
    closing: int | None,
    as_of: date,
    month: date,
) -> bool:
    """Whether a check fails where the definition closes a month on so many, or, on None, has no such row."""
    engine.execute("delete from canonical_as_of; delete from fct_churn_monthly")
    engine.execute("insert into canonical_as_of values (?)", [as_of])
    rows = [("logo", "all", month, 9), (definition, "segment", month, 8)]
    rows += [] if closing is None else [(definition, "all", month, closing)]
    engine.executemany("insert into fct_churn_monthly values (?, ?, ?, ?)", rows)
    text = (ROOT / "dbt_project" / "tests" / f"{check}.sql").read_text()
    sql = jinja2.Template(text).render(
        ref=lambda name: name,
        var={"alive_probability_floor": 0.5, "inactivity_churn_days": 90}.__getitem__,
        dbt=SimpleNamespace(dateadd=lambda part, count, to: f"({to} + interval {count} {part})"),
        reporting_month=lambda moment: f"cast(date_trunc('month', {moment}) as date)",
    )
    return bool(engine.execute(sql).fetchall())


def alive_is_broken(
    engine: duckdb.DuckDBPyConnection,
    customers: Sequence[tuple[int, float | None]],
    closing: int | None,
    month: date = JUNE,
) -> bool:
    """Of inactivity_probability, by customers' days since their last purchase and their probability alive."""
    engine.execute("delete from fct_customer_value")
    engine.executemany("insert into fct_customer_value values (?, ?)", customers)
    check = "assert_inactivity_probability_closes_on_who_is_alive"
    return is_broken(engine, check, "inactivity_probability", closing, JULY, month)


def recent_is_broken(
    engine: duckdb.DuckDBPyConnection,
    moments: Sequence[str],
    closing: int | None,
    as_of: date,
    month: date = JUNE,
) -> bool:
    """Of inactivity, whose customers have bought once each, at these moments."""
    engine.execute("delete from canonical_orders")
    orders = [(str(number), moment, True) for number, moment in enumerate(moments)]
    engine.executemany("insert into canonical_orders values (?, ?, ?)", [*orders, ("r", "2026-06-10", False)])
    check = "assert_inactivity_closes_on_recent_buyers"
    return is_broken(engine, check, "inactivity", closing, as_of, month)


@pytest.mark.parametrize(("closing", "broken"), [(1, True), (2, False), (3, False), (4, True), (None, True)])
def test_probability_closes_on_who_is_alive(
    engine: duckdb.DuckDBPyConnection, closing: int | None, broken: bool
) -> None:
    """Two are, one is within a rounding of it, one isn't."""
    customers = [(5, 0.9), (40, 0.6), (40, 0.4999999999), (200, 0.1)]
    assert alive_is_broken(engine, customers, closing) is broken


def test_a_month_before_the_last_proves_nothing(engine: duckdb.DuckDBPyConnection) -> None:
    assert alive_is_broken(engine, [(5, 0.9)], 1, month=MAY)
    assert recent_is_broken(engine, ["2026-06-10"], 1, JULY, month=MAY)


def test_a_purchase_at_as_of_may_be_of_the_month_after(engine: duckdb.DuckDBPyConnection) -> None:
    bought = [(0, 1.0), (0, 0.3)]
    found = [alive_is_broken(engine, bought, closing) for closing in range(4)]
    assert found == [False, False, False, True]


def test_of_a_refused_fit_there_is_nothing(engine: duckdb.DuckDBPyConnection) -> None:
    assert not alive_is_broken(engine, [(5, None), (40, None)], None)
    assert alive_is_broken(engine, [(5, None), (40, None)], 1)


@pytest.mark.parametrize(
    ("moment", "as_of", "counts"),
    [
        ("2026-06-10", JULY, True),
        ("2026-07-01", JULY, False),
        ("2026-04-02", JULY, True),
        ("2026-04-01 23:59:59", JULY, False),
        ("2026-06-16", date(2026, 6, 16), True),
        ("2026-03-18", date(2026, 6, 16), False),
        ("2026-03-18 00:00:01", date(2026, 6, 16), True),
    ],
)
def test_inactivity_closes_on_recent_buyers(
    engine: duckdb.DuckDBPyConnection, moment: str, as_of: date, counts: bool
) -> None:
    """A purchase of 90 days is too old at as_of, and not yet at the moment before, where a month ends."""
    found = [recent_is_broken(engine, [moment], closing, as_of) for closing in range(2)]
    assert found == ([True, False] if counts else [False, True])
