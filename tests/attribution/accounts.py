"""Made-up spend of accounts that go by several clocks, claims of platforms, names of campaigns, answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from random import Random

import pyarrow as pa

from tests.attribution.money import optional
from tests.attribution.worlds import MOMENT, MONEY, TEXT, decimal

MIDNIGHT = datetime(2026, 4, 1)  # noqa: DTZ001 (the warehouse's timestamps are naive UTC)
AS_OF = date(2026, 4, 9)
# Chatham's 5th of April has 25 hours, of Pago Pago's 3rd, 4th and 5th, where Kiritimati's are of days before.
ACCOUNTS = (
    ("google_ads", "a", "Pacific/Chatham"), ("google_ads", "b", "America/Los_Angeles"),
    ("google_ads", "c", "Pacific/Pago_Pago"), ("google_ads", None, "Etc/GMT+12"),
    ("bing", "a", "Pacific/Kiritimati"), ("bing", None, None), ("elsewhere", "a", "Etc/UTC"),
)  # fmt: skip
RATES = {"AUD": Fraction(1), "EUR": Fraction(7, 4)}
CLAIMED_TYPES = {"google_ads": "lead", "bing": "order", "silent": "signup"}
CAMPAIGNS = {
    f"k{number}": (f"{number}", platform, f"paid_{number % 3}")
    for number, platform in enumerate(["google_ads", "bing", "elsewhere"] * 8)
}
SCHEMAS = {
    "intermediate.canonical_as_of": {"as_of_date": pa.date32()},
    "intermediate.canonical_ad_performance": {
        "platform": TEXT, "account_id": TEXT, "time_zone": TEXT, "currency": TEXT, "date_day": pa.date32(),
        "spend": MONEY, "spend_reporting": MONEY, "has_campaign_record": pa.bool_(), "is_deleted": pa.bool_(),
        "ad_id": TEXT,
    },
    "marts.fct_ad_performance": {
        "platform": TEXT, "date_day": pa.date32(), "campaign_key": TEXT, "clicks": pa.int64(),
        "spend_reporting": MONEY, "platform_conversions": pa.float64(),
        "platform_modelled_conversions": pa.float64(),
    },
    "marts.fct_touchpoints": {
        "occurred_at": MOMENT, "utm_source": TEXT, "utm_medium": TEXT, "utm_campaign": TEXT, "channel": TEXT,
        "campaign_key": TEXT,
    },
    "marts.dim_campaigns": {"campaign_key": TEXT, "campaign_id": TEXT, "platform": TEXT, "channel": TEXT},
    "marts.fct_attribution_credits": {
        "conversion_key": TEXT, "model": TEXT, "conversion_type": TEXT, "converted_at": MOMENT,
        "channel": TEXT, "campaign_key": TEXT, "credit": pa.float64(),
        "credited_value_reporting": pa.decimal128(38, 12),
    },
    "marts.fct_conversions": {"conversion_key": TEXT, "person_key": TEXT},
    "marts.dim_people": {"person_key": TEXT, "self_reported_source": TEXT},
    "seeds.platform_conversion_types": {"platform": TEXT, "conversion_type": TEXT},
}  # fmt: skip


@dataclass(frozen=True)
class Ad:
    """What a platform reports of a day: of an ad, or of a campaign beyond its ads."""

    platform: str
    account: str | None
    zone: str | None
    currency: str
    day: date
    spend: Fraction
    has_record: bool
    is_deleted: bool
    ad: str | None
    campaign: str | None
    clicks: int | None
    claimed: Fraction | None
    modelled: Fraction | None

    @property
    def reported(self) -> Fraction:
        """The spend in reporting currency."""
        return self.spend * RATES[self.currency]

    @property
    def key(self) -> tuple[str, str | None, str]:
        return self.platform, self.account, self.currency


@dataclass(frozen=True)
class Touch:
    at: datetime
    source: str | None
    medium: str | None
    named: str | None
    channel: str
    campaign: str | None


@dataclass(frozen=True)
class Credit:
    """A share of a conversion, of which somebody may have said where they heard of the company."""

    conversion: str
    model: str
    type: str
    at: datetime
    channel: str | None
    campaign: str | None
    credit: Fraction
    value: Fraction | None
    person: str | None
    said: str | None


@dataclass(frozen=True)
class Ledger:
    ads: Sequence[Ad]
    touches: Sequence[Touch]
    credits: Sequence[Credit]


def ledger(seed: int, size: int = 160) -> Ledger:
    """Of an odd seed the first touch is a moment, of an even one a date: midnight; of 2 its day's only."""
    random = Random(seed)
    edges = [time(), time(10), time(11), time(12), time(23)]

    def ad() -> Ad:
        day = AS_OF - timedelta(days=random.choice([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
        platform, account, zone = random.choice(ACCOUNTS)
        # Nobody says what Bing's ads of March came to, and Google's of March aren't told as seen or modelled.
        is_march, is_known = day.month == 3, random.random() < 0.7
        claims = is_known and not (platform == "bing" and is_march)
        flags = is_known and not (platform == "google_ads" and is_march)
        return Ad(
            platform, account, zone, random.choice([*RATES]), day,
            Fraction(random.choice([0, -50, *(random.randrange(1, 10**5) for _ in range(4))]), 100),
            random.random() < 0.8, random.random() < 0.2, random.choice([None, "ad", "ad"]),
            random.choice([None, *CAMPAIGNS][:13]), random.choice([None, 0, 0, random.randrange(9)]),
            Fraction(random.randrange(20), 4) if claims else None,
            Fraction(random.randrange(8), 4) if flags else None,
        )  # fmt: skip

    def free(campaign: str) -> Ad:
        """Clicks or spend that nobody comes by, or neither."""
        clicks, spend = random.choice([(0, 0), (1, 0), (0, 1), (None, 1), (2, 3)])
        return Ad("silent", "s", None, "AUD", AS_OF - timedelta(days=1), Fraction(spend), True, False, "ad",
                  campaign, clicks, Fraction(1), None)  # fmt: skip

    def touch(at: datetime) -> Touch:
        names = random.choice([None, "", " ", "Spring", "spring"]), random.choice([None, "cpc"])
        campaign = random.choice([None, None, *list(CAMPAIGNS)[:9]])
        return Touch(at, random.choice([None, "bing"]), names[1], names[0], random.choice("xy"), campaign)

    def credit(number: int) -> Credit:
        at = MIDNIGHT + timedelta(days=random.choice([-1, 0, 30]))
        at = datetime.combine(at, random.choice(edges)) - timedelta(microseconds=random.choice([0, 0, 1]))
        channel = random.choice([None, "email", "paid_0"])
        person = None if number % 5 == 0 else f"p{number}"
        said = random.choice([None, "", "  ", "Friend", " Friend ", "podcast"]) if person else None
        return Credit(
            f"c{number}", random.choice(["last_touch", "last_touch", "linear"]),
            random.choice([*CLAIMED_TYPES.values()][:2]), at, channel,
            random.choice([None, *CAMPAIGNS]) if channel else None, Fraction(random.randrange(1, 9), 8),
            random.choice([None, Fraction(random.randrange(10**6), 100)]), person, said,
        )  # fmt: skip

    first = MIDNIGHT if seed % 2 == 0 else MIDNIGHT + timedelta(hours=10)
    since = 12 if seed == 2 else 0
    return Ledger(
        [*(ad() for _ in range(size)), *(free(campaign) for campaign in [*CAMPAIGNS][9:])],
        [
            touch(first),
            *(touch(first + timedelta(hours=random.randrange(since, 99))) for _ in range(size // 2)),
        ],
        [credit(number) for number in range(size)],
    )


def inputs(kept: Ledger) -> dict[str, pa.Table]:
    """The relations that the models of the ledger, the claims, the names and the answers read."""
    rows: Mapping[str, Sequence[tuple]] = {
        "intermediate.canonical_as_of": [(AS_OF,)],
        "intermediate.canonical_ad_performance": [
            (one.platform, one.account, one.zone, one.currency, one.day, decimal(one.spend),
             decimal(one.reported), one.has_record, one.is_deleted, one.ad)
            for one in kept.ads
        ],
        "marts.fct_ad_performance": [
            (one.platform, one.day, one.campaign, one.clicks, decimal(one.reported), optional(one.claimed),
             optional(one.modelled))
            for one in kept.ads
        ],
        "marts.fct_touchpoints": [
            (one.at, one.source, one.medium, one.named, one.channel, one.campaign) for one in kept.touches
        ],
        "marts.dim_campaigns": [(key, *named) for key, named in CAMPAIGNS.items()],
        "marts.fct_attribution_credits": [
            (one.conversion, one.model, one.type, one.at, one.channel, one.campaign, float(one.credit),
             decimal(one.value))
            for one in kept.credits
        ],
        "marts.fct_conversions": [(one.conversion, one.person) for one in kept.credits],
        "marts.dim_people": [(one.person, one.said) for one in kept.credits if one.person],
        "seeds.platform_conversion_types": [*CLAIMED_TYPES.items()],
    }  # fmt: skip
    return {
        name: pa.Table.from_pylist(
            [dict(zip(SCHEMAS[name], row, strict=True)) for row in given], schema=pa.schema(SCHEMAS[name])
        )
        for name, given in rows.items()
    }
