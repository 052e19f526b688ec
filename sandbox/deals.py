"""Deals: how they move through the stages, what they are worth, and how long nobody hears of some."""

from dataclasses import dataclass, fields

import numpy as np

from sandbox.columns import DAY_SECONDS, NEVER, Flags, Ints, dice
from sandbox.contacts import Contacts
from sandbox.currencies import billed_in, local_cents
from sandbox.people import Companies, People, Span
from sandbox.schemas import DEAL_STAGES

WON, LOST = DEAL_STAGES.index("won"), DEAL_STAGES.index("lost")
LAST_OPEN = WON - 1
DARK_SHARE = 0.24
NEW, EXPANSION, RENEWAL = range(3)
DEAL_TYPES = ("new", "expansion", "renewal")
DOLLARS = np.array([6_000, 24_000, 90_000, 10_000])  # per segment; the last: segment unknown
SHARE_OF_AMOUNT = np.array([1.0, 0.35, 1.0])  # per deal type
MOST_MOVES = 16
LOSE, BACK, SKIP = 0.17, 0.06, 0.08
REOPEN = 0.05
ENTERED_LATE = 0.012


@dataclass(frozen=True)
class Deals:
    """Deals and the rows of their stages; positions refer to one another."""

    created_at: Ints
    contact: Ints  # position in Contacts, −1: none
    company: Ints  # −1: none
    kind: Ints
    currency: Ints
    cents: Ints  # when first told
    is_dark: Flags
    backdated: Ints  # seconds by which it was closed before somebody entered it, 0 for nearly all
    move_deal: Ints
    move_stage: Ints
    move_at: Ints

    @property
    def count(self) -> int:
        """How many deals."""
        return len(self.created_at)

    def won_at(self) -> Ints:
        """When each deal was won for good, NEVER otherwise."""
        won = self.move_stage == WON
        at = np.full(self.count, NEVER)
        at[self.move_deal[won]] = self.move_at[won]
        return at - np.where(at < NEVER, self.backdated, 0)


