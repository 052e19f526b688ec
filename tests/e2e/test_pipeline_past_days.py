"""A past day is what a run of that day says, from the same files, which hold all that came later."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from sandbox.files import write_files, write_seeds
from sandbox.world import WORLD_AS_OF, make_world
from tests.conftest import House, bare_environment

PAST_DAYS = (date(2026, 1, 15),)
MARTS = "+fct_pipeline_daily +fct_pipeline_movements +fct_deal_history +fct_pipeline_then_and_now"

# All of them live around 15 January 2026; each is a way to be told too early what comes after.
DEALS = """deal_id,stage,created_at,pipeline,amount,closed_at,is_won,owner,probability,close_date_expected
late,contract_sent,2025-11-01T09:00:00Z,default,100,,,Ann,,2026-05-01
closing_only,won,2025-11-01T09:00:00Z,default,200,2026-02-01T09:00:00Z,true,Ann,,
reopened,won,2025-11-01T09:00:00Z,default,300,2026-03-01T09:00:00Z,true,Ann,,
moved,qualified_to_buy,2025-11-01T09:00:00Z,partners,400,,,Zoe,,
at_midnight,won,2025-11-01T09:00:00Z,default,500,2026-01-15T00:00:00Z,true,Ann,,
dated_later,won,2025-11-01T09:00:00Z,default,600,2026-02-10T09:00:00Z,true,Ann,,
record_closes,lost,2025-11-01T09:00:00Z,default,650,2026-02-10T09:00:00Z,false,Ann,,
unmapped,Trial,2025-11-01T09:00:00Z,,700,,,,,
same_day,presentation_scheduled,2026-01-10T09:00:00Z,default,800,,,Ann,,
"""
STAGES = """deal_id,stage,entered_at
late,qualified_to_buy,2026-02-01T09:00:00Z
late,contract_sent,2026-02-03T09:00:00Z
closing_only,won,2026-02-01T09:00:00Z
reopened,appointment_scheduled,2025-11-01T09:00:00Z
reopened,lost,2026-01-05T09:00:00Z
reopened,qualified_to_buy,2026-02-05T09:00:00Z
reopened,won,2026-03-01T09:00:00Z
moved,appointment_scheduled,2025-11-01T09:00:00Z
moved,qualified_to_buy,2026-01-15T00:00:00Z
at_midnight,contract_sent,2025-11-01T09:00:00Z
at_midnight,won,2026-01-15T00:00:00Z
dated_later,contract_sent,2025-11-01T09:00:00Z
dated_later,won,2026-01-10T09:00:00Z
record_closes,contract_sent,2025-11-01T09:00:00Z
unmapped,appointment_scheduled,2025-11-01T09:00:00Z
unmapped,Trial,2026-01-10T09:00:00Z
same_day,appointment_scheduled,2026-01-10T09:00:00Z
same_day,qualified_to_buy,2026-01-10T10:00:00Z
same_day,presentation_scheduled,2026-01-10T10:00:00Z
"""
FIELDS = """deal_id,field,value,changed_at
moved,pipeline,default,2025-11-01T09:00:00Z
moved,pipeline,partners,2026-01-10T09:00:00Z
moved,owner,Ann,2025-11-01T09:00:00Z
moved,owner,Zoe,2026-02-10T09:00:00Z
moved,amount,350,2025-11-01T09:00:00Z
moved,amount,,2026-01-12T09:00:00Z
moved,amount,400,2026-02-20T09:00:00Z
late,amount,90,2026-02-20T09:00:00Z
late,amount,100,2026-02-21T09:00:00Z
same_day,amount,700,2026-01-10T10:00:00Z
same_day,amount,800,2026-01-10T11:00:00Z
dated_later,close_date_expected,2026-02-01,2025-11-01T09:00:00Z
dated_later,close_date_expected,2026-03-01,2026-01-20T09:00:00Z
"""

Rows = list[tuple]


def marts(house: House, as_of: date) -> dict[str, Rows]:
    """The pipeline's days, ended months, ended stretches and month ends before a day, by a run of a day."""
    house.run("run", "--as-of", str(as_of), "--select", MARTS)
    with duckdb.connect(str(house.home / "warehouse.duckdb"), read_only=True) as connection:
        return {
            name: connection.execute(f"select * from marts.{name} order by all").fetchall()
            for name in ("fct_pipeline_daily", "fct_pipeline_movements", "fct_deal_history")
        } | {
            "then": connection.execute(
                "select date_day, pipeline, stage_then, sum(deals), sum(amount_then_reporting)"
                " from marts.fct_pipeline_then_and_now group by all order by all"
            ).fetchall()
        }


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[date, dict[str, Rows]]:
    """what runs of the last day and of a past one say of the same files."""
    folder = tmp_path_factory.mktemp("past")
    world = make_world(7)
    write_files(world, folder / "files", ("deals", "deal_stage_history", "deal_field_history"), format="csv")
    write_seeds(world, folder / "seeds")
    for entity, text in {
        "deals": DEALS,
        "deal_stage_history": STAGES,
        "deal_field_history": FIELDS,
    }.items():
        Path(folder / "files" / entity / "by_hand.csv").write_text(text)
    house = House(folder / "home")
    house.environment = bare_environment() | {
        "SOURCES__FILES__BUCKET_URL": str(folder / "files"),
        "FUNNELHOUSE_SEEDS": str(folder / "seeds"),
    }
    return {as_of: marts(house, as_of) for as_of in (WORLD_AS_OF, *PAST_DAYS)}


def with_ids(rows: Rows) -> set[str]:
    """The hand-made deals among the rows of fct_deal_history."""
    return {row[1] for row in rows if not row[1].isdigit()}


@pytest.mark.parametrize("past", PAST_DAYS)
def test_every_day_of_the_past_is_what_a_run_of_then_says(
    runs: dict[date, dict[str, Rows]], past: date
) -> None:
    now = [row for row in runs[WORLD_AS_OF]["fct_pipeline_daily"] if row[0] < past]
    assert len(now) > 500
    assert runs[past]["fct_pipeline_daily"] == now


@pytest.mark.parametrize("past", PAST_DAYS)
def test_every_month_that_was_over_moved_as_a_run_of_then_says(
    runs: dict[date, dict[str, Rows]], past: date
) -> None:
    running = past.replace(day=1)
    for mart, least in (("fct_pipeline_movements", 80), ("then", 20)):
        now = [row for row in runs[WORLD_AS_OF][mart] if row[0] < running]
        assert len(now) > least
        assert [row for row in runs[past][mart] if row[0] < running] == now


@pytest.mark.parametrize("past", PAST_DAYS)
def test_every_stretch_that_was_over_is_in_the_history_of_then(
    runs: dict[date, dict[str, Rows]], past: date
) -> None:
    valid_from, valid_to = 2, 3
    ended = [
        row
        for row in runs[WORLD_AS_OF]["fct_deal_history"]
        if row[valid_to] is not None and row[valid_to].date() < past
    ]
    then = runs[past]["fct_deal_history"]
    assert len(ended) > 100
    assert set(ended) <= set(then)
    assert all(row[valid_from].date() <= past for row in then)


def test_the_hand_made_deals_stood_as_their_histories_say(runs: dict[date, dict[str, Rows]]) -> None:
    history = runs[date(2026, 1, 15)]["fct_deal_history"]
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
