"""Activities and what they led to, handovers and leads at risk, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sandbox.truth.business import Business
from sandbox.truth.leads import fct_handover, fct_leads_at_risk
from sandbox.truth.scores import evaluation_days, matches, pairs_in_order, rule_reasons, rule_score, signals
from sandbox.truth.selling import fct_activities, fct_activity_conversion, fct_touches_to_outcome

Rows = list[dict[str, Any]]
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA = {
    "contact_id": "1",
    "email": "a@x.example",
    "created_at": START,
    "owner": "Ana",
    "lifecycle_stage": "mql",
}


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def did(hours: float, kind: str = "call", direction: str | None = "outbound", **more: Any) -> dict[str, Any]:
    row = {"activity_id": f"{kind}{hours}", "occurred_at": after(hours), "type": kind, "direction": direction}
    return {**row, "contact_id": "1", "owner": "Ana", "prospecting": "cold", **more}


def stages(*entries: tuple[str, float]) -> Rows:
    return [{"contact_id": "1", "stage": stage, "entered_at": after(hours)} for stage, hours in entries]


def test_an_activity_without_a_contact_is_of_its_deals_person(business: Callable[..., Business]) -> None:
    deals = [{"deal_id": "9", "stage": "lost", "created_at": START, "contact_id": "1"}]
    done = [did(1, contact_id=None, deal_id="9", direction=None), did(2, contact_id=None, deal_id="gone")]
    first, second = fct_activities(business(contacts=[ANA], deals=deals, activities=done))
    assert (first["person"], first["deal_id"], first["direction"]) == ("a@x.example", "9", "unknown")
    assert (second["person"], second["deal_id"]) == (None, None)


def test_an_outcome_is_credited_to_the_last_thing_we_did_before(business: Callable[..., Business]) -> None:
    days = 24
    told = business(
        contacts=[ANA],
        activities=[
            did(0), did(1, "email"), did(1 + 5 * days, "email", "inbound"),
            did(2 + 5 * days, "chat", "inbound"), did(6 * days, "meeting"),
            did(200 * days, "call", "inbound"),
        ],
        deals=[{"deal_id": "9", "stage": "won", "created_at": after(95 * days), "contact_id": "1",
                "closed_at": after(100 * days), "is_won": True, "deal_type": "new"}],
    )  # fmt: skip
    rows = {row["type"]: row for row in fct_activity_conversion(told)}
    assert set(rows) == {"call", "email", "meeting"}
    assert (rows["email"]["replied"], rows["email"]["reply_rate"], rows["email"]["meetings"]) == (1, 1.0, 1)
    assert rows["call"]["reply_rate"] == 0, "the last activity counts, not the first"
    assert (rows["meeting"]["opportunities"], rows["meeting"]["wins"]) == (1, 1)
    assert rows["meeting"]["replied"] == 0, "a reply after 194 days is nobody's"


def test_touches_up_to_an_outcome_are_counted_by_kind(business: Callable[..., Business]) -> None:
    told = business(
        contacts=[ANA],
        identities=[{"anonymous_id": "w", "email": "a@x.example", "seen_at": START}],
        touchpoints=[{"touchpoint_id": f"t{hours}", "anonymous_id": "w", "occurred_at": after(hours)}
                     for hours in (-9, 2, 9)],
        activities=[did(1), did(2, "social_message"), did(3, "email", "inbound"), did(4)],
        lifecycle_history=stages(("mql", -20)),
    )  # fmt: skip
    rows = {row["outcome"]: row for row in fct_touches_to_outcome(told)}
    assert set(rows) == {"reply", "mql"}
    reply = rows["reply"]
    kinds = ("touches", "touchpoints", "web_visits", "email_clicks")
    assert [reply[kind] for kind in kinds] == [4, 3, 2, 0], "the call is a touchpoint and one touch"
    assert (reply["calls"], reply["emails"], reply["meetings"], reply["other_activities"]) == (1, 0, 0, 1)
    assert reply["days_from_first_touch"] == 0.5
    assert (rows["mql"]["touches"], rows["mql"]["first_touch_at"]) == (0, None)


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        ([("mql", 0)], "waiting"),
        ([("mql", 0), ("sal", 5)], "accepted"),
        ([("mql", 0), ("sal", 5), ("lead", 50)], "rejected"),
        ([("mql", 0), ("sal", 5), ("sql", 9), ("lead", 50)], "qualified"),
        ([("lead", 0), ("mql", 0)], "waiting"),
    ],
)
def test_what_became_of_a_handover(business: Callable[..., Business], entries: Any, status: str) -> None:
    done = [did(3), did(49, "task", outcome="لا توجد ميزانية"), did(51, outcome="later")]
    (row,) = fct_handover(business(contacts=[ANA], lifecycle_history=stages(*entries), activities=done))
    assert row["status"] == status
    assert (row["response_hours"], row["owner"], row["is_recycled"]) == (3, "Ana", False)
    assert (row["rejection_reason"] == "لا توجد ميزانية") == any(
        stage == "lead" and at for stage, at in entries
    )


def test_a_recycled_lead_is_handed_over_again(business: Callable[..., Business]) -> None:
    entries = stages(("mql", 0), ("mql", 1), ("sal", 2), ("lead", 10), ("mql", 20), ("sal", 21))
    first, second = fct_handover(business(contacts=[ANA], lifecycle_history=entries, activities=[did(25)]))
    assert (first["status"], first["hours_to_sal"], first["first_response_at"]) == ("rejected", 2, None)
    assert first["rejection_reason"] == "not recorded"
    assert (second["is_recycled"], second["mql_at"], second["response_hours"]) == (True, after(20), 5)


def test_leads_in_danger_say_why(business: Callable[..., Business]) -> None:
    def risks(entries: Rows, done: Rows) -> set[str]:
        told = business(contacts=[ANA], lifecycle_history=entries, activities=done)
        return {row["risk"] for row in fct_leads_at_risk(told)}

    assert risks(stages(("mql", 0)), [did(-5), did(-4, "email", "inbound")]) == {"untouched"}
    assert risks(stages(("mql", 0)), [did(24)]) == set()
    assert risks(stages(("mql", 0)), [did(24.5)]) == {"slowly_answered"}
    assert risks(stages(("sql", 0), ("mql", 1)), [did(2)]) == {"recycled"}
    assert risks(stages(("sql", 0), ("mql", 1)), []) == {"recycled"}, "nobody records activities"
    assert risks(stages(("mql", 0), ("customer", 1)), [did(-5)]) == set()


def test_a_lead_in_danger_is_told_of_in_a_sentence(business: Callable[..., Business]) -> None:
    def reasons(entries: Rows, done: Rows) -> list[str]:
        told = business(date(2026, 3, 12), contacts=[ANA], lifecycle_history=entries, activities=done)
        return [row["risk_reason"] for row in fct_leads_at_risk(told)]

    since, went_back = stages(("mql", -1), ("mql", 20)), stages(("sal", 0), ("sql", 1), ("mql", 30))
    assert reasons(since, [did(-5)]) == [
        "Nobody has called or written since 2026-03-02, when the person became mql: 9 days"
    ], "from the first of two entries at 8:00, 9 days and 16 hours ago"
    assert reasons(went_back, [did(30 + 25.9)]) == [
        "First called or written to 25 hours after becoming mql on 2026-03-03: 24 hours are expected",
        "Was sql before and went back to mql on 2026-03-03",
    ]


@pytest.mark.parametrize(
    ("match", "value", "is_met"),
    [
        ("enterprise|mid", "Mid", True), ("mid", "mid_market", False), (">=3", 3, True), ("<=3", 4, False),
        ("1..3", 3, True), ("1..3", 0, False), ("0", 0, True), (">=0", None, False),
    ],
)  # fmt: skip
def test_a_rule_asks_for_a_whole_word_or_a_range(match: str, value: Any, is_met: bool) -> None:
    assert matches(match, value) == is_met


def test_a_lead_scores_what_was_known_of_it(business: Callable[..., Business]) -> None:
    told = business(
        contacts=[ANA],
        lifecycle_history=stages(("mql", 0)),
        identities=[{"anonymous_id": "w", "email": "a@x.example", "seen_at": after(48)}],
        touchpoints=[{"touchpoint_id": "t", "anonymous_id": "w", "occurred_at": after(1)}],
    )
    assert signals(told, "a@x.example", after(47))["touchpoints_30d"] == 0, "nobody knew whose visit it was"
    known = signals(told, "a@x.example", after(72))
    assert (known["touchpoints_30d"], known["days_since_last_touch"], known["days_in_stage"]) == (1, 2, 3)
    called = business(contacts=[ANA], lifecycle_history=stages(("mql", 0)), activities=[did(1)])
    counted = signals(called, "a@x.example", after(72))
    assert (counted["touchpoints_30d"], counted["activities_outbound_30d"]) == (0, 1)
    assert (counted["days_since_last_touch"], counted["acquisition_channel"]) == (2, "sales")
    # mql 7.5, one to three touches 5, a lead for at most 14 days 2
    assert rule_score(told, "a@x.example", after(72)) == 14.5
    assert rule_reasons(told, "a@x.example", after(72)) == (
        "stage: mql (+7.5); touches in the last 30 days: 1 (+5); days as a lead: 3 (+2)"
    )


def test_a_leads_reasons_are_what_moved_its_points_most(business: Callable[..., Business]) -> None:
    told = business(
        contacts=[{**ANA, "country": "Egypt", "lead_source": "offline", "segment": "mid_market"}],
        lifecycle_history=stages(("sql", -5000), ("lead", 0)),
    )
    # days as a lead and in the stage give none; 8 either way, of which the segment is the first signal
    assert rule_reasons(told, "a@x.example", after(24 * 180)) == (
        "segment: mid_market (+8); days in the stage: 180 (-8); lead source: offline (+6)"
    )
    nothing = business(contacts=[ANA], lifecycle_history=stages(("lead", 0)))
    assert rule_reasons(nothing, "a@x.example", after(24 * 100)) == "touches in the last 90 days: 0 (-6)"


def test_pairs_of_equal_scores_count_half() -> None:
    assert pairs_in_order([(1, False), (2, True), (2, False), (3, True)]) == 3.5 / 4
    assert pairs_in_order([(1, False)]) is None
    assert evaluation_days(datetime(2026, 7, 1, tzinfo=UTC))[-1].isoformat() == "2026-04-01"
