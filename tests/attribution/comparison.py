"""The attribution models, as they are or with one changed, beside what the references say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import duckdb

from tests.attribution import accounts, intervals, money
from tests.attribution.changes import changes, kept
from tests.attribution.expected import (
    TOLD,
    expected,
    expected_intervals,
    expected_ledger,
    expected_money,
)
from tests.attribution.reference import Rules, World
from tests.attribution.worlds import inputs
from tests.bench import Bench, lineage
from tests.models import Model, Warehouse
from tests.sql_mutants import Mutant

# Weights by the contract; what a user may add: a position that a path can lack, one named with a weight of 0.
SHIPPED = {
    "first_touch": {"first": "1"},
    "last_touch": {"last": "1"},
    "linear": {"spread": "1"},
    "position_based": {"first": ".4", "spread": ".2", "last": ".4"},
    "u_shaped": {"first": ".5", "lead": ".5"},
    "w_shaped": {"first": ".3", "lead": ".3", "opportunity": ".3", "spread": ".1"},
    "full_path": {"first": ".225", "lead": ".225", "opportunity": ".225", "last": ".225", "spread": ".1"},
}
ADDED = {
    "of_leads": {"lead": "3"},
    "of_deals": {"opportunity": "1", "spread": "0"},
    "between": {"first": "0", "last": "0", "spread": "1"},
    "ending": {"last": "2", "spread": "1"},
    "around_leads": {"lead": "2", "spread": "1"},
    "around_deals": {"opportunity": "2", "spread": "1"},
    "of_both": {"lead": "1", "opportunity": "1", "spread": "1"},
    "lopsided": {"first": "1", "lead": "2", "opportunity": "3", "last": "4", "spread": "5"},
}


def weights(models: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, str, Fraction], ...]:
    return tuple(
        (model, position, Fraction(weight))
        for model, named in models.items()
        for position, weight in named.items()
    )


BY_CONTRACT = Rules(weights=weights(SHIPPED | ADDED))


@dataclass(frozen=True)
class Variant:
    """Vars as dbt is given them, and the rules that they mean; without any, the contract's."""

    variables: Mapping[str, object] = field(default_factory=dict)
    rules: Rules = BY_CONTRACT


LOOKBACKS = (
    ("order", "email", 15), ("order", None, 30), (None, "email", 60), (None, "organic_search", 120),
    ("won", "organic_search", 45),
)  # fmt: skip
VARIANTS = {
    "as shipped": Variant(),
    "cycles": Variant(
        {
            "attribution_paths": "cycles",
            "attribution_lookback_days": 45,
            "time_decay_half_life_days": 3,
            "reporting_time_zone": "Pacific/Pago_Pago",
        },
        Rules(
            paths="cycles",
            lookback_days=45,
            half_life_days=3,
            lookbacks=LOOKBACKS,
            weights=weights(SHIPPED),
            time_zone="Pacific/Pago_Pago",
        ),
    ),
    "company": Variant(
        {"attribution_subject": "company", "attribution_collapse_repeats": True, "markov_order": 2},
        Rules(
            subject="company",
            collapse=True,
            markov_order=2,
            lookbacks=LOOKBACKS[2:],
            weights=weights(SHIPPED),
        ),
    ),
    "cycles of companies": Variant(
        {
            "attribution_subject": "company",
            "attribution_paths": "cycles",
            "attribution_collapse_repeats": True,
            "time_decay_half_life_days": 0.05,
        },
        Rules(
            subject="company",
            paths="cycles",
            collapse=True,
            half_life_days=0.05,
            weights=weights(SHIPPED | ADDED),
        ),
    ),
}


def of_world(models: Sequence[Model], world: World, rules: Rules) -> Bench:
    """One world under one variant's rules."""
    return Bench(models, inputs(world, rules), expected(world, rules), TOLD)


def of_books(models: Sequence[Model], kept: money.Books) -> Bench:
    """What was spent and earned, under the rules as shipped."""
    return Bench(models, money.inputs(kept), expected_money(kept), TOLD)


def of_ledger(models: Sequence[Model], kept: accounts.Ledger, rules: Rules) -> Bench:
    """What accounts billed, platforms claimed and people said, in days of one variant's time zone."""
    return Bench(models, accounts.inputs(kept), expected_ledger(kept, rules.time_zone), TOLD)


def of_estimates(models: Sequence[Model], kept: intervals.Estimates) -> Bench:
    """What was estimated of these credits and of earlier ones, under the rules as shipped."""
    return Bench(models, intervals.inputs(kept), expected_intervals(kept), TOLD)


class Fingerprints:
    """A world and what it may become, with which conversions then differ: their fingerprints must too."""

    MODEL = "int_attribution__fingerprints"

    def __init__(self, models: Sequence[Model], world: World, rules: Rules) -> None:
        self.models = [model for model in models if model.name in lineage(models, [self.MODEL])]
        self.before = self._warehouse(world, rules)
        was = kept(world, rules)
        self.after = []
        for name, other, others_rules in changes(world, rules):
            now = kept(other, others_rules)
            changed = {key for key in was if key in now and was[key] != now[key]}
            assert changed, f"{name} changes no conversion"
            self.after.append((self._warehouse(other, others_rules), changed))

    def _warehouse(self, world: World, rules: Rules) -> Warehouse:
        warehouse = Warehouse()
        warehouse.give(inputs(world, rules))
        warehouse.build(self.models)
        return warehouse

    def notices(self, mutant: Mutant) -> bool:
        """Whether a conversion that changed has the fingerprint that it had, or the model doesn't build."""
        try:
            return any(self.stale(mutant.sql))
        except duckdb.Error:
            return True

    def stale(self, sql: str) -> Iterator[str]:
        """The keys of conversions that changed and have the fingerprint that they had."""
        was = dict(self.before.rows(sql))
        for warehouse, changed in self.after:
            now = dict(warehouse.rows(sql))
            yield from (key for key in changed if was.get(key) == now.get(key))
