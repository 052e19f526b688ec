"""Who and what: people, companies, customers, campaigns, channels, touches, orders, ads."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.schemas import LIFECYCLE_STAGES
from sandbox.truth.business import DIRECT, REPORTING, UNKNOWN, Business, Row, grouped
from sandbox.truth.calendar import DAY, month_of, quarter_of
from sandbox.truth.consent import ANALYTICS, MARKETING, allowed
from sandbox.truth.deals import customers, fct_conversions

SIZE_BANDS = ((10, "1-10"), (50, "11-50"), (200, "51-200"), (1000, "201-1000"), (5000, "1001-5000"))
PAID = ("paid_search", "display", "paid_other")
KINDS_OF_MAIL = {"broadcast": "broadcast", "automation": "automation"}


def dim_dates(business: Business) -> list[Row]:
    """One row per day from the first touch to the day before as_of."""
    days: list[Row] = []
    day = business.touches[0]["occurred_at"].date() if business.touches else business.as_of.date()
    while day < business.as_of.date():
        days.append(_date_row(day))
        day += DAY
    return days


def _date_row(day: date) -> Row:
    """A day and the periods it lies in; weeks begin on Monday, the fiscal year in January."""
    return {
        "date_day": day,
        "week_start": day - timedelta(days=day.weekday()),
        "month_start": month_of(day),
        "quarter_start": quarter_of(day),
        "fiscal_year": day.year,
        "fiscal_quarter": (day.month + 2) // 3,
        "is_weekend": day.weekday() >= 5,
    }


def dim_people(business: Business) -> list[Row]:
    """One row per person: everybody who visited, told an address, got a mail, bought or is in the CRM."""
    seen = _moments_seen(business)
    entries = _stage_entries(business)
    buyers = customers(business)
    return [
        _person_row(business, person, min(seen[person]), entries.get(person, []), buyers)
        for person in sorted(seen)
    ]


def _moments_seen(business: Business) -> dict[str, list[datetime]]:
    """Every moment that tells of a person."""
    told: list[tuple[str | None, datetime]] = [
        *((touch["person"], touch["occurred_at"]) for touch in business.touches),
        *((row["person"], row["seen_at"]) for row in business["identities"]),
        *((row["person"], row["occurred_at"]) for row in business["email_events"]),
        *((row["person"], row["ordered_at"]) for row in business["orders"]),
        *((row["person"], row["created_at"]) for row in business["contacts"]),
        *(
            (person, moment)
            for node, person in business.identity.person.items()
            if node[0] == "email" and (moment := business.identity.first_seen[node])
        ),
        *((row["person"], row["occurred_at"]) for row in business["funnel_events"]),
        *((row["person"], row["occurred_at"]) for row in business["activities"]),
        *((row["person"], row["converted_at"]) for row in fct_conversions(business)),
    ]
    seen: dict[str, list[datetime]] = {}
    for person, moment in told:
        if person:
            seen.setdefault(person, []).append(moment)
    return seen


def _stage_entries(business: Business) -> dict[str, list[Row]]:
    """Each person's entries into stages, in order of time, of several at once the highest last."""
    rows = [
        {**row, "person": business.person_of_contact(row["contact_id"])}
        for row in business["lifecycle_history"]
    ]
    rows.sort(key=lambda row: (row["entered_at"], LIFECYCLE_STAGES.index(row["stage"])))
    return grouped(rows, "person")


def _person_row(
    business: Business, person: str, first_seen_at: datetime, entries: list[Row], buyers: dict[str, Row]
) -> Row:
    """What is known of one person."""
    contact: dict[str, Any] = business.contact_of_person.get(person, {})
    company = business.company_of_person(person)
    became: dict[str, datetime] = {}
    for entry in entries:
        became.setdefault(entry["stage"], entry["entered_at"])
    stages = {f"became_{stage}_at": became.get(stage) for stage in ("lead", "mql", "sal", "sql", "customer")}
    return {
        "person": person,
        "email_hash": hashlib.sha256(person.encode()).hexdigest() if "@" in person else None,
        "first_seen_at": first_seen_at,
        "company_id": company,
        "lifecycle_stage": entries[-1]["stage"] if entries else contact.get("lifecycle_stage"),
        **stages,
        "lead_source": contact.get("lead_source"),
        "self_reported_source": contact.get("self_reported_source"),
        "acquisition_channel": business.acquisition_channel(person),
        "country": contact.get("country"),
        "segment": business.segment_of_person(person),
        "owner": contact.get("owner"),
        "is_customer": any(
            buyer in buyers and buyers[buyer]["became_customer_at"] is not None for buyer in (person, company)
        ),
        "is_marketing_allowed": _may_be_written_to(business, person),
        "is_analytics_allowed": allowed(business, person, ANALYTICS, business.as_of),
    }


