"""What validate says of tables without rows, and of what Great Expectations couldn't judge."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations import evaluation, validate
from expectations.raw import google_ads
from expectations.suite import HAS_ROWS, Check
from expectations.validate import SuiteIncomplete

from .conftest import ALL_SUITES, AS_OF, rows_of, write

DAILY = "raw_google_ads.ad_daily"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse with rows from Google Ads only."""
    ads = [suite for suite in ALL_SUITES if suite.name == "google_ads"]
    return write(tmp_path / "warehouse.duckdb", rows_of(ads, is_broken=False), seen_before=0)


def test_a_supplied_table_without_rows_fails_each_of_its_checks(warehouse: Path) -> None:
    results = validate(warehouse, "raw", "mailchimp", AS_OF, {"raw_mailchimp.lists"})
    lists = [result for result in results if result.asset == "raw_mailchimp.lists"]
    assert [result.passed for result in lists] == [False] * len(lists)
    assert {result.severity for result in lists if result.check_name == HAS_ROWS} == {"error"}
    assert lists[0].message.startswith("raw_mailchimp.lists has no rows, though it was supplied: look at")
    others = [result for result in results if result.asset != "raw_mailchimp.lists"]
    assert {(result.passed, result.message, result.rows_seen) for result in others} == {
        (True, "not supplied", 0)
    }


def test_a_mart_expects_rows_where_an_entity_that_feeds_it_was_supplied(warehouse: Path) -> None:
    for supplied in ({"orders"}, {"raw_files.orders"}):
        results = validate(warehouse, "marts", "core", AS_OF, supplied)
        failed = {result.asset for result in results if not result.passed}
        assert {"marts.fct_orders", "marts.dim_customers"} <= failed
        assert "marts.fct_deals" not in failed
    orders = next(result for result in results if result.asset == "marts.fct_orders")
    assert orders.message.startswith("marts.fct_orders has no rows, though orders was supplied")


def test_a_mart_that_rules_may_leave_empty_only_warns(warehouse: Path) -> None:
    results = validate(warehouse, "marts", "churn", AS_OF, {"subscription_periods"})
    assert {(result.passed, result.severity) for result in results} == {(False, "warn")}


def test_a_table_that_was_not_built_is_named(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop table marts.fct_orders")
    results = validate(warehouse, "marts", "core", AS_OF, {"orders"})
    (has_rows,) = (one for one in results if one.asset == "marts.fct_orders" and one.check_name == HAS_ROWS)
    assert not has_rows.passed
    assert "marts.fct_orders doesn't exist" in has_rows.message


def test_data_that_end_long_before_as_of_are_stale(warehouse: Path) -> None:
    results = validate(warehouse, "raw", "google_ads", date(2026, 7, 20), set())
    (stale,) = (one for one in results if one.asset == DAILY and one.check_name == "date_is_fresh")
    assert (stale.passed, stale.severity) == (False, "warn")
    assert "ends more than 3 days before as_of" in stale.message
    assert "2026-06-30" in stale.message


def test_an_expectation_that_was_dropped_is_missed(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = evaluation.judged

    def without_one(*arguments: object) -> dict[str, object]:
        results = judged(*arguments)
        results.pop(HAS_ROWS)
        return results

    monkeypatch.setattr(evaluation, "judged", without_one)
    with pytest.raises(SuiteIncomplete, match=r"6 checks are declared, 5 came back; missing: has_rows"):
        validate(warehouse, "raw", "google_ads", AS_OF, set())


def test_a_check_of_a_column_that_is_gone_fails_and_says_so(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = Check(
        "lost_is_filled", "ExpectColumnValuesToNotBeNull", {"column": "lost"}, "is empty", "true", ("lost",)
    )
    customers = google_ads.SUITES[0]
    monkeypatch.setattr(google_ads, "SUITES", (replace(customers, claims=(lost,)),))
    (result,) = (
        one for one in validate(warehouse, "raw", "google_ads", AS_OF, set()) if one.check_name == lost.name
    )
    assert not result.passed
    assert "raw_google_ads.customers: lost_is_filled could not be judged" in result.message
    assert "lost" in result.message


def test_a_name_without_suites_is_refused(warehouse: Path) -> None:
    with pytest.raises(
        ValueError, match="no suites for 'salesforce' in layer raw: there are files, google_ads"
    ):
        validate(warehouse, "raw", "salesforce", AS_OF, set())


def test_the_warehouse_is_free_for_its_writer_afterwards(warehouse: Path) -> None:
    validate(warehouse, "raw", "google_ads", AS_OF, set())
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table written as select 1 as one")
