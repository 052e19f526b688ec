"""Customers by the month in which they began: who stays, what they cost, what they bring."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.calendar import last_moment, last_month, month_number, month_of, months_between
from sandbox.truth.churn import measured_at, mrr_by_currency, periods_of_customers, worth
from sandbox.truth.churn_changes import slices
from sandbox.truth.core import dim_customers
from sandbox.truth.deals import customer_of, running_mrr, won_deals
from sandbox.truth.money import fct_acquisition_cost
from sandbox.truth.survival import month_added
from sandbox.truth.value import fct_customer_value

ZERO = Decimal(0)
TERM_MONTHS = 12
ROUNDED = 1e-6
Money = dict[date, Decimal]
EXPECTED = {
    "orders": ("predicted_ltv_12m", "order_refusal"),
    "subscriptions": ("residual_ltv_reporting", "contract_refusal"),
}


class Member(NamedTuple):
    """A customer in a cohort: its revenue by month, and the months in which it is active."""

    customer: str
    money: Money
    active: set[date]


def fct_cohort_retention(business: Business) -> list[Row]:
    """One row per cohort type, cohort month, period and segment."""
    rows = []
    everybody = {
        "orders": ordered(business),
        "subscriptions": subscribed(business),
        "deals": signed(business),
    }
    for cohort_type, members in everybody.items():
        groups: dict[tuple[str, str, date], list[Member]] = defaultdict(list)
        for member, month in members:
            for name, value in cohort_slices(business)[member.customer]:
                groups[name, value, month].append(member)
        for (name, value, month), mine in sorted(groups.items()):
            place = {"cohort_type": cohort_type, "segment_name": name, "segment_value": value}
            money = _economics(business, cohort_type, [member.customer for member in mine])
            rows += [{**place, **row} for row in _cohort(business, month, mine, *money)]
    return rows


@lru_cache(maxsize=1)
def cohort_slices(business: Business) -> dict[str, list[tuple[str, str]]]:
    """Each customer's segments by name."""
    return {
        row["customer"]: [
            *slices(business)[row["customer"]],
            ("campaign", row["acquisition_campaign"] or UNKNOWN),
            ("first_product", row["first_product"] or UNKNOWN),
        ]
        for row in dim_customers(business)
    }


def ordered(business: Business) -> list[tuple[Member, date]]:
    """Who ever ordered, and the first month; active in a month with an order."""
    money: dict[str, Money] = defaultdict(lambda: defaultdict(Decimal))
    for order in business["orders"]:
        amount = business.rates.reporting(order["amount"], order["currency"], order["ordered_at"].date())
        money[customer_of(order)][month_of(order["ordered_at"])] += amount or ZERO
    return [(Member(customer, mine, set(mine)), min(mine)) for customer, mine in money.items()]


def subscribed(business: Business) -> list[tuple[Member, date]]:
    """Who ever paid a subscription, and the first start's month; active where it pays at a month's end."""
    found = []
    for customer, periods in periods_of_customers(business).items():
        if starts := [period["started_at"] for period in periods if running_mrr(period) > 0]:
            first = month_of(min(starts))
            money = _mrr_by_month(business, periods, first)
            found.append((Member(customer, money, set(money)), first))
    return found


def _mrr_by_month(business: Business, periods: list[Row], first: date) -> Money:
    """Recurring revenue at each month's last moment, months without left out."""
    found = {}
    for month in months_between(first, last_month(business.as_of)):
        moment = measured_at(month, business.as_of)
        mrr = worth(business, mrr_by_currency(periods, moment), moment.date())
        if mrr:
            found[month] = mrr
    return found


def signed(business: Business) -> list[tuple[Member, date]]:
    """Whose deals were won, and the month of the first; active where a term of one runs at a month's end."""
    deals: dict[str, list[Row]] = defaultdict(list)
    for deal in won_deals(business):
        if deal["customer"]:
            deals[deal["customer"]].append(deal)
    found = []
    for customer, mine in deals.items():
        first = month_of(mine[0]["closed_at"])
        terms = [deal["closed_at"] for deal in mine if deal["deal_type"] in ("new", "renewal")]
        active = {
            month
            for month in months_between(first, last_month(business.as_of))
            if any(_runs(began, measured_at(month, business.as_of)) for began in terms)
        }
        money: Money = defaultdict(Decimal)
        for deal in mine:
            amount = business.rates.reporting(deal["amount"], deal["currency"], deal["closed_at"].date())
            money[month_of(deal["closed_at"])] += amount or ZERO
        found.append((Member(customer, money, active), first))
    return found


