"""Deals as the CRM keeps them: current values, the history of stages and fields, the people involved."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import (
    DAY_SECONDS,
    NEVER,
    Flags,
    Floats,
    Ints,
    dice,
    joined,
    last_by,
    only,
    pick,
    running_within,
    table,
    take,
)
from sandbox.contacts import LEAD_SOURCES, OWNER_NAMES, Contacts
from sandbox.currencies import CURRENCIES
from sandbox.deals import DEAL_TYPES, LAST_OPEN, LOST, WON, Deals
from sandbox.names import OWNERS
from sandbox.people import SEGMENTS, Companies, People, Span
from sandbox.schemas import DEAL_STAGES

PRODUCTS = ("Starter", "Team", "Business", "Enterprise")
LOST_REASONS = ("price", "no budget", "competitor", "no decision", "missing feature", "السعر مرتفع")
ROLES = ("decision maker", "champion", "user")
AMOUNT_LATER, AMOUNT_NEVER = 0.1, 0.02
AMOUNT_CHANGES, DATE_PUSHES = 0.22, 0.35
DELIVERED_SHARE, DAYS_TO_DELIVERY, DELIVERY_SPREAD = 0.85, 20.0, 0.6  # of won deals; median; of the logarithm


def deal_ids(deals: Deals) -> pa.Array:
    """The CRM's number of each deal, in order of creation."""
    return joined(30_000_000_000 + np.arange(deals.count) * 11)


def deal_tables(
    span: Span, people: People, companies: Companies, contacts: Contacts, deals: Deals
) -> dict[str, pa.Table]:
    """All tables about deals."""
    ids = deal_ids(deals)
    order = np.lexsort((deals.move_deal, deals.move_at))
    last = last_by(deals.move_deal[order], deals.count)
    state = deals.move_stage[order][last]
    fate = np.select([state == WON, state == LOST, deals.is_dark], [0, 1, 2], 3)
    return {
        "deals": _deals(span, people, companies, contacts, deals, ids),
        "deal_contacts": _deal_contacts(span, people, contacts, deals, ids),
        "deal_stage_history": table("deal_stage_history", {
            "deal_id": take(ids, deals.move_deal[order]),
            "stage": pick(DEAL_STAGES, deals.move_stage[order]),
            "entered_at": deals.move_at[order],
        }),
        "deal_field_history": _field_history(span, deals, ids),
        "deal_fates": table("deal_fates", {
            "deal_id": ids,
            "fate": pick(("won", "lost", "dark", "open"), fate),
            "last_moved_at": deals.move_at[order][last],
        }),
    }  # fmt: skip


def _deals(
    span: Span, people: People, companies: Companies, contacts: Contacts, deals: Deals, ids: pa.Array
) -> pa.Table:
    """Deals; stage, amount, dates and outcome come with World.at, but closed_at of those entered late."""
    rng = dice(span.seed, "deal details")
    count = deals.count
    opener = contacts.person[np.where(deals.contact >= 0, deals.contact, 0)]
    owner = np.where(deals.contact >= 0, contacts.owner[deals.contact], -1)
    owner = np.where((owner < 0) & (rng.random(count) < 0.95), rng.integers(0, len(OWNERS), count), owner)
    segment = np.where(deals.company >= 0, companies.segment[deals.company], -1)
    product = np.clip(np.where(segment < 0, 0, segment + 1) + rng.integers(-1, 1, count), 0, 3)
    of_contact = only(take(people.last_names, opener), deals.contact >= 0)
    named = pc.coalesce(take(companies.names, deals.company), of_contact, pa.scalar("Inbound request"))
    late = np.where(deals.backdated > 0, deals.created_at - deals.backdated, NEVER)
    return table("deals", {
        "deal_id": ids,
        "created_at": deals.created_at,
        "name": joined(named, pa.scalar(" – "), pick(PRODUCTS, product)),
        "pipeline": pick(["default"], np.zeros(count, dtype=np.int64)),
        "currency": pick(CURRENCIES, deals.currency),
        "closed_at": late,
        "contact_id": take(contacts.ids, deals.contact),
        "company_id": take(companies.ids, deals.company),
        "owner": pick(OWNER_NAMES, owner),
        "product": pick(PRODUCTS, np.where(rng.random(count) < 0.04, -1, product)),
        "deal_type": pick(DEAL_TYPES, deals.kind),
        "lead_source": pick(LEAD_SOURCES, np.where(rng.random(count) < 0.1, -1, rng.integers(0, 8, count))),
        "segment": pick(SEGMENTS, segment),
        "lost_reason": pick(LOST_REASONS, np.where(rng.random(count) < 0.1, -1, rng.integers(0, 6, count))),
        "delivered_at": _deliveries(span, deals),
    })  # fmt: skip


def _deliveries(span: Span, deals: Deals) -> Ints:
    """When what was won had been delivered, also after as_of; NEVER for what isn't recorded."""
    rng = dice(span.seed, "deliveries")
    won_at = deals.won_at()
    is_told = (won_at < NEVER) & (rng.random(deals.count) < DELIVERED_SHARE)
    days = rng.lognormal(np.log(DAYS_TO_DELIVERY), DELIVERY_SPREAD, deals.count)
    return np.where(is_told, won_at + (days * DAY_SECONDS).astype(np.int64), NEVER)


