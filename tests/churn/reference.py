"""Churn and survival by the words of the contract, one customer and one month after the other."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from tests.churn.calendar import Calendar, Rules, completed_months, first_of, later, month_number
from tests.churn.worlds import Customer, Period, World

INACTIVITIES = ("inactivity", "inactivity_probability")
# By a pair's first and the one that doesn't lose a customer: where that never held it, where it still does.
STANDING = {
    ("logo", "logo"): ("never_subscribed", "still_subscribes"),
    ("logo", "inactivity"): ("never_ordered", "still_orders"),
    ("inactivity", "inactivity"): ("never_recent", "still_recent"),
    ("inactivity", "inactivity_probability"): ("never_probably_alive", "still_probably_alive"),
}
NEVER = datetime(9999, 12, 31)  # noqa: DTZ001 (the warehouse's timestamps are naive UTC)


class Spell(NamedTuple):
    """A stretch of paid cover without a gap that counts, and the paid period that ended last."""

    began: datetime
    ended: datetime | None
    last: Period


class First(NamedTuple):
    """What a customer's first spell comes to."""

    start: date
    end: date
    is_churned: bool
    months: int


class Movement(NamedTuple):
    """How the revenue of a customer changed from one month's end to the next."""

    name: str
    amount: Fraction
    before: Fraction
    after: Fraction
    churn_type: str | None


class Change(NamedTuple):
    """What one definition counts of a customer in a month."""

    definition: str
    unit: str
    kind: str
    churn_type: str | None
    quantity: Fraction


