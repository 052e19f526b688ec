"""The ranges of drawn figures, where the figures themselves are known."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from sandbox.truth.business import Business, read_business
from sandbox.truth.chain import effects
from sandbox.truth.uncertainty import (
    _at_most,
    _chances,
    _ends,
    _shares_below,
    fct_attribution_intervals,
    fct_model_disagreement,
    journeys_of,
)
from sandbox.world import World

START = datetime(2026, 3, 1, tzinfo=UTC)
BLOG = {"referrer": "https://reviews.example/"}


def test_folding_states_finds_what_walking_the_chain_finds(made: World) -> None:
    business = read_business(made)
    for kind in ("lead", "won"):
        journeys = journeys_of(business, kind)
        counts = journeys.steps.sum(axis=0).reshape(1, journeys.states, -1)
        whole = _chances(counts, None)
        for state, channel in enumerate(journeys.channels, 1):
            told = effects(business, kind)[channel].conversions
            assert 1 - (_chances(counts, state) / whole)[0] == pytest.approx(told, abs=1e-12)


def test_the_ranges_hold_what_so_many_draws_say() -> None:
    rng = np.random.default_rng(5)
    ends = _ends("conversions", rng.poisson(40, 20_000).astype(float))
    for _ in range(200):
        low, high = np.quantile(rng.poisson(40, 400), (0.025, 0.975))
        assert ends["conversions_low"]["low"] <= low <= ends["conversions_low"]["high"]
        assert ends["conversions_high"]["low"] <= high <= ends["conversions_high"]["high"]
    assert ends["conversions_low"]["high"] < 35 < 45 < ends["conversions_high"]["low"], "or they say nothing"


def test_the_shares_of_draws_are_those_of_the_binomial() -> None:
    assert _at_most(0.5, 399) == pytest.approx(1 - 0.5**400)
    assert _at_most(0.01, 0) == pytest.approx(0.99**400)
    least, most = _shares_below()
    assert 0 < least < 0.025 / 5 and 0.025 * 3 < most < 0.11


def buyers(business: Callable[..., Business], count: int) -> Business:
    """So many people who come directly, the odd ones from a blog before; all order two days later."""
    told: dict[str, list[dict[str, Any]]] = {"identities": [], "touchpoints": [], "orders": []}
    for who in range(count):
        name, at = f"p{who}", START + timedelta(hours=who)
        told["identities"].append({"anonymous_id": name, "email": f"{name}@x.example", "seen_at": at})
        visits = [("d", {})] if who % 2 == 0 else [("b", BLOG), ("d", {})]
        told["touchpoints"] += [
            {"touchpoint_id": f"{name}{kind}", "anonymous_id": name, **source,
             "occurred_at": at + timedelta(minutes=place)}
            for place, (kind, source) in enumerate(visits)
        ]  # fmt: skip
        told["orders"].append(
            {
                "order_id": name,
                "customer_id": name,
                "email": f"{name}@x.example",
                "ordered_at": at + timedelta(days=2),
                "amount": 10,
                "currency": "USD",
            }
        )
    return business(**told)


def test_too_few_conversions_have_a_verdict_and_no_numbers(business: Callable[..., Business]) -> None:
    few = fct_attribution_intervals(buyers(business, 29))
    assert {row["verdict"] for row in few} == {"too few conversions"}
    assert {row["journeys"] for row in few} == {29}
    assert all(row["conversions"] is row["conversions_low"] is row["value_high"] is None for row in few)
    apart = fct_model_disagreement(buyers(business, 29))
    assert {row["share_distance"] for row in apart} == {None}


def test_enough_conversions_have_their_credits_within_their_ends(business: Callable[..., Business]) -> None:
    told = buyers(business, 30)
    rows = {(row["model"], row["channel"]): row for row in fct_attribution_intervals(told)}
    first = rows["first_touch", "referral"]
    assert (first["conversions"], first["value_reporting"], first["verdict"]) == (15, 150, None)
    assert first["conversions_low"]["high"] < 15 < first["conversions_high"]["low"]
    assert first["value_low"]["high"] == pytest.approx(10 * first["conversions_low"]["high"])
    apart = {(row["model"], row["other_model"]): row for row in fct_model_disagreement(told)}
    assert apart["first_touch", "last_touch"]["share_distance"] == pytest.approx(0.5)
    assert apart["linear", "last_touch"]["share_distance"] == pytest.approx(0.25)
    mean = [row["share_distance"] for key, row in apart.items() if key != ("all", "all")]
    assert apart["all", "all"]["share_distance"] == pytest.approx(sum(mean) / len(mean))
