"""What sales did and heard: calls, mails, meetings, on the way to an introduction and along each deal."""

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from sandbox.columns import (
    DAY_SECONDS,
    NEVER,
    Flags,
    Floats,
    Ints,
    choose,
    dice,
    joined,
    last_by,
    pick,
    running_within,
    scrambled,
    table,
    take,
)
from sandbox.contacts import HOUR, IN_LEAD, IN_MQL, IN_SAL, OWNER_NAMES, Contacts
from sandbox.deal_records import deal_ids
from sandbox.deals import LAST_OPEN, Deals
from sandbox.ownership import Ownership
from sandbox.people import MQL, SQL, People, Span
from sandbox.visits import Visits

TYPES = ("call", "meeting", "email", "task", "chat", "social_message")
CALL, MEETING, EMAIL, TASK, CHAT, SOCIAL = range(6)
OUTBOUND, INBOUND = range(2)
COLD, WARM = range(2)
# What people write down, and in whose language.
NOTES = (
    "no answer", "left a voicemail", "sent", "not opened", "لم يرد", "keine Antwort",
    "interested", "asked for prices", "not now, next quarter", "wants a demo", "مهتم ويطلب عرض سعر",
    "please stop writing",
    "held", "demo given", "no show", "تم الاجتماع",
    "no budget", "wrong person", "outside our market", "uses a competitor", "لا توجد ميزانية حالياً",
)  # fmt: skip
UNANSWERED, ANSWERED, HELD, REJECTED = (0, 6), (6, 12), (12, 16), (16, 21)
RESPONSE_HOURS = np.array([0.5, 1.5, 3.0, 6.0, 11.0, 18.0, 27.0, 55.0, 40.0])  # per owner; the last: nobody
WORKED = {MQL: 0.92, 0: 0.45}  # of those who became mql, and of other leads
REPLY = (0.2, 0.6)  # cold, warm
COLD_TOUCHES, WARM_TOUCHES = 6.0, 1.2  # besides the first
DEAL_GAP, DEAL_REPLY = 8 * DAY_SECONDS, 0.75


@dataclass(frozen=True)
class Work:
    """Activities, one position each."""

    at: Ints
    kind: Ints
    direction: Ints  # −1: not recorded
    prospecting: Ints  # −1: not recorded
    contact: Ints  # position in Contacts, −1: none
    deal: Ints  # −1: none
    owner: Ints  # −1: nobody
    note: Ints  # −1: none

    @property
    def count(self) -> int:
        """How many activities."""
        return len(self.at)

    def only(self, keep: Flags | Ints) -> "Work":
        """Some of them."""
        return Work(**{field.name: getattr(self, field.name)[keep] for field in fields(self)})


def work(at: Ints, **given: Ints | int) -> Work:
    """Activities at these moments; what isn't given is not recorded."""
    parts = {field.name: given.get(field.name, -1) for field in fields(Work)}
    return Work(**{**{name: np.broadcast_to(value, at.shape) for name, value in parts.items()}, "at": at})


