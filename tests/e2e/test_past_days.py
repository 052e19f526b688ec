"""A past day is what a run of that day says, and what a run told of one is the same whatever came later."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from sandbox.files import ALL_ENTITIES, write_files, write_seeds
from sandbox.world import WORLD_AS_OF, make_world
from tests.conftest import House, bare_environment
from tests.e2e.another_future import DAY, change_the_future
from tests.e2e.deals_by_hand import DEALS, FILES

PAST = date(2026, 1, 15)
PIPELINE = "+fct_pipeline_daily +fct_pipeline_movements +fct_deal_history +fct_pipeline_then_and_now"
FORETOLD = "+fct_sales_forecast +int_funnel__lead_features +int_risk__features"

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
LOST = "select count(*) from intermediate.int_risk__snapshots where is_lost and snapshot_date <= ?"
ACTUAL = "select actual from marts.fct_sales_forecast where as_of_date <= ?"
LATER = "select forecast_p50 from marts.fct_sales_forecast where as_of_date > ?"

Rows = list[tuple]


@dataclass(frozen=True)
class Runs:
    """What runs of the last day and of PAST say of the same files, and one of files with another future."""

    now: dict[str, Rows]
    then: dict[str, Rows]
    foretold: dict[str, pd.DataFrame]
    of_another_future: dict[str, pd.DataFrame]
    is_published: bool
    as_of_then: Rows


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    one, other = (house_of(tmp_path_factory.mktemp(name)) for name in ("one", "other"))
    change_the_future(other.home.parent / "bucket")
    one.run("run", "--as-of", str(WORLD_AS_OF), "--select", f"{PIPELINE} {FORETOLD}")
    other.run("run", "--as-of", str(WORLD_AS_OF), "--select", FORETOLD)
    now, foretold = pipeline(one), told_early(one)
    told = one.run("run", "--as-of", str(PAST), "--select", PIPELINE, "--json").stdout
    is_published = json.loads(told)["published"] or (one.home / "marts.duckdb").exists()
    as_of = one.built("select as_of_date from intermediate.canonical_as_of")
    return Runs(now, pipeline(one), foretold, told_early(other), is_published, as_of)


def house_of(folder: Path) -> House:
    """The world as files, with the deals made by hand."""
    world = make_world(7).at(datetime.combine(WORLD_AS_OF, time(), UTC))
    write_files(world, folder / "bucket", ALL_ENTITIES)
    write_seeds(world, folder / "seeds")
    for entity, text in FILES.items():
        (folder / "bucket" / entity / "by_hand.csv").write_text(text)
    sources = {"SOURCES__FILES__BUCKET_URL": str(folder / "bucket")}
    environment = bare_environment() | sources | {"FUNNELHOUSE_SEEDS": str(folder / "seeds")}
    return House(folder / "home", environment)


def pipeline(house: House) -> dict[str, Rows]:
    """The pipeline's days, movements, stretches and month ends."""
    marts = ("fct_pipeline_daily", "fct_pipeline_movements", "fct_deal_history")
    found = {name: house.built(f"select * from marts.{name} order by all") for name in marts}
    then = (
        "select date_day, pipeline, stage_then, sum(deals), sum(amount_then_reporting)"
        " from marts.fct_pipeline_then_and_now group by all order by all"
    )
    return found | {"then": house.built(then)}


def told_early(house: House) -> dict[str, pd.DataFrame]:
    """What was said by DAY and later."""
    queries = {
        "forecasts": FORECASTS, "features": FEATURES, "customers": CUSTOMERS,
        "actual": ACTUAL, "later": LATER, "lost": LOST,
    }  # fmt: skip
    with duckdb.connect(str(house.home / "warehouse.duckdb"), read_only=True) as connection:
        return {name: connection.execute(sql, [DAY.date()]).df() for name, sql in queries.items()}


def test_a_selection_is_built_on_the_day_that_it_was_asked_for_and_never_published(runs: Runs) -> None:
    assert runs.as_of_then == [(PAST,)]
    assert not runs.is_published


def test_no_forecast_changes_with_what_came_later(runs: Runs) -> None:
    one, other = runs.foretold["forecasts"], runs.of_another_future["forecasts"]
    assert len(one) > 80
    assert one["forecast_p10"].notna().any()
    assert one["probability_of_target"].notna().any()
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_no_lead_is_known_by_what_came_later(runs: Runs) -> None:
    one, other = runs.foretold["features"], runs.of_another_future["features"]
    assert len(one) > 1000
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_no_customer_is_known_by_what_came_later(runs: Runs) -> None:
    one, other = runs.foretold["customers"], runs.of_another_future["customers"]
    assert len(one) > 100
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_what_came_later_is_another_future(runs: Runs) -> None:
    for name in ("actual", "later", "lost"):
        # As text: of what isn't known NaN stands, which nothing equals.
        one, other = (
            sorted(map(str, told[name].iloc[:, 0])) for told in (runs.foretold, runs.of_another_future)
        )
        assert one != other


def with_ids(rows: Rows) -> set[str]:
    """The hand-made deals among the rows of fct_deal_history."""
    return {row[1] for row in rows if not row[1].isdigit()}


def test_every_day_of_the_past_is_what_a_run_of_then_says(runs: Runs) -> None:
    now = [row for row in runs.now["fct_pipeline_daily"] if row[0] < PAST]
    assert len(now) > 500
    assert runs.then["fct_pipeline_daily"] == now


def test_every_month_that_was_over_moved_as_a_run_of_then_says(runs: Runs) -> None:
    running = PAST.replace(day=1)
    for mart, least in (("fct_pipeline_movements", 80), ("then", 20)):
        now = [row for row in runs.now[mart] if row[0] < running]
        assert len(now) > least
        assert [row for row in runs.then[mart] if row[0] < running] == now


def test_every_stretch_that_was_over_is_in_the_history_of_then(runs: Runs) -> None:
    valid_from, valid_to = 2, 3
    ended = [
        row
        for row in runs.now["fct_deal_history"]
        if row[valid_to] is not None and row[valid_to].date() < PAST
    ]
    then = runs.then["fct_deal_history"]
    assert len(ended) > 100
    assert set(ended) <= set(then)
    assert all(row[valid_from].date() <= PAST for row in then)


def test_the_hand_made_deals_stood_as_their_histories_say(runs: Runs) -> None:
    history = runs.then["fct_deal_history"]
    assert with_ids(history) == {line.split(",")[0] for line in DEALS.splitlines()[1:]}
    last = {row[1]: (row[4], row[7], row[11]) for row in history if row[3] is None and not row[1].isdigit()}
    assert last == {
        "late": ("qualified_to_buy", 90, True),
        "closing_only": ("unknown", 200, True),
        "reopened": ("lost", 300, False),
        "moved": ("qualified_to_buy", None, True),
        "at_midnight": ("won", 500, False),
        "dated_later": ("contract_sent", 600, True),
        "record_closes": ("contract_sent", 650, True),
        "unmapped": ("Trial", 700, True),
        "same_day": ("presentation_scheduled", 800, True),
    }
