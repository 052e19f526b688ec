"""Churn by definition, why two definitions differ, and what is left of the revenue of a year ago."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import last_month, months_between
from sandbox.truth.churn import (
    ZERO,
    fct_mrr_movements,
    measured_at,
    mrr_by_currency,
    mrr_months,
    periods_of_customers,
    worth,
)
from sandbox.truth.churn_changes import buying, changes, days_bought, purchases, slices, within_month
from sandbox.truth.deals import customer_of

MOVES = ("gained", "returned", "expansion", "contraction", "lost", "fx")
UNITS = {
    "logo": "customers", "revenue": "money", "same_month_excluded": "customers",
    "same_month_included": "customers", "inactivity": "customers", "inactivity_probability": "customers",
}  # fmt: skip
PAIRS = (
    ("same_month_excluded", "same_month_included"),
    ("logo", "inactivity"),
    ("inactivity", "inactivity_probability"),
)
# Of a pair and the one of it that doesn't lose a customer: where it never held it, and where it still does.
STANDING = {
    ("logo", "inactivity", "logo"): ("never_subscribed", "still_subscribes"),
    ("logo", "inactivity", "inactivity"): ("never_ordered", "still_orders"),
    ("inactivity", "inactivity_probability", "inactivity"): ("never_recent", "still_recent"),
    ("inactivity", "inactivity_probability", "inactivity_probability"): (
        "never_probably_alive",
        "still_probably_alive",
    ),
}
Sums = dict[str, Decimal]


def fct_churn_monthly(business: Business) -> list[Row]:
    """One row per month, definition, segment_name and segment_value, from the segment's first customer on."""
    sums: dict[tuple[str, str, str], dict[date, Sums]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(Decimal))
    )
    for change in changes(business):
        for name, value in slices(business)[change.customer]:
            month = sums[change.definition, name, value][change.month]
            month[change.kind] += change.quantity
            if change.kind == "lost" and change.churn_type:
                month[change.churn_type] += change.quantity
    return [row for place, months in sums.items() for row in _months(business, place, months)]


def _months(business: Business, place: tuple[str, str, str], moved: dict[date, Sums]) -> Iterator[Row]:
    definition, name, value = place
    opening = ZERO
    for month in months_between(min(moved), last_month(business.as_of)):
        sums = {
            kind: moved[month][kind] if month in moved else ZERO
            for kind in (*MOVES, "voluntary", "involuntary")
        }
        gains = sums["gained"] + sums["returned"] + sums["expansion"]
        closing = opening + gains - sums["contraction"] - sums["lost"] + sums["fx"]
        net = sums["lost"] + sums["contraction"] - sums["expansion"] - sums["returned"]
        is_told = definition not in buying(business)
        yield {
            "period_month": month, "definition": definition, "unit": UNITS[definition],
            "segment_name": name, "segment_value": value, "opening": opening,
            **{kind: sums[kind] for kind in MOVES},
            "lost_voluntary": sums["voluntary"] if is_told else None,
            "lost_involuntary": sums["involuntary"] if is_told else None,
            "closing": closing,
            "churn_rate": float(sums["lost"] / opening) if opening else None,
            "net_churn_rate": float(net / opening) if opening else None,
        }  # fmt: skip
        opening = closing


