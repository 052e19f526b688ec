"""Made-up customers whose subscriptions and orders begin and end where months do, in UTC and in New York."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import pyarrow as pa

TEXT, MOMENT, MONEY, WHOLE = pa.string(), pa.timestamp("us"), pa.decimal128(24, 6), pa.int64()
FIRST_MONTH, MONTHS = date(2025, 1, 1), 16
# Midnight UTC is a mere date; in New York the hours after it are of the day before.
HOURS = (0, 0, 0, 1, 3, 23)
# Who bought twice, a week apart, is as likely gone 42 days later; a second purchase is likely the last.
EVEN, FICKLE = {"r": 1, "alpha": 5, "a": 1, "b": 4}, {"r": 2, "alpha": 2, "a": 3, "b": 1}
JULY = datetime(2025, 7, 1)  # noqa: DTZ001
BEGINNING = datetime(2025, 2, 1, 2)  # noqa: DTZ001 (the warehouse's are naive UTC)
EUROS = tuple(Decimal(rate) for rate in ("1.1", "1.25", "1.2", "1.05"))
SCHEMAS = {
    "intermediate.canonical_as_of": {"as_of": MOMENT, "as_of_date": pa.date32()},
    "intermediate.canonical_subscription_periods": {
        "customer_key": TEXT, "customer_id": TEXT, "source_system": TEXT, "subscription_id": TEXT,
        "started_at": MOMENT, "ended_at": MOMENT, "plan": TEXT, "currency": TEXT, "mrr": MONEY,
        "interval_months": WHOLE, "quantity": WHOLE, "segment": TEXT, "cancel_reason": TEXT,
        "churn_type": TEXT,
    },
    "intermediate.canonical_orders": {
        "customer_key": TEXT, "ordered_at": MOMENT, "amount": MONEY, "amount_reporting": MONEY,
        "is_purchase": pa.bool_(),
    },
    "intermediate.canonical_exchange_rates": {
        "currency": TEXT, "valid_from": pa.date32(), "valid_to_or_end": pa.date32(),
        "rate_to_reporting": pa.decimal128(14, 8),
    },
    "marts.dim_customers": {
        "customer_key": TEXT, "customer_id": TEXT, "segment": TEXT, "first_plan": TEXT,
        "acquisition_channel": TEXT, "country": TEXT, "first_product": TEXT,
        "acquisition_campaign_key": TEXT,
    },
    "marts.fct_value_model_parameters": {
        "model": TEXT, "parameter": TEXT, "value": pa.float64(), "refusal": TEXT,
    },
    "marts.dim_campaigns": {"campaign_key": TEXT, "platform": TEXT, "campaign_id": TEXT},
    "intermediate.int_cohorts__customer_costs": {"customer_key": TEXT, "acquisition_cost_reporting": MONEY},
    "marts.fct_customer_value": {
        "customer_key": TEXT, "predicted_ltv_12m": MONEY, "residual_ltv_reporting": MONEY,
        "order_refusal": TEXT, "contract_refusal": TEXT,
    },
    "intermediate.canonical_deals": {"customer_key": TEXT, "is_won": pa.bool_(), "closed_at": MOMENT},
    "marts.dim_dates": {"date_day": pa.date32(), "month_start": pa.date32()},
}  # fmt: skip


@dataclass(frozen=True)
class Period:
    """A stretch of a subscription; an amount of 0 is a trial, a negative one a credit."""

    subscription: str
    began: datetime
    ended: datetime | None
    mrr: int
    currency: str
    plan: str | None
    churn_type: str | None

    @property
    def is_there(self) -> bool:
        """Whether it costs or credits something, and lasts."""
        return self.mrr != 0 and (self.ended is None or self.ended > self.began)


@dataclass(frozen=True)
class Order:
    """Something bought; a refund is an order of less than nothing."""

    at: datetime
    amount: int


@dataclass(frozen=True)
class Customer:
    """A customer, what it is split by, and what it had."""

    key: str
    traits: Mapping[str, str | None]
    periods: Sequence[Period]
    orders: Sequence[Order]


@dataclass(frozen=True)
class World:
    """Customers as they are known at a moment, what a euro is worth from a day on, and BG/NBD's fit."""

    as_of: datetime
    customers: Sequence[Customer]
    rates: Sequence[tuple[date, Decimal]]
    parameters: Mapping[str, int] | None


