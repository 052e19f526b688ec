"""What of the world can be seen at a moment: later rows gone, current values recomputed from histories."""

from collections.abc import Callable, Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.columns import (
    DAY_SECONDS,
    NEVER,
    Flags,
    Ints,
    days,
    decimals,
    last_by,
    moments,
    pick,
    seconds_of,
)
from sandbox.schemas import DEAL_STAGES, LIFECYCLE_STAGES, MONEY, SHARE, STAGE_PROBABILITIES

Tables = Mapping[str, pa.Table]
APPEARS_AT = {
    "contacts": "created_at", "companies": "created_at", "identities": "seen_at",
    "lifecycle_history": "entered_at", "deals": "created_at", "deal_stage_history": "entered_at",
    "deal_field_history": "changed_at",
    "touchpoints": "occurred_at", "email_events": "occurred_at", "orders": "ordered_at",
    "subscription_periods": "started_at", "email_lists": "created_at", "email_members": "opted_in_at",
    "email_campaigns": "sent_at", "archived_objects": "archived_at", "people": "arrived_at",
    "contact_merges": "merged_at", "crm_merges": "merged_at", "activities": "occurred_at",
    "funnel_events": "occurred_at", "deal_plans": "planned_at", "consents": "recorded_at",
    "lead_causes": "lead_at", "feedback": "responded_at",
}  # fmt: skip
KNOWN_AFTER_DAY = {
    "ad_performance": "date_day", "ad_clicks": "date_day", "ad_conversion_arrivals": "arrived_on",
    "costs": "month",
}  # fmt: skip
KNOWN_ON_DAY = {"exchange_rates": "rate_date", "ad_campaigns": "starts_on"}
OUTCOMES = ("won", "lost")


def visible(tables: Tables, moment: datetime) -> dict[str, pa.Table]:
    """The tables as a vendor or export shows them at the moment (which itself counts as past)."""
    now = int(moment.timestamp())
    seen = {name: _cut(name, rows, now) for name, rows in tables.items()}
    for name in ("ad_groups", "ads"):
        seen[name] = _of(seen[name], "campaign_id", seen["ad_campaigns"])
    seen["deal_contacts"] = _of(seen["deal_contacts"], "deal_id", seen["deals"])
    seen["deal_fates"] = _of(seen["deal_fates"], "deal_id", seen["deals"])
    recomputed: dict[str, Callable[[dict[str, pa.Table], int], pa.Table]] = {
        "contacts": _contacts, "deals": _deals, "deal_fates": _fates, "subscription_periods": _periods,
        "email_members": _members, "ad_performance": _ad_performance, "contact_merges": _merges,
        "ad_groups": lambda seen, now: _until_over(seen, "ad_groups", now),
        "ads": lambda seen, now: _until_over(seen, "ads", now),
        "ad_campaigns": _ad_campaigns,
    }  # fmt: skip
    return {**seen, **{name: recompute(seen, now) for name, recompute in recomputed.items()}}