def fct_churn_definition_bridge(business: Business) -> list[Row]:
    """One row per month, pair of definitions, segment and reason."""
    found: dict[tuple[date, str, str, str, str, str], list[Decimal]] = defaultdict(lambda: [ZERO] * 4)
    lost: dict[str, dict[tuple[str, date], Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for change in changes(business):
        if change.kind == "lost":
            lost[change.definition][change.customer, change.month] += change.quantity
    # A definition that a refused fit leaves without rows isn't compared.
    is_fitted = any(buying(business)["inactivity_probability"].values())
    for first, second in PAIRS if is_fitted else PAIRS[:-1]:
        for customer, month in lost[first].keys() | lost[second].keys():
            counts = lost[first].get((customer, month), ZERO), lost[second].get((customer, month), ZERO)
            values = (
                *counts,
                _money(business, first, customer, month) if counts[0] else ZERO,
                _money(business, second, customer, month) if counts[1] else ZERO,
            )
            reason = _reason(business, (first, second), customer, month, counts)
            for name, value in slices(business)[customer]:
                place = found[month, first, second, name, value, reason]
                place[:] = [a + b for a, b in zip(place, values, strict=True)]
    return [
        *(_bridge_row(place, values) for place, values in found.items()),
        *(_bridge_row(place, values) for place, values in _by_size(business)),
    ]


def _reason(
    business: Business, pair: tuple[str, str], customer: str, month: date, counts: tuple[Decimal, Decimal]
) -> str:
    if counts[0] == counts[1]:
        return "lost_by_both"
    if pair[1] == "same_month_included":
        return "within_month"
    other = pair[0] if counts[1] else pair[1]
    held_by = _paying(business) if other == "logo" else buying(business)[other]
    months = held_by.get(customer, set())
    never, still = STANDING[*pair, other]
    if not any(held <= month for held in months):
        return never
    if month not in months:
        return "lost_in_another_month"
    bought_once = len(days_bought(business, customer, month)) == 1
    return "one_purchase_only" if other == "inactivity_probability" and bought_once else still


@lru_cache(maxsize=1)
def _paying(business: Business) -> dict[str, set[date]]:
    """The months at whose end each customer pays."""
    found = {}
    for customer, periods in periods_of_customers(business).items():
        months = mrr_months(business)
        found[customer] = {
            month for month in months if mrr_by_currency(periods, measured_at(month, business.as_of))
        }
    return found


def _money(business: Business, definition: str, customer: str, month: date) -> Decimal:
    """What the customer paid a month, as the definition has it."""
    if definition in buying(business):
        moment = measured_at(month, business.as_of)
        last = [row["ordered_at"] for row in purchases(business)[customer] if row["ordered_at"] <= moment][-1]
        orders = [row for row in business["orders"] if customer_of(row) == customer]
        spent = sum(
            (
                business.rates.reporting(row["amount"], row["currency"], row["ordered_at"].date()) or ZERO
                for row in orders
                if _year_before(last) < row["ordered_at"] <= last
            ),
            ZERO,
        )
        return spent / 12
    ended = sum(
        (
            -row["amount_reporting"]
            for row in fct_mrr_movements(business)
            if (row["customer"], row["period_month"], row["movement"]) == (customer, month, "churn")
        ),
        ZERO,
    )
    if definition == "same_month_included":
        spells = within_month(business).get(customer, [])
        ended += sum((spell["money"] for spell in spells if spell["month"] == month), ZERO)
    return ended


def _year_before(moment: datetime) -> datetime:
    """The same moment a year earlier; of 29 February the 28th's."""
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year - 1, day=day)


def _by_size(business: Business) -> Iterator[tuple[tuple[date, str, str, str, str, str], list[Decimal]]]:
    rows = {
        (row["definition"], row["period_month"], row["segment_name"], row["segment_value"]): row
        for row in fct_churn_monthly(business)
    }
    for (definition, month, name, value), logo in rows.items():
        if definition == "logo" and logo["lost"]:
            revenue = rows["revenue", month, name, value]
            average = logo["lost"] * revenue["opening"] / logo["opening"]
            values = [logo["lost"], logo["lost"], average, revenue["lost"]]
            yield (month, "logo", "revenue", name, value, "size_of_the_lost"), values


def _bridge_row(place: tuple[date, str, str, str, str, str], values: list[Decimal]) -> Row:
    month, first, second, name, value, reason = place
    customers_from, customers_to, money_from, money_to = values
    return {
        "period_month": month, "from_definition": first, "to_definition": second,
        "segment_name": name, "segment_value": value, "reason": reason,
        "customers_from": int(customers_from), "customers_to": int(customers_to),
        "customers": int(customers_to - customers_from),
        "money_from_reporting": money_from, "money_to_reporting": money_to,
        "money_reporting": money_to - money_from,
    }  # fmt: skip


def fct_revenue_retention_monthly(business: Business) -> list[Row]:
    """One row per month, segment_name and segment_value: what is left of the revenue of a year ago."""
    by_month = _mrr(business)
    rows = []
    for row in fct_churn_monthly(business):
        if row["definition"] != "revenue":
            continue
        month, place = row["period_month"], (row["segment_name"], row["segment_value"])
        now = {c: mrr for c, mrr in by_month[month].items() if place in slices(business)[c]}
        then_month = month.replace(year=month.year - 1)
        then = {c: mrr for c, mrr in by_month[then_month].items() if place in slices(business)[c]}
        paid = sum(then.values(), ZERO)
        kept = sum((now.get(customer, ZERO) for customer in then), ZERO)
        capped = sum((min(now.get(customer, ZERO), mrr) for customer, mrr in then.items()), ZERO)
        loss, gain = row["contraction"] + row["lost"], row["gained"] + row["returned"] + row["expansion"]
        rows.append({
            "period_month": month, "segment_name": place[0], "segment_value": place[1],
            "mrr_reporting": sum(now.values(), ZERO), "customers": len(now),
            "customers_12m_ago": len(then), "mrr_12m_ago_reporting": paid,
            "net_revenue_retention_12m": float(kept / paid) if paid else None,
            "gross_revenue_retention_12m": float(capped / paid) if paid else None,
            "quick_ratio": float(gain / loss) if loss else None,
            "average_revenue_per_customer": float(sum(now.values(), ZERO) / len(now)) if now else None,
            "is_complete": measured_at(month, business.as_of) != business.as_of,
        })  # fmt: skip
    return rows


def _mrr(business: Business) -> dict[date, dict[str, Decimal]]:
    """What each customer pays at each month's end."""
    found: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for customer, periods in periods_of_customers(business).items():
        for month in _paying(business)[customer]:
            moment = measured_at(month, business.as_of)
            found[month][customer] = worth(business, mrr_by_currency(periods, moment), moment.date())
    return found