def _may_be_written_to(business: Business, person: str) -> bool | None:
    """Whether the person wants marketing; who never said so may have left the list at least."""
    told = allowed(business, person, MARKETING, business.as_of)
    has_left = business.contact_of_person.get(person, {}).get("is_opted_out")
    return False if told is None and has_left else told


def size_band(employees: int | None) -> str:
    """The band of a company's size."""
    if employees is None:
        return UNKNOWN
    return next((band for most, band in SIZE_BANDS if employees <= most), "5001+")


def dim_companies(business: Business) -> list[Row]:
    """One row per company of the CRM."""
    return [
        {
            **{
                name: row[name]
                for name in ("company_id", "name", "domain", "industry", "employee_count", "country")
            },
            "size_band": size_band(row["employee_count"]),
            "segment": row["segment"] or UNKNOWN,
        }
        for row in business["companies"]
    ]


def dim_customers(business: Business) -> list[Row]:
    """One row per company, else person, that ordered, subscribed or won a deal for us."""
    return [{**row, **_customers_origin(business, row)} for row in customers(business).values()]


def _customers_origin(business: Business, customer: Row) -> Row:
    """Where a customer's earliest touch came from, else the channel of its first order."""
    touches = (
        business.touches_of_company(customer["company_id"])
        if customer["company_id"]
        else business.touches_of.get(customer["person"], [])
    )
    if touches:
        return {
            "acquisition_channel": touches[0]["channel"],
            "acquisition_campaign": campaign_name(touches[0]["campaign"]),
        }
    orders = sorted(
        (row for row in business["orders"] if row["customer_id"] == customer["customer_id"]),
        key=lambda row: (row["ordered_at"], row["order_id"]),
    )
    channel = (orders[0]["channel"] if orders else None) or UNKNOWN
    return {"acquisition_channel": channel, "acquisition_campaign": None}


def dim_campaigns(business: Business) -> list[Row]:
    """One row per ad or e-mail campaign."""
    ads = [
        {"platform": "google_ads", "account_id": row["customer_id"], "campaign_id": row["campaign_id"],
         "campaign_name": row["name"], "campaign_kind": row["channel_type"].lower(),
         "channel": business.channel_of_campaign["google_ads", row["campaign_id"]]}
        for row in business["ad_campaigns"]
    ]  # fmt: skip
    mails = [
        {"platform": "mailchimp", "account_id": None, "campaign_id": row["campaign_id"],
         "campaign_name": row["title"], "campaign_kind": KINDS_OF_MAIL[row["kind"]], "channel": "email"}
        for row in business["email_campaigns"]
    ]  # fmt: skip
    return ads + mails


def dim_channels(business: Business) -> list[Row]:
    """One row per channel that brought somebody or cost something."""
    names = {touch["channel"] for touch in business.touches} | set(business.channel_of_campaign.values())
    return [{"channel": name, "is_paid": name in PAID, "is_direct": name in DIRECT} for name in sorted(names)]


def fct_touchpoints(business: Business) -> list[Row]:
    """One row per web visit or click in an e-mail."""
    kept = ("touchpoint_id", "person", "occurred_at", "channel", "utm_source", "utm_medium", "utm_campaign",
            "touch_type", "is_retargeting", "content_type", "content_name")  # fmt: skip
    return [
        {**{name: touch.get(name) for name in kept}, "campaign": campaign_name(touch["campaign"])}
        for touch in business.touches
    ]


def campaign_name(campaign: tuple[str, str] | None) -> str | None:
    """A campaign as one word: platform:campaign_id."""
    return ":".join(campaign) if campaign else None


def fct_orders(business: Business) -> list[Row]:
    """One row per order."""
    return [
        {
            "order_id": row["order_id"],
            "customer": row["company_id"] or row["person"],
            "customer_id": row["customer_id"],
            "person": row["person"],
            "company_id": row["company_id"],
            "ordered_at": row["ordered_at"],
            "amount": row["amount"],
            "currency": row["currency"] or REPORTING,
            "amount_reporting": business.rates.reporting(
                row["amount"], row["currency"], row["ordered_at"].date()
            ),
            "product": row["product"],
            "segment": row["segment"] or UNKNOWN,
            "channel": row["channel"],
        }
        for row in business["orders"]
    ]


def fct_ad_performance(business: Business) -> list[Row]:
    """One row per account, campaign, ad group, ad and day; Performance Max has neither group nor ad."""
    kept = ("date_day", "platform", "account_id", "campaign_id", "ad_group_id", "ad_id", "impressions",
            "clicks", "spend", "currency")  # fmt: skip
    return [
        {
            **{name: row[name] for name in kept},
            "spend_reporting": business.rates.reporting(row["spend"], row["currency"], row["date_day"]),
            "platform_conversions": row["conversions"],
            "platform_conversion_value": row["conversion_value"],
        }
        for row in business["ad_performance"]
    ]
