"""What sales could expect to book, as known on the day; simulations by draws of our own."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import ceil, sqrt
from typing import Any

import numpy as np

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import last_moment, midnight, month_number, month_of, months_between
from sandbox.truth.calendar import next_month as after
from sandbox.truth.deals import fct_deals
from sandbox.truth.known import Known, known_deals
from sandbox.truth.lives import OPEN_STAGES, lives
from sandbox.truth.outlook import Outlook, looks
from sandbox.truth.pipeline import PROBABILITY

PAST_MONTHS, MONTHS_AHEAD = 12, 3
DRAWS, NATS = 10_000, 12
CENT = 0.01
QUANTILES = {"forecast_p10": 0.1, "forecast_p50": 0.5, "forecast_p90": 0.9}
Range = dict[str, float]


def exactly(value: Any) -> Range:
    """A number that can be nothing else."""
    return {"low": float(value), "high": float(value)}


@lru_cache(maxsize=1)
def fct_sales_forecast(business: Business) -> list[Row]:
    """One row per day of forecast, month forecast, pipeline and method."""
    return [row for day in forecast_days(business) for row in _forecasts_of_day(business, day)]


def forecast_days(business: Business) -> list[date]:
    """The run's day and the firsts of the twelve months before it, once there was a deal."""
    today = business.as_of.date()
    firsts = months_between(date(today.year - 2, 1, 1), today)
    days = [*[day for day in firsts if day < today][-PAST_MONTHS:], today]
    began = min((life.created_at for life in lives(business)), default=None)
    return [day for day in days if began is not None and midnight(day) > began]


def _forecasts_of_day(business: Business, day: date) -> Iterator[Row]:
    """All forecasts that were made on a day."""
    known = known_deals(business, day)
    rates, past = stage_chances(known), looks(business, day, known)
    months = [month_of(day), after(month_of(day)), after(after(month_of(day)))]
    for pipeline in sorted({deal.state.pipeline for deal in known}):
        mine = [deal for deal in known if deal.state.pipeline == pipeline]
        booked = [bookings(mine, month) for month in months_between(date(day.year - 1, 1, 1), months[0])]
        began = min(deal.life.created_at for deal in mine)
        usual = booked[-2] if month_of(began) < months[0] else None
        average = sum(booked[-4:-1]) / 3 if after(after(month_of(began))) < months[0] else None
        for ahead, month in enumerate(months):
            outlook = Outlook(ahead, past, booked[-1] if ahead == 0 else 0.0, mine, day)
            target = target_of(business, pipeline, month)
            actual = actual_of(business, pipeline, month)
            for method, numbers in (
                ("stage_weighted", _certain(outlook.weighted(rates))),
                ("simulated", simulated(outlook.draws(pipeline, began), target)),
                ("last_month", _certain(usual)),
                ("average_3_months", _certain(average)),
            ):
                yield {"as_of_date": day, "period_month": month, "pipeline": pipeline, "method": method,
                       **numbers, "target": target, "actual": actual}  # fmt: skip


def stage_chances(known: list[Known]) -> dict[str, float]:
    """Of the deals closed so far that had been in a stage, the share won; without any what the CRM says."""
    chances = {}
    for stage in OPEN_STAGES:
        closed = [
            deal.is_won
            for deal in known
            if deal.closed_at is not None
            and any(e.stage == stage and e.entered_at <= deal.closed_at for e in deal.life.entries)
        ]
        chances[stage] = sum(closed) / len(closed) if closed else float(PROBABILITY[stage])
    return chances


def bookings(known: list[Known], month: date) -> float:
    """What deals won in a month were worth."""
    closed = [(deal.closed_at, deal.worth) for deal in known if deal.is_won]
    return sum((worth for moment, worth in closed if moment and month_of(moment) == month), 0.0)


def target_of(business: Business, pipeline: str, month: date) -> Decimal | None:
    """The revenue that the whole team was to book in a pipeline and month."""
    for row in business["stage_targets"]:
        key = (row["metric"], row["funnel_or_pipeline"], row["period_month"], row["owner"] or "")
        if key == ("revenue", pipeline, month, ""):
            return row["target"]
    return None


def actual_of(business: Business, pipeline: str, month: date) -> Decimal | None:
    """What was booked in a month that is over."""
    if last_moment(month) >= business.as_of:
        return None
    won = [deal for deal in fct_deals(business) if deal["is_won"] and deal["pipeline"] == pipeline]
    worth = [deal["amount_reporting"] for deal in won if month_of(deal["closed_at"]) == month]
    return sum((amount or Decimal(0) for amount in worth), Decimal(0))


def _certain(value: float | None) -> Row:
    """A forecast without a distribution; NULL where a pipeline is too young to look back so far."""
    middle = None if value is None else exactly(value)
    return {"forecast_p10": None, "forecast_p50": middle, "forecast_p90": None,
            "probability_of_target": None}  # fmt: skip


def simulated(draws: np.ndarray | None, target: Decimal | None) -> Row:
    """Between which numbers the quantiles of so many draws must lie, by as many draws of our own and more."""
    if draws is None:
        return {**dict.fromkeys(QUANTILES), "probability_of_target": None}
    ordered = np.sort(draws)
    row: Row = {name: _between(ordered, share) for name, share in QUANTILES.items()}
    if target is None:
        return {**row, "probability_of_target": None}
    least, most = (float((ordered >= float(target) + by).mean()) for by in (CENT, -CENT))
    ends = {
        "low": max(least - _doubts(least, len(draws)), 0.0),
        "high": min(most + _doubts(most, len(draws)), 1.0),
    }
    return {**row, "probability_of_target": ends}


def _between(ordered: np.ndarray, share: float) -> Range:
    """Where the quantile of other draws must lie, give or take a cent; nothing is nothing."""
    doubt = _doubts(share, len(ordered))
    low, high = _quantile(ordered, share - doubt), _quantile(ordered, share + doubt)
    return {"low": low and low - CENT, "high": high and high + CENT}


def _doubts(share: float, draws: int) -> float:
    """How far the shares of both sets of draws may lie apart."""
    return _doubt(share, DRAWS) + _doubt(share, draws)


def _doubt(share: float, draws: int) -> float:
    """How far the share of so many draws may lie from its probability, in all but 1 of e^12 cases.

    Bernstein's inequality, which holds for the rarest events, too.
    """
    rare = NATS / (3 * draws)
    return rare + sqrt(rare * rare + 2 * share * (1 - share) * NATS / draws)


def _quantile(ordered: np.ndarray, share: float) -> float:
    """The smallest draw that is not exceeded with that share."""
    return float(ordered[min(max(ceil(share * len(ordered) - 1e-9), 1), len(ordered)) - 1])


def months_ahead(row: Row) -> int:
    """How many months lie between a forecast and what it forecasts."""
    return month_number(row["period_month"]) - month_number(row["as_of_date"])
