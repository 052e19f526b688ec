"""What the CRM knows of people: contacts, companies, owners, and the stages passed, steps back included."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.columns import DAY_SECONDS, NEVER, Flags, Ints, dice, joined, pick, table, take
from sandbox.names import COUNTRIES, OWNERS
from sandbox.people import CONTACT, LEAD, MQL, OPPORTUNITY, SAL, SEGMENTS, SQL, Companies, People, Span
from sandbox.schemas import LIFECYCLE_STAGES
from sandbox.sources import SOURCE_NAMES
from sandbox.visits import Visits

HOUR = 3600
IN_LEAD, IN_MQL, IN_SAL, IN_SQL, IN_OPPORTUNITY, IN_CUSTOMER = range(6)
LEAD_SOURCES = (
    "PAID_SEARCH", "ORGANIC_SEARCH", "SOCIAL_MEDIA", "REFERRALS", "EMAIL_MARKETING", "AI_REFERRALS",
    "DIRECT_TRAFFIC", "OFFLINE",
)  # fmt: skip
SOURCE_GROUPS = {
    "paid_search": 0, "display": 0, "pmax": 0, "google": 1, "google_de": 1, "bing": 1, "linkedin": 2, "x": 2,
    "facebook": 2, "blog": 3, "reviews": 3, "partner_email": 4, "chatgpt": 5, "perplexity": 5, "claude": 5,
    "gemini": 5, "direct": 6,
}  # fmt: skip
SELF_REPORTED = ("Podcast", "A colleague", "Google", "LinkedIn", "من صديق", "Conference", "検索")
OWNER_NAMES = [f"{first} {last}" for first, last in OWNERS]


@dataclass(frozen=True)
class Contacts:
    """People in the CRM in order of creation, with the rows of their lifecycle."""

    person: Ints
    created_at: Ints
    ids: pa.Array
    owner: Ints  # −1: none
    opportunity_at: Ints  # NEVER: none
    stage_contact: Ints
    stage: Ints
    stage_at: Ints
    of_person: Ints  # per person: its contact, −1: none


def make_contacts(span: Span, people: People, visits: Visits) -> Contacts:
    """Contacts from the introduction on, and when each entered which stage."""
    rng = dice(span.seed, "contacts")
    person = np.flatnonzero((people.depth >= CONTACT) & (visits.introduced_at <= span.end))
    person = person[np.argsort(visits.introduced_at[person], kind="stable")]
    depth, count = people.depth[person], len(person)
    entered = _forward(rng, depth, visits.lead_at[person])
    contact, stage, at = _with_steps_back(rng, depth, entered)
    keep = at <= span.end
    of_person = np.full(people.count, -1, dtype=np.int64)
    of_person[person] = np.arange(count)
    has_owner = (depth >= SAL) | (rng.random(count) < 0.6)
    return Contacts(
        person=person,
        created_at=visits.introduced_at[person],
        ids=joined(10_000_000_000 + np.arange(count) * 3),
        owner=np.where(has_owner, rng.integers(0, len(OWNERS), count), -1),
        opportunity_at=entered[IN_OPPORTUNITY],
        stage_contact=contact[keep],
        stage=stage[keep],
        stage_at=at[keep],
        of_person=of_person,
    )


def _days(rng: np.random.Generator, mean: float, count: int) -> Ints:
    """Waiting times of so many days on average, at least a minute."""
    return 60 + rng.exponential(mean * DAY_SECONDS, count).astype(np.int64)


def _forward(rng: np.random.Generator, depth: Ints, lead_at: Ints) -> list[Ints]:
    """The moment of each stage on the way up; those who step back before a deal get there later."""
    count = len(depth)
    at_once = rng.random(count) < 0.2
    mql = lead_at + np.where(at_once, 0, _days(rng, 3, count))
    sal = mql + HOUR + _days(rng, 1.5, count)
    sql = sal + _days(rng, 6, count)
    detour = np.where(rng.random(count) < 0.08, _days(rng, 25, count) + 4 * HOUR, 0)
    opportunity = sql + detour + _days(rng, 8, count)
    reached = [depth >= stage for stage in (LEAD, MQL, SAL, SQL, OPPORTUNITY)]
    moments = [lead_at, mql, sal, sql, opportunity]
    return [np.where(got, at, NEVER) for got, at in zip(reached, moments, strict=True)]


def _with_steps_back(rng: np.random.Generator, depth: Ints, entered: list[Ints]) -> tuple[Ints, Ints, Ints]:
    """Rows (contact, stage, moment): the way up with stages left out, recycled contacts, returns."""
    count = len(depth)
    everyone = np.arange(count)
    skips_lead = (depth >= MQL) & (rng.random(count) < 0.03)
    skips_sal = (depth >= SQL) & (rng.random(count) < 0.08)
    rows = [
        _rows(everyone, stage, np.where(skipped, NEVER, entered[stage]))
        for stage, skipped in (
            (IN_LEAD, skips_lead), (IN_MQL, np.zeros(count, dtype=bool)), (IN_SAL, skips_sal),
            (IN_SQL, np.zeros(count, dtype=bool)), (IN_OPPORTUNITY, np.zeros(count, dtype=bool)),
        )
    ]  # fmt: skip
    gap = np.where(depth == OPPORTUNITY, entered[IN_OPPORTUNITY] - entered[IN_SQL], 0)
    wandered = (gap > 12 * DAY_SECONDS) & (rng.random(count) < 0.35)
    rows.append(_rows(everyone, IN_MQL, np.where(wandered, entered[IN_SQL] + gap // 3, NEVER)))
    rows.append(_rows(everyone, IN_SQL, np.where(wandered, entered[IN_SQL] + gap * 2 // 3, NEVER)))
    recycled = ((depth == SAL) | (depth == SQL)) & (rng.random(count) < 0.16)
    last = np.where(depth == SAL, entered[IN_SAL], entered[IN_SQL])
    back = np.where(recycled, last + _days(rng, 25, count), NEVER)
    target = np.where(depth == SAL, IN_LEAD, IN_MQL)
    rows.append((everyone, target, back))
    returns = recycled & (rng.random(count) < 0.4)
    rows.append((everyone, depth - LEAD, np.where(returns, back + _days(rng, 30, count), NEVER)))
    contact, stage, at = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return contact, stage, at


def _rows(contact: Ints, stage: int, at: Ints) -> tuple[Ints, Ints, Ints]:
    """One row a contact for a stage."""
    return contact, np.full(len(contact), stage), at


def contacts_table(
    span: Span, people: People, companies: Companies, visits: Visits, contacts: Contacts
) -> pa.Table:
    """Contacts; stage, opt-out and last change come with World.at."""
    rng = dice(span.seed, "contact details")
    person, count = contacts.person, len(contacts.person)
    source = _first_sources(people, visits)[person]
    says = np.where(rng.random(count) < 0.35, rng.integers(0, len(SELF_REPORTED), count), -1)
    segment = np.where(rng.random(count) < 0.3, -1, people.segment[person])
    return table("contacts", {
        "contact_id": contacts.ids,
        "created_at": contacts.created_at,
        "email": take(people.shown_emails, person),
        "first_name": take(people.first_names, person),
        "last_name": take(people.last_names, person),
        "company_id": take(companies.ids, people.company[person]),
        "lead_source": pick(LEAD_SOURCES, np.where(rng.random(count) < 0.03, -1, source)),
        "self_reported_source": pick(SELF_REPORTED, says),
        "owner": pick(OWNER_NAMES, contacts.owner),
        "country": pick([name for name, *_ in COUNTRIES],
                        np.where(rng.random(count) < 0.06, -1, people.country[person])),
        "segment": pick(SEGMENTS, segment),
        "person_no": person + 1,
    })  # fmt: skip


def _first_sources(people: People, visits: Visits) -> Ints:
    """The CRM's word for where each person's first visit came from; none: offline."""
    groups = np.array([SOURCE_GROUPS[name] for name in SOURCE_NAMES])
    first = np.full(people.count, LEAD_SOURCES.index("OFFLINE"))
    first[visits.person[::-1]] = groups[visits.source[::-1]]
    return first


def lifecycle_table(contacts: Contacts, customer: Ints, customer_at: Ints) -> pa.Table:
    """Entries into stages, those of new customers included, in order of time and stage."""
    contact = np.concatenate([contacts.stage_contact, customer])
    stage = np.concatenate([contacts.stage, np.full(len(customer), IN_CUSTOMER)])
    at = np.concatenate([contacts.stage_at, customer_at])
    order = np.lexsort((contact, stage, at))
    return table("lifecycle_history", {
        "contact_id": take(contacts.ids, contact[order]),
        "stage": pick(LIFECYCLE_STAGES, stage[order]),
        "entered_at": at[order],
    })  # fmt: skip


def companies_table(span: Span, companies: Companies, people: People, contacts: Contacts) -> pa.Table:
    """Companies of contacts, created with the first of them, and a few targets without anybody."""
    rng = dice(span.seed, "company details")
    count = len(companies.employees)
    target = span.start + rng.integers(0, span.end - span.start, count)
    created_at = np.where(rng.random(count) < 0.02, target, NEVER)
    employer = people.company[contacts.person]
    employed: Flags = employer >= 0
    np.minimum.at(created_at, employer[employed], contacts.created_at[employed])
    known = np.flatnonzero(created_at <= span.end)
    known = known[np.argsort(created_at[known], kind="stable")]
    return table("companies", {
        "company_id": take(companies.ids, known),
        "name": take(companies.names, known),
        "domain": take(companies.domains, known),
        "industry": take(companies.industries, known),
        "employee_count": pa.array(companies.employees[known], mask=companies.employees[known] < 0),
        "country": pick([name for name, *_ in COUNTRIES], companies.country[known]),
        "segment": pick(SEGMENTS, companies.segment[known]),
        "created_at": created_at[known],
    })  # fmt: skip


def owners_table() -> pa.Table:
    """The sales team."""
    count = len(OWNERS)
    return table("owners", {
        "owner_id": joined(70_000_001 + np.arange(count)),
        "email": joined(pa.scalar("owner"), np.arange(1, count + 1), pa.scalar("@funnelhouse.example")),
        "first_name": [first for first, _ in OWNERS],
        "last_name": [last for _, last in OWNERS],
    })  # fmt: skip