def involved(span: Span, people: People, contacts: Contacts, deals: Deals) -> tuple[Ints, Ints]:
    """Pairs (deal, contact): the opener, and up to two colleagues who joined the CRM after the opener."""
    rng = dice(span.seed, "deal contacts")
    employer = people.company[contacts.person]
    rank = np.lexsort((contacts.created_at, employer))
    key = employer[rank] * 2**34 + contacts.created_at[rank]
    place = np.empty(len(rank), dtype=np.int64)
    place[rank] = np.arange(len(rank))
    with_both = np.flatnonzero((deals.contact >= 0) & (deals.company >= 0))
    company = deals.company[with_both]
    first = np.where(employer[deals.contact[with_both]] == company, place[deals.contact[with_both]] + 1, 0)
    stop = np.searchsorted(key, company * 2**34 + deals.created_at[with_both], side="right")
    colleagues = np.where(first > 0, np.maximum(stop - first, 0), 0)
    pairs = [(np.flatnonzero(deals.contact >= 0), deals.contact[deals.contact >= 0])]
    for nth in range(2):
        joins = (colleagues > nth) & (rng.random(len(with_both)) < 0.6)
        pairs.append((with_both[joins], rank[first[joins] + nth]))
    deal, contact = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    order = np.lexsort((contact, deal))
    return deal[order], contact[order]


def _deal_contacts(span: Span, people: People, contacts: Contacts, deals: Deals, ids: pa.Array) -> pa.Table:
    """Who takes part in each deal; the opener, whose id is the smallest, is primary."""
    rng = dice(span.seed, "deal roles")
    deal, contact = involved(span, people, contacts, deals)
    return table("deal_contacts", {
        "deal_id": take(ids, deal),
        "contact_id": take(contacts.ids, contact),
        "role": pick(ROLES, rng.integers(-1, len(ROLES), len(deal))),
        "is_primary": contact == deals.contact[deal],
    })  # fmt: skip


def _field_history(span: Span, deals: Deals, ids: pa.Array) -> pa.Table:
    """Every value of amount and of the expected close date, with the moment it was set."""
    rng = dice(span.seed, "deal fields")
    order = np.lexsort((deals.move_at, deals.move_deal))
    deal, stage, at = deals.move_deal[order], deals.move_stage[order], deals.move_at[order]
    counts = np.bincount(deal, minlength=deals.count)
    is_first = np.arange(len(deal)) == np.repeat(np.cumsum(counts) - counts, counts)
    cents, amount_at, has_amount = _amounts(rng, deals, deal, at, is_first, counts)
    day, has_day = _close_days(rng, deals, deal, stage, is_first, counts)
    rows = np.concatenate([np.flatnonzero(has_amount & (amount_at <= span.end)), np.flatnonzero(has_day)])
    field = np.where(np.arange(len(rows)) < (has_amount & (amount_at <= span.end)).sum(), 0, 1)
    changed_at = np.where(field == 0, amount_at[rows], at[rows])
    shown = pc.if_else(
        pa.array(field == 0), joined(cents[rows] // 100),
        pa.array(day[rows].astype(np.int32)).cast(pa.date32()).cast(pa.string()),
    )  # fmt: skip
    by_time = np.lexsort((field, deal[rows], changed_at))
    return table("deal_field_history", {
        "deal_id": take(ids, deal[rows][by_time]),
        "field": pick(("amount", "close_date_expected"), field[by_time]),
        "value": shown.take(pa.array(by_time)),
        "changed_at": changed_at[by_time],
    })  # fmt: skip


def _amounts(
    rng: np.random.Generator, deals: Deals, deal: Ints, at: Ints, is_first: Flags, counts: Ints
) -> tuple[Ints, Ints, Flags]:
    """Per move: the amount then, when it was told, whether it was; some are told days late, some never."""
    changes = ~is_first & (rng.random(len(deal)) < AMOUNT_CHANGES)
    growth: Floats = np.where(changes, rng.normal(0.02, 0.2, len(deal)), 0.0)
    factor = np.exp(running_within(growth, counts))
    cents = np.maximum((deals.cents[deal] * factor).astype(np.int64) // 10_000, 1) * 10_000
    lot = rng.random(deals.count)[deal]
    delay = rng.integers(DAY_SECONDS, 9 * DAY_SECONDS, len(deal))
    told_at = at + np.where(is_first & (lot < AMOUNT_LATER), delay, 0)
    return cents, told_at, (is_first | changes) & (lot < 1 - AMOUNT_NEVER)


def _close_days(
    rng: np.random.Generator, deals: Deals, deal: Ints, stage: Ints, is_first: Flags, counts: Ints
) -> tuple[Ints, Flags]:
    """Per move: the expected close day then, and whether it was set; it is mostly pushed out."""
    pushed = ~is_first & (stage <= LAST_OPEN) & (rng.random(len(deal)) < DATE_PUSHES)
    shift: Floats = np.where(pushed, rng.integers(7, 45, len(deal)), 0).astype(np.float64)
    first = deals.created_at // DAY_SECONDS + rng.integers(30, 110, deals.count)
    return first[deal] + running_within(shift, counts).astype(np.int64), is_first | pushed
