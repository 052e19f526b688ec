"""Where spend went, what platforms claim, whose names miss each other, and what customers say, row by row."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pyarrow as pa

from tests.attribution.accounts import AS_OF, CAMPAIGNS, CLAIMED_TYPES, Ad, Credit, Ledger
from tests.attribution.money import month, optional, ratio, whole
from tests.attribution.worlds import MOMENT, MONEY, TEXT, decimal

BUCKETS = ("matched", "unmatched", "non_ad_grain", "deleted_entity", "outside_window")
LEDGER = {
    "date_day": pa.date32(), "platform": TEXT, "account_id": TEXT, "currency": TEXT, "time_zone": TEXT,
    "billed_spend": MONEY, **{f"{bucket}_spend": MONEY for bucket in BUCKETS},
    "billed_spend_reporting": MONEY, **{f"{bucket}_spend_reporting": MONEY for bucket in BUCKETS},
    "billed_reporting_low": MONEY, "billed_reporting_high": MONEY,
}  # fmt: skip
BOUNDS = {
    "date_day": pa.date32(), "platform": TEXT, "account_id": TEXT, "currency": TEXT,
    "billed_reporting_low": MONEY, "billed_reporting_high": MONEY,
}  # fmt: skip
CLAIMS = {
    "platform": TEXT, "period_month": pa.date32(), "conversion_type": TEXT,
    "claimed_conversions": pa.float64(), "claimed_modelled_conversions": pa.float64(),
    "attributed_conversions": pa.float64(), "overclaim_ratio": pa.float64(),
}  # fmt: skip
AUDIT = {
    "issue": TEXT, "utm_source": TEXT, "utm_medium": TEXT, "utm_campaign": TEXT, "channel": TEXT,
    "campaign_key": TEXT, "campaign_id": TEXT, "touchpoints": pa.int64(), "first_seen_at": MOMENT,
    "last_seen_at": MOMENT, "clicks": pa.int64(), "spend_reporting": MONEY,
}  # fmt: skip
SELF_REPORTED = {
    "conversion_type": TEXT, "model": TEXT, "self_reported_source": TEXT, "channel": TEXT,
    "conversions": pa.float64(), "value_reporting": MONEY,
}  # fmt: skip


def day_of(at: datetime, zone: str) -> date:
    """The reporting day of a moment; midnight by UTC is how a value that was only a date arrives."""
    is_date = at.time() == time()
    return at.date() if is_date else at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def span(day: date, zone: str) -> tuple[datetime, datetime]:
    """When a day begins by a zone's clocks, and when the next one does."""
    starts = [datetime.combine(at, time(), ZoneInfo(zone)) for at in (day, day + timedelta(days=1))]
    return starts[0].astimezone(UTC), starts[1].astimezone(UTC)


def bucket(one: Ad, first_day: date | None) -> str:
    """The first reason that keeps spend from standing beside what it earned."""
    if first_day is not None and one.day < first_day:
        return "outside_window"
    if not one.has_record:
        return "unmatched"
    if one.is_deleted:
        return "deleted_entity"
    return "non_ad_grain" if one.ad is None else "matched"


def bounds(kept: Ledger, zone: str) -> Iterator[tuple]:
    """What int_attribution__reporting_day_bounds must hold."""
    for key in {one.key for one in kept.ads}:
        own = [one for one in kept.ads if one.key == key]
        clock = next((one.zone for one in own if one.zone), zone)
        billed = {
            day: sum((one.reported for one in own if one.day == day), Fraction(0))
            for day in {one.day for one in own}
        }
        running = span(AS_OF, clock)
        for day in (AS_OF + timedelta(days=number) for number in range(-14, 3)):
            begin, over = span(day, zone)
            shared = {
                of: amount
                for of, amount in billed.items()
                if span(of, clock)[0] < over and begin < span(of, clock)[1]
            }
            within = [of for of in shared if begin <= span(of, clock)[0] and span(of, clock)[1] <= over]
            low, high = (
                sum(amount if of in within else end(amount, Fraction(0)) for of, amount in shared.items())
                for end in (min, max)
            )
            is_open = running[0] < over and begin < running[1]
            if shared:
                yield day, *key, decimal(Fraction(low)), None if is_open else decimal(Fraction(high))


