"""Carts of the shop: bought, given up, brought back."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.truth.business import REPORTING, Business, Row

GIVEN_UP_AFTER, BROUGHT_BACK_WITHIN = timedelta(hours=24), timedelta(days=30)
STEPS = {"add_to_cart": "cart", "begin_checkout": "checkout", "purchase": "purchase"}


@dataclass
class Cart:
    """One cart: what was done with it, and the purchase that ended it."""

    events: list[Row] = field(default_factory=list)
    purchase: Row | None = None

    @property
    def last_active_at(self) -> datetime:
        """The last cart or checkout event."""
        return self.events[-1]["occurred_at"]

    def given_up_at(self, as_of: datetime) -> datetime | None:
        """When nothing had happened for a day since the last activity, if that has come."""
        moment = self.last_active_at + GIVEN_UP_AFTER
        is_in_time = self.purchase is not None and self.purchase["occurred_at"] <= moment
        return None if is_in_time or moment > as_of else moment


def carts_of(events: list[Row]) -> list[Cart]:
    """A person's carts; events are in order of time."""
    carts: list[Cart] = []
    is_closed = True
    for event in events:
        step, moment = STEPS[event["event_name"]], event["occurred_at"]
        idle = not carts or moment - carts[-1].last_active_at > GIVEN_UP_AFTER
        if step == "cart":
            if is_closed or idle:
                carts.append(Cart())
            carts[-1].events.append(event)
            is_closed = False
        elif step == "checkout" and not is_closed:
            carts[-1].events.append(event)
        elif step == "purchase" and not is_closed:
            if moment <= carts[-1].last_active_at + GIVEN_UP_AFTER + BROUGHT_BACK_WITHIN:
                carts[-1].purchase = event
            is_closed = True
    return carts


def fct_cart_abandonment(business: Business) -> list[Row]:
    """One row per cart."""
    people: dict[str, list[Row]] = defaultdict(list)
    for row in business["funnel_events"]:
        if row["event_name"] in STEPS:
            people[row["person"]].append(row)
    order = list(STEPS)
    return [
        row
        for person, events in sorted(people.items())
        for row in _rows(business, person, sorted(
            events, key=lambda e: (e["occurred_at"], order.index(e["event_name"]), e["event_id"])
        ))
    ]  # fmt: skip


def _rows(business: Business, person: str, events: list[Row]) -> Iterator[Row]:
    """The carts of one person."""
    for number, cart in enumerate(carts_of(events), 1):
        valued = [event for event in cart.events if event["value"] is not None]
        worth = _worth(business, valued[-1]) if valued else None
        given_up_at = cart.given_up_at(business.as_of)
        bought_at = cart.purchase["occurred_at"] if cart.purchase else None
        recovered = given_up_at is not None and bought_at is not None
        paid = _worth(business, cart.purchase) if cart.purchase else None
        segments = [event["segment"] for event in cart.events if event["segment"]]
        reached = "purchase" if cart.purchase else STEPS[max(
            (event["event_name"] for event in cart.events), key=list(STEPS).index
        )]  # fmt: skip
        yield {
            "person": person, "cart_no": number, "started_at": cart.events[0]["occurred_at"],
            "last_active_at": cart.last_active_at, "reached_step": reached, "cart_value_reporting": worth,
            "is_purchased": cart.purchase is not None, "purchased_at": bought_at,
            "is_abandoned": given_up_at is not None, "abandoned_at": given_up_at,
            "value_lost_reporting": (worth if given_up_at and not recovered else Decimal(0)),
            "is_recovered": recovered,
            "value_recovered_reporting": (paid if paid is not None else worth) if recovered else Decimal(0),
            "segment": segments[0] if segments else business.segment_of_person(person),
        }  # fmt: skip


def _worth(business: Business, event: Row) -> Decimal | None:
    """The value of an event at its day's rate."""
    return business.rates.reporting(
        event["value"], event["currency"] or REPORTING, event["occurred_at"].date()
    )
