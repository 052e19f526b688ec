"""Who orders how often, until when and for how much is planted, and the world keeps to it."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from scipy.special import hyp2f1

from sandbox.columns import dice
from sandbox.orders import DROP_OUT, PURCHASE_RATE, SPEND, WEEK, dollar_cents, purchases
from sandbox.world import World, make_world

COUNT = 40_000


@pytest.fixture(scope="module", params=[7, 11])
def made(request: pytest.FixtureRequest) -> World:
    return make_world(seed=request.param)


@pytest.fixture(scope="module")
def orders(made: World) -> dict[str, list[dict[str, Any]]]:
    """Every customer's orders in order of time; our own tests of the shop are none."""
    found = defaultdict(list)
    for row in made["orders"].to_pylist():
        if not row["customer_id"].startswith("PT"):
            found[row["customer_id"]].append(row)
    return found


@pytest.fixture(scope="module")
def purchase_days(orders: dict[str, list[dict[str, Any]]]) -> dict[str, list[date]]:
    """Every customer's days with a purchase; a refund is none."""
    return {
        customer: sorted({row["ordered_at"].date() for row in rows if row["amount"] >= 0})
        for customer, rows in orders.items()
    }


def dispersion(counts: np.ndarray, weeks: np.ndarray) -> float:
    """How much more counts vary than one rate for all would let them (Pearson): 1 by chance alone."""
    expected = counts.sum() * weeks / weeks.sum()
    return float(((counts - expected) ** 2 / expected).sum() / (len(counts) - 1))


def test_enough_customers_order_and_come_back(purchase_days: dict[str, list[date]]) -> None:
    assert len(purchase_days) >= 100
    assert sum(len(days) > 1 for days in purchase_days.values()) >= 60


def test_customers_buy_at_rates_of_their_own(made: World, purchase_days: dict[str, list[date]]) -> None:
    weeks = np.array([(made.as_of - days[0]).days / 7 + 0.1 for days in purchase_days.values()])
    counts = np.array([len(days) - 1 for days in purchase_days.values()])
    assert dispersion(counts, weeks) > 2
    by_chance = dice(made.seed, "one rate for all").poisson(counts.sum() / weeks.sum() * weeks)
    assert dispersion(by_chance, weeks) < 1.5


def test_purchases_follow_the_planted_rates_and_chances_to_drop_out() -> None:
    """Fader, Hardie and Lee 2005: P(X(t) = 0) and E[X(t)] (equation 9)."""
    (r, alpha), (a, b) = PURCHASE_RATE, DROP_OUT
    for weeks in (4, 20, 70):
        who, at = purchases(dice(11, "purchases"), np.zeros(COUNT, dtype=np.int64), weeks * WEEK)
        assert at.max() <= weeks * WEEK
        repeats = np.bincount(who, minlength=COUNT) - 1
        ratio = (alpha / (alpha + weeks)) ** r
        series = hyp2f1(r, b, a + b - 1, weeks / (alpha + weeks))
        expected = (a + b - 1) / (a - 1) * (1 - ratio * series)
        assert (repeats == 0).mean() == pytest.approx(ratio, abs=4 * np.sqrt(ratio / COUNT))
        assert repeats.mean() == pytest.approx(expected, abs=4 * repeats.std() / np.sqrt(COUNT))


def test_what_a_purchase_is_worth_follows_its_buyers_mean() -> None:
    """Fader and Hardie 2013, note 25: mean p gamma / (q − 1); within a buyer the variance is mean² / p."""
    p, q, gamma = SPEND
    dollars = dollar_cents(dice(11, "worth"), np.repeat(np.arange(COUNT), 5), COUNT).reshape(COUNT, 5) / 100
    assert dollars.mean() == pytest.approx(p * gamma / (q - 1), rel=0.02)
    mean_squared = (p * gamma) ** 2 / ((q - 1) * (q - 2))
    assert dollars.var(axis=1, ddof=1).mean() == pytest.approx(mean_squared / p, rel=0.1)
    assert np.corrcoef(dollars[:, 0], dollars[:, 1])[0, 1] > 0.4, "the buyer doesn't matter"


def test_money_goes_back_days_after_it_came(orders: dict[str, list[dict[str, Any]]]) -> None:
    refunds = [row for rows in orders.values() for row in rows if row["amount"] < 0]
    assert refunds
    for refund in refunds:
        paid = [
            row for row in orders[refund["customer_id"]]
            if row["amount"] >= -refund["amount"] and row["product"] == refund["product"]
            and timedelta(days=1) <= refund["ordered_at"] - row["ordered_at"] < timedelta(days=15)
        ]  # fmt: skip
        assert paid, refund


def test_some_orders_cost_nothing_and_some_days_have_two(orders: dict[str, list[dict[str, Any]]]) -> None:
    rows = [row for mine in orders.values() for row in mine if row["amount"] >= 0]
    assert any(row["amount"] == 0 for row in rows)
    days = Counter((row["customer_id"], row["ordered_at"].date()) for row in rows)
    assert max(days.values()) > 1
