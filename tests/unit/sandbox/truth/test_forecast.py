"""Deals in danger and what sales may expect to book, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from sandbox.truth.backtest import fct_forecast_backtest
from sandbox.truth.business import Business
from sandbox.truth.forecast import fct_sales_forecast, simulated
from sandbox.truth.risk import fct_deals_at_risk, time_until

FIRST = "appointment_scheduled"
DAYS = timedelta(days=1)


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def deal(deal_id: str, **more: Any) -> dict[str, Any]:
    return {
        "deal_id": deal_id, "stage": FIRST, "created_at": at(1), "pipeline": "default",
        "amount": Decimal(100), "currency": "USD", "deal_type": "new", **more,
    }  # fmt: skip


def moved(deal_id: str, *stays: tuple[str, datetime]) -> list[dict[str, Any]]:
    return [{"deal_id": deal_id, "stage": stage, "entered_at": moment} for stage, moment in stays]


def test_the_time_until_a_share_has_left_counts_those_still_there() -> None:
    left = [(day * DAYS, True) for day in range(1, 11)]
    assert time_until(Fraction(8, 10), left) == 8 * DAYS, "exactly 8 of 10 have left by day 8"
    assert time_until(Fraction(8, 10), left[:9]) is None, "too few exits"
    assert time_until(Fraction(8, 10), [*left, (8 * DAYS, False)]) == 9 * DAYS
    still_there = [(20 * DAYS, False)] * 10
    assert time_until(Fraction(8, 10), left + still_there) is None, "only half ever leave"


def test_an_open_deal_and_its_dangers(business: Callable[..., Business]) -> None:
    heard = [
        ("a", at(5), "inbound", "call"), ("b", at(6), "outbound", "call"), ("c", at(7), "outbound", "email"),
        ("d", at(8), "outbound", "email"), ("e", at(9), "unknown", "task"),
    ]  # fmt: skip
    told = business(
        as_of=date(2026, 3, 11),
        deals=[
            deal("1", close_date_expected=date(2026, 3, 10)),
            deal("2", close_date_expected=date(2026, 3, 11), next_activity_at=at(12), last_activity_at=at(4)),
            deal("3", close_date_expected=date(2026, 3, 1), next_activity_at=at(12)),
            deal("4", close_date_expected=date(2026, 6, 1), created_at=at(18, month=2)),
        ],
        activities=[
            {"activity_id": key, "occurred_at": moment, "direction": way, "type": kind, "deal_id": "1"}
            for key, moment, way, kind in heard
        ],
    )
    one, two, three, four = fct_deals_at_risk(told)
    assert (one["days_in_stage"], one["days_since_activity"], one["outbound_since_reply"]) == (10, 2, 3)
    assert one["is_overdue"] and one["is_stalled"] and one["is_dark"] and one["risk"] == "stalled"
    assert not two["is_overdue"] and not two["is_dark"] and two["risk"] is None
    assert two["days_since_activity"] == 7
    assert (three["is_stalled"], three["risk"], three["is_forecast"]) == (False, "overdue", True)
    assert (four["is_dark"], four["is_forecast"]) == (False, False), "21 days exactly are not more than 21"


def test_a_forecast_knows_nothing_of_what_came_later(business: Callable[..., Business]) -> None:
    def build(moves: Any = (), amounts: Any = (), **later: Any) -> list[dict[str, Any]]:
        told = business(
            as_of=date(2026, 5, 15),
            deals=[
                deal("1", stage="won", is_won=True, closed_at=at(20), created_at=at(1, month=1)),
                deal("2", stage="lost", is_won=False, closed_at=at(21), amount=Decimal(40)),
                deal("3", created_at=at(2), close_date_expected=date(2026, 5, 20), currency="EUR",
                     amount=Decimal(80_000)),
                deal("4", created_at=at(3), **later),
            ],
            deal_field_history=[
                {"deal_id": "4", "field": "amount", "value": value, "changed_at": moment}
                for value, moment in amounts
            ],
            deal_stage_history=[
                *moved("1", (FIRST, at(1, month=1)), ("won", at(20))),
                *moved("2", (FIRST, at(1)), ("lost", at(21))),
                *moved("4", (FIRST, at(3)), *moves),
            ],
        )  # fmt: skip
        return [row for row in fct_sales_forecast(told) if row["as_of_date"] == date(2026, 4, 1)]

    rows = {(row["method"], row["period_month"].month): row for row in build()}
    assert rows["stage_weighted", 4]["forecast_p50"]["low"] == pytest.approx(50), "half of deal 4"
    assert rows["stage_weighted", 5]["forecast_p50"]["low"] == pytest.approx(48_000), "half of deal 3 at 1.2"
    assert rows["last_month", 5]["forecast_p50"]["low"] == 100
    assert rows["average_3_months", 5]["forecast_p50"]["low"] == pytest.approx(100 / 3)
    assert rows["simulated", 5]["target"] == 90_000, "45,000 a thousand people"
    assert rows["simulated", 5]["probability_of_target"]["low"] == pytest.approx(0.5, abs=0.03)
    assert rows["simulated", 5]["forecast_p90"]["high"] == pytest.approx(96_000, abs=1)
    assert (rows["last_month", 4]["actual"], rows["last_month", 5]["actual"]) == (0, None)
    later = {"stage": "won", "is_won": True, "closed_at": at(5, month=5), "amount": Decimal(7)}
    known = [row | {"actual": None} for row in build()]
    told = build(**later, moves=[("won", at(5, month=5))], amounts=[("100", at(3)), ("7", at(5, month=4))])
    assert [row | {"actual": None} for row in told] == known


def test_a_simulation_lies_between_the_bounds_of_the_exact_distribution() -> None:
    rng = np.random.default_rng(1)
    odds = [(chance, worth) for chance, worth in zip(rng.random(25), rng.random(25) * 1e5, strict=True)]
    chances, worths = (np.array(column) for column in zip(*odds, strict=True))
    draws = 500 + (rng.random((10_000, 25)) < chances) @ worths
    told = simulated(500, odds, Decimal(600_000))
    for name, share in (("forecast_p10", 0.1), ("forecast_p50", 0.5), ("forecast_p90", 0.9)):
        assert told[name]["low"] <= np.quantile(draws, share) <= told[name]["high"]
        assert told[name]["high"] - told[name]["low"] < 0.2 * draws.std()
    bounds = told["probability_of_target"]
    assert bounds["low"] <= (draws >= 600_000).mean() <= bounds["high"] < bounds["low"] + 0.05


def test_errors_are_measured_against_what_was_booked(business: Callable[..., Business]) -> None:
    won = {"stage": "won", "is_won": True}
    told = business(
        as_of=date(2026, 4, 1),
        deals=[
            deal("1", closed_at=at(10, month=1), created_at=at(2, month=1), **won),
            deal("2", closed_at=at(10, month=2), created_at=at(2, month=1), amount=Decimal(200), **won),
            deal("3", closed_at=at(10), created_at=at(2, month=1), amount=Decimal(400), **won),
        ],
    )
    rows = {(row["method"], row["months_ahead"]): row for row in fct_forecast_backtest(told)}
    naive = rows["last_month", 0]
    assert naive["forecasts"] == 2, "on 1 February and 1 March; no month was over after 1 April"
    assert naive["mean_absolute_error"]["low"] == pytest.approx((100 + 200) / 2)
    assert naive["weighted_absolute_percentage_error"]["low"] == pytest.approx(300 / 600)
    assert naive["bias"]["low"] == pytest.approx(-300 / 600)
    assert naive["error_to_naive"]["low"] == 1
    assert (naive["interval_coverage"], naive["brier_score"]) == (None, None)
    assert rows["last_month", 1]["mean_absolute_error"]["low"] == pytest.approx(300)