def _cut(name: str, rows: pa.Table, now: int) -> pa.Table:
    """Rows that exist by now; reports on days count once the day is over."""
    if name in APPEARS_AT:
        return _kept(rows, seconds_of(rows[APPEARS_AT[name]]) <= now)
    if name in KNOWN_AFTER_DAY:
        return _kept(rows, _day_numbers(rows[KNOWN_AFTER_DAY[name]]) < now // DAY_SECONDS)
    if name in KNOWN_ON_DAY:
        return _kept(rows, _day_numbers(rows[KNOWN_ON_DAY[name]]) <= now // DAY_SECONDS)
    return rows


def _kept(rows: pa.Table, keep: Flags) -> pa.Table:
    """The rows to keep; all of them without a copy."""
    return rows if keep.all() else rows.filter(pa.array(keep))


def _day_numbers(column: pa.ChunkedArray) -> Ints:
    """Dates as days since 1970, NULL as NEVER."""
    return np.asarray(pc.fill_null(column.cast(pa.int32()).cast(pa.int64()), NEVER))


def _of(rows: pa.Table, key: str, owners: pa.Table) -> pa.Table:
    """Rows whose owner is visible."""
    return rows.filter(pc.is_in(rows[key], value_set=owners[key].combine_chunks()))


def _with(rows: pa.Table, **columns: pa.Array) -> pa.Table:
    """The table with these columns replaced."""
    for name, column in columns.items():
        field = rows.schema.field(name)
        rows = rows.set_column(rows.schema.get_field_index(name), field, column.cast(field.type))
    return rows


def _positions(keys: pa.ChunkedArray, among: pa.ChunkedArray) -> Ints:
    """Where each key stands among others, −1 for nowhere."""
    return np.asarray(pc.fill_null(pc.index_in(keys, value_set=among.combine_chunks()).cast(pa.int64()), -1))


def _latest(values: Ints, codes: Ints, groups: int) -> Ints:
    """The largest value of each group, −1 for an empty one."""
    latest = np.full(groups, -1, dtype=np.int64)
    np.maximum.at(latest, codes[codes >= 0], values[codes >= 0])
    return latest


def _contacts(seen: dict[str, pa.Table], now: int) -> pa.Table:
    """Contacts with the stage last entered (of several at once the highest), opt-out and last change."""
    contacts, history, mails = seen["contacts"], seen["lifecycle_history"], seen["email_events"]
    owner = _positions(history["contact_id"], contacts["contact_id"])
    rank = _positions(history["stage"], pa.chunked_array([list(LIFECYCLE_STAGES)]))
    entered = seconds_of(history["entered_at"])
    order = np.lexsort((rank, entered))
    last = last_by(owner[order], contacts.num_rows)
    stage = np.where(last >= 0, rank[order][last] if len(order) else -1, -1)
    left = mails.filter(pc.equal(mails["event_type"], "unsubscribe"))
    leaver = _positions(
        pc.utf8_lower(left["email"]), pc.utf8_lower(pc.utf8_trim_whitespace(contacts["email"]))
    )
    left_at = _latest(seconds_of(left["occurred_at"]), leaver, contacts.num_rows)
    merges = seen["crm_merges"]
    winner = _positions(merges["winner_id"], contacts["contact_id"])
    changed = np.maximum.reduce([
        _latest(entered, owner, contacts.num_rows), left_at,
        _latest(seconds_of(merges["merged_at"]), winner, contacts.num_rows),
    ])  # fmt: skip
    return _with(
        contacts,
        lifecycle_stage=pick(LIFECYCLE_STAGES, stage),
        is_opted_out=pa.array(left_at >= 0),
        updated_at=moments(np.maximum(changed, seconds_of(contacts["created_at"]))),
    )


def _deals(seen: dict[str, pa.Table], now: int) -> pa.Table:
    """Deals with stage, amount, dates, outcome and last change as their histories say."""
    deals, moves, changes = seen["deals"], seen["deal_stage_history"], seen["deal_field_history"]
    count, created = deals.num_rows, seconds_of(deals["created_at"])
    mover = _positions(moves["deal_id"], deals["deal_id"])
    rank = _positions(moves["stage"], pa.chunked_array([list(DEAL_STAGES)]))
    moved_at = seconds_of(moves["entered_at"])
    order = np.lexsort((rank, moved_at))
    last = last_by(mover[order], count)
    stage = rank[order][last] if count else last
    entered = moved_at[order][last] if count else last
    told = seconds_of(deals["closed_at"])
    closed = np.where(stage < len(DEAL_STAGES) - 2, NEVER, np.where(told < created, told, entered))
    changer = _positions(changes["deal_id"], deals["deal_id"])
    worked_at, next_at, planned_at = _work(seen, deals, stage, now)
    delivered_at = seconds_of(deals["delivered_at"])
    is_delivered = delivered_at <= now
    changed = np.maximum.reduce([
        _latest(moved_at, mover, count), _latest(seconds_of(changes["changed_at"]), changer, count),
        worked_at, planned_at, np.where(is_delivered, delivered_at, -1),
    ])  # fmt: skip
    was_lost = _latest(moved_at, np.where(rank == DEAL_STAGES.index("lost"), mover, -1), count) >= 0
    won = stage == DEAL_STAGES.index("won")
    return _with(
        deals,
        stage=pick(DEAL_STAGES, stage),
        amount=_last_values(changes, "amount", deals).cast(MONEY),
        close_date_expected=_last_values(changes, "close_date_expected", deals).cast(pa.date32()),
        owner=_last_values(changes, "owner", deals),
        pipeline=_last_values(changes, "pipeline", deals),
        last_activity_at=moments(np.where(worked_at < 0, NEVER, worked_at)),
        next_activity_at=moments(next_at),
        closed_at=moments(closed),
        is_won=pa.array(won, mask=closed >= NEVER),
        probability=pick(STAGE_PROBABILITIES, stage).cast(SHARE),
        lost_reason=pc.if_else(
            pa.array(was_lost), deals["lost_reason"].combine_chunks(), pa.scalar(None, pa.string())
        ),
        delivered_at=moments(np.where(is_delivered, delivered_at, NEVER)),
        updated_at=moments(np.maximum(changed, created)),
    )


def _work(seen: dict[str, pa.Table], deals: pa.Table, stage: Ints, now: int) -> tuple[Ints, Ints, Ints]:
    """Per deal: the last activity and the last change of plans (−1: none), and what is due next."""
    count, done, plans = deals.num_rows, seen["activities"], seen["deal_plans"]
    worked_at = _latest(seconds_of(done["occurred_at"]), _positions(done["deal_id"], deals["deal_id"]), count)
    planner, due_at = _positions(plans["deal_id"], deals["deal_id"]), seconds_of(plans["due_at"])
    planned_at = _latest(seconds_of(plans["planned_at"]), planner, count)
    fallen_due = _latest(np.where(due_at <= now, due_at, -1), planner, count)
    next_at = np.full(count, NEVER)
    ahead = (planner >= 0) & (due_at > now)
    np.minimum.at(next_at, planner[ahead], due_at[ahead])
    is_open = stage < len(DEAL_STAGES) - 2
    return worked_at, np.where(is_open, next_at, NEVER), np.maximum(planned_at, fallen_due)


def _last_values(changes: pa.Table, field: str, deals: pa.Table) -> pa.Array:
    """The value each deal's field was last given (rows are in order of time)."""
    of_field = changes.filter(pc.equal(changes["field"], field))
    last = last_by(_positions(of_field["deal_id"], deals["deal_id"]), deals.num_rows)
    return of_field["value"].combine_chunks().take(pa.array(last, mask=last < 0))


def _fates(seen: dict[str, pa.Table], now: int) -> pa.Table:
    """Deals' fates by now: one that will end later is open, one that will never move again is dark."""
    fates, moves = seen["deal_fates"], seen["deal_stage_history"]
    position = _positions(moves["deal_id"], fates["deal_id"])
    last = last_by(position, fates.num_rows)
    stage = moves["stage"].combine_chunks().take(pa.array(last))
    moved_at = moves["entered_at"].combine_chunks().take(pa.array(last))
    is_over = pc.is_in(stage, value_set=pa.array(OUTCOMES))
    at_rest = pc.and_(
        pc.equal(fates["fate"].combine_chunks(), "dark"),
        pc.equal(moved_at, fates["last_moved_at"].combine_chunks()),
    )
    return _with(
        fates, fate=pc.if_else(is_over, stage, pc.if_else(at_rest, "dark", "open")), last_moved_at=moved_at
    )


def _periods(seen: dict[str, pa.Table], now: int) -> pa.Table:
    """Subscription periods; an end that lies ahead isn't known, nor why it will come."""
    periods = seen["subscription_periods"]
    ahead = pa.array(seconds_of(periods["ended_at"]) > now)
    hidden = {
        name: pc.if_else(
            ahead, pa.scalar(None, periods.schema.field(name).type), periods[name].combine_chunks()
        )
        for name in ("ended_at", "cancel_reason", "churn_type")
    }
    return _with(periods, **hidden)


def _merges(seen: dict[str, pa.Table], now: int) -> pa.Table:
    """Merged contacts; that a merge will be undone isn't known."""
    merges = seen["contact_merges"]
    undone_at = seconds_of(merges["unmerged_at"])
    return _with(merges, unmerged_at=moments(np.where(undone_at > now, NEVER, undone_at)))


def _members(seen: dict[str, pa.Table], now: int) -> pa.Table:
    """List members: subscribed until they leave (unsubscribed) or their mailbox fails for good (cleaned)."""
    members, events, campaigns = seen["email_members"], seen["email_events"], seen["email_campaigns"]
    events = events.filter(pc.is_in(events["event_type"], value_set=pa.array(["unsubscribe", "bounce_hard"])))
    campaign = _positions(events["campaign_id"], campaigns["campaign_id"])
    mailing = campaigns["list_id"].combine_chunks().take(pa.array(campaign))
    on_list = pa.chunked_array(
        [pc.binary_join_element_wise(mailing, _flat(pc.utf8_lower(events["email"])), "|")]
    )
    names = pc.binary_join_element_wise(
        _flat(members["list_id"]), _flat(pc.utf8_lower(members["email"])), "|"
    )
    member = _positions(on_list, pa.chunked_array([names]))
    last = last_by(member, members.num_rows)
    kind = events["event_type"].combine_chunks().take(pa.array(last, mask=last < 0))
    unsubscribed = np.asarray(pc.equal(kind, "unsubscribe").fill_null(False))
    status = pc.choose(
        pa.array(np.select([unsubscribed, last >= 0], [1, 2], 0)),
        "subscribed", "unsubscribed", "cleaned",
    )  # fmt: skip
    left_at = _latest(seconds_of(events["occurred_at"]), member, members.num_rows)
    changed = np.maximum(left_at, seconds_of(members["opted_in_at"]))
    return _with(members, status=status, last_changed_at=moments(changed))


def _flat(column: pa.ChunkedArray) -> pa.Array:
    """One array of a column."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _ad_performance(seen: dict[str, pa.Table], now: int) -> pa.Table:
    """Ad days with the conversions that have arrived."""
    rows, arrivals = seen["ad_performance"], seen["ad_conversion_arrivals"]
    keys, wanted = _ad_days(rows, rows), _ad_days(arrivals, rows)
    order = np.argsort(keys)
    position = order[np.searchsorted(keys[order], wanted)] if len(wanted) else wanted
    halves = np.asarray(arrivals["conversions"].combine_chunks())
    cents = np.rint(np.asarray(arrivals["conversion_value"].cast(pa.float64())) * 100).astype(np.int64)
    conversions = np.bincount(position, weights=halves, minlength=len(keys))
    value = np.bincount(position, weights=cents, minlength=len(keys)).astype(np.int64)
    return _with(rows, conversions=pa.array(conversions), conversion_value=decimals(value, MONEY))


def _ad_days(rows: pa.Table, known: pa.Table) -> Ints:
    """One number an ad and day; Performance Max counts by its campaign."""
    ads = pc.unique(pc.coalesce(known["ad_id"], known["campaign_id"]))
    ad = _positions(pc.coalesce(rows["ad_id"], rows["campaign_id"]), pa.chunked_array([ads]))
    return ad * 2**20 + _day_numbers(rows["date_day"])


def _until_over(seen: dict[str, pa.Table], name: str, now: int) -> pa.Table:
    """Groups or ads; one that will be removed is so once its campaign is over."""
    rows, campaigns = seen[name], seen["ad_campaigns"]
    over = _day_numbers(campaigns["ends_on"]) <= now // DAY_SECONDS
    is_over = pa.array(over[_positions(rows["campaign_id"], campaigns["campaign_id"])])
    return _with(rows, status=pc.if_else(is_over, rows["status"].combine_chunks(), "ENABLED"))


def _ad_campaigns(seen: dict[str, pa.Table], now: int) -> pa.Table:
    """Campaigns; one that is over is paused or removed, an end that lies ahead isn't known."""
    campaigns = seen["ad_campaigns"]
    ends = _day_numbers(campaigns["ends_on"])
    over: Flags = ends <= now // DAY_SECONDS
    return _with(
        campaigns,
        status=pc.if_else(pa.array(over), campaigns["status"].combine_chunks(), "ENABLED"),
        ends_on=days(np.where(over, ends, 0), ~over),
    )
