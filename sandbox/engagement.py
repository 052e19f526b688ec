"""How well the product serves each customer, which nobody records, and the logins in which it shows."""

import numpy as np
import pyarrow as pa

from sandbox.columns import DAY_SECONDS, Floats, Ints, dice, joined, only, scrambled, table, take
from sandbox.contacts import Contacts
from sandbox.customers import Customers
from sandbox.people import People, Span, spelled
from sandbox.subscriptions import FIRST_ADDON, Periods

LOGINS_A_WEEK = 0.7
LOGINS_BY_HEALTH = 0.6  # log of the rate, a standard deviation of health
FADES_BEFORE = 60 * DAY_SECONDS
LEAST_LEFT = 0.1
KNOWN_BY_ADDRESS = 0.6  # else by the CRM's contact


def make_health(span: Span, customers: Customers) -> Floats:
    """Every customer's health in standard deviations, high where the product serves them well."""
    return dice(span.seed, "health").normal(size=customers.count)


def left_of(at: Ints, leaves_at: Ints) -> Floats:
    """What is left of the usual engagement: it fades in the two months before who means to leave does."""
    return np.clip((leaves_at - at) / FADES_BEFORE, LEAST_LEFT, 1.0)


def moments_within(
    rng: np.random.Generator, a_week: Floats, starts_at: Ints, ends_at: Ints
) -> tuple[Ints, Ints]:
    """(stretch, moment) at that rate, evenly over each stretch."""
    length = np.maximum(ends_at - starts_at, 0)
    row = np.repeat(np.arange(len(length)), rng.poisson(a_week * length / (7 * DAY_SECONDS)))
    return row, starts_at[row] + (rng.random(len(row)) * length[row]).astype(np.int64)


def logins_table(
    span: Span, people: People, contacts: Contacts, customers: Customers, periods: Periods, health: Floats
) -> pa.Table:
    """Logins of buyers while they pay, up to as_of in order of time."""
    rng = dice(span.seed, "logins")
    paid = np.flatnonzero(
        (periods.cents > 0) & ~periods.is_trial & (periods.sequence < FIRST_ADDON)
        & (customers.person[periods.customer] >= 0)
    )  # fmt: skip
    a_week = LOGINS_A_WEEK * np.exp(LOGINS_BY_HEALTH * health[periods.customer[paid]])
    row, at = moments_within(
        rng, a_week, periods.starts_at[paid], np.minimum(periods.ends_at[paid], span.end)
    )
    stays = rng.random(len(row)) < left_of(at, periods.leaves_at[paid][row])
    at, person = at[stays], customers.person[periods.customer[paid]][row[stays]]
    order = np.lexsort((person, at))
    at, person = at[order], person[order]
    contact = np.where(rng.random(len(at)) < KNOWN_BY_ADDRESS, -1, contacts.of_person[person])
    return table("funnel_events", {
        "event_id": joined(pa.scalar("login"), scrambled(np.arange(len(at)))),
        "occurred_at": at,
        "event_name": pa.repeat("login", len(at)),
        "email": only(take(spelled(rng, people.emails), person), contact < 0),
        "contact_id": take(contacts.ids, contact),
    })  # fmt: skip
