"""The value models held against later days, in SQL and their estimates, on the papers' own customers."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pkgutil import resolve_name
from typing import Any

import pyarrow as pa
import pytest

from orchestration.estimates import ESTIMATES
from sandbox.truth import likelihood
from tests.cdnow import purchase_days
from tests.models import Model, Warehouse
from tests.unit.estimators.test_sbg import HIGH_END, REGULAR

NAMES = (
    "int_value__fits", "int_value__histories", "int_value__purchase_counts", "int_value__spend_numbers",
    "int_value__spend_means", "int_value__calibration_spells", "int_value__terms", "int_value__term_counts",
    "int_value__model_parameters", "int_value__order_predictions", "int_value__later_orders",
    "int_value__later_stays", "int_value__later_renewals", "int_value__validation_cases", "fct_value_holdout",
)  # fmt: skip
DAYS = pa.schema({
    "customer_key": pa.string(), "purchase_day": pa.date32(), "value_reporting": pa.decimal128(24, 6),
    "purchase_no": pa.int64(),
})  # fmt: skip
PERIODS = pa.schema({
    "customer_key": pa.string(), "spell_no": pa.int64(), "started_at": pa.timestamp("us"),
    "ended_at": pa.timestamp("us"), "mrr": pa.int64(),
})  # fmt: skip
Row = dict[str, Any]
Period = tuple[str, datetime, datetime | None]
Held = dict[tuple[str, str], Row]

# The walkthrough of the R package BTYD: customers by repeat purchases until 30 September 1997 (0 to 6, 7 and
# more), and the mean of their purchases in the 39 weeks since.
GROUPS = ("0", "1", "2", "3", "4", "5", "6", "7+")
CUSTOMERS = (1411, 439, 214, 100, 62, 38, 29, 64)
LATER = (0.2367, 0.6970, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359)
# Fader, Hardie and Lee (2005).
BG_NBD = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
WEEKS = 39
START = datetime(2025, 1, 1)  # noqa: DTZ001 (the warehouse's are naive UTC)


def held_out(
    models: Sequence[Model],
    as_of: date,
    days: dict[str, dict[date, Decimal]],
    periods: Sequence[Period] = (),
) -> tuple[Held, dict[tuple[str, str], float]]:
    """The rows of fct_value_holdout by measure and group, and the parameters that they follow from.

    A customer's periods are one spell, which ends with the last that is told.
    """
    bought = [
        (customer, day, worth, number)
        for customer, mine in days.items()
        for number, (day, worth) in enumerate(sorted(mine.items()), 1)
    ]
    warehouse = Warehouse()
    ends = {customer: end for customer, _, end in periods}
    spells = [(customer, 1, start, ends[customer], 1) for customer, start, _ in periods if start == START]
    stretches = [(customer, 1, start, end, 1) for customer, start, end in periods]
    moment = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001
    warehouse.give({
        "intermediate.canonical_as_of": pa.table({"as_of": [moment], "as_of_date": [as_of]}),
        "intermediate.canonical_purchase_days": table(bought, DAYS),
        "intermediate.canonical_subscription_spells": table(spells, PERIODS),
        "intermediate.canonical_covered_periods": table(stretches, PERIODS),
    })  # fmt: skip
    warehouse.database.execute("""
        create table warehouse.intermediate.canonical_first_spells as
        select
            customer_key, cast(started_at as date) as started_day, ended_at is not null as is_churned,
            cast(coalesce(ended_at, as_of) as date) as last_day,
            datesub('month', started_at, coalesce(ended_at, as_of)) as completed_months
        from warehouse.intermediate.canonical_subscription_spells
        cross join warehouse.intermediate.canonical_as_of
    """)
    by_name = {model.name: model for model in models}
    reads = {estimate.reads.partition(".")[2]: estimate for estimate in ESTIMATES}
    for name in NAMES:
        if name == "int_value__model_parameters":
            estimate_all(warehouse, [reads[given] for given in NAMES if given in reads])
        warehouse.build([by_name[name]])
    found = warehouse.database.execute("select * from warehouse.marts.fct_value_holdout").to_arrow_table()
    parameters = warehouse.rows("""
        select model, parameter, parameter_value
        from warehouse.intermediate.int_value__model_parameters where fit_no = 1
    """)
    rows = {(row["measure"], row["group_value"]): row for row in found.to_pylist()}
    return rows, {(model, name): value for model, name, value in parameters}


def estimate_all(warehouse: Warehouse, estimates: Sequence[Any]) -> None:
    """What each estimate makes of its relation, where staging would show it."""
    for estimate in estimates:
        given = warehouse.database.execute(f"from warehouse.{estimate.reads} order by all").to_arrow_table()
        columns = {name: given.column(name).to_numpy() for name in given.column_names}
        made = resolve_name(estimate.function)(columns, **estimate.options)
        shown = pa.table({name: pa.array(made[name], from_pandas=True) for name in estimate.columns})
        warehouse.give({f"staging.stg_estimates__{estimate.name}": shown})


def table(rows: Sequence[tuple], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)


@pytest.fixture(scope="module")
def music(value_models: dict[str, list[Model]]) -> tuple[Held, dict[tuple[str, str], float]]:
    """CDNOW as of its last day: half of its 78 weeks are the papers' 39."""
    return held_out(value_models["half"], date(1998, 6, 30), purchase_days())


