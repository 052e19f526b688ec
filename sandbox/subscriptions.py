"""Subscriptions: stretches of constant plan and price, from trial to upgrade, downgrade, churn and return."""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from sandbox.columns import (
    DAY_SECONDS,
    NEVER,
    Flags,
    Floats,
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
from sandbox.currencies import CURRENCIES, local_cents
from sandbox.customers import (
    ADDON,
    BUSINESS,
    ENTERPRISE,
    PLANS,
    STARTER,
    TEAM,
    Customers,
    buyers,
    customer_ids,
)
from sandbox.deals import EXPANSION, RENEWAL, Deals, open_deals
from sandbox.people import SEGMENTS, Companies, People, Span
from sandbox.schemas import MONEY

PRICES = np.array([4_900, 2_900, 79_900, 349_900, 19_900])  # dollar cents a month; team: a seat
MONTH = 30 * DAY_SECONDS
MONTHS_BETWEEN_CHANGES = 7.0
UPGRADE, DOWNGRADE, CHURN = range(3)
CHANGE_WEIGHTS = (0.44, 0.2, 0.36)
RETURN_SHARE = 0.3
ADDON_SHARE = 0.1
FIRST_ADDON = 50  # sequence of add-ons, which stand beside the main subscription
TRIAL = 14 * DAY_SECONDS
TRIAL_CONVERTS = 0.65
MOST_CHANGES = 8
CANCEL_REASONS = (
    "too expensive",
    "missing feature",
    "went out of business",
    "payment failed",
    "انتقال إلى منافس",
)
CANCEL_WEIGHTS = (0.34, 0.24, 0.1, 0.22, 0.1)
PAYMENT_FAILED = 3


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


@dataclass(frozen=True)
class Stretches:
    """What has begun and not yet ended, one position a subscription."""

    customer: Ints
    sequence: Ints
    starts_at: Ints
    plan: Ints
    seats: Ints
    scale: Floats
    is_trial: Flags

    def only(self, keep: Flags) -> "Stretches":
        """Those to keep."""
        return Stretches(*(getattr(self, field.name)[keep] for field in fields(self)))


def make_periods(span: Span, customers: Customers) -> Periods:
    """Each customer's stretches, changed a few times a year, most changes on the first of a month."""
    rng = dice(span.seed, "subscriptions")
    running = _beginnings(rng, span, customers)
    rows: list[Periods] = []
    for _ in range(MOST_CHANGES):
        ends_at, change = _next_change(rng, running)
        over, gone = ends_at <= span.end, change == CHURN
        reason = choose(rng, CANCEL_WEIGHTS, len(change))
        rows.append(
            Periods(
                customer=running.customer,
                sequence=running.sequence,
                starts_at=running.starts_at,
                ends_at=np.where(over, ends_at, NEVER),
                plan=running.plan,
                cents=(PRICES[running.plan] * running.scale).astype(np.int64),
                seats=running.seats,
                is_trial=running.is_trial,
                reason=np.where(gone & over, reason, -1),
            )
        )
        running = _successors(rng, span, running, ends_at, change)
    return Periods(*(np.concatenate([getattr(row, f.name) for row in rows]) for f in fields(Periods)))


def _beginnings(rng: np.random.Generator, span: Span, customers: Customers) -> Stretches:
    """Every customer's first subscription, and add-ons that some take months later."""
    main = np.flatnonzero(customers.starts_at <= span.end)
    extra = main[rng.random(len(main)) < ADDON_SHARE]
    customer, count = np.concatenate([main, extra]), len(main) + len(extra)
    is_extra = np.arange(count) >= len(main)
    plan = np.where(is_extra, ADDON, customers.plan[customer])
    begun = Stretches(
        customer=customer,
        sequence=np.where(is_extra, FIRST_ADDON, 0),
        starts_at=customers.starts_at[customer]
        + np.where(is_extra, rng.integers(MONTH, 6 * MONTH, count), 0),
        plan=plan,
        seats=np.where(plan == TEAM, rng.integers(3, 40, count), -1),
        scale=rng.lognormal(0, 0.15, count),
        is_trial=customers.is_trial[customer] & ~is_extra,
    )
    return begun.only(begun.starts_at <= span.end)


def _successors(
    rng: np.random.Generator, span: Span, running: Stretches, ends_at: Ints, change: Ints
) -> Stretches:
    """What follows the ended stretches: the changed plan at once, or a return after a pause."""
    count, gone = len(change), change == CHURN
    comes_back = gone & ~running.is_trial & (rng.random(count) < RETURN_SHARE)
    pause = rng.integers(20 * DAY_SECONDS, 150 * DAY_SECONDS, count)
    stays_as_is = running.is_trial | gone
    dearer = np.where(change == UPGRADE, 1.08, 0.95)
    plan, seats = _changed(rng, running.plan, running.seats, np.where(stays_as_is, -1, change))
    after = Stretches(
        customer=running.customer,
        sequence=running.sequence + comes_back,
        starts_at=ends_at + np.where(comes_back, pause, 0),
        plan=plan,
        seats=seats,
        scale=np.where(stays_as_is, running.scale, running.scale * dearer),
        is_trial=np.zeros(count, dtype=bool),
    )
    return after.only((~gone | comes_back) & (after.starts_at <= span.end))


def _next_change(rng: np.random.Generator, running: Stretches) -> tuple[Ints, Ints]:
    """When each stretch ends and why; trials last two weeks and convert or end."""
    count, plan, starts_at = len(running.plan), running.plan, running.starts_at
    wait = rng.exponential(MONTHS_BETWEEN_CHANGES * MONTH, count).astype(np.int64) + 3 * DAY_SECONDS
    ends_at = starts_at + wait
    on_first = rng.random(count) < 0.7
    ends_at = np.where(on_first, month_start(ends_at, 1), ends_at)
    change = choose(rng, CHANGE_WEIGHTS, count)
    smallest = (plan == STARTER) | (plan == ADDON) | ((plan == TEAM) & (running.seats <= 3))
    change = np.where((change == DOWNGRADE) & smallest, CHURN, change)
    converts = np.where(rng.random(count) < TRIAL_CONVERTS, UPGRADE, CHURN)
    return np.where(running.is_trial, starts_at + TRIAL, ends_at), np.where(
        running.is_trial, converts, change
    )


def _changed(rng: np.random.Generator, plan: Ints, seats: Ints, change: Ints) -> tuple[Ints, Ints]:
    """Plan and seats after a change: teams mostly change seats, others the plan."""
    by_seat = (plan == TEAM) & (rng.random(len(plan)) < 0.75)
    grown = np.where(change == UPGRADE, seats * 3 // 2 + 1, np.maximum(seats * 3 // 5, 1))
    step = np.select([change == UPGRADE, change == DOWNGRADE], [1, -1], 0)
    stays = by_seat | (plan == ADDON) | (change < 0)
    moved = np.where(stays, plan, np.clip(plan + step, STARTER, ENTERPRISE))
    new_seats = np.where(moved == TEAM, np.where(plan == TEAM, seats, rng.integers(5, 30, len(plan))), -1)
    return moved, np.where(by_seat & (change >= 0), grown, new_seats)


def periods_table(
    span: Span, people: People, companies: Companies, customers: Customers, periods: Periods
) -> pa.Table:
    """Subscription periods as billing exports them."""
    rng = dice(span.seed, "subscription details")
    order = np.lexsort((periods.sequence, periods.customer, periods.starts_at))
    customer, count = periods.customer[order], len(order)
    currency = np.where(periods.sequence[order] >= FIRST_ADDON, 0, customers.currency[customer])
    cents = local_cents(periods.cents[order], currency)
    discounted = (scrambled(customer) % 8 == 0) & (periods.plan[order] >= BUSINESS)
    reason = periods.reason[order]
    ids = customer_ids(customers, companies)
    email = buyers(rng, people, customers.person)
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


def later_deals(
    span: Span,
    people: People,
    companies: Companies,
    contacts: Contacts,
    customers: Customers,
    periods: Periods,
) -> Deals:
    """Expansion deals of running customers, and renewals ten months after the start."""
    rng = dice(span.seed, "later deals")
    first = np.flatnonzero((periods.sequence == 0) & ~periods.is_trial)
    owner = periods.customer[first]
    grows = (rng.random(len(first)) < 0.4) & (customers.company[owner] >= 0)
    renews = (
        (customers.company[owner] >= 0) & (periods.ends_at[first] >= NEVER) & (rng.random(len(first)) < 0.9)
    )
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
