"""The attribution models, as they are or with one changed, beside what the references say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import duckdb
import pyarrow as pa

from tests.attribution import accounts, intervals, money
from tests.attribution.changes import changes, kept
from tests.attribution.expected import (
    TOLD,
    expected,
    expected_intervals,
    expected_ledger,
    expected_money,
)
from tests.attribution.models import Model, RunawayError, Warehouse
from tests.attribution.reference import Rules, World
from tests.attribution.sql_mutants import Mutant
from tests.attribution.worlds import inputs

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


class Bench:
    """The models built of some inputs in a warehouse, and the rows told of them."""

    def __init__(
        self, models: Sequence[Model], inputs: Mapping[str, pa.Table], told: Mapping[str, pa.Table]
    ) -> None:
        given = {name.partition(".")[2] for name in inputs}
        own = [model for model in models if model.name not in given]
        self.models = [model for model in own if model.name in lineage(own, told)]
        self.told = {name: TOLD[name] for name in told}
        self.warehouse = Warehouse()
        self.warehouse.give(inputs)
        for mart, rows in told.items():
            self.warehouse.database.register("rows", rows)
            self.warehouse.database.execute(f"create table told_{mart} as select * from rows")
        self.warehouse.build(self.models)
        for model in self.models:
            self.warehouse.database.execute(
                f"create table was_{model.name} as select * from {model.relation}"
            )

    def differences(self) -> dict[str, list[tuple]]:
        """Up to three rows of each relation in which the models and the references differ."""
        found = {name: self.warehouse.rows(told.differences(name)) for name, told in self.told.items()}
        return {name: rows for name, rows in found.items() if rows}

    def notices(self, mutant: Mutant) -> bool:
        """Whether the marts differ from what is told, or don't build, when one model reads so."""
        (mutated,) = (replace(model, sql=mutant.sql) for model in self.models if model.name == mutant.model)
        self.warehouse.database.execute("begin")
        try:
            self.warehouse.build([mutated])
            was = f"was_{mutated.name}"
            if not self.warehouse.rows(
                f"(select * from {was} except all select * from {mutated.relation}) union all"
                f" (select * from {mutated.relation} except all select * from {was}) limit 1"
            ):
                return False
            return self.differs([mutated, *self.made_of(mutated.name)])
        except (duckdb.Error, RunawayError, LookupError, ValueError):
            return True
        finally:
            self.warehouse.database.execute("rollback")

    def notices_seed(self, seed: str, rows: pa.Table) -> bool:
        """Whether the marts differ from what is told when the seed holds these rows."""
        self.warehouse.database.execute("begin")
        try:
            self.warehouse.give({f"seeds.{seed}": rows})
            return self.differs(self.made_of(seed, but=Fingerprints.MODEL))
        finally:
            self.warehouse.database.execute("rollback")

    def differs(self, models: Sequence[Model]) -> bool:
        """Whether a model differs from what the references tell of it, when these are built anew."""
        for model in models:
            self.warehouse.build([model])
            told = self.told.get(model.name)
            if told is not None and self.warehouse.rows(told.differences(model.name)):
                return True
        return False

    def made_of(self, name: str, but: str = "") -> list[Model]:
        """The models that are made of one, without it and what is made of it by another alone."""
        return [
            one
            for one in self.models
            if one.name not in (name, but) and name in lineage(self.models, [one.name], but)
        ]


def of_world(models: Sequence[Model], world: World, rules: Rules) -> Bench:
    """One world under one variant's rules."""
    return Bench(models, inputs(world, rules), expected(world, rules))


def of_books(models: Sequence[Model], kept: money.Books) -> Bench:
    """What was spent and earned, under the rules as shipped."""
    return Bench(models, money.inputs(kept), expected_money(kept))


def of_ledger(models: Sequence[Model], kept: accounts.Ledger, rules: Rules) -> Bench:
    """What accounts billed, platforms claimed and people said, in days of one variant's time zone."""
    return Bench(models, accounts.inputs(kept), expected_ledger(kept, rules.time_zone))


def of_estimates(models: Sequence[Model], kept: intervals.Estimates) -> Bench:
    """What was estimated of these credits and of earlier ones, under the rules as shipped."""
    return Bench(models, intervals.inputs(kept), expected_intervals(kept))


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


def lineage(models: Sequence[Model], names: Iterable[str], but: str = "") -> set[str]:
    """The names of the models, and of those that they are made of, but through one."""
    parents = {model.name: model.parents for model in models if model.name != but}
    found, left = set(), list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += parents.get(name, ())
    return found