def test_purchases_are_those_of_the_published_weeks(music: tuple[Held, dict]) -> None:
    held, parameters = music
    assert held["purchases", "all"]["calibrated_until"] == date(1997, 9, 30)
    assert held["purchases", "all"]["validation_days"] == WEEKS * 7
    assert {name: round(parameters["bg_nbd", name], 3) for name in BG_NBD} == BG_NBD
    rows = [held["purchases", group] for group in GROUPS]
    assert tuple(row["customers"] for row in rows) == CUSTOMERS
    assert [row["actual"] / row["customers"] for row in rows] == pytest.approx(LATER, abs=5e-4)


def test_what_was_expected_of_purchases_follows_from_the_published_parameters(
    music: tuple[Held, dict],
) -> None:
    """By the paper's equation (10), whose series the truth adds up, and within the rounding of its digits."""
    held, _ = music
    expected = dict.fromkeys(GROUPS, 0.0)
    last = date(1997, 9, 30)
    for days in purchase_days().values():
        seen = sorted(day for day in days if day <= last)
        x, weeks = len(seen) - 1, [(day - seen[0]).days / 7 for day in (seen[-1], last)]
        group = str(x) if x < 7 else "7+"
        expected[group] += likelihood.purchases(list(BG_NBD.values()), (x, *weeks), WEEKS)  # type: ignore[arg-type]
    for group, told in expected.items():
        row = held["purchases", group]
        assert row["predicted"] == pytest.approx(told, rel=2e-3)
        assert row["error"] == pytest.approx(row["predicted"] - row["actual"])
    # The model knows more than everybody's rate so far.
    total = held["purchases", "all"]
    assert abs(total["error"]) < abs(total["naive"] - total["actual"]) / 2


def test_spend_is_held_against_that_of_whoever_bought_again(music: tuple[Held, dict]) -> None:
    """Fader and Hardie (2013): p 6.25, q 3.74, gamma 15.44 of the first 39 weeks; its mean by hand."""
    held, parameters = music
    found = [parameters["gamma_gamma", name] for name in ("p", "q", "gamma")]
    assert found == pytest.approx([6.25, 3.74, 15.44], abs=0.01)
    last, predicted, actual = date(1997, 9, 30), [], []
    for days in purchase_days().values():
        earlier = [float(days[day]) for day in sorted(days) if day <= last][1:]
        later = [float(worth) for day, worth in days.items() if day > last]
        if later and sum(later) > 0:
            mean = sum(earlier) / len(earlier) if earlier else 0.0
            p, q, gamma = found
            predicted.append(p * (gamma + len(earlier) * mean) / (p * len(earlier) + q - 1))
            actual.append(sum(later) / len(later))
    row = held["purchase_value", "all"]
    assert row["customers"] == len(actual)
    assert row["predicted"] == pytest.approx(sum(predicted) / len(predicted), rel=1e-6)
    assert row["actual"] == pytest.approx(sum(actual) / len(actual), rel=1e-6)
    assert abs(row["error"]) < abs(row["naive"] - row["actual"])


