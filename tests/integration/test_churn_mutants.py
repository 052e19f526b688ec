"""Churn and survival in SQL against a reference in Python, which notices whatever is changed in the SQL."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.churn.comparison import MOMENTS, VARIANTS, bench_of
from tests.churn.equivalents import EQUIVALENT, SPARED, reason
from tests.churn.worlds import EVEN, FICKLE, crowd
from tests.models import Model
from tests.sql_mutants import Mutant, mutants

# tests/integration/test_subscription_spells.py changes these, hour by hour.
ELSEWHERE = ("canonical_covered_periods", "canonical_subscription_spells")

SHIPPED, WEST = VARIANTS
BENCHES = (
    (SHIPPED, MOMENTS[2], "order", EVEN), (SHIPPED, MOMENTS[1], "subscription", FICKLE),
    (WEST, MOMENTS[0], "order", FICKLE), (WEST, MOMENTS[2], "subscription", EVEN),
    (SHIPPED, MOMENTS[0], "order", EVEN), (SHIPPED, MOMENTS[0], "order", None),
)  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**32 - 1),
    customers=st.integers(0, 60),
    as_of=st.sampled_from(MOMENTS),
    parameters=st.sampled_from((EVEN, FICKLE, None)),
)
def test_the_models_say_what_the_reference_says(
    churn_models: dict[str, list[Model]],
    variant: str,
    seed: int,
    customers: int,
    as_of: datetime,
    parameters: dict[str, int] | None,
) -> None:
    world = crowd(seed, customers, as_of, parameters=parameters)
    assert not bench_of(churn_models, variant, world).differences()


def test_every_mutant_of_the_sql_is_noticed(churn_models: dict[str, list[Model]]) -> None:
    made: dict[str, list[Mutant]] = {}
    left: dict[tuple[str, str], bool] = {}
    for seed, (variant, as_of, first, parameters) in enumerate(BENCHES, 1):
        bench = bench_of(churn_models, variant, crowd(seed, 40, as_of, first, parameters))
        assert not bench.differences()
        for model in (one for one in bench.models if one.name not in ELSEWHERE):
            if model.sql not in made:
                made[model.sql] = list(mutants(model.name, model.sql, SPARED.get(model.name, ())))
            for mutant in made[model.sql]:
                name = (mutant.model, mutant.change)
                # What no input tells apart is tried once, so that the list can't hide what one does.
                if left.get(name, True) and not (name in left and reason(*name)):
                    left[name] = not bench.notices(mutant)
    unnoticed = {name for name, is_left in left.items() if is_left}
    entries = {entry for group in EQUIVALENT.values() for entry in group}
    assert {name for name in unnoticed if not reason(*name)} == set()
    assert entries - {reason(*name) for name in unnoticed} == set(), "these are noticed, or no longer arise"
    assert len(left) > 600
