"""What people do in the product and in the shop: the events of the trial and of carts."""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import (
    DAY_SECONDS,
    NEVER,
    Floats,
    Ints,
    choose,
    decimals,
    dice,
    joined,
    only,
    pick,
    scrambled,
    table,
    take,
)
from sandbox.contacts import HOUR, Contacts
from sandbox.currencies import CURRENCIES, local_cents
from sandbox.people import SEGMENTS, SUBSCRIBER, People, Span, spelled
from sandbox.schemas import MONEY
from sandbox.visits import Visits, browser_ids

EVENTS = (
    "visit", "sign_up", "activated", "trial_started", "paid", "retained",
    "view_item", "add_to_cart", "begin_checkout", "purchase",
    "help_opened", "invited_colleague", "newsletter_opened",
)  # fmt: skip
VISIT, SIGN_UP, ACTIVATED, TRIAL, PAID, RETAINED, VIEW, CART, CHECKOUT, PURCHASE, FOREIGN = range(11)
TRIES_PRODUCT, SHOPS = 0.3, 0.16
GOES_ON = (0.55, 0.72, 0.75, 0.45, 0.7)  # from each step of the trial to the next
DAYS_TO_NEXT = (1.0, 2.5, 6.0, 16.0, 45.0)  # medians
CHECKOUT_SHARE, BUYS, RECOVERED, TOO_LATE = 0.62, 0.5, 0.16, 0.05
PRICES = np.array([1_900, 4_900, 9_900, 24_900])
BY_DEVICE, BY_BOTH, BY_EMAIL, BY_CONTACT = range(4)


@dataclass(frozen=True)
class Happened:
    """Events, one position each."""

    at: Ints
    person: Ints
    event: Ints
    known_by: Ints
    cents: Ints  # −1: no value
    currency: Ints  # −1: not stated


def _events(at: Ints, person: Ints, event: Ints | int, known_by: Ints | int, **money: Ints) -> Happened:
    """Events of one kind or several."""
    same = {name: np.broadcast_to(value, at.shape) for name, value in
            (("person", person), ("event", event), ("known_by", known_by),
             ("cents", money.get("cents", -1)), ("currency", money.get("currency", -1)))}  # fmt: skip
    return Happened(at=at, **{name: np.asarray(value, dtype=np.int64) for name, value in same.items()})


def events_table(
    span: Span, people: People, visits: Visits, contacts: Contacts, archived: pa.Array
) -> pa.Table:
    """All events up to as_of in order of time; contacts that are deleted some day are known by address."""
    rng = dice(span.seed, "usage")
    parts = [*_trials(rng, people, visits), *_carts(dice(span.seed, "carts"), span, people, visits)]
    found = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Happened)
    }
    order = np.lexsort((found["event"], found["person"], found["at"]))
    order = order[found["at"][order] <= span.end]
    at, person, event, known_by, cents, currency = (values[order] for values in found.values())
    known_by = np.where(
        (people.depth < SUBSCRIBER)[person] | (at < visits.introduced_at[person]), BY_DEVICE, known_by
    )
    kept = ~np.asarray(pc.is_in(contacts.ids, value_set=archived))
    contact = np.where(known_by == BY_CONTACT, contacts.of_person[person], -1)
    contact = np.where((contact >= 0) & kept[contact], contact, -1)
    by_address = (known_by == BY_EMAIL) | (known_by == BY_BOTH) | ((known_by == BY_CONTACT) & (contact < 0))
    by_device = (known_by == BY_DEVICE) | (known_by == BY_BOTH)
    segment = np.where(scrambled(person) % 3 == 0, people.segment[person], -1)
    return table("funnel_events", {
        "event_id": joined(pa.scalar("e"), scrambled(np.arange(len(at)) + 2**53)),
        "occurred_at": at,
        "event_name": pick(EVENTS, event),
        "anonymous_id": only(browser_ids(person * 4), by_device),
        "email": only(take(spelled(rng, people.emails), person), by_address),
        "contact_id": take(contacts.ids, contact),
        "segment": pick(SEGMENTS, segment),
        "value": decimals(np.maximum(cents, 0), MONEY, cents < 0),
        "currency": pick(CURRENCIES, currency),
    })  # fmt: skip


def _trials(rng: np.random.Generator, people: People, visits: Visits) -> list[Happened]:
    """From the first look at the product to staying: some stop, come again, or do one step before another."""
    person = np.flatnonzero(rng.random(people.count) < TRIES_PRODUCT)
    count = len(person)
    signs = (people.depth[person] >= SUBSCRIBER) & (rng.random(count) < GOES_ON[0])
    introduced = visits.introduced_at[person]
    begins = people.arrived[person] + rng.integers(HOUR, 20 * DAY_SECONDS, count)
    at = [begins, np.where(signs, np.maximum(begins, introduced) + _wait(rng, DAYS_TO_NEXT[0], count), NEVER)]
    for share, wait in zip(GOES_ON[1:], DAYS_TO_NEXT[1:], strict=True):
        goes_on = (at[-1] < NEVER) & (rng.random(count) < share)
        at.append(np.where(goes_on, at[-1] + _wait(rng, wait, count), NEVER))
    lot = rng.random(count)
    # Some activate before they have signed up, do two steps in one moment, or pay on the last day allowed.
    at[ACTIVATED] = np.where((lot < 0.06) & (at[ACTIVATED] < NEVER), at[SIGN_UP] - 300, at[ACTIVATED])
    at[TRIAL] = np.where((lot > 0.94) & (at[TRIAL] < NEVER), at[ACTIVATED], at[TRIAL])
    at[PAID] = np.where(
        (lot > 0.3) & (lot < 0.36) & (at[PAID] < NEVER), at[TRIAL] + 30 * DAY_SECONDS, at[PAID]
    )
    known_by = np.array([[BY_EMAIL], [BY_CONTACT]])[choose(rng, [0.6, 0.4], count), 0]
    ways = [np.full(count, BY_DEVICE), np.full(count, BY_BOTH), *[known_by] * 4]
    parts = []
    for step, moments in enumerate(at):
        rows = np.flatnonzero(moments < NEVER)
        parts.append(_events(moments[rows], person[rows], step, ways[step][rows]))
        again = rows[rng.random(len(rows)) < (0.5 if step == VISIT else 0.15)]
        later = moments[again] + _wait(rng, 1.5 if step else 20.0, len(again))
        parts.append(_events(later, person[again], step, ways[step][again]))
        between = rows[rng.random(len(rows)) < 0.35]
        foreign = FOREIGN + rng.integers(0, len(EVENTS) - FOREIGN, len(between))
        nearby = moments[between] + rng.integers(0, 2 * DAY_SECONDS, len(between))
        parts.append(_events(nearby, person[between], foreign, ways[step][between]))
    return parts


