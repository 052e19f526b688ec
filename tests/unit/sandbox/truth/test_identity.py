"""Who is one person, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.truth.business import Business
from sandbox.truth.core import dim_people

Build = Callable[..., Business]


def at(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def contact(number: int, email: str | None, day: int = 1, **more: object) -> dict[str, object]:
    return {"contact_id": str(number), "email": email, "created_at": at(day), **more}


def told(anonymous: str, email: str, day: int) -> dict[str, object]:
    return {"anonymous_id": anonymous, "email": email, "seen_at": at(day)}


def people(business: Business) -> set[str]:
    return {row["person"] for row in dim_people(business)}


MERGES = [
    {"loser_id": "3", "winner_id": "2", "merged_at": at(5)},
    {"loser_id": "2", "winner_id": "1", "merged_at": at(6), "unmerged_at": at(10)},
]
THREE = [contact(1, "a@x.example", 1), contact(2, "b@x.example", 2), contact(3, "c@x.example", 3)]


@pytest.mark.parametrize(
    ("day", "persons"),
    [
        (4, {"a@x.example", "b@x.example", "c@x.example"}),
        (5, {"a@x.example", "b@x.example"}),
        (6, {"a@x.example"}),
        (10, {"a@x.example", "b@x.example"}),
    ],
    ids=["none merged", "at the first merge", "a chain", "undone"],
)
def test_merges_hold_from_their_moment_until_they_are_undone(
    business: Build, day: int, persons: set[str]
) -> None:
    assert people(business(as_of=date(2026, 3, day), contacts=THREE, contact_merges=MERGES)) == persons


def test_a_contact_that_the_crm_merged_brings_its_id_to_the_winner(business: Build) -> None:
    merged = business(
        contacts=THREE[:2], crm_merges=[{"loser_id": "2", "winner_id": "1", "merged_at": at(5)}]
    )
    assert people(merged) == {"a@x.example"}
    assert merged.contact_ids["a@x.example"] == ["1", "2"]
    assert merged.only_contact("a@x.example") is None


def test_a_click_that_two_browsers_show_makes_them_one(business: Build) -> None:
    visits = [
        {"touchpoint_id": "t1", "anonymous_id": "web", "click_id": "Cj1", "occurred_at": at(1)},
        {"touchpoint_id": "t2", "anonymous_id": "app", "click_id": "Cj1", "occurred_at": at(2)},
        {"touchpoint_id": "t3", "anonymous_id": "other", "click_id": "Cj2", "occurred_at": at(2)},
    ]
    assert people(business(touchpoints=visits)) == {"web", "other"}


def test_a_role_mailbox_and_a_kiosk_join_nobody(business: Build) -> None:
    desk = [contact(number, "Info@x.example") for number in (1, 2, 3)]
    kiosk = [told("kiosk", f"p{number}@x.example", number) for number in range(1, 7)]
    visits = [{"touchpoint_id": "t", "anonymous_id": "kiosk", "occurred_at": at(1)}]
    found = people(business(contacts=desk, identities=kiosk, touchpoints=visits))
    several = {f"p{number}@x.example" for number in range(1, 7)}
    assert found == {"1", "2", "3", "info@x.example", "kiosk"} | several, "the mailbox is its own person"
    few = people(business(identities=kiosk[:5], touchpoints=visits))
    assert few == {"p1@x.example"}, "five may share a device"


def test_what_the_exclusions_name_takes_its_person_along(business: Build) -> None:
    left = business(
        contacts=[contact(1, "real@x.example"), contact(2, "QA@funnelhouse.example "),
                  contact(3, "alex@x.example", company_id="9")],
        companies=[{"company_id": "9", "name": "ZZ Test Company", "created_at": at(1)}],
        identities=[told("q", "qa@funnelhouse.example", 2), told("q", "private@x.example", 3)],
        touchpoints=[
            {"touchpoint_id": "t1", "anonymous_id": "q", "occurred_at": at(1)},
            {"touchpoint_id": "t2", "anonymous_id": "z", "occurred_at": at(1)},
            {"touchpoint_id": "t3", "anonymous_id": "z", "occurred_at": at(2),
             "landing_url": "https://staging.funnelhouse.example/"},
        ],
        deals=[{"deal_id": "1", "name": "test of Monday", "stage": "won", "created_at": at(1)},
               {"deal_id": "2", "name": "Ours", "stage": "lost", "created_at": at(1), "contact_id": "2"},
               {"deal_id": "3", "name": "Testa & Figli", "stage": "lost", "created_at": at(1)}],
    )  # fmt: skip
    assert people(left) == {"real@x.example", "z"}
    assert [touch["touchpoint_id"] for touch in left.touches] == ["t2"]
    assert [deal["deal_id"] for deal in left["deals"]] == ["3"]
    assert not left.companies


def test_the_newest_contact_speaks_for_its_person(business: Build) -> None:
    both = [contact(1, "a@x.example", 1, owner="Ana", updated_at=at(2)),
            contact(2, "b@x.example", 3, owner="Omar", updated_at=at(3))]  # fmt: skip
    merged = business(contacts=both, contact_merges=[{"loser_id": "2", "winner_id": "1", "merged_at": at(4)}])
    (row,) = dim_people(merged)
    assert (row["person"], row["owner"], row["first_seen_at"]) == ("a@x.example", "Omar", at(1))
    assert row["first_seen_at"] + timedelta(days=2) == both[1]["created_at"]
