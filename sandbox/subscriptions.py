"""Customers: subscriptions with trials, upgrades, downgrades, churn and return; one-off orders; later deals."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import (
    DAY_SECONDS,
    NEVER,
    Flags,
    Ints,
    choose,
    decimals,
    dice,
    joined,
    month_start,
    pick,
    scrambled,
    table,
    take,
)
from sandbox.contacts import Contacts
from sandbox.currencies import CURRENCIES, billed_in, local_cents
from sandbox.deals import EXPANSION, RENEWAL, Deals, open_deals
from sandbox.people import LEAD, MQL, SEGMENTS, SUBSCRIBER, Companies, People, Span, spelled
from sandbox.schemas import MONEY

PLANS = ("starter", "team", "business", "enterprise", "addon_analytics")
STARTER, TEAM, BUSINESS, ENTERPRISE, ADDON = range(5)
PRICES = np.array([4_900, 2_900, 79_900, 349_900, 19_900])  # dollar cents a month; team: a seat
MONTH = 30 * DAY_SECONDS
MONTHS_BETWEEN_CHANGES = 7.0
UPGRADE, DOWNGRADE, CHURN = range(3)
CHANGE_WEIGHTS = (0.44, 0.2, 0.36)
RETURN_SHARE = 0.3
TRIAL = 14 * DAY_SECONDS
TRIAL_CONVERTS = 0.65
MOST_CHANGES = 8
CANCEL_REASONS = ("too expensive", "missing feature", "went out of business", "payment failed", "انتقال إلى منافس")
PAYMENT_FAILED = 3
PRODUCTS = ("Onboarding", "Training day", "Data migration", "Add-on: API pack", "ورشة تدريب")
PRODUCT_CENTS = np.array([150_000, 90_000, 240_000, 30_000, 60_000])
ORDER_CHANNELS = (None, "direct", "referral")


@dataclass(frozen=True)
class Customers:
    """Who buys: one position a company, or a person without one."""

    company: Ints  # −1: a person
    person: Ints  # the buyer, −1: unknown
    starts_at: Ints  # NEVER: orders only
    plan: Ints
    is_trial: Flags
    currency: Ints
    segment: Ints  # −1: unknown

    @property
    def count(self) -> int:
        """How many customers."""
        return len(self.company)


@dataclass(frozen=True)
class Periods:
    """Stretches of constant plan and price; sequence tells a customer's subscriptions apart."""

    customer: Ints
    sequence: Ints
    starts_at: Ints
    ends_at: Ints  # NEVER: runs on
    plan: Ints
    cents: Ints  # monthly, a seat for team, in dollars
    seats: Ints  # −1: not by seat
    is_trial: Flags
    reason: Ints  # −1: none


def make_customers(
    span: Span, people: People, companies: Companies, contacts: Contacts, deals: Deals
) -> Customers:
    """Winners of deals, companies that serve themselves, and a few persons who only order."""
    rng = dice(span.seed, "customers")
    company, person, starts_at = _winners(rng, people, contacts, deals)
    alone = _self_served(rng, people, contacts, deals)
    loose = np.flatnonzero((people.depth >= SUBSCRIBER) & (people.depth < MQL) & (people.company < 0))
    loose = loose[rng.random(len(loose)) < 0.06]
    bought = contacts.created_at[contacts.of_person[alone]] + rng.integers(DAY_SECONDS, 20 * DAY_SECONDS, len(alone))
    company = np.concatenate([company, people.company[alone], np.full(len(loose), -1)])
    person = np.concatenate([person, alone, loose])
    starts_at = np.concatenate([starts_at, bought, np.full(len(loose), NEVER)])
    is_self_served = np.arange(len(person)) >= len(person) - len(alone) - len(loose)
    segment = np.where(company >= 0, companies.segment[company], -1)
    by_segment = np.array([TEAM, BUSINESS, ENTERPRISE, STARTER])[segment]
    cheaper = np.where(rng.random(len(person)) < 0.3, np.maximum(by_segment - 1, STARTER), by_segment)
    country = np.where(company >= 0, companies.country[company], people.country[np.maximum(person, 0)])
    return Customers(
        company=company,
        person=person,
        starts_at=starts_at,
        plan=np.where(is_self_served, np.minimum(cheaper, TEAM), cheaper),
        is_trial=is_self_served & (rng.random(len(person)) < 0.8),
        currency=billed_in(rng, country),
        segment=segment,
    )


