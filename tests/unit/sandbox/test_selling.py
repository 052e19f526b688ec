"""What sales does in the make-believe company is what the field's figures say."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from typing import Any

import pytest

from sandbox.world import World, make_world

Rows = list[dict[str, Any]]


def rows(world: World, name: str) -> Rows:
    return world[name].to_pylist()


@pytest.fixture(scope="module", params=[7, 11])
def made(request: pytest.FixtureRequest) -> World:
    return make_world(seed=request.param)


@pytest.fixture(scope="module")
def introductions(made: World) -> dict[str, Rows]:
    """Activities with contacts outside of deals."""
    found: dict[str, Rows] = defaultdict(list)
    for row in rows(made, "activities"):
        if row["deal_id"] is None and row["prospecting"]:
            found[row["contact_id"]].append(row)
    return found


def test_an_introduction_to_a_stranger_takes_six_to_eight_touches(introductions: dict[str, Rows]) -> None:
    touches: dict[str, list[int]] = defaultdict(list)
    replied: dict[str, list[bool]] = defaultdict(list)
    for done in introductions.values():
        first = next((place for place, row in enumerate(done) if row["direction"] == "inbound"), None)
        replied[done[0]["prospecting"]].append(first is not None)
        if first is not None:
            touches[done[0]["prospecting"]].append(first)
    assert 6 <= mean(touches["cold"]) <= 8
    assert mean(touches["warm"]) < 3
    assert mean(replied["cold"]) < mean(replied["warm"]) - 0.2, "strangers answer less"


def test_owners_answer_at_their_own_pace(made: World, introductions: dict[str, Rows]) -> None:
    mql_at: dict[str, datetime] = {}
    for row in rows(made, "lifecycle_history"):
        if row["stage"] == "mql":
            mql_at.setdefault(row["contact_id"], row["entered_at"])
    waits: dict[str, list[float]] = defaultdict(list)
    for contact, done in introductions.items():
        if contact in mql_at and done[0]["occurred_at"] >= mql_at[contact]:
            waits[done[0]["owner"]].append((done[0]["occurred_at"] - mql_at[contact]) / timedelta(hours=1))
    paces = {owner: median(hours) for owner, hours in waits.items() if owner and len(hours) >= 10}
    assert len(paces) >= 6
    assert max(paces.values()) > 10 * min(paces.values())
    assert 0.75 < len(introductions.keys() & mql_at.keys()) / len(mql_at) < 0.98, "some are never called"


def test_a_dark_deal_hears_nothing_after_its_last_move(made: World) -> None:
    fates = {row["deal_id"]: row for row in rows(made, "deal_fates") if row["fate"] == "dark"}
    later = [
        row
        for row in rows(made, "activities")
        if row["deal_id"] in fates and row["occurred_at"] > fates[row["deal_id"]]["last_moved_at"]
    ]
    assert "inbound" not in {row["direction"] for row in later}
    assert median(Counter(row["deal_id"] for row in later).values()) >= 3


def test_what_is_written_down_is_in_words_and_in_arabic_too(made: World) -> None:
    outcomes = {row["outcome"] for row in rows(made, "activities")}
    assert None in outcomes and len(outcomes) > 15
    assert any("\u0600" <= letter <= "\u06ff" for outcome in outcomes if outcome for letter in outcome)
    assert {row["type"] for row in rows(made, "activities")} == {
        "call", "meeting", "email", "task", "chat", "social_message",
    }  # fmt: skip
    assert {row["direction"] for row in rows(made, "activities")} == {"inbound", "outbound", None}


def test_deals_change_hands_and_pipelines(made: World) -> None:
    values: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows(made, "deal_field_history"):
        values[row["field"], row["deal_id"]].append(row["value"])
    pipelines = [told for (field, _), told in values.items() if field == "pipeline"]
    assert 0.08 < mean(told[0] == "partners" for told in pipelines) < 0.2
    assert any(told == ["default", "partners"] for told in pipelines)
    assert any(told == ["partners", "default"] for told in pipelines)
    assert any(len(told) == 2 for (field, _), told in values.items() if field == "owner")
    deals = rows(made, "deals")
    assert {deal["pipeline"] for deal in deals} == {"default", "partners"}
    open_deals = [deal for deal in deals if deal["closed_at"] is None]
    assert 0.2 < mean(deal["next_activity_at"] is not None for deal in open_deals) < 0.8
    assert all(deal["next_activity_at"] > made.now for deal in open_deals if deal["next_activity_at"])


def test_nothing_is_done_for_what_the_crm_has_deleted(made: World) -> None:
    gone = {(row["object"], row["id"]) for row in rows(made, "archived_objects")}
    for name in ("activities", "funnel_events"):
        for row in rows(made, name):
            assert ("contact", row["contact_id"]) not in gone
            assert ("deal", row.get("deal_id")) not in gone


def test_a_merge_is_known_from_its_moment_and_undone_from_its_end(made: World) -> None:
    merges = rows(made, "contact_merges")
    losers = {row["loser_id"] for row in merges}
    assert any(row["winner_id"] in losers for row in merges), "no chain"
    undone = next(row for row in merges if row["unmerged_at"])
    before = made.at(undone["merged_at"] - timedelta(seconds=1))
    between = made.at(undone["merged_at"])
    assert undone["loser_id"] not in before["contact_merges"]["loser_id"].to_pylist()
    (then,) = [row for row in rows(between, "contact_merges") if row["loser_id"] == undone["loser_id"]]
    assert then["unmerged_at"] is None
    contacts = {row["contact_id"]: row for row in rows(made, "contacts")}
    for row in merges:
        assert contacts[row["loser_id"]]["person_no"] == contacts[row["winner_id"]]["person_no"]
        assert contacts[row["loser_id"]]["email"] != contacts[row["winner_id"]]["email"]


def test_mailboxes_and_a_kiosk_are_shared(made: World) -> None:
    addresses = Counter(row["email"].strip().lower() for row in rows(made, "contacts") if row["email"])
    shared = [email for email, count in addresses.items() if count > 1]
    assert shared and all(email.split("@")[0] in ("info", "office", "support") for email in shared)
    told: dict[str, set[str]] = defaultdict(set)
    for row in rows(made, "identities"):
        told[row["anonymous_id"]].add(row["email"].strip().lower())
    assert sorted(len(emails) for emails in told.values())[-1] == 8
    clicks = Counter(row["click_id"] for row in rows(made, "touchpoints") if row["click_id"])
    assert max(clicks.values()) == 2, "no click went on in another browser"


def test_trials_and_carts_take_every_way(made: World) -> None:
    events = rows(made, "funnel_events")
    counts = Counter(row["event_name"] for row in events)
    trial = [counts[name] for name in ("visit", "sign_up", "activated", "trial_started", "paid", "retained")]
    assert trial == sorted(trial, reverse=True) and trial[-1] > 0
    assert counts["purchase"] < counts["add_to_cart"]
    assert counts["help_opened"] > 0, "nothing stands between"
    ways = {tuple(bool(row[name]) for name in ("anonymous_id", "email", "contact_id")) for row in events}
    assert ways == {(True, False, False), (True, True, False), (False, True, False), (False, False, True)}
    valued = [row for row in events if row["event_name"] in ("add_to_cart", "purchase")]
    assert {row["currency"] for row in valued} == {None, "USD", "EUR", "GBP", "EGP"}
    assert any(row["value"] is None for row in valued) and any(row["value"] for row in valued)
    assert max(row["occurred_at"] for row in events) <= datetime(2026, 7, 1, tzinfo=UTC)
