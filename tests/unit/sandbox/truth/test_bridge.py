"""For whom an identifier stood when, worked out by hand."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.truth.bridge import Stretch, bridge_person_identifiers, laid_over
from sandbox.truth.business import Business


def at(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)


def history(business: Business, kind: str, identifier: str) -> list[tuple[Any, ...]]:
    """(person, from, to) of one identifier."""
    hashed = hashlib.sha256(identifier.encode()).hexdigest()
    rows = [
        r for r in bridge_person_identifiers(business) if (r["kind"], r["identifier_hash"]) == (kind, hashed)
    ]
    return [(row["person"], row["valid_from"], row["valid_to"]) for row in rows]


def test_a_visitor_was_a_person_of_its_own_until_it_was_identified(business: Callable[..., Business]) -> None:
    told = business(
        contacts=[{"contact_id": "1", "email": "a@x.example", "created_at": at(10)}],
        touchpoints=[{"touchpoint_id": "t", "anonymous_id": "w", "occurred_at": at(1), "click_id": "Cj"}],
        identities=[{"anonymous_id": "w", "email": "a@x.example", "seen_at": at(9)}],
    )
    assert history(told, "anonymous", "w") == [("w", at(1), at(9)), ("a@x.example", at(9), None)]
    assert history(told, "email", "a@x.example") == [("a@x.example", at(9), None)]
    assert history(told, "contact", "1") == [("a@x.example", at(10), None)]
    assert history(told, "click", "Cj") == [("a@x.example", at(1), None)], "its own click links it to nobody"


def test_a_merge_that_was_undone_held_while_it_stood(business: Callable[..., Business]) -> None:
    told = business(
        contacts=[{"contact_id": "1", "email": "a@x.example", "created_at": at(1)},
                  {"contact_id": "2", "email": "b@x.example", "created_at": at(2)}],
        contact_merges=[{"loser_id": "2", "winner_id": "1", "merged_at": at(5), "unmerged_at": at(8)}],
    )  # fmt: skip
    stood = [("b@x.example", at(2), at(5)), ("a@x.example", at(5), at(8)), ("b@x.example", at(8), None)]
    assert history(told, "contact", "2") == history(told, "email", "b@x.example") == stood
    assert history(told, "contact", "1") == [("a@x.example", at(1), None)]


def test_of_stretches_that_overlap_the_later_holds() -> None:
    own = [Stretch("own", None)]
    first = laid_over(own, Stretch("ann", at(2), at(9)))
    assert first == [Stretch("own", None, at(2)), Stretch("ann", at(2), at(9)), Stretch("own", at(9))]
    second = laid_over(first, Stretch("bob", at(4), at(6)))
    assert [(one.person, one.valid_from, one.valid_to) for one in second] == [
        ("own", None, at(2)), ("ann", at(2), at(4)), ("bob", at(4), at(6)), ("ann", at(6), at(9)),
        ("own", at(9), None),
    ]  # fmt: skip