def spend_ledger(kept: Ledger, zone: str) -> Iterator[tuple]:
    """What fct_spend_ledger must hold."""
    first_day = min((day_of(one.at, zone) for one in kept.touches), default=None)
    ends = {row[:4]: row[4:] for row in bounds(kept, zone)}
    for day, key in {(one.day, one.key) for one in kept.ads}:
        own = [one for one in kept.ads if (one.day, one.key) == (day, key)]
        amounts = []
        for amount in (lambda one: one.spend, lambda one: one.reported):
            sums = [
                sum((amount(one) for one in own if bucket(one, first_day) == name), Fraction(0))
                for name in BUCKETS
            ]
            amounts += [sum(sums, Fraction(0)), *sums]
        yield (
            day, *key, own[0].zone, *(decimal(amount) for amount in amounts),
            *ends.get((day, *key), (None, None)),
        )  # fmt: skip


def platform_claims(kept: Ledger, zone: str) -> Iterator[tuple]:
    """What fct_platform_claims must hold."""
    credited = [
        (CAMPAIGNS[one.campaign][1], month(day_of(one.at, zone)), one.type, one.credit)
        for one in kept.credits
        if one.model == "last_touch" and one.campaign
    ]
    claiming = {(one.platform, month(one.day)) for one in kept.ads} | {one[:2] for one in credited}
    for platform, type_ in CLAIMED_TYPES.items():
        for at in {at for of, at in claiming if of == platform}:
            told = [one for one in kept.ads if (one.platform, month(one.day)) == (platform, at)]
            claimed = whole(one.claimed for one in told) if told else Fraction(0)
            attributed = [credit for *of, credit in credited if of == [platform, at, type_]]
            if told or attributed:
                found = sum(attributed, Fraction(0))
                yield (
                    platform, at, type_, optional(claimed), optional(whole(one.modelled for one in told)),
                    float(found), ratio(claimed, found),
                )  # fmt: skip


def utm_audit(kept: Ledger) -> Iterator[tuple]:
    """What fct_utm_audit must hold."""
    strays = [one for one in kept.touches if one.campaign is None and (one.named or "").strip()]
    for names in {(one.source, one.medium, one.named, one.channel) for one in strays}:
        seen = [one.at for one in strays if (one.source, one.medium, one.named, one.channel) == names]
        yield (
            "touchpoints_without_campaign", *names, None, None, len(seen), min(seen), max(seen), None, None,
        )  # fmt: skip
    for campaign in {*CAMPAIGNS} - {one.campaign for one in kept.touches}:
        own = [one for one in kept.ads if one.campaign == campaign]
        clicks = [one.clicks for one in own if one.clicks is not None]
        spent = whole(one.reported for one in own)
        if any(clicks) or (spent or 0) > 0:
            id_, _, channel = CAMPAIGNS[campaign]
            yield (
                "campaign_without_touchpoints", None, None, None, channel, campaign, id_, 0, None, None,
                sum(clicks) if clicks else None, decimal(spent),
            )  # fmt: skip


def self_reported(kept: Ledger) -> Iterator[tuple]:
    """What fct_self_reported_sources must hold."""

    def place(one: Credit) -> tuple[str, str, str, str | None]:
        return one.type, one.model, (one.said or "").strip() or "unknown", one.channel

    for at in {place(one) for one in kept.credits}:
        own = [one for one in kept.credits if place(one) == at]
        credits, value = sum(one.credit for one in own), whole(one.value for one in own)
        yield *at, float(credits), decimal(value)
