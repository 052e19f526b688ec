"""What earlier months made of open deals and of new business, and what a month may so bring."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from math import sqrt

import numpy as np

from sandbox.truth.business import UNKNOWN, Business
from sandbox.truth.calendar import DAY, midnight, month_number, month_of
from sandbox.truth.known import Known, expected_in, known_deals

MOST_BACK, LATEST = 12, 3
STAYS = (90, 30, 0)  # days in the stage from which a deal belongs to a group
PRIOR = 3
SEED, DRAWS = 1, 20_000
Group = tuple[str | int, ...]


@dataclass(frozen=True)
class Look:
    """A day so many months before a forecast: its deals that were open, and those closed since."""

    back: int
    day: date
    open_deals: dict[str, Known]
    closed_since: list[Known]
    told: frozenset[str]

    def closed_in(self, ahead: int) -> Iterator[tuple[Known, Known | None]]:
        """Deals closed so many months after the day's, each beside what it was on the day if it was open."""
        for deal in self.closed_since:
            if deal.closed_at and month_number(month_of(deal.closed_at)) == month_number(self.day) + ahead:
                then = self.open_deals.get(deal.life.id)
                same = then is not None and then.state.pipeline == deal.state.pipeline
                yield deal, then if same else None


def looks(business: Business, day: date, known: list[Known]) -> list[Look]:
    """The same day of each of the twelve months before a forecast, or the month's last."""
    told = frozenset(row["deal_id"] for row in business["every_deal_stage_history"])
    closed = [deal for deal in known if deal.closed_at is not None]
    found = []
    for back in range(1, MOST_BACK + 1):
        months = month_number(day) - 1 - back
        year, month = months // 12, months % 12 + 1
        then = date(year, month, min(day.day, monthrange(year, month)[1]))
        still_open = {deal.life.id: deal for deal in known_deals(business, then) if deal.closed_at is None}
        found.append(Look(back, then, still_open, closed, told))
    return found


def group_of(deal: Known, day: date, ahead: int, told: frozenset[str]) -> Group:
    """Where the expected close date lies, how long the deal was in its stage, and the stage, as known."""
    moment = midnight(day)
    closes = deal.life.close_date.told_by(moment)
    if closes is None:
        due = "undated"
    elif closes < day:
        due = "overdue"
    else:
        due = "then" if month_number(closes) == month_number(day) + ahead else "another"
    stage, since = _stay(deal, moment, told)
    return due, next(days for days in STAYS if moment - since >= days * DAY), stage


def _stay(deal: Known, moment: datetime, told: frozenset[str]) -> tuple[str, datetime]:
    """The stage and since when it lasts; without a history nobody knows which it was."""
    entry = deal.life.entry_at(moment)
    if entry.entered_at > moment:
        return UNKNOWN, deal.life.created_at
    since = max(entry.entered_at, deal.life.created_at)
    return (entry.stage if deal.life.id in told else UNKNOWN), since


