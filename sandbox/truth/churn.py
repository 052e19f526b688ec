"""Recurring revenue: what runs at each month's end, and how it moves."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from sandbox.truth.business import REPORTING, Business, Row, grouped
from sandbox.truth.calendar import last_moment, last_month, month_of, months_between
from sandbox.truth.deals import customer_of, customers, running_mrr

ZERO = Decimal(0)


def measured_at(month: date, as_of: datetime) -> datetime:
    """The last moment of a month, in as_of's month as_of itself."""
    return min(last_moment(month), as_of)


def runs(period: Row, moment: datetime) -> bool:
    """Whether a paying period covers the moment; its end is the first moment not covered."""
    ended_at = period["ended_at"]
    return (
        running_mrr(period) > 0 and period["started_at"] <= moment and (ended_at is None or moment < ended_at)
    )


def mrr_months(business: Business) -> list[date]:
    """From the month of the first paying period to the last."""
    starts = [period["started_at"] for period in business["subscription_periods"] if running_mrr(period) > 0]
    return months_between(month_of(min(starts)), last_month(business.as_of)) if starts else []


def periods_of_customers(business: Business) -> dict[str, list[Row]]:
    """Every customer's periods in order of start and id."""
    periods = sorted(
        business["subscription_periods"], key=lambda row: (row["started_at"], row["subscription_id"])
    )
    return grouped(({**row, "customer": customer_of(row)} for row in periods), "customer")


def mrr_by_currency(periods: list[Row], moment: datetime) -> dict[str, Decimal]:
    """What a customer's subscriptions are worth a month, by currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for period in periods:
        if runs(period, moment):
            sums[period["currency"] or REPORTING] += running_mrr(period)
    return sums


def worth(business: Business, amounts: dict[str, Decimal], day: date) -> Decimal:
    """Amounts by currency in the reporting one at the day's rates."""
    return sum((amount * business.rates.on(currency, day) for currency, amount in amounts.items()), ZERO)


def fct_mrr_monthly(business: Business) -> list[Row]:
    """One row per customer and month with recurring revenue at its last moment, at that day's rate."""
    rows = []
    for customer, periods in sorted(periods_of_customers(business).items()):
        for month in mrr_months(business):
            moment = measured_at(month, business.as_of)
            running = [period for period in periods if runs(period, moment)]
            mrr = worth(business, mrr_by_currency(periods, moment), moment.date())
            if mrr:
                largest = max(
                    running, key=lambda p: running_mrr(p) * business.rates.on(p["currency"], moment.date())
                )
                rows.append({
                    "customer": customer, "customer_id": largest["customer_id"], "period_month": month,
                    "mrr_reporting": mrr, "plan": largest["plan"],
                    "segment": customers_segment(business, customer),
                })  # fmt: skip
    return rows


def customers_segment(business: Business, customer: str) -> str:
    """The customer's first segment."""
    return customers(business)[customer]["segment"]


@lru_cache(maxsize=1)
def fct_mrr_movements(business: Business) -> list[Row]:
    """One row per customer, month and movement; several subscriptions net, no row of zero."""
    return [
        row
        for customer, periods in sorted(periods_of_customers(business).items())
        for row in customers_movements(business, customer, periods)
    ]


def customers_movements(business: Business, customer: str, periods: list[Row]) -> list[Row]:
    """Month by month: new, reactivation, churn; of who stays fx, the rest expansion or contraction."""
    rows = []
    before: dict[str, Decimal] = {}
    day_before: date | None = None
    had_any = False
    for month in mrr_months(business):
        moment = measured_at(month, business.as_of)
        day, after = moment.date(), mrr_by_currency(periods, moment)
        old = worth(business, before, day_before) if day_before else ZERO
        new = worth(business, after, day)
        fx = worth(business, before, day) - old if old and new else ZERO
        rest = new - old - fx
        name = "new" if not had_any else "reactivation" if not old else "churn" if not new else ""
        movement = name or ("expansion" if rest > 0 else "contraction")
        for kind, amount in ((movement, rest), ("fx", fx)):
            if amount:
                rows.append({
                    "customer": customer, "customer_id": periods[0]["customer_id"], "period_month": month,
                    "movement": kind, "churn_type": _churn_type(periods, moment) if kind == "churn" else None,
                    "mrr_before_reporting": old, "mrr_after_reporting": new, "amount_reporting": amount,
                })  # fmt: skip
        had_any = had_any or bool(new)
        before, day_before = after, day
    return rows


def _churn_type(periods: list[Row], moment: datetime) -> str | None:
    """How the last paying period that had ended by the moment ended, of several the first by id."""
    ended = [
        p for p in periods if running_mrr(p) > 0 and p["ended_at"] is not None and p["ended_at"] <= moment
    ]
    by_id = sorted(ended, key=lambda period: period["subscription_id"])
    return max(by_id, key=lambda period: period["ended_at"])["churn_type"] if ended else None
