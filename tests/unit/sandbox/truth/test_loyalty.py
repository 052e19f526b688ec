"""Who comes back to buy, by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sandbox.truth.business import Business
from sandbox.truth.loyalty import fct_loyalty_monthly


def at(day: int, month: int) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def order(customer: str, moment: datetime, amount: int) -> dict[str, Any]:
    given = {"customer_id": customer, "company_id": customer, "ordered_at": moment, "amount": Decimal(amount)}
    return {**given, "order_id": f"{customer}{moment}{amount}", "currency": "USD"}


def test_who_bought_before_returns(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 4, 10),
        orders=[
            order("a", at(5, 1), 10),
            order("a", at(15, 1), 0),
            order("b", at(1, 1), 30),
            order("a", at(1, 3), 45),
            order("b", at(2, 3), -5),
            order("c", at(2, 3), 15),
        ],
    )
    rows = [row for row in fct_loyalty_monthly(told) if row["segment_name"] == "all"]
    january, february, march, april = rows
    counts = ("buyers", "new_buyers", "returning_buyers", "customers_so_far", "repeat_customers")
    assert [january[name] for name in counts] == [2, 2, 0, 2, 1]
    assert [february[name] for name in counts] == [0, 0, 0, 2, 1]
    assert [march[name] for name in counts] == [2, 1, 1, 3, 1]
    assert (march["revenue_reporting"], march["returning_revenue_share"]) == (55, (45 - 5) / 55)
    assert [row["median_days_between_purchases"] for row in rows] == [10, None, 45, None]
    assert (march["repeat_rate"], march["is_complete"], april["is_complete"]) == (1 / 3, True, False)
