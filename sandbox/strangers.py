"""Records that are nobody's or not for counting: shared mailboxes, a kiosk, our own people, tests."""

import numpy as np
import pyarrow as pa

from sandbox.columns import (
    DAY_SECONDS,
    Ints,
    days,
    decimals,
    dice,
    joined,
    pick,
    scrambled,
    seconds_of,
    table,
    take,
)
from sandbox.contacts import OWNER_NAMES
from sandbox.duplicates import plain_touches
from sandbox.people import Span, spelled
from sandbox.schemas import DEAL_STAGES, MONEY

MAILBOXES = ("info", "office", "support")
MAILBOX_ID, OWN_ID, TEST_CONTACT_ID = 10_700_000_000, 10_800_000_000, 10_900_000_000
TEST_COMPANY_ID, TEST_DEAL_ID = 20_900_000_000, 30_900_000_000
OWN_DOMAIN = "funnelhouse.example"
KIOSK_ADDRESSES = 8
# What the demo's exclusions seed says; each is matched without regard to capitals.
EXCLUSIONS: tuple[tuple[str, str, str, str], ...] = (
    ("contact", "email", r"@funnelhouse\.example$", "our own people"),
    ("company", "name", "^zz test", "test record"),
    ("deal", "name", r"^\[?test([^a-z]|$)", "test record"),
    ("touchpoint", "landing_url", r"^https://staging\.", "test site"),
    ("touchpoint", "user_agent", r"bot([^a-z]|$)|spider", "bot"),
)
BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
)
PHONE = "Mozilla/5.0 (Linux; Android 13; CUBOTX NOTE 21) AppleWebKit/537.36"  # no bot, whatever its name
TEST_DEALS = ("TEST – do not call", "[test] import check", "Test صفقة")

Tables = dict[str, pa.Table]


def mailbox_tables(span: Span, companies: pa.Table) -> Tables:
    """At every sixtieth company three contacts that share one mailbox."""
    rng = dice(span.seed, "mailboxes")
    early = np.flatnonzero(seconds_of(companies["created_at"]) <= span.end - 60 * DAY_SECONDS)[5::60]
    company = np.repeat(early, 3)
    nth = np.arange(len(company)) // 3 % len(MAILBOXES)
    at = seconds_of(companies["created_at"])[company] + rng.integers(0, 50 * DAY_SECONDS, len(company))
    ids = joined(MAILBOX_ID + np.arange(len(company)) * 3)
    domain = companies["domain"].combine_chunks()
    address = joined(pick(MAILBOXES, nth), pa.scalar("@"), take(domain, company))
    device = joined(pa.scalar("m"), scrambled(np.arange(len(early)) + 2**46))
    return {
        "contacts": table("contacts", {
            "contact_id": ids,
            "created_at": at,
            "email": spelled(rng, address),
            "last_name": pick(("Reception", "Front desk", "استقبال"), np.arange(len(company)) % 3),
            "company_id": take(companies["company_id"].combine_chunks(), company),
            "owner": pick(OWNER_NAMES, rng.integers(-1, len(OWNER_NAMES), len(company))),
        }),
        "lifecycle_history": table("lifecycle_history", {
            "contact_id": ids, "stage": pick(["lead"], np.zeros(len(company), dtype=np.int64)),
            "entered_at": at,
        }),
        "identities": table("identities", {
            "anonymous_id": device, "email": address.take(pa.array(np.arange(len(early)) * 3)),
            "seen_at": at[::3],
        }),
        "touchpoints": plain_touches(rng, 2**47, device, np.maximum(at[::3] - 90, span.start)),
    }  # fmt: skip


