"""Orders of customers who buy at a rate of their own until a chance of their own ends it.

Purchases follow the buy-till-you-die model of Fader, Hardie and Lee (2005, Marketing Science 24:275): the
rate a week ~ Gamma(r, alpha), gone after each repeat purchase with a chance ~ Beta(a, b). What a purchase is
worth follows Fader and Hardie (2013, note 25): Gamma(p, nu), nu ~ Gamma(q, gamma). Neither depends on the
other, nor on subscriptions.
"""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import DAY_SECONDS, NEVER, Ints, choose, decimals, dice, joined, pick, table, take
from sandbox.contacts import HOUR
from sandbox.currencies import CURRENCIES, local_cents
from sandbox.customers import Customers, buyers, customer_ids
from sandbox.people import SEGMENTS, Companies, People, Span
from sandbox.schemas import MONEY
from sandbox.subscriptions import Periods, first_paid

PURCHASE_RATE = (1.2, 8.0)  # r, alpha in weeks
DROP_OUT = (1.5, 4.0)  # a, b
SPEND = (4.0, 3.5, 562.5)  # p, q, gamma in dollars: 900 on average
PRODUCTS = ("Onboarding", "Training day", "Data migration", "Add-on: API pack", "ورشة تدريب")
ORDER_CHANNELS = (None, "direct", "referral")
ONBOARDED = 0.8  # of those who ever pay for a subscription
IN_TWO_PARTS, FOR_NOTHING, REFUNDED = 0.04, 0.015, 0.03
WEEK = 7 * DAY_SECONDS


@dataclass(frozen=True)
class Orders:
    """Orders, one position each; a refund is an order of its own."""

    customer: Ints
    at: Ints
    product: Ints
    cents: Ints  # in the customer's currency; negative: money back


def make_orders(span: Span, people: People, customers: Customers, periods: Periods) -> Orders:
    """Orders up to as_of in order of time."""
    rng = dice(span.seed, "orders")
    first_at, is_onboarding = _first_orders(rng, people, customers, periods)
    buyer = np.flatnonzero(first_at <= span.end)
    nth, at = purchases(rng, first_at[buyer], span.end)
    at = np.where(rng.random(len(at)) < 0.03, at // DAY_SECONDS * DAY_SECONDS, at)
    at = np.where((span.end - at < 4 * DAY_SECONDS) & (rng.random(len(at)) < 0.3), span.end, at)
    customer = buyer[nth]
    is_first = np.arange(len(at)) < len(buyer)
    product = np.where(is_first & is_onboarding[customer], 0, rng.integers(1, len(PRODUCTS), len(at)))
    cents = local_cents(dollar_cents(rng, nth, len(buyer)), customers.currency[customer])
    cents = np.where(rng.random(len(at)) < FOR_NOTHING, 0, cents)
    found = _with_refunds(rng, _in_parts(rng, Orders(customer, at, product, cents)))
    order = np.lexsort((found.customer, found.at))
    order = order[found.at[order] <= span.end]
    return Orders(*(getattr(found, field.name)[order] for field in fields(Orders)))


def orders_table(
    span: Span, people: People, companies: Companies, customers: Customers, orders: Orders
) -> pa.Table:
    """The orders as the shop exports them; some in dollars say no currency."""
    rng = dice(span.seed, "order details")
    customer, count = orders.customer, len(orders.at)
    currency = customers.currency[customer]
    return table("orders", {
        "order_id": pc.utf8_lpad(joined(np.arange(1, count + 1)), 8, "0"),
        "customer_id": take(customer_ids(customers, companies), customer),
        "ordered_at": orders.at,
        "amount": decimals(orders.cents, MONEY),
        "currency": pick(CURRENCIES, np.where((currency == 0) & (rng.random(count) < 0.05), -1, currency)),
        "company_id": take(companies.ids, customers.company[customer]),
        "email": take(buyers(rng, people, customers.person), customer),
        "product": pick(PRODUCTS, orders.product),
        "segment": pick(SEGMENTS, customers.segment[customer]),
        "channel": pick(ORDER_CHANNELS, choose(rng, [0.7, 0.2, 0.1], count)),
    })  # fmt: skip


def _first_orders(
    rng: np.random.Generator, people: People, customers: Customers, periods: Periods
) -> tuple[Ints, np.ndarray]:
    """Per customer the first order, NEVER for none, and whether it comes with a subscription's start."""
    count = customers.count
    paid_at = first_paid(periods, count)
    onboarded_at = np.where(rng.random(count) < ONBOARDED, paid_at, NEVER)
    known = customers.person >= 0
    arrived = np.where(known, people.arrived[np.where(known, customers.person, 0)], NEVER)
    alone_at = arrived + rng.integers(3 * DAY_SECONDS, 60 * DAY_SECONDS, count)
    only_orders = known & (customers.starts_at >= NEVER)
    return np.where(only_orders, alone_at, onboarded_at), ~only_orders


def purchases(rng: np.random.Generator, first_at: Ints, end: int) -> tuple[Ints, Ints]:
    """(buyer, moment) of every purchase, all first ones before the repeated ones."""
    r, alpha = PURCHASE_RATE
    a_second = rng.gamma(r, 1 / alpha, len(first_at)) / WEEK
    drops_out = rng.beta(*DROP_OUT, len(first_at))
    who, at = np.arange(len(first_at)), first_at
    found = [(who, at)]
    while len(who):
        at = at + (rng.exponential(1, len(who)) / a_second[who]).astype(np.int64)
        who, at = who[at <= end], at[at <= end]
        found.append((who, at))
        stays = rng.random(len(who)) >= drops_out[who]
        who, at = who[stays], at[stays]
    return np.concatenate([who for who, _ in found]), np.concatenate([at for _, at in found])


def dollar_cents(rng: np.random.Generator, who: Ints, buyers: int) -> Ints:
    """What each purchase is worth, around its buyer's own mean."""
    p, q, gamma = SPEND
    nu = rng.gamma(q, 1 / gamma, buyers)
    return np.rint(100 * rng.gamma(p, 1 / nu[who])).astype(np.int64)


def _in_parts(rng: np.random.Generator, orders: Orders) -> Orders:
    """Some purchases are two orders of a day, which together are worth what one would be."""
    day_ends = (orders.at // DAY_SECONDS + 1) * DAY_SECONDS - 1
    second_at = orders.at + rng.integers(60, 6 * HOUR, len(orders.at))
    parts = (rng.random(len(orders.at)) < IN_TWO_PARTS) & (orders.cents > 200_00) & (second_at <= day_ends)
    second = np.where(parts, orders.cents * 2 // 5, 0)
    return Orders(
        np.concatenate([orders.customer, orders.customer[parts]]),
        np.concatenate([orders.at, second_at[parts]]),
        np.concatenate([orders.product, orders.product[parts] % (len(PRODUCTS) - 1) + 1]),
        np.concatenate([orders.cents - second, second[parts]]),
    )


def _with_refunds(rng: np.random.Generator, orders: Orders) -> Orders:
    """Some money goes back days later, all of it or half."""
    back = np.flatnonzero((rng.random(len(orders.at)) < REFUNDED) & (orders.cents > 0))
    share = np.where(rng.random(len(back)) < 0.7, 1, 2)
    days = rng.integers(DAY_SECONDS, 15 * DAY_SECONDS, len(back))
    return Orders(
        np.concatenate([orders.customer, orders.customer[back]]),
        np.concatenate([orders.at, orders.at[back] + days]),
        np.concatenate([orders.product, orders.product[back]]),
        np.concatenate([orders.cents, -(orders.cents[back] // share)]),
    )
