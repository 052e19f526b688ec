"""The attribution models against references that follow one conversion at a time."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attribution.comparison import VARIANTS, Bench
from tests.attribution.models import Model
from tests.attribution.worlds import crowd


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
    bench = Bench(attribution_models[variant], crowd(seed, people), VARIANTS[variant].rules)
    assert not bench.differences()
