"""Who comes back: each month's buyers, new and returning, and what part of revenue is theirs."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import pairwise
from statistics import median

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import last_moment, last_month, month_of, months_between
from sandbox.truth.churn_changes import slices
from sandbox.truth.deals import customer_of
from sandbox.truth.value import purchase_days

ZERO = Decimal(0)


def fct_loyalty_monthly(business: Business) -> list[Row]:
    """One row per month, segment_name and segment_value, from the segment's first order on."""
    spent: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for order in business["orders"]:
        amount = business.rates.reporting(order["amount"], order["currency"], order["ordered_at"].date())
        spent[customer_of(order)][month_of(order["ordered_at"])] += amount or ZERO
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for customer in spent:
        for place in slices(business)[customer]:
            groups[place].append(customer)
    days = {customer: sorted(mine) for customer, mine in purchase_days(business).items()}
    return [
        {"segment_name": name, "segment_value": value, **row}
        for (name, value), customers in groups.items()
        for row in _months(
            business,
            {customer: days.get(customer, []) for customer in customers},
            {customer: spent[customer] for customer in customers},
        )
    ]


def _months(
    business: Business, days: dict[str, list[date]], spent: dict[str, dict[date, Decimal]]
) -> list[Row]:
    """The months of a segment, out of each customer's days with a purchase and its revenue by month."""
    began = {customer: month_of(mine[0]) for customer, mine in days.items() if mine}
    again = [month_of(mine[1]) for mine in days.values() if len(mine) > 1]
    bought = {(customer, month_of(day)) for customer, mine in days.items() for day in mine}
    gaps: dict[date, list[int]] = defaultdict(list)
    for mine in days.values():
        for before, day in pairwise(mine):
            gaps[month_of(day)].append((day - before).days)
    rows = []
    first = min(min(months) for months in spent.values())
    for month in months_between(first, last_month(business.as_of)):
        new = sum(began_in == month for began_in in began.values())
        buyers = sum(of_month == month for _, of_month in bought)
        so_far = sum(began_in <= month for began_in in began.values())
        repeat = sum(again_in <= month for again_in in again)
        revenue = sum((mine.get(month, ZERO) for mine in spent.values()), ZERO)
        returning = sum(
            (spent[customer].get(month, ZERO) for customer, began_in in began.items() if began_in < month),
            ZERO,
        )
        rows.append({
            "period_month": month, "buyers": buyers, "new_buyers": new, "returning_buyers": buyers - new,
            "customers_so_far": so_far, "repeat_customers": repeat,
            "repeat_rate": repeat / so_far if so_far else None,
            "revenue_reporting": revenue, "returning_revenue_reporting": returning,
            "returning_revenue_share": float(returning / revenue) if revenue > 0 else None,
            "median_days_between_purchases": float(median(gaps[month])) if gaps[month] else None,
            "is_complete": last_moment(month) <= business.as_of,
        })  # fmt: skip
    return rows
