"""Cohorts of deals, what a cohort cost and whether it paid that back, by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth import cohorts
from sandbox.truth.business import Business
from sandbox.truth.cohorts import customer_costs, fct_cohort_retention

JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in range(1, 4))
Row = dict[str, Any]


def at(day: int, month: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def period(customer: str, start: datetime, end: datetime | None = None, amount: int = 100) -> Row:
    given = {"subscription_id": customer, "customer_id": customer, "company_id": customer, "currency": "USD"}
    return {
        **given,
        "started_at": start,
        "ended_at": end,
        "monthly_amount": Decimal(amount),
        "is_trial": False,
    }


def deal(closed_at: datetime, amount: int | None, kind: str = "new", won: bool = True) -> Row:
    given = {"deal_id": f"{closed_at}{kind}", "company_id": "501", "deal_type": kind, "currency": "USD"}
    return {
        **given,
        "is_won": won,
        "created_at": at(1, 1, 2025),
        "closed_at": closed_at,
        "amount": None if amount is None else Decimal(amount),
        "stage": "won" if won else "lost",
        "pipeline": "default",
    }


def order(customer: str, moment: datetime, amount: int) -> Row:
    given = {"customer_id": customer, "company_id": customer, "ordered_at": moment, "amount": Decimal(amount)}
    return {**given, "order_id": f"{customer}{moment}{amount}", "currency": "USD"}


def of_all(rows: list[Row], cohort_type: str) -> list[Row]:
    return [row for row in rows if row["segment_name"] == "all" and row["cohort_type"] == cohort_type]


def test_a_deal_runs_for_twelve_months(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 5, 10),
        companies=[{"company_id": "501", "name": "Nile", "created_at": at(1, 1, 2024)}],
        deals=[
            deal(at(20, 2, 2025), 100),
            deal(at(5, 3, 2025), 900, won=False),
            deal(at(9, 4, 2025), 30, "expansion"),
            deal(at(10, 5, 2026), None, "expansion"),
            deal(at(2, 4), 50, "renewal"),
        ],
    )
    rows = of_all(fct_cohort_retention(told), "deals")
    active = {row["period_no"] for row in rows if row["active_customers"]}
    assert {row["cohort_month"] for row in rows} == {date(2025, 2, 1)}
    assert active == {*range(12), 14, 15}, "the last moment of February 2026 lies 12 months after the 20th"
    money = {row["period_no"]: row["revenue_reporting"] for row in rows if row["revenue_reporting"]}
    assert money == {0: 100, 2: 30, 14: 50}
    assert {row["predicted_ltv"] for row in rows} == {None}
    assert [row["is_complete"] for row in rows] == [True] * 15 + [False]


def test_what_won_nobody_is_borne_by_all(business: Callable[..., Business]) -> None:
    told = business(
        as_of=MARCH,
        subscription_periods=[period("a", at(3, 1)), period("b", at(9, 1)), period("c", at(9, 2))],
        costs=[
            {"month": JANUARY, "category": "fairs", "amount": Decimal(90), "channel": "trade_fair"},
            {"month": JANUARY, "category": "tools", "amount": Decimal(10)},
            {"month": JANUARY, "category": "mystery", "amount": Decimal(101), "channel": "unknown"},
        ],
    )
    assert customer_costs(told) == {"a": 100.5, "b": 100.5}, "nothing was spent in February"
    rows = {
        (row["cohort_month"], row["period_no"]): row
        for row in of_all(fct_cohort_retention(told), "subscriptions")
    }
    assert rows[JANUARY, 0]["acquisition_cost_per_customer"] == 100.5
    assert {row["payback_period_no"] for (month, _), row in rows.items() if month == JANUARY} == {1}
    assert (
        rows[FEBRUARY, 0]["acquisition_cost_per_customer"] is rows[FEBRUARY, 0]["payback_period_no"] is None
    )


def test_a_lifetime_is_what_came_and_what_is_expected(
    business: Callable[..., Business], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = business(
        as_of=MARCH,
        subscription_periods=[period("a", at(1, 1)), period("b", at(1, 1), at(20, 2))],
        costs=[{"month": JANUARY, "category": "tools", "amount": Decimal(200)}],
    )

    def values(refusal: str | None) -> list[Row]:
        nothing = {"contract_refusal": None, "residual_ltv_reporting": None}
        expected = {"residual_ltv_reporting": None if refusal else {"low": 90.0, "high": 110.0}}
        return [
            {"customer": "a", **nothing, **expected, "contract_refusal": refusal},
            {"customer": "b", **nothing},
        ]

    def first(refusal: str | None) -> Row:
        cohorts._values.cache_clear()
        monkeypatch.setattr(cohorts, "fct_customer_value", lambda _: values(refusal))
        return of_all(fct_cohort_retention(told), "subscriptions")[0]

    row = first(None)
    assert row["predicted_ltv"] == pytest.approx({"low": 150 + 45, "high": 150 + 55}, abs=2e-6)
    assert row["ltv_to_cac"] == pytest.approx({"low": 1.95, "high": 2.05}, abs=1e-5)
    assert first("too few")["predicted_ltv"] is None
    cohorts._values.cache_clear()


def test_cohorts_are_split_by_what_customers_had_first(business: Callable[..., Business]) -> None:
    told = business(orders=[{**order("a", at(3, 1), 5), "product": "Growth", "segment": "smb"}])
    rows = [row for row in fct_cohort_retention(told) if row["period_no"] == 0]
    assert {row["segment_name"]: row["segment_value"] for row in rows} == {
        "all": "all",
        "segment": "smb",
        "plan": "unknown",
        "acquisition_channel": "unknown",
        "country": "unknown",
        "campaign": "unknown",
        "first_product": "Growth",
    }
