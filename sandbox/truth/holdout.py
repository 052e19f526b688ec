"""What the value models, fitted anew on the first half of the time, expected of the other."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from math import fsum
from typing import NamedTuple

from sandbox.truth import likelihood
from sandbox.truth.business import Business, Row
from sandbox.truth.spells import subscription_spells
from sandbox.truth.survival import completed_months
from sandbox.truth.value import (
    WEEK,
    Fitted,
    about,
    fitted_purchases,
    fitted_spend,
    fitted_stays,
    histories,
    purchase_days,
    spends,
    stays,
)

HOLDOUT_SHARE = 0.5
SLACK = 5e-3
MOMENT = timedelta(microseconds=1)


class Case(NamedTuple):
    """What was expected of a customer, what came, and what would have come had it gone on as before."""

    group: str
    predicted: float | None
    actual: float
    naive: float


def fct_value_holdout(business: Business) -> list[Row]:
    """One row per measure and group of customers, and the total."""
    return [*of_orders(business), *of_contracts(business)]


def calibrated_until(business: Business, first: date) -> date:
    """The last day that a fit sees which is held against the rest."""
    return first + timedelta(days=int((business.as_of.date() - first).days * HOLDOUT_SHARE))


def of_orders(business: Business) -> Iterator[Row]:
    """Purchases of everybody who had bought by then, and their value where any came since."""
    bought = purchase_days(business)
    if not bought:
        return
    last = calibrated_until(business, min(min(days) for days in bought.values()))
    buying, spending = fitted_purchases(business, last), fitted_spend(business, last)
    weeks, spent = (business.as_of.date() - last).days / WEEK, spends(business, last)
    purchases, values = [], []
    for customer, history in histories(business, last).items():
        x, _, age = history
        group = str(x) if x < 7 else "7+"
        earlier, later = (
            [float(worth) for day, worth in bought[customer].items() if (day > last) is is_later]
            for is_later in (False, True)
        )
        expected = None
        if buying.parameters is not None:
            expected = likelihood.purchases(buying.parameters, history, weeks)
        purchases.append(Case(group, expected, len(later), x / age * weeks if age else 0.0))
        if sum(later) > 0:
            expected = None
            if spending.parameters is not None:
                expected = likelihood.purchase_value(spending.parameters, *spent[customer])
            values.append(Case(group, expected, _mean(later), _mean(earlier)))
    for fitted, model, measure, cases in (
        (buying, "bg_nbd", "purchases", purchases),
        (spending, "gamma_gamma", "purchase_value", values),
    ):
        yield from _told(business, last, fitted, (model, measure, "repeat_purchases"), cases)


def known_by(business: Business, day: date) -> Business:
    """The business as it was at the end of a day, as far as subscriptions are concerned."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC) - MOMENT
    begun = [row for row in business["subscription_periods"] if row["started_at"] <= end]
    return replace(business, as_of=end, tables={**business.tables, "subscription_periods": begun})


def of_contracts(business: Business) -> Iterator[Row]:
    """Renewals of everybody who was in its first spell then, and who is still there."""
    began = {
        spell["customer"]: spell["started_at"].date()
        for spell in subscription_spells(business)
        if spell["spell_no"] == 1
    }
    if not began:
        return
    last = calibrated_until(business, min(began.values()))
    past, now = known_by(business, last), stays(business)
    fitted, before = fitted_stays(past), stays(past)
    due = sum(month if is_over else renewals for month, renewals, is_over in before.values())
    usual = 1 - sum(is_over for _, _, is_over in before.values()) / max(due, 1)
    renewals, survivors = [], []
    for customer, (month, _, is_over) in before.items():
        passed = completed_months(began[customer], business.as_of.date())
        if is_over or month > passed:
            continue
        left, _, has_left = now[customer]
        renewed = min(left - 1, passed) if has_left else passed
        for term in range(month, min(renewed + 1, passed) + 1):
            renewals.append(Case(str(term), _stay(fitted, term, term), float(term <= renewed), usual))
        chance, naive = _stay(fitted, month, passed), usual ** (passed - month + 1)
        survivors.append(Case(str(month), chance, float(renewed == passed), naive))
    for measure, cases in (("renewals", renewals), ("survivors", survivors)):
        yield from _told(business, last, fitted, ("sbg", measure, "month_of_contract"), cases)


def _stay(fitted: Fitted, first: int, last: int) -> float | None:
    """The chance to renew after each of these months of whoever begins the first."""
    if fitted.parameters is None:
        return None
    return likelihood.stays_on(fitted.parameters, last) / likelihood.stays_on(fitted.parameters, first - 1)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _told(
    business: Business, last: date, fitted: Fitted, names: tuple[str, str, str], cases: list[Case]
) -> Iterator[Row]:
    """The rows of a measure: its cases summed, or their mean where it is one."""
    model, measure, group_name = names
    groups: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        groups[group_name, case.group].append(case)
        groups["all", "all"].append(case)
    for (name, value), mine in groups.items():
        divisor = len(mine) if measure == "purchase_value" else 1
        actual = fsum(case.actual for case in mine) / divisor
        predicted = None
        if fitted.parameters is not None:
            predicted = fsum(case.predicted or 0.0 for case in mine) / divisor
        yield {
            "model": model, "measure": measure, "group_name": name, "group_value": value,
            "calibrated_until": last, "validation_days": (business.as_of.date() - last).days,
            "customers": len(mine), "actual": about(actual, 1e-8),
            "predicted": None if predicted is None else about(predicted, SLACK),
            "error": None if predicted is None else _about_error(predicted, actual),
            "naive": about(fsum(case.naive for case in mine) / divisor, 1e-8), "refusal": fitted.refusal,
        }  # fmt: skip


def _about_error(predicted: float, actual: float) -> dict[str, float]:
    """As far off as the prediction may be."""
    around = about(predicted, SLACK)
    return {end: bound - actual for end, bound in around.items()}