def new_business(span: Span, people: People, companies: Companies, contacts: Contacts) -> Deals:
    """A deal for every contact that became an opportunity, a few without contact, some without company."""
    rng = dice(span.seed, "deals")
    opener = np.flatnonzero(contacts.opportunity_at <= span.end)
    employer = people.company[contacts.person]
    known = np.flatnonzero(employer >= 0)
    lone = rng.choice(known, min(len(opener) // 25, len(known)), replace=False)
    lag = np.where(rng.random(len(opener)) < 0.5, 0, rng.integers(30, 3600, len(opener)))
    later = contacts.created_at[lone] + rng.exponential(50 * DAY_SECONDS, len(lone)).astype(np.int64)
    contact = np.concatenate([opener, np.full(len(lone), -1)])
    nobodys = np.where(np.arange(len(lone)) % 4 == 1, -1, employer[lone])
    company = np.concatenate([employer[opener], nobodys])
    country = people.country[contacts.person[np.concatenate([opener, lone])]]
    created_at = np.concatenate([contacts.opportunity_at[opener] + lag, later])
    known_for = created_at - contacts.created_at[np.where(contact >= 0, contact, 0)]
    entered_late = (contact >= 0) & (known_for > 12 * DAY_SECONDS) & (rng.random(len(contact)) < ENTERED_LATE)
    kind = np.full(len(contact), NEW)
    return _kinds_by_history(
        open_deals(rng, span, companies, created_at, contact, company, country, kind, entered_late)
    )


def open_deals(
    rng: np.random.Generator, span: Span, companies: Companies,
    created_at: Ints, contact: Ints, company: Ints, country: Ints, kind: Ints, entered_late: Flags,
) -> Deals:  # fmt: skip
    """Deals with these beginnings, moved through the stages as far as as_of lets them."""
    keep = np.flatnonzero(created_at <= span.end)
    keep = keep[np.argsort(created_at[keep], kind="stable")]
    created_at, contact, company, kind = created_at[keep], contact[keep], company[keep], kind[keep]
    currency = billed_in(rng, country[keep])
    segment = np.where(company >= 0, companies.segment[company], -1)
    dollars = DOLLARS[segment] * SHARE_OF_AMOUNT[kind] * rng.lognormal(0, 0.5, len(keep))
    cents = local_cents(np.maximum(dollars // 100, 1).astype(np.int64) * 10_000, currency)
    is_dark = np.zeros(len(keep), dtype=bool)
    is_dark[~entered_late[keep]] = evenly(rng, DARK_SHARE, int((~entered_late[keep]).sum()))
    backdated = np.where(entered_late[keep], rng.integers(2, 9, len(keep)) * DAY_SECONDS, 0)
    move_deal, move_stage, move_at = _moves(rng, created_at, is_dark, entered_late[keep])
    seen = move_at <= span.end
    return Deals(
        created_at, contact, company, kind, currency, cents, is_dark, backdated,
        move_deal[seen], move_stage[seen], move_at[seen],
    )  # fmt: skip


def evenly(rng: np.random.Generator, share: float, count: int) -> Flags:
    """Flags for that share of every stretch of rows, so that small worlds keep the share too."""
    steps = np.floor(rng.random() + share * np.arange(count + 1))
    return np.diff(steps) > 0


def _moves(
    rng: np.random.Generator, created_at: Ints, is_dark: Flags, entered_late: Flags
) -> tuple[Ints, Ints, Ints]:
    """Rows (deal, stage, moment): forward, skipping, back, lost, reopened, won; dark ones stop on the way."""
    count = len(created_at)
    stage = np.searchsorted([0.85, 0.96], rng.random(count), side="right")
    stage = np.where(entered_late, np.where(rng.random(count) < 0.6, WON, LOST), stage)
    at = created_at.copy()
    moves_left = np.where(entered_late, 0, np.where(is_dark, rng.integers(0, 4, count), MOST_MOVES))
    deals, stages, moments = [np.arange(count)], [stage.copy()], [at.copy()]
    for _ in range(MOST_MOVES):
        lot = rng.random(count)
        wait = (rng.lognormal(np.log(9), 0.8, count) * DAY_SECONDS).astype(np.int64) + 60
        step = np.where(lot < 1 - LOSE - SKIP - BACK, 1, np.where(lot < 1 - LOSE - BACK, 2, -1))
        target = np.clip(stage + step, 0, LAST_OPEN + (stage == LAST_OPEN))
        target = np.where((lot >= 1 - LOSE) & ~is_dark, LOST, target)
        reopens = (stage == LOST) & (moves_left > 0) & (lot < REOPEN)
        target = np.where(reopens, 1, target)
        wait = np.where(reopens, wait * 4, wait)
        moving = (moves_left > 0) & ((stage <= LAST_OPEN) | reopens) & (target != stage)
        moving &= ~(is_dark & (target > LAST_OPEN))
        moves_left = np.where(moving, moves_left - 1, np.where(stage == LOST, 0, moves_left))
        at = np.where(moving, at + wait, at)
        stage = np.where(moving, target, stage)
        deals.append(np.flatnonzero(moving))
        stages.append(stage[moving])
        moments.append(at[moving])
    return np.concatenate(deals), np.concatenate(stages), np.concatenate(moments)


def _kinds_by_history(deals: Deals) -> Deals:
    """Deals opened after the company's first win are expansions."""
    won_at = deals.won_at()
    has_company = deals.company >= 0
    first_win = np.full(deals.company.max(initial=0) + 1, NEVER)
    np.minimum.at(first_win, deals.company[has_company], won_at[has_company])
    later = has_company & (first_win[deals.company] < deals.created_at)
    return Deals(**{**_parts(deals), "kind": np.where(later, EXPANSION, deals.kind)})


def _parts(deals: Deals) -> dict[str, np.ndarray]:
    """The arrays of the deals by name."""
    return {field.name: getattr(deals, field.name) for field in fields(deals)}


def together(first: Deals, second: Deals) -> Deals:
    """Both sets of deals in order of creation."""
    parts = {name: np.concatenate([values, _parts(second)[name]]) for name, values in _parts(first).items()}
    move_deal = np.concatenate([first.move_deal, second.move_deal + first.count])
    order = np.argsort(parts["created_at"], kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    per_deal = {name: values[order] for name, values in parts.items() if not name.startswith("move_")}
    return Deals(
        **per_deal, move_deal=place[move_deal], move_stage=parts["move_stage"], move_at=parts["move_at"]
    )
