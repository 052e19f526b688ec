"""What the truth holds against the value models, by hand, and that no fit sees what came later."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth.business import Business
from sandbox.truth.holdout import calibrated_until, fct_value_holdout, known_by
from sandbox.truth.value import stays

Built = Callable[..., Business]


def at(day: int, month: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def order(moment: datetime, amount: str, customer: str = "c") -> dict[str, Any]:
    given = {"customer_id": customer, "company_id": customer, "ordered_at": moment, "amount": Decimal(amount)}
    return {**given, "order_id": f"{customer} {moment} {amount}", "currency": "USD"}


def period(customer: str, start: datetime, end: datetime | None = None) -> dict[str, Any]:
    given = {"subscription_id": f"s{customer} {start}", "customer_id": customer, "company_id": customer}
    return {**given, "started_at": start, "ended_at": end, "monthly_amount": Decimal(100), "is_trial": False}


def rows_of(business: Business, measure: str) -> dict[str, dict[str, Any]]:
    return {row["group_value"]: row for row in fct_value_holdout(business) if row["measure"] == measure}


def middle(given: dict[str, float]) -> float:
    return (given["low"] + given["high"]) / 2


def test_purchases_and_their_value_are_those_that_came_since(business: Built) -> None:
    """Of c 9 and 1 by 25 June, 5 on average, then 4 and 0, 2 on average; of d's first nothing is asked."""
    bought = [order(at(20, 6), "9"), order(at(24, 6, 9), "1"), order(at(28, 6), "4"), order(at(29, 6), "0")]
    told = business(orders=[*bought, order(at(30, 6), "-5"), order(at(28, 6), "7", "d")])
    assert calibrated_until(told, date(2026, 6, 20)) == date(2026, 6, 25)
    purchases, values = rows_of(told, "purchases"), rows_of(told, "purchase_value")
    assert set(purchases) == set(values) == {"1", "all"}
    assert (purchases["1"]["customers"], middle(purchases["all"]["actual"])) == (1, 2)
    assert middle(purchases["1"]["naive"]) == pytest.approx(1 / 5 * 6)
    assert (middle(values["1"]["actual"]), middle(values["1"]["naive"])) == (2, 5)
    assert {row["predicted"] for row in (*purchases.values(), *values.values())} == {None}
    assert purchases["1"]["refusal"] == "too few customers to learn from: 1 of the 50 needed"


def test_renewals_are_those_that_fell_due_since(business: Built) -> None:
    """By 26 March all but new, in its second month, were in their third; until 9 June their fourth is over.

    left left in its fourth; early in its fifth, which isn't over.
    """
    told = business(
        as_of=date(2026, 6, 9),
        subscription_periods=[
            period("stays", at(10, 1)),
            period("left", at(10, 1), at(20, 4)),
            period("early", at(10, 1), at(1, 6)),
            period("gone", at(10, 1), at(20, 1)),
            period("new", at(24, 2)),
            period("later", at(1, 4)),
        ],
    )
    renewals, survivors = rows_of(told, "renewals"), rows_of(told, "survivors")
    assert {row["calibrated_until"] for row in renewals.values()} == {date(2026, 3, 26)}
    assert {name: (row["customers"], middle(row["actual"])) for name, row in renewals.items()} == {
        "2": (1, 1), "3": (4, 4), "4": (3, 2), "all": (8, 7)
    }  # fmt: skip
    assert {name: (row["customers"], middle(row["actual"])) for name, row in survivors.items()} == {
        "2": (1, 1), "3": (3, 2), "all": (4, 3)
    }  # fmt: skip


def test_no_fit_knows_what_came_later(business: Built) -> None:
    """Who will leave, or begins, after the day is as if it didn't."""
    periods = [period("ends", at(10, 1), at(1, 3)), period("ended", at(10, 1), at(28, 2, 23))]
    told = business(subscription_periods=[*periods, period("begins", at(1, 3))])
    assert stays(known_by(told, date(2026, 2, 28))) == {"ends": (2, 1, False), "ended": (2, 1, True)}
