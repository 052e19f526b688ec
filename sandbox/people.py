"""Companies and people as they are, whether or not anybody recorded them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import (
    DAY_SECONDS,
    Flags,
    Floats,
    Ints,
    choose,
    dice,
    joined,
    only,
    pick,
    table,
    take,
)
from sandbox.names import COMPANY_NAMES, COUNTRIES, FIRST_NAMES, INDUSTRIES, LAST_NAMES

# How far a person goes, the CRM's stages included; what as_of cuts off comes on top.
ANONYMOUS, SUBSCRIBER, CONTACT, LEAD, MQL, SAL, SQL, OPPORTUNITY = range(8)
IDENTIFIED_SHARE = 0.58
SUBSCRIBER_SHARE = 0.14  # of the identified: on the mailing list, not in the CRM
CONTACT_SHARE = 0.04  # of the identified: in the CRM, never a lead
FIT_SHARE = 0.46
ADVANCE = {MQL: (0.07, 0.88), SAL: (0.82, 0.82), SQL: (0.76, 0.76), OPPORTUNITY: (0.8, 0.8)}  # (unfit, fit)
SEGMENTS = ("smb", "mid_market", "enterprise")
SEGMENT_BOUNDS = (51, 1001)


@dataclass(frozen=True)
class Span:
    """The history: from its first second to as_of, and how many people live in it."""

    seed: int
    start: int
    end: int
    people: int

    @property
    def days(self) -> int:
        """Whole days in the history."""
        return (self.end - self.start) // DAY_SECONDS


@dataclass(frozen=True)
class Companies:
    """Every company some person works for, known to the CRM or not."""

    ids: pa.Array
    names: pa.Array
    domains: pa.Array
    industries: pa.Array
    employees: Ints  # −1: unknown
    country: Ints
    segment: Ints  # −1: unknown


@dataclass(frozen=True)
class People:
    """Everybody who ever visits, one position a person."""

    count: int
    company: Ints  # −1: none
    country: Ints
    is_fit: Flags
    depth: Ints
    arrived: Ints
    first_names: pa.Array
    last_names: pa.Array
    emails: pa.Array  # normalised; NULL while nobody asked
    shown_emails: pa.Array  # as people type them
    segment: Ints  # the company's, −1: unknown

    @property
    def is_identified(self) -> Flags:
        """Who ever gives an address."""
        return self.depth >= SUBSCRIBER


def make_companies(span: Span) -> Companies:
    """About three companies for ten people, sizes log-normal, the largest with most visitors."""
    rng = dice(span.seed, "companies")
    count = max(int(span.people * 0.3), 1)
    country = choose(rng, [weight for _, weight, _, _ in COUNTRIES], count)
    employees = np.clip(np.exp(rng.normal(4.6, 1.7, count)), 1, 80_000).astype(np.int64)
    segment = np.searchsorted(SEGMENT_BOUNDS, employees, side="right")
    names, domains = _named(COMPANY_NAMES, country, rng.random(count))
    industry = np.where(rng.random(count) < 0.04, -1, rng.integers(0, len(INDUSTRIES), count))
    return Companies(
        ids=joined(20_000_000_000 + np.arange(count) * 7),
        names=names,
        domains=joined(domains, np.arange(count), pa.scalar(".example")),
        industries=pick(INDUSTRIES, industry),
        employees=np.where(rng.random(count) < 0.03, -1, employees),
        country=country,
        segment=np.where(rng.random(count) < 0.05, -1, segment),
    )


def make_people(span: Span, companies: Companies) -> People:
    """Everybody: where they work, when they come, how far they go, what they are called."""
    rng = dice(span.seed, "people")
    count = span.people
    company = _employers(rng, len(companies.employees), count)
    at_home = rng.random(count) < 0.92
    abroad = choose(rng, [weight for _, weight, _, _ in COUNTRIES], count)
    country = np.where((company >= 0) & at_home, companies.country[company], abroad)
    is_fit = rng.random(count) < FIT_SHARE
    first, first_ascii = _named(FIRST_NAMES, country, rng.random(count))
    last, last_ascii = _named(LAST_NAMES, country, rng.random(count))
    depth = _depths(rng, is_fit)
    domain = take(companies.domains, company).fill_null("mail.example")
    address = joined(first_ascii, pa.scalar("."), last_ascii, np.arange(1, count + 1), pa.scalar("@"), domain)
    emails = only(address, depth >= SUBSCRIBER)
    return People(
        count=count,
        company=company,
        country=country,
        is_fit=is_fit,
        depth=depth,
        arrived=span.start + (rng.random(count) ** 0.9 * span.days).astype(np.int64) * DAY_SECONDS,
        first_names=first,
        last_names=last,
        emails=emails,
        shown_emails=spelled(rng, emails),
        segment=np.where(company >= 0, companies.segment[company], -1),
    )


def _employers(rng: np.random.Generator, companies: int, people: int) -> Ints:
    """A company for most people: a few companies have many, most have one or two."""
    weights = rng.pareto(1.8, companies) + 0.3
    employer = choose(rng, weights.tolist(), people)
    return np.where(rng.random(people) < 0.84, employer, -1)


def _depths(rng: np.random.Generator, is_fit: Flags) -> Ints:
    """How far each person goes, stage by stage; the fit go further."""
    count = len(is_fit)
    kind = choose(rng, [SUBSCRIBER_SHARE, CONTACT_SHARE, 1 - SUBSCRIBER_SHARE - CONTACT_SHARE], count)
    depth = np.where(rng.random(count) < IDENTIFIED_SHARE, SUBSCRIBER + kind, ANONYMOUS)
    for stage, (unfit, fit) in ADVANCE.items():
        goes_on = rng.random(count) < np.where(is_fit, fit, unfit)
        depth = np.where((depth == stage - 1) & goes_on, stage, depth)
    return depth


def _named(
    names: dict[str, tuple[tuple[str, str], ...]], country: Ints, share: Floats
) -> tuple[pa.Array, pa.Array]:
    """A name in the language of each country, and its spelling in an address."""
    languages = list(names)
    sizes = np.array([len(names[language]) for language in languages])
    starts = np.cumsum(sizes) - sizes
    language = np.array([languages.index(spoken) for _, _, _, spoken in COUNTRIES])[country]
    codes = starts[language] + (share * sizes[language]).astype(np.int64)
    pairs = [pair for language in languages for pair in names[language]]
    return pick([written for written, _ in pairs], codes), pick([ascii_ for _, ascii_ in pairs], codes)


def spelled(rng: np.random.Generator, emails: pa.Array) -> pa.Array:
    """Addresses as typed: some in capitals, some with stray spaces."""
    style = choose(rng, [0.8, 0.08, 0.05, 0.04, 0.03], len(emails))
    return pc.choose(
        pa.array(style),
        emails,
        pc.utf8_capitalize(emails),
        pc.utf8_upper(emails),
        joined(emails, pa.scalar(" ")),
        joined(pa.scalar("  "), emails),
    )


def people_table(people: People, companies: Companies, contact_ids: pa.Array, contact_of: Ints) -> pa.Table:
    """The latent truth about everybody."""
    languages = [language for _, _, _, language in COUNTRIES]
    return table(
        "people",
        {
            "person_no": np.arange(1, people.count + 1),
            "email": people.emails,
            "is_identified": people.is_identified,
            "company_id": take(companies.ids, people.company),
            "country": pick([country for country, _, _, _ in COUNTRIES], people.country),
            "segment": pick(SEGMENTS, people.segment),
            "is_fit": people.is_fit,
            "first_name": people.first_names,
            "last_name": people.last_names,
            "language": pick(languages, people.country),
            "contact_id": take(contact_ids, contact_of),
            "arrived_at": people.arrived,
        },
    )
