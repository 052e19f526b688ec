"""People the records know twice: second contacts and their merges, second addresses, shared clicks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import DAY_SECONDS, NEVER, Flags, Ints, dice, joined, pick, scrambled, table, take
from sandbox.contacts import IN_LEAD, IN_MQL, Contacts
from sandbox.people import LEAD, People, Span, spelled
from sandbox.schemas import LIFECYCLE_STAGES
from sandbox.sources import SOURCE_NAMES
from sandbox.visits import PAGES, Visits, browser_ids

SHARE = 0.03  # of the contacts: entered a second time
FIRST_ID = 10_600_000_000
# What becomes of every tenth double: merged in a chain with a third, undone, merged by the CRM itself, never.
CHAIN, UNDONE, IN_CRM, NEVER_MERGED, PLAIN = range(5)
FATES = np.array([CHAIN, UNDONE, IN_CRM, PLAIN, PLAIN, UNDONE, NEVER_MERGED, PLAIN, IN_CRM, PLAIN])


@dataclass(frozen=True)
class Doubles:
    """Second contacts of people, a third one where merges chain."""

    contact: Ints  # position of the first one in Contacts
    nth: Ints  # 1: the second contact, 2: the third
    fate: Ints
    created_at: Ints
    ids: pa.Array
    emails: pa.Array
    winner_ids: pa.Array
    merged_at: Ints  # NEVER: not merged
    unmerged_at: Ints


def make_doubles(span: Span, people: People, contacts: Contacts, archived: pa.Array) -> Doubles:
    """Leads entered again under another address; most are merged weeks later, some merges are undone."""
    rng = dice(span.seed, "doubles")
    old = contacts.created_at <= span.end - 150 * DAY_SECONDS
    alive = ~np.asarray(pc.is_in(contacts.ids, value_set=archived))
    eligible = np.flatnonzero(old & alive & (people.depth[contacts.person] >= LEAD))
    chosen = np.sort(rng.choice(eligible, int(len(eligible) * SHARE), replace=False))
    fate = FATES[np.arange(len(chosen)) % len(FATES)]
    third = np.flatnonzero(fate == CHAIN)
    row = np.concatenate([np.arange(len(chosen)), third])
    nth = np.concatenate([np.ones(len(chosen), dtype=np.int64), np.full(len(third), 2)])
    contact, fate = chosen[row], fate[row]
    created_at = contacts.created_at[contact] + nth * rng.integers(
        3 * DAY_SECONDS, 40 * DAY_SECONDS, len(row)
    )
    merged_at = contacts.created_at[contact] + rng.integers(90 * DAY_SECONDS, 120 * DAY_SECONDS, len(row))
    undone_at = merged_at + rng.integers(5 * DAY_SECONDS, 29 * DAY_SECONDS, len(row))
    ids = joined(FIRST_ID + np.arange(len(row)) * 3)
    # The third contact loses to the second, and the second to the first.
    second = take(ids, np.where(nth == 2, row, -1))
    local = pc.replace_substring_regex(take(people.emails, contacts.person[contact]), "@.*", "")
    return Doubles(
        contact=contact,
        nth=nth,
        fate=fate,
        created_at=created_at,
        ids=ids,
        emails=pc.choose(pa.array(nth - 1), joined(local, pa.scalar("@inbox.example")),
                         joined(local, pa.scalar(".old@inbox.example"))),
        winner_ids=pc.coalesce(second, take(contacts.ids, contact)),
        merged_at=np.where(fate == NEVER_MERGED, NEVER, merged_at),
        unmerged_at=np.where(fate == UNDONE, undone_at, NEVER),
    )  # fmt: skip


def doubles_tables(
    span: Span, people: People, contacts: Contacts, doubles: Doubles, known: pa.Table
) -> dict[str, pa.Table]:
    """The rows that second contacts add; `known` are the contacts they repeat."""
    rng = dice(span.seed, "doubles' details")
    first = known.take(pa.array(doubles.contact))
    count = len(doubles.contact)
    entered = doubles.fate != IN_CRM
    became_mql = entered & (rng.random(count) < 0.3)
    at = np.concatenate([doubles.created_at[entered], (doubles.created_at + 3 * DAY_SECONDS)[became_mql]])
    who = np.concatenate([np.flatnonzero(entered), np.flatnonzero(became_mql)])
    stage = np.where(np.arange(len(who)) < entered.sum(), IN_LEAD, IN_MQL)
    return {
        "contacts": table("contacts", {
            **{name: first[name] for name in ("first_name", "last_name", "company_id", "country", "owner")},
            "person_no": first["person_no"],
            "contact_id": doubles.ids,
            "created_at": doubles.created_at,
            "email": spelled(rng, doubles.emails),
            "lead_source": pick(["OFFLINE"], np.where(rng.random(count) < 0.2, -1, 0)),
        }),
        "lifecycle_history": table("lifecycle_history", {
            "contact_id": take(doubles.ids, who), "stage": pick(LIFECYCLE_STAGES, stage), "entered_at": at,
        }),
        "contact_merges": _merges(doubles, doubles.fate != IN_CRM, "contact_merges"),
        "crm_merges": _merges(doubles, doubles.fate == IN_CRM, "crm_merges"),
        **_browsing(rng, doubles),
    }  # fmt: skip


def _merges(doubles: Doubles, which: Flags, name: str) -> pa.Table:
    """Merges in order of time."""
    rows = np.flatnonzero(which & (doubles.merged_at < NEVER))
    rows = rows[np.argsort(doubles.merged_at[rows], kind="stable")]
    columns = {
        "loser_id": take(doubles.ids, rows),
        "winner_id": take(doubles.winner_ids, rows),
        "merged_at": doubles.merged_at[rows],
    }
    if name == "contact_merges":
        columns["unmerged_at"] = doubles.unmerged_at[rows]
    return table(name, columns)


def _browsing(rng: np.random.Generator, doubles: Doubles) -> dict[str, pa.Table]:
    """Every second double comes on a device of its own, which tells the second address."""
    rows = np.flatnonzero(np.arange(len(doubles.contact)) % 2 == 0)
    device = joined(pa.scalar("d"), scrambled(rows + 2**43))
    told_at = doubles.created_at[rows] + rng.integers(0, 3600, len(rows))
    visit = np.repeat(np.arange(len(rows)), 3)
    at = doubles.created_at[rows][visit] + rng.integers(-5 * DAY_SECONDS, 20 * DAY_SECONDS, len(visit))
    order = np.argsort(told_at, kind="stable")
    return {
        "identities": table("identities", {
            "anonymous_id": take(device, order), "email": take(doubles.emails, rows[order]),
            "seen_at": told_at[order],
        }),
        "touchpoints": plain_touches(rng, 2**44, take(device, visit), at),
    }  # fmt: skip


def plain_touches(
    rng: np.random.Generator, first_number: int, device: pa.Array, at: Ints, **given: pa.Array
) -> pa.Table:
    """Direct visits of pages, in order of time, numbered apart from all others."""
    order = np.argsort(at, kind="stable")
    page = rng.integers(0, len(PAGES), len(at))
    columns: Mapping[str, pa.Array] = {
        "touchpoint_id": joined(pa.scalar("t"), scrambled(first_number + np.arange(len(at)))),
        "anonymous_id": device,
        "landing_url": pick([f"https://www.funnelhouse.example{path}" for path, _, _ in PAGES], page),
        "content_type": pick([kind for _, kind, _ in PAGES], page),
        "content_name": pick([name for _, _, name in PAGES], page),
        "is_retargeting": pa.array(np.zeros(len(at), dtype=bool)),
        **given,
    }
    ordered = {name: column.take(pa.array(order)) for name, column in columns.items()}
    return table("touchpoints", {**ordered, "occurred_at": at[order]})


def other_addresses(span: Span, people: People, contacts: Contacts, visits: Visits) -> dict[str, pa.Table]:
    """Second addresses told on the first device, and clicks that went on in another program's browser."""
    rng = dice(span.seed, "other addresses")
    eligible = np.flatnonzero(contacts.created_at <= span.end - 40 * DAY_SECONDS)
    few = np.sort(rng.choice(eligible, len(eligible) // 80, replace=False))
    told_at = contacts.created_at[few] + rng.integers(DAY_SECONDS, 39 * DAY_SECONDS, len(few))
    order = np.argsort(told_at, kind="stable")
    person = contacts.person[few][order]
    local = pc.replace_substring_regex(take(people.emails, person), "@.*", "")
    handed = np.flatnonzero(visits.source == SOURCE_NAMES.index("paid_search"))[17::200]
    device = joined(pa.scalar("h"), scrambled(visits.number[handed]))
    clicks = joined(pa.scalar("Cj0KCQ"), scrambled(visits.number[handed] + 2**40))
    at = np.minimum(visits.at[handed] + rng.integers(20, 300, len(handed)), span.end)
    return {
        "identities": table("identities", {
            "anonymous_id": browser_ids(person * 4),
            "email": joined(local, pa.scalar("@home.example")),
            "seen_at": told_at[order],
        }),
        "touchpoints": plain_touches(
            rng, 2**45, device, at, click_id=clicks,
            utm_source=pick(["google"], np.zeros(len(at), dtype=np.int64)),
            utm_medium=pick(["cpc"], np.zeros(len(at), dtype=np.int64)),
        ),
    }  # fmt: skip
