"""Subscriptions: stretches of constant plan and price, from trial to upgrade, downgrade, churn and return."""

from dataclasses import dataclass, fields

import numpy as np

from sandbox.columns import (
    DAY_SECONDS,
    NEVER,
    Flags,
    Floats,
    Ints,
    choose,
    dice,
    month_number,
    month_start,
    months_later,
)
from sandbox.customers import ADDON, ENTERPRISE, STARTER, TEAM, Customers
from sandbox.hazards import MONTH, hazard, time_to_leave
from sandbox.people import Span

PRICES = np.array([4_900, 2_900, 79_900, 349_900, 19_900])  # dollar cents a month; team: a seat
CHANGES_A_MONTH = 0.1
SHRINKS, SHRINKS_BY_HEALTH = 0.3, -0.12  # of the changes; a standard deviation of health more
PAUSES = 0.1  # of the changes
RESUMES = 0.75
UPGRADE, DOWNGRADE, CHURN, PAUSE, RESUME = range(5)
ENDS_WITH_TERM = 0.85  # of those who pay for several months at once
ENDS_WITH_MONTH = 0.7
QUITS_AT_ONCE = 0.05
FAILS, FAILS_AGAIN = 0.28, 0.6  # of those who leave, by a payment that failed; where one had failed before
RECOVERS, RETURNS, RETURNS_SOON = 0.6, 0.3, 0.25  # after a failed payment; after leaving; of these, in days
ADDON_SHARE = 0.1
FIRST_ADDON = 50  # sequence of add-ons, which stand beside the main subscription
TRIAL = 14 * DAY_SECONDS
TRIAL_CONVERTS = 0.65
MOST_CHANGES = 10
CANCEL_REASONS = (
    "payment failed", "too expensive", "missing feature", "went out of business", "انتقال إلى منافس",
)  # fmt: skip
CANCEL_WEIGHTS = (0.0, 0.44, 0.3, 0.13, 0.13)
PAYMENT_FAILED = 0


@dataclass(frozen=True)
class Periods:
    """Stretches of constant plan and price; sequence tells a customer's subscriptions apart."""

    customer: Ints
    sequence: Ints
    starts_at: Ints
    ends_at: Ints  # NEVER: runs on
    plan: Ints
    cents: Ints  # monthly, a seat for team, in dollars; 0 while paused
    seats: Ints  # −1: not by seat
    is_trial: Flags
    reason: Ints  # −1: none
    leaves_at: Ints  # when who means to leave will, also after as_of; NEVER: doesn't mean to


@dataclass(frozen=True)
class Stretches:
    """What has begun and not yet ended, one position a subscription."""

    customer: Ints
    sequence: Ints
    begun_at: Ints  # of the subscription's first paid day
    starts_at: Ints
    plan: Ints
    seats: Ints
    scale: Floats
    is_trial: Flags
    is_paused: Flags
    has_failed: Flags  # whether a payment ever failed

    def only(self, keep: Flags) -> "Stretches":
        """Those to keep."""
        return Stretches(*(getattr(self, field.name)[keep] for field in fields(self)))


def make_periods(span: Span, customers: Customers, health: Floats) -> Periods:
    """Each customer's stretches: changed now and then, ended by the hazards, most on the first of a month."""
    rng = dice(span.seed, "subscriptions")
    running = _beginnings(rng, span, customers)
    rows: list[Periods] = []
    for _ in range(MOST_CHANGES):
        ends_at, change, fails = _next_change(rng, running, customers, health)
        over, gone = ends_at <= span.end, change == CHURN
        reason = np.where(fails, PAYMENT_FAILED, choose(rng, CANCEL_WEIGHTS, len(change)))
        rows.append(
            Periods(
                customer=running.customer,
                sequence=running.sequence,
                starts_at=running.starts_at,
                ends_at=np.where(over, ends_at, NEVER),
                plan=running.plan,
                cents=np.where(running.is_paused, 0, PRICES[running.plan] * running.scale).astype(np.int64),
                seats=running.seats,
                is_trial=running.is_trial,
                reason=np.where(gone & over, reason, -1),
                leaves_at=np.where(gone & ~fails, ends_at, NEVER),
            )
        )
        running = _successors(rng, span, running, ends_at, change, fails)
    return Periods(*(np.concatenate([getattr(row, f.name) for row in rows]) for f in fields(Periods)))


