"""Who may leave: the customers that pay, and how many of those of earlier days left within ninety days."""

from datetime import date, datetime
from functools import lru_cache

from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.calendar import midnight, month_of, months_between
from sandbox.truth.churn import customers_segment, mrr_by_currency, periods_of_customers, runs, worth
from sandbox.truth.deals import customers, running_mrr
from sandbox.truth.scores import QUARTER, evaluation_days
from sandbox.truth.spells import subscription_spells
from sandbox.truth.survival import month_added

LEAST_CUSTOMERS, LEAST_LOSSES = 200, 50
DIGITS = 9
REFUSED = dict.fromkeys(("churn_probability_90d", "risk_band", "main_driver", "further_drivers"))


def fct_churn_risk(business: Business) -> list[Row]:
    """One row per customer that pays at as_of; what is learnt is not the truth's to say."""
    refusal = why_refused(business)
    told = {**REFUSED, "refusal": refusal} if refusal else {}
    return [
        {**_customer_row(business, customer), "scored_at": business.as_of, **told}
        for customer, _ in covered(business, business.as_of)
    ]


def _customer_row(business: Business, customer: str) -> Row:
    """What a customer pays for at as_of."""
    moment, day = business.as_of, business.as_of.date()
    periods = _periods(business)[customer]
    largest = max(
        (period for period in periods if runs(period, moment)),
        key=lambda period: running_mrr(period) * business.rates.on(period["currency"], day),
    )
    return {
        "customer": customer,
        "customer_id": customers(business)[customer]["customer_id"],
        "segment": customers_segment(business, customer),
        "plan": largest["plan"] or UNKNOWN,
        "mrr_reporting": worth(business, mrr_by_currency(periods, moment), day),
    }


@lru_cache(maxsize=1)
def _periods(business: Business) -> dict[str, list[Row]]:
    return periods_of_customers(business)


def fct_churn_risk_backtest(business: Business) -> list[Row]:
    """What one number for everybody was worth: the share that had left until the evaluation began."""
    learnt = outcomes(business, training_days(business.as_of))
    judged = outcomes(business, evaluation_days(business.as_of))
    if not learnt or not judged:
        return []
    rate = round(sum(lost for _, _, lost in learnt) / len(learnt), DIGITS)
    lost = sum(lost for _, _, lost in judged)
    days = [day for day, _, _ in judged]
    brier = sum((rate - lost) ** 2 for _, _, lost in judged) / len(judged)
    return [{
        "method": "base_rate", "bin_no": 1, "probability_low": rate, "probability_high": rate,
        "customers": len(judged), "mean_predicted": rate, "lost": lost, "actual_rate": lost / len(judged),
        "evaluated_from": min(days), "evaluated_to": max(days),
        "auc": 0.5 if 0 < lost < len(judged) else None,
        "brier_score": brier, "brier_score_of_base_rate": brier,
    }]  # fmt: skip


def why_refused(business: Business) -> str | None:
    """Whether there was too little to learn from, in words."""
    learnt = outcomes(business, training_days(business.as_of))
    seen, lost = len({customer for _, customer, _ in learnt}), sum(lost for _, _, lost in learnt)
    if seen < LEAST_CUSTOMERS:
        return f"too few customers to learn from: {seen} of the {LEAST_CUSTOMERS} needed"
    if lost < LEAST_LOSSES:
        return f"too few customers left to learn from: {lost} losses of the {LEAST_LOSSES} needed"
    return None


def training_days(as_of: datetime) -> list[date]:
    """The month starts of the last two years whose ninety days were over when the evaluation began."""
    split = month_of(as_of - 2 * QUARTER)
    days = months_between(month_added(month_of(as_of), -24), split)
    return [day for day in days if midnight(day) + QUARTER <= midnight(split)]


def outcomes(business: Business, days: list[date]) -> list[tuple[date, str, bool]]:
    """Each customer that paid on one of the days, and whether it left within ninety days."""
    return [
        (day, customer, left_at is not None and left_at <= midnight(day) + QUARTER)
        for day in days
        for customer, left_at in covered(business, midnight(day))
    ]


@lru_cache(maxsize=64)
def covered(business: Business, moment: datetime) -> list[tuple[str, datetime | None]]:
    """Who paid at the moment, and when that ended."""
    return [
        (spell["customer"], spell["ended_at"])
        for spell in subscription_spells(business)
        if spell["started_at"] <= moment and (spell["ended_at"] is None or moment < spell["ended_at"])
    ]
