"""The models of churn and survival over made-up customers, beside what the reference says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from tests.bench import Bench
from tests.churn.calendar import Rules
from tests.churn.expected import TOLD, expected
from tests.churn.worlds import World, inputs
from tests.models import Model

VARIANTS = {
    "as shipped": Rules(),
    "short gaps in New York": Rules(
        gap_days=10, inactive_days=10, alive_floor=Fraction(2, 5), zone="America/New_York", horizon=4
    ),
}
VARIABLES = {name: rules.variables for name, rules in VARIANTS.items()}
# Within a month, where one begins, and a day later: in New York it has begun by then.
MOMENTS = tuple(datetime(2026, 4, day) for day in (16, 1, 2))  # noqa: DTZ001 (the warehouse's are naive UTC)
MODELS = (
    "canonical_covered_periods canonical_subscription_spells canonical_first_spells canonical_purchase_days"
    " int_core__customer_traits group:churn group:survival group:cohorts"
)


def bench_of(models: Mapping[str, Sequence[Model]], variant: str, world: World) -> Bench:
    """The models of a variant built of a world."""
    return Bench(models[variant], inputs(world), expected(world, VARIANTS[variant]), TOLD)
