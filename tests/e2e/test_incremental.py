"""The marts are what one run makes of everything, in however many steps and edited versions it was told."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sandbox.files import write_files, write_seeds
from sandbox.world import World, make_world
from tests.conftest import House, bare_environment, serve_vendors
from tests.e2e.conftest import SEED

MAY = datetime(2026, 5, 31, tzinfo=UTC)

# The one mart that tells of publications, and not of the company.
OF_PUBLICATIONS = "fct_restatements"
# How much of what had happened by April a publication knows of.
KNOWN_OF_APRIL = {
    "customers who left": "select count(*) from marts.fct_mrr_movements"
    " where movement = 'churn' and period_month <= date '2026-04-01'",
    "refunds": "select count(*) from marts.fct_orders"
    " where amount < 0 and ordered_at < timestamp '2026-05-01'",
    "merges undone": "select count(*) from marts.bridge_person_identifiers"
    " where kind = 'contact' and valid_to < timestamp '2026-05-01'",
}


@dataclass(frozen=True)
class Steps:
    """A house after two runs to the last day, and what the first one's publication knew of April."""

    house: House
    known_in_may: dict[str, int]


@pytest.fixture(scope="module")
def in_steps(tmp_path_factory: pytest.TempPathFactory) -> Steps:
    """A run of May, when much of what had happened to customers wasn't known yet, and one of the last day."""
    house = House(tmp_path_factory.mktemp("steps") / "home")
    world = make_world(SEED)
    run(house, unedited(world.at(MAY)), "2026-05-31")
    known = known_of_april(house)
    assert forgotten(house) > 0, "the clicks that Google told of then, and of which one run is never told"
    run(house, world, "2026-07-01")
    return Steps(house, known)


def run(house: House, world: World, day: str) -> None:
    """What the demo does on a day, with the files of another world than its vendors'."""
    folder = house.home.parent
    write_files(world, folder / "files")
    write_seeds(world, folder / "seeds")
    choices = {
        "SOURCES__FILES__BUCKET_URL": str(folder / "files"), "FUNNELHOUSE_SEEDS": str(folder / "seeds")
    }  # fmt: skip
    with serve_vendors(folder, SEED, f"{day}T00:00:00Z") as vendors:
        house.environment = bare_environment() | vendors.environment | choices
        house.run("run", "--as-of", day)


def unedited(world: World) -> World:
    """The world when nobody had heard of half the cancellations, refunds and merges, nor of merges undone."""
    periods, orders, merges = (world[name] for name in ("subscription_periods", "orders", "contact_merges"))
    is_cancelled = every_second(pc.is_valid(periods["cancel_reason"]))
    is_merged = every_second(pc.is_null(merges["unmerged_at"]))
    is_refund = every_second(pc.less(orders["amount"], 0))
    for name in ("ended_at", "cancel_reason", "churn_type"):
        periods = without(periods, name, is_cancelled)
    return replace(
        world,
        tables={
            **world.tables,
            "subscription_periods": periods,
            "orders": orders.filter(pc.invert(is_refund)),
            "contact_merges": without(merges.filter(pc.invert(is_merged)), "unmerged_at"),
        },
    )


def every_second(flags: pa.ChunkedArray) -> pa.Array:
    """The first, third … of the rows that are flagged."""
    flagged = flags.combine_chunks()
    counted = pc.cumulative_sum(flagged.cast(pa.int64()))
    return pc.and_(flagged, pc.equal(pc.bit_wise_and(counted, 1), 1))


def without(rows: pa.Table, column: str, which: pa.Array | None = None) -> pa.Table:
    """The rows with NULL in a column, in all of them or in those that are flagged."""
    place, field = rows.schema.get_field_index(column), rows.schema.field(column)
    nothing = pa.nulls(rows.num_rows, field.type)
    emptied = nothing if which is None else pc.if_else(which, nothing, rows[column].combine_chunks())
    return rows.set_column(place, field, emptied)


def known_of_april(house: House) -> dict[str, int]:
    return {name: house.query(sql)[0][0] for name, sql in KNOWN_OF_APRIL.items()}


def test_the_history_of_customers_was_edited_between_the_runs(in_steps: Steps) -> None:
    found = known_of_april(in_steps.house)
    assert all(in_steps.known_in_may[name] < found[name] for name in KNOWN_OF_APRIL), (in_steps, found)


def test_several_runs_to_a_day_say_what_one_says(in_steps: Steps, request: pytest.FixtureRequest) -> None:
    once, stepped = of_one_run(request).marts(), in_steps.house.marts()
    assert (once.pop(OF_PUBLICATIONS), len(stepped.pop(OF_PUBLICATIONS)) > 0) == ([], True)
    assert changed(once, stepped) == []


def test_what_was_restated_leads_to_what_one_run_says(
    in_steps: Steps, request: pytest.FixtureRequest
) -> None:
    last = """
        select figure, period_month, channel, model, conversion_type, value_after
        from observability.published_figures
        qualify row_number() over (
            partition by figure, period_month, channel, model, conversion_type order by version desc
        ) = 1 and value_after != 0
        order by all
    """
    assert in_steps.house.query(last) == of_one_run(request).query(last)
    [(rows, months, unexplained)] = in_steps.house.query(
        "select count(*), count(distinct period_month), count_if(reason = 'other')"
        " from marts.fct_restatements"
    )
    assert (rows > 0, months > 1, unexplained) == (True, True, 0)


def of_one_run(request: pytest.FixtureRequest) -> House:
    """The house of one run, asked for late: another worker makes it meanwhile."""
    return request.getfixturevalue("at_once")


def forgotten(house: House) -> int:
    """Forget the clicks of which Google tells no more on the last day; how many those are."""
    with duckdb.connect(str(house.home / "warehouse.duckdb")) as connection:
        old = "delete from raw_google_ads.click_views where date < date '2026-07-01' - 90"
        return connection.execute(old).fetchall()[0][0]


def changed(before: dict[str, list[tuple]], after: dict[str, list[tuple]]) -> list[str]:
    """The marts that differ, with how many rows do and one of them."""
    assert before.keys() == after.keys()
    differing = {name: set(before[name]) ^ set(after[name]) for name in before if before[name] != after[name]}
    return [f"{name}: {len(rows)} rows, such as {min(rows, key=str)}" for name, rows in differing.items()]