@dataclass(frozen=True)
class Life:
    """What one customer did, by the definitions."""

    customer: Customer
    calendar: Calendar

    @cached_property
    def stretches(self) -> list[tuple[datetime, datetime]]:
        """Paid cover: where periods overlap or meet one stretch, in order of time."""
        found: list[tuple[datetime, datetime]] = []
        paid = (period for period in self.customer.periods if period.is_there and period.mrr > 0)
        for began, ended in sorted((period.began, period.ended or NEVER) for period in paid):
            if found and began <= found[-1][1]:
                found[-1] = found[-1][0], max(found[-1][1], ended)
            else:
                found.append((began, ended))
        return found

    @cached_property
    def closed(self) -> dict[datetime, datetime]:
        """The end of each gap that is too short to count, by its beginning."""
        longest = timedelta(days=self.calendar.rules.gap_days)
        pairs = zip(self.stretches, self.stretches[1:], strict=False)
        return {ended: began for (_, ended), (began, _) in pairs if began - ended <= longest}

    @cached_property
    def covered(self) -> list[tuple[Period, datetime | None]]:
        """Every period that is there, with the moment until which it covers."""
        return [
            (period, self.closed.get(period.ended, period.ended) if period.ended else None)
            for period in self.customer.periods if period.is_there
        ]  # fmt: skip

    @cached_property
    def spells(self) -> list[Spell]:
        found: list[list[datetime]] = []
        for began, ended in self.stretches:
            if found and self.closed.get(found[-1][1]) == began:
                found[-1][1] = ended
            else:
                found.append([began, ended])
        return [self._spell(began, None if ended == NEVER else ended) for began, ended in found]

    def _spell(self, began: datetime, ended: datetime | None) -> Spell:
        last = min(
            (period for period, _ in self.covered
             if period.mrr > 0 and period.ended == ended and period.began >= began),
            key=lambda period: (period.subscription, period.began),
        )  # fmt: skip
        return Spell(began, ended, last)

    def is_within_month(self, spell: Spell) -> bool:
        month = self.calendar.month
        return spell.ended is not None and month(spell.began) == month(spell.ended)

    def running(self, month: int) -> list[Period]:
        """The periods that cover the month's last moment."""
        of = self.calendar.month
        return [
            period for period, until in self.covered
            if of(period.began) <= month and (until is None or of(until) > month)
        ]  # fmt: skip

    def amounts(self, month: int) -> dict[str, int]:
        sums: dict[str, int] = defaultdict(int)
        for period in self.running(month):
            sums[period.currency] += period.mrr
        return sums

    @cached_property
    def mrr(self) -> dict[int, Fraction]:
        """What is paid a month at the end of each month in which anything is."""
        found = {month: self.calendar.worth(self.amounts(month), month) for month in self.calendar.months}
        return {month: mrr for month, mrr in found.items() if mrr > 0}

    def plan(self, month: int) -> str | None:
        """The plan of what costs most."""

        def size(period: Period) -> tuple[Fraction, str, bool, str]:
            amount = self.calendar.worth({period.currency: period.mrr}, month)
            return -amount, period.subscription, period.plan is None, period.plan or ""

        return min(self.running(month), key=size).plan

    def movements(self, month: int) -> Iterator[Movement]:
        before, after = (self.mrr.get(one, Fraction(0)) for one in (month - 1, month))
        fx = Fraction(0)
        if before and after:
            fx = self.calendar.worth(self.amounts(month - 1), month) - before
        rest = after - before - fx
        name = "expansion" if rest > 0 else "contraction"
        if before == 0:
            name = "new" if month == min(self.mrr, default=None) else "reactivation"
        if after == 0:
            name = "churn"
        ending = self.last_ending(month) if name == "churn" else None
        if rest:
            yield Movement(name, rest, before, after, ending and ending.last.churn_type)
        if fx:
            yield Movement("fx", fx, before, after, None)

    def last_ending(self, month: int) -> Spell | None:
        """The spell that was the last to end by the month's end."""
        ended = [
            spell for spell in self.spells
            if spell.ended and self.calendar.month(spell.ended) <= month
        ]  # fmt: skip
        return ended[-1] if ended else None

    def ended_with(self, spell: Spell, month: int) -> Fraction:
        """What was paid a month by the periods that end with a spell."""
        sums: dict[str, int] = defaultdict(int)
        for period, until in self.covered:
            if until == spell.ended:
                sums[period.currency] += period.mrr
        return self.calendar.worth(sums, month)

    @cached_property
    def within_month(self) -> dict[int, list[tuple[int, Spell]]]:
        """The spells that no month's end saw, with their number, by month."""
        found: dict[int, list[tuple[int, Spell]]] = defaultdict(list)
        for number, spell in enumerate(self.spells, 1):
            if self.is_within_month(spell):
                found[self.calendar.month(spell.began)].append((number, spell))
        return found

    @cached_property
    def recent(self) -> set[int]:
        """The months at whose last moment the latest purchase is recent enough."""
        days, of = timedelta(days=self.calendar.rules.inactive_days), self.calendar.month
        return {
            month for month in self.calendar.months
            for order in self.customer.orders
            if order.amount >= 0 and of(order.at) <= month
            and (of(order.at + days) > month or order.at + days > self.calendar.world.as_of)
        }  # fmt: skip

    @cached_property
    def purchases(self) -> dict[date, list[int]]:
        """Each day on which something was bought, in their order, and the amounts."""
        found: dict[date, list[int]] = defaultdict(list)
        for order in self.customer.orders:
            if order.amount >= 0:
                found[self.calendar.day(order.at)].append(order.amount)
        return dict(sorted(found.items()))

    def days_bought(self, month: int) -> list[date]:
        return [day for day in self.purchases if month_number(day) <= month]

    @cached_property
    def alive(self) -> set[int]:
        """The months at whose end, or as_of, the customer is likely alive."""
        found, as_of = set(), self.calendar.world.as_of.date()
        for month in self.calendar.months if self.calendar.world.parameters else ():
            if days := self.days_bought(month):
                ages = ((day - days[0]).days for day in (days[-1], min(first_of(month + 1), as_of)))
                if self.probability_alive(len(days) - 1, *ages) >= self.calendar.rules.alive_floor:
                    found.add(month)
        return found

    def probability_alive(self, x: int, recency_days: int, age_days: int) -> Fraction:
        """That BG/NBD thinks the customer hasn't left (Fader, Hardie and Lee 2005), whole numbers in all."""
        if x == 0:
            return Fraction(1)
        r, alpha, a, b = self.calendar.world.parameters.values()
        faded = Fraction(7 * alpha + age_days, 7 * alpha + recency_days) ** (r + x)
        return 1 / (1 + Fraction(a, b + x - 1) * faded)

    @cached_property
    def held(self) -> dict[str, Collection[int]]:
        """By definition, the months at whose end it holds the customer."""
        return {"logo": self.mrr, "inactivity": self.recent, "inactivity_probability": self.alive}

    def changes(self, month: int) -> Iterator[Change]:
        """What each definition counts in a month."""
        names = {"new": "gained", "reactivation": "returned", "churn": "lost"}
        started_unseen = bool(self.spells) and self.is_within_month(self.spells[0])
        for moved in self.movements(month):
            kind = names.get(moved.name, moved.name)
            quantity = moved.amount if kind == "fx" else abs(moved.amount)
            yield Change("revenue", "money", kind, moved.churn_type, quantity)
            if moved.name in names:
                for definition in ("logo", "same_month_excluded"):
                    yield Change(definition, "customers", kind, moved.churn_type, Fraction(1))
                known = "returned" if kind == "gained" and started_unseen else kind
                yield Change("same_month_included", "customers", known, moved.churn_type, Fraction(1))
        for number, spell in self.within_month.get(month, ()):
            came = "gained" if number == 1 else "returned"
            yield Change("same_month_included", "customers", came, None, Fraction(1))
            yield Change("same_month_included", "customers", "lost", spell.last.churn_type, Fraction(1))
        for definition in INACTIVITIES:
            held = self.held[definition]
            is_now, was = month in held, month - 1 in held
            if is_now != was:
                came = "gained" if month == min(held) else "returned"
                yield Change(definition, "customers", came if is_now else "lost", None, Fraction(1))

    def lost(self, month: int) -> dict[str, tuple[Fraction, Fraction]]:
        """By definition that counts customers: how often it is lost in a month, and the money that went."""
        found = {}
        changes = list(self.changes(month))
        ended = sum((one.quantity for one in changes if one[:3] == ("revenue", "money", "lost")), Fraction(0))
        unseen = sum(
            (self.ended_with(spell, month) for _, spell in self.within_month.get(month, ())), Fraction(0)
        )
        money = {
            "same_month_included": ended + unseen, **dict.fromkeys(INACTIVITIES, self.bought(month))
        }  # fmt: skip
        for change in changes:
            if change.kind == "lost" and change.unit == "customers":
                times, _ = found.get(change.definition, (Fraction(0), None))
                found[change.definition] = times + 1, money.get(change.definition, ended)
        return found

    def bought(self, month: int) -> Fraction:
        """A twelfth of what was spent in the year that the last purchase ended."""
        purchases = [
            order.at for order in self.customer.orders
            if order.amount >= 0 and self.calendar.month(order.at) <= month
        ]  # fmt: skip
        if not purchases:
            return Fraction(0)
        last = max(purchases)
        year = [order.amount for order in self.customer.orders if later(last, -12) < order.at <= last]
        return Fraction(sum(year), 12)

    def reason(self, pair: tuple[str, str], counts: Sequence[Fraction], month: int) -> str:
        """Why one definition loses the customer in a month and another doesn't."""
        if counts[0] == counts[1]:
            return "lost_by_both"
        if pair[1] == "same_month_included":
            return "within_month"
        other = pair[0] if counts[1] else pair[1]
        never, still = STANDING[pair[0], other]
        if month in self.held[other]:
            once = other == "inactivity_probability" and len(self.days_bought(month)) == 1
            return "one_purchase_only" if once else still
        return "lost_in_another_month" if any(one < month for one in self.held[other]) else never

    @cached_property
    def first(self) -> First | None:
        """The days of the first spell, whether it has ended, and the whole months between them."""
        if not self.spells:
            return None
        spell, day = self.spells[0], self.calendar.day
        start, end = day(spell.began), day(spell.ended) if spell.ended else self.calendar.today
        return First(start, end, spell.ended is not None, completed_months(start, end))


def segments(customer: Customer) -> Iterator[tuple[str, str]]:
    """Every split and the customer's value of it."""
    yield "all", "all"
    for name, value in customer.traits.items():
        yield name, value or "unknown"


def lives(world: World, rules: Rules) -> list[Life]:
    calendar = Calendar(world, rules)
    return [Life(customer, calendar) for customer in world.customers]
