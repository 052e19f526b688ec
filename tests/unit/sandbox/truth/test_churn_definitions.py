"""Churn by its definitions, the bridge between them and revenue retention, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from sandbox.truth import churn_changes
from sandbox.truth.business import Business
from sandbox.truth.churn_definitions import (
    fct_churn_definition_bridge,
    fct_churn_monthly,
    fct_revenue_retention_monthly,
)
from sandbox.truth.value import Fitted

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in range(1, 5))


def at(day: int, month: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def period(customer: str, start: datetime, end: datetime | None = None, amount: int = 100) -> dict[str, Any]:
    return {
        "subscription_id": f"{customer}{start:%m%d}",
        "customer_id": customer,
        "company_id": customer,
        "started_at": start,
        "ended_at": end,
        "monthly_amount": Decimal(amount),
        "currency": "USD",
        "is_trial": False,
        "plan": "team",
        "segment": "smb",
        "churn_type": "voluntary" if end else None,
    }


def order(customer: str, moment: datetime, amount: int) -> dict[str, Any]:
    return {
        "order_id": f"{customer}{moment:%Y%m%d}",
        "customer_id": customer,
        "company_id": customer,
        "ordered_at": moment,
        "amount": Decimal(amount),
        "currency": "USD",
    }


def moved(told: Business, definition: str, month: date) -> tuple[Decimal, ...]:
    [row] = [
        row
        for row in fct_churn_monthly(told)
        if (row["definition"], row["segment_name"], row["period_month"]) == (definition, "all", month)
    ]
    return tuple(row[name] for name in ("opening", "gained", "returned", "lost", "closing"))


@pytest.fixture
def tried(business: Callable[..., Business]) -> Business:
    """Tries the product in January, comes back in March and leaves; somebody else stays."""
    return business(
        as_of=date(2026, 5, 1),
        subscription_periods=[
            period("t", at(3, 1), at(20, 1), 40),
            period("t", at(2, 3), at(5, 4), 70),
            period("u", at(1, 1)),
        ],
    )


def test_a_spell_within_a_month_is_gained_and_lost_where_it_is_included(tried: Business) -> None:
    assert moved(tried, "same_month_included", JANUARY) == (0, 2, 0, 1, 1)
    assert moved(tried, "same_month_included", MARCH) == (1, 0, 1, 0, 2)
    assert moved(tried, "same_month_included", APRIL) == (2, 0, 0, 1, 1)


def test_it_is_neither_where_it_is_excluded(tried: Business) -> None:
    assert moved(tried, "same_month_excluded", JANUARY) == (0, 1, 0, 0, 1)
    assert moved(tried, "same_month_excluded", MARCH) == (1, 1, 0, 0, 2)


def test_stretches_that_join_are_one_spell(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 4, 1),
        subscription_periods=[
            period("t", at(28, 1), at(10, 2)),
            period("t", at(10, 2), at(20, 2)),
            period("v", at(3, 2), at(9, 2)),
            period("v", at(9, 2), at(20, 2), 30),
        ],
    )
    assert moved(told, "same_month_included", FEBRUARY) == (1, 1, 0, 2, 0)
    [bridge] = [
        row
        for row in fct_churn_definition_bridge(told)
        if row["segment_name"] == "all" and row["reason"] == "within_month"
    ]
    assert (bridge["customers"], bridge["money_reporting"]) == (1, 30)


def test_a_buyer_is_lost_ninety_days_after_its_last_purchase(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 8, 1),
        orders=[order("b", at(1, 2), 10), order("b", at(20, 2), -10), order("b", at(5, 7), 10)],
    )
    assert moved(told, "inactivity", APRIL) == (1, 0, 0, 0, 1)
    assert moved(told, "inactivity", date(2026, 5, 1)) == (1, 0, 0, 1, 0)
    assert moved(told, "inactivity", date(2026, 7, 1)) == (0, 0, 1, 0, 1)


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    """r = 1, alpha = 4 weeks, a = 1, b = 4: who bought 5 and 12 January is as likely gone on 16 February."""
    found = Fitted(("r", "alpha", "a", "b"), np.array([1.0, 4.0, 1.0, 4.0]), 0.0, 50, None)
    monkeypatch.setattr(churn_changes, "fitted_purchases", lambda business, last: found)


@pytest.mark.usefixtures("fitted")
@pytest.mark.parametrize(("day", "alive"), [(15, 1), (16, 1), (17, 0)])
def test_a_buyer_is_alive_until_its_odds_are_even(
    business: Callable[..., Business], day: int, alive: int
) -> None:
    orders = [order("b", at(5, 1), 10), order("b", at(12, 1), 10), order("b", at(14, 1), -5)]
    told = business(as_of=date(2026, 2, day), orders=orders)
    assert moved(told, "inactivity_probability", JANUARY) == (0, 1, 0, 0, 1)
    assert moved(told, "inactivity_probability", FEBRUARY) == (1, 0, 0, 1 - alive, alive)


@pytest.mark.usefixtures("fitted")
def test_probability_loses_others_than_time_alone(business: Callable[..., Business]) -> None:
    """Of 90 days, b's are over on 12 April; probability lost it in February. Who bought once stays."""
    told = business(
        as_of=date(2026, 5, 10),
        orders=[
            *(order("b", moment, 60) for moment in (at(5, 1), at(12, 1), at(2, 5))),
            order("once", at(20, 1), 12),
        ],
    )
    assert moved(told, "inactivity_probability", FEBRUARY) == (2, 0, 0, 1, 1)
    assert moved(told, "inactivity_probability", date(2026, 5, 1)) == (1, 0, 1, 0, 2)
    found = {
        (row["period_month"], row["reason"]): (row["customers"], row["money_reporting"])
        for row in fct_churn_definition_bridge(told)
        if row["segment_name"] == "all" and row["from_definition"] == "inactivity"
    }
    assert found == {
        (FEBRUARY, "still_recent"): (1, 10),
        (APRIL, "lost_in_another_month"): (-1, -10),
        (APRIL, "one_purchase_only"): (-1, -1),
    }


