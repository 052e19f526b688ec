"""Made-up spend, costs, customers and credits on the edges of months, and what marts must say of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from itertools import permutations
from random import Random

import pyarrow as pa

from tests.attribution.worlds import MOMENT, MONEY, TEXT, decimal, moment

CAMPAIGNS = {"k1": ("11", "paid_search"), "k2": ("22", "paid_search"), "k3": ("33", None)}
MONTHS = (0, 31, 59, 90)
SCHEMAS = {
    "marts.fct_attribution_credits": {
        "model": TEXT, "conversion_type": TEXT, "converted_at": MOMENT, "touchpoint_key": TEXT,
        "channel": TEXT, "campaign_key": TEXT, "credit": pa.float64(),
        "credited_value_reporting": pa.decimal128(38, 12),
    },
    "marts.fct_touchpoints": {"touchpoint_key": TEXT, "occurred_at": MOMENT},
    "marts.fct_ad_performance": {
        "date_day": pa.date32(), "campaign_key": TEXT, "spend_reporting": MONEY, "impressions": pa.int64(),
        "clicks": pa.int64(),
    },
    "marts.dim_campaigns": {"campaign_key": TEXT, "campaign_id": TEXT, "channel": TEXT},
    "marts.dim_people": {"became_lead_at": MOMENT, "became_mql_at": MOMENT, "acquisition_channel": TEXT},
    "marts.dim_customers": {"became_customer_at": MOMENT, "acquisition_channel": TEXT},
    "intermediate.int_attribution__type_journeys": {"conversion_type": TEXT, "verdict": TEXT},
    "intermediate.canonical_costs": {"cost_month": pa.date32(), "channel": TEXT, "amount_reporting": MONEY},
}  # fmt: skip
SPEND = {
    "period_month": pa.date32(), "channel": TEXT, "campaign_key": TEXT, "campaign_id": TEXT,
    "spend_reporting": pa.float64(), "impressions": pa.int64(), "clicks": pa.int64(),
}  # fmt: skip
PERFORMANCE = {
    "model": TEXT, "conversion_type": TEXT, "period_month": pa.date32(), "channel": TEXT,
    "campaign_key": TEXT, "campaign_id": TEXT, "conversions": pa.float64(), "value_reporting": pa.float64(),
    "spend_reporting": pa.float64(), "cost_per_conversion": pa.float64(),
    "return_on_ad_spend": pa.float64(),
}  # fmt: skip
ACQUISITION = {
    "period_month": pa.date32(), "channel": TEXT, "ad_spend_reporting": pa.float64(),
    "costs_reporting": pa.float64(), "new_leads": pa.int64(), "new_mqls": pa.int64(),
    "new_customers": pa.int64(), "cost_per_lead": pa.float64(), "cost_per_mql": pa.float64(),
    "paid_cac": pa.float64(), "full_cac": pa.float64(),
}  # fmt: skip
DISAGREEMENT = {
    "conversion_type": TEXT, "model": TEXT, "other_model": TEXT, "share_distance": pa.float64(),
    "verdict": TEXT,
}  # fmt: skip
VERDICTS = {"order": None, "lead": None, "signup": "too few conversions"}


@dataclass(frozen=True)
class Credit:
    """A share of a conversion, of a touch or of none."""

    model: str
    type: str
    converted_at: datetime
    touched_at: datetime | None
    channel: str | None
    campaign: str | None
    credit: Fraction
    value: Fraction | None


@dataclass(frozen=True)
class Spend:
    day: date
    campaign: str | None
    amount: Fraction | None
    impressions: int
    clicks: int


@dataclass(frozen=True)
class Books:
    """What the money marts read; an entry is (month, channel, amount), a newcomer (what, when, channel)."""

    credits: Sequence[Credit]
    spend: Sequence[Spend]
    costs: Sequence[tuple[date, str | None, Fraction]]
    newcomers: Sequence[tuple[str, datetime | None, str]]


def books(seed: int, size: int = 150) -> Books:
    random = Random(seed)

    def at() -> datetime:
        """The first moment of a month, or a microsecond beside it."""
        return moment(random.choice(MONTHS) * 86_400_000_000 + random.choice([-1, 0, 1]))

    def amount() -> Fraction:
        return Fraction(random.choice([0, 50, random.randrange(1, 10**5)]), 100)

    def credit() -> Credit:
        type_ = random.choice(["order", "order", "lead"])
        touched_at = random.choice([None, at(), at()])
        campaign = random.choice([None, *CAMPAIGNS]) if touched_at else None
        channel = (CAMPAIGNS[campaign][1] or "unknown") if campaign else random.choice(["email", "direct"])
        value = None if type_ == "lead" or random.random() < 0.5 else amount()
        return Credit(
            random.choice(["linear", "markov", "shapley"]), type_, at(), touched_at,
            channel if touched_at else None, campaign, Fraction(random.randrange(1, 9), 8), value,
        )  # fmt: skip

    def only(value: Fraction | None) -> Credit:
        return replace(credit(), type="signup", value=value)

    return Books(
        credits=[*(credit() for _ in range(size)), only(Fraction(7)), only(None)],
        spend=[
            Spend(at().date(), random.choice([None, *CAMPAIGNS]), random.choice([amount(), amount(), None]),
                  random.randrange(100), random.randrange(10))
            for _ in range(size // 6)
        ],
        costs=[
            (month(at()), random.choice(["email", None]), amount())
            for _ in range(size // 10)
        ],
        newcomers=[
            (what, random.choice([at(), at(), None]), random.choice(["email", "paid_search", "unknown"]))
            for what in ("lead", "mql", "customer")
            for _ in range(size // 5)
        ],
    )  # fmt: skip


def inputs(kept: Books) -> dict[str, pa.Table]:
    """The relations that the money models read."""
    touched = {one: None if one.touched_at is None else f"t{place}" for place, one in enumerate(kept.credits)}
    rows: Mapping[str, Iterable[tuple]] = {
        "marts.fct_attribution_credits": [
            (one.model, one.type, one.converted_at, touched[one], one.channel, one.campaign,
             float(one.credit), decimal(one.value))
            for one in kept.credits
        ],
        "marts.fct_touchpoints": [(key, one.touched_at) for one, key in touched.items() if key],
        "marts.fct_ad_performance": [
            (one.day, one.campaign, decimal(one.amount), one.impressions, one.clicks) for one in kept.spend
        ],
        "marts.dim_campaigns": [(key, *named) for key, named in CAMPAIGNS.items()],
        "marts.dim_people": [
            (*(when if what == kind else None for kind in ("lead", "mql")), channel)
            for what, when, channel in kept.newcomers
            if what != "customer"
        ],
        "marts.dim_customers": [
            (when, channel) for what, when, channel in kept.newcomers if what == "customer"
        ],
        "intermediate.int_attribution__type_journeys": VERDICTS.items(),
        "intermediate.canonical_costs": [(*at, decimal(amount)) for *at, amount in kept.costs],
    }  # fmt: skip
    return {
        name: pa.Table.from_pylist(
            [dict(zip(SCHEMAS[name], row, strict=True)) for row in given], schema=pa.schema(SCHEMAS[name])
        )
        for name, given in rows.items()
    }


def month(at: datetime | date) -> date:
    return date(at.year, at.month, 1)


def whole(amounts: Iterable[Fraction | None]) -> Fraction | None:
    """What the amounts that are known add up to; nothing where none is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Fraction(0)) if known else None


