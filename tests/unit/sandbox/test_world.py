"""The make-believe company is what the field's figures say, the same every time."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from sandbox.schemas import DEAL_STAGES, LIFECYCLE_STAGES, SCHEMAS
from sandbox.world import WORLD_AS_OF, World, make_world

ORDER = {stage: place for place, stage in enumerate(DEAL_STAGES)}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made() -> World:
    """The demo's own world."""
    return make_world()


def rows(world: World, name: str) -> Rows:
    return world[name].to_pylist()


def by(found: Rows, key: str) -> dict[Any, Rows]:
    groups: dict[Any, Rows] = defaultdict(list)
    for row in found:
        groups[row[key]].append(row)
    return groups


def stages_of_deals(world: World) -> list[list[str]]:
    return [
        [row["stage"] for row in group] for group in by(rows(world, "deal_stage_history"), "deal_id").values()
    ]


def test_every_table_has_the_published_columns_and_some_rows(made: World) -> None:
    assert set(made.tables) == set(SCHEMAS)
    for name, schema in SCHEMAS.items():
        assert made[name].schema.equals(schema), name
        assert made[name].num_rows > 0, name
        made[name].validate(full=True)


def test_the_same_seed_makes_the_same_world_and_another_seed_another(made: World) -> None:
    again, other = make_world(), make_world(seed=8)
    assert all(made[name].equals(again[name]) for name in SCHEMAS)
    assert not other["touchpoints"].equals(made["touchpoints"])


def test_an_unknown_size_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="size 'XL' is unknown; choose one of S, M, L"):
        make_world(size="XL")


@pytest.mark.parametrize("seed", [7, 11])
def test_the_figures_of_the_field_hold(seed: int) -> None:
    world = make_world(seed=seed)
    people = rows(world, "people")
    assert 0.55 <= sum(person["is_identified"] for person in people) / len(people) <= 0.6
    stages = by(rows(world, "lifecycle_history"), "stage")
    reached = [len({row["contact_id"] for row in stages[stage]}) for stage in LIFECYCLE_STAGES]
    assert reached == sorted(reached, reverse=True)
    leads = {row["contact_id"]: row["entered_at"] for row in reversed(stages["lead"])}
    fit = {person["contact_id"] for person in people if person["is_fit"]}
    assert 0.35 < len(fit & leads.keys()) / len(leads) < 0.5
    assert 0.35 < len({row["contact_id"] for row in stages["mql"]} & leads.keys()) / len(leads) < 0.5
    assert 6 <= touches_before(world, leads) <= 8


def touches_before(world: World, leads: dict[str, datetime]) -> float:
    """Visits up to the moment of becoming a lead, on average."""
    person = {
        contact["contact_id"]: (contact["email"] or contact["contact_id"]).strip().lower()
        for contact in rows(world, "contacts")
    }
    owner: dict[str, str] = {}
    for identity in rows(world, "identities"):
        owner.setdefault(identity["anonymous_id"], identity["email"].strip().lower())
    visits: dict[str, list[datetime]] = defaultdict(list)
    for touch in rows(world, "touchpoints"):
        visits[owner.get(touch["anonymous_id"], "")].append(touch["occurred_at"])
    return sum(sum(at <= moment for at in visits[person[c]]) for c, moment in leads.items()) / len(leads)


@pytest.mark.parametrize("seed", [7, 11])
def test_a_quarter_of_the_forecast_goes_dark(seed: int) -> None:
    world = make_world(seed=seed)
    old = [deal for deal in rows(world, "deals") if (world.now - deal["created_at"]).days > 90]
    silent = [d for d in old if d["closed_at"] is None and (world.now - d["updated_at"]).days > 60]
    assert 0.2 <= len(silent) / len(old) <= 0.28
    fates = Counter(row["fate"] for row in rows(world, "deal_fates"))
    assert 0.22 <= fates["dark"] / fates.total() <= 0.26


def test_deals_reenter_skip_reopen_win_and_lose(made: World) -> None:
    paths = stages_of_deals(made)
    steps = [(ORDER[a], ORDER[b]) for path in paths for a, b in pairwise(path)]
    assert any(b < a < ORDER["won"] for a, b in steps), "no step back"
    assert any(b > a + 1 and b < ORDER["won"] for a, b in steps), "no skipped stage"
    assert any(a == ORDER["lost"] for a, b in steps), "no lost deal reopened"
    assert any(len(path) > len(set(path)) for path in paths), "no stage re-entered"
    deals = rows(made, "deals")
    assert {deal["deal_type"] for deal in deals} == {"new", "expansion", "renewal"}
    assert any(deal["closed_at"] and deal["closed_at"] < deal["created_at"] for deal in deals)
    assert any(deal["amount"] is None for deal in deals)
    assert any(deal["contact_id"] is None for deal in deals)
    changes = Counter((c["deal_id"], c["field"]) for c in rows(made, "deal_field_history"))
    assert {field for (_, field), count in changes.items() if count > 1} == {
        "amount", "close_date_expected", "owner", "pipeline",
    }  # fmt: skip


