"""Consents as careful and as careless people give them, and contacts without an address."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import pytest

from sandbox.world import World, make_world

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made() -> World:
    return make_world()


def rows(world: World, name: str) -> Rows:
    return world[name].to_pylist()


@pytest.fixture(scope="module")
def told(made: World) -> dict[str, Rows]:
    """What each address said of analytics."""
    found: dict[str, Rows] = defaultdict(list)
    for row in rows(made, "consents"):
        if row["purpose"] == "analytics":
            found[row["email"].strip().lower()].append(row)
    return found


def visits_of(world: World) -> dict[str, list[datetime]]:
    owner: dict[str, str] = {}
    for identity in rows(world, "identities"):
        owner.setdefault(identity["anonymous_id"], identity["email"].strip().lower())
    found: dict[str, list[datetime]] = defaultdict(list)
    for touch in rows(world, "touchpoints"):
        found[owner.get(touch["anonymous_id"], "")].append(touch["occurred_at"])
    return found


def test_both_purposes_are_granted_denied_and_granted_again(made: World) -> None:
    for purpose in ("analytics", "marketing"):
        said: dict[str, list[str]] = defaultdict(list)
        for row in rows(made, "consents"):
            if row["purpose"] == purpose:
                said[row["email"].strip().lower()].append(row["status"])
        assert ["denied", "granted"] in said.values() or ["granted", "denied", "granted"] in said.values()
        assert ["denied"] in said.values() and ["granted"] in said.values()
        assert ["granted", "denied"] in said.values()


def test_analytics_is_denied_before_at_and_between_visits(made: World, told: dict[str, Rows]) -> None:
    visits = visits_of(made)
    denied = [
        (row["recorded_at"], sorted(visits[email]))
        for email, said in told.items() for row in said if row["status"] == "denied" and visits[email]
    ]  # fmt: skip
    assert sum(moment == seen[0] for moment, seen in denied) > 10, "at the first visit"
    assert sum(moment in seen[1:] for moment, seen in denied) > 10, "at another visit"
    assert sum(moment not in seen and seen[0] < moment < seen[-1] for moment, seen in denied) > 10


def test_some_contradict_themselves_in_one_moment(told: dict[str, Rows]) -> None:
    twice = [
        [row["status"] for row in said if row["recorded_at"] == moment]
        for said in told.values() for moment in {row["recorded_at"] for row in said}
    ]  # fmt: skip
    assert ["denied", "granted"] in twice


def test_where_and_on_what_ground_is_told_or_not(made: World) -> None:
    consents = rows(made, "consents")
    assert {row["channel"] for row in consents} == {"website", "email", "phone", "fair"}
    assert {row["legal_basis"] for row in consents} == {"consent", "legitimate_interest", None}
    assert {row["jurisdiction"] for row in consents} >= {"GDPR", "UK GDPR", "CCPA", "PDPL", None}
    assert max(row["recorded_at"] for row in consents) <= made.now


def test_second_addresses_and_our_own_people_are_asked_too(made: World) -> None:
    said = {row["email"].strip().lower() for row in rows(made, "consents")}
    assert any(email.endswith("@inbox.example") for email in said)
    assert "qa0@funnelhouse.example" in said


def test_people_met_at_a_fair_have_no_address_and_still_buy(made: World) -> None:
    met = {row["contact_id"]: row for row in rows(made, "contacts") if not row["email"]}
    assert len(met) >= 10
    assert {bool(row["company_id"]) for row in met.values()} == {True, False}
    assert {row["stage"] for row in rows(made, "lifecycle_history") if row["contact_id"] in met} >= {
        "lead", "mql", "sal",
    }  # fmt: skip
    deals = [row for row in rows(made, "deals") if row["contact_id"] in met]
    assert {row["is_won"] for row in deals} == {True, False, None}
    assert {bool(row["company_id"]) for row in deals} == {True, False}
