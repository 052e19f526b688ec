"""Who comes and who is lost, by each definition of churn."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from sandbox.truth.business import UNKNOWN, Business, Row, grouped
from sandbox.truth.calendar import MOMENT, last_month, month_of, months_between
from sandbox.truth.churn import (
    fct_mrr_movements,
    measured_at,
    mrr_by_currency,
    periods_of_customers,
    worth,
)
from sandbox.truth.core import dim_customers
from sandbox.truth.deals import customer_of
from sandbox.truth.spells import subscription_spells

INACTIVE_AFTER = timedelta(days=90)
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
    for customer, bought in purchases(business).items():
        months = months_between(month_of(bought[0]["ordered_at"]), last_month(business.as_of))
        states = [False, *(is_buyer(business, customer, month) for month in months)]
        for month, (before, after) in zip(months, pairwise(states), strict=True):
            if before != after:
                first = not any(states[: months.index(month) + 1])
                kind = "lost" if before else "gained" if first else "returned"
                yield Change("inactivity", customer, month, kind, Decimal(1))
