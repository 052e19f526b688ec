"""MRR, its movements, churn and cohorts, worked out by hand."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth.business import Business
from sandbox.truth.churn import fct_mrr_monthly, fct_mrr_movements
from sandbox.truth.churn_definitions import fct_churn_monthly
from sandbox.truth.cohorts import fct_cohort_retention

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in range(1, 5))


def at(day: int, month: int) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def period(start: datetime, end: datetime | None = None, amount: int = 100, **more: Any) -> dict[str, Any]:
    given = {
        "subscription_id": "s",
        "customer_id": "c",
        "company_id": "c",
        "started_at": start,
        "ended_at": end,
        "monthly_amount": Decimal(amount),
        "currency": "USD",
        "is_trial": False,
        "plan": "team",
        "segment": "smb",
    }
    return {**given, **more}


def moves(told: Business) -> list[tuple[date, str, Decimal]]:
    return [
        (row["period_month"], row["movement"], row["amount_reporting"]) for row in fct_mrr_movements(told)
    ]


def test_new_expansion_contraction_churn_and_return(business: Callable[..., Business]) -> None:
    told = business(
        subscription_periods=[
            period(at(10, 1), at(5, 2)),
            period(at(5, 2), at(5, 3), 250),
            period(at(5, 3), at(1, 4), 150, churn_type="voluntary"),
            period(at(9, 6), amount=80, subscription_id="again"),
        ]
    )
    assert moves(told) == [
        (JANUARY, "new", 100),
        (FEBRUARY, "expansion", 150),
        (MARCH, "contraction", -100),
        (APRIL, "churn", -150),
        (date(2026, 6, 1), "reactivation", 80),
    ]
    churn = next(row for row in fct_mrr_movements(told) if row["movement"] == "churn")
    assert (churn["churn_type"], churn["mrr_before_reporting"], churn["mrr_after_reporting"]) == (
        "voluntary",
        150,
        0,
    )
    assert [row["period_month"].month for row in fct_mrr_monthly(told)] == [1, 2, 3, 6]


def test_a_period_that_ends_on_the_first_churns_that_month(business: Callable[..., Business]) -> None:
    told = business(as_of=date(2026, 3, 1), subscription_periods=[period(at(1, 1), at(1, 3))])
    assert moves(told) == [(JANUARY, "new", 100)], "at as_of 1 March, March has not begun"
    assert (MARCH, "churn", -100) in moves(business(subscription_periods=[period(at(1, 1), at(1, 3))]))


def test_in_an_unfinished_month_as_of_decides(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 3, 20),
        subscription_periods=[period(at(1, 2), at(20, 3)), period(at(20, 3), amount=300)],
    )
    assert moves(told) == [(FEBRUARY, "new", 100), (MARCH, "expansion", 200)]


def test_an_unfinished_month_stands_at_the_rate_of_as_of(business: Callable[..., Business]) -> None:
    told = business(as_of=date(2026, 3, 20), subscription_periods=[period(at(1, 3), currency="EUR")])
    assert moves(told) == [(MARCH, "new", Decimal("110.0"))], "the rate of 31 March isn't known yet"


def test_several_subscriptions_net(business: Callable[..., Business]) -> None:
    told = business(
        as_of=APRIL,
        subscription_periods=[
            period(at(1, 1), at(10, 2)),
            period(at(10, 2), subscription_id="other", amount=100),
            period(
                at(1, 3),
                subscription_id="third",
                amount=40,
                quantity=3,
                discount_amount=Decimal(20),
                plan="big",
            ),
        ],
    )
    assert moves(told) == [(JANUARY, "new", 100), (MARCH, "expansion", 100)]
    assert fct_mrr_monthly(told)[-1]["mrr_reporting"] == 200


def test_trials_and_lives_within_a_month_are_no_movement(business: Callable[..., Business]) -> None:
    told = business(
        as_of=APRIL,
        subscription_periods=[
            period(at(20, 1), at(10, 2), is_trial=True),
            period(at(2, 2), at(20, 2)),
            period(at(1, 1), amount=0, customer_id="z", company_id="z"),
        ],
    )
    assert moves(told) == []
    assert {row["definition"] for row in fct_churn_monthly(told)} == {"same_month_included"}


def test_rates_move_what_stays(business: Callable[..., Business]) -> None:
    # The euro stands at 1.1 at the end of February and at 1.2 on 31 March.
    told = business(
        as_of=APRIL,
        subscription_periods=[
            period(at(1, 2), at(9, 3), currency="EUR"),
            period(at(9, 3), currency="EUR", amount=150),
        ],
    )
    assert moves(told) == [
        (FEBRUARY, "new", Decimal(110)),
        (MARCH, "expansion", Decimal(60)),
        (MARCH, "fx", Decimal(10)),
    ]
    row = fct_mrr_movements(told)[-1]
    assert (row["mrr_before_reporting"], row["mrr_after_reporting"]) == (110, 180)


def test_churn_opens_with_what_closed(business: Callable[..., Business]) -> None:
    def of(customer: str, *args: Any, **more: Any) -> dict[str, Any]:
        return period(*args, customer_id=customer, company_id=customer, subscription_id=customer, **more)

    told = business(
        as_of=date(2026, 5, 1),
        subscription_periods=[
            of("a", at(1, 1), at(1, 3)),
            of("a", at(2, 4), amount=70),
            of("b", at(1, 1), at(5, 3), amount=300),
            of("b", at(5, 3), amount=200),
            of("c", at(4, 3), amount=50, segment="enterprise"),
        ],
    )
    rows = {(r["definition"], r["segment_value"], r["period_month"]): r for r in fct_churn_monthly(told)}
    march = rows["revenue", "all", MARCH]
    expected = {
        "opening": 400,
        "gained": 50,
        "returned": 0,
        "expansion": 0,
        "contraction": 100,
        "lost": 100,
        "fx": 0,
        "closing": 250,
    }
    assert {name: march[name] for name in expected} == expected
    assert (march["churn_rate"], march["net_churn_rate"]) == (0.25, 0.5)
    logo = rows["logo", "all", MARCH]
    assert [logo[name] for name in ("opening", "gained", "lost", "contraction", "closing", "churn_rate")] == [
        2,
        1,
        1,
        0,
        2,
        0.5,
    ]
    april = rows["logo", "all", APRIL]
    assert [april[name] for name in ("opening", "returned", "lost", "closing", "net_churn_rate")] == [
        2,
        1,
        0,
        3,
        -0.5,
    ]
    assert rows["logo", "all", JANUARY]["churn_rate"] is None
    assert rows["revenue", "enterprise", MARCH]["gained"] == 50
    assert ("revenue", "enterprise", FEBRUARY) not in rows


def test_a_cohort_of_subscribers(business: Callable[..., Business]) -> None:
    def of(customer: str, *args: Any, **more: Any) -> dict[str, Any]:
        return period(*args, customer_id=customer, company_id=customer, subscription_id=customer, **more)

    told = business(
        as_of=date(2026, 4, 10),
        subscription_periods=[
            of("a", at(3, 1), at(1, 2)),
            of("a", at(1, 2), amount=300),
            of("b", at(9, 1), at(1, 3)),
            of("c", at(9, 1), at(20, 1)),
        ],
    )
    rows = [row for row in fct_cohort_retention(told) if row["segment_name"] == "all"]
    assert [(row["period_no"], row["active_customers"], row["revenue_reporting"]) for row in rows] == [
        (0, 2, 200),
        (1, 2, 400),
        (2, 1, 300),
        (3, 1, 300),
    ]
    assert {row["cohort_size"] for row in rows} == {3}
    assert [row["net_revenue_retention"] for row in rows] == [1, 2, 1.5, 1.5]
    assert [row["gross_revenue_retention"] for row in rows] == [1, 1, 0.5, 0.5]
    assert [row["cumulative_revenue_per_customer"] for row in rows] == pytest.approx([200 / 3, 200, 300, 400])
    assert [row["is_complete"] for row in rows] == [True, True, True, False]


def test_a_cohort_of_buyers(business: Callable[..., Business]) -> None:
    def order(name: str, customer: str, moment: datetime, amount: int) -> dict[str, Any]:
        return {
            "order_id": name,
            "customer_id": customer,
            "email": f"{customer}@x.example",
            "ordered_at": moment,
            "amount": Decimal(amount),
            "currency": "EUR",
        }

    told = business(
        as_of=APRIL,
        orders=[
            order("1", "a", at(31, 1), 10),
            order("2", "a", at(31, 3), 10),
            order("3", "b", at(1, 1), 30),
            order("4", "a", at(1, 2), 50),
            order("5", "z", at(1, 4), 1),
        ],
    )
    rows = [row for row in fct_cohort_retention(told) if row["segment_name"] == "all"]
    assert [(row["period_no"], row["active_customers"], row["revenue_reporting"]) for row in rows] == [
        (0, 2, 44),
        (1, 1, 55),
        (2, 1, 12),
    ]
    assert [row["retention_rate"] for row in rows] == [1, 0.5, 0.5]
    assert rows[1]["gross_revenue_retention"] == pytest.approx(11 / 44)
    assert {row["segment_value"] for row in fct_cohort_retention(told)} == {"all", "unknown"}


def test_the_demos_months_close_on_what_runs(judged: dict[str, list[dict[str, Any]]]) -> None:
    running: dict[date, Decimal] = defaultdict(Decimal)
    customers: dict[date, int] = defaultdict(int)
    for row in judged["fct_mrr_monthly"]:
        running[row["period_month"]] += row["mrr_reporting"]
        customers[row["period_month"]] += 1
    total = [
        row
        for row in judged["fct_churn_monthly"]
        if row["segment_name"] == "all" and not row["definition"].startswith("inactivity")
    ]
    assert total
    for row in total:
        expected = customers if row["unit"] == "customers" else running
        assert row["closing"] == expected[row["period_month"]]
