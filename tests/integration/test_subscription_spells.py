"""What covers a customer, in SQL, against hours that are counted one by one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models import Compile, Model, RunawayError, Warehouse
from tests.sql_mutants import Mutant, mutants

COVERED, SPELLS = "canonical_covered_periods", "canonical_subscription_spells"
# Each begins where a month ends in UTC, and in the reporting zone another.
START, HOUR = datetime(2026, 1, 20), timedelta(hours=1)  # noqa: DTZ001 (the warehouse's are naive UTC)
HOURS = 60 * 24
VARIANTS = {
    "every gap parts": (0, "UTC"),
    "two days are none in New York": (2, "America/New_York"),
}
SCHEMA = pa.schema({
    "customer_key": pa.string(), "customer_id": pa.string(), "source_system": pa.string(),
    "subscription_id": pa.string(), "started_at": pa.timestamp("us"), "ended_at": pa.timestamp("us"),
    "plan": pa.string(), "currency": pa.string(), "mrr": pa.decimal128(24, 6), "interval_months": pa.int64(),
    "quantity": pa.int64(), "segment": pa.string(), "cancel_reason": pa.string(),
    "churn_type": pa.string(),
})  # fmt: skip
# What no periods tell apart from the model, and why.
EQUIVALENT: dict[str, tuple[tuple[str, str], ...]] = {
    "nothing of an amount of 0 is left, and a gap without length ends where it begins": (
        (COVERED, "swap: mrr > 0 → mrr >= 0"),
        (SPELLS, "swap: mrr > 0 → mrr >= 0"),
        (COVERED, "swap: covered_before < started_at → covered_before <= started_at"),
    ),
    "of a spell one stretch alone is the first, as no two of a subscription begin at once": (
        (SPELLS, "swap: ROW_NUMBER() → RANK()"),
        *((SPELLS, f"swap: MAX(CASE WHEN ending_no = 1 THEN {name} END) → "
           f"MIN(CASE WHEN ending_no = 1 THEN {name} END)")
          for name in ("ended_at", "subscription_id", "cancel_reason", "churn_type")),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Period:
    """A stretch of a subscription; hours since the start, an open one has no end."""

    subscription: str
    began: int
    ended: int | None
    mrr: int
    why: str

    @property
    def is_there(self) -> bool:
        """Whether it costs or credits something, and lasts."""
        return self.mrr != 0 and (self.ended is None or self.ended > self.began)


Customers = dict[str, list[Period]]
Rows = tuple[Counter[tuple], Counter[tuple]]


def crowd(seed: int, people: int) -> Customers:
    """Customers whose periods begin and end at few hours of the day, so that gaps of whole days are many."""
    random = np.random.default_rng(seed)

    def hour(low: int, high: int) -> int:
        return int(random.integers(low, high)) * 24 + int(random.choice((0, 0, 0, 1, 22, 23)))

    customers = {}
    for person in range(people):
        found: dict[tuple[str, int], Period] = {}
        for _ in range(random.integers(1, 8)):
            subscription, began = f"s{random.integers(0, 3)}", hour(0, 50)
            ended = None if random.random() < 0.1 else min(began + hour(-1, 25), HOURS)
            if found and random.random() < 0.2:
                ended = next(iter(found.values())).ended
            mrr = int(random.choice((-5, 0, 1, 10, 10, 20, 20)))
            found[subscription, began] = Period(subscription, began, ended, mrr, f"{random.integers(99)}")
        customers[f"c{person}"] = list(found.values())
    return customers


def hours_covered(periods: Sequence[Period], gap_hours: int) -> tuple[list[bool], list[bool]]:
    """Whether each hour, and as_of's, is paid for; and the same with the gaps of so many hours closed."""
    paid = [False] * (HOURS + 1)
    for period in periods:
        if period.is_there and period.mrr > 0:
            for hour in range(period.began, HOURS + 1 if period.ended is None else period.ended):
                paid[hour] = True
    runs = [(is_paid, len(list(run))) for is_paid, run in groupby(paid)]
    closed: list[bool] = []
    for number, (is_paid, length) in enumerate(runs):
        is_between = 0 < number < len(runs) - 1
        closed += [is_paid or (is_between and length <= gap_hours)] * length
    return paid, closed


def moment(hour: int | None) -> datetime | None:
    return None if hour is None else START + hour * HOUR


def month(found: datetime, zone: str) -> tuple[int, int]:
    """The calendar month in the zone; midnight UTC is a mere date."""
    local = found if found.time() == time() else found.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    return local.year, local.month


