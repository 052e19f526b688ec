"""Carts bought, given up and brought back, worked out by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.truth.business import Business
from sandbox.truth.carts import fct_cart_abandonment

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
NAMES = {"a": "add_to_cart", "c": "begin_checkout", "p": "purchase", "v": "view_item"}


def carts(business: Callable[..., Business], *told: tuple[str, float, int | None]) -> list[dict[str, Any]]:
    """The carts of one person from (event, hours since the start, value)."""
    events = [
        {"event_id": f"e{number}", "anonymous_id": "x", "event_name": NAMES[name],
         "occurred_at": START + timedelta(hours=hours), "value": None if value is None else Decimal(value)}
        for number, (name, hours, value) in enumerate(told)
    ]  # fmt: skip
    return fct_cart_abandonment(business(funnel_events=events))


def test_a_cart_that_is_bought_within_a_day_is_not_given_up(business: Callable[..., Business]) -> None:
    (cart,) = carts(business, ("v", -1, None), ("a", 0, 10), ("a", 2, 30), ("c", 3, None), ("p", 27, 28))
    assert (cart["reached_step"], cart["cart_value_reporting"]) == ("purchase", 30)
    assert (cart["is_purchased"], cart["is_abandoned"], cart["is_recovered"]) == (True, False, False)
    assert (cart["value_lost_reporting"], cart["value_recovered_reporting"]) == (0, 0)


@pytest.mark.parametrize(
    ("hours", "recovered", "purchased"), [(25, True, True), (24 + 720, True, True), (24 + 721, False, False)]
)
def test_a_cart_is_brought_back_within_thirty_days(
    business: Callable[..., Business], hours: int, recovered: bool, purchased: bool
) -> None:
    (cart,) = carts(business, ("a", 0, 10), ("p", hours, 9))
    assert cart["abandoned_at"] == START + timedelta(hours=24)
    assert (cart["is_recovered"], cart["is_purchased"]) == (recovered, purchased)
    assert cart["value_lost_reporting"] == (0 if recovered else 10)
    assert cart["value_recovered_reporting"] == (9 if recovered else 0)


def test_a_new_event_of_the_cart_begins_another_once_it_was_given_up(
    business: Callable[..., Business],
) -> None:
    first, second = carts(business, ("a", 0, 10), ("a", 25, 20), ("p", 26, None))
    assert (first["is_abandoned"], first["value_lost_reporting"]) == (True, 10)
    assert (second["is_purchased"], second["is_abandoned"]) == (True, False)
    (same,) = carts(business, ("a", 0, 10), ("a", 24, 20))
    assert (same["cart_value_reporting"], same["last_active_at"]) == (20, START + timedelta(hours=24))


def test_a_checkout_takes_the_cart_up_again(business: Callable[..., Business]) -> None:
    (cart,) = carts(business, ("a", 0, 10), ("c", 50, None))
    assert (cart["reached_step"], cart["abandoned_at"]) == ("checkout", START + timedelta(hours=74))
    assert cart["cart_value_reporting"] == 10


def test_a_purchase_without_a_value_is_worth_its_cart(business: Callable[..., Business]) -> None:
    (cart,) = carts(business, ("a", 0, 10), ("p", 30, None))
    assert cart["value_recovered_reporting"] == 10


def test_the_cart_of_today_may_still_be_bought(business: Callable[..., Business]) -> None:
    events = [{"event_id": "e", "anonymous_id": "x", "event_name": "add_to_cart", "value": Decimal(5),
               "occurred_at": datetime(2026, 6, 30, 0, tzinfo=UTC) + timedelta(hours=hour)}
              for hour in (1,)]  # fmt: skip
    (cart,) = fct_cart_abandonment(business(funnel_events=events))
    assert (cart["is_abandoned"], cart["abandoned_at"], cart["value_lost_reporting"]) == (False, None, 0)
