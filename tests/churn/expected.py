"""The rows that the models of churn and survival must hold of made-up customers, by the reference."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import exp, log, sqrt

import pyarrow as pa

from tests.bench import Told, tables_of
from tests.churn.calendar import Calendar, Rules, first_of
from tests.churn.reference import INACTIVITIES, Life, lives, segments
from tests.churn.worlds import MOMENT, TEXT, WHOLE, World

DAY, FLAG, NUMBER = pa.date32(), pa.bool_(), pa.float64()
MOVES = ("gained", "returned", "expansion", "contraction", "lost", "fx")
PAIRS = (("same_month_excluded", "same_month_included"), ("logo", "inactivity"), INACTIVITIES)
SEGMENT = {"segment_name": TEXT, "segment_value": TEXT}
NEAR = 1e-6
TOLD = {
    "canonical_covered_periods": Told("intermediate", {
        "customer_key": TEXT, "subscription_id": TEXT, "started_at": MOMENT, "ended_at": MOMENT,
        "covered_until": MOMENT, "mrr": NUMBER,
    }, 3),
    "canonical_subscription_spells": Told("intermediate", {
        "customer_key": TEXT, "spell_no": WHOLE, "started_at": MOMENT, "ended_at": MOMENT,
        "last_subscription_id": TEXT, "churn_type": TEXT, "is_within_month": FLAG,
    }, 2),
    "canonical_purchase_days": Told("intermediate", {
        "customer_key": TEXT, "purchase_day": DAY, "purchases": WHOLE, "value_reporting": NUMBER,
        "purchase_no": WHOLE, "days_since_previous": WHOLE,
    }, 2),
    "int_churn__months": Told("intermediate", {"period_month": DAY, "next_month": DAY, "rate_date": DAY}, 1),
    "int_churn__changes": Told("intermediate", {
        "definition": TEXT, "customer_key": TEXT, "period_month": DAY, "change": TEXT, "churn_type": TEXT,
        "unit": TEXT, "quantity": NUMBER,
    }, 5),
    "int_churn__last_endings": Told("intermediate", {
        "customer_key": TEXT, "period_month": DAY, "churn_type": TEXT,
    }, 2),
    "int_churn__lost_customers": Told("intermediate", {
        "definition": TEXT, "customer_key": TEXT, "period_month": DAY, "customers": NUMBER,
        "money_reporting": NUMBER,
    }, 3, NEAR),
    "fct_mrr_monthly": Told("marts", {
        "customer_key": TEXT, "period_month": DAY, "customer_id": TEXT, "mrr_reporting": NUMBER, "plan": TEXT,
        "segment": TEXT,
    }, 2),
    "fct_mrr_movements": Told("marts", {
        "customer_key": TEXT, "period_month": DAY, "movement": TEXT, "customer_id": TEXT, "churn_type": TEXT,
        "mrr_before_reporting": NUMBER, "mrr_after_reporting": NUMBER, "amount_reporting": NUMBER,
        "segment": TEXT,
    }, 3),
    "fct_churn_monthly": Told("marts", {
        "period_month": DAY, "definition": TEXT, **SEGMENT, "unit": TEXT, "opening": NUMBER,
        **dict.fromkeys(MOVES, NUMBER), "lost_voluntary": NUMBER, "lost_involuntary": NUMBER,
        "closing": NUMBER, "churn_rate": NUMBER, "net_churn_rate": NUMBER,
    }, 4),
    "fct_churn_definition_bridge": Told("marts", {
        "period_month": DAY, "from_definition": TEXT, "to_definition": TEXT, **SEGMENT, "reason": TEXT,
        "customers_from": WHOLE, "customers_to": WHOLE, "customers": WHOLE, "money_from_reporting": NUMBER,
        "money_to_reporting": NUMBER, "money_reporting": NUMBER,
    }, 6, 1e-4),
    "fct_revenue_retention_monthly": Told("marts", {
        "period_month": DAY, **SEGMENT, "mrr_reporting": NUMBER, "customers": WHOLE,
        "customers_12m_ago": WHOLE, "mrr_12m_ago_reporting": NUMBER, "net_revenue_retention_12m": NUMBER,
        "gross_revenue_retention_12m": NUMBER, "quick_ratio": NUMBER, "average_revenue_per_customer": NUMBER,
        "is_complete": FLAG,
    }, 3),
    "canonical_first_spells": Told("intermediate", {
        "customer_key": TEXT, "started_day": DAY, "last_day": DAY, "is_churned": FLAG,
        "completed_months": WHOLE,
    }, 1),
    "int_survival__lives": Told(
        "intermediate", {"customer_key": TEXT, "tenure_months": WHOLE, "is_churned": FLAG}, 1
    ),
    "int_survival__log_rank_numbers": Told("intermediate", {
        "name_no": WHOLE, "value_no": WHOLE, "tenure_months": WHOLE, "at_risk": WHOLE, "churned": WHOLE,
    }, 3),
    "fct_churn_survival": Told("marts", {
        **SEGMENT, "tenure_months": WHOLE, "at_risk": WHOLE, "churned": WHOLE, "censored": WHOLE,
        "survival": NUMBER, "survival_low": NUMBER, "survival_high": NUMBER, "median_tenure_months": WHOLE,
    }, 3),
    "int_survival__restricted_means": Told("intermediate", {
        **SEGMENT, "horizon_months": WHOLE, "restricted_mean_months": NUMBER, "restricted_mean_low": NUMBER,
        "restricted_mean_high": NUMBER,
    }, 2),
}  # fmt: skip
Place = tuple[str, str]


def expected(world: World, rules: Rules) -> dict[str, pa.Table]:
    """The rows of each relation that the reference tells of."""
    everybody, calendar = lives(world, rules), Calendar(world, rules)
    monthly = list(churn_rows(everybody, calendar))
    curves = curve_rows(everybody)
    return tables_of(TOLD, {
        "canonical_covered_periods": [
            (one.customer.key, period.subscription, period.began, period.ended, until, float(period.mrr))
            for one in everybody for period, until in one.covered
        ],
        "canonical_subscription_spells": [
            (one.customer.key, number, spell.began, spell.ended, spell.last.subscription,
             spell.last.churn_type, one.is_within_month(spell))
            for one in everybody for number, spell in enumerate(one.spells, 1)
        ],
        "canonical_purchase_days": [
            (one.customer.key, day, len(amounts), float(sum(amounts)), number,
             (day - days[number - 2]).days if number > 1 else None)
            for one in everybody for days in [list(one.purchases)]
            for number, (day, amounts) in enumerate(one.purchases.items(), 1)
        ],
        "int_churn__months": [
            (first_of(month), first_of(month + 1), calendar.rate_day(month)) for month in calendar.months
        ],
        "int_churn__changes": [
            (change.definition, one.customer.key, first_of(month), change.kind, change.churn_type,
             change.unit, float(change.quantity))
            for one in everybody for month in calendar.months for change in one.changes(month)
        ],
        "int_churn__last_endings": [
            (one.customer.key, first_of(month + 1), ending.last.churn_type)
            for one in everybody for month in one.mrr
            if month + 1 in calendar.months and month + 1 not in one.mrr
            and (ending := one.last_ending(month + 1))
        ],
        "int_churn__lost_customers": [
            (definition, one.customer.key, first_of(month), float(times), float(money))
            for one in everybody for month in calendar.months
            for definition, (times, money) in one.lost(month).items()
        ],
        "fct_mrr_monthly": [
            (one.customer.key, first_of(month), one.customer.key.upper(), float(mrr), one.plan(month),
             one.customer.traits["segment"] or "unknown")
            for one in everybody for month, mrr in one.mrr.items()
        ],
        "fct_mrr_movements": [
            (one.customer.key, first_of(month), moved.name, one.customer.key.upper(), moved.churn_type,
             float(moved.before), float(moved.after), float(moved.amount),
             one.customer.traits["segment"] or "unknown")
            for one in everybody for month in calendar.months for moved in one.movements(month)
        ],
        "fct_churn_monthly": monthly,
        "fct_churn_definition_bridge": bridge_rows(everybody, calendar, monthly),
        "fct_revenue_retention_monthly": retention_rows(everybody, calendar, monthly),
        "canonical_first_spells": [(one.customer.key, *one.first) for one in everybody if one.first],
        "int_survival__lives": [
            (one.customer.key, one.first.months, one.first.is_churned) for one in everybody if one.first
        ],
        "int_survival__log_rank_numbers": log_rank_rows(curves),
        "fct_churn_survival": [
            (*place, month, *row) for place, rows in curves.items() for month, row in enumerate(rows)
        ],
        "int_survival__restricted_means": mean_rows(curves, rules.horizon),
    })  # fmt: skip


def churn_rows(everybody: Sequence[Life], calendar: Calendar) -> Iterator[tuple]:
    """What fct_churn_monthly must hold: each definition and segment from its first change on."""
    sums: dict[tuple[str, str, Place], dict[int, dict[str, Fraction]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(Fraction))
    )
    for one in everybody:
        for month in calendar.months:
            for change in one.changes(month):
                for place in segments(one.customer):
                    moved = sums[change.definition, change.unit, place][month]
                    moved[change.kind] += change.quantity
                    if change.kind == "lost" and change.churn_type:
                        moved[change.churn_type] += change.quantity
    for (definition, unit, place), months in sums.items():
        opening = Fraction(0)
        for month in range(min(months), calendar.months.stop):
            moved = months.get(month, defaultdict(Fraction))
            grown = moved["gained"] + moved["returned"] + moved["expansion"]
            closing = opening + grown - moved["contraction"] - moved["lost"] + moved["fx"]
            net = moved["lost"] + moved["contraction"] - moved["expansion"] - moved["returned"]
            ways = [float(moved[way]) for way in ("voluntary", "involuntary")]
            yield (
                first_of(month), definition, *place, unit, float(opening),
                *(float(moved[name]) for name in MOVES),
                *([None, None] if definition in INACTIVITIES else ways), float(closing),
                *(float(part / opening) if opening else None for part in (moved["lost"], net)),
            )  # fmt: skip
            opening = closing


def bridge_rows(everybody: Sequence[Life], calendar: Calendar, monthly: Iterable[tuple]) -> Iterator[tuple]:
    """What fct_churn_definition_bridge must hold."""
    nothing = Fraction(0), Fraction(0)
    pairs = PAIRS if any(one.alive for one in everybody) else PAIRS[:-1]
    sums: dict[tuple, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 4)
    for one in everybody:
        for month in calendar.months:
            lost = one.lost(month)
            for first, second in pairs:
                if first in lost or second in lost:
                    (of, spent), (to, earned) = lost.get(first, nothing), lost.get(second, nothing)
                    why = one.reason((first, second), (of, to), month)
                    for place in segments(one.customer):
                        found = sums[first_of(month), first, second, *place, why]
                        found[:] = [a + b for a, b in zip(found, (of, to, spent, earned), strict=True)]
    for grain, (of, to, spent, earned) in sums.items():
        yield bridge_row(grain, float(of), float(to), float(spent), float(earned))
    columns = list(TOLD["fct_churn_monthly"].columns)
    rows = [dict(zip(columns, row, strict=True)) for row in monthly]
    revenue = {
        (row["period_month"], row["segment_name"], row["segment_value"]): row
        for row in rows if row["definition"] == "revenue"
    }  # fmt: skip
    for row in rows:
        if row["definition"] == "logo" and row["lost"]:
            place = row["segment_name"], row["segment_value"]
            paid = revenue[row["period_month"], *place]
            average = paid["opening"] / row["opening"]
            grain = row["period_month"], "logo", "revenue", *place, "size_of_the_lost"
            yield bridge_row(grain, row["lost"], row["lost"], row["lost"] * average, paid["lost"])


def bridge_row(grain: tuple, of: float, to: float, spent: float, earned: float) -> tuple:
    return (*grain, int(of), int(to), int(to - of), spent, earned, earned - spent)


def retention_rows(
    everybody: Sequence[Life], calendar: Calendar, monthly: Iterable[tuple]
) -> Iterator[tuple]:
    """What fct_revenue_retention_monthly must hold."""
    columns = list(TOLD["fct_churn_monthly"].columns)
    for told in monthly:
        row = dict(zip(columns, told, strict=True))
        if row["definition"] != "revenue":
            continue
        place, month = (row["segment_name"], row["segment_value"]), row["period_month"]
        number = month.year * 12 + month.month - 1
        members = [one.mrr for one in everybody if place in segments(one.customer)]
        now = [mrr[number] for mrr in members if number in mrr]
        then = [(mrr[number - 12], mrr.get(number, Fraction(0))) for mrr in members if number - 12 in mrr]
        paid = sum((was for was, _ in then), Fraction(0))
        kept, capped = (sum((of(*one) for one in then), Fraction(0)) for of in (lambda was, now: now, min))
        grown, shrunk = (
            row["gained"] + row["returned"] + row["expansion"], row["contraction"] + row["lost"]
        )  # fmt: skip
        yield (
            month, *place, float(sum(now)), len(now), len(then), float(paid),
            float(kept / paid) if paid else None, float(capped / paid) if paid else None,
            grown / shrunk if shrunk else None, float(sum(now) / len(now)) if now else None,
            calendar.is_complete(number),
        )  # fmt: skip


Row = tuple[int, int, int, float, float | None, float | None, int | None]


def curve_rows(everybody: Iterable[Life]) -> dict[Place, list[Row]]:
    """Of each segment, month by month, Kaplan and Meier's curve with Greenwood's log-log interval."""
    groups: dict[Place, list[tuple[int, bool]]] = defaultdict(list)
    for one in everybody:
        for place in segments(one.customer) if one.first else ():
            groups[place].append((one.first.months, one.first.is_churned))
    return {place: curve(tenures) for place, tenures in groups.items()}


def curve(tenures: Sequence[tuple[int, bool]]) -> list[Row]:
    counts, survival, variance = [], Fraction(1), Fraction(0)
    for month in range(max(tenure for tenure, _ in tenures) + 1):
        at_risk = sum(tenure >= month for tenure, _ in tenures)
        churned, censored = (tenures.count((month, left)) for left in (True, False))
        survival *= Fraction(at_risk - churned, at_risk)
        if churned < at_risk:
            variance += Fraction(churned, at_risk * (at_risk - churned))
        low = high = None
        if 0 < survival < 1:
            width = 1.959964 * sqrt(variance) / abs(log(survival))
            low, high = float(survival) ** exp(width), float(survival) ** exp(-width)
        counts.append((at_risk, churned, censored, survival, low, high))
    median = next((month for month, row in enumerate(counts) if row[3] <= Fraction(1, 2)), None)
    return [(*row[:3], float(row[3]), *row[4:], median) for row in counts]


def log_rank_rows(curves: Mapping[Place, Sequence[Row]]) -> Iterator[tuple]:
    """The counts that the log-rank test compares, by the numbers of names and values."""
    names = ("all", "segment", "plan", "acquisition_channel", "country")
    for (name, value), rows in curves.items():
        values = sorted(other for of, other in curves if of == name)
        for month, row in enumerate(rows):
            yield names.index(name) + 1, values.index(value) + 1, month, row[0], row[1]


def mean_rows(curves: Mapping[Place, Sequence[Row]], most: int) -> Iterator[tuple]:
    """The mean months within a horizon, with its interval; nothing where a curve ends before."""
    horizon = min(most, max(len(rows) - 1 for rows in curves.values()))
    for place, rows in curves.items():
        within = rows[:horizon]
        shares = [row[3] for row in within]
        error = 1.959964 * sqrt(sum(
            sum(shares[month:]) ** 2 * churned / (at_risk * (at_risk - churned))
            for month, (at_risk, churned, *_) in enumerate(within) if churned < at_risk
        ))  # fmt: skip
        if len(rows) < horizon and rows[-1][3] > 0:
            yield *place, horizon, None, None, None
            continue
        mean = sum(shares)
        ends = (max(mean - error, 0), min(mean + error, horizon)) if error else (None, None)
        yield *place, horizon, mean, *ends
