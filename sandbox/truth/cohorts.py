"""Who stays: customers by the month of their first order or first paid subscription."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import last_moment, last_month, month_number, month_of, months_between
from sandbox.truth.churn import customers_segment, measured_at, mrr_by_currency, periods_of_customers, worth
from sandbox.truth.deals import customer_of, running_mrr

ZERO = Decimal(0)
Activity = dict[str, dict[date, Decimal]]


def fct_cohort_retention(business: Business) -> list[Row]:
    """One row per cohort type, cohort month, period and segment."""
    firsts_and_money = {"orders": ordered(business), "subscriptions": subscribed(business)}
    rows = []
    for cohort_type, (first, money) in firsts_and_money.items():
        groups: dict[tuple[str, str, date], list[str]] = defaultdict(list)
        for customer, month in first.items():
            groups["all", "all", month].append(customer)
            groups["segment", customers_segment(business, customer), month].append(customer)
        for (name, value, month), members in sorted(groups.items()):
            for row in _cohort(business, month, [money[customer] for customer in members]):
                rows.append({"cohort_type": cohort_type, "segment_name": name, "segment_value": value, **row})
    return rows


def ordered(business: Business) -> tuple[dict[str, date], Activity]:
    """Each customer's first month with an order, and its orders' worth by month."""
    money: Activity = defaultdict(dict)
    for order in business["orders"]:
        amount = (
            business.rates.reporting(order["amount"], order["currency"], order["ordered_at"].date()) or ZERO
        )
        mine, month = money[customer_of(order)], month_of(order["ordered_at"])
        mine[month] = mine.get(month, ZERO) + amount
    return {customer: min(months) for customer, months in money.items()}, money


def subscribed(business: Business) -> tuple[dict[str, date], Activity]:
    """Each customer's first month with a paid start, and its recurring revenue at the end of each month."""
    first: dict[str, date] = {}
    money: Activity = {}
    for customer, periods in periods_of_customers(business).items():
        starts = [period["started_at"] for period in periods if running_mrr(period) > 0]
        if starts:
            first[customer] = month_of(min(starts))
            money[customer] = _mrr_by_month(business, periods, first[customer])
    return first, money


def _mrr_by_month(business: Business, periods: list[Row], first: date) -> dict[date, Decimal]:
    """Recurring revenue at each month's last moment, months without left out."""
    found = {}
    for month in months_between(first, last_month(business.as_of)):
        moment = measured_at(month, business.as_of)
        mrr = worth(business, mrr_by_currency(periods, moment), moment.date())
        if mrr:
            found[month] = mrr
    return found


def _cohort(business: Business, cohort_month: date, members: list[dict[date, Decimal]]) -> list[Row]:
    """A cohort's periods up to the last month begun; gross retention caps each customer at its period 0."""
    size, total = len(members), ZERO
    first_revenue = sum((money.get(cohort_month, ZERO) for money in members), ZERO)
    rows = []
    for month in months_between(cohort_month, last_month(business.as_of)):
        revenue = sum((money.get(month, ZERO) for money in members), ZERO)
        kept = sum((min(money.get(month, ZERO), money.get(cohort_month, ZERO)) for money in members), ZERO)
        active = sum(month in money for money in members)
        total += revenue
        rows.append({
            "cohort_month": cohort_month,
            "period_no": month_number(month) - month_number(cohort_month),
            "cohort_size": size,
            "active_customers": active,
            "retention_rate": active / size,
            "revenue_reporting": revenue,
            "cumulative_revenue_per_customer": float(total) / size,
            "net_revenue_retention": float(revenue / first_revenue) if first_revenue else None,
            "gross_revenue_retention": float(kept / first_revenue) if first_revenue else None,
            "is_complete": last_moment(month) <= business.as_of,
        })  # fmt: skip
    return rows
