"""Web visits: when each person comes, on which device, from where; and when they say who they are."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.ad_links import tags
from sandbox.ads import CAMPAIGNS, DISPLAY, PERFORMANCE_MAX, SEARCH, Ads, campaign_number, clicked_ads
from sandbox.columns import (
    DAY_SECONDS,
    NEVER,
    Flags,
    Floats,
    Ints,
    choose,
    dice,
    group_starts,
    joined,
    month_start,
    only,
    pick,
    running_within,
    scrambled,
    table,
    take,
)
from sandbox.people import ANONYMOUS, CONTACT, LEAD, SUBSCRIBER, People, Span, spelled
from sandbox.sources import OUTBOUND_SHARE, SOURCE_NAMES, SOURCES, drawn, winning

TOUCHES_BEFORE = 6.4  # besides the first: a lead has seven touches on average, six to eight in the field
LATER_TOUCHES = 6.5
PAID = {"paid_search": (SEARCH, "cpc"), "display": (DISPLAY, "display"), "pmax": (PERFORMANCE_MAX, "pmax")}
PAGES = (
    ("/", "page", "Home"), ("/pricing", "page", "Pricing"), ("/blog/funnel-math", "article", "Funnel math"),
    ("/ar/دليل-المبيعات", "article", "دليل المبيعات"), ("/webinar", "webinar", "Pipeline hygiene, live"),
    ("/demo", "form", "Demo request"),
)  # fmt: skip
TERMS = ("crm reporting", "attribution software", "تقارير المبيعات", "trichter analyse", "売上分析")


@dataclass(frozen=True)
class Visits:
    """Every touch in order of time, and each person's devices and moments of introduction."""

    number: Ints  # of the touch, before sorting
    person: Ints
    at: Ints
    device: Ints
    source: Ints  # position in SOURCES
    ad: Ints  # position in Ads, −1: not paid
    introduced_at: Ints  # per person; NEVER: stays anonymous
    lead_at: Ints  # per person; NEVER: no lead
    before: Ints  # per person: visits before the introduction
    is_before: Flags  # per touch: one of those

    @property
    def browser(self) -> Ints:
        """One number a person and device."""
        return self.person * 4 + self.device


def make_visits(span: Span, people: People, ads: Ads) -> Visits:
    """Touches before and after the introduction, six to eight of them before, on one to three devices."""
    rng = dice(span.seed, "visits")
    outbound = (people.depth >= CONTACT) & (rng.random(people.count) < OUTBOUND_SHARE)
    before = np.where(outbound, 0, 1 + rng.poisson(rng.gamma(2.0, TOUCHES_BEFORE / 2, people.count)))
    eager = LATER_TOUCHES * np.where(people.depth > LEAD, 1.4, 0.8) * (people.depth > ANONYMOUS)
    counts = before + rng.poisson(rng.gamma(2.0, 1.0, people.count) * eager / 2)
    person = np.repeat(np.arange(people.count), counts)
    order = np.arange(len(person)) - np.repeat(group_starts(counts), counts)
    is_before = order < np.repeat(before, counts)
    at = _moments(rng, span, people, person, order, is_before, counts)
    introduced_at = _introductions(rng, people, person, at, is_before)
    device = _devices(rng, people.count, person, order, np.repeat(before, counts))
    at = _edges(rng, span, person, at)
    becomes_lead = people.depth >= LEAD
    source = winning(dice(span.seed, "sources"), drawn(rng, order == 0), before, counts, becomes_lead)
    ad = _ads_behind(rng, span, ads, source, at)
    by_time = np.argsort(at, kind="stable")
    by_time = by_time[at[by_time] <= span.end]
    waits = rng.random(people.count) < 0.3
    lead_at = introduced_at + np.where(
        waits, rng.exponential(6 * DAY_SECONDS, people.count).astype(np.int64), 0
    )
    return Visits(
        number=by_time,
        person=person[by_time],
        at=at[by_time],
        device=device[by_time],
        source=source[by_time],
        ad=ad[by_time],
        introduced_at=introduced_at,
        lead_at=np.where(becomes_lead, lead_at, NEVER),
        before=before,
        is_before=is_before[by_time],
    )


