"""Among whom customers were lost: by what was known of each as a month began, and by why they left."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from sandbox.truth.business import UNKNOWN, Business, Row, grouped
from sandbox.truth.calendar import last_month, midnight, month_of, months_between, next_month
from sandbox.truth.churn import fct_mrr_monthly, periods_of_customers
from sandbox.truth.core import campaign_name
from sandbox.truth.deals import customers
from sandbox.truth.funnel import wilson
from sandbox.truth.spells import subscription_spells
from sandbox.truth.survival import completed_months

LOOKBACK = timedelta(days=90)
BANDS = ((24, "24+"), (12, "12-23"), (6, "06-11"), (3, "03-05"), (1, "01-02"), (0, "00"))
OF_THE_LOST = ("cancel_reason", "churn_type")


def fct_churn_patterns(business: Business) -> list[Row]:
    """One row per pattern and value, over the months that are over."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    months = list(_months_at_risk(business))
    lost = sum(month["is_lost"] for month in months)
    for month in months:
        for pattern, value in month["patterns"].items():
            if month["is_lost"] or pattern not in OF_THE_LOST:
                found[pattern, value].append(month)
    return [_row(pattern, value, theirs, lost, len(months)) for (pattern, value), theirs in found.items()]


def _row(pattern: str, value: str, theirs: list[Row], all_lost: int, all_months: int) -> Row:
    gone = [month for month in theirs if month["is_lost"]]
    at_risk = None if pattern in OF_THE_LOST else len(theirs)
    low, high = wilson(len(gone), at_risk) if at_risk else (None, None)
    rate = len(gone) / at_risk if at_risk else None
    return {
        "pattern": pattern, "pattern_value": value, "customer_months": at_risk, "lost": len(gone),
        "mrr_lost_reporting": sum((month["mrr"] for month in gone), Decimal(0)), "churn_rate": rate,
        "churn_rate_low": low, "churn_rate_high": high,
        "share_of_lost": len(gone) / all_lost if all_lost else None,
        "lift": rate / (all_lost / all_months) if all_lost and rate is not None else None,
    }  # fmt: skip


def _months_at_risk(business: Business) -> Iterator[Row]:
    """Every customer and month over that began with revenue of it."""
    spells_of = grouped(subscription_spells(business), "customer")
    paid = {(row["customer"], row["period_month"]): row for row in fct_mrr_monthly(business)}
    for customer in sorted(periods_of_customers(business)):
        spells = spells_of.get(customer, [])
        if not spells:
            continue
        first = spells[0]["started_at"].date()
        for month in months_between(month_of(first), last_month(business.as_of)):
            following = next_month(month)
            before = paid.get((customer, month))
            if before is None or midnight(next_month(following)) > business.as_of:
                continue
            tenure = completed_months(first, following)
            ended = [row for row in spells if row["ended_at"] and month_of(row["ended_at"]) <= following]
            yield {
                "is_lost": (customer, following) not in paid, "mrr": before["mrr_reporting"],
                "patterns": {
                    "tenure_band": next(name for start, name in BANDS if tenure >= start),
                    "plan": before["plan"] or UNKNOWN,
                    "cohort_month": str(month_of(first)),
                    "season": f"{following.month:02}",
                    "last_campaign": _last_campaign(business, customer, following),
                    **{name: (ended[-1][name] if ended else None) or UNKNOWN for name in OF_THE_LOST},
                },
            }  # fmt: skip


def _last_campaign(business: Business, customer: str, month: date) -> str:
    """Of the last touch with a campaign that lies before the month and not too far."""
    known = customers(business)[customer]
    touches = (
        business.touches_of_company(known["company_id"])
        if known["company_id"]
        else business.touches_of.get(known["person"], [])
    )
    began = midnight(month)
    before = [
        touch for touch in touches if touch["campaign"] and began - LOOKBACK <= touch["occurred_at"] < began
    ]
    last = max(before, key=lambda touch: (touch["occurred_at"], touch["touchpoint_id"]), default=None)
    return (campaign_name(last["campaign"]) if last else None) or "none"