def expected(customers: Customers, gap_days: int, zone: str) -> Rows:
    """The rows of both models that are compared, each once."""
    covered, spells = Counter[tuple](), Counter[tuple]()
    for customer, periods in customers.items():
        paid, closed = hours_covered(periods, gap_days * 24)
        for period in filter(lambda one: one.is_there, periods):
            until = period.ended
            if until is not None and paid[until - 1] and not paid[until] and closed[until]:
                until = paid.index(True, until)
            covered.update([(customer, period.subscription, moment(period.began), moment(period.ended),
                         moment(until), period.mrr)])  # fmt: skip
        place, number = 0, 0
        for is_covered, run in groupby(closed):
            began, place = place, place + len(list(run))
            if is_covered:
                number += 1
                ended = place if place <= HOURS else None
                last = min(
                    (one for one in periods if one.is_there and one.mrr > 0 and one.ended == ended
                     and one.began >= began),
                    key=lambda one: (one.subscription, one.began),
                )  # fmt: skip
                first, end = moment(began), moment(ended)
                spells.update([(
                    customer, number, first, end, last.subscription, last.why if ended else None,
                    last.why if ended else None,
                    first is not None and end is not None and month(first, zone) == month(end, zone),
                )])  # fmt: skip
    return covered, spells


class Bench:
    """The models of one set of vars over some customers, beside what the hours say of them."""

    def __init__(self, models: Sequence[Model], customers: Customers, variant: str) -> None:
        self.models, self.expected = models, expected(customers, *VARIANTS[variant])
        self.warehouse = Warehouse()
        rows = [
            {"customer_key": customer, "subscription_id": period.subscription,
             "started_at": moment(period.began), "ended_at": moment(period.ended), "mrr": Decimal(period.mrr),
             "cancel_reason": period.why if period.ended is not None else None,
             "churn_type": period.why if period.ended is not None else None}
            for customer, periods in customers.items() for period in periods
        ]  # fmt: skip
        periods = pa.Table.from_pylist(rows, SCHEMA)
        self.warehouse.give({"intermediate.canonical_subscription_periods": periods})

    def found(self, models: Sequence[Model]) -> Rows:
        """The rows of both models that are compared, and how often each is there."""
        self.warehouse.build(models)
        covered = self.warehouse.rows(
            "select customer_key, subscription_id, started_at, ended_at, covered_until, mrr"
            f" from warehouse.intermediate.{COVERED}"
        )
        spells = self.warehouse.rows(
            "select customer_key, spell_no, started_at, ended_at, last_subscription_id, cancel_reason,"
            f" churn_type, is_within_month from warehouse.intermediate.{SPELLS}"
        )
        return Counter(covered), Counter(spells)

    def notices(self, mutant: Mutant) -> bool:
        models = [
            Model(one.name, one.relation, mutant.sql, one.parents) if one.name == mutant.model else one
            for one in self.models
        ]
        try:
            return self.found(models) != self.expected
        except (duckdb.Error, RunawayError):
            return True


@pytest.fixture(scope="module")
def models(compile_models: Compile) -> dict[str, list[Model]]:
    variables = {
        name: {"subscription_gap_days": days, "reporting_time_zone": zone}
        for name, (days, zone) in VARIANTS.items()
    }
    return compile_models("spells", variables, f"{COVERED} {SPELLS}")


@pytest.mark.parametrize("variant", VARIANTS)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32 - 1), people=st.integers(1, 60))
def test_spells_are_the_stretches_of_covered_hours(
    models: dict[str, list[Model]], variant: str, seed: int, people: int
) -> None:
    customers = crowd(seed, people)
    bench = Bench(models[variant], customers, variant)
    covered, spells = bench.found(models[variant])
    assert (covered, spells) == bench.expected
    for customer, periods in customers.items():
        mine = sorted(row[1:4] for row in spells if row[0] == customer)
        assert all(end is not None for *_, end in mine[:-1])
        assert all(before[2] < after[1] for before, after in pairwise(mine)), "disjoint"
        _, closed = hours_covered(periods, VARIANTS[variant][0] * 24)
        held = sum(((end or moment(HOURS + 1)) - began for _, began, end in mine), timedelta(0))
        assert held == sum(closed) * HOUR, "they cover what the periods do, and the closed gaps"


def test_every_mutant_of_the_sql_is_noticed(models: dict[str, list[Model]]) -> None:
    variant = "two days are none in New York"
    bench = Bench(models[variant], crowd(1, 300), variant)
    assert bench.found(bench.models) == bench.expected
    made = [mutant for model in bench.models for mutant in mutants(model.name, model.sql)]
    unnoticed = {(mutant.model, mutant.change) for mutant in made if not bench.notices(mutant)}
    assert unnoticed == {entry for group in EQUIVALENT.values() for entry in group}
    assert len(made) > 60
