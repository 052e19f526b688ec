"""A company's files with the same past and another future."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

DAY = datetime(2026, 1, 1, tzinfo=UTC)

Change = Callable[[pd.DataFrame], pd.DataFrame]


def change_the_future(bucket: Path) -> None:
    """Other outcomes, amounts, dates, deals, visits, stages and names after DAY; nothing until then."""
    stages = _later_changed(bucket / "deal_stage_history", "entered_at", _other_stages)
    fields = _later_changed(bucket / "deal_field_history", "changed_at", _other_values)
    _change(bucket / "deals", lambda deals: _as_told(_other_deals(deals), stages, fields))
    for entity, moment in (
        ("touchpoints", "occurred_at"), ("activities", "occurred_at"), ("email_events", "occurred_at"),
        ("funnel_events", "occurred_at"), ("lifecycle_history", "entered_at"), ("orders", "ordered_at"),
        ("feedback", "responded_at"),
    ):  # fmt: skip
        _later_changed(bucket / entity, moment, lambda later: later.iloc[::2])
    _later_changed(bucket / "identities", "seen_at", _fewer_links)
    _change(bucket / "subscription_periods", _other_subscriptions)


def _change(folder: Path, change: Change) -> pd.DataFrame:
    """An entity's rows changed, in one file."""
    files = sorted(folder.glob("*.parquet"))
    rows = change(pd.concat([pd.read_parquet(file) for file in files], ignore_index=True))
    for file in files:
        file.unlink()
    rows.to_parquet(folder / files[0].name, index=False)
    return rows


def _later_changed(folder: Path, moment: str, change: Change) -> pd.DataFrame:
    """The rows after DAY changed, the others as they were."""
    return _change(
        folder,
        lambda rows: pd.concat(
            [rows[rows[moment] <= DAY], change(rows[rows[moment] > DAY])], ignore_index=True
        ),
    )


def _other_stages(later: pd.DataFrame) -> pd.DataFrame:
    """Every third change never happened; what was won is lost, and the reverse."""
    kept = later[later["deal_id"].map(hash_of) % 3 > 0]
    return kept.assign(stage=kept["stage"].replace({"won": "lost", "lost": "won"}))


def _other_values(later: pd.DataFrame) -> pd.DataFrame:
    """Every amount is ten times as much, and every second other change never happened."""
    amounts = later[later["field"] == "amount"]
    return pd.concat(
        [
            amounts.assign(value=amounts["value"].map(lambda value: value and f"{float(value) * 10:.2f}")),
            later[later["field"] != "amount"].iloc[::2],
        ]
    )


def _fewer_links(later: pd.DataFrame) -> pd.DataFrame:
    """Every second link never came, but of a cookie that many share.

    Who is one person is what a run knows today: a cookie that is found to be shared takes its people
    apart in the past, too.
    """
    is_shared = later.groupby("anonymous_id")["email"].transform("nunique") > 1
    return later[is_shared | (later.reset_index().index % 2 == 0)]


def _other_subscriptions(periods: pd.DataFrame) -> pd.DataFrame:
    """Of those begun after DAY every second one never was; every second end after DAY is a failed payment."""
    later = periods["started_at"] > DAY
    periods = pd.concat([periods[~later], periods[later].iloc[::2]], ignore_index=True)
    ends = (periods["ended_at"] > DAY) & (periods["started_at"] <= DAY) & (periods.index % 2 == 0)
    soon = periods["ended_at"].where(~ends, DAY + timedelta(days=1))
    return periods.assign(ended_at=soon, churn_type=periods["churn_type"].where(~ends, "involuntary"))


def _other_deals(deals: pd.DataFrame) -> pd.DataFrame:
    """Of the deals created after DAY every second one never was."""
    later = deals[deals["created_at"] > DAY]
    return pd.concat([deals[deals["created_at"] <= DAY], later.iloc[::2]], ignore_index=True)


def _as_told(deals: pd.DataFrame, stages: pd.DataFrame, fields: pd.DataFrame) -> pd.DataFrame:
    """The records as their histories now end."""
    last = stages.sort_values("entered_at", kind="stable").groupby("deal_id").tail(1).set_index("deal_id")
    stage, entered_at = deals["deal_id"].map(last["stage"]), deals["deal_id"].map(last["entered_at"])
    moved = entered_at > DAY
    open_again = deals["closed_at"].gt(DAY) & ~stage.isin(["won", "lost"])
    deals = deals.assign(
        stage=stage.fillna(deals["stage"]),
        closed_at=deals["closed_at"]
        .where(~moved, entered_at.where(stage.isin(["won", "lost"])))
        .where(~open_again),
    )
    if "is_won" in deals:
        deals["is_won"] = deals["stage"].map({"won": True, "lost": False})
    for field in ("amount", "close_date_expected", "owner", "pipeline"):
        told = fields[fields["field"] == field].sort_values("changed_at", kind="stable")
        ends = told.groupby("deal_id").tail(1).set_index("deal_id")
        changed = deals["deal_id"].map(ends["changed_at"]) > DAY
        values = deals["deal_id"].map(ends["value"])
        deals[field] = deals[field].astype(object).where(~changed, values)
    for field in ("amount", "close_date_expected"):
        deals[field] = deals[field].map(lambda value: None if pd.isna(value) else str(value))
    return deals


def hash_of(text: str) -> int:
    """A number that a text has in every process."""
    return sum(text.encode())