def first_paid(periods: Periods, customers: int) -> Ints:
    """When each customer first pays, NEVER for none."""
    paid = ~periods.is_trial & (periods.cents > 0)
    first = np.full(customers, NEVER)
    np.minimum.at(first, periods.customer[paid], periods.starts_at[paid])
    return first


def _beginnings(rng: np.random.Generator, span: Span, customers: Customers) -> Stretches:
    """Every customer's first subscription, and add-ons that some take months later."""
    main = np.flatnonzero(customers.starts_at <= span.end)
    extra = main[rng.random(len(main)) < ADDON_SHARE]
    customer, count = np.concatenate([main, extra]), len(main) + len(extra)
    is_extra = np.arange(count) >= len(main)
    plan = np.where(is_extra, ADDON, customers.plan[customer])
    starts_at = customers.starts_at[customer] + np.where(is_extra, rng.integers(MONTH, 6 * MONTH, count), 0)
    seats = np.select([plan == TEAM, is_extra], [rng.integers(3, 40, count), rng.integers(1, 4, count)], -1)
    begun = Stretches(
        customer=customer,
        sequence=np.where(is_extra, FIRST_ADDON, 0),
        begun_at=starts_at,
        starts_at=starts_at,
        plan=plan,
        seats=seats,
        scale=rng.lognormal(0, 0.15, count),
        is_trial=customers.is_trial[customer] & ~is_extra,
        is_paused=np.zeros(count, dtype=bool),
        has_failed=np.zeros(count, dtype=bool),
    )
    return begun.only(begun.starts_at <= span.end)


def _successors(
    rng: np.random.Generator, span: Span, running: Stretches, ends_at: Ints, change: Ints, fails: Flags
) -> Stretches:
    """What follows the ended stretches: the changed plan at once, or a return after a gap."""
    count, gone = len(change), change == CHURN
    comes_back = gone & ~running.is_trial & (rng.random(count) < np.where(fails, RECOVERS, RETURNS))
    is_soon = fails | (rng.random(count) < RETURNS_SOON)
    soon, late = rng.integers(3, 11, count) * DAY_SECONDS, rng.integers(20, 150, count) * DAY_SECONDS
    starts_at = ends_at + np.where(comes_back, np.where(is_soon, soon, late), 0)
    stays_as_is = (change != UPGRADE) & (change != DOWNGRADE) | running.is_trial
    dearer = np.where(change == UPGRADE, 1.08, 0.95)
    plan, seats = _changed(rng, running.plan, running.seats, np.where(stays_as_is, -1, change))
    after = Stretches(
        customer=running.customer,
        sequence=running.sequence + comes_back,
        begun_at=np.where(comes_back | running.is_trial, starts_at, running.begun_at),
        starts_at=starts_at,
        plan=plan,
        seats=seats,
        scale=np.where(stays_as_is, running.scale, running.scale * dearer),
        is_trial=np.zeros(count, dtype=bool),
        is_paused=change == PAUSE,
        has_failed=running.has_failed | fails,
    )
    return after.only((~gone | comes_back) & (after.starts_at <= span.end))


