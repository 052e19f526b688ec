"""Who buys: winners of deals, companies that serve themselves, persons who only order."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import DAY_SECONDS, NEVER, Flags, Ints, choose, dice, joined, month_start, take
from sandbox.contacts import Contacts
from sandbox.currencies import billed_in
from sandbox.deals import Deals
from sandbox.people import LEAD, MQL, SUBSCRIBER, Companies, People, Span, spelled

PLANS = ("starter", "team", "business", "enterprise", "addon_analytics")
STARTER, TEAM, BUSINESS, ENTERPRISE, ADDON = range(5)
TERMS, TERM_WEIGHTS = np.array([1, 3, 12]), (0.55, 0.15, 0.3)
DISCOUNTS, DISCOUNT_WEIGHTS = np.array([-1, 0, 5, 10, 20]), (0.6, 0.06, 0.1, 0.14, 0.1)
ONLY_ORDERS = 0.5  # of the known people who work nowhere and went no further than a lead


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
    term: Ints  # months that are paid for at once
    discount: Ints  # percent, −1: none agreed

    @property
    def count(self) -> int:
        """How many customers."""
        return len(self.company)


def make_customers(
    span: Span, people: People, companies: Companies, contacts: Contacts, deals: Deals
) -> Customers:
    """Winners of deals, companies that serve themselves, and persons who only order."""
    rng = dice(span.seed, "customers")
    company, person, starts_at = _winners(rng, people, contacts, deals)
    alone = _self_served(rng, people, contacts, deals)
    loose = np.flatnonzero((people.depth >= SUBSCRIBER) & (people.depth < MQL) & (people.company < 0))
    loose = loose[rng.random(len(loose)) < ONLY_ORDERS]
    bought = contacts.created_at[contacts.of_person[alone]] + rng.integers(
        DAY_SECONDS, 20 * DAY_SECONDS, len(alone)
    )
    company = np.concatenate([company, people.company[alone], np.full(len(loose), -1)])
    person = np.concatenate([person, alone, loose])
    starts_at = np.concatenate([starts_at, bought, np.full(len(loose), NEVER)])
    is_self_served = np.arange(len(person)) >= len(person) - len(alone) - len(loose)
    segment = np.where(company >= 0, companies.segment[company], -1)
    by_segment = np.array([TEAM, BUSINESS, ENTERPRISE, STARTER])[segment]
    cheaper = np.where(rng.random(len(person)) < 0.3, np.maximum(by_segment - 1, STARTER), by_segment)
    country = np.where(company >= 0, companies.country[company], people.country[np.maximum(person, 0)])
    agreed = dice(span.seed, "terms")
    return Customers(
        company=company,
        person=person,
        starts_at=starts_at,
        plan=np.where(is_self_served, np.minimum(cheaper, TEAM), cheaper),
        is_trial=is_self_served & (rng.random(len(person)) < 0.8),
        currency=billed_in(rng, country),
        segment=segment,
        term=TERMS[choose(agreed, TERM_WEIGHTS, len(person))],
        discount=DISCOUNTS[choose(agreed, DISCOUNT_WEIGHTS, len(person))],
    )


def _winners(
    rng: np.random.Generator, people: People, contacts: Contacts, deals: Deals
) -> tuple[Ints, Ints, Ints]:
    """Company, buyer and first start after a won deal: within days, some on the first of a month."""
    won_at = deals.won_at()
    rows = np.flatnonzero((won_at < NEVER) & ((deals.contact >= 0) | (deals.company >= 0)))
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


def customer_ids(customers: Customers, companies: Companies) -> pa.Array:
    """The CRM's company id, or P and the person's number."""
    persons = joined(pa.scalar("P"), pc.utf8_lpad(joined(customers.person + 1), 7, "0"))
    return pc.coalesce(take(companies.ids, customers.company), persons)


def buyers(rng: np.random.Generator, people: People, person: Ints) -> pa.Array:
    """The address a buyer typed."""
    return take(spelled(rng, people.emails), person)
