"""Logins and answers tell of who will leave, deliveries follow wins."""

from collections import defaultdict
from datetime import datetime, timedelta
from statistics import mean, median
from typing import Any

import numpy as np
import pytest

from sandbox.columns import DAY_SECONDS, NEVER
from sandbox.engagement import FADES_BEFORE, LEAST_LEFT, left_of
from sandbox.world import World, make_world

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module", params=[7, 11])
def made(request: pytest.FixtureRequest) -> World:
    return make_world(seed=request.param)


@pytest.fixture(scope="module")
def logins(made: World) -> dict[str, list[datetime]]:
    """Every company's logins."""
    company = {row["contact_id"]: row["company_id"] for row in made["people"].to_pylist()}
    by_address = {row["email"]: row["company_id"] for row in made["people"].to_pylist() if row["email"]}
    found = defaultdict(list)
    for row in made["funnel_events"].to_pylist():
        if row["event_name"] == "login":
            assert (row["email"] is None) != (row["contact_id"] is None)
            who = (
                company[row["contact_id"]] if row["contact_id"] else by_address[row["email"].strip().lower()]
            )
            found[who].append(row["occurred_at"])
    return found


def test_engagement_fades_before_who_means_to_leave_does() -> None:
    leaves_at = np.array([NEVER, FADES_BEFORE, FADES_BEFORE, 10 * FADES_BEFORE, FADES_BEFORE])
    at = np.array([0, 0, FADES_BEFORE // 2, 0, FADES_BEFORE - 60])
    assert left_of(at, leaves_at).tolist() == [1, 1, 0.5, 1, LEAST_LEFT]


def test_who_leaves_logs_in_less_in_the_last_month(made: World, logins: dict[str, list[datetime]]) -> None:
    recent = earlier = 0
    for row in made["subscription_periods"].to_pylist():
        lasted = (row["ended_at"] or row["started_at"]) - row["started_at"]
        is_main = row["company_id"] and row["plan"] != "addon_analytics"
        if row["churn_type"] == "voluntary" and is_main and lasted > timedelta(days=90):
            ages = [(row["ended_at"] - at).days for at in logins[row["company_id"]]]
            recent += sum(0 <= age < 30 for age in ages)
            earlier += sum(60 <= age < 90 for age in ages)
    assert earlier > 10
    assert recent < 0.6 * earlier


def test_logins_are_of_customers_while_they_pay(made: World, logins: dict[str, list[datetime]]) -> None:
    paid = [row for row in made["subscription_periods"].to_pylist()
            if not row["is_trial"] and row["monthly_amount"] > 0]  # fmt: skip
    spans = defaultdict(list)
    for row in paid:
        spans[row["company_id"]].append((row["started_at"], row["ended_at"] or made.now))
    moments = [(company, at) for company, found in logins.items() if company for at in found]
    assert len(moments) > 1_000
    for company, at in moments:
        assert any(start <= at <= end for start, end in spans[company])
    weeks = sum(((end - start) for found in spans.values() for start, end in found), timedelta()).days / 7
    assert 0.4 < len(moments) / weeks < 1


def test_scores_are_of_known_customers_and_within_their_scale(made: World) -> None:
    known = {row["customer_id"] for name in ("orders", "subscription_periods") for row in
             made[name].to_pylist()}  # fmt: skip
    scores: dict[str, list[int]] = defaultdict(list)
    for row in made["feedback"].to_pylist():
        assert row["customer_id"] in known
        assert row["responded_at"] <= made.now
        scores[row["survey_type"]].append(row["score"])
    assert 0 <= min(scores["nps"]) < 6 and max(scores["nps"]) == 10
    assert 1 <= min(scores["csat"]) < 3 and max(scores["csat"]) == 5


def test_who_is_pleased_logs_in_more(made: World, logins: dict[str, list[datetime]]) -> None:
    scores: dict[str, list[int]] = defaultdict(list)
    for row in made["feedback"].to_pylist():
        if row["survey_type"] == "nps":
            scores[row["customer_id"]].append(row["score"])
    means = {customer: mean(given) for customer, given in scores.items()}
    first = {}
    for row in made["subscription_periods"].to_pylist():
        if not row["is_trial"]:
            first.setdefault(row["customer_id"], row["started_at"])
    rates = {
        customer: len(logins[customer]) / ((made.now - first[customer]) / timedelta(weeks=1))
        for customer in means if customer in logins
    }  # fmt: skip
    pleased = [rates[customer] for customer in rates if means[customer] >= 8]
    others = [rates[customer] for customer in rates if means[customer] < 8]
    assert mean(pleased) > 1.2 * mean(others)


def test_most_of_what_is_won_is_delivered_weeks_later(made: World) -> None:
    won = [deal for deal in made["deals"].to_pylist() if deal["is_won"]]
    old = [deal for deal in won if made.now - deal["closed_at"] > timedelta(days=120)]
    told = [deal for deal in old if deal["delivered_at"]]
    assert 0.7 < len(told) / len(old) < 0.97
    waits = [(deal["delivered_at"] - deal["closed_at"]).total_seconds() / DAY_SECONDS for deal in told]
    assert min(waits) > 0 and 12 < median(waits) < 32
    assert all(deal["delivered_at"] is None for deal in made["deals"].to_pylist() if not deal["is_won"])
