"""Who agreed to what, and when: analytics and marketing, granted, denied, withdrawn and granted again."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.columns import DAY_SECONDS, NEVER, Ints, choose, dice, group_starts, pick, table, take
from sandbox.names import COUNTRIES
from sandbox.people import People, Span, spelled
from sandbox.visits import Visits

PURPOSES, STATUSES = ("analytics", "marketing"), ("denied", "granted")
ANALYTICS, MARKETING = range(2)
DENIED, GRANTED = range(2)
CHANNELS = ("website", "email", "phone", "fair")
BASES = ("consent", "legitimate_interest")
LAWS = {"United States": "CCPA", "United Kingdom": "UK GDPR", "Germany": "GDPR", "France": "GDPR",
        "Spain": "GDPR", "Saudi Arabia": "PDPL", "Egypt": "PDPL", "Japan": "APPI", "China": "PIPL",
        "India": "DPDP"}  # fmt: skip
JURISDICTIONS = tuple(sorted(set(LAWS.values())))
OUR_OWN = "qa0@funnelhouse.example"

# What a person says of analytics: its share, and (status, at) in order; a person may say nothing.
FIRST, AT_ONE, BETWEEN, INTRODUCED, LATER = range(5)
STORIES: tuple[tuple[float, tuple[tuple[int, int], ...]], ...] = (
    (0.32, ()),
    (0.36, ((GRANTED, INTRODUCED),)),
    (0.05, ((DENIED, INTRODUCED),)),
    (0.07, ((GRANTED, FIRST), (DENIED, BETWEEN))),
    (0.05, ((DENIED, AT_ONE),)),
    (0.04, ((DENIED, FIRST),)),
    (0.05, ((DENIED, FIRST), (GRANTED, BETWEEN))),
    (0.02, ((GRANTED, FIRST), (DENIED, AT_ONE), (GRANTED, LATER))),
    (0.02, ((DENIED, AT_ONE), (GRANTED, AT_ONE))),
    (0.02, ((GRANTED, FIRST), (GRANTED, INTRODUCED))),
)
GRANTS_MARKETING, WITHDRAWS, RETURNS = 0.5, 0.2, 0.3
REFUSES_MARKETING = 0.07


@dataclass(frozen=True)
class Said:
    """What was said, one position each."""

    person: Ints
    purpose: Ints
    status: Ints
    at: Ints


def consents_table(span: Span, people: People, visits: Visits, second: pa.Array, second_at: Ints) -> pa.Table:
    """Everything said up to as_of in order of time; some of it under a person's second address."""
    rng = dice(span.seed, "consents")
    found = _of_people(rng, span, people, visits)
    theirs = np.flatnonzero(rng.random(len(second)) < 0.4)
    ours = np.zeros(1, dtype=np.int64)
    email = pa.concat_arrays([take(spelled(rng, people.emails), found.person),
                              take(second, theirs), pa.array([OUR_OWN])])  # fmt: skip
    law = np.array([JURISDICTIONS.index(LAWS[name]) if name in LAWS else -1 for name, *_ in COUNTRIES])
    nobodys = np.full(len(theirs) + 1, -1)
    purpose = np.concatenate([found.purpose, rng.integers(0, 2, len(theirs)), ours])
    status = np.concatenate([found.status, rng.integers(0, 2, len(theirs)), ours])
    at = np.concatenate([found.at, second_at[theirs], ours + span.start + 40 * DAY_SECONDS])
    order = np.lexsort((status, purpose, at))
    order = order[at[order] <= span.end]
    basis = np.where(status == GRANTED, choose(rng, [0.8, 0.2], len(at)), -1)
    return table("consents", {
        "email": take(email, order),
        "purpose": pick(PURPOSES, purpose[order]),
        "status": pick(STATUSES, status[order]),
        "recorded_at": at[order],
        "channel": pick(CHANNELS, choose(rng, [0.6, 0.25, 0.08, 0.07], len(at))[order]),
        "legal_basis": pick(BASES, np.where(rng.random(len(at)) < 0.1, -1, basis)[order]),
        "jurisdiction": pick(
            JURISDICTIONS, np.concatenate([law[people.country[found.person]], nobodys])[order]
        ),
    })  # fmt: skip


def _of_people(rng: np.random.Generator, span: Span, people: People, visits: Visits) -> Said:
    """What people said under the address they gave."""
    known = np.flatnonzero(visits.introduced_at <= span.end)
    story = choose(rng, [share for share, _ in STORIES], len(known))
    moments = _moments(rng, visits, known)
    parts: list[tuple[Ints, int, int, Ints]] = []
    for number, (_, said) in enumerate(STORIES):
        who = np.flatnonzero(story == number)
        for status, moment in said:
            parts.append((known[who], ANALYTICS, status, moments[moment][who]))
    lot, again = rng.random(len(known)), rng.random(len(known))
    asked_at = visits.introduced_at[known]
    left_at = asked_at + rng.integers(DAY_SECONDS, 200 * DAY_SECONDS, len(known))
    back_at = left_at + rng.integers(DAY_SECONDS, 90 * DAY_SECONDS, len(known))
    agrees, refuses = lot < GRANTS_MARKETING, lot > 1 - REFUSES_MARKETING
    leaves = agrees & (again < WITHDRAWS)
    returns = leaves & (again < WITHDRAWS * RETURNS)
    for who_, status, at in ((agrees, GRANTED, asked_at), (refuses, DENIED, asked_at),
                             (leaves, DENIED, left_at), (returns, GRANTED, back_at)):  # fmt: skip
        parts.append((known[who_], MARKETING, status, at[who_]))
    person, at = (np.concatenate(part) for part in zip(*((part[0], part[3]) for part in parts), strict=True))
    sizes = [len(part[0]) for part in parts]
    return Said(
        person=person,
        purpose=np.repeat([part[1] for part in parts], sizes),
        status=np.repeat([part[2] for part in parts], sizes),
        at=at,
    )


def _moments(rng: np.random.Generator, visits: Visits, known: Ints) -> tuple[Ints, ...]:
    """Per person: the first visit, some visit, between it and the next, the introduction, a month later."""
    introduced_at = visits.introduced_at[known]
    by_person = np.argsort(visits.person, kind="stable")
    counts = np.bincount(visits.person, minlength=known.max(initial=0) + 1)
    starts, counts = group_starts(counts)[known], counts[known]
    at = np.append(visits.at[by_person], NEVER)
    one = (rng.random(len(known)) * counts).astype(np.int64)
    has_one, has_next = counts > 0, one + 1 < counts
    first_at = np.where(has_one, at[np.where(has_one, starts, 0)], introduced_at)
    one_at = np.where(has_one, at[np.where(has_one, starts + one, 0)], introduced_at)
    next_at = np.where(has_next, at[np.where(has_next, starts + one + 1, 0)], one_at + DAY_SECONDS)
    return first_at, one_at, (one_at + next_at) // 2, introduced_at, one_at + 30 * DAY_SECONDS
