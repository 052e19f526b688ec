"""The attribution models against references that follow one conversion at a time."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attribution.accounts import ledger
from tests.attribution.comparison import VARIANTS, of_books, of_estimates, of_ledger, of_world
from tests.attribution.intervals import estimates
from tests.attribution.money import books
from tests.attribution.worlds import crowd
from tests.models import Model


@pytest.mark.parametrize("variant", VARIANTS)
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32 - 1), people=st.integers(1, 40))
def test_credits_are_those_of_the_reference(
    attribution_models: dict[str, list[Model]], variant: str, seed: int, people: int
) -> None:
    bench = of_world(attribution_models[variant], crowd(seed, people), VARIANTS[variant].rules)
    assert not bench.differences()


@pytest.mark.parametrize("seed", range(4))
def test_money_is_that_of_the_reference(attribution_models: dict[str, list[Model]], seed: int) -> None:
    assert not of_books(attribution_models["as shipped"], books(seed, 40 * seed)).differences()


@pytest.mark.parametrize("variant", ["as shipped", "cycles"])
@pytest.mark.parametrize("seed", range(3))
def test_ledgers_are_those_of_the_reference(
    attribution_models: dict[str, list[Model]], variant: str, seed: int
) -> None:
    kept = ledger(seed, 20 + 60 * seed)
    assert not of_ledger(attribution_models[variant], kept, VARIANTS[variant].rules).differences()


@pytest.mark.parametrize("seed", range(3))
def test_intervals_are_those_of_the_reference(attribution_models: dict[str, list[Model]], seed: int) -> None:
    assert not of_estimates(attribution_models["as shipped"], estimates(seed, 10 + 40 * seed)).differences()
