"""Subscriptions as billing exports them, and the deals that sales makes of them."""

import numpy as np
import pyarrow as pa

from sandbox.columns import decimals, dice, joined, pick, scrambled, table, take
from sandbox.contacts import Contacts
from sandbox.currencies import CURRENCIES, local_cents
from sandbox.customers import PLANS, Customers, buyers, customer_ids
from sandbox.deals import EXPANSION, RENEWAL, Deals, open_deals
from sandbox.hazards import MONTH
from sandbox.people import SEGMENTS, Companies, People, Span
from sandbox.schemas import MONEY
from sandbox.subscriptions import CANCEL_REASONS, FIRST_ADDON, PAYMENT_FAILED, Periods, first_paid


def periods_table(
    span: Span, people: People, companies: Companies, customers: Customers, periods: Periods
) -> pa.Table:
    """Subscription periods as billing exports them."""
    rng = dice(span.seed, "subscription details")
    order = np.lexsort((periods.sequence, periods.customer, periods.starts_at))
    customer, count = periods.customer[order], len(order)
    currency = np.where(periods.sequence[order] >= FIRST_ADDON, 0, customers.currency[customer])
    cents = np.where(periods.cents[order] > 0, local_cents(periods.cents[order], currency), 0)
    trial, seats, percent = periods.is_trial[order], periods.seats[order], customers.discount[customer]
    discount = cents * np.maximum(seats, 1) * np.maximum(percent, 0) // 100
    reason = periods.reason[order]
    ids = customer_ids(customers, companies)
    email = buyers(rng, people, customers.person)
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
        "interval_months": customers.term[customer],
        "quantity": pa.array(seats, mask=seats < 0),
        "discount_amount": decimals(discount, MONEY, (percent < 0) | free),
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
    """Expansion deals of running customers, and renewals two months before their first year ends."""
    rng = dice(span.seed, "later deals")
    main = np.flatnonzero((periods.sequence < FIRST_ADDON) & ~periods.is_trial & (periods.cents > 0))
    owner, starts_at = periods.customer[main], periods.starts_at[main]
    is_company = customers.company[owner] >= 0
    grows = (rng.random(len(main)) < 0.4) & is_company & (periods.sequence[main] == 0)
    renews_at = (first_paid(periods, customers.count) + 10 * MONTH)[owner]
    renews = (starts_at <= renews_at) & (renews_at < periods.ends_at[main]) & is_company
    renews &= rng.random(len(main)) < 0.9
    customer = np.concatenate([owner[grows], owner[renews]])
    created_at = np.concatenate([
        starts_at[grows] + rng.integers(2 * MONTH, 12 * MONTH, grows.sum()), renews_at[renews],
    ])  # fmt: skip
    kind = np.where(np.arange(len(customer)) < grows.sum(), EXPANSION, RENEWAL)
    buyer = customers.person[customer]
    contact = np.where(buyer >= 0, contacts.of_person[np.maximum(buyer, 0)], -1)
    company = customers.company[customer]
    never_late = np.zeros(len(customer), dtype=bool)
    return open_deals(
        rng, span, companies, created_at, contact, company, companies.country[company], kind, never_late
    )
