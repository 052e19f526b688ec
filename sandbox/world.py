"""A make-believe B2B software company over 18 months, a pure function of (seed, as_of, size)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.activities import activities_table, make_activities, plans_table
from sandbox.ad_clicks import clicks_table
from sandbox.ads import account_tables, arrivals_table, make_ads, performance_table
from sandbox.archive import archived_table
from sandbox.columns import DAY_SECONDS, NEVER, Ints, epoch, seconds_of, take
from sandbox.consents import consents_table
from sandbox.contacts import (
    Contacts,
    companies_table,
    contacts_table,
    lifecycle_table,
    make_contacts,
    owners_table,
)
from sandbox.costs import costs_table
from sandbox.currencies import rates_table
from sandbox.customers import make_customers
from sandbox.deal_records import deal_tables, involved
from sandbox.deals import Deals, new_business, together
from sandbox.duplicates import doubles_tables, make_doubles, other_addresses
from sandbox.emails import email_tables, make_events, make_mailings, make_members
from sandbox.engagement import logins_table, make_health
from sandbox.fair import fair_tables
from sandbox.feedback import feedback_table
from sandbox.orders import make_orders, orders_table
from sandbox.ownership import make_ownership, ownership_history
from sandbox.people import People, Span, make_companies, make_people, people_table
from sandbox.schemas import SCHEMAS
from sandbox.sources import causes_table
from sandbox.strangers import bot_visits, kiosk_tables, mailbox_tables, own_tables, staging_visits
from sandbox.subscription_records import later_deals, periods_table
from sandbox.subscriptions import make_periods
from sandbox.usage import events_table
from sandbox.visibility import APPEARS_AT, visible
from sandbox.visits import Visits, browser_ids, click_ids, identities_table, make_visits, touchpoints_table

__all__ = ["HISTORY_MONTHS", "PEOPLE", "SCHEMAS", "WORLD_AS_OF", "World", "make_world"]

WORLD_AS_OF = date(2026, 7, 1)
HISTORY_MONTHS = 18
Tables = dict[str, pa.Table]
PEOPLE = {"S": 2_000, "M": 50_000, "L": 1_000_000}


@dataclass(frozen=True)
class World:
    """Everything there is at a moment, as tables by the names of SCHEMAS."""

    seed: int
    as_of: date
    size: str
    now: datetime
    tables: Mapping[str, pa.Table]

    def __getitem__(self, name: str) -> pa.Table:
        return self.tables[name]

    def at(self, moment: datetime) -> "World":
        """The world as it can be seen at an earlier moment; later than now nothing more is known."""
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if moment >= self.now:
            return self
        return World(self.seed, self.as_of, self.size, moment, visible(self.tables, moment))


def make_world(seed: int = 7, as_of: date = WORLD_AS_OF, size: str = "S") -> World:
    """The company's history in the 18 months before as_of, with as many people as the size says."""
    if size not in PEOPLE:
        raise ValueError(f"size {size!r} is unknown; choose one of {', '.join(PEOPLE)}")
    span = Span(seed, first_second(as_of), epoch(as_of), PEOPLE[size])
    now = datetime.combine(as_of, time(), UTC)
    return World(seed, as_of, size, now, visible(_all_tables(span), now))