def test_lifecycles_step_back(made: World) -> None:
    histories = by(rows(made, "lifecycle_history"), "contact_id").values()
    places = [[LIFECYCLE_STAGES.index(row["stage"]) for row in history] for history in histories]
    assert any(entered != sorted(entered) for entered in places)


def test_subscriptions_grow_shrink_end_and_return(made: World) -> None:
    periods = by(rows(made, "subscription_periods"), "subscription_id")
    worth = [
        [p["monthly_amount"] * (p["quantity"] or 1) for p in group if not p["is_trial"]]
        for group in periods.values()
    ]
    changes = [b - a for amounts in worth for a, b in pairwise(amounts)]
    assert min(changes) < 0 < max(changes)
    for group in periods.values():
        for earlier, later in pairwise(group):
            assert earlier["ended_at"] == later["started_at"]
    everything = [period for group in periods.values() for period in group]
    assert {p["churn_type"] for p in everything} == {None, "voluntary", "involuntary"}
    assert any(p["is_trial"] and p["monthly_amount"] > 0 for p in everything)
    ends = {p["customer_id"]: p["ended_at"] for p in everything if p["cancel_reason"]}
    assert any(p["started_at"] > ends[p["customer_id"]] for p in everything if p["customer_id"] in ends)
    first_of_month = [
        p for p in everything if p["ended_at"] and p["ended_at"].day == 1 and p["ended_at"].hour == 0
    ]
    assert first_of_month
    assert {p["currency"] for p in everything} == {"USD", "EUR", "GBP", "EGP"}


def test_names_and_campaigns_come_in_several_scripts(made: World) -> None:
    words = [contact["first_name"] or contact["last_name"] for contact in rows(made, "contacts")]
    words += [campaign["name"] for campaign in rows(made, "ad_campaigns")]
    words += [company["name"] for company in rows(made, "companies")]
    text = "".join(words)
    for first, last in (
        ("\u0600", "\u06ff"),
        ("\u0400", "\u04ff"),
        ("\u4e00", "\u9fff"),
        ("\u00c0", "\u00ff"),
    ):
        assert any(first <= letter <= last for letter in text)
    assert any("\u0600" <= letter <= "\u06ff" for c in rows(made, "ad_campaigns") for letter in c["name"])


def test_addresses_vary_in_spelling_but_name_one_person(made: World) -> None:
    shown = [contact["email"] for contact in rows(made, "contacts") if contact["email"]]
    assert any(email != email.strip() for email in shown)
    assert any(email != email.lower() for email in shown)
    people = {person["email"] for person in rows(made, "people") if person["email"]}
    for name in ("contacts", "identities", "orders", "email_members", "funnel_events", "consents"):
        told = {row["email"].strip().lower() for row in rows(made, name) if row["email"]} - people
        other = (r"@(inbox|home|funnelhouse|zztest)\.example$", r"^(info|office|support)@")
        assert all(re.search("|".join(other), email) for email in told), name


def test_edges_of_time_occur(made: World) -> None:
    moments = Counter(touch["occurred_at"] for touch in rows(made, "touchpoints"))
    assert max(moments.values()) > 1
    assert moments[made.now] > 0
    assert any(moment.day == 1 and moment.hour == moment.minute == moment.second == 0 for moment in moments)
    assert any(order["ordered_at"] == made.now for order in rows(made, "orders"))
    assert (
        max(moments) == made.now == datetime(WORLD_AS_OF.year, WORLD_AS_OF.month, WORLD_AS_OF.day, tzinfo=UTC)
    )


def test_ids_are_unique_and_references_hold_on_every_day(made: World) -> None:
    keys = {"contacts": "contact_id", "companies": "company_id", "deals": "deal_id", "orders": "order_id",
            "touchpoints": "touchpoint_id", "email_events": "event_id", "people": "person_no",
            "funnel_events": "event_id", "feedback": "response_id"}  # fmt: skip
    for moment in (made.now, datetime(2025, 5, 17, 13, 7, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)):
        world = made.at(moment)
        for name, key in keys.items():
            assert len(set(world[name][key].to_pylist())) == world[name].num_rows, name
        companies, contacts = (
            set(world["companies"]["company_id"].to_pylist()),
            by(rows(world, "contacts"), "contact_id"),
        )
        assert {c["company_id"] for group in contacts.values() for c in group} - {None} <= companies
        deals = by(rows(world, "deals"), "deal_id")
        for member in rows(world, "deal_contacts"):
            assert (
                contacts[member["contact_id"]][0]["created_at"] <= deals[member["deal_id"]][0]["created_at"]
            )
        assert {order["company_id"] for order in rows(world, "orders")} - {None} <= companies
        campaigns = set(world["ad_campaigns"]["campaign_id"].to_pylist())
        assert set(world["ad_performance"]["campaign_id"].to_pylist()) <= campaigns


def test_rates_reach_back_before_the_first_event(made: World) -> None:
    first = min(touch["occurred_at"] for touch in rows(made, "touchpoints")).date()
    for currency, rates in by(rows(made, "exchange_rates"), "currency").items():
        assert currency in ("EUR", "GBP", "EGP")
        assert min(rate["rate_date"] for rate in rates) < first
