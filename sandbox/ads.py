"""Ad accounts, campaigns, groups and ads; what each delivers a day; the conversions the platform claims."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.ad_links import link, tags
from sandbox.columns import (
    DAY_SECONDS,
    Flags,
    Floats,
    Ints,
    days,
    decimals,
    dice,
    joined,
    last_of_each,
    pick,
    table,
    take,
)
from sandbox.people import Span
from sandbox.schemas import MICROS, MONEY

# customer id, name, currency, time zone
ACCOUNTS = (
    ("1234567890", "Funnelhouse Global", "USD", "Etc/UTC"),
    ("9876543210", "Funnelhouse Europe & الشرق الأوسط", "EUR", "Europe/Berlin"),
)
# account, name, channel type, share of the history at which it starts and ends, cost of a click, retargeting
CAMPAIGNS = (
    (0, "Brand | Search | US", "SEARCH", 0.0, 1.0, 4.2, False),
    (0, "Generic | Search | CRM reporting", "SEARCH", 0.0, 1.0, 9.8, False),
    (0, "عروض الصيف | بحث", "SEARCH", 0.25, 0.62, 2.1, False),
    (0, "Performance Max | All products", "PERFORMANCE_MAX", 0.0, 1.0, 5.5, False),
    (0, "Retargeting", "DISPLAY", 0.0, 1.0, 1.4, True),
    (1, "Suche – Straßenverkauf & Größe", "SEARCH", 0.0, 0.8, 5.1, False),
    (1, "ブランド検索 2026", "SEARCH", 0.5, 1.0, 3.3, False),
    (1, "Бренд – медійна мережа", "DISPLAY", 0.1, 0.9, 0.9, False),
    (1, "Retargeting", "DISPLAY", 0.3, 1.0, 1.2, True),
)
SEARCH, DISPLAY, PERFORMANCE_MAX = "SEARCH", "DISPLAY", "PERFORMANCE_MAX"
MEDIA = ("cpc", "display", "pmax")
CLICK_RATE = {SEARCH: 0.045, DISPLAY: 0.006, PERFORMANCE_MAX: 0.02}
GROUPS_A_CAMPAIGN, ADS_A_GROUP = 2, 2
UNTRACKED_CLICKS = 0.14  # clicks whose visit no tag saw, a share of those seen
CLICK_WINDOW = 12 * DAY_SECONDS
VIEW_THROUGH_SHARE = 0.4  # conversions claimed for a mere view, a share of those after a click
LEAD_VALUE_CENTS = 15_000
# By position: what is removed once its campaign is over, where others are only paused.
REMOVED_CAMPAIGNS, REMOVED_GROUPS, REMOVED_ADS = (2,), (9,), (25,)
HALF = 0.5


@dataclass(frozen=True)
class Ads:
    """One position an ad; Performance Max has none, so its campaign stands for one."""

    campaign: Ints  # position in CAMPAIGNS
    group: Ints  # −1: Performance Max
    ad: Ints  # −1: Performance Max
    weight: Floats  # ad × day: how much of its channel's traffic it takes

    @property
    def campaign_ids(self) -> pa.Array:
        """The platform's id of each ad's campaign."""
        return joined(campaign_number(self.campaign))

    @property
    def group_ids(self) -> pa.Array:
        """The platform's id of each ad's group."""
        return take(joined(group_number(np.arange(self.group.max() + 1))), self.group)

    @property
    def ad_ids(self) -> pa.Array:
        """The platform's id of each ad."""
        return take(joined(ad_number(np.arange(self.ad.max() + 1))), self.ad)


def campaign_number(position: Ints) -> Ints:
    """Google's number of a campaign."""
    return 17_000_000_000 + position * 9_973


def group_number(position: Ints) -> Ints:
    """Google's number of an ad group."""
    return 150_000_000_000 + position * 7_919


def ad_number(position: Ints) -> Ints:
    """Google's number of an ad."""
    return 660_000_000_000 + position * 6_007


