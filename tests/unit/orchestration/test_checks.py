from dagster import AssetCheckSeverity, AssetKey

from orchestration.checks import conservation, quarantine, suite_result
from orchestration.observability import CheckRow

DEALS = AssetKey(["raw_files", "deals"])


def load(loaded: int, is_conserved: bool) -> dict[str, object]:
    return {
        "load_id": "17",
        "extracted": 10,
        "loaded": loaded,
        "deduplicated": 1,
        "quarantined": 2,
        "is_conserved": is_conserved,
    }


def expectation(passed: bool, severity: str = "error", message: str = "") -> CheckRow:
    return CheckRow(
        "amount_is_positive", "raw_files.deals", "gx", severity, passed, 9, int(not passed), message
    )


def test_a_load_that_accounts_for_every_row_passes() -> None:
    row = conservation(DEALS, load(7, True))
    assert (row.passed, row.rows_seen, row.rows_failing) == (True, 10, 0)
    assert row.message == "extracted 10 = loaded 7 + deduplicated 1 + quarantined 2"


def test_a_load_that_lost_rows_fails_and_says_how_many() -> None:
    row = conservation(DEALS, load(4, False))
    assert (row.passed, row.severity, row.rows_failing) == (False, "error", 3)
    assert row.asset == "raw_files.deals"
    assert "load 17: extracted 10, but loaded 4" in row.message
    assert "3 rows are unaccounted for" in row.message


def test_a_table_that_nothing_was_loaded_into_was_not_supplied() -> None:
    row = conservation(DEALS, None)
    assert (row.passed, row.message) == (True, "not supplied")


def test_quarantined_rows_warn_with_file_row_and_reason() -> None:
    reasons = {("17", "deals"): ["deals/a.csv, row 3: column amount: 'abc' is not a decimal"]}
    row = quarantine(DEALS, load(7, True), reasons)
    assert (row.passed, row.severity, row.rows_seen, row.rows_failing) == (False, "warn", 10, 2)
    assert "2 rows were quarantined" in row.message
    assert "deals/a.csv, row 3: column amount: 'abc' is not a decimal" in row.message
    assert "observability.quarantined_rows where load_id = '17'" in row.message


def test_a_load_without_quarantined_rows_passes() -> None:
    assert quarantine(DEALS, load(7, True) | {"quarantined": 0}, {}).passed


def test_a_suite_whose_expectations_hold_passes() -> None:
    found = suite_result("raw_files.deals", [expectation(True), expectation(True)])
    assert found.passed
    assert found.asset_key == DEALS


def test_a_failing_error_blocks_and_says_what_it_found() -> None:
    found = suite_result("raw_files.deals", [expectation(True), expectation(False, message="amount = -1054")])
    assert (found.passed, found.severity) == (False, AssetCheckSeverity.ERROR)
    assert found.description == "amount = -1054"


def test_a_failing_warning_does_not_block() -> None:
    found = suite_result("raw_files.deals", [expectation(True), expectation(False, "warn")])
    assert (found.passed, found.severity) == (False, AssetCheckSeverity.WARN)


def test_a_suite_that_judged_nothing_fails() -> None:
    found = suite_result("raw_files.deals", [])
    assert (found.passed, found.severity) == (False, AssetCheckSeverity.ERROR)