def crowd(
    seed: int,
    customers: int,
    as_of: datetime,
    first: str = "order",
    parameters: Mapping[str, int] | None = EVEN,
) -> World:
    """Customers of which many come, go and come back on the edges of months and of gaps.

    Before all others one has a trial and another has its first order, or subscription, at an hour at which
    the month before still runs west of Greenwich.
    """
    random = Random(seed)
    pioneer = [Order(BEGINNING, 24)], [Period("s0", BEGINNING, None, 12, "USD", "solo", None)]
    return World(
        as_of,
        [
            _customer("trial", random, [_period("s0", 1, 5, 1, 9, 0)], []),
            _customer("first", random, *(([], pioneer[0]) if first == "order" else (pioneer[1], []))),
            *(_customer(name, random, periods, []) for name, periods in EDGES.items()),
            *(_customer(f"inactive{days}", random, [], [Order(as_of - timedelta(days=days), 24)])
              for days in (10, 90)),
            _customer("a year apart", random, [], [Order(moment, 24) for moment in A_YEAR_APART]),
            Customer("stays", dict.fromkeys(TRAITS, "all stay"), [_period("s0", 3, 10, 0, 0, 12)], []),
            *(Customer(f"left in {month}", dict.fromkeys(TRAITS, "all left"),
                       [_period("s0", 3, 10, month, 20, 12)], []) for month in (4, 6)),
            *(Customer(f"bought {days} days before {moment}", dict.fromkeys(TRAITS, "all buy"), [],
                       [Order(moment - timedelta(days, hours=hours), 24) for hours in (7 * 24, 0, -12)])
              for moment in (as_of, JULY) for days in (41, 42, 43)),
            *(_drawn(f"c{number:03}", random, as_of) for number in range(customers)),
        ],
        [(date(2024, 1, 1), EUROS[0]), *((FIRST_MONTH + timedelta(days=17 * step), EUROS[step % 4])
                                         for step in range(28))],
        parameters,
    )  # fmt: skip


def _period(
    subscription: str, month: int, day: int, to_month: int, to_day: int, mrr: int, currency: str = "USD",
    churn_type: str | None = None, plan: str = "solo",
) -> Period:  # fmt: skip
    """A stretch within 2025; to month 0 one that goes on."""
    ended = datetime(2025, to_month, to_day) if to_month else None  # noqa: DTZ001
    return Period(subscription, datetime(2025, month, day), ended, mrr, currency, plan, churn_type)  # noqa: DTZ001


TRAITS = ("segment", "plan", "acquisition_channel", "country")
A_YEAR_APART = tuple(datetime(year, 3, 25) for year in (2025, 2026))  # noqa: DTZ001
EDGES: Mapping[str, list[Period]] = {
    "credited whole": [_period("s0", 4, 10, 9, 10, 12), _period("s1", 5, 10, 7, 10, -12)],
    "credited whole at first": [_period("s0", 4, 10, 9, 10, 12), _period("s1", 4, 10, 5, 10, -12)],
    "credited more in euros": [_period("s0", 4, 10, 9, 10, 12), _period("s1", 5, 10, 7, 10, -24, "EUR")],
    "two end within the month": [_period("s0", 6, 5, 6, 20, 12), _period("s1", 6, 8, 6, 20, 24)],
    # What a euro is worth changed on the last day of April.
    "within the month in euros": [_period("s0", 4, 5, 4, 20, 12, "EUR")],
    "ends with others": [_period("s0", 3, 1, 6, 20, 60)],
    "overlaps itself": [_period("s0", 5, 3, 9, 3, 24), _period("s0", 5, 13, 9, 3, 24)],
    "has two plans": [_period("s0", 5, 3, 9, 3, 24), _period("s0", 5, 13, 9, 3, 24, plan="enterprise")],
    "grows by one": [_period("s0", 4, 10, 9, 10, 12), _period("s1", 6, 15, 9, 10, 1)],
    "within the month twice": [_period("s0", 6, 2, 6, 6, 12), _period("s0", 6, 18, 6, 24, 12)],
    "leaves twice": [
        _period("s0", 3, 5, 4, 5, 12, churn_type="voluntary"),
        _period("s1", 6, 5, 8, 5, 12, churn_type="involuntary"),
    ],
}


def _moment(random: Random, day: int) -> datetime:
    return datetime.combine(FIRST_MONTH, time()) + timedelta(days=day, hours=random.choice(HOURS))