def _runs(began: datetime, moment: datetime) -> bool:
    """Whether a deal's term covers the moment; its end is the first moment not covered."""
    over = datetime.combine(month_added(began.date(), TERM_MONTHS), began.timetz())
    return began <= moment < over


@lru_cache(maxsize=1)
def customer_costs(business: Business) -> dict[str, float]:
    """What each customer cost: its share of what its channel spent that month, and of what won nobody."""
    spent: dict[date, dict[str, tuple[Decimal, int]]] = defaultdict(dict)
    for row in fct_acquisition_cost(business):
        if row["channel"] != "all":
            spend = (row["ad_spend_reporting"] or ZERO) + (row["costs_reporting"] or ZERO)
            spent[row["period_month"]][row["channel"]] = (spend, row["new_customers"])
    costs = {}
    for customer in dim_customers(business):
        if customer["became_customer_at"]:
            channels = spent[month_of(customer["became_customer_at"])]
            spend, won = channels[customer["acquisition_channel"]]
            shared = sum((spend for spend, won in channels.values() if not won), ZERO)
            if any(spend for spend, _ in channels.values()):
                everybody = sum(won for _, won in channels.values())
                costs[customer["customer"]] = float(spend / won + shared / everybody)
    return costs


@lru_cache(maxsize=1)
def _values(business: Business) -> dict[str, Row]:
    return {row["customer"]: row for row in fct_customer_value(business)}


def _economics(
    business: Business, cohort_type: str, customers: list[str]
) -> tuple[float | None, tuple[float, float] | None]:
    """What a cohort's customer cost, and the range of what is still expected of all of them."""
    costs = [
        customer_costs(business)[customer] for customer in customers if customer in customer_costs(business)
    ]
    cost = sum(costs) / len(customers) if costs else None
    if cohort_type not in EXPECTED:
        return cost, None
    measure, refusal = EXPECTED[cohort_type]
    values = [_values(business)[customer] for customer in customers]
    if any(value[refusal] for value in values):
        return cost, None
    known = [value[measure] for value in values if value[measure]]
    return cost, (sum(one["low"] for one in known), sum(one["high"] for one in known))


def _cohort(
    business: Business,
    cohort_month: date,
    members: list[Member],
    cost: float | None,
    expected: tuple[float, float] | None,
) -> list[Row]:
    """A cohort's periods up to the last month begun; gross retention caps each customer at its period 0."""
    size, total = len(members), ZERO
    first_revenue = sum((member.money.get(cohort_month, ZERO) for member in members), ZERO)
    rows: list[Row] = []
    for month in months_between(cohort_month, last_month(business.as_of)):
        revenue = sum((member.money.get(month, ZERO) for member in members), ZERO)
        kept = sum(
            (
                min(member.money[month], member.money.get(cohort_month, ZERO))
                for member in members
                if month in member.money
            ),
            ZERO,
        )
        active = sum(month in member.active for member in members)
        total += revenue
        rows.append({
            "cohort_month": cohort_month,
            "period_no": month_number(month) - month_number(cohort_month),
            "cohort_size": size,
            "active_customers": active,
            "retention_rate": active / size,
            "revenue_reporting": revenue,
            "cumulative_revenue_per_customer": float(total) / size,
            "cumulative_margin_per_customer": float(total) / size,
            "net_revenue_retention": float(revenue / first_revenue) if first_revenue > 0 else None,
            "gross_revenue_retention": float(kept / first_revenue) if first_revenue > 0 else None,
            "acquisition_cost_per_customer": cost,
            "is_complete": last_moment(month) <= business.as_of,
        })  # fmt: skip
    return [{**row, **_worth(rows, size, cost, expected)} for row in rows]


def _worth(rows: list[Row], size: int, cost: float | None, expected: tuple[float, float] | None) -> Row:
    """What a customer of the cohort is worth in the end, and when it has paid what it cost."""
    paid = (
        row["period_no"] for row in rows if cost is not None and row["cumulative_margin_per_customer"] >= cost
    )
    told: Row = {"predicted_ltv": None, "ltv_to_cac": None, "payback_period_no": next(paid, None)}
    if expected is not None:
        so_far = rows[-1]["cumulative_margin_per_customer"]
        low, high = (so_far + end / size for end in expected)
        told["predicted_ltv"] = {"low": low - ROUNDED, "high": high + ROUNDED}
        if cost:
            slack = ROUNDED * (1 + abs(high)) / cost
            told["ltv_to_cac"] = {"low": low / cost - slack, "high": high / cost + slack}
    return told
