"""The world as Mailchimp keeps it: audiences, members, campaigns, and what became of each e-mail sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.wording import Column, address_hashes, capitalised, iso
from sandbox.world import World

CAMPAIGN_TYPES = {"broadcast": "regular", "automation": "automation"}
ACTIONS = {"open": "open", "click": "click", "bounce_hard": "bounce", "bounce_soft": "bounce"}
COUNTED = ("send", "open", "click", "bounce_hard", "bounce_soft", "unsubscribe", "complaint")


@dataclass(frozen=True)
class Events:
    """E-mail events, ordered by campaign, then recipient, then time."""

    table: pa.Table
    campaigns: np.ndarray
    members: np.ndarray

    def of(self, campaign_id: str) -> "Events":
        """The events of one campaign."""
        start = int(np.searchsorted(self.campaigns, campaign_id, "left"))
        end = int(np.searchsorted(self.campaigns, campaign_id, "right"))
        return Events(
            self.table.slice(start, end - start), self.campaigns[start:end], self.members[start:end]
        )

    def only(self, kinds: tuple[str, ...]) -> "Events":
        """The events of some types."""
        kept = pc.is_in(self.table["event_type"], value_set=pa.array(kinds)).to_numpy()
        return Events(self.table.filter(pa.array(kept)), self.campaigns[kept], self.members[kept])

    def since(self, moment: Any) -> "Events":
        """The events after a moment."""
        kept = pc.greater(self.table["occurred_at"], moment).to_numpy()
        return Events(self.table.filter(pa.array(kept)), self.campaigns[kept], self.members[kept])

    def recipients(self) -> np.ndarray:
        """The members that these events are of, each once."""
        return np.unique(self.members)

    def by_member(self, members: np.ndarray) -> list[list[dict[str, Any]]]:
        """The events of each of these members."""
        starts = np.searchsorted(self.members, members, "left")
        ends = np.searchsorted(self.members, members, "right")
        return [
            self.table.slice(start, end - start).to_pylist() for start, end in zip(starts, ends, strict=True)
        ]


@dataclass(frozen=True)
class Records:
    """All that the account holds at one moment."""

    lists: list[dict[str, Any]]
    members: Mapping[str, pa.Table]
    campaigns: pa.Table
    events: Events
    counts: Mapping[tuple[str, str], int]
    unique: Mapping[tuple[str, str], int]
    latest: Mapping[tuple[str, str], str]
    addresses: Mapping[str, tuple[str, str, str]]

    def statuses(self, list_id: str, members: np.ndarray) -> list[str]:
        """How these people stand in an audience now."""
        known = self.members[list_id]
        rows = pc.index_in(pa.array(members, pa.string()), value_set=known["id"].combine_chunks())
        return pc.fill_null(known["status"].take(rows), "non-subscribed").to_pylist()


def second(column: Column) -> Column:
    """Times as Mailchimp writes them: to the second, with the offset."""
    return iso(column, "s", "+00:00")


def hashed(column: Column, words: Mapping[str, str]) -> pa.Array:
    """Each address by its hash."""
    keys = pa.array(list(words), pa.string())
    return pa.array(list(words.values()), pa.string()).take(
        pc.index_in(column.combine_chunks(), value_set=keys)
    )


def _members(world: World) -> dict[str, pa.Table]:
    members = world["email_members"].combine_chunks()
    ids, unique = address_hashes(members["email"]), address_hashes(members["email"], "unique:")
    members = members.append_column("id", hashed(members["email"], ids))
    members = members.append_column("unique_email_id", hashed(members["email"], unique))
    full = pc.binary_join_element_wise(
        members["first_name"], members["last_name"], " ", null_handling="replace", null_replacement=""
    )
    members = members.append_column("full_name", pc.utf8_trim_whitespace(full))
    members = members.append_column("email_address", capitalised(pc.utf8_trim_whitespace(members["email"])))
    for column in ("opted_in_at", "last_changed_at"):
        members = members.append_column(column.removesuffix("_at"), second(members[column]))
    members = members.sort_by("id")
    return {
        list_id: members.filter(pc.equal(members["list_id"], list_id)).combine_chunks()
        for list_id in world["email_lists"]["list_id"].to_pylist()
    }


def _events(world: World) -> Events:
    events = world["email_events"].combine_chunks()
    events = events.append_column("email_id", hashed(events["email"], address_hashes(events["email"])))
    events = events.append_column("timestamp", second(events["occurred_at"]))
    events = events.append_column("email_address", capitalised(pc.utf8_trim_whitespace(events["email"])))
    events = events.sort_by(
        [(name, "ascending") for name in ("campaign_id", "email_id", "occurred_at", "event_id")]
    )
    events = events.drop_columns(["campaign_name", "campaign_kind"])
    return Events(
        events,
        events["campaign_id"].to_numpy(zero_copy_only=False).astype(str),
        events["email_id"].to_numpy(zero_copy_only=False).astype(str),
    )


def _tally(events: pa.Table) -> tuple[dict[tuple[str, str], Any], ...]:
    """Events, people and the last moment by campaign and type; machine opens are a type of their own too."""
    machine = events.filter(
        pc.and_(pc.equal(events["event_type"], "open"), pc.fill_null(events["is_machine"], False))
    )
    own = machine.set_column(
        machine.column_names.index("event_type"),
        "event_type",
        pa.array(["machine_open"] * len(machine), pa.string()),
    )
    human = events.filter(
        pc.and_(pc.equal(events["event_type"], "open"), pc.invert(pc.fill_null(events["is_machine"], False)))
    )
    people = human.set_column(
        human.column_names.index("event_type"),
        "event_type",
        pa.array(["human_open"] * len(human), pa.string()),
    )
    both = pa.concat_tables([events, own, people])
    found = both.group_by(["campaign_id", "event_type"]).aggregate(
        [("email_id", "count"), ("email_id", "count_distinct"), ("timestamp", "max")]
    )
    keys = list(zip(found["campaign_id"].to_pylist(), found["event_type"].to_pylist(), strict=True))
    columns = ("email_id_count", "email_id_count_distinct", "timestamp_max")
    return tuple(dict(zip(keys, found[column].to_pylist(), strict=True)) for column in columns)


def _addresses(events: pa.Table, members: Mapping[str, pa.Table]) -> dict[str, tuple[str, str, str]]:
    """Address and names by member hash, of everybody who is a member or was sent an e-mail."""
    sent = events.group_by("email_id").aggregate([("email_address", "min")])
    found = {
        email_id: (address, "", "")
        for email_id, address in zip(
            sent["email_id"].to_pylist(), sent["email_address_min"].to_pylist(), strict=True
        )
    }
    for table in members.values():
        columns = (table[name].to_pylist() for name in ("id", "email_address", "first_name", "last_name"))
        for email_id, address, first, last in zip(*columns, strict=True):
            found[email_id] = (address, first or "", last or "")
    return found


def records(world: World) -> Records:
    """The account at the world's moment."""
    events = _events(world)
    counts, unique, latest = _tally(events.table)
    campaigns = world["email_campaigns"].sort_by([("sent_at", "ascending"), ("campaign_id", "ascending")])
    campaigns = campaigns.append_column("send_time", second(campaigns["sent_at"]))
    lists = world["email_lists"]
    lists = lists.append_column("date_created", second(lists["created_at"])).sort_by("list_id")
    members = _members(world)
    return Records(
        lists.to_pylist(),
        members,
        campaigns,
        events,
        counts,
        unique,
        latest,
        _addresses(events.table, members),
    )