def office_seconds(rng: np.random.Generator, count: int) -> Ints:
    """A second of the day: mornings, afternoons, some evenings."""
    hour = np.array([9.5, 14.5, 20.0])[choose(rng, [0.45, 0.4, 0.15], count)]
    return np.clip(rng.normal(hour, 1.8, count) * 3600, 0, DAY_SECONDS - 1).astype(np.int64)


def _moments(
    rng: np.random.Generator,
    span: Span,
    people: People,
    person: Ints,
    order: Ints,
    is_before: Flags,
    counts: Ints,
) -> Ints:
    """Touches days apart, closer before the introduction, seldom on weekends."""
    gaps: Floats = rng.exponential(np.where(is_before, 5.0, 16.0)) * (order > 0)
    day = people.arrived[person] // DAY_SECONDS + running_within(gaps, counts).astype(np.int64)
    weekend = (day + 3) % 7 >= 5
    day = day + 2 * (weekend & (rng.random(len(day)) < 0.6))
    return day * DAY_SECONDS + office_seconds(rng, len(day))


def _introductions(
    rng: np.random.Generator, people: People, person: Ints, at: Ints, is_before: Flags
) -> Ints:
    """When each person gives an address: at the last touch of the first stretch, or moments after it."""
    last = people.arrived + office_seconds(rng, people.count)
    seen = np.zeros(people.count, dtype=np.int64)
    np.maximum.at(seen, person[is_before], at[is_before])
    delay = np.where(rng.random(people.count) < 0.3, 0, rng.integers(20, 900, people.count))
    return np.where(people.depth >= SUBSCRIBER, np.where(seen > 0, seen, last) + delay, NEVER)


def _devices(rng: np.random.Generator, people: int, person: Ints, order: Ints, before: Ints) -> Ints:
    """Mostly the first device; the touch that introduces the person is always on it."""
    owned = 1 + choose(rng, [0.7, 0.22, 0.08], people)
    other = (rng.random(len(person)) * owned[person]).astype(np.int64)
    stays = (rng.random(len(person)) < 0.5) | (order == 0) | (order == before - 1)
    return np.where(stays, 0, other)