def ratio(one: Fraction | None, other: Fraction | int | None) -> float | None:
    return None if one is None or not other else float(one / other)


def optional(number: Fraction | None) -> float | None:
    return None if number is None else float(number)


def place(one: Spend) -> tuple[date, str, str | None, str | None]:
    """Where spend is booked: its month, channel, campaign and the platform's id of this."""
    id_, channel = CAMPAIGNS.get(one.campaign or "", (None, None))
    return month(one.day), channel or "unknown", one.campaign, id_


def channel_spend(kept: Books) -> Iterator[tuple]:
    """What fct_channel_spend must hold."""
    for at in {place(one) for one in kept.spend}:
        same = [one for one in kept.spend if place(one) == at]
        spent = optional(whole(one.amount for one in same))
        yield (*at, spent, sum(one.impressions for one in same), sum(one.clicks for one in same))


def performance(kept: Books, month_of: Callable[[Credit], date]) -> Iterator[tuple]:
    """What fct_channel_performance must hold where credits are of such months."""
    for model, type_ in {(one.model, one.type) for one in kept.credits}:
        credits = [one for one in kept.credits if (one.model, one.type) == (model, type_)]
        nothing = Fraction(0) if whole(one.value for one in credits) is not None else None
        earned = {(month_of(one), one.channel, one.campaign) for one in credits}
        for at in earned | {place(one)[:3] for one in kept.spend}:
            same = [one for one in credits if (month_of(one), one.channel, one.campaign) == at]
            value = whole(one.value for one in same) if same else nothing
            spent = whole(one.amount for one in kept.spend if place(one)[:3] == at)
            conversions = sum((one.credit for one in same), Fraction(0))
            yield (
                model, type_, *at, CAMPAIGNS.get(at[2] or "", (None,))[0], float(conversions),
                optional(value), optional(spent), ratio(spent, conversions), ratio(value, spent),
            )  # fmt: skip


def touch_month(one: Credit) -> date:
    """The month of the touch; unattributed, of the conversion."""
    return month(one.touched_at or one.converted_at)


def acquisition_cost(kept: Books) -> Iterator[tuple]:
    """What fct_acquisition_cost must hold."""
    spends = [(*place(one)[:2], one.amount) for one in kept.spend]
    costs = [(at, channel or "unallocated", amount) for at, channel, amount in kept.costs]
    newcomers = [(what, month(when), channel) for what, when, channel in kept.newcomers if when]
    own = {(at, channel) for at, channel, _ in [*spends, *costs]}
    own |= {(at, channel) for _, at, channel in newcomers}
    for at, name in own | {(at, "all") for at, _ in own}:
        names = {channel for _, channel in own} if name == "all" else {name}
        ads, others = (
            whole(amount for of, channel, amount in booked if of == at and channel in names)
            for booked in (spends, costs)
        )
        leads, mqls, customers = (
            sum((kind, of) == (what, at) and channel in names for kind, of, channel in newcomers)
            for what in ("lead", "mql", "customer")
        )
        paid, full = ads or None, whole([ads, others]) or None
        yield (
            at, name, optional(ads), optional(others), leads, mqls, customers, ratio(paid, leads),
            ratio(paid, mqls), ratio(paid, customers), ratio(full, customers),
        )  # fmt: skip


def disagreement(kept: Books) -> Iterator[tuple]:
    """What fct_model_disagreement must hold."""
    for type_, verdict in VERDICTS.items():
        given: dict[str, Counter[str | None]] = {}
        for one in kept.credits:
            if one.type == type_ and one.touched_at is not None:
                given.setdefault(one.model, Counter())[one.channel] += one.credit
        names = {channel for of in given.values() for channel in of}
        distances = {
            (one, other): sum(
                abs(given[one][name] / given[one].total() - given[other][name] / given[other].total())
                for name in names
            )
            / 2
            for one, other in permutations(given, 2)
        }
        if distances:
            distances["all", "all"] = sum(distances.values()) / len(distances)
        for pair, distance in distances.items():
            yield type_, *pair, None if verdict else float(distance), verdict
