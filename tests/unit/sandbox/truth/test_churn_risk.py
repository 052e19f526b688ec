"""Who may leave, and what had been known of leaving, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth.business import Business
from sandbox.truth.churn_risk import (
    fct_churn_risk,
    fct_churn_risk_backtest,
    outcomes,
    training_days,
    why_refused,
)


def at(day: int, month: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def period(customer: str, start: datetime, end: datetime | None = None, **more: Any) -> dict[str, Any]:
    given = {
        "subscription_id": f"{customer}{start}",
        "customer_id": customer,
        "company_id": customer,
        "started_at": start,
        "ended_at": end,
        "monthly_amount": Decimal(100),
        "is_trial": False,
        "plan": "team",
    }
    return {**given, **more}


def test_days_to_learn_from_are_over_before_those_to_judge_by() -> None:
    """180 days before 20 April 2026 is 22 October; ninety days after 1 July end on 29 September."""
    days = training_days(at(20, 4))
    assert (min(days), max(days), len(days)) == (date(2024, 4, 1), date(2025, 7, 1), 16)


def test_who_pays_on_a_day_is_lost_within_ninety(business: Callable[..., Business]) -> None:
    told = business(subscription_periods=[
        period("edge", at(1, 12, 2025), at(1, 4)),
        period("late", at(1, 1), at(2, 4)),
        period("over", at(1, 12, 2025), at(1, 1)),
        period("trial", at(1, 12, 2025), is_trial=True),
        period("swaps", at(1, 12, 2025), at(1, 2)),
        period("swaps", at(1, 2)),
    ])  # fmt: skip
    day = date(2026, 1, 1)
    assert outcomes(told, [day]) == [(day, "edge", True), (day, "late", False), (day, "swaps", False)]


def test_a_customer_is_worth_what_runs_at_as_of(business: Callable[..., Business]) -> None:
    told = business(subscription_periods=[
        period("c", at(1, 1), plan="small", monthly_amount=Decimal(10), currency="EUR"),
        period("c", at(1, 2), monthly_amount=Decimal(20), quantity=2),
        period("c", at(1, 3), at(1, 7), monthly_amount=Decimal(900)),
        period("gone", at(1, 1), at(30, 6)),
    ])  # fmt: skip
    [row] = fct_churn_risk(told)
    assert (row["customer"], row["mrr_reporting"], row["plan"]) == (
        "c",
        Decimal(10) * Decimal("1.2") + 40,
        "team",
    )
    assert row["churn_probability_90d"] is None
    assert row["refusal"] == "too few customers to learn from: 0 of the 200 needed"


def test_one_number_for_everybody_is_what_had_left_until_then(business: Callable[..., Business]) -> None:
    """Of two who paid on 1 October 2025 one left within ninety days; of two on four later days one on one."""
    told = business(subscription_periods=[
        period("a", at(15, 9, 2025), at(15, 12, 2025)),
        period("b", at(15, 9, 2025)),
        period("c", at(15, 12, 2025), at(15, 6)),
    ])  # fmt: skip
    [row] = fct_churn_risk_backtest(told)
    assert (row["mean_predicted"], row["customers"], row["lost"]) == (0.5, 8, 1)
    assert (row["evaluated_from"], row["evaluated_to"]) == (date(2026, 1, 1), date(2026, 4, 1))
    assert (row["auc"], row["brier_score"]) == (0.5, 0.25)


@pytest.mark.parametrize(("customers", "leavers", "refusal"), [
    (200, 50, None),
    (200, 49, "too few customers left to learn from: 49 losses of the 50 needed"),
    (199, 50, "too few customers to learn from: 199 of the 200 needed"),
])  # fmt: skip
def test_too_little_is_refused(
    business: Callable[..., Business], customers: int, leavers: int, refusal: str | None
) -> None:
    given = [
        period(f"c{number}", at(30, 9, 2025), at(2, 10, 2025) if number < leavers else None)
        for number in range(customers)
    ]
    told = business(subscription_periods=given)
    assert why_refused(told) == refusal
    assert ("refusal" in fct_churn_risk(told)[0]) == (refusal is not None)
