"""The mailing lists: members, campaigns, and what became of every mail."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import (
    DAY_SECONDS,
    NEVER,
    Flags,
    Floats,
    Ints,
    dice,
    joined,
    moments,
    pick,
    table,
    take,
)
from sandbox.names import COUNTRIES
from sandbox.people import SUBSCRIBER, People, Span
from sandbox.visits import Visits, office_seconds

# id, name, languages
LISTS = (
    ("c0ffee0001", "Funnelhouse Letter", ("english", "hindi", "spanish", "chinese")),
    ("c0ffee0002", "النشرة البريدية", ("arabic",)),
    ("c0ffee0003", "Produkt-Neuigkeiten / Nouveautés", ("german", "french")),
    ("c0ffee0004", "お知らせ · Новини", ("japanese", "ukrainian")),
)
TITLES = (
    ("Monthly letter {}", "What moved your funnel in {}"),
    ("النشرة الشهرية {}", "ما الجديد في {}؟"),
    ("Neuigkeiten {}", "Größere Übersicht: {}"),
    ("ニュースレター {}", "{} の更新 · Оновлення"),
)
WELCOME = ("Welcome aboard {}", "أهلاً بك {}", "Willkommen {}", "ようこそ {}")
BROADCAST, AUTOMATION = "broadcast", "automation"
JOINS_SHARE = 0.72  # of contacts; everybody else with an address joined by signing up
SENT_SHARE = 0.75
HARD, SOFT = 0.004, 0.012
PRIVATE_MAIL = 0.35  # members whose mail program opens everything by itself
UNSUBSCRIBES = 0.006
LINKS = ("https://www.funnelhouse.example/pricing", "https://www.funnelhouse.example/blog/funnel-math?ref=mail",
         "https://www.funnelhouse.example/ar/دليل-المبيعات")  # fmt: skip
EVENT_TYPES = ("send", "bounce_hard", "bounce_soft", "open", "click", "unsubscribe")
SEND, BOUNCE_HARD, BOUNCE_SOFT, OPEN, CLICK, UNSUBSCRIBE = range(6)


@dataclass(frozen=True)
class Members:
    """One position a person on a list."""

    person: Ints
    mailing: Ints
    joined_at: Ints
    warmth: Floats
    opens_by_machine: Flags


@dataclass(frozen=True)
class Mailing:
    """One campaign."""

    id: str
    list: int
    title: str
    subject: str
    kind: str
    sent_at: int


@dataclass(frozen=True)
class Events:
    """Rows of what happened to mails."""

    campaign: Ints
    member: Ints
    kind: Ints
    at: Ints
    link: Ints
    is_machine: Flags


def make_members(span: Span, people: People, visits: Visits) -> Members:
    """Subscribers and most contacts, each on the list of their language."""
    rng = dice(span.seed, "members")
    joins = (people.depth == SUBSCRIBER) | (
        (people.depth > SUBSCRIBER) & (rng.random(people.count) < JOINS_SHARE)
    )
    person = np.flatnonzero(joins & (visits.introduced_at <= span.end))
    spoken = [language for _, _, _, language in COUNTRIES]
    home = np.array([next(i for i, row in enumerate(LISTS) if language in row[2]) for language in spoken])
    count = len(person)
    second = (rng.random(count) < 0.05) & (home[people.country[person]] != 0)
    rows = np.concatenate([np.arange(count), np.flatnonzero(second)])
    mailing = np.where(np.arange(len(rows)) < count, home[people.country[person[rows]]], 0)
    return Members(
        person=person[rows],
        mailing=mailing,
        joined_at=visits.introduced_at[person[rows]],
        warmth=rng.beta(2.0, 3.5, count)[rows],
        opens_by_machine=(rng.random(count) < PRIVATE_MAIL)[rows],
    )


def make_mailings(span: Span) -> list[Mailing]:
    """A letter a month for the first list, every second month for the others; a welcome mail each quarter."""
    rng = dice(span.seed, "mailings")
    first_month, last_month = (
        np.datetime64(second, "s").astype("datetime64[M]") for second in (span.start, span.end)
    )
    months = np.arange(first_month, last_month + 1)
    found: list[Mailing] = []
    for month, first in enumerate(months.astype("datetime64[s]").astype(np.int64)):
        for mailing in range(len(LISTS)):
            kinds = [BROADCAST] if mailing == 0 or month % 2 else []
            kinds += [AUTOMATION] if month % 3 == 2 else []
            for kind in kinds:
                sent_at = int(first) + int(rng.integers(1, 26)) * DAY_SECONDS + int(office_seconds(rng, 1)[0])
                title, subject = (WELCOME[mailing],) * 2 if kind == AUTOMATION else TITLES[mailing]
                label = str(months[month])
                found.append(Mailing(f"{0xA1B2C30000 + 97 * len(found):010x}", mailing, title.format(label),
                                     subject.format(label), kind, sent_at))  # fmt: skip
    return [mailing for mailing in found if mailing.sent_at <= span.end]


def make_events(span: Span, members: Members, mailings: list[Mailing]) -> Events:
    """Campaign by campaign: who gets it, who opens and clicks, who leaves and gets no more."""
    rng = dice(span.seed, "email events")
    left_at = np.full(len(members.person), NEVER)
    parts: list[tuple[np.ndarray, ...]] = []
    by_time = sorted(range(len(mailings)), key=lambda position: mailings[position].sent_at)
    for position in by_time:
        mailing = mailings[position]
        gets = (
            (members.mailing == mailing.list)
            & (members.joined_at < mailing.sent_at)
            & (left_at > mailing.sent_at)
        )
        if mailing.kind == AUTOMATION:
            gets &= members.joined_at >= mailing.sent_at - 92 * DAY_SECONDS
        else:
            gets &= rng.random(len(gets)) < SENT_SHARE
        member = np.flatnonzero(gets)
        for kind, rows, at, link, is_machine in _one_mailing(rng, members, member, mailing.sent_at):
            keep = at <= span.end
            parts.append(
                (
                    np.full(keep.sum(), position),
                    rows[keep],
                    np.full(keep.sum(), kind),
                    at[keep],
                    link[keep],
                    is_machine[keep],
                )
            )
            if kind in (UNSUBSCRIBE, BOUNCE_HARD):
                left_at[rows[keep]] = at[keep]
    return Events(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _one_mailing(
    rng: np.random.Generator, members: Members, member: Ints, sent_at: int
) -> list[tuple[int, Ints, Ints, Ints, Flags]]:
    """(event, members, moments, links, by machine); no two events of one kind and member share a moment."""
    count = len(member)
    lot = rng.random(count)
    hard, soft = lot < HARD, (lot >= HARD) & (lot < HARD + SOFT)
    there = ~hard & ~soft
    robot = there & members.opens_by_machine[member] & (rng.random(count) < 0.9)
    opens = there & (rng.random(count) < members.warmth[member])
    opened_at = sent_at + 900 + rng.exponential(9 * 3600, count).astype(np.int64)
    again = opens & (rng.random(count) < 0.3)
    clicks = opens & (rng.random(count) < 0.28)
    clicked_at = opened_at + rng.integers(5, 300, count)
    more = clicks & (rng.random(count) < 0.25)
    leaves = there & (rng.random(count) < UNSUBSCRIBES)
    link = rng.integers(0, len(LINKS), count)
    no = np.full(count, -1)
    plain = [
        (SEND, np.ones(count, dtype=bool), np.full(count, sent_at), no, False),
        (BOUNCE_HARD, hard, sent_at + rng.integers(1, 600, count), no, False),
        (BOUNCE_SOFT, soft, sent_at + rng.integers(1, 9000, count), no, False),
        (OPEN, robot, sent_at + rng.integers(5, 890, count), no, True),
        (OPEN, opens, opened_at, no, False),
        (OPEN, again, opened_at + rng.integers(600, 200_000, count), no, False),
        (CLICK, clicks, clicked_at, link, False),
        (CLICK, more, clicked_at + rng.integers(0, 3, count), (link + 1) % len(LINKS), False),
        (UNSUBSCRIBE, leaves, opened_at + rng.integers(400, 4000, count), no, False),
    ]
    return [(kind, member[who], at[who], links[who], np.full(who.sum(), machine))
            for kind, who, at, links, machine in plain]  # fmt: skip


def email_tables(
    span: Span, people: People, members: Members, mailings: list[Mailing], events: Events
) -> dict[str, pa.Table]:
    """Lists, members, campaigns and events as the mailing service tells them."""
    address = pc.if_else(
        pa.array(dice(span.seed, "list spelling").random(len(members.person)) < 0.1),
        pc.utf8_capitalize(take(people.emails, members.person)), take(people.emails, members.person),
    )  # fmt: skip
    order = np.argsort(members.joined_at, kind="stable")
    return {
        "email_lists": table("email_lists", {
            "list_id": [row[0] for row in LISTS],
            "name": [row[1] for row in LISTS],
            "created_at": span.start + np.arange(len(LISTS)) * 3600,
        }),
        "email_members": table("email_members", {
            "list_id": pick([row[0] for row in LISTS], members.mailing[order]),
            "email": address.take(pa.array(order)),
            "opted_in_at": members.joined_at[order],
            "first_name": take(people.first_names, members.person[order]),
            "last_name": take(people.last_names, members.person[order]),
        }),
        "email_campaigns": table("email_campaigns", {
            "campaign_id": [mailing.id for mailing in mailings],
            "list_id": [LISTS[mailing.list][0] for mailing in mailings],
            "title": [mailing.title for mailing in mailings],
            "subject": [mailing.subject for mailing in mailings],
            "sent_at": np.array([mailing.sent_at for mailing in mailings], dtype=np.int64),
            "kind": [mailing.kind for mailing in mailings],
        }),
        "email_events": _events_table(mailings, events, address),
    }  # fmt: skip


def email_hashes(addresses: pa.Array) -> pa.Array:
    """The mailing service's id of each address: md5 of it in lower case."""
    digests = [
        hashlib.md5(a.encode(), usedforsecurity=False).hexdigest()
        for a in pc.utf8_lower(addresses).to_pylist()
    ]
    return pa.array(digests, type=pa.string())


