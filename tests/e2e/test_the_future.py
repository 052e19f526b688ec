"""What was forecast on a day, and what was known of people by then, is the same whatever happened later."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from sandbox.files import ALL_ENTITIES, write_files, write_seeds
from sandbox.world import WORLD_AS_OF, make_world
from tests.conftest import House, bare_environment

DAY = datetime(2026, 1, 1, tzinfo=UTC)

Change = Callable[[pd.DataFrame], pd.DataFrame]

FORECASTS = """
select * exclude (actual) from marts.fct_sales_forecast
where as_of_date <= ? order by as_of_date, period_month, pipeline, method
"""
FEATURES = """
select * exclude (is_current, is_training, is_evaluation, is_opportunity)
from intermediate.int_funnel__lead_features
where snapshot_date <= ? order by snapshot_date, person_key
"""


CUSTOMERS = """
select * exclude (is_current, is_training, is_evaluation, is_lost)
from intermediate.int_risk__features
where snapshot_date <= ? order by snapshot_date, customer_key
"""


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, House]:
    """A run over the world as files, and one over the same past with another future."""
    return _house(tmp_path_factory.mktemp("one"), another=False), _house(
        tmp_path_factory.mktemp("other"), another=True
    )


def test_no_forecast_changes_with_what_came_later(houses: tuple[House, House]) -> None:
    one, other = (_rows(house, FORECASTS) for house in houses)
    assert len(one) > 80
    assert one["forecast_p10"].notna().any()
    assert one["probability_of_target"].notna().any()
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_no_lead_is_known_by_what_came_later(houses: tuple[House, House]) -> None:
    one, other = (_rows(house, FEATURES) for house in houses)
    assert len(one) > 1000
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_no_customer_is_known_by_what_came_later(houses: tuple[House, House]) -> None:
    one, other = (_rows(house, CUSTOMERS) for house in houses)
    assert len(one) > 100
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    lost = "select count(*) from intermediate.int_risk__snapshots where is_lost"
    assert houses[0].built(lost) != houses[1].built(lost)


def test_what_came_later_is_another_future(houses: tuple[House, House]) -> None:
    one, other = (
        house.built("select actual from marts.fct_sales_forecast where as_of_date <= '2026-01-01'")
        for house in houses
    )
    assert sorted(map(str, one)) != sorted(map(str, other))
    later = [
        house.built("select forecast_p50 from marts.fct_sales_forecast where as_of_date > '2026-01-01'")
        for house in houses
    ]
    assert later[0] != later[1]


def _house(folder: Path, another: bool) -> House:
    world = make_world(7).at(datetime.combine(WORLD_AS_OF, time(), UTC))
    write_files(world, folder / "bucket", ALL_ENTITIES)
    write_seeds(world, folder / "seeds")
    if another:
        change_the_future(folder / "bucket")
    house = House(folder / "home")
    house.environment = bare_environment() | {
        "SOURCES__FILES__BUCKET_URL": str(folder / "bucket"),
        "FUNNELHOUSE_SEEDS": str(folder / "seeds"),
    }
    selection = "+fct_sales_forecast +int_funnel__lead_features +int_risk__features"
    house.run("run", "--as-of", str(WORLD_AS_OF), "--select", selection)
    return house


def _rows(house: House, sql: str) -> pd.DataFrame:
    with duckdb.connect(str(house.home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql, [DAY.date()]).df()


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
