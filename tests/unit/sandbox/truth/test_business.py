"""Who is who, where visits come from, and what money is worth, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sandbox.truth.business import Business, Rates
from sandbox.truth.channels import channel_of
from sandbox.truth.core import dim_customers, dim_people, fct_touchpoints
from sandbox.truth.email import fct_email_performance


def at(day: int, hour: int = 12, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


GOOGLE = "https://www.google.com/"


@pytest.mark.parametrize(
    ("click_id", "source", "medium", "referrer", "channel"),
    [
        ("Cj0", "google", "cpc", GOOGLE, "paid_search"),
        ("Cj0", "google", "display", "https://news.example/", "display"),
        ("Cj0", "google", "pmax", GOOGLE, "paid_other"),
        (None, None, None, "https://www.google.de/search?q=a", "organic_search"),
        (None, None, None, "https://www.bing.com/", "organic_search"),
        (None, None, None, "https://gemini.google.com/app", "ai_assistant"),
        (None, None, None, "https://chatgpt.com/", "ai_assistant"),
        (None, None, None, "https://x.com/a", "organic_social"),
        (None, None, None, "https://netflix.com/a", "referral"),
        (None, None, None, "https://مراجعات.example/", "referral"),
        (None, "partner", "email", None, "email"),
        (None, None, None, None, "direct"),
    ],
)
def test_the_channel_of_a_visit(click_id, source, medium, referrer, channel) -> None:
    visit = {"click_id": click_id, "utm_source": source, "utm_medium": medium, "referrer": referrer}
    assert channel_of(visit) == channel


def test_the_rate_is_the_last_on_or_before_the_day() -> None:
    rates = Rates(
        [
            {"rate_date": date(2026, 1, 5), "currency": "EUR", "rate_to_reporting": Decimal("1.1")},
            {"rate_date": date(2026, 1, 12), "currency": "EUR", "rate_to_reporting": Decimal("1.2")},
        ]
    )
    assert rates.reporting(Decimal(10), "EUR", date(2026, 1, 11)) == 11
    assert rates.reporting(Decimal(10), "EUR", date(2026, 1, 12)) == 12
    assert rates.reporting(Decimal(10), None, date(2020, 1, 1)) == 10
    assert rates.reporting(None, "EUR", date(2026, 1, 12)) is None
    with pytest.raises(ValueError, match="no exchange rate for EUR on or before 2026-01-04; add one"):
        rates.on("EUR", date(2026, 1, 4))


def test_addresses_told_on_one_browser_are_one_person(
    business: Callable[..., Business],
) -> None:
    told = business(
        identities=[
            {"anonymous_id": "a1", "email": "late@x.example", "seen_at": at(9)},
            {"anonymous_id": "a1", "email": " Early@X.example", "seen_at": at(8)},
        ],
        touchpoints=[
            {"touchpoint_id": "t1", "anonymous_id": "a1", "occurred_at": at(1)},
            {"touchpoint_id": "t2", "anonymous_id": "a2", "occurred_at": at(1)},
        ],
    )
    assert {touch["touchpoint_id"]: touch["person"] for touch in told.touches} == {
        "t1": "early@x.example",
        "t2": "a2",
    }
    people = {row["person"]: row for row in dim_people(told)}
    assert set(people) == {"early@x.example", "a2"}
    assert people["early@x.example"]["first_seen_at"] == at(1)
    assert people["a2"]["email_hash"] is None


def test_a_tag_names_a_campaign_by_id_or_by_a_name_that_only_one_has(
    business: Callable[..., Business],
) -> None:
    ads = [
        {"campaign_id": "11", "name": "Brand", "channel_type": "SEARCH"},
        {"campaign_id": "12", "name": "Twice", "channel_type": "DISPLAY"},
        {"campaign_id": "13", "name": "twice ", "channel_type": "DISPLAY"},
    ]
    tags = ["11", " BRAND ", "Twice", "13", "nobody", None]
    visits = [
        {"touchpoint_id": f"t{n}", "anonymous_id": "a", "occurred_at": at(1), "utm_campaign": tag}
        for n, tag in enumerate(tags)
    ]
    found = [row["campaign"] for row in fct_touchpoints(business(ad_campaigns=ads, touchpoints=visits))]
    assert found == ["google_ads:11", "google_ads:11", None, "google_ads:13", None, None]


def test_a_click_tells_its_campaign_for_ninety_days_and_ads_tell_their_tags(
    business: Callable[..., Business],
) -> None:
    def click(name: str | None, campaign: str, month: int, day: int) -> dict:
        return {"click_id": name, "campaign_id": campaign, "date_day": date(2026, month, day)}

    kind = {"channel_type": "SEARCH"}
    ads = [
        {"campaign_id": "11", "name": "Twice", **kind, "final_url_suffix": "utm_campaign=a%26B+c"},
        {"campaign_id": "12", "name": "Twice", **kind, "tracking_url_template": "{lpurl}?utm_campaign={id}"},
        {"campaign_id": "13", "name": "Other", **kind,
         "tracking_url_template": "https://t.example/?u={lpurl}%3Fx%3D1%26utm_campaign%3Dfar"},
    ]  # fmt: skip
    told = business(
        ad_campaigns=ads,
        ads=[
            {"campaign_id": "12", "final_url": "https://x.example/?utm_campaign=brand"},
            {"campaign_id": "13", "final_url": "https://x.example/?utm_campaign=both"},
            {"campaign_id": "12", "final_url_suffix": "utm_campaign=both"},
        ],
        ad_clicks=[
            click("c1", "12", 4, 2), click("c1", "11", 4, 3), click("c2", "12", 4, 1),
            click("c3", "12", 7, 1), click("c4", "11", 6, 30), click(None, "11", 6, 30),
        ],
        touchpoints=[
            {"touchpoint_id": f"t{n}", "anonymous_id": "a", "occurred_at": at(1), "click_id": one,
             "utm_campaign": tag}
            for n, (one, tag) in enumerate([
                ("c1", "13"), ("c2", "Twice"), ("c3", None), ("c4", None), (None, "A&b C "), (None, "brand"),
                (None, "both"), (None, "far"), (None, "{id}"), (None, None),
            ])
        ],
    )  # fmt: skip
    found = [row["campaign"] and row["campaign"].removeprefix("google_ads:") for row in fct_touchpoints(told)]
    assert found == ["12", None, None, "11", "11", "12", None, "13", None, None]


def test_clicks_in_mails_are_touches_unless_a_machine_clicked(business: Callable[..., Business]) -> None:
    click = {"campaign_id": "c", "email": "A@x.example", "event_type": "click", "occurred_at": at(2)}
    told = business(
        email_events=[
            {**click, "event_id": "1", "is_machine": None},
            {**click, "event_id": "2", "is_machine": True},
            {**click, "event_id": "3", "event_type": "open"},
        ]
    )
    assert fct_touchpoints(told) == [
        {
            "touchpoint_id": "email:1",
            "person": "a@x.example",
            "occurred_at": at(2),
            "channel": "email",
            "utm_source": None,
            "utm_medium": None,
            "utm_campaign": None,
            "touch_type": "email_click",
            "is_retargeting": False,
            "content_type": None,
            "content_name": None,
            "campaign": "mailchimp:c",
        }
    ]


def test_people_carry_what_their_contact_and_company_say(business: Callable[..., Business]) -> None:
    told = business(
        companies=[{"company_id": "c1", "name": "C", "segment": "smb", "created_at": at(1)}],
        contacts=[
            {
                "contact_id": "1",
                "email": " Ann@c.example",
                "company_id": "c1",
                "created_at": at(2),
                "country": "Egypt",
            },
            {"contact_id": "2", "email": "gone@c.example", "company_id": "c1", "created_at": at(2)},
        ],
        lifecycle_history=[
            {"contact_id": "1", "stage": "mql", "entered_at": at(3)},
            {"contact_id": "1", "stage": "lead", "entered_at": at(3)},
            {"contact_id": "1", "stage": "sal", "entered_at": at(5)},
            {"contact_id": "1", "stage": "lead", "entered_at": at(5)},
            {"contact_id": "2", "stage": "lead", "entered_at": at(5)},
        ],
        archived_objects=[{"object": "contact", "id": "2", "archived_at": at(6)}],
        orders=[
            {
                "order_id": "o",
                "customer_id": "c1",
                "company_id": "c1",
                "email": "ann@C.example",
                "ordered_at": at(1),
                "amount": Decimal(5),
            }
        ],
    )
    (ann,) = dim_people(told)
    assert (ann["lifecycle_stage"], ann["became_lead_at"], ann["became_mql_at"]) == ("sal", at(3), at(3))
    assert (ann["segment"], ann["country"], ann["company_id"], ann["is_customer"]) == (
        "smb",
        "Egypt",
        "c1",
        True,
    )
    assert (ann["first_seen_at"], ann["acquisition_channel"]) == (at(1), "unknown")
    (customer,) = dim_customers(told)
    assert (customer["customer"], customer["customer_id"], customer["person"]) == ("c1", "c1", None)
    assert (customer["segment"], customer["became_customer_at"]) == ("smb", at(1))


def test_mails_count_people_once_and_machines_apart(business: Callable[..., Business]) -> None:
    def event(email: str, kind: str, hour: int, machine: bool | None = None) -> dict:
        return {
            "event_id": f"{email}{kind}{hour}",
            "campaign_id": "c",
            "email": email,
            "event_type": kind,
            "occurred_at": at(2, hour),
            "is_machine": machine,
        }

    told = business(
        email_events=[
            *(event(email, "send", 8) for email in ("a", "b", "c", "d", "E")),
            event("a", "open", 9, True),
            event("a", "open", 10, False),
            event("a", "open", 11, False),
            event("b", "open", 9, True),
            event("a", "click", 12),
            event("A", "click", 13),
            event("c", "bounce_soft", 9),
            event("e", "unsubscribe", 20),
        ]
    )
    (row,) = fct_email_performance(told)
    assert row == {
        "campaign": "mailchimp:c",
        "date_day": date(2026, 3, 2),
        "sent": 5,
        "delivered": 4,
        "opened": 1,
        "machine_opened": 2,
        "clicked": 1,
        "bounced": 1,
        "unsubscribed": 1,
        "open_rate": 0.25,
        "click_rate": 0.25,
        "unsubscribe_rate": 0.25,
    }