def make_ads(span: Span) -> Ads:
    """The ads of every campaign and their share of traffic on each day of the campaign's life."""
    rng = dice(span.seed, "ads")
    per_campaign = [
        1 if kind == PERFORMANCE_MAX else GROUPS_A_CAMPAIGN * ADS_A_GROUP for _, _, kind, *_ in CAMPAIGNS
    ]
    campaign = np.repeat(np.arange(len(CAMPAIGNS)), per_campaign)
    has_ads = np.array([kind != PERFORMANCE_MAX for _, _, kind, *_ in CAMPAIGNS])[campaign]
    ad = np.where(has_ads, np.cumsum(has_ads) - 1, -1)
    starts, ends = _lifetimes(span)
    day = np.arange(span.days)
    alive = (day >= starts[campaign, None]) & (day < ends[campaign, None])
    return Ads(
        campaign, np.where(has_ads, ad // ADS_A_GROUP, -1), ad, alive * rng.uniform(0.4, 1.6, (len(ad), 1))
    )


def _lifetimes(span: Span) -> tuple[Ints, Ints]:
    """The first day of each campaign and the day after its last."""
    starts = np.array([round(begin * span.days) for _, _, _, begin, *_ in CAMPAIGNS])
    ends = np.array([round(end * span.days) for _, _, _, _, end, *_ in CAMPAIGNS])
    return starts, ends


def clicked_ads(span: Span, ads: Ads, channel_type: str, day: Ints, share: Floats) -> Ints:
    """The ad of that channel type behind each click on a day, drawn by the ads' shares of the day."""
    members = np.flatnonzero(np.array([CAMPAIGNS[c][2] == channel_type for c in ads.campaign]))
    weight = ads.weight[members].T
    bounds = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    stacked = (np.arange(span.days)[:, None] + bounds).ravel()
    position = np.searchsorted(stacked, day + share * (1 - 1e-9), side="right") - day * len(members)
    return members[np.minimum(position, len(members) - 1)]


def account_tables(span: Span, ads: Ads) -> dict[str, pa.Table]:
    """Accounts, campaigns, groups and ads as the platform lists them."""
    customers = [account[0] for account in ACCOUNTS]
    starts, ends = _lifetimes(span)
    first_day = span.start // DAY_SECONDS
    has_ads = np.flatnonzero(ads.ad >= 0)
    heads = has_ads[::ADS_A_GROUP]
    owner = np.array([account for account, *_ in CAMPAIGNS])
    names = ["Exact", "Broad"]
    return {
        "ad_accounts": table("ad_accounts", dict(zip(
            ("customer_id", "name", "currency", "time_zone"), zip(*ACCOUNTS, strict=True), strict=True))),
        "ad_campaigns": table("ad_campaigns", {
            "customer_id": pick(customers, owner),
            "campaign_id": joined(campaign_number(np.arange(len(CAMPAIGNS)))),
            "name": [name for _, name, *_ in CAMPAIGNS],
            "status": _fates("PAUSED", np.arange(len(CAMPAIGNS)), REMOVED_CAMPAIGNS),
            "channel_type": [kind for _, _, kind, *_ in CAMPAIGNS],
            "starts_on": days(first_day + starts),
            "ends_on": days(first_day + ends, ends >= span.days),
            "tracking_url_template": [link(c).campaign_template for c in range(len(CAMPAIGNS))],
            "final_url_suffix": [link(c).campaign_suffix for c in range(len(CAMPAIGNS))],
        }),
        "ad_groups": table("ad_groups", {
            "customer_id": pick(customers, owner[ads.campaign[heads]]),
            "campaign_id": take(ads.campaign_ids, heads),
            "ad_group_id": take(ads.group_ids, heads),
            "name": pick(names, ads.group[heads] % GROUPS_A_CAMPAIGN),
            "status": _fates("ENABLED", ads.group[heads], REMOVED_GROUPS),
        }),
        "ads": table("ads", {
            "customer_id": pick(customers, owner[ads.campaign[has_ads]]),
            "campaign_id": take(ads.campaign_ids, has_ads),
            "ad_group_id": take(ads.group_ids, has_ads),
            "ad_id": take(ads.ad_ids, has_ads),
            "name": joined(pa.scalar("Headline "), ads.ad[has_ads] % ADS_A_GROUP + 1),
            "status": _fates("ENABLED", ads.ad[has_ads], REMOVED_ADS),
            "final_url": [link(c).final_url for c in ads.campaign[has_ads]],
            "tracking_url_template": [link(c).ad_template for c in ads.campaign[has_ads]],
            "final_url_suffix": [link(c).ad_suffix for c in ads.campaign[has_ads]],
        }),
    }  # fmt: skip


def _fates(kept: str, position: Ints, removed: tuple[int, ...]) -> pa.Array:
    """The status of each once its campaign is over."""
    return pick([kept, "REMOVED"], np.isin(position, removed).astype(np.int64))


def performance_table(span: Span, ads: Ads, clicked: Ints, day: Ints) -> pa.Table:
    """Ad × day with impressions, clicks and spend; conversions come with World.at."""
    rng = dice(span.seed, "ad performance")
    shape = ads.weight.shape
    seen = np.bincount(clicked * span.days + day, minlength=shape[0] * shape[1]).reshape(shape)
    alive = ads.weight > 0
    clicks = seen + rng.poisson(np.maximum(seen, 0.15) * UNTRACKED_CLICKS) * alive
    kind = np.array([CAMPAIGNS[c][2] for c in ads.campaign])
    rate = np.array([CLICK_RATE[k] for k in kind])[:, None]
    views = (rng.poisson((clicks + 0.35 * span.people / 2000) / rate) + clicks) * alive
    price = np.array([CAMPAIGNS[c][5] for c in ads.campaign])[:, None] * rng.lognormal(0, 0.25, shape)
    ad, on = np.nonzero(views)
    account = np.array([CAMPAIGNS[c][0] for c in ads.campaign])[ad]
    return table("ad_performance", {
        "platform": pick(["google_ads"], np.zeros(len(ad), dtype=np.int64)),
        "date_day": days(span.start // DAY_SECONDS + on),
        "campaign_id": take(ads.campaign_ids, ad),
        "impressions": views[ad, on],
        "clicks": clicks[ad, on],
        "spend": decimals((clicks * price * 1_000_000).astype(np.int64)[ad, on] // 100 * 100, MICROS),
        "account_id": pick([account_[0] for account_ in ACCOUNTS], account),
        "campaign_name": pick([name for _, name, *_ in CAMPAIGNS], ads.campaign[ad]),
        "ad_group_id": take(ads.group_ids, ad),
        "ad_id": take(ads.ad_ids, ad),
        "currency": pick([account_[2] for account_ in ACCOUNTS], account),
        "is_retargeting": np.array([row[6] for row in CAMPAIGNS])[ads.campaign[ad]],
        "utm_source": pick(["google"], np.zeros(len(ad), dtype=np.int64)),
        "utm_medium": pick(MEDIA, np.select([kind == SEARCH, kind == DISPLAY], [0, 1], 2)[ad]),
        "utm_campaign": pick(tags([name for _, name, *_ in CAMPAIGNS]), ads.campaign[ad]),
    }).sort_by([("date_day", "ascending"), ("campaign_id", "ascending"), ("ad_id", "ascending")])  # fmt: skip


def arrivals_table(
    span: Span, ads: Ads, clicker: Ints, clicked: Ints, clicked_at: Ints, lead_at: Ints
) -> pa.Table:
    """Conversions claimed per ad × day of the click, with the later day on which the claim arrives.

    Each account claims a lead for its own last click, whatever came after it; some again for a mere view.
    """
    rng = dice(span.seed, "ad conversions")
    in_window: Flags = (clicked_at <= lead_at) & (lead_at - clicked_at <= CLICK_WINDOW)
    account = np.array([CAMPAIGNS[c][0] for c in ads.campaign])[clicked]
    claims = np.zeros(len(clicked), dtype=bool)
    claims[last_of_each(np.where(in_window, clicker * len(ACCOUNTS) + account, -1))] = True
    by_view = claims & (rng.random(len(claims)) < VIEW_THROUGH_SHARE)
    rows = np.concatenate([np.flatnonzero(claims), np.flatnonzero(by_view)])
    worth = np.where(np.arange(len(rows)) < claims.sum(), 1.0, HALF)
    day = clicked_at[rows] // DAY_SECONDS
    arrived = np.maximum(lead_at[rows] // DAY_SECONDS + rng.integers(0, 3, len(rows)), day)
    return table("ad_conversion_arrivals", {
        "customer_id": pick([account_[0] for account_ in ACCOUNTS], account[rows]),
        "campaign_id": take(ads.campaign_ids, clicked[rows]),
        "ad_group_id": take(ads.group_ids, clicked[rows]),
        "ad_id": take(ads.ad_ids, clicked[rows]),
        "date_day": days(day),
        "arrived_on": days(arrived),
        "conversions": worth,
        "conversion_value": decimals((worth * LEAD_VALUE_CENTS).astype(np.int64), MONEY),
    }).sort_by([("arrived_on", "ascending"), ("date_day", "ascending"), ("campaign_id", "ascending"),
                ("ad_id", "ascending"), ("conversions", "ascending")])  # fmt: skip