def _next_change(
    rng: np.random.Generator, running: Stretches, customers: Customers, health: Floats
) -> tuple[Ints, Ints, Flags]:
    """When each stretch ends, why, and whether by a failed payment; trials last two weeks, pauses months."""
    count, starts_at, well = len(running.plan), running.starts_at, health[running.customer]
    leaves_at, fails = _departures(rng, running, customers, well)
    wait = rng.exponential(MONTH / CHANGES_A_MONTH, count).astype(np.int64) + 3 * DAY_SECONDS
    on_first = rng.random(count) < ENDS_WITH_MONTH
    changes_at = np.where(on_first, month_start(starts_at + wait, 1), starts_at + wait)
    lot = rng.random(count)
    shrinks = np.clip(SHRINKS + SHRINKS_BY_HEALTH * well, 0.05, 0.7)
    smallest = (running.plan == STARTER) | (running.plan == ADDON)
    smallest |= (running.plan == TEAM) & (running.seats <= 3)
    change = np.select([lot < PAUSES, lot > 1 - shrinks], [PAUSE, DOWNGRADE], UPGRADE)
    change = np.where((change == DOWNGRADE) & smallest, UPGRADE, change)
    gone = leaves_at <= changes_at
    resumes_at = month_start(starts_at, rng.integers(1, 4, count))
    lot = rng.random(count)
    aside = [running.is_trial, running.is_paused]
    then = [np.where(lot < TRIAL_CONVERTS, RESUME, CHURN), np.where(lot < RESUMES, RESUME, CHURN)]
    return (
        np.select([*aside, gone], [starts_at + TRIAL, resumes_at, leaves_at], changes_at),
        np.select([*aside, gone], [*then, np.full(count, CHURN)], change),
        fails & gone & ~running.is_trial & ~running.is_paused,
    )


def _departures(
    rng: np.random.Generator, running: Stretches, customers: Customers, health: Floats
) -> tuple[Ints, Flags]:
    """When each would leave, mostly as a term or month ends, and whether because a payment fails."""
    count, starts_at, begun_at = len(running.plan), running.starts_at, running.begun_at
    a_month = hazard(health, running.plan == STARTER, running.has_failed)
    at = starts_at + time_to_leave(rng, a_month, starts_at - begun_at)
    fails = rng.random(count) < np.where(running.has_failed, FAILS_AGAIN, FAILS)
    term, lot = customers.term[running.customer], rng.random(count)
    at = np.where((term > 1) & (lot < ENDS_WITH_TERM), _term_end(begun_at, at, term), at)
    at = np.where((term == 1) & (lot < ENDS_WITH_MONTH) & ~fails, month_start(at, 1), at)
    quits = (running.sequence == 0) & (starts_at == begun_at) & (rng.random(count) < QUITS_AT_ONCE)
    days = rng.integers(1, 10, count) * DAY_SECONDS + rng.integers(0, DAY_SECONDS, count)
    return np.where(quits, starts_at + days, at), fails & ~quits


def _term_end(begun_at: Ints, at: Ints, term: Ints) -> Ints:
    """The first end of a term at or after a moment; terms are months, counted from the beginning."""
    months = -((month_number(begun_at) - month_number(at)) // term) * term
    ends_at = months_later(begun_at, months)
    return np.where(ends_at < at, months_later(begun_at, months + term), ends_at)


def _changed(rng: np.random.Generator, plan: Ints, seats: Ints, change: Ints) -> tuple[Ints, Ints]:
    """Plan and seats after a change: teams mostly change seats, others the plan."""
    by_seat = (plan == TEAM) & (rng.random(len(plan)) < 0.75)
    grown = np.where(change == UPGRADE, seats * 3 // 2 + 1, np.maximum(seats * 3 // 5, 1))
    step = np.select([change == UPGRADE, change == DOWNGRADE], [1, -1], 0)
    stays = by_seat | (plan == ADDON) | (change < 0)
    moved = np.where(stays, plan, np.clip(plan + step, STARTER, ENTERPRISE))
    new_seats = np.where(moved == TEAM, np.where(plan == TEAM, seats, rng.integers(5, 30, len(plan))), -1)
    new_seats = np.where(plan == ADDON, seats, new_seats)
    return moved, np.where(by_seat & (change >= 0), grown, new_seats)