class Outlook:
    """A month so many months after a forecast's, for one pipeline."""

    def __init__(self, ahead: int, past: list[Look], sure: float, mine: list[Known], day: date) -> None:
        self.past = [look for look in past if look.back > ahead]
        self.ahead, self.sure, self.day, self.mine = ahead, sure, day, mine
        self.told = past[0].told
        self.open = [deal for deal in mine if deal.closed_at is None]
        self.seen, self.closed, self.won = Counter[Group](), Counter[Group](), Counter[Group]()
        for look in self.past:
            for deal in look.open_deals.values():
                self._count(self.seen, deal, look)
            for deal, then in look.closed_in(ahead):
                if then:
                    self._count(self.closed, then, look)
                    if deal.is_won:
                        self._count(self.won, then, look)

    def _count(self, counter: Counter[Group], deal: Known, look: Look) -> None:
        """Count a deal in its group and in all wider ones."""
        group = group_of(deal, look.day, self.ahead, self.told)
        for size in range(len(group) + 1):
            counter[group[:size]] += 1

    def weighted(self, rates: dict[str, float]) -> float:
        """What is sure, and each deal's worth by the chances that it closes in the month and is then won."""
        total = self.sure
        for deal in self.open:
            due = group_of(deal, self.day, self.ahead, self.told)[:1]
            is_due = month_number(expected_in(deal, self.day)) == month_number(self.day) + self.ahead
            share = self.closed[due] / self.seen[due] if self.seen[due] else float(is_due)
            total += rates[deal.state.stage] * share * deal.worth
        return total

    def draws(self, pipeline: str, began: datetime) -> np.ndarray | None:
        """Draws of what the month brings; None where no earlier month tells."""
        months = [look for look in self.past if midnight(look.day) >= began]
        if not months or (self.open and not self.seen[()]):
            return None
        rng = np.random.default_rng(SEED)
        luck = self._luck(rng)
        sums, picks = np.full(DRAWS, self.sure), self._new(months, pipeline, luck, rng)
        groups = [group_of(deal, self.day, self.ahead, self.told) for deal in self.open]
        for group in sorted(set(groups)):
            chance = luck * rng.beta(*self._beta(group), DRAWS)
            for deal in (deal for deal, its in zip(self.open, groups, strict=True) if its == group):
                is_won = rng.random(DRAWS) < chance
                picks += is_won & (deal.worth == 0)
                sums += np.where(is_won, deal.worth, 0.0)
        worths = [deal.worth for deal in self.mine if deal.is_won and self._is_recent(deal)]
        for nth in range(picks.max(initial=0) if worths else 0):
            sums += np.where(picks > nth, rng.choice(worths, DRAWS), 0.0)
        return sums

    def _beta(self, group: Group) -> tuple[float, float]:
        """The chance of a group: its own deals, and three more won as often as those of the wider group."""
        rate = (self.won[()] + 0.5) / (self.seen[()] + 1)
        for size in range(1, len(group)):
            rate = (self.won[group[:size]] + PRIOR * rate) / (self.seen[group[:size]] + PRIOR)
        won, seen = self.won[group], self.seen[group]
        return won + PRIOR * rate, seen - won + PRIOR * (1 - rate)

    def _luck(self, rng: np.random.Generator) -> np.ndarray:
        """By how much the whole month is better than others: as earlier ones were beyond mere chance."""
        months = []
        for look in self.past:
            wins = [then is not None for deal, then in look.closed_in(self.ahead) if deal.is_won]
            if look.open_deals:
                months.append((len(look.open_deals), sum(wins), len(wins) - sum(wins)))
        seen, won, new = (sum(column) for column in zip(*months, strict=True)) if months else (0, 0, 0)
        if len(months) < 2 or won + new == 0:
            return np.ones(DRAWS)
        expected = [count * won / seen + new / len(months) for count, _, _ in months]
        excess = sum(
            (before + later - usual) ** 2 * len(months) / (len(months) - 1) - usual
            for usual, (_, before, later) in zip(expected, months, strict=True)
        )
        relative = max(excess, 0.0) / sum(usual**2 for usual in expected)
        return np.clip(rng.normal(1, sqrt(relative), DRAWS), 0, None)

    def _new(
        self, months: list[Look], pipeline: str, luck: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """How many wins new business brings: as the latest months did, and one more as they all did."""
        wins = {
            look.back: sum(self._is_new(*pair, pipeline) for pair in look.closed_in(self.ahead))
            for look in months
        }
        latest = [count for back, count in wins.items() if back <= self.ahead + LATEST]
        shape = sum(latest) + sum(wins.values()) / len(wins)
        return rng.poisson(luck * rng.gamma(shape, 1 / (len(latest) + 1), DRAWS))

    @staticmethod
    def _is_new(deal: Known, then: Known | None, pipeline: str) -> bool:
        """Whether a deal was won in the pipeline that wasn't open in it on the day looked back on."""
        return deal.is_won and then is None and deal.state.pipeline == pipeline

    def _is_recent(self, deal: Known) -> bool:
        """Whether it closed in the day's month or the twelve before."""
        closed_at = deal.closed_at
        return closed_at is not None and month_number(closed_at) >= month_number(self.day) - MOST_BACK