def kiosk_tables(span: Span, people: pa.Array) -> Tables:
    """A device at a fair where eight people give their address; one a hundred thousand people."""
    rng = dice(span.seed, "kiosks")
    kiosks = 1 + span.people // 100_000
    told = rng.choice(len(people), kiosks * KIOSK_ADDRESSES, replace=False)
    kiosk = np.repeat(np.arange(kiosks), KIOSK_ADDRESSES)
    opens = span.start + rng.integers(span.days // 2, span.days - 10, kiosks) * DAY_SECONDS
    at = opens[kiosk] + rng.integers(9 * 3600, 2 * DAY_SECONDS, len(told))
    order = np.lexsort((told, at))
    device = joined(pa.scalar("k"), scrambled(kiosk + 2**48))
    return {
        "identities": table("identities", {
            "anonymous_id": take(device, order), "email": take(people, told[order]), "seen_at": at[order],
        }),
        "touchpoints": plain_touches(rng, 2**49, device, at - 60),
    }  # fmt: skip


def own_tables(span: Span, known: pa.Array) -> Tables:
    """Our own people trying things out, and the contact of a test company; `known` are real contacts' ids."""
    rng = dice(span.seed, "own people")
    own = 4 + span.people // 2_000
    who = np.arange(own + 1)
    at = span.start + rng.integers(20, span.days - 60, len(who)) * DAY_SECONDS + 9 * 3600
    ids = pa.concat_arrays([joined(OWN_ID + who[:-1] * 3), pa.array([str(TEST_CONTACT_ID)])])
    qa = joined(pa.scalar("qa"), who[:-1], pa.scalar(f"@{OWN_DOMAIN}"))
    address = pa.concat_arrays([qa, pa.array(["alex@zztest.example"])])
    device = joined(pa.scalar("q"), scrambled(who + 2**50))
    visit, nth = np.repeat(who, 4), np.tile(np.arange(4), len(who))
    order = np.argsort(at, kind="stable")
    entries = np.repeat(who, who % 3 + 1)
    stage = np.concatenate([np.arange(one % 3 + 1) for one in range(len(who))])
    return {
        "companies": table("companies", {
            "company_id": [str(TEST_COMPANY_ID)], "name": ["ZZ Test Company"], "domain": ["zztest.example"],
            "industry": ["software"], "employee_count": np.array([40]), "country": ["Germany"],
            "segment": ["smb"], "created_at": at[-1:],
        }),
        "contacts": table("contacts", {
            "contact_id": ids, "created_at": at, "email": spelled(rng, address), "last_name": address,
            "company_id": pick([str(TEST_COMPANY_ID)], np.where(who == own, 0, -1)),
            "owner": pick(OWNER_NAMES, who % len(OWNER_NAMES)),
        }),
        "lifecycle_history": table("lifecycle_history", {
            "contact_id": take(ids, entries), "stage": pick(("lead", "mql", "sal"), stage),
            "entered_at": at[entries] + stage * DAY_SECONDS,
        }),
        "identities": table("identities", {
            "anonymous_id": take(device, order), "email": take(address, order), "seen_at": at[order],
        }),
        "touchpoints": plain_touches(rng, 2**51, take(device, visit), at[visit] + nth * 9_000 - 9_000),
        "orders": _own_orders(qa, at),
        "subscription_periods": _test_subscription(at[-1:] + DAY_SECONDS),
        "activities": _own_activities(ids, at),
        **_test_deals(ids, known, at),
    }  # fmt: skip


def _own_orders(address: pa.Array, at: Ints) -> pa.Table:
    """Orders with which somebody tried the shop."""
    rows = np.arange(2)
    return table("orders", {
        "order_id": joined(pa.scalar("T"), rows), "customer_id": joined(pa.scalar("PT"), rows),
        "ordered_at": at[rows] + 2 * DAY_SECONDS, "amount": decimals(np.array([100, 999_999_00]), MONEY),
        "currency": pick(["USD"], rows * 0), "email": take(address, rows),
        "product": pick(["Onboarding"], rows * 0),
    })  # fmt: skip


def _test_subscription(at: Ints) -> pa.Table:
    """A subscription of the test company."""
    return table("subscription_periods", {
        "subscription_id": ["sub_test"], "customer_id": [str(TEST_COMPANY_ID)], "started_at": at,
        "monthly_amount": decimals(np.array([900_000_00]), MONEY), "currency": ["USD"],
        "company_id": [str(TEST_COMPANY_ID)], "email": ["alex@zztest.example"], "plan": ["enterprise"],
        "interval_months": np.array([1]), "is_trial": [False],
    })  # fmt: skip


def _own_activities(ids: pa.Array, at: Ints) -> pa.Table:
    """Calls that were none."""
    count = len(at)
    return table("activities", {
        "activity_id": joined(pa.scalar("act-own-"), np.arange(count)), "occurred_at": at + DAY_SECONDS + 60,
        "type": pick(["call"], np.zeros(count, dtype=np.int64)),
        "direction": pick(("outbound", "inbound"), np.arange(count) % 2), "contact_id": ids,
        "owner": pick(OWNER_NAMES[:1], np.zeros(count, dtype=np.int64)),
        "outcome": pick(("testing", "تجربة"), np.arange(count) % 2),
    })  # fmt: skip


def _test_deals(own: pa.Array, known: pa.Array, at: Ints) -> Tables:
    """Deals that test the CRM: one of our own contact, one of a real contact, one of nobody."""
    rows = np.arange(len(TEST_DEALS))
    ids = joined(TEST_DEAL_ID + rows * 11)
    created_at = at[rows] + 3 * DAY_SECONDS
    closed_at = created_at + 5 * DAY_SECONDS
    expected = days(created_at // DAY_SECONDS + 30).cast(pa.string())
    values = pa.concat_arrays([pick(["1000000"], rows * 0), expected, pick(["default"], rows * 0)])
    fields = np.repeat([0, 1, 2], len(rows))
    order = np.argsort(np.tile(created_at, 3), kind="stable")
    moves = np.argsort(np.concatenate([created_at, closed_at]), kind="stable")
    stage = np.concatenate([rows * 0, np.array([1, 2, 1])])
    return {
        "deals": table("deals", {
            "deal_id": ids, "created_at": created_at, "name": pick(TEST_DEALS, rows),
            "currency": pick(["USD"], rows * 0), "deal_type": pick(["new"], rows * 0),
            "contact_id": [own[0].as_py(), known[len(known) // 2].as_py(), None],
        }),
        "deal_stage_history": table("deal_stage_history", {
            "deal_id": take(ids, np.tile(rows, 2)[moves]),
            "stage": pick((DEAL_STAGES[0], "won", "lost"), stage[moves]),
            "entered_at": np.concatenate([created_at, closed_at])[moves],
        }),
        "deal_field_history": table("deal_field_history", {
            "deal_id": take(ids, np.tile(rows, 3)[order]),
            "field": pick(("amount", "close_date_expected", "pipeline"), fields[order]),
            "value": take(values, order), "changed_at": np.tile(created_at, 3)[order],
        }),
        "deal_fates": table("deal_fates", {
            "deal_id": ids, "fate": pick(("won", "lost"), np.array([0, 1, 0])), "last_moved_at": closed_at,
        }),
    }  # fmt: skip


def staging_visits(span: Span, device: pa.Array) -> pa.Table:
    """Visits of the test site by real people's devices."""
    rng = dice(span.seed, "test visits")
    at = span.start + rng.integers(30, span.days, len(device)) * DAY_SECONDS + 11 * 3600
    return plain_touches(
        rng, 2**52, device, at,
        landing_url=pick(["https://staging.funnelhouse.example/"], np.zeros(len(device), dtype=np.int64)),
    )  # fmt: skip


def bot_visits(span: Span) -> pa.Table:
    """Visits of machines that say so, and of one phone whose name reads like one."""
    rng = dice(span.seed, "bots")
    visitors = 6 + span.people // 1_000
    who = np.repeat(np.arange(visitors), 3)
    at = span.start + rng.integers(0, span.days * DAY_SECONDS, len(who))
    names = np.where(who == 0, len(BOTS), who % len(BOTS))
    return plain_touches(
        rng, 2**53, joined(pa.scalar("r"), scrambled(who + 2**54)), at,
        user_agent=pick((*BOTS, PHONE), names),
    )  # fmt: skip