def _winners(rng: np.random.Generator, people: People, contacts: Contacts, deals: Deals) -> tuple[Ints, Ints, Ints]:
    """Company, buyer and first start of everybody who won a deal: within days, some on the first of a month."""
    won_at = deals.won_at()
    rows = np.flatnonzero(won_at < NEVER)
    rows = rows[np.argsort(won_at[rows], kind="stable")]
    buyer = np.where(deals.contact[rows] >= 0, contacts.person[deals.contact[rows]], -1)
    key = np.where(deals.company[rows] >= 0, deals.company[rows], -1 - buyer)
    _, first = np.unique(key, return_index=True)
    starts_at = won_at[rows][first] + rng.integers(0, 10 * DAY_SECONDS, len(first))
    on_first = rng.random(len(first)) < 0.3
    starts_at = np.where(on_first, month_start(starts_at, 1), starts_at)
    return deals.company[rows][first], buyer[first], starts_at


def _self_served(rng: np.random.Generator, people: People, contacts: Contacts, deals: Deals) -> Ints:
    """People whose company buys without sales: leads that went no further, one a company without deals."""
    person = contacts.person[(people.depth[contacts.person] >= LEAD) & (people.depth[contacts.person] <= MQL)]
    person = person[(people.company[person] >= 0) & ~np.isin(people.company[person], deals.company)]
    person = person[rng.random(len(person)) < 0.4]
    _, first = np.unique(people.company[person], return_index=True)
    return person[np.sort(first)]


def make_periods(span: Span, customers: Customers) -> Periods:
    """Each customer's stretches, changed a few times a year, most changes on the first of a month."""
    rng = dice(span.seed, "subscriptions")
    here = np.flatnonzero(customers.starts_at <= span.end)
    rows: list[tuple[np.ndarray, ...]] = []
    customer, starts_at, plan = here, customers.starts_at[here], customers.plan[here]
    is_trial, sequence = customers.is_trial[here], np.zeros(len(here), dtype=np.int64)
    extra = here[rng.random(len(here)) < 0.1]
    customer = np.concatenate([customer, extra])
    starts_at = np.concatenate([starts_at, customers.starts_at[extra] + rng.integers(MONTH, 6 * MONTH, len(extra))])
    plan = np.concatenate([plan, np.full(len(extra), ADDON)])
    is_trial = np.concatenate([is_trial, np.zeros(len(extra), dtype=bool)])
    sequence = np.concatenate([sequence, np.full(len(extra), 50)])
    seats = np.where(plan == TEAM, rng.integers(3, 40, len(plan)), -1)
    scale = rng.lognormal(0, 0.15, len(plan))
    for _ in range(MOST_CHANGES):
        ends_at, change = _next_change(rng, starts_at, is_trial, plan, seats)
        ends = ends_at <= span.end
        reason = choose(rng, [0.34, 0.24, 0.1, 0.22, 0.1], len(plan))
        gone = change == CHURN
        rows.append((customer, sequence, starts_at, np.where(ends, ends_at, NEVER), plan,
                     (PRICES[plan] * scale).astype(np.int64), seats, is_trial, np.where(gone & ends, reason, -1)))
        comes_back = gone & ~is_trial & (rng.random(len(plan)) < RETURN_SHARE)
        pause = rng.integers(20 * DAY_SECONDS, 150 * DAY_SECONDS, len(plan))
        starts_at = ends_at + np.where(comes_back, pause, 0)
        sequence = sequence + comes_back
        scale = np.where(is_trial | gone, scale, scale * np.where(change == UPGRADE, 1.08, 0.95))
        plan, seats = _changed(rng, plan, seats, np.where(is_trial | gone, -1, change))
        is_trial = np.zeros(len(plan), dtype=bool)
        on = np.flatnonzero((~gone | comes_back) & (starts_at <= span.end))
        customer, sequence, starts_at, plan, seats, is_trial, scale = (
            part[on] for part in (customer, sequence, starts_at, plan, seats, is_trial, scale)
        )
    return Periods(*(np.concatenate(parts) for parts in zip(*rows, strict=True)))


