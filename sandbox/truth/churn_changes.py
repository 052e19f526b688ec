"""Who comes and who is lost, by each definition of churn."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from sandbox.truth.business import UNKNOWN, Business, Row, grouped
from sandbox.truth.calendar import MOMENT, last_month, month_of, months_between, next_month
from sandbox.truth.churn import (
    fct_mrr_movements,
    measured_at,
    mrr_by_currency,
    periods_of_customers,
    worth,
)
from sandbox.truth.core import dim_customers
from sandbox.truth.deals import customer_of
from sandbox.truth.likelihood import alive
from sandbox.truth.spells import subscription_spells
from sandbox.truth.value import WEEK, fitted_purchases

INACTIVE_AFTER = timedelta(days=90)
ALIVE_FLOOR = 0.5
KINDS: Mapping[str, str] = {"new": "gained", "reactivation": "returned", "churn": "lost"}


class Change(NamedTuple):
    """What happened to a customer in a month, by a definition."""

    definition: str
    customer: str
    month: date
    kind: str
    quantity: Decimal
    churn_type: str | None = None


@lru_cache(maxsize=1)
def slices(business: Business) -> dict[str, list[tuple[str, str]]]:
    """Each customer's segments by name."""
    return {
        row["customer"]: [
            ("all", "all"),
            ("segment", row["segment"] or UNKNOWN),
            ("plan", row["first_plan"] or UNKNOWN),
            ("acquisition_channel", row["acquisition_channel"] or UNKNOWN),
            ("country", row["country"] or UNKNOWN),
        ]
        for row in dim_customers(business)
    }


@lru_cache(maxsize=1)
def purchases(business: Business) -> dict[str, list[Row]]:
    """Each customer's orders in order of time, without refunds."""
    bought = sorted(
        (row for row in business["orders"] if row["amount"] >= 0), key=lambda row: row["ordered_at"]
    )
    return grouped(({**row, "customer": customer_of(row)} for row in bought), "customer")


def is_buyer(business: Business, customer: str, month: date) -> bool:
    """Whether a purchase of the customer is young enough at the month's end."""
    moment = measured_at(month, business.as_of)
    bought = purchases(business).get(customer, [])
    return any(row["ordered_at"] <= moment < row["ordered_at"] + INACTIVE_AFTER for row in bought)


def days_bought(business: Business, customer: str, month: date) -> list[date]:
    """The days on which the customer bought by the month's end."""
    moment = measured_at(month, business.as_of)
    bought = purchases(business).get(customer, [])
    return sorted({row["ordered_at"].date() for row in bought if row["ordered_at"] <= moment})


def is_probably_alive(business: Business, customer: str, month: date) -> bool:
    """Whether BG/NBD as fitted at as_of finds the customer alive at the month's end, more likely than not."""
    days = days_bought(business, customer, month)
    fitted = fitted_purchases(business, business.as_of.date())
    if not days or fitted.parameters is None:
        return False
    end = min(next_month(month), business.as_of.date())
    recency, age = ((day - days[0]).days / WEEK for day in (days[-1], end))
    return alive(fitted.parameters, (len(days) - 1, recency, age)) >= ALIVE_FLOOR


IS_HELD: Mapping[str, Callable[[Business, str, date], bool]] = {
    "inactivity": is_buyer,
    "inactivity_probability": is_probably_alive,
}


@lru_cache(maxsize=1)
def buying(business: Business) -> dict[str, dict[str, set[date]]]:
    """By definition of inactivity, the months at whose end each customer is still a buyer."""
    last = last_month(business.as_of)
    return {
        definition: {
            customer: {
                month
                for month in months_between(month_of(bought[0]["ordered_at"]), last)
                if is_held(business, customer, month)
            }
            for customer, bought in purchases(business).items()
        }
        for definition, is_held in IS_HELD.items()
    }


@lru_cache(maxsize=1)
def within_month(business: Business) -> dict[str, list[Row]]:
    """Each customer's spells that no month's end saw, with the revenue that ended with each."""
    periods_of = periods_of_customers(business)
    found = []
    for spell in subscription_spells(business):
        if spell["is_within_month"]:
            month = month_of(spell["ended_at"])
            last = [row for row in periods_of[spell["customer"]] if row["ended_at"] == spell["ended_at"]]
            ended = mrr_by_currency(last, spell["ended_at"] - MOMENT)
            money = worth(business, ended, measured_at(month, business.as_of).date())
            found.append({**spell, "month": month, "money": money})
    return grouped(found, "customer")


@lru_cache(maxsize=1)
def changes(business: Business) -> list[Change]:
    """Every change of every customer by every definition."""
    spells = within_month(business)
    found = []
    for row in fct_mrr_movements(business):
        customer, month, movement = row["customer"], row["period_month"], row["movement"]
        kind: str = KINDS.get(movement, movement)
        amount = row["amount_reporting"] if kind == "fx" else abs(row["amount_reporting"])
        found.append(Change("revenue", customer, month, kind, amount, row["churn_type"]))
        if movement in KINDS:
            for definition in ("logo", "same_month_excluded"):
                found.append(Change(definition, customer, month, kind, Decimal(1), row["churn_type"]))
            known = any(spell["spell_no"] == 1 for spell in spells.get(customer, []))
            kind = "returned" if known and kind == "gained" else kind
            found.append(Change("same_month_included", customer, month, kind, Decimal(1), row["churn_type"]))
    for customer, theirs in spells.items():
        for spell in theirs:
            came, month = "gained" if spell["spell_no"] == 1 else "returned", spell["month"]
            found.append(Change("same_month_included", customer, month, came, Decimal(1)))
            left = Change("same_month_included", customer, month, "lost", Decimal(1), spell["churn_type"])
            found.append(left)
    return [*found, *_buyers_changes(business)]


def _buyers_changes(business: Business) -> Iterator[Change]:
    for definition, customers in buying(business).items():
        for customer, held in customers.items():
            months = months_between(min(held), last_month(business.as_of)) if held else []
            states = [False, *(month in held for month in months)]
            for month, (before, after) in zip(months, pairwise(states), strict=True):
                if before != after:
                    kind = "lost" if before else "gained" if month == months[0] else "returned"
                    yield Change(definition, customer, month, kind, Decimal(1))
