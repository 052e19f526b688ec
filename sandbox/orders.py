"""One-off orders: onboarding at the start, then training and add-ons."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import DAY_SECONDS, NEVER, Ints, choose, decimals, dice, joined, pick, table, take
from sandbox.currencies import CURRENCIES, local_cents
from sandbox.customers import Customers, buyers, customer_ids
from sandbox.people import SEGMENTS, Companies, People, Span
from sandbox.schemas import MONEY
from sandbox.subscriptions import MONTH, Periods

PRODUCTS = ("Onboarding", "Training day", "Data migration", "Add-on: API pack", "ورشة تدريب")
PRODUCT_CENTS = np.array([150_000, 90_000, 240_000, 30_000, 60_000])
ORDER_CHANNELS = (None, "direct", "referral")
ORDERS_A_MONTH = 0.3
ONBOARDED = 0.7


def orders_table(
    span: Span, people: People, companies: Companies, customers: Customers, periods: Periods
) -> pa.Table:
    """Orders in order of time; a few at midnight, at as_of itself, or without a currency."""
    rng = dice(span.seed, "orders")
    customer, at, product = _order_times(rng, span, people, customers, periods)
    count, currency = len(at), customers.currency[customer]
    cents = local_cents(PRODUCT_CENTS[product] * rng.integers(1, 4, count), currency)
    cents += rng.integers(0, 100, count) * (rng.random(count) < 0.3)
    return table("orders", {
        "order_id": pc.utf8_lpad(joined(np.arange(1, count + 1)), 8, "0"),
        "customer_id": take(customer_ids(customers, companies), customer),
        "ordered_at": at,
        "amount": decimals(cents, MONEY),
        "currency": pick(CURRENCIES, np.where((currency == 0) & (rng.random(count) < 0.05), -1, currency)),
        "company_id": take(companies.ids, customers.company[customer]),
        "email": take(buyers(rng, people, customers.person), customer),
        "product": pick(PRODUCTS, product),
        "segment": pick(SEGMENTS, customers.segment[customer]),
        "channel": pick(ORDER_CHANNELS, choose(rng, [0.7, 0.2, 0.1], count)),
    })  # fmt: skip


def _order_times(
    rng: np.random.Generator, span: Span, people: People, customers: Customers, periods: Periods
) -> tuple[Ints, Ints, Ints]:
    """(customer, moment, product) of every order, in order of time."""
    starts, leaves = _active_time(span, people, customers, periods)
    onboarded = np.flatnonzero(
        (starts <= span.end) & ~customers.is_trial & (rng.random(len(starts)) < ONBOARDED)
    )
    months = np.maximum(leaves - starts, 0) / MONTH
    later = np.repeat(np.arange(customers.count), rng.poisson(months * ORDERS_A_MONTH))
    moments = starts[later] + (rng.random(len(later)) * (leaves - starts)[later]).astype(np.int64)
    customer, at = np.concatenate([onboarded, later]), np.concatenate([starts[onboarded], moments])
    at = np.where(rng.random(len(at)) < 0.03, at // DAY_SECONDS * DAY_SECONDS, at)
    at = np.where((span.end - at < 4 * DAY_SECONDS) & (rng.random(len(at)) < 0.3), span.end, at)
    product = np.where(np.arange(len(at)) < len(onboarded), 0, rng.integers(1, len(PRODUCTS), len(at)))
    order = np.lexsort((customer, at))
    return customer[order], at[order], product[order]


def _active_time(span: Span, people: People, customers: Customers, periods: Periods) -> tuple[Ints, Ints]:
    """From when to when each customer may order; without a subscription some months after the first visit."""
    leaves = np.zeros(customers.count, dtype=np.int64)
    np.maximum.at(leaves, periods.customer, np.minimum(periods.ends_at, span.end))
    arrived = np.where(customers.person >= 0, people.arrived[np.maximum(customers.person, 0)], span.end)
    starts = np.where(customers.starts_at < NEVER, customers.starts_at, arrived + 2 * MONTH)
    return starts, np.where(leaves > 0, leaves, np.minimum(starts + 4 * MONTH, span.end))
