"""People met at a fair: the CRM has their names and no address, so no visit is ever known to be theirs."""

import numpy as np
import pyarrow as pa

from sandbox.columns import DAY_SECONDS, Ints, days, dice, joined, pick, seconds_of, table, take
from sandbox.contacts import OWNER_NAMES
from sandbox.names import COUNTRIES, FIRST_NAMES, LAST_NAMES
from sandbox.ownership import PIPELINES
from sandbox.people import Span
from sandbox.schemas import DEAL_STAGES, LIFECYCLE_STAGES

CONTACT_ID, DEAL_ID = 10_750_000_000, 30_750_000_000
ONE_IN = 200
Tables = dict[str, pa.Table]


def fair_tables(span: Span, companies: pa.Table) -> Tables:
    """Contacts without an address, every second of a known company; leads all, a few with a deal."""
    rng = dice(span.seed, "fair")
    who = np.arange(4 + span.people // ONE_IN)
    early = np.flatnonzero(seconds_of(companies["created_at"]) <= span.start + span.days // 2 * DAY_SECONDS)
    company = np.where((who % 2 == 0) & (len(early) > 0), early[who * 7 % max(len(early), 1)], -1)
    at = span.start + rng.integers(span.days // 2 + 1, span.days - 40, len(who)) * DAY_SECONDS + 10 * 3600
    names = [pick([name for name, _ in names["english"]], rng.integers(0, 6, len(who)))
             for names in (FIRST_NAMES, LAST_NAMES)]  # fmt: skip
    ids = joined(CONTACT_ID + who * 3)
    owner = rng.integers(-1, len(OWNER_NAMES), len(who))
    company_ids = take(companies["company_id"].combine_chunks(), company)
    entries = np.repeat(who, who % 3 + 1)
    stage = np.concatenate([np.arange(one % 3 + 1) for one in who])
    return {
        "contacts": table("contacts", {
            "contact_id": ids, "created_at": at, "first_name": names[0], "last_name": names[1],
            "company_id": company_ids, "lead_source": pick(["OFFLINE"], who * 0),
            "owner": pick(OWNER_NAMES, owner),
            "country": pick([name for name, *_ in COUNTRIES], rng.integers(0, len(COUNTRIES), len(who))),
        }),
        "lifecycle_history": table("lifecycle_history", {
            "contact_id": take(ids, entries), "stage": pick(LIFECYCLE_STAGES, stage),
            "entered_at": at[entries] + stage * 2 * DAY_SECONDS,
        }),
        **_deals(ids, company_ids, owner, at, who[2::3]),
    }  # fmt: skip


def _deals(contact: pa.Array, company: pa.Array, owner: Ints, at: Ints, who: Ints) -> Tables:
    """A deal of each of these: won, lost or open."""
    rows = np.arange(len(who))
    ids = joined(DEAL_ID + rows * 11)
    created_at = at[who] + 5 * DAY_SECONDS
    moved_at = created_at + 9 * DAY_SECONDS
    last = rows % 3
    expected = days(created_at // DAY_SECONDS + 45).cast(pa.string())
    values = pa.concat_arrays([
        joined(12_000 + rows * 500), expected, pick(PIPELINES, rows % 2), pick(OWNER_NAMES, owner[who]),
    ])  # fmt: skip
    kept = np.flatnonzero(np.concatenate([np.ones(3 * len(rows), dtype=bool), owner[who] >= 0]))
    kept = kept[np.argsort(np.tile(created_at, 4)[kept], kind="stable")]
    moves = np.argsort(np.concatenate([created_at, moved_at]), kind="stable")
    return {
        "deals": table("deals", {
            "deal_id": ids, "created_at": created_at, "name": joined(pa.scalar("Met at the fair "), rows + 1),
            "pipeline": pick(PIPELINES, rows % 2), "currency": pick(["USD", "EUR"], rows % 2),
            "deal_type": pick(["new"], rows * 0), "contact_id": take(contact, who),
            "company_id": take(company, who), "owner": pick(OWNER_NAMES, owner[who]),
            "lost_reason": pick(["no budget"], np.where(last == 1, 0, -1)),
        }),
        "deal_contacts": table("deal_contacts", {
            "deal_id": ids, "contact_id": take(contact, who), "is_primary": rows >= 0,
        }),
        "deal_stage_history": table("deal_stage_history", {
            "deal_id": take(ids, np.tile(rows, 2)[moves]),
            "stage": pick((DEAL_STAGES[0], "won", "lost", DEAL_STAGES[1]),
                          np.concatenate([rows * 0, last + 1])[moves]),
            "entered_at": np.concatenate([created_at, moved_at])[moves],
        }),
        "deal_field_history": table("deal_field_history", {
            "deal_id": take(ids, np.tile(rows, 4)[kept]),
            "field": pick(("amount", "close_date_expected", "pipeline", "owner"),
                          np.repeat(np.arange(4), len(rows))[kept]),
            "value": take(values, kept), "changed_at": np.tile(created_at, 4)[kept],
        }),
        "deal_fates": table("deal_fates", {
            "deal_id": ids, "fate": pick(("won", "lost", "open"), last), "last_moved_at": moved_at,
        }),
    }  # fmt: skip
