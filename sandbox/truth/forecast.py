"""What sales could expect to book, as known on the day; simulations by their exact distribution."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np

from sandbox.truth.business import Business, Row
from sandbox.truth.calendar import last_moment, midnight, month_number, month_of, months_between
from sandbox.truth.calendar import next_month as after
from sandbox.truth.deals import fct_deals
from sandbox.truth.lives import OPEN_STAGES, Life, State, lives
from sandbox.truth.pipeline import PROBABILITY

PAST_MONTHS, MONTHS_AHEAD = 12, 3
DRAWS, NATS = 10_000, 12
CELLS = 2**16
QUANTILES = {"forecast_p10": 0.1, "forecast_p50": 0.5, "forecast_p90": 0.9}
Range = dict[str, float]


@dataclass(frozen=True)
class Known:
    """A deal as known on the day of a forecast; closed_at only where it was closed then."""

    life: Life
    state: State
    closed_at: datetime | None
    worth: float

    @property
    def is_won(self) -> bool:
        """Whether it was won then."""
        return self.state.stage == "won"


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
    chances = stage_chances(known)
    months = [month_of(day), after(month_of(day)), after(after(month_of(day)))]
    for pipeline in sorted({deal.state.pipeline for deal in known}):
        mine = [deal for deal in known if deal.state.pipeline == pipeline]
        booked = [bookings(mine, month) for month in months_between(date(day.year - 1, 1, 1), months[0])]
        began = month_of(min(deal.life.created_at for deal in mine))
        usual = booked[-2] if began < months[0] else None
        average = sum(booked[-4:-1]) / 3 if after(after(began)) < months[0] else None
        for ahead, month in enumerate(months):
            due = [deal for deal in mine if deal.closed_at is None and expected_in(deal, day) == month]
            odds = [(chances[deal.state.stage], deal.worth) for deal in due]
            sure = booked[-1] if ahead == 0 else 0.0
            target = target_of(business, pipeline, month)
            actual = actual_of(business, pipeline, month)
            for method, numbers in (
                ("stage_weighted", _certain(sure + sum(chance * worth for chance, worth in odds))),
                ("simulated", simulated(sure, odds, target)),
                ("last_month", _certain(usual)),
                ("average_3_months", _certain(average)),
            ):
                yield {"as_of_date": day, "period_month": month, "pipeline": pipeline, "method": method,
                       **numbers, "target": target, "actual": actual}  # fmt: skip


def known_deals(business: Business, day: date) -> list[Known]:
    """Every deal that stood on that day, with nothing of what came later."""
    moment, found = midnight(day), []
    for life in lives(business):
        state = life.at(moment)
        if state is None:
            continue
        closed_at = None if state.is_open else life.entry_at(moment).entered_at
        if closed_at is not None and not life.is_dated:
            closed_at = life.deal["closed_at"]
        rate = business.rates.on(life.deal["currency"], closed_at.date() if closed_at else day)
        amount = life.amount.told_by(moment) or Decimal(0)
        found.append(Known(life, state, closed_at, float(amount * rate)))
    return found


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


def expected_in(deal: Known, day: date) -> date:
    """The month in which a deal was expected to close that day; overdue or undated ones: the day's."""
    closes = deal.life.close_date.told_by(midnight(day))
    return month_of(day if closes is None else max(closes, day))


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


def simulated(sure: float, odds: list[tuple[float, float]], target: Decimal | None) -> Row:
    """Between which numbers the quantiles of so many draws must lie, by the exact distribution of their sum.

    Worths are rounded to cells, downward for the lower ends and upward for the upper ones.
    """
    cell = max(sum(worth for _, worth in odds) / CELLS, 0.01)
    below = distribution([(chance, int(worth // cell)) for chance, worth in odds])
    above = distribution([(chance, int(-(-worth // cell))) for chance, worth in odds])
    row: Row = {
        name: {
            "low": sure + cell * _quantile(below, share - _doubt(share)),
            "high": sure + cell * _quantile(above, share + _doubt(share)),
        }
        for name, share in QUANTILES.items()
    }
    if target is None:
        return {**row, "probability_of_target": None}
    missing = (float(target) - sure) / cell
    least, most = _share_from(below, missing + 1e-6), _share_from(above, missing - 1e-6)
    ends = {"low": max(least - _doubt(least), 0.0), "high": min(most + _doubt(most), 1.0)}
    return {**row, "probability_of_target": ends}


def _doubt(share: float) -> float:
    """How far the share of so many draws may lie from its probability, in all but 1 of e^12 cases.

    Bernstein's inequality, which holds for the rarest events, too.
    """
    rare = NATS / (3 * DRAWS)
    return rare + sqrt(rare * rare + 2 * share * (1 - share) * NATS / DRAWS)


def distribution(odds: list[tuple[float, int]]) -> np.ndarray:
    """The probability of each sum of independent deals that bring so many cells or nothing."""
    shares = np.zeros(sum(worth for _, worth in odds) + 1)
    shares[0] = 1.0
    for chance, worth in odds:
        moved = np.zeros_like(shares)
        moved[worth:] = shares[: len(shares) - worth]
        shares = (1 - chance) * shares + chance * moved
    return shares


def _quantile(shares: np.ndarray, share: float) -> int:
    """The smallest sum that is not exceeded with that probability."""
    return int(np.searchsorted(np.cumsum(shares), share - 1e-12))


def _share_from(shares: np.ndarray, least: float) -> float:
    """The probability of at least so much."""
    return float(shares[max(int(np.ceil(least)), 0) :].sum())


def months_ahead(row: Row) -> int:
    """How many months lie between a forecast and what it forecasts."""
    return month_number(row["period_month"]) - month_number(row["as_of_date"])
