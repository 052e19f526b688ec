"""The world at an earlier moment is what anybody could have seen then."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.schemas import SCHEMAS
from sandbox.world import World, make_world

EARLY = datetime(2025, 8, 1, tzinfo=UTC)
MIDDAY = datetime(2026, 1, 14, 12, 34, 56, tzinfo=UTC)
LATE = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def made() -> World:
    return make_world(seed=11)


def rows(world: World, name: str) -> list[dict[str, Any]]:
    return world[name].to_pylist()


@pytest.mark.parametrize("moment", [EARLY, MIDDAY])
@pytest.mark.parametrize("between", [LATE, LATE + timedelta(hours=7)])
def test_looking_back_in_two_steps_equals_looking_back_in_one(
    made: World, moment: datetime, between: datetime
) -> None:
    once, twice = made.at(moment), made.at(between).at(moment)
    assert once.now == twice.now == moment
    for name in SCHEMAS:
        assert once[name].equals(twice[name]), name
        assert once[name].schema.equals(SCHEMAS[name]), name


def test_later_than_now_nothing_more_is_known(made: World) -> None:
    assert made.at(made.now + timedelta(days=9)) is made


def test_a_naive_moment_is_utc(made: World) -> None:
    assert made.at(MIDDAY.replace(tzinfo=None))["deals"].equals(made.at(MIDDAY)["deals"])


def test_nothing_before_the_beginning(made: World) -> None:
    empty = made.at(datetime(2024, 12, 31, tzinfo=UTC))
    for name in ("contacts", "deals", "touchpoints", "orders", "ad_performance", "email_events"):
        assert empty[name].num_rows == 0


def test_deals_stand_as_their_history_said_then(made: World) -> None:
    then = made.at(MIDDAY)
    for deal in rows(then, "deals"):
        moves = [m for m in rows_of_deal(made, "deal_stage_history", deal) if m["entered_at"] <= MIDDAY]
        assert deal["stage"] == moves[-1]["stage"]
        assert deal["is_won"] == {"won": True, "lost": False}.get(deal["stage"])
        assert (deal["closed_at"] is None) == (deal["is_won"] is None)
        changes = [c for c in rows_of_deal(made, "deal_field_history", deal) if c["changed_at"] <= MIDDAY]
        amounts = [change["value"] for change in changes if change["field"] == "amount"]
        assert (None if deal["amount"] is None else str(deal["amount"])) == (
            f"{amounts[-1]}.00" if amounts else None
        )
        for field in ("owner", "pipeline"):
            values = [change["value"] for change in changes if change["field"] == field]
            assert deal[field] == (values[-1] if values else None)
        done = [
            a["occurred_at"] for a in rows_of_deal(made, "activities", deal) if a["occurred_at"] <= MIDDAY
        ]
        assert deal["last_activity_at"] == max(done, default=None)
        plans = [plan for plan in rows_of_deal(made, "deal_plans", deal) if plan["planned_at"] <= MIDDAY]
        ahead = [plan["due_at"] for plan in plans if plan["due_at"] > MIDDAY]
        assert deal["next_activity_at"] == (min(ahead, default=None) if deal["closed_at"] is None else None)
        moments = [move["entered_at"] for move in moves] + [change["changed_at"] for change in changes]
        moments += done + [plan["planned_at"] for plan in plans]
        moments += [plan["due_at"] for plan in plans if plan["due_at"] <= MIDDAY]
        moments += [deal["delivered_at"]] if deal["delivered_at"] else []
        assert deal["updated_at"] == max(moments)


HISTORIES: dict[tuple[int, str], dict[str, list[dict[str, Any]]]] = {}


def rows_of_deal(world: World, name: str, deal: dict[str, Any]) -> list[dict[str, Any]]:
    key = (world.seed, name)
    if key not in HISTORIES:
        HISTORIES[key] = {}
        for row in rows(world, name):
            HISTORIES[key].setdefault(row["deal_id"], []).append(row)
    return HISTORIES[key].get(deal["deal_id"], [])


def test_a_deal_that_closed_later_was_open(made: World) -> None:
    closed_later = {
        deal["deal_id"] for deal in rows(made, "deals") if deal["closed_at"] and deal["closed_at"] > MIDDAY
    }
    then = [deal for deal in rows(made.at(MIDDAY), "deals") if deal["deal_id"] in closed_later]
    assert any(deal["closed_at"] is None and deal["lost_reason"] is None for deal in then)


def test_a_delivery_is_known_once_it_is_made(made: World) -> None:
    final = {deal["deal_id"]: deal["delivered_at"] for deal in rows(made, "deals")}
    hidden = 0
    for deal in rows(made.at(MIDDAY), "deals"):
        told = final[deal["deal_id"]]
        assert deal["delivered_at"] == (told if told and told <= MIDDAY else None)
        hidden += told is not None and told > MIDDAY and deal["is_won"] is True
    assert hidden


def test_a_running_subscription_shows_no_end(made: World) -> None:
    ended = {
        (p["subscription_id"], p["started_at"]): p["ended_at"] for p in rows(made, "subscription_periods")
    }
    hidden = 0
    for period in rows(made.at(MIDDAY), "subscription_periods"):
        final = ended[period["subscription_id"], period["started_at"]]
        assert period["ended_at"] == (final if final and final <= MIDDAY else None)
        if final and final > MIDDAY:
            hidden += 1
            assert period["cancel_reason"] is None and period["churn_type"] is None
    assert hidden


def test_conversions_of_a_day_arrive_days_late(made: World) -> None:
    now, later = made.at(LATE), made.at(LATE + timedelta(days=14))
    assert sum(now["ad_performance"]["conversions"].to_pylist()) == sum(
        now["ad_conversion_arrivals"]["conversions"].to_pylist()
    )
    known = {key(row): row["conversions"] for row in rows(now, "ad_performance")}
    grown = [
        row
        for row in rows(later, "ad_performance")
        if key(row) in known and row["conversions"] > known[key(row)]
    ]
    assert grown
    for row in rows(made, "ad_conversion_arrivals"):
        assert 0 <= (row["arrived_on"] - row["date_day"]).days <= 14


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["campaign_id"], row["ad_id"], row["date_day"]


def test_reports_count_whole_days_only(made: World) -> None:
    for moment in (LATE, MIDDAY):
        assert max(row["date_day"] for row in rows(made.at(moment), "ad_performance")) < moment.date()


def test_who_unsubscribes_later_was_subscribed(made: World) -> None:
    left = {
        m["email"]: m
        for m in rows(made, "email_members")
        if m["status"] == "unsubscribed" and m["last_changed_at"] > MIDDAY
    }
    then = [member for member in rows(made.at(MIDDAY), "email_members") if member["email"] in left]
    assert then
    assert {member["status"] for member in then} <= {"subscribed"}
    assert any(contact["is_opted_out"] for contact in rows(made, "contacts"))


def test_contacts_show_the_stage_entered_last(made: World) -> None:
    last: dict[str, str] = {}
    for row in rows(made, "lifecycle_history"):
        if row["entered_at"] <= MIDDAY:
            last[row["contact_id"]] = row["stage"]
    for contact in rows(made.at(MIDDAY), "contacts"):
        assert contact["lifecycle_stage"] == last.get(contact["contact_id"])
