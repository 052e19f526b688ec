"""A run says what the world knows, and one after it the same: with a corrupt value, and with nothing new."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.against_truth import differences
from tests.conftest import House
from tests.e2e.conftest import SEED
from tests.e2e.test_incremental import OF_PUBLICATIONS, changed

SERVED = "select version from observability.published_versions where is_current"


def test_every_mart_says_what_the_world_knows(
    at_once: House, truth_of: Callable[[int], dict[str, pa.Table]]
) -> None:
    home = at_once.home
    assert differences(home / "marts.duckdb", home / "warehouse.duckdb", truth_of(SEED)) == {}


def test_one_corrupt_value_keeps_the_earlier_publication_served(at_once: House) -> None:
    files = at_once.home / "sandbox" / "files"
    corrupt(min((files / "subscription_periods").iterdir()))
    sources = {"SOURCES__FILES__BUCKET_URL": str(files)}
    seeds = {"FUNNELHOUSE_SEEDS": str(at_once.home / "sandbox" / "seeds")}
    again = House(at_once.home, at_once.environment | sources | seeds)
    served, before = at_once.query(SERVED), at_once.marts()

    blocked = again.run("run", "--as-of", "2026-07-01", "--json", expect=3)
    assert "raw_files.subscription_periods" in blocked.stderr
    assert "monthly_amount" in blocked.stderr
    assert "-1054" in blocked.stderr
    assert str(served[0][0]) in blocked.stderr
    assert '"published": false' in blocked.stdout
    assert at_once.query(SERVED) == served
    assert changed(before, at_once.marts()) == []


def test_a_second_run_changes_no_mart_and_brings_what_was_corrupt_in_order(at_once: House) -> None:
    before, served = at_once.marts(), at_once.query(SERVED)
    loads = at_once.query("select max(load_id) from observability.row_conservation")
    assert len(before) >= 24
    assert all(before[mart] for mart in ("fct_deals", "fct_touchpoints", "fct_mrr_monthly"))
    at_once.run("demo", "--seed", f"{SEED}")
    assert at_once.query(SERVED) != served
    assert changed(before, at_once.marts()) == []
    assert before[OF_PUBLICATIONS] == []
    assert at_once.query("select max(load_id) from observability.row_conservation") > loads
    assert at_once.query("select bool_and(is_conserved) from observability.row_conservation") == [(True,)]


def corrupt(file: Path) -> None:
    """Let the first amount of a file be one that can't be."""
    rows = pq.read_table(file)
    amounts = rows["monthly_amount"].to_pylist()
    place = rows.schema.get_field_index("monthly_amount")
    column = pa.array([Decimal(-1054), *amounts[1:]], rows.schema.field(place).type)
    pq.write_table(rows.set_column(place, rows.schema.field(place), column), file)