def all_work(parts: list[Work]) -> Work:
    """Several lists of activities as one."""
    names = [field.name for field in fields(Work)]
    return Work(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def make_activities(
    span: Span, people: People, visits: Visits, contacts: Contacts, deals: Deals, ownership: Ownership
) -> Work:
    """All activities up to as_of in order of time."""
    rng = dice(span.seed, "activities")
    found = all_work([
        *_introductions(rng, people, visits, contacts), _rejections(rng, contacts),
        *_deal_work(rng, span, deals, ownership),
    ])  # fmt: skip
    found = found.only(found.at <= span.end)
    return found.only(np.lexsort((found.kind, found.contact, found.deal, found.at)))


def _first_entries(contacts: Contacts, stage: int) -> Ints:
    """When each contact first entered a stage, NEVER for those who did not."""
    at = np.full(len(contacts.person), NEVER)
    rows = contacts.stage == stage
    np.minimum.at(at, contacts.stage_contact[rows], contacts.stage_at[rows])
    return at


def _introductions(
    rng: np.random.Generator, people: People, visits: Visits, contacts: Contacts
) -> list[Work]:
    """The attempts to speak with each lead, the reply that ends them, and the meeting that follows."""
    mql_at, lead_at = _first_entries(contacts, IN_MQL), _first_entries(contacts, IN_LEAD)
    begins = np.where(mql_at < NEVER, mql_at, lead_at)
    share = np.where(mql_at < NEVER, WORKED[MQL], WORKED[0])
    lead = np.flatnonzero((begins < NEVER) & (rng.random(len(begins)) < share))
    count, owner, depth = len(lead), contacts.owner[lead], people.depth[contacts.person[lead]]
    visited = np.zeros(people.count, dtype=bool)
    visited[visits.person] = True
    is_cold = ~visited[contacts.person[lead]] | (rng.random(count) < np.where(depth >= MQL, 0.12, 0.35))
    prospecting = np.where(is_cold, COLD, WARM)
    replies = (depth >= SQL) | (rng.random(count) < np.array(REPLY)[prospecting])
    attempts = 1 + rng.poisson(np.array([COLD_TOUCHES, WARM_TOUCHES])[prospecting])
    waits = RESPONSE_HOURS[owner] * HOUR * rng.lognormal(0, 0.8, count)
    row = np.repeat(np.arange(count), attempts)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(attempts) - attempts, attempts)
    gaps: Floats = np.where(nth == 0, waits[row], (0.2 + rng.exponential(3.0, len(row))) * DAY_SECONDS)
    at = begins[lead][row] + running_within(gaps, attempts).astype(np.int64)
    kinds = np.array([CALL, EMAIL, SOCIAL, TASK])[choose(rng, [0.34, 0.48, 0.13, 0.05], len(row))]
    out = work(at, kind=kinds, direction=OUTBOUND, prospecting=prospecting[row], contact=lead[row],
               owner=owner[row], note=_notes(rng, UNANSWERED, len(row)))  # fmt: skip
    heard = np.flatnonzero(replies)
    answered_at = at[np.cumsum(attempts)[heard] - 1] + _hours(rng, 8, len(heard))
    answer = work(answered_at, kind=np.array([EMAIL, CALL, CHAT])[choose(rng, [0.6, 0.28, 0.12], len(heard))],
                  direction=INBOUND, prospecting=prospecting[heard], contact=lead[heard], owner=owner[heard],
                  note=_notes(rng, ANSWERED, len(heard)))  # fmt: skip
    meets = rng.random(len(heard)) < 0.55
    meeting = answer.only(meets)
    met_at = meeting.at + rng.integers(DAY_SECONDS // 2, 6 * DAY_SECONDS, meeting.count)
    return [out, answer, work(met_at, kind=MEETING, direction=OUTBOUND, prospecting=meeting.prospecting,
                              contact=meeting.contact, owner=meeting.owner,
                              note=_notes(rng, HELD, meeting.count))]  # fmt: skip


def _hours(rng: np.random.Generator, median: float, count: int) -> Ints:
    """Waiting times around so many hours."""
    return 60 + (rng.lognormal(np.log(median * HOUR), 0.9, count)).astype(np.int64)


def _notes(rng: np.random.Generator, kind: tuple[int, int], count: int) -> Ints:
    """What somebody wrote down of each, of one kind; every sixth says nothing."""
    return np.where(rng.random(count) < 0.16, -1, rng.integers(*kind, count))


def _rejections(rng: np.random.Generator, contacts: Contacts) -> Work:
    """The note with which an owner hands a contact back to marketing, minutes before the stage says so."""
    sal_at = _first_entries(contacts, IN_SAL)[contacts.stage_contact]
    back = np.flatnonzero((contacts.stage == IN_LEAD) & (contacts.stage_at > sal_at))
    back = back[rng.random(len(back)) < 0.85]
    contact = contacts.stage_contact[back]
    at = contacts.stage_at[back] - rng.integers(0, 40 * 60, len(back))
    return work(at, kind=TASK, direction=OUTBOUND, prospecting=WARM, contact=contact,
                owner=contacts.owner[contact], note=rng.integers(*REJECTED, len(back)))  # fmt: skip


def _deal_work(rng: np.random.Generator, span: Span, deals: Deals, ownership: Ownership) -> list[Work]:
    """Along each deal a touch a week, mostly answered; a dark one hears nothing after its last move."""
    order = np.lexsort((deals.move_stage, deals.move_at, deals.move_deal))
    last = order[last_by(deals.move_deal[order], deals.count)]
    is_open = deals.move_stage[last] <= LAST_OPEN
    until = np.where(is_open & ~deals.is_dark, span.end, deals.move_at[last])
    length = np.maximum(until - deals.created_at, 0)
    touches = 1 + np.minimum(length // DEAL_GAP, 40)
    deal = np.repeat(np.arange(deals.count), touches)
    nth = np.arange(len(deal)) - np.repeat(np.cumsum(touches) - touches, touches)
    at = deals.created_at[deal] + ((nth + rng.random(len(deal))) * (length / touches)[deal]).astype(np.int64)
    asked = _of_deals(rng, deals, ownership, deal, at, OUTBOUND)
    hears = rng.random(len(deal)) < DEAL_REPLY
    heard_at = at[hears] + _hours(rng, 20, int(hears.sum()))
    in_time = heard_at <= until[deal[hears]]
    heard = _of_deals(rng, deals, ownership, deal[hears][in_time], heard_at[in_time], INBOUND)
    dark = np.flatnonzero(deals.is_dark & is_open)
    tries = rng.integers(3, 8, len(dark))
    silent = np.repeat(dark, tries)
    gaps = 2 * DAY_SECONDS + rng.exponential(7 * DAY_SECONDS, len(silent))
    tried_at = until[silent] + running_within(gaps, tries).astype(np.int64)
    return [asked, heard, _of_deals(rng, deals, ownership, silent, tried_at, OUTBOUND)]


def _of_deals(
    rng: np.random.Generator, deals: Deals, ownership: Ownership, deal: Ints, at: Ints, direction: int
) -> Work:
    """Activities of deals: most name the contact, some don't say who began or how warm it was."""
    count = len(deal)
    outbound = direction == OUTBOUND
    weights = [0.3, 0.16, 0.42, 0.08, 0.0, 0.04] if outbound else [0.26, 0.0, 0.6, 0.0, 0.14, 0.0]
    kind = choose(rng, weights, count)
    notes = np.where(kind == MEETING, _notes(rng, HELD, count), _notes(rng, UNANSWERED, count))
    return work(
        at, kind=kind,
        direction=np.where(rng.random(count) < 0.01, -1, direction),
        prospecting=np.where(rng.random(count) < 0.75, WARM, -1),
        contact=np.where(rng.random(count) < 0.85, deals.contact[deal], -1),
        deal=deal,
        owner=ownership.owner_then(deal, at),
        note=notes if outbound else _notes(rng, ANSWERED, count),
    )  # fmt: skip


def activities_table(done: Work, contact_ids: pa.Array, deals: Deals) -> pa.Table:
    """Activities as the sales tools export them."""
    return table("activities", {
        "activity_id": joined(pa.scalar("act-"), scrambled(np.arange(done.count) + 2**42)),
        "occurred_at": done.at,
        "type": pick(TYPES, done.kind),
        "direction": pick(("outbound", "inbound"), done.direction),
        "prospecting": pick(("cold", "warm"), done.prospecting),
        "contact_id": take(contact_ids, done.contact),
        "deal_id": take(deal_ids(deals), done.deal),
        "owner": pick(OWNER_NAMES, done.owner),
        "outcome": pick(NOTES, done.note),
    })  # fmt: skip


def plans_table(span: Span, deals: Deals, done: Work) -> pa.Table:
    """When the next step of a deal was fixed and for when; most open deals have one ahead, few dark ones."""
    rng = dice(span.seed, "plans")
    steps = np.flatnonzero((done.deal >= 0) & (done.direction == OUTBOUND) & (rng.random(done.count) < 0.4))
    ahead = rng.integers(DAY_SECONDS, 9 * DAY_SECONDS, len(steps))
    last = last_by(np.where(done.deal >= 0, done.deal, deals.count), deals.count + 1)[: deals.count]
    left = np.where(last >= 0, done.at[last], deals.created_at)
    next_one = np.flatnonzero(rng.random(deals.count) < np.where(deals.is_dark, 0.15, 0.7))
    due = span.end + rng.integers(1, 20 * DAY_SECONDS, len(next_one))
    deal = np.concatenate([done.deal[steps], next_one])
    due_at = np.concatenate([done.at[steps], due])
    planned_at = np.concatenate([done.at[steps] - ahead, left[next_one]])
    planned_at = np.maximum(planned_at, deals.created_at[deal])
    order = np.lexsort((deal, due_at, planned_at))
    return table("deal_plans", {
        "deal_id": take(deal_ids(deals), deal[order]),
        "planned_at": planned_at[order],
        "due_at": due_at[order],
    })  # fmt: skip
