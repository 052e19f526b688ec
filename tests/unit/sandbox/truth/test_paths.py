"""Whose touches count, from when, with whose consent; worked out by hand."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.truth.business import Business
from sandbox.truth.consent import allowed
from sandbox.truth.core import dim_people
from sandbox.truth.paths import Choices, Path, null_journeys, paths

KNOWN = [{"anonymous_id": name, "email": f"{name}@x.example", "seen_at": datetime(2026, 1, 1, tzinfo=UTC)}
         for name in "abc"]  # fmt: skip
FROM = {
    "direct": {},
    "referral": {"referrer": "https://reviews.example/"},
    "email": {"utm_source": "partner", "utm_medium": "email"},
}


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def visit(name: str, moment: datetime, who: str = "a", channel: str = "direct") -> dict[str, Any]:
    return {"touchpoint_id": name, "anonymous_id": who, "occurred_at": moment, **FROM[channel]}


def order(name: str, moment: datetime, who: str = "a", **more: Any) -> dict[str, Any]:
    return {"order_id": name, "customer_id": name, "ordered_at": moment, "email": f"{who}@x.example",
            "amount": Decimal(90), "currency": "USD", **more}  # fmt: skip


def consent(status: str, moment: datetime, who: str = "a", purpose: str = "analytics") -> dict[str, Any]:
    return {"email": f" {who.upper()}@x.example", "purpose": purpose, "status": status,
            "recorded_at": moment}  # fmt: skip


def touched(found: list[Path]) -> dict[str, list[str]]:
    return {
        path.conversion["conversion_id"]: [touch["touchpoint_id"] for touch in path.touches] for path in found
    }


def reasons(found: list[Path]) -> dict[str, str | None]:
    return {path.conversion["conversion_id"]: path.reason for path in found}


def test_a_lookback_is_that_of_the_type_and_channel(business: Callable[..., Business]) -> None:
    told = business(
        identities=KNOWN,
        touchpoints=[
            visit("far", at(1)), visit("near", at(28)),
            visit("post", at(1, 12), channel="email"), visit("blog", at(1, 13), channel="referral"),
        ],
        orders=[order("o", at(31))],
    )  # fmt: skip
    both = Choices(lookbacks=((None, "email", 1), ("order", "email", 60), ("order", None, 10)))
    assert touched(paths(told, both)) == {"order:o": ["post", "near"]}
    assert touched(paths(told, Choices(lookbacks=((None, "email", 30),)))) == {
        "order:o": ["far", "post", "blog", "near"]
    }
    assert touched(paths(told, Choices(lookback_days=3))) == {"order:o": ["near"]}


def test_a_cycle_begins_after_the_conversion_before(business: Callable[..., Business]) -> None:
    told = business(
        identities=KNOWN,
        touchpoints=[visit("t1", at(1)), visit("t2", at(5)), visit("t3", at(6)), visit("t4", at(7), "b")],
        orders=[
            order("1", at(5)), order("2", at(8)), order("3", at(8)), order("4", at(9)), order("5", at(9), "b")
        ],
    )  # fmt: skip
    found = paths(told, Choices(in_cycles=True))
    assert touched(found) == {
        "order:1": ["t1", "t2"], "order:2": ["t3"], "order:3": [], "order:4": [], "order:5": ["t4"],
    }  # fmt: skip
    assert reasons(found)["order:3"] == reasons(found)["order:4"] == "outside_window"
    assert touched(paths(told))["order:4"] == ["t1", "t2", "t3"]


def test_a_touch_is_withheld_from_the_moment_of_the_denial_on(business: Callable[..., Business]) -> None:
    told = business(
        identities=KNOWN,
        touchpoints=[
            visit("before", at(1)), visit("then", at(2)), visit("after", at(3)), visit("again", at(4)),
            visit("both", at(5)), visit("other", at(2), "b"), visit("old", at(1, month=1), "c"),
        ],
        consents=[
            consent("granted", at(4)), consent("denied", at(2)), consent("granted", at(5)),
            consent("denied", at(5)), consent("denied", at(1), purpose="marketing"),
            consent("denied", at(1), "b"), consent("denied", at(1, month=1), "c"),
        ],
        orders=[order("a", at(9)), order("b", at(9), "b"), order("c", at(9, month=6), "c")],
    )  # fmt: skip
    found = paths(told)
    assert touched(found)["order:a"] == ["before", "again"]
    assert reasons(found) == {
        "order:a": None, "order:b": "withheld_by_consent", "order:c": "outside_window",
    }  # fmt: skip
    assert null_journeys(told, "lead") == [("direct", "direct")]


def test_the_newest_choice_says_what_is_allowed(business: Callable[..., Business]) -> None:
    told = business(
        contacts=[
            {"contact_id": name, "email": f"{name}@x.example", "created_at": at(1), "is_opted_out": left}
            for name, left in (("a", True), ("b", True), ("c", False))
        ],
        consents=[
            consent("denied", at(1), purpose="marketing"), consent("granted", at(2), purpose="marketing"),
            consent("denied", at(3)),
        ],
    )  # fmt: skip
    found = {
        row["person"][0]: (row["is_marketing_allowed"], row["is_analytics_allowed"])
        for row in dim_people(told)
    }
    assert found == {"a": (True, False), "b": (False, None), "c": (None, None)}
    assert allowed(told, "a@x.example", "marketing", at(1, 23)) is False
    assert allowed(told, "a@x.example", "marketing", datetime(2026, 2, 1, tzinfo=UTC)) is None


def buying_company(business: Callable[..., Business]) -> Business:
    """a and b of company c, of which d is a deal that the outsider c takes part in; a is its contact."""
    return business(
        companies=[{"company_id": "c", "name": "C", "created_at": at(1)}],
        contacts=[
            {"contact_id": name, "email": f"{name}@x.example", "created_at": at(1),
             "company_id": None if name == "c" else "c"}
            for name in "abc"
        ],
        identities=KNOWN,
        touchpoints=[visit("t1", at(1), "a"), visit("t2", at(2), "b"), visit("t3", at(3), "c"),
                     visit("t4", at(4), "a", "email"), visit("t5", at(5), "a", "email")],
        deals=[{"deal_id": "d", "stage": "won", "is_won": True, "created_at": at(4), "closed_at": at(6),
                "contact_id": "a", "company_id": "c", "deal_type": "new", "pipeline": "default"}],
        deal_contacts=[{"deal_id": "d", "contact_id": "c", "is_primary": False}],
        orders=[order("o", at(6), "c")],
    )  # fmt: skip


def test_a_company_buys_with_all_its_people_and_those_of_the_deal(business: Callable[..., Business]) -> None:
    told = buying_company(business)
    assert touched(paths(told)) == {
        "opportunity:d": ["t1", "t4"], "won:d": ["t1", "t4", "t5"], "order:o": ["t3"],
    }  # fmt: skip
    found = paths(told, Choices(by_company=True, collapses_repeats=True))
    assert touched(found) == {
        "opportunity:d": ["t1", "t4"], "won:d": ["t1", "t4"], "order:o": ["t3"],
    }  # fmt: skip
    assert touched(paths(told, Choices(by_company=True)))["won:d"] == ["t1", "t2", "t3", "t4", "t5"]


def test_who_never_converts_is_one_journey_over_everything(business: Callable[..., Business]) -> None:
    told = buying_company(business)
    assert null_journeys(told, "won") == [("direct",), ("direct",)], "b and c"
    assert null_journeys(told, "order") == [("direct", "email", "email"), ("direct",)], "a and b"
    assert null_journeys(told, "order", Choices(by_company=True)) == [("direct", "direct", "email", "email")]
    assert null_journeys(told, "won", Choices(by_company=True)) == [("direct",)], "c is of no company"
