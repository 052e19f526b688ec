"""Who is who: the person behind every identifier, as known at as_of.

Identifiers that some row knows together are one person, unless one of them is shared by many.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import combinations
from typing import Any

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]
Node = tuple[str, str]  # kind, identifier
Edge = tuple[Node, Node, datetime | None]  # known at; NULL: always

KINDS = ("email", "contact", "customer", "member", "anonymous", "click")
ROLES = re.compile(
    r"^(info|sales|support|contact|hello|office|admin|billing|team|noreply|no-reply)@", re.IGNORECASE
)
DEGREE_LIMIT = 5
LONG_AGO = datetime.min.replace(tzinfo=UTC)
FAR_AHEAD = datetime.max.replace(tzinfo=UTC)
# What tells of people, and when.
TOLD_AT = {
    "identities": "seen_at", "touchpoints": "occurred_at", "funnel_events": "occurred_at",
    "orders": "ordered_at", "subscription_periods": "started_at", "activities": "occurred_at",
    "email_events": "occurred_at", "contacts": "created_at",
}  # fmt: skip


def normalised(email: str | None) -> str | None:
    """An address without the spaces and capitals people type."""
    return email.strip().lower() if email and email.strip() else None


def nodes_of(row: Row) -> list[Node]:
    """The identifiers that a row gives."""
    given = [("email", normalised(row.get("email"))), ("contact", row.get("contact_id")),
             ("anonymous", row.get("anonymous_id")), ("click", row.get("click_id"))]  # fmt: skip
    found = [(kind, identifier) for kind, identifier in given if identifier]
    if not found and row.get("customer_id") and not row.get("company_id"):
        return [("customer", row["customer_id"])]
    return found


@dataclass
class Identity:
    """The person of every identifier; a person is called by its first identifier of the first kind."""

    person: dict[Node, str] = field(default_factory=dict)
    shared: dict[Node, str] = field(default_factory=dict)
    first_seen: dict[Node, datetime | None] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    undone: list[Row] = field(default_factory=list)

    @cached_property
    def linked_at(self) -> dict[Node, list[datetime | None]]:
        """The moments at which each identifier was linked to another."""
        found: dict[Node, list[datetime | None]] = defaultdict(list)
        for left, right, known_at in self.edges:
            found[left].append(known_at)
            found[right].append(known_at)
        return found

    def of_row(self, row: Row) -> str | None:
        """The person a row is about: of its address, else its contact, else its browser."""
        nodes = nodes_of(row)
        return self.person.get(nodes[0]) if nodes else None


def identify(tables: Tables, as_of: datetime) -> Identity:
    """Everybody in the tables, of which nothing is later than as_of."""
    found = Identity()
    told = list(_told(tables))
    for nodes, moment in told:
        for node in nodes:
            found.first_seen[node] = _earlier(found.first_seen.get(node, FAR_AHEAD), moment)
    edges: list[Edge] = [
        (left, right, moment) for nodes, moment in told for left, right in combinations(nodes, 2)
    ]
    edges = _of_linking_clicks(edges)
    merges = [row for row in tables["contact_merges"] if row["merged_at"] <= as_of]
    found.undone = [row for row in merges if row["unmerged_at"] and row["unmerged_at"] <= as_of]
    active = [row for row in merges if row not in found.undone]
    edges += [
        (("contact", row["loser_id"]), ("contact", row["winner_id"]), row["merged_at"]) for row in active
    ]
    edges += [
        (("contact", row["loser_id"]), ("contact", row["winner_id"]), None) for row in tables["crm_merges"]
    ]
    for left, right, _ in edges:
        for node in (left, right):
            found.first_seen.setdefault(node, None)
    found.shared = _shared(edges, found.first_seen)
    found.edges = [edge for edge in edges if not found.shared.keys() & edge[:2]]
    found.person = _people(found)
    return found


def _merge(row: Row, known_at: datetime | None = None) -> Edge:
    """The edge of two contacts that were merged; of the CRM's own merges the moment isn't told."""
    return ("contact", row["loser_id"]), ("contact", row["winner_id"]), known_at


def _of_linking_clicks(edges: list[Edge]) -> list[Edge]:
    """The edges without those of a click that came with one identifier only and so links nobody."""
    beside: dict[Node, set[Node]] = defaultdict(set)
    for left, right, _ in edges:
        beside[right].add(left)
    return [edge for edge in edges if edge[1][0] != "click" or len(beside[edge[1]]) > 1]


def _told(tables: Tables) -> Iterator[tuple[list[Node], datetime]]:
    """The identifiers of every row that has some, with its moment."""
    for name, moment in TOLD_AT.items():
        for row in tables[name]:
            if nodes := nodes_of(row):
                yield nodes, row[moment]
    for row in tables["email_members"]:
        address = normalised(row["email"]) or ""
        member = hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()
        yield [("email", address), ("member", member)], row["opted_in_at"]


def _earlier(first: datetime | None, second: datetime | None) -> datetime | None:
    """The earlier of two moments, of which NULL tells nothing."""
    return min((moment for moment in (first, second) if moment is not None), default=None)


def _shared(edges: list[Edge], nodes: Mapping[Node, Any]) -> dict[Node, str]:
    """Identifiers that many people use, with the reason: a role's mailbox, or too many people behind it."""
    linked: dict[Node, set[Node]] = defaultdict(set)
    for left, right, _ in edges:
        linked[left].add(right)
        linked[right].add(left)
    found = {node: "role" for node in nodes if node[0] == "email" and ROLES.search(node[1])}
    for node, others in linked.items():
        counts = [sum(kind == one for kind, _ in others) for one in ("email", "contact")]
        if max(counts) > DEGREE_LIMIT:
            found.setdefault(node, "degree")
    return found


def _people(found: Identity) -> dict[Node, str]:
    """Each identifier's person: the components that the edges make, called by their first identifier."""
    parent: dict[Node, Node] = {node: node for node in found.first_seen}

    def root(node: Node) -> Node:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right, _ in found.edges:
        parent[root(left)] = root(right)
    members: dict[Node, list[Node]] = defaultdict(list)
    for node in parent:
        members[root(node)].append(node)
    return {
        node: min(group, key=lambda one: _rank(found, one))[1] for group in members.values() for node in group
    }


def _rank(found: Identity, node: Node) -> tuple[int, bool, datetime, str]:
    """Kinds in their order, within a kind the earliest known."""
    moment = found.first_seen[node]
    return KINDS.index(node[0]), moment is None, moment or FAR_AHEAD, node[1]
