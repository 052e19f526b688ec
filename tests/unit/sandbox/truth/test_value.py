"""The truth's own fits beside the published ones and the estimators', and what hangs on them, by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from estimators import bg_nbd as estimated
from sandbox.truth import likelihood
from sandbox.truth.business import Business
from sandbox.truth.likelihood import most_likely
from sandbox.truth.value import (
    fct_customer_value,
    fct_value_model_parameters,
    histories,
    stays,
)
from tests.cdnow import cdnow

HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)


def at(day: int, month: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def order(moment: datetime, amount: str, customer: str = "c") -> dict[str, Any]:
    given = {"customer_id": customer, "company_id": customer, "ordered_at": moment, "amount": Decimal(amount)}
    return {**given, "order_id": f"{customer} {moment} {amount}", "currency": "USD"}


def period(customer: str, start: datetime, end: datetime | None = None) -> dict[str, Any]:
    given = {"subscription_id": f"s{customer}", "customer_id": customer, "company_id": customer}
    return {**given, "started_at": start, "ended_at": end, "monthly_amount": Decimal(100), "is_trial": False}


def test_the_simplex_finds_the_published_contract() -> None:
    lost = [(year, True) for year in range(1, 8) for _ in range(HIGH_END[year - 1] - HIGH_END[year])]
    found = most_likely(
        lambda given: likelihood.sbg(given, [*lost, *[(7, False)] * HIGH_END[7]]), [(1.0, 1.0), (0.5, 5.0)]
    )
    assert found == pytest.approx([0.668, 3.806], abs=5e-4)


def test_the_simplex_finds_the_published_spend() -> None:
    given = cdnow()
    spends = [(int(x), float(mean)) for x, mean in zip(given["x"], given["mean_value"], strict=True) if x]
    found = most_likely(lambda place: likelihood.gamma_gamma(place, spends), [(6.0, 4.0, 100.0)])
    assert found == pytest.approx([6.25, 3.74, 15.44], abs=0.01)
    assert found is not None and round(likelihood.purchase_value(found, 2, 22.35), 2) == 24.66


def test_the_formulas_are_those_of_the_published_customers() -> None:
    """At the paper's estimates its likelihood, its first customer's purchases, and the estimator's alive."""
    given = cdnow()
    columns = (given["x"], given["recency_days"] / 7, given["age_days"] / 7)
    people = [(int(x), float(recency), float(age)) for x, recency, age in zip(*columns, strict=True)]
    place = np.array([0.2425945, 4.4136019, 0.7929199, 2.4258881])
    assert likelihood.bg_nbd(place, people) == pytest.approx(-9582.429, abs=1e-3)
    assert round(likelihood.purchases(place, people[0], 39.0), 3) == 1.226
    told = estimated.probability_alive(place, *(column.astype(float) for column in columns))
    assert [likelihood.alive(place, person) for person in people] == pytest.approx(told.tolist())


def test_what_rises_for_ever_has_no_top() -> None:
    halves = [(month, True) for month in range(1, 5) for _ in range(2 ** (9 - month))] + [(4, False)] * 32
    assert most_likely(lambda given: likelihood.sbg(given, halves), [(1.0, 1.0), (0.5, 5.0)]) is None


def test_histories_see_what_came_by_a_day(business: Callable[..., Business]) -> None:
    orders = [
        order(at(20, 6), "9"),
        order(at(24, 6, 8), "1"),
        order(at(24, 6, 9), "2"),
        order(at(29, 6), "0"),
    ]
    told = business(orders=[*orders, order(at(30, 6), "-5"), order(at(28, 6), "7", "d")])
    assert histories(told, date(2026, 7, 1)) == {"c": (2, 9 / 7, 11 / 7), "d": (0, 0.0, 3 / 7)}
    assert histories(told, date(2026, 6, 25)) == {"c": (1, 4 / 7, 5 / 7)}
    rows = {row["customer"]: row for row in fct_customer_value(told)}
    assert (rows["c"]["orders"], rows["c"]["repeat_purchase_days"], rows["c"]["revenue_reporting"]) == (
        4,
        2,
        7,
    )
    assert rows["c"]["order_refusal"] == "too few customers to learn from: 2 of the 50 needed"
    assert {row["value"] for row in fct_value_model_parameters(told)} == {None}


def test_a_contract_s_months_are_begun_and_renewed(business: Callable[..., Business]) -> None:
    told = business(
        as_of=date(2026, 3, 10),
        subscription_periods=[
            period("soon", at(10, 1), at(20, 1)),
            period("at end", at(10, 1), at(10, 2)),
            period("after", at(10, 1), at(11, 2)),
            period("stays", at(10, 1)),
        ],
    )
    assert stays(told) == {
        "soon": (1, 0, True),
        "at end": (1, 1, True),
        "after": (2, 1, True),
        "stays": (3, 2, False),
    }