def _edges(rng: np.random.Generator, span: Span, person: Ints, at: Ints) -> Ints:
    """Some touches at midnight, at the start of a month, at one moment with another, and at as_of itself."""
    lot = rng.random(len(at))
    at = np.where(lot < 0.002, at // DAY_SECONDS * DAY_SECONDS, at)
    at = np.where((lot >= 0.002) & (lot < 0.0025), month_start(at), at)
    twin = np.flatnonzero((lot >= 0.0025) & (lot < 0.0075))
    twin = twin[(twin > 0) & (person[twin] == person[twin - 1])]
    at[twin] = at[twin - 1]
    return np.where((lot >= 0.01) & (lot < 0.03) & (abs(span.end - at) < 3 * DAY_SECONDS), span.end, at)


def _ads_behind(rng: np.random.Generator, span: Span, ads: Ads, source: Ints, at: Ints) -> Ints:
    """The ad clicked in each paid touch."""
    day = np.minimum((at - span.start) // DAY_SECONDS, span.days - 1)
    share = rng.random(len(source))
    ad = np.full(len(source), -1, dtype=np.int64)
    for name, (channel_type, _) in PAID.items():
        rows = np.flatnonzero(source == SOURCE_NAMES.index(name))
        ad[rows] = clicked_ads(span, ads, channel_type, day[rows], share[rows])
    return ad


def browser_ids(browser: Ints) -> pa.Array:
    """The anonymous id a device shows."""
    return joined(pa.scalar("a"), scrambled(browser))


def click_ids(number: Ints) -> pa.Array:
    """The id that Google gives the click behind each visit."""
    return joined(pa.scalar("Cj0KCQ"), scrambled(number + 2**40))


def touchpoints_table(span: Span, visits: Visits, ads: Ads) -> pa.Table:
    """Web visits as the site's log tells them: no channel, only where each came from."""
    rng = dice(span.seed, "visit details")
    count = len(visits.at)
    paid: Flags = visits.ad >= 0
    medium = [
        PAID[name][1] if name in PAID else "email" if name == "partner_email" else None
        for name in SOURCE_NAMES
    ]
    site = [
        "google" if name in PAID else "partner" if name == "partner_email" else None for name in SOURCE_NAMES
    ]
    page = choose(rng, [0.3, 0.2, 0.2, 0.12, 0.06, 0.12], count)
    term = np.where(visits.source == 0, rng.integers(0, len(TERMS), count), -1)
    retargeting = np.append([row[6] for row in CAMPAIGNS], False)
    return table("touchpoints", {
        "touchpoint_id": joined(pa.scalar("t"), scrambled(visits.number)),
        "occurred_at": visits.at,
        "anonymous_id": browser_ids(visits.browser),
        "utm_source": take(pick(site, np.arange(len(site))), visits.source),
        "utm_medium": take(pick(medium, np.arange(len(medium))), visits.source),
        "utm_campaign": _campaign_tags(rng, visits, ads),
        "utm_content": take(ads.ad_ids, np.where(paid, visits.ad, -1)),
        "utm_term": pick(TERMS, term),
        "click_id": only(click_ids(visits.number), paid),
        "referrer": pick([referrer for *_, referrer in SOURCES], visits.source),
        "landing_url": pick([f"https://www.funnelhouse.example{path}" for path, _, _ in PAGES], page),
        "touch_type": pick(["session", "demo_request"], np.where(page == 5, 1, np.where(page == 0, -1, 0))),
        "is_retargeting": retargeting[np.where(paid, ads.campaign[visits.ad], -1)].astype(bool),
        "content_type": pick([kind for _, kind, _ in PAGES], page),
        "content_name": pick([name for _, _, name in PAGES], page),
    })  # fmt: skip


def _campaign_tags(rng: np.random.Generator, visits: Visits, ads: Ads) -> pa.Array:
    """utm_campaign: the campaign's tag, now and then its id, other capitals or a stray space."""
    campaign = np.where(visits.ad >= 0, ads.campaign[visits.ad], -1)
    names = tags([name for _, name, *_ in CAMPAIGNS])
    shouted = [name.upper() if name.isascii() else name for name in names]
    style = choose(rng, [0.72, 0.14, 0.08, 0.06], len(campaign))
    return pc.choose(
        pa.array(style),
        pick(names, campaign),
        take(joined(campaign_number(np.arange(len(names)))), campaign),
        pick(shouted, campaign),
        pick([f" {name} " for name in names], campaign),
    )


def identities_table(span: Span, people: People, visits: Visits) -> pa.Table:
    """Devices that told an address, some of them again; a few devices never do."""
    rng = dice(span.seed, "identities")
    browsers, first = np.unique(visits.browser, return_index=True)
    person, device = browsers // 4, browsers % 4
    later = rng.exponential(9 * DAY_SECONDS, len(browsers)).astype(np.int64)
    known = np.maximum(visits.introduced_at[person], visits.at[first]) + later
    seen_at = np.where(device == 0, visits.introduced_at[person], known)
    told = (people.depth[person] >= SUBSCRIBER) & ((device == 0) | (rng.random(len(browsers)) < 0.85))
    again = told & (rng.random(len(browsers)) < 0.3)
    row = np.concatenate([np.flatnonzero(told), np.flatnonzero(again)])
    moment = np.concatenate([seen_at[told], seen_at[again] + rng.integers(0, 40 * DAY_SECONDS, again.sum())])
    row, moment = row[moment <= span.end], moment[moment <= span.end]
    order = np.lexsort((browsers[row], moment))
    row, moment = row[order], moment[order]
    return table("identities", {
        "anonymous_id": browser_ids(browsers[row]),
        "email": take(spelled(rng, people.emails), person[row]),
        "seen_at": moment,
    })  # fmt: skip
