"""Deals as they were known on a day, with nothing of what came later."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from sandbox.truth.business import Business
from sandbox.truth.calendar import midnight, month_of
from sandbox.truth.lives import Life, State, lives


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


@lru_cache(maxsize=64)
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


def expected_in(deal: Known, day: date) -> date:
    """The month in which a deal was expected to close that day; overdue or undated ones: the day's."""
    closes = deal.life.close_date.told_by(midnight(day))
    return month_of(day if closes is None else max(closes, day))