def _events_table(mailings: list[Mailing], events: Events, address: pa.Array) -> pa.Table:
    """Events in order of time; their ids are made of what the mailing service tells about each."""
    order = np.lexsort((events.link, events.kind, events.member, events.at))
    campaign, kind, member = events.campaign[order], events.kind[order], events.member[order]
    hashes = email_hashes(address)
    ids = pick([mailing.id for mailing in mailings], campaign)
    url = pick(LINKS, events.link[order])
    stamp = pc.strftime(
        moments(events.at[order]).cast(pa.timestamp("s", tz="UTC")), format="%Y-%m-%dT%H:%M:%SZ"
    )
    colon = pa.scalar(":")
    return table("email_events", {
        "event_id": joined(
            ids, colon, take(hashes, member), colon, pick(EVENT_TYPES, kind), colon, stamp, colon,
            pc.fill_null(url, ""),
        ),
        "campaign_id": ids,
        "email": take(address, member),
        "event_type": pick(EVENT_TYPES, kind),
        "occurred_at": events.at[order],
        "campaign_name": pick([mailing.title for mailing in mailings], campaign),
        "campaign_kind": pick([mailing.kind for mailing in mailings], campaign),
        "url": url,
        "is_machine": pa.array(events.is_machine[order]),
    })  # fmt: skip
