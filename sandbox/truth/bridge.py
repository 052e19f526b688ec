"""For whom every identifier stood when."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sandbox.truth.business import Business, Row
from sandbox.truth.identity import FAR_AHEAD, LONG_AGO, Identity, Node

ALONE_BEFORE = ("anonymous", "contact")  # kinds that may be persons before they are linked


@dataclass(frozen=True)
class Stretch:
    """A time in which an identifier stood for a person; without a first moment it is not known since when."""

    person: str
    valid_from: datetime | None
    valid_to: datetime | None = None

    @property
    def begins(self) -> datetime:
        """The first moment, of an unknown one the earliest there is."""
        return self.valid_from or LONG_AGO

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self.valid_to or FAR_AHEAD


def bridge_person_identifiers(business: Business) -> list[Row]:
    """One row per identifier and stretch of time in which it stood for one person."""
    identity = business.identity
    stretches = {node: own_stretches(identity, node) for node in identity.person if node[0] != "click"}
    for node, later in undone(identity).items():
        for stretch in later:
            stretches[node] = laid_over(stretches[node], stretch)
    for touch in business["touchpoints"]:
        if touch["click_id"]:
            node = ("click", touch["click_id"])
            first = min((touch["occurred_at"], *(one.begins for one in stretches.get(node, []))))
            stretches[node] = [Stretch(touch["person"], first)]
    return [
        {
            "person": one.person, "kind": node[0],
            "identifier_hash": hashlib.sha256(node[1].encode()).hexdigest(),
            "valid_from": one.valid_from, "valid_to": one.valid_to,
        }
        for node, mine in sorted(stretches.items())
        for one in mine
    ]  # fmt: skip


def own_stretches(identity: Identity, node: Node) -> list[Stretch]:
    """Since when an identifier is linked to others of its person, and the time before that it was alone."""
    person, first_seen = identity.person[node], identity.first_seen[node]
    if not identity.linked_at.get(node):
        return [Stretch(person, first_seen)]
    linked_at = min((moment for moment in identity.linked_at[node] if moment is not None), default=None)
    is_representative = person == node[1]
    if is_representative and node[0] in ALONE_BEFORE:
        return [Stretch(person, first_seen)]
    current = Stretch(person, linked_at)
    if (
        node[0] in ALONE_BEFORE
        and first_seen is not None
        and linked_at is not None
        and first_seen < linked_at
    ):
        return [Stretch(node[1], first_seen, linked_at), current]
    return [current]


def undone(identity: Identity) -> dict[Node, list[Stretch]]:
    """The stretches of merges that were undone, by identifier of the losing contact's person."""
    members: dict[str, list[Node]] = defaultdict(list)
    for node, person in identity.person.items():
        members[person].append(node)
    found: dict[Node, list[Stretch]] = defaultdict(list)
    for merge in sorted(identity.undone, key=lambda row: row["merged_at"]):
        loser, winner = (identity.person.get(("contact", merge[f"{who}_id"])) for who in ("loser", "winner"))
        if loser is None or winner is None or loser == winner:
            continue
        for node in members[loser]:
            begins = max(merge["merged_at"], own_stretches(identity, node)[-1].begins)
            if begins < merge["unmerged_at"]:
                found[node].append(Stretch(winner, begins, merge["unmerged_at"]))
    return found


def laid_over(stretches: list[Stretch], over: Stretch) -> list[Stretch]:
    """The stretches with another one in place of what they say of its time."""
    found = []
    for one in stretches:
        if one.begins < over.begins:
            end = over.valid_from if over.begins < one.ends else one.valid_to
            found.append(replace(one, valid_to=end))
        if over.ends < one.ends:
            found.append(replace(one, valid_from=over.valid_to if one.begins < over.ends else one.valid_from))
    return sorted([*found, over], key=lambda one: one.begins)