def test_a_refused_fit_finds_nobody_alive(business: Callable[..., Business]) -> None:
    told = business(as_of=date(2026, 2, 1), orders=[order("b", at(5, 1), 10)])
    assert {row["definition"] for row in fct_churn_monthly(told)} == {"inactivity"}


def test_the_bridge_gives_every_loss_its_reason(business: Callable[..., Business]) -> None:
    """In April b leaves as a buyer (2 Jan + 90 days = 2 Apr) and pays on; p stops paying and never bought."""
    told = business(
        as_of=date(2026, 5, 1),
        orders=[order("b", at(2, 1), 120), order("b", at(1, 1, 2025), 999)],
        subscription_periods=[period("b", at(1, 1), amount=50), period("p", at(1, 1), at(4, 4), 30)],
    )
    found = {
        (row["to_definition"], row["reason"]): (row["customers"], row["money_reporting"])
        for row in fct_churn_definition_bridge(told)
        if row["segment_name"] == "all" and row["period_month"] == APRIL
    }
    assert found == {
        ("inactivity", "never_ordered"): (-1, -30),
        ("inactivity", "still_subscribes"): (1, 10),
        ("revenue", "size_of_the_lost"): (0, 30 - 40),
        ("same_month_included", "lost_by_both"): (0, 0),
    }


def test_retention_follows_last_year_s_customers(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 2, 1),
        subscription_periods=[
            period("a", at(5, 1, 2025), at(10, 6, 2025)),
            period("a", at(10, 6, 2025), amount=150),
            period("b", at(5, 1, 2025), at(9, 1), 60),
            period("c", at(8, 1), amount=30),
        ],
    )
    [january] = [
        row
        for row in fct_revenue_retention_monthly(told)
        if row["segment_name"] == "all" and row["period_month"] == JANUARY
    ]
    assert (january["mrr_reporting"], january["customers"], january["mrr_12m_ago_reporting"]) == (180, 2, 160)
    assert january["net_revenue_retention_12m"] == pytest.approx(150 / 160)
    assert january["gross_revenue_retention_12m"] == pytest.approx(100 / 160)
    assert january["quick_ratio"] == pytest.approx(30 / 60)
    assert january["is_complete"]