def _next_change(
    rng: np.random.Generator, starts_at: Ints, is_trial: Flags, plan: Ints, seats: Ints
) -> tuple[Ints, Ints]:
    """When each stretch ends and why; trials last two weeks and convert or end."""
    count = len(starts_at)
    wait = rng.exponential(MONTHS_BETWEEN_CHANGES * MONTH, count).astype(np.int64) + 3 * DAY_SECONDS
    ends_at = starts_at + wait
    on_first = rng.random(count) < 0.7
    ends_at = np.where(on_first, month_start(ends_at, 1), ends_at)
    change = choose(rng, CHANGE_WEIGHTS, count)
    smallest = (plan == STARTER) | (plan == ADDON) | ((plan == TEAM) & (seats <= 3))
    change = np.where((change == DOWNGRADE) & smallest, CHURN, change)
    converts = np.where(rng.random(count) < TRIAL_CONVERTS, UPGRADE, CHURN)
    return np.where(is_trial, starts_at + TRIAL, ends_at), np.where(is_trial, converts, change)


def _changed(rng: np.random.Generator, plan: Ints, seats: Ints, change: Ints) -> tuple[Ints, Ints]:
    """Plan and seats after a change: teams mostly change seats, others the plan."""
    by_seat = (plan == TEAM) & (rng.random(len(plan)) < 0.75)
    grown = np.where(change == UPGRADE, seats * 3 // 2 + 1, np.maximum(seats * 3 // 5, 1))
    step = np.select([change == UPGRADE, change == DOWNGRADE], [1, -1], 0)
    stays = by_seat | (plan == ADDON) | (change < 0)
    moved = np.where(stays, plan, np.clip(plan + step, STARTER, ENTERPRISE))
    new_seats = np.where(moved == TEAM, np.where(plan == TEAM, seats, rng.integers(5, 30, len(plan))), -1)
    return moved, np.where(by_seat & (change >= 0), grown, new_seats)


def customer_ids(customers: Customers, companies: Companies) -> pa.Array:
    """The CRM's company id, or P and the person's number."""
    persons = joined(pa.scalar("P"), pc.utf8_lpad(joined(customers.person + 1), 7, "0"))
    return pc.coalesce(take(companies.ids, customers.company), persons)


def _buyers(rng: np.random.Generator, people: People, person: Ints) -> pa.Array:
    """The address a buyer typed."""
    return take(spelled(rng, people.emails), person)


def periods_table(
    span: Span, people: People, companies: Companies, customers: Customers, periods: Periods
) -> pa.Table:
    """Subscription periods as billing exports them."""
    rng = dice(span.seed, "subscription details")
    order = np.lexsort((periods.sequence, periods.customer, periods.starts_at))
    customer, count = periods.customer[order], len(order)
    currency = np.where(periods.sequence[order] >= 50, 0, customers.currency[customer])
    cents = local_cents(periods.cents[order], currency)
    discounted = (scrambled(customer) % 8 == 0) & (periods.plan[order] >= BUSINESS)
    reason = periods.reason[order]
    ids = customer_ids(customers, companies)
    email = _buyers(rng, people, customers.person)
    trial = periods.is_trial[order]
    free = trial & (rng.random(count) < 0.5)
    churn_type = np.where(reason < 0, -1, np.where(reason == PAYMENT_FAILED, 1, 0))
    return table("subscription_periods", {
        "subscription_id": joined(pa.scalar("sub_"), scrambled(customer * 100 + periods.sequence[order])),
        "customer_id": take(ids, customer),
        "started_at": periods.starts_at[order],
        "monthly_amount": decimals(np.where(free, 0, cents), MONEY),
        "ended_at": periods.ends_at[order],
        "currency": pick(CURRENCIES, currency),
        "company_id": take(companies.ids, customers.company[customer]),
        "email": take(email, customer),
        "plan": pick(PLANS, periods.plan[order]),
        "segment": pick(SEGMENTS, customers.segment[customer]),
        "interval_months": np.where(scrambled(customer) % 3 == 0, 12, 1),
        "quantity": pa.array(periods.seats[order], mask=periods.seats[order] < 0),
        "discount_amount": decimals(cents // 1000 * 100, MONEY, ~discounted),
        "is_trial": trial,
        "cancel_reason": pick(CANCEL_REASONS, reason),
        "churn_type": pick(("voluntary", "involuntary"), churn_type),
    })  # fmt: skip


def orders_table(
    span: Span, people: People, companies: Companies, customers: Customers, periods: Periods
) -> pa.Table:
    """One-off orders: onboarding at the start, then training and add-ons while somebody is a customer."""
    rng = dice(span.seed, "orders")
    leaves = np.zeros(customers.count, dtype=np.int64)
    np.maximum.at(leaves, periods.customer, np.minimum(periods.ends_at, span.end))
    starts = customers.starts_at
    first_seen = np.where(customers.person >= 0, people.arrived[np.maximum(customers.person, 0)], span.end)
    starts = np.where(starts < NEVER, starts, first_seen + 60 * DAY_SECONDS)
    leaves = np.where(leaves > 0, leaves, np.minimum(starts + 4 * MONTH, span.end))
    months = np.maximum(leaves - starts, 0) / MONTH
    onboarded = np.flatnonzero((starts <= span.end) & ~customers.is_trial & (rng.random(len(starts)) < 0.7))
    later = np.repeat(np.arange(customers.count), rng.poisson(months * 0.3))
    customer = np.concatenate([onboarded, later])
    at = np.concatenate([
        starts[onboarded], starts[later] + (rng.random(len(later)) * (leaves - starts)[later]).astype(np.int64),
    ])  # fmt: skip
    at = np.where(rng.random(len(at)) < 0.03, at // DAY_SECONDS * DAY_SECONDS, at)
    at = np.where((span.end - at < 4 * DAY_SECONDS) & (rng.random(len(at)) < 0.3), span.end, at)
    order = np.lexsort((customer, at))
    customer, at, product = customer[order], at[order], _products(rng, len(onboarded), len(at))[order]
    cents = local_cents(PRODUCT_CENTS[product] * rng.integers(1, 4, len(at)), customers.currency[customer])
    cents += rng.integers(0, 100, len(at)) * (rng.random(len(at)) < 0.3)
    email = _buyers(rng, people, customers.person)
    return table("orders", {
        "order_id": pc.utf8_lpad(joined(np.arange(1, len(at) + 1)), 8, "0"),
        "customer_id": take(customer_ids(customers, companies), customer),
        "ordered_at": at,
        "amount": decimals(cents, MONEY),
        "currency": pick(CURRENCIES, np.where(rng.random(len(at)) < 0.03, -1, customers.currency[customer])),
        "company_id": take(companies.ids, customers.company[customer]),
        "email": take(email, customer),
        "product": pick(PRODUCTS, product),
        "segment": pick(SEGMENTS, customers.segment[customer]),
        "channel": pick(ORDER_CHANNELS, choose(rng, [0.7, 0.2, 0.1], len(at))),
    })  # fmt: skip


def _products(rng: np.random.Generator, onboardings: int, count: int) -> Ints:
    """Onboarding first, anything else later."""
    return np.where(np.arange(count) < onboardings, 0, rng.integers(1, len(PRODUCTS), count))


def later_deals(
    span: Span, people: People, companies: Companies, contacts: Contacts, customers: Customers, periods: Periods
) -> Deals:
    """Expansion deals of running customers, and renewals ten months after the start."""
    rng = dice(span.seed, "later deals")
    first = np.flatnonzero((periods.sequence == 0) & ~periods.is_trial)
    owner = periods.customer[first]
    grows = (rng.random(len(first)) < 0.4) & (customers.company[owner] >= 0)
    renews = (customers.company[owner] >= 0) & (periods.ends_at[first] >= NEVER) & (rng.random(len(first)) < 0.9)
    customer = np.concatenate([owner[grows], owner[renews]])
    created_at = np.concatenate([
        periods.starts_at[first][grows] + rng.integers(2 * MONTH, 12 * MONTH, grows.sum()),
        periods.starts_at[first][renews] + 10 * MONTH,
    ])  # fmt: skip
    kind = np.where(np.arange(len(customer)) < grows.sum(), EXPANSION, RENEWAL)
    buyer = customers.person[customer]
    contact = np.where(buyer >= 0, contacts.of_person[np.maximum(buyer, 0)], -1)
    company = customers.company[customer]
    never_late = np.zeros(len(customer), dtype=bool)
    return open_deals(
        rng, span, companies, created_at, contact, company, companies.country[company], kind, never_late
    )
