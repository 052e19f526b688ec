"""Terms, what decides them, and what comes after the win, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth.after_the_win import (
    band_of,
    fct_deliveries,
    fct_expansions,
    fct_feedback_retention,
    typical_days,
)
from sandbox.truth.business import Business
from sandbox.truth.renewals import fct_renewals, later_by, subscription_renewals

Make = Callable[..., Business]


def at(day: int, month: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def period(
    subscription: str, start: datetime, end: datetime | None = None, amount: int = 100, **more: Any
) -> dict[str, Any]:
    given = {
        "subscription_id": subscription,
        "customer_id": "c",
        "company_id": "c",
        "started_at": start,
        "ended_at": end,
        "monthly_amount": Decimal(amount),
        "currency": "USD",
        "is_trial": False,
        "plan": "team",
        "interval_months": 1,
    }
    return {**given, **more}


def deal(number: int, closed_at: datetime | None, amount: int | None = 100, **more: Any) -> dict[str, Any]:
    given = {
        "deal_id": str(number),
        "company_id": "c",
        "created_at": at(1, 1, 2024),
        "closed_at": closed_at,
        "amount": None if amount is None else Decimal(amount),
        "currency": "USD",
        "is_won": True,
        "deal_type": "new",
        "stage": "won",
        "pipeline": "default",
        "product": "Audit",
    }
    return {**given, **more}


COMPANIES = [{"company_id": "c", "name": "C", "segment": "smb", "created_at": at(1, 1, 2024)}]


def told(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_months_are_counted_from_the_first_moment() -> None:
    began = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    assert [later_by(began, months) for months in (1, 2)] == [
        datetime(2026, 2, 28, 9, 30, tzinfo=UTC),
        datetime(2026, 3, 31, 9, 30, tzinfo=UTC),
    ]


def test_each_term_is_decided_once(business: Make) -> None:
    """Renewed, then for more, then lost five days early."""
    periods = [
        period("s", at(10, 1), at(10, 3)),
        period("s", at(10, 3), at(5, 4), 120, churn_type="voluntary"),
    ]
    rows = fct_renewals(business(subscription_periods=periods))
    assert told(rows, "term_no", "due_at", "outcome", "decided_at", "lead_time_days", "churn_type") == [
        (1, at(10, 2), "renewed", at(10, 2), 0, None),
        (2, at(10, 3), "expanded", at(10, 3), 0, None),
        (3, at(10, 4), "lost", at(5, 4), 5, "voluntary"),
    ]
    assert told(rows, "amount_before_reporting", "amount_after_reporting") == [
        (100, 100),
        (100, 120),
        (120, 0),
    ]


def test_a_term_that_runs_is_open(business: Make) -> None:
    [row] = fct_renewals(business(subscription_periods=[period("s", at(1, 6), interval_months=12)]))
    assert (row["due_at"], row["outcome"], row["amount_after_reporting"]) == (at(1, 6, 2027), "open", None)


def test_another_currency_is_compared_at_the_day_of_the_decision(business: Make) -> None:
    """100 EUR at 1.1 give way to 105 USD before they are due; at April's 1.2 they would have been 120."""
    periods = [
        period("e", at(1, 3), at(20, 3), currency="EUR"),
        period("u", at(20, 3), amount=105, interval_months=12),
    ]
    first, last = fct_renewals(business(subscription_periods=periods))
    assert (first["outcome"], first["lead_time_days"]) == ("contracted", 12)
    assert (first["amount_before_reporting"], first["amount_after_reporting"]) == (110, 105)
    assert last["outcome"] == "open"


@pytest.mark.parametrize(
    ("days", "outcomes"),
    [
        (0, ["lost", "lost", "open"]),
        (4, ["renewed", "lost", "open"]),
        (5, ["renewed", "renewed", "open"]),
    ],
)
def test_a_return_within_the_gap_is_no_loss(business: Make, days: int, outcomes: list[str]) -> None:
    """Back after four days under its own id, two after it was due, and after five under another."""
    periods = [
        period("a", at(1, 4), at(29, 4)),
        period("a", at(3, 5), at(20, 5)),
        period("b", at(25, 5), interval_months=12),
    ]
    rows = subscription_renewals(business(subscription_periods=periods), timedelta(days=days))
    assert [row["outcome"] for row in rows] == outcomes
    assert rows[0]["decided_at"] == (at(3, 5) if days else at(29, 4))


def test_another_interval_begins_a_contract(business: Make) -> None:
    periods = [period("s", at(1, 1), at(15, 2)), period("s", at(15, 2), amount=90, interval_months=12)]
    rows = fct_renewals(business(subscription_periods=periods))
    assert told(rows, "term_no", "term_months", "due_at", "outcome") == [
        (1, 1, at(1, 2), "renewed"),
        (2, 1, at(1, 3), "contracted"),
        (1, 12, at(15, 2, 2027), "open"),
    ]


def test_a_renewal_deal_decides_the_term_due_nearest(business: Make) -> None:
    """Two renewals on one day make up one; who has none is lost as it falls due, and open before."""
    deals = [
        deal(1, at(1, 3, 2025), 50),
        deal(2, at(1, 2), 50, deal_type="renewal", is_won=False),
        deal(3, at(20, 2), 30, deal_type="renewal"),
        deal(4, at(20, 2), 25, deal_type="renewal"),
        deal(5, at(1, 7, 2025), company_id="d"),
        deal(6, at(2, 7, 2025), company_id="e"),
    ]
    companies = [{**COMPANIES[0], "company_id": name} for name in "cde"]
    rows = fct_renewals(business(deals=deals, companies=companies))
    found = {
        row["deal_id"]: (row["outcome"], row["decided_at"], row["amount_after_reporting"]) for row in rows
    }
    assert found == {
        "1": ("expanded", at(20, 2), 55),
        "3": ("open", None, None),
        "4": ("open", None, None),
        "5": ("lost", at(1, 7), 0),
        "6": ("open", None, None),
    }


