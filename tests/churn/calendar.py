"""Days and months of a reporting zone, and what money is worth in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from tests.churn.worlds import World


@dataclass(frozen=True)
class Rules:
    """The vars, as the project ships them unless told."""

    gap_days: int = 0
    inactive_days: int = 90
    alive_floor: Fraction = Fraction(1, 2)
    zone: str = "UTC"
    horizon: int = 12

    @property
    def variables(self) -> dict[str, object]:
        """The rules as dbt is given them."""
        return {
            "subscription_gap_days": self.gap_days, "inactivity_churn_days": self.inactive_days,
            "alive_probability_floor": float(self.alive_floor),
            "reporting_time_zone": self.zone, "restricted_mean_months": self.horizon,
        }  # fmt: skip


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def later(moment: datetime, months: int) -> datetime:
    """The same time some months on; where that month is shorter, on its last day."""
    first = first_of(month_number(moment.date()) + months)
    last = first_of(month_number(first) + 1) - timedelta(days=1)
    return moment.replace(year=first.year, month=first.month, day=min(moment.day, last.day))


def completed_months(start: date, end: date) -> int:
    """How many whole months lie between two days, none where they are reversed."""
    count = 0
    while later(datetime.combine(start, time()), count + 1).date() <= end:
        count += 1
    return count


@dataclass(frozen=True)
class Calendar:
    """Days and months of a zone up to a moment."""

    world: World
    rules: Rules

    def day(self, moment: datetime, is_moment: bool = False) -> date:
        """The day in the zone; midnight UTC is a mere date unless it is said to be a moment."""
        if moment.time() == time() and not is_moment:
            return moment.date()
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.rules.zone)).date()

    def month(self, moment: datetime) -> int:
        return month_number(self.day(moment))

    @cached_property
    def today(self) -> date:
        return self.day(self.world.as_of, is_moment=True)

    @cached_property
    def months(self) -> range:
        """From the month of the first customer to the one in which the last moment before as_of lies."""
        firsts = [
            *(self.month(period.began) for one in self.world.customers for period in one.periods
              if period.mrr != 0),
            *(self.month(order.at) for one in self.world.customers for order in one.orders),
        ]  # fmt: skip
        return range(min(firsts), self.month(self.world.as_of - timedelta(microseconds=1)) + 1)

    def is_complete(self, month: int) -> bool:
        return first_of(month + 1) <= self.today

    def rate_day(self, month: int) -> date:
        """The day whose rates a month has: its last, of a running one today."""
        return first_of(month + 1) - timedelta(days=1) if self.is_complete(month) else self.today

    def worth(self, amounts: Mapping[str, int], month: int) -> Fraction:
        """Amounts by currency in dollars at the month's rates."""
        rate = [rate for since, rate in self.world.rates if since <= self.rate_day(month)][-1]
        return sum(
            (Fraction(amount) * (Fraction(rate) if currency == "EUR" else 1)
             for currency, amount in amounts.items()),
            Fraction(0),
        )  # fmt: skip