def _day(random: Random) -> int:
    """A day from the end of March on, every second time one beside the first of a month."""
    month = random.randrange(3, MONTHS)
    first = date(2025 + month // 12, month % 12 + 1, 1) - FIRST_MONTH
    return first.days + random.choice((-1, 0, 0, 1, random.randrange(28), random.randrange(28)))


def _customer(key: str, random: Random, periods: list[Period], orders: list[Order]) -> Customer:
    traits = {
        "segment": random.choice(("smb", "enterprise", None)),
        "plan": random.choice(("team", "solo", None)),
        "acquisition_channel": random.choice(("email", "referral", None)),
        "country": random.choice(("DE", "EG", None)),
    }
    return Customer(key, traits, periods, orders)


def _drawn(key: str, random: Random, as_of: datetime) -> Customer:
    kind = random.choice(("subscriber", "subscriber", "both", "both", "buyer"))
    periods = [] if kind == "buyer" else _periods(random, as_of)
    return _customer(key, random, periods, [] if kind == "subscriber" else _orders(random, as_of))


def _periods(random: Random, as_of: datetime) -> list[Period]:
    found: dict[tuple[str, datetime], Period] = {}
    for _ in range(random.randrange(1, 7)):
        began = _moment(random, _day(random))
        ended = None
        if found and random.random() < 0.5:
            # Where another one ends, or after a gap of some days, it goes on.
            ends = [period.ended for period in found.values() if period.ended]
            began = random.choice(ends or [began]) + timedelta(days=random.choice((0, 0, 3, 10, 11)))
        if random.random() < 0.8:
            ended = began + timedelta(days=random.choice((-1, 0, 3, 10, 20, 31, 31, 62, 120)))
            ended = ended.replace(hour=random.choice((ended.hour, *HOURS)))
        if found and random.random() < 0.15:
            ended = next(iter(found.values())).ended
        if ended is not None and ended > as_of:
            ended = None
        subscription = f"s{random.randrange(4)}"
        period = Period(
            subscription, began, ended, random.choice((-12, 0, 12, 12, 24, 24, 36, 60)),
            random.choice(("USD", "USD", "EUR")), random.choice(("team", "solo", "solo", None)),
            random.choice(("voluntary", "involuntary", None)) if ended else None,
        )  # fmt: skip
        if began <= as_of:
            found[subscription, began] = period
    return list(found.values())


def _orders(random: Random, as_of: datetime) -> list[Order]:
    moments = [_moment(random, _day(random)) for _ in range(random.randrange(1, 6))]
    moments += [moment + timedelta(days=random.choice((10, 11, 90, 91, 365))) for moment in moments[:2]]
    return [
        Order(moment, random.choice((-12, 0, 24, 36, 120)))
        for moment in sorted(set(moments)) if moment <= as_of
    ]  # fmt: skip


def inputs(world: World) -> dict[str, pa.Table]:
    """The relations that the models read."""
    days = [date(2024, 11, 1) + timedelta(days=number) for number in range(650)]
    spans = zip(world.rates, [*world.rates[1:], (date(9999, 12, 31), Decimal(0))], strict=True)
    rows: dict[str, list[tuple]] = {
        "intermediate.canonical_as_of": [(world.as_of, world.as_of.date())],
        "intermediate.canonical_subscription_periods": [
            (one.key, one.key.upper(), "files", period.subscription, period.began, period.ended, period.plan,
             period.currency, Decimal(period.mrr), 1, 1, None, None, period.churn_type)
            for one in world.customers for period in one.periods
        ],
        "intermediate.canonical_orders": [
            (one.key, order.at, Decimal(order.amount), Decimal(order.amount), order.amount >= 0)
            for one in world.customers for order in one.orders
        ],
        "intermediate.canonical_exchange_rates": [
            ("USD", date(1900, 1, 1), date(9999, 12, 31), Decimal(1)),
            *(("EUR", since, until, rate) for (since, rate), (until, _) in spans),
        ],
        "marts.dim_customers": [
            (one.key, one.key.upper(), *one.traits.values(), one.traits["plan"], one.traits["country"])
            for one in world.customers
        ],
        "intermediate.int_cohorts__customer_costs": [(one.key, Decimal(1)) for one in world.customers],
        "marts.fct_customer_value": [],
        "marts.fct_value_model_parameters": [
            ("sbg", "alpha", 99.0, None),
            *(("bg_nbd", name, world.parameters and float(world.parameters[name]),
               None if world.parameters else "too few customers to learn from: 2 of the 50 needed")
              for name in EVEN),
        ],
        "marts.dim_campaigns": [("DE", "google_ads", "1")],
        "intermediate.canonical_deals": [
            (one.key, order.amount > 24, order.at) for one in world.customers for order in one.orders
        ],
        "marts.dim_dates": [(day, day.replace(day=1)) for day in days],
    }  # fmt: skip
    return {
        name: pa.Table.from_pylist(
            [dict(zip(SCHEMAS[name], row, strict=True)) for row in told], pa.schema(SCHEMAS[name])
        )
        for name, told in rows.items()
    }
