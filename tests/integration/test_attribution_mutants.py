"""Whatever is changed in the attribution models' SQL or seeds, the references notice."""

import csv
from collections.abc import Iterator

import pyarrow as pa
import pytest

from tests.attribution.accounts import ledger
from tests.attribution.comparison import (
    LOOKBACKS,
    SHIPPED,
    VARIANTS,
    Fingerprints,
    of_books,
    of_estimates,
    of_ledger,
    of_world,
    weights,
)
from tests.attribution.equivalents import EQUIVALENT, SPARED, reason
from tests.attribution.intervals import estimates
from tests.attribution.money import books
from tests.attribution.reference import Rules
from tests.attribution.worlds import SCHEMAS, crowd
from tests.bench import Bench
from tests.models import ROOT, Model
from tests.sql_mutants import Mutant, mutants

POSITIONS = ("first", "lead", "opportunity", "last", "spread")


@pytest.fixture(scope="module")
def benches(attribution_models: dict[str, list[Model]]) -> list[Bench]:
    worlds = [
        of_world(attribution_models[name], crowd(seed, 80), variant.rules)
        for seed, (name, variant) in enumerate(VARIANTS.items(), 1)
    ]
    shipped, zoned = attribution_models["as shipped"], attribution_models["cycles"]
    ledgers = [of_ledger(zoned, ledger(seed), VARIANTS["cycles"].rules) for seed in (1, 2)]
    return [*worlds, of_books(shipped, books(1)), *ledgers, of_estimates(shipped, estimates(1))]


@pytest.fixture(scope="module")
def fingerprints(attribution_models: dict[str, list[Model]]) -> Fingerprints:
    return Fingerprints(attribution_models["cycles"], crowd(5, 30), VARIANTS["cycles"].rules)


def of_bench(bench: Bench) -> Iterator[Mutant]:
    for model in bench.models:
        if model.name != Fingerprints.MODEL:
            yield from mutants(model.name, model.sql, SPARED.get(model.name, ()))


def test_every_mutant_of_the_sql_is_noticed(benches: list[Bench], fingerprints: Fingerprints) -> None:
    left: dict[tuple[str, str], bool] = {}
    for bench in benches:
        assert not bench.differences()
        for mutant in of_bench(bench):
            name = (mutant.model, mutant.change)
            # What no input tells apart is tried once, so that the list can't hide what one does.
            if left.get(name, True) and not (name in left and reason(*name)):
                left[name] = not bench.notices(mutant)
    sql = next(model.sql for model in fingerprints.models if model.name == Fingerprints.MODEL)
    for mutant in mutants(Fingerprints.MODEL, sql):
        left[mutant.model, mutant.change] = not fingerprints.notices(mutant)
    unnoticed = {name for name, is_left in left.items() if is_left}
    entries = {entry for group in EQUIVALENT.values() for entry in group}
    assert {name for name in unnoticed if not reason(*name)} == set()
    assert entries - {reason(*name) for name in unnoticed} == set(), "these are noticed, or no longer arise"
    assert len(left) > 1000


def test_a_conversion_whose_inputs_change_has_another_fingerprint(fingerprints: Fingerprints) -> None:
    sql = next(model.sql for model in fingerprints.models if model.name == Fingerprints.MODEL)
    assert not list(fingerprints.stale(sql))


def seed_rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "dbt_project" / "seeds" / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


def changed_weights(rows: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """The rows with one cell changed or one row gone."""
    for place, row in enumerate(rows):
        others = [{**row, "position": position} for position in POSITIONS if position != row["position"]]
        near = [{**row, "weight": str(float(row["weight"]) + by)} for by in (-0.1, 0.1)]
        for other in (*others, *near, {**row, "model": "another"}, None):
            yield [*rows[:place], *([other] if other else []), *rows[place + 1 :]]


def notices(bench: Bench, seed: str, rows: pa.Table) -> bool:
    return bench.notices_seed(seed, rows, but=Fingerprints.MODEL)


def weight_table(rows: list[dict[str, str]]) -> pa.Table:
    typed = [{**row, "weight": float(row["weight"])} for row in rows]
    return pa.Table.from_pylist(typed, schema=pa.schema(SCHEMAS["seeds.attribution_weights"]))


def test_every_mutant_of_the_weights_is_noticed(attribution_models: dict[str, list[Model]]) -> None:
    rows = seed_rows("attribution_weights")
    bench = of_world(attribution_models["as shipped"], crowd(1, 60), Rules(weights=weights(SHIPPED)))
    assert not notices(bench, "attribution_weights", weight_table(rows))
    unnoticed = [
        changed
        for changed in changed_weights(rows)
        if not only_scaled(rows, changed) and not notices(bench, "attribution_weights", weight_table(changed))
    ]
    assert not unnoticed


def only_scaled(rows: list[dict[str, str]], changed: list[dict[str, str]]) -> bool:
    """Whether a model's only weight is another one: shared out by itself it comes to the same."""
    alone = {row["model"] for row in rows if sum(row["model"] == other["model"] for other in rows) == 1}
    return any(
        row["model"] in alone and {**row, "weight": ""} == {**other, "weight": ""}
        for row, other in zip(rows, changed, strict=False)
        if row != other
    )


def test_every_mutant_of_the_lookbacks_is_noticed(attribution_models: dict[str, list[Model]]) -> None:
    assert not seed_rows("attribution_lookbacks")
    rules = Rules(lookbacks=LOOKBACKS, weights=weights({"linear": SHIPPED["linear"]}))
    bench = of_world(attribution_models["as shipped"], crowd(1, 200), rules)
    kinds = pa.schema(SCHEMAS["seeds.attribution_lookbacks"])
    for place, (type_, channel, days) in enumerate(LOOKBACKS):
        for other in ((type_, channel, days + 5), (type_, "direct", days), ("signup", channel, days), None):
            changed = [*LOOKBACKS[:place], *([other] if other else []), *LOOKBACKS[place + 1 :]]
            rows = [dict(zip(kinds.names, row, strict=True)) for row in changed]
            table = pa.Table.from_pylist(rows, schema=kinds)
            assert notices(bench, "attribution_lookbacks", table), (LOOKBACKS[place], other)