@pytest.mark.parametrize(
    ("left", "alpha", "beta"),
    [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)],
    ids=["high end", "regular"],
)
def test_renewals_are_those_of_the_paper_s_later_years(
    left: tuple[int, ...], alpha: float, beta: float, value_models: dict[str, list[Model]]
) -> None:
    """Fader and Hardie (2007), its years as months: 7 are seen, the renewals after 8 to 12 foretold."""
    held, parameters = held_out(value_models["seven of twelve months"], date(2026, 1, 1), {}, contracts(left))
    assert {row["calibrated_until"] for row in held.values()} == {date(2025, 8, 1)}
    fitted = (parameters["sbg", "alpha"], parameters["sbg", "beta"])
    assert (round(fitted[0], 3), round(fitted[1], 3)) == (alpha, beta)
    stays = 1.0
    for year in range(8, 13):
        row, renews = held["renewals", str(year)], (beta + year - 1) / (alpha + beta + year - 1)
        assert (row["customers"], row["actual"]) == (left[year - 1], left[year])
        assert row["predicted"] == pytest.approx(left[year - 1] * renews, rel=1e-4)
        stays *= renews
    row = held["survivors", "8"]
    assert (row["customers"], row["actual"]) == (left[7], left[12])
    assert row["predicted"] == pytest.approx(left[7] * stays, rel=1e-3)
    seen = sum(left[:7])
    usual = 1 - (left[0] - left[7]) / seen
    assert row["naive"] == pytest.approx(left[7] * usual**5, rel=1e-6)
    # Whoever stays long stays longer, which one rate for everybody misses.
    assert abs(row["error"]) < abs(row["naive"] - row["actual"]) / 4


def contracts(left: tuple[int, ...]) -> list[Period]:
    """A customer's contract from the start to the end of its month, as the table's counts have it."""
    ends = [
        datetime(START.year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001
        for month, (before, after) in enumerate(pairwise(left), 1)
        for _ in range(before - after)
    ]
    open_ended: list[datetime | None] = [None] * left[-1]
    return [(f"c{number}", START, end) for number, end in enumerate([*ends, *open_ended])]


def without_outcomes(held: Held, measure: str) -> dict[str, tuple]:
    """What was known of a measure's customers when the fit ended; whose outcome is shared is rounded once."""
    return {
        group: (row["customers"], round(row["predicted"], 6), round(row["naive"], 6), row["refusal"])
        for (told, group), row in held.items()
        if told == measure
    }


def test_no_purchase_is_expected_by_what_came_later(
    music: tuple[Held, dict], value_models: dict[str, list[Model]]
) -> None:
    """Of the later days every second one never was, and somebody else has bought on the last."""
    held, parameters = music
    last, as_of = date(1997, 9, 30), date(1998, 6, 30)
    other = {
        customer: {day: worth for day, worth in days.items() if day <= last or day.toordinal() % 2}
        for customer, days in purchase_days().items()
    }
    other["new"] = {as_of: Decimal(1_000_000)}
    another, found = held_out(value_models["half"], as_of, other)
    assert found == parameters
    assert without_outcomes(another, "purchases") == without_outcomes(held, "purchases")
    assert another["purchases", "all"]["actual"] < 0.6 * held["purchases", "all"]["actual"]


def test_no_renewal_is_expected_by_what_came_later(value_models: dict[str, list[Model]]) -> None:
    """Later ends never were, somebody begins; who had left on 1 July comes back, as if it never had."""
    as_of, ended = date(2026, 1, 1), datetime(2025, 7, 1)  # noqa: DTZ001
    back = datetime(2025, 7, 20)  # noqa: DTZ001
    periods = contracts(REGULAR)
    other = [
        *[(customer, start, end if end and end <= ended else None) for customer, start, end in periods],
        *[(customer, back, None) for customer, _, end in periods if end == ended],
    ]
    one, parameters = held_out(value_models["half"], as_of, {}, periods)
    another, found = held_out(value_models["half"], as_of, {}, other)
    assert found == parameters and parameters["sbg", "alpha"] > 0
    assert without_outcomes(another, "survivors") == without_outcomes(one, "survivors")
    assert another["survivors", "all"]["actual"] > one["survivors", "all"]["actual"]