def test_an_expansion_is_shared_by_the_plans_that_grew(business: Make) -> None:
    periods = [
        period("t", at(1, 1), at(10, 2), 80),
        period("t", at(10, 2), None, 100),
        period("s", at(1, 1), at(10, 2), 20, plan="seats"),
        period("s", at(10, 2), None, 6, plan="seats"),
        period("a", at(10, 2), None, 50, plan="addon"),
    ]
    rows = fct_expansions(business(subscription_periods=periods))
    assert sorted(told(rows, "kind", "product", "amount_reporting")) == [
        ("cross_sell", "addon", 40),
        ("upsell", "team", 16),
    ]


def test_orders_and_deals_cross_into_products_they_hadn_t(business: Make) -> None:
    def order(number: str, moment: datetime, product: str | None, amount: int = 10) -> dict[str, Any]:
        return {
            "order_id": number,
            "customer_id": "c",
            "company_id": "c",
            "ordered_at": moment,
            "product": product,
            "amount": Decimal(amount),
            "currency": "USD",
        }

    rows = fct_expansions(
        business(
            companies=COMPANIES,
            orders=[
                order("1", at(1, 1), "Training"),
                order("2", at(1, 2), "Migration"),
                order("3", at(2, 2), "Migration"),
                order("4", at(3, 2), "API", -10),
                order("5", at(3, 2), None),
            ],
            deals=[
                deal(1, at(1, 1)),
                deal(2, at(1, 3), 40, deal_type="expansion"),
                deal(3, at(2, 3), 30, deal_type="expansion", product="Seats"),
                deal(4, at(3, 3), None, deal_type="expansion", product=None),
            ],
        )
    )
    assert sorted(told(rows, "source", "kind", "product", "customers")) == [
        ("deal", "cross_sell", "Seats", 1),
        ("deal", "upsell", "Audit", 1),
        ("deal", "upsell", "unknown", 1),
        ("order", "cross_sell", "Migration", 1),
    ]


def test_deliveries_that_wait_count_for_as_long_as_they_have(business: Make) -> None:
    waits = [
        {"days": float(days), "is_delivered": is_delivered}
        for days, is_delivered in [
            *[(5, True)] * 9,
            (7, True),
            (9, True),
            (60, True),
            (2, False),
            (4, False),
            (90, False),
        ]
    ]
    assert typical_days(waits) == 9
    assert typical_days(waits[:9]) is None
    deals = [
        deal(1, at(1, 6), delivered_at=at(5, 6)),
        deal(2, at(1, 6), delivered_at=at(30, 6)),
        deal(3, at(1, 6)),
        deal(4, at(1, 6), delivered_at=at(1, 5)),
        deal(5, at(1, 6), is_won=False, stage="lost"),
    ]
    [row] = fct_deliveries(business(deals=deals, companies=COMPANIES))
    assert (row["won"], row["delivered"], row["waiting"], row["overdue"]) == (4, 3, 1, None)
    assert row["median_days_to_delivery"] == 29
    assert fct_deliveries(business(deals=[deal(1, at(1, 6))], companies=COMPANIES)) == []


def test_who_answered_is_followed_for_ninety_days(business: Make) -> None:
    def answer(number: int, moment: datetime, score: int, customer: str = "c") -> dict[str, Any]:
        return {
            "response_id": str(number),
            "customer_id": customer,
            "survey_type": "nps",
            "score": score,
            "responded_at": moment,
        }

    rows = fct_feedback_retention(
        business(
            subscription_periods=[
                period("s", at(1, 1)),
                period("d", at(1, 1), at(10, 5), 60, customer_id="d", company_id="d"),
            ],
            feedback=[
                answer(1, at(1, 3), 9),
                answer(2, at(2, 3), 10),
                answer(3, at(3, 3), 8),
                answer(4, at(4, 3), 6, "d"),
                answer(5, at(5, 3), 10, "nobody"),
                answer(6, at(3, 4), 9),
            ],
        )
    )
    found = {
        row["score_band"]: (
            row["responses"],
            row["customers"],
            row["followed_responses"],
            row["retained_90d"],
            row["mrr_reporting"],
        )
        for row in rows
        if row["segment_name"] == "all" and row["period_month"] == date(2026, 3, 1)
    }
    assert found == {
        "all": (5, 2, 4, 0.75, 160),
        "promoter": (3, 1, 2, 1.0, 100),
        "passive": (1, 1, 1, 1.0, 100),
        "detractor": (1, 1, 1, 0.0, 60),
    }
    [march] = [
        r for r in rows if (r["segment_name"], r["score_band"], r["period_month"].month) == ("all", "all", 3)
    ]
    [april] = [
        r for r in rows if (r["segment_name"], r["score_band"], r["period_month"].month) == ("all", "all", 4)
    ]
    assert march["nps"] == pytest.approx((3 - 1) / 5)
    assert (april["followed_responses"], april["retained_90d"]) == (0, None)
    assert [band_of("csat", 4), band_of("nps", 7), band_of("nps", 6)] == ["4", "passive", "detractor"]
