"""How long customers stay: Kaplan and Meier's curves of first spells, and whether they differ."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import erfc, exp, gamma, log, sqrt

import numpy as np

from sandbox.truth.business import UNKNOWN, Business, Row
from sandbox.truth.calendar import month_number, next_month
from sandbox.truth.core import dim_customers
from sandbox.truth.spells import subscription_spells

TRAITS = {
    "segment": "segment",
    "plan": "first_plan",
    "acquisition_channel": "acquisition_channel",
    "country": "country",
}
Z = 1.959964
HORIZON = 12
HALF = Fraction(1, 2)
Life = tuple[int, bool]


def month_added(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    number = month_number(day) - 1 + months
    month = date(number // 12, number % 12 + 1, 1)
    return month.replace(day=min(day.day, (next_month(month) - month).days))


def completed_months(first: date, last: date) -> int:
    """How often a month can be added to the first day without passing the last; the 31st is a month's end."""
    months = month_number(last) - month_number(first)
    return months - (month_added(first, months) > last)


@lru_cache(maxsize=1)
def lives(business: Business) -> dict[tuple[str, str], list[Life]]:
    """By segment name and value every customer's first spell: its months, and whether it is over."""
    traits = {row["customer"]: row for row in dim_customers(business)}
    found: dict[tuple[str, str], list[Life]] = defaultdict(list)
    for spell in subscription_spells(business):
        if spell["spell_no"] == 1:
            last = spell["ended_at"] or business.as_of
            months = completed_months(spell["started_at"].date(), last.date())
            found["all", "all"].append((months, spell["ended_at"] is not None))
            for name, trait in TRAITS.items():
                value = traits[spell["customer"]][trait] or UNKNOWN
                found[name, value].append((months, spell["ended_at"] is not None))
    return dict(sorted(found.items()))


@lru_cache(maxsize=1)
def fct_churn_survival(business: Business) -> list[Row]:
    """One row per segment name, value and month of tenure up to the longest."""
    return [
        {"segment_name": name, "segment_value": value, **row}
        for (name, value), mine in lives(business).items()
        for row in curve_of(mine)
    ]


def curve_of(mine: list[Life]) -> list[Row]:
    """The share that stays longer, month by month, with its log-log interval; losses precede the censored."""
    rows: list[Row] = []
    survival, variance = Fraction(1), Fraction(0)
    at_risk, median = len(mine), None
    for tenure in range(max(months for months, _ in mine) + 1):
        churned = sum(months == tenure and is_over for months, is_over in mine)
        censored = sum(months == tenure and not is_over for months, is_over in mine)
        survival *= 1 - Fraction(churned, at_risk)
        low = high = None
        if churned < at_risk:
            variance += Fraction(churned, at_risk * (at_risk - churned))
        if 0 < survival < 1:
            stretch = exp(Z * sqrt(variance) / -log(survival))
            low, high = float(survival) ** stretch, float(survival) ** (1 / stretch)
        rows.append({
            "tenure_months": tenure, "at_risk": at_risk, "churned": churned, "censored": censored,
            "survival": float(survival), "survival_low": low, "survival_high": high,
        })  # fmt: skip
        if median is None and survival <= HALF:
            median = tenure
        at_risk -= churned + censored
    return [{**row, "median_tenure_months": median} for row in rows]


def fct_churn_survival_summary(business: Business) -> list[Row]:
    """One row per segment name and value: its restricted mean, and its name's log-rank test."""
    everybody = lives(business)
    horizon = min(HORIZON, max((months for mine in everybody.values() for months, _ in mine), default=0))
    by_name: dict[str, list[list[Life]]] = defaultdict(list)
    for (name, _), mine in everybody.items():
        by_name[name].append(mine)
    tests = {name: log_rank(groups) for name, groups in by_name.items()}
    rows = []
    for (name, value), mine in everybody.items():
        curve = curve_of(mine)
        rows.append({
            "segment_name": name, "segment_value": value, "customers": len(mine),
            "churned": sum(is_over for _, is_over in mine),
            "median_tenure_months": curve[0]["median_tenure_months"], "horizon_months": horizon,
            **restricted_mean(curve, horizon), **tests[name],
        })  # fmt: skip
    return rows


def restricted_mean(curve: list[Row], horizon: int) -> Row:
    """The mean months before the horizon, by the area under the curve, where it is known so far."""
    shares = [row["survival"] for row in curve[:horizon]]
    variance = 0.0
    for tenure, row in enumerate(curve[:horizon]):
        stay = row["at_risk"] - row["churned"]
        if stay:
            variance += sum(shares[tenure:]) ** 2 * row["churned"] / (row["at_risk"] * stay)
    if len(shares) < horizon and curve[-1]["survival"] > 0:
        return dict.fromkeys(("restricted_mean_months", "restricted_mean_low", "restricted_mean_high"))
    mean, width = sum(shares), Z * sqrt(variance)
    return {
        "restricted_mean_months": float(mean),
        "restricted_mean_low": max(mean - width, 0.0) if width else None,
        "restricted_mean_high": min(mean + width, float(horizon)) if width else None,
    }


def log_rank(groups: list[list[Life]]) -> Row:
    """Mantel's test of whether the groups leave at the same rate, or why there is none."""
    none = dict.fromkeys(("log_rank_chi_square", "degrees_of_freedom", "p_value"))
    if len(groups) < 2:
        return {**none, "refusal": "one value only"}
    size = len(groups)
    excess, covariance = np.zeros(size), np.zeros((size, size))
    for tenure in sorted({months for mine in groups for months, is_over in mine if is_over}):
        here = np.array([sum(months >= tenure for months, _ in mine) for mine in groups])
        gone = np.array([sum(life == (tenure, True) for life in mine) for mine in groups])
        total, left = int(here.sum()), int(gone.sum())
        excess += gone - left * here / total
        if total > 1:
            unlike = total * np.diag(here) - np.outer(here, here)
            covariance += left * (total - left) / (total - 1) / total**2 * unlike
    told = np.flatnonzero(np.diag(covariance) > 0)[1:]
    if not len(told):
        return {**none, "refusal": "nobody left beside customers of another value"}
    chi_square = float(excess[told] @ np.linalg.solve(covariance[np.ix_(told, told)], excess[told]))
    p_value = upper_tail(chi_square, len(told))
    return {
        "log_rank_chi_square": {"low": chi_square, "high": chi_square},
        "degrees_of_freedom": len(told),
        "p_value": {"low": p_value, "high": p_value},
        "refusal": None,
    }


def upper_tail(chi_square: float, degrees: int) -> float:
    """The chance of a larger chi-square: the incomplete gamma function, stepped up from 1/2 or 1."""
    half = max(chi_square, 0.0) / 2
    shape = 0.5 if degrees % 2 else 1.0
    tail = erfc(sqrt(half)) if degrees % 2 else exp(-half)
    while shape < degrees / 2:
        tail += half**shape * exp(-half) / gamma(shape + 1)
        shape += 1
    return tail
