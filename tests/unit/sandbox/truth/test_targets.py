"""Bottlenecks, targets and content, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth import targets
from sandbox.truth.bottlenecks import fct_funnel_bottlenecks
from sandbox.truth.business import Business
from sandbox.truth.content import fct_content_performance

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)


def before(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def shop(names: str, events: dict[str, float], country: str = "Egypt") -> dict[str, Any]:
    """People of a country, who all do the same so many days before as_of."""
    people = names.split()
    return {
        "contacts": [{"contact_id": name, "email": f"{name}@x.example", "created_at": before(600),
                      "country": country} for name in people],
        "funnel_events": [
            {"event_id": f"{name}{event}", "event_name": event, "email": f"{name}@x.example",
             "occurred_at": before(days)} for name in people for event, days in events.items()
        ],
    }  # fmt: skip


def test_a_bottleneck_is_measured_against_the_best_segment(business: Callable[..., Business]) -> None:
    crowd = " ".join(f"e{number}" for number in range(20))
    groups = [
        shop(crowd, {"visit": 100, "sign_up": 90}),
        shop(crowd.replace("e", "f"), {"visit": 100}, "France"),
        shop("g0", {"visit": 100, "sign_up": 39}, "Spain"),
        shop("old", {"visit": 200, "sign_up": 150}, "Spain"),
    ]
    told = business(
        **{name: [row for group in groups for row in group[name]] for name in ("contacts", "funnel_events")},
        orders=[{"order_id": "1", "customer_id": "c", "ordered_at": before(80), "amount": Decimal(200),
                 "email": "e0@x.example"}],
    )  # fmt: skip
    rows = {
        (row["segment_name"], row["segment_value"]): row
        for row in fct_funnel_bottlenecks(told)
        if row["step_no"] == 1
    }
    france = rows["country", "France"]
    assert (france["entered"], france["advanced"], france["conversion_rate"]) == (20, 0, 0)
    assert (france["best_segment_value"], france["best_rate"], france["lost_people_to_best"]) == (
        "Egypt",
        1,
        20,
    )
    everybody = rows["all", "all"]
    assert (everybody["entered"], everybody["advanced"]) == (41, 20), "61 days are beyond the horizon"
    assert (everybody["trailing_entered"], everybody["trailing_rate"]) == (1, 1)
    assert everybody["value_per_advance_reporting"] == Decimal(200) / 22
    assert rows["country", "Spain"]["best_rate"] == 1, "one person sets no example, twenty do"
    assert everybody["bottleneck_rank"] == 1


@pytest.mark.parametrize(
    ("as_of", "gone"), [(date(2026, 6, 16), 0.5), (date(2026, 7, 1), 1), (date(2026, 5, 1), 0)]
)
def test_a_target_stands_to_the_time_gone(
    business: Callable[..., Business], monkeypatch: pytest.MonkeyPatch, as_of: date, gone: float
) -> None:
    told = business(
        as_of=as_of,
        deals=[{"deal_id": "1", "stage": "won", "is_won": True, "created_at": before(60),
                "pipeline": "default", "closed_at": before(20), "amount": Decimal(50)}] if gone else [],
    )  # fmt: skip
    told.tables["stage_targets"] = [
        {"period_month": date(2026, 6, 1), "metric": "revenue", "funnel_or_pipeline": "default",
         "step_or_stage": "", "owner": "", "target": 100},
    ]  # fmt: skip
    (row,) = targets.fct_stage_targets(told)
    assert (row["actual"], row["elapsed_share"], row["owner"]) == (50 if gone else 0, gone, "all")
    assert row["pace"] == {0.5: 1.0, 1: 0.5, 0: None}[gone]
    assert row["is_on_pace"] == {0.5: True, 1: False, 0: None}[gone]


def test_content_counts_where_the_person_stood_when_it_touched(business: Callable[..., Business]) -> None:
    told = business(
        identities=[{"anonymous_id": "w", "email": "a@x.example", "seen_at": before(100)}],
        contacts=[{"contact_id": "1", "email": "a@x.example", "created_at": before(100)}],
        touchpoints=[
            {"touchpoint_id": f"t{days}", "anonymous_id": "w", "content_type": "webinar",
             "occurred_at": before(days)} for days in (100, 99, 95)
        ],
        lifecycle_history=[{"contact_id": "1", "stage": "lead", "entered_at": before(99)},
                           {"contact_id": "1", "stage": "mql", "entered_at": before(64.5)}],
    )  # fmt: skip
    rows = {row["zone"]: row for row in fct_content_performance(told) if row["funnel"] == "b2b_sales"}
    assert set(rows) == {"tofu"}
    assert (rows["tofu"]["people_touched"], rows["tofu"]["people_advanced"]) == (1, 1)