def first_second(as_of: date) -> int:
    """Midnight on the first of a month, so many months before as_of's."""
    months = as_of.year * 12 + as_of.month - 1 - HISTORY_MONTHS
    return epoch(date(months // 12, months % 12 + 1, 1))


def _all_tables(span: Span) -> dict[str, pa.Table]:
    """Every table, histories complete, current values still to be read off them."""
    companies = make_companies(span)
    people = make_people(span, companies)
    ads = make_ads(span)
    visits = make_visits(span, people, ads)
    contacts = make_contacts(span, people, visits)
    first_deals = new_business(span, people, companies, contacts)
    customers = make_customers(span, people, companies, contacts, first_deals)
    health = make_health(span, customers)
    periods = make_periods(span, customers, health)
    orders = make_orders(span, people, customers, periods)
    later = later_deals(span, people, companies, contacts, customers, periods)
    deals = together(first_deals, later)
    members = make_members(span, people, visits)
    mailings = make_mailings(span)
    events = make_events(span, members, mailings)
    paid = visits.ad >= 0
    clicked, clicked_at = visits.ad[paid], visits.at[paid]
    day = np.minimum((clicked_at - span.start) // DAY_SECONDS, span.days - 1)
    crm = {
        "contacts": contacts_table(span, people, companies, visits, contacts),
        "companies": companies_table(span, companies, people, contacts),
        "lifecycle_history": lifecycle_table(
            contacts, *_new_customers(*involved(span, people, contacts, deals), deals)
        ),
        "owners": owners_table(),
        **deal_tables(span, people, companies, contacts, deals),
    }
    tables = {
        **crm,
        "identities": identities_table(span, people, visits),
        "touchpoints": touchpoints_table(span, visits, ads),
        **account_tables(span, ads),
        "ad_performance": performance_table(span, ads, clicked, day),
        "ad_clicks": clicks_table(span, ads, clicked, day, click_ids(visits.number[paid])),
        "ad_conversion_arrivals": arrivals_table(
            span, ads, visits.person[paid], clicked, clicked_at, visits.lead_at[visits.person[paid]]
        ),
        **email_tables(span, people, members, mailings, events),
        "subscription_periods": periods_table(span, people, companies, customers, periods),
        "orders": orders_table(span, people, companies, customers, orders),
        "feedback": feedback_table(span, companies, customers, periods, orders, health),
        "exchange_rates": rates_table(span),
        "costs": costs_table(span),
        "people": people_table(people, companies, contacts.ids, contacts.of_person),
        "lead_causes": causes_table(
            span, visits.person, visits.source, visits.before, visits.lead_at, visits.is_before
        ),
        "archived_objects": archived_table(span, crm, pa.array(customers.person + 1)),
    }
    more = [
        *_selling(span, people, visits, contacts, deals, tables),
        *_oddities(span, people, visits, contacts, tables),
        {"funnel_events": events_table(span, people, visits, contacts, _archived(tables, "contact"))},
        {"funnel_events": logins_table(span, people, contacts, customers, periods, health)},
    ]
    return {name: _appended(name, [tables, *more]) for name in SCHEMAS}


def _selling(
    span: Span, people: People, visits: Visits, contacts: Contacts, deals: Deals, tables: Tables
) -> list[Tables]:
    """Who owned each deal when, and what sales did for it and for the leads."""
    ownership = make_ownership(span, deals, tables["deals"]["owner"])
    done = make_activities(span, people, visits, contacts, deals, ownership)
    activities = activities_table(done, contacts.ids, deals)
    for kind in ("contact", "deal"):
        gone = pc.is_in(activities[f"{kind}_id"], value_set=_archived(tables, kind))
        activities = activities.filter(pc.invert(gone))
    plans = plans_table(span, deals, done)
    plans = plans.filter(pc.invert(pc.is_in(plans["deal_id"], value_set=_archived(tables, "deal"))))
    return [{
        "deal_field_history": ownership_history(deals, ownership),
        "activities": activities,
        "deal_plans": plans,
    }]  # fmt: skip


def _oddities(span: Span, people: People, visits: Visits, contacts: Contacts, tables: Tables) -> list[Tables]:
    """What makes people hard to tell apart, and what must not count."""
    archived = _archived(tables, "contact")
    doubles = make_doubles(span, people, contacts, archived)
    living = contacts.ids.filter(pc.invert(pc.is_in(contacts.ids, value_set=archived)))
    devices = browser_ids(visits.person[: 5 * 90 : 90] * 4)
    return [
        doubles_tables(span, people, contacts, doubles, tables["contacts"]),
        other_addresses(span, people, contacts, visits),
        mailbox_tables(span, tables["companies"]),
        kiosk_tables(span, take(people.emails, contacts.person[: len(contacts.person) // 2])),
        own_tables(span, living),
        {"touchpoints": staging_visits(span, devices)},
        {"touchpoints": bot_visits(span)},
        fair_tables(span, tables["companies"]),
        {"consents": consents_table(span, people, visits, doubles.emails, doubles.created_at)},
    ]


def _archived(tables: Tables, kind: str) -> pa.Array:
    """The ids of contacts or deals that are deleted some day."""
    gone = tables["archived_objects"]
    return gone.filter(pc.equal(gone["object"], kind))["id"].combine_chunks()


def _appended(name: str, parts: list[Tables]) -> pa.Table:
    """One table of all parts' rows, in order of time where they have one."""
    found = [part[name] for part in parts if name in part]
    if len(found) == 1:
        return found[0]
    rows = pa.concat_tables(found).combine_chunks()
    if name not in APPEARS_AT:
        return rows
    return rows.take(pa.array(np.argsort(seconds_of(rows[APPEARS_AT[name]]), kind="stable")))


def _new_customers(deal: Ints, contact: Ints, deals: Deals) -> tuple[Ints, Ints]:
    """Contacts whose first deal was won, with the moment; those entered late become customers on entry."""
    won = deals.won_at()
    at = np.where(won < NEVER, won + deals.backdated, NEVER)[deal]
    order = np.argsort(at, kind="stable")
    order = order[at[order] < NEVER]
    who, first = np.unique(contact[order], return_index=True)
    return who, at[order][first]
