"""A world of a few rows, written by hand, so that what the vendors must answer can be read off it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from sandbox.schemas import SCHEMAS
from sandbox.server import create_app
from sandbox.state import Sandbox
from sandbox.world import World


def at(day: int, hour: int = 9, month: int = 6) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def rows_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """A table of the world from rows that name only what matters."""
    schema = SCHEMAS[name]
    for row in rows:
        assert set(row) <= set(schema.names), f"{name} has no column {set(row) - set(schema.names)}"
    return pa.Table.from_pylist(
        [{column: row.get(column) for column in schema.names} for row in rows], schema
    )


CONTACTS = [
    {"contact_id": "101", "email": " Aya@Nile.example", "first_name": "آية", "last_name": "حسن",
     "company_id": "501", "lifecycle_stage": "customer", "lead_source": "webinar", "owner": "Sam Reed",
     "country": "EG", "segment": "smb", "is_opted_out": False, "created_at": at(1), "updated_at": at(20)},
    {"contact_id": "102", "email": "bo@fjord.example", "first_name": "Bo", "company_id": "502",
     "lifecycle_stage": "lead", "is_opted_out": True, "created_at": at(2), "updated_at": at(3)},
    {"contact_id": "103", "email": "cy@nile.example", "first_name": "Cy", "company_id": "501",
     "lifecycle_stage": "mql", "is_opted_out": False, "created_at": at(4), "updated_at": at(10)},
    {"contact_id": "1004", "email": "gone@nile.example", "company_id": "501", "lifecycle_stage": "lead",
     "is_opted_out": False, "created_at": at(5), "updated_at": at(6)},
]  # fmt: skip
DEALS = [
    {"deal_id": "901", "stage": "won", "created_at": at(8), "name": "Nile", "pipeline": "default",
     "amount": Decimal("1200.50"), "currency": "USD", "closed_at": at(20, 15), "is_won": True,
     "contact_id": "101", "company_id": "501", "owner": "Sam Reed", "product": "Growth", "deal_type": "new",
     "close_date_expected": date(2026, 6, 25), "probability": Decimal("1"), "updated_at": at(20, 15),
     "last_activity_at": at(18), "delivered_at": at(20, 15)},
    {"deal_id": "902", "stage": "contract_sent", "created_at": at(9), "name": "Fjord", "pipeline": "default",
     "amount": Decimal("300.00"), "currency": "EUR", "contact_id": "102", "company_id": "502",
     "deal_type": "expansion", "close_date_expected": date(2026, 7, 15), "probability": Decimal("0.9"),
     "updated_at": at(12), "last_activity_at": at(12), "next_activity_at": at(3, month=7)},
]  # fmt: skip
AD = {"customer_id": "7001", "campaign_id": "11", "ad_group_id": "21", "ad_id": "31"}
EVENTS = [
    ("e1", "aya@nile.example", "send", at(10), None, None),
    ("e2", "bo@fjord.example", "send", at(10), None, None),
    ("e3", "cy@nile.example", "send", at(10), None, None),
    ("e4", "aya@nile.example", "open", at(10, 10), None, True),
    ("e5", "aya@nile.example", "open", at(11), None, False),
    ("e6", "aya@nile.example", "click", at(11, 12), "https://funnelhouse.example/price", None),
    ("e7", "bo@fjord.example", "bounce_hard", at(10), None, None),
    ("e8", "cy@nile.example", "open", at(12), None, True),
    ("e9", "cy@nile.example", "unsubscribe", at(13), None, None),
]


def tables() -> dict[str, pa.Table]:
    """Every table of the small world."""
    given: dict[str, list[dict[str, Any]]] = {
        "contacts": CONTACTS,
        "companies": [
            {"company_id": "501", "name": "شركة النيل", "domain": "nile.example", "employee_count": 40,
             "country": "EG", "segment": "smb", "created_at": at(1, 8)},
            {"company_id": "502", "name": "Fjord", "country": "NO", "created_at": at(2, 8)},
        ],
        "lifecycle_history": [
            {"contact_id": "101", "stage": stage, "entered_at": at(day)}
            for stage, day in (("lead", 1), ("mql", 5), ("lead", 6), ("sql", 7), ("customer", 20))
        ] + [
            {"contact_id": "102", "stage": "lead", "entered_at": at(2)},
            {"contact_id": "103", "stage": "lead", "entered_at": at(4)},
            {"contact_id": "103", "stage": "mql", "entered_at": at(10)},
            {"contact_id": "1004", "stage": "lead", "entered_at": at(5)},
        ],
        "deals": DEALS,
        "deal_contacts": [
            {"deal_id": "901", "contact_id": "101", "role": "decision_maker", "is_primary": True},
            {"deal_id": "901", "contact_id": "103", "role": None, "is_primary": False},
            {"deal_id": "901", "contact_id": "1004", "role": None, "is_primary": False},
            {"deal_id": "902", "contact_id": "102", "role": None, "is_primary": True},
        ],
        "deal_stage_history": [
            {"deal_id": "901", "stage": "appointment_scheduled", "entered_at": at(8)},
            {"deal_id": "901", "stage": "contract_sent", "entered_at": at(11)},
            {"deal_id": "901", "stage": "won", "entered_at": at(20, 15)},
            {"deal_id": "902", "stage": "appointment_scheduled", "entered_at": at(9)},
            {"deal_id": "902", "stage": "contract_sent", "entered_at": at(12)},
        ],
        "deal_field_history": [
            {"deal_id": "901", "field": "amount", "value": "1000.00", "changed_at": at(8)},
            {"deal_id": "901", "field": "amount", "value": "1200.50", "changed_at": at(11)},
            {"deal_id": "902", "field": "amount", "value": "300", "changed_at": at(9)},
            {"deal_id": "901", "field": "close_date_expected", "value": "2026-06-25", "changed_at": at(8)},
            {"deal_id": "902", "field": "close_date_expected", "value": "2026-07-15", "changed_at": at(9)},
            {"deal_id": "901", "field": "owner", "value": "Lee Ito", "changed_at": at(8)},
            {"deal_id": "901", "field": "owner", "value": "Sam Reed", "changed_at": at(9)},
            {"deal_id": "901", "field": "pipeline", "value": "partners", "changed_at": at(8)},
            {"deal_id": "901", "field": "pipeline", "value": "default", "changed_at": at(10)},
            {"deal_id": "902", "field": "pipeline", "value": "default", "changed_at": at(9)},
        ],
        "activities": [
            {"activity_id": "act1", "occurred_at": at(18), "type": "call", "deal_id": "901"},
            {"activity_id": "act2", "occurred_at": at(12), "type": "email", "deal_id": "902"},
        ],
        "deal_plans": [
            {"deal_id": "901", "planned_at": at(18), "due_at": at(1, month=7)},
            {"deal_id": "902", "planned_at": at(11), "due_at": at(3, month=7)},
        ],
        "deal_fates": [{"deal_id": "901", "fate": "won", "last_moved_at": at(20, 15)},
                       {"deal_id": "902", "fate": "open", "last_moved_at": at(12)}],
        "owners": [
            {"owner_id": "61", "email": "sam@house.example", "first_name": "Sam", "last_name": "Reed"},
            {"owner_id": "62", "email": "lee@house.example", "first_name": "Lee", "last_name": "Ito"},
        ],
        "archived_objects": [{"object": "contacts", "id": "1004", "archived_at": at(15)}],
        "ad_accounts": [
            {"customer_id": "7001", "name": "House", "currency": "EUR", "time_zone": "Europe/Oslo"},
        ],
        "ad_campaigns": [
            {"customer_id": "7001", "campaign_id": "11", "name": "بحث", "status": "ENABLED",
             "channel_type": "SEARCH", "starts_on": date(2026, 6, 1)},
            {"customer_id": "7001", "campaign_id": "12", "name": "Max", "status": "PAUSED",
             "channel_type": "PERFORMANCE_MAX", "starts_on": date(2026, 6, 1)},
        ],
        "ad_groups": [
            {"customer_id": "7001", "campaign_id": "11", "ad_group_id": "21", "name": "A",
             "status": "ENABLED"},
        ],
        "ads": [
            {**AD, "name": "one", "status": "ENABLED", "final_url": "https://funnelhouse.example/"},
            {**AD, "ad_id": "32", "name": "idle", "status": "REMOVED", "final_url": "https://funnelhouse.example/"},
        ],
        "ad_performance": [
            {"platform": "google_ads", "account_id": "7001", "date_day": date(2026, 6, day),
             "campaign_id": campaign, "ad_group_id": group, "ad_id": ad, "impressions": impressions,
             "clicks": clicks, "spend": Decimal(spend), "currency": "EUR", "conversions": conversions,
             "conversion_value": Decimal("5")}
            for day, campaign, group, ad, impressions, clicks, spend, conversions in (
                (10, "11", "21", "31", 100, 9, "12.345678", 1.5),
                (11, "11", "21", "31", 50, 0, "0", 0.0),
                (10, "12", None, None, 40, 2, "3.5", 0.0),
                (11, "11", "21", "32", 0, 0, "0", 0.0),
            )
        ],
        "ad_clicks": [
            {**AD, "click_id": "Cj-1", "date_day": date(2026, 6, 10)},
            {**AD, "click_id": "Cj-1", "date_day": date(2026, 6, 11)},
            {**AD, "click_id": None, "date_day": date(2026, 6, 10)},
            {"customer_id": "7001", "campaign_id": "12", "click_id": "Cj-2", "date_day": date(2026, 6, 10)},
            {**AD, "click_id": "Cj-0", "date_day": date(2026, 4, 2)},
            {**AD, "click_id": "Cj-old", "date_day": date(2026, 4, 1)},
        ],
        "ad_conversion_arrivals": [
            {**AD, "date_day": date(2026, 6, 10), "arrived_on": date(2026, 6, 11), "conversions": 1.0,
             "conversion_value": Decimal("3")},
            {**AD, "date_day": date(2026, 6, 10), "arrived_on": date(2026, 6, 18), "conversions": 0.5,
             "conversion_value": Decimal("2")},
        ],
        "email_lists": [{"list_id": "l1", "name": "النشرة", "created_at": at(1)}],
        "email_members": [
            {"list_id": "l1", "email": email, "status": status, "opted_in_at": at(1),
             "last_changed_at": at(day), "first_name": first}
            for email, status, day, first in (("aya@nile.example", "subscribed", 1, "آية"),
                                              ("bo@fjord.example", "cleaned", 10, "Bo"),
                                              ("cy@nile.example", "unsubscribed", 13, "Cy"))
        ],
        "email_campaigns": [{"campaign_id": "c1", "list_id": "l1", "title": "June", "subject": "Hello",
                             "sent_at": at(10), "kind": "broadcast"}],
        "email_events": [
            {"event_id": event, "campaign_id": "c1", "email": email, "event_type": kind,
             "occurred_at": moment, "campaign_name": "June", "campaign_kind": "broadcast", "url": url,
             "is_machine": machine}
            for event, email, kind, moment, url, machine in EVENTS
        ],
    }  # fmt: skip
    return {name: rows_of(name, given.get(name, [])) for name in SCHEMAS}


@pytest.fixture
def world() -> World:
    """The small world."""
    return World(7, date(2026, 7, 1), "S", at(1, 0, month=7), tables())


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    """The small world's vendors on 1 July."""
    return Sandbox(world, at(1, 0, month=7))


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[TestClient]:
    """A client without credentials."""
    with TestClient(create_app(sandbox)) as client:
        yield client
