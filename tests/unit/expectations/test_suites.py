"""Every relation has a suite; each of its checks passes on good rows and fails on a bad one."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from expectations import CheckResult, suites
from expectations.suite import HAS_NOT_COLLAPSED, HAS_ROWS, Suite

from .conftest import ALL_SUITES, PERSONAL, mart_columns, raw_columns

Results = dict[tuple[str, str], CheckResult]
EACH_SUITE = pytest.mark.parametrize("suite", ALL_SUITES, ids=lambda suite: suite.asset)


def test_every_raw_table_and_every_mart_has_a_suite() -> None:
    assert {suite.asset for suite in ALL_SUITES} == set(raw_columns() | mart_columns())
    assert len(ALL_SUITES) >= 60


def test_suites_are_declared_without_great_expectations() -> None:
    program = "import sys, expectations; assert len(expectations.suites()) > 60; "
    program += "print('great_expectations' in sys.modules, 'sqlalchemy' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]


@EACH_SUITE
def test_a_suite_names_columns_that_exist_and_each_check_once(suite: Suite) -> None:
    columns = (raw_columns() | mart_columns())[suite.asset]
    named = {column for check in suite.checks for column in check.columns}
    assert named | suite.personal <= set(columns)
    assert len({check.name for check in suite.checks}) == len(suite.checks)


def test_as_many_results_come_back_as_checks_are_declared(good: Results) -> None:
    declared = {suite.asset: suite.checks for suite in suites()}
    returned: dict[str, int] = {}
    for asset, _ in good:
        returned[asset] = returned.get(asset, 0) + 1
    assert returned == declared


@EACH_SUITE
def test_good_rows_pass(suite: Suite, good: Results) -> None:
    results = [good[suite.asset, check.name] for check in suite.checks]
    assert [result for result in results if not result.passed or result.message] == []
    assert {result.rows_seen for result in results} == {2}


@EACH_SUITE
def test_each_check_of_rows_fails_on_a_bad_row_and_shows_how_to_see_it(
    suite: Suite, bad: Results, rows_in: duckdb.DuckDBPyConnection
) -> None:
    for check in suite.claims:
        result = bad[suite.asset, check.name]
        if not check.where:
            continue
        assert not result.passed, check.name
        assert result.severity == check.severity
        assert all(column in result.message for column in (suite.asset, *check.columns))
        query = result.message.partition("See them: ")[2]
        assert len(rows_in.execute(query).fetchall()) == result.rows_failing > 0, check.name


@EACH_SUITE
def test_a_suite_notices_that_a_raw_table_collapsed(suite: Suite, bad: Results) -> None:
    assert bad[suite.asset, HAS_ROWS].passed
    if suite.layer == "raw":
        collapsed = bad[suite.asset, HAS_NOT_COLLAPSED]
        assert (collapsed.passed, collapsed.severity) == (False, "warn")
        assert "fewer rows than half of what earlier runs saw (500 expected)" in collapsed.message


def test_a_message_names_table_column_and_value(bad: Results) -> None:
    result = bad["raw_google_ads.ad_daily", "cost_micros_is_at_least_0"]
    assert result.message == (
        "raw_google_ads.ad_daily: cost_micros is below 0 in 1 of "
        f"{result.rows_seen} rows (cost_micros = -1). "
        'See them: select * from raw_google_ads.ad_daily where "cost_micros" < 0'
    )


def test_personal_values_are_withheld(bad: Results) -> None:
    assert not [result for result in bad.values() if PERSONAL in result.message]
    withheld = bad[
        "raw_hubspot.property_history", "object_type_object_id_property_name_changed_at_value_is_unique"
    ]
    assert "(values withheld: personal data)" in withheld.message


def test_personal_values_are_in_no_page(bad: Results, docs: Path) -> None:
    texts = [
        file.read_text()
        for file in docs.rglob("*")
        if file.suffix in (".html", ".json", "") and file.is_file()
    ]
    assert len(texts) > len(ALL_SUITES)
    assert not [text for text in texts if PERSONAL in text]