def _wait(rng: np.random.Generator, median_days: float, count: int) -> Ints:
    """Waiting times around so many days."""
    return 30 + (rng.lognormal(np.log(median_days * DAY_SECONDS), 0.8, count)).astype(np.int64)


def _carts(rng: np.random.Generator, span: Span, people: People, visits: Visits) -> list[Happened]:
    """Carts filled, checked out and paid for, left, brought back within the month, or paid for too late."""
    shopper = np.flatnonzero(rng.random(people.count) < SHOPS)
    carts = 1 + rng.poisson(0.9, len(shopper))
    person = np.repeat(shopper, carts)
    nth = np.arange(len(person)) - np.repeat(np.cumsum(carts) - carts, carts)
    gaps: Floats = np.where(nth == 0, rng.uniform(0.1, 40, len(person)), 3 + rng.exponential(50, len(person)))
    row = np.concatenate([[0], np.cumsum(carts)[:-1]])
    days_in = np.cumsum(gaps) - np.repeat(np.concatenate([[0.0], np.cumsum(gaps)])[row], carts)
    at = people.arrived[person] + (days_in * DAY_SECONDS).astype(np.int64)
    count = len(person)
    currency = np.where(rng.random(count) < 0.6, 0, rng.integers(0, len(CURRENCIES), count))
    cents = local_cents(PRICES[rng.integers(0, 4, count)] * rng.integers(1, 4, count), currency)
    stated = np.where((currency == 0) & (rng.random(count) < 0.2), -1, currency)
    how = choose(rng, [0.55, 0.1, 0.35], count)
    parts = [_events(at - rng.integers(60, HOUR, count), person, VIEW, BY_DEVICE)]
    looks = np.flatnonzero(rng.random(count) < 0.5)
    parts.append(
        _events(at[looks] - rng.integers(0, 3 * DAY_SECONDS, len(looks)), person[looks], VIEW, BY_DEVICE)
    )
    first = np.where(rng.random(count) < 0.1, -1, cents // 2)
    parts.append(_events(at, person, CART, BY_DEVICE, cents=first, currency=stated))
    more = rng.random(count) < 0.6
    added_at = at + np.where(more, rng.integers(30, 5 * HOUR, count), 0)
    parts.append(
        _events(added_at[more], person[more], CART, BY_DEVICE, cents=cents[more], currency=stated[more])
    )
    checks = rng.random(count) < CHECKOUT_SHARE
    checked_at = added_at + rng.integers(0, 2 * HOUR, count)
    way, worth = np.where(how == 1, BY_DEVICE, BY_EMAIL), np.where(more, cents, cents // 2)
    parts.append(
        _events(
            checked_at[checks], person[checks], CHECKOUT, way[checks],
            cents=worth[checks], currency=stated[checks],
        )
    )  # fmt: skip
    return parts + _purchases(rng, person, checks, checked_at, cents, stated)


def _purchases(
    rng: np.random.Generator, person: Ints, checks: np.ndarray, checked_at: Ints, cents: Ints, currency: Ints
) -> list[Happened]:
    """Purchases within hours, those of carts given up before, some by way of the checkout again."""
    lot, count = rng.random(len(person)), len(person)
    at_once = checks & (lot < BUYS)
    recovered = ~at_once & (lot < BUYS + RECOVERED)
    late = ~at_once & ~recovered & (lot < BUYS + RECOVERED + TOO_LATE)
    wait = np.select(
        [at_once, recovered],
        [rng.integers(0, 20 * HOUR, count), rng.integers(25 * HOUR, 30 * DAY_SECONDS, count)],
        rng.integers(32 * DAY_SECONDS, 60 * DAY_SECONDS, count),
    )  # fmt: skip
    buys = np.flatnonzero(at_once | recovered | late)
    at = checked_at[buys] + wait[buys]
    paid = np.where(rng.random(len(buys)) < 0.1, -1, cents[buys] * rng.integers(8, 11, len(buys)) // 10)
    again = np.flatnonzero(recovered[buys] & (rng.random(len(buys)) < 0.4))
    return [
        _events(at, person[buys], PURCHASE, BY_BOTH, cents=paid, currency=currency[buys]),
        _events(at[again] - 120, person[buys[again]], CHECKOUT, BY_EMAIL),
    ]
