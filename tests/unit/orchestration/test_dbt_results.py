from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.dbt_results import check_rows, errors

DEALS = "model.funnelhouse.fct_deals"


def make_test(name: str, column: str | None, rule: str, severity: str = "ERROR") -> dict[str, Any]:
    return {
        "name": name,
        "resource_type": "test",
        "attached_node": DEALS,
        "column_name": column,
        "depends_on": {"nodes": [DEALS]},
        "config": {"severity": severity},
        "test_metadata": {"name": rule},
    }


MANIFEST = {
    "nodes": {
        DEALS: {"schema": "marts", "name": "fct_deals", "resource_type": "model"},
        "test.funnelhouse.deal_id": make_test("not_null_deal_id", "deal_id", "not_null"),
        "test.funnelhouse.stage": make_test("accepted_stage", "stage", "accepted_values"),
        "test.funnelhouse.email": make_test("unique_email", "email", "unique"),
        "test.funnelhouse.warned": make_test("warned", "stage", "accepted_values", "WARN"),
    },
    "sources": {},
}


def result(test: str, status: str, sql: str = "", failures: int | None = 0) -> dict[str, Any]:
    return {
        "unique_id": f"test.funnelhouse.{test}",
        "status": status,
        "failures": failures,
        "compiled_code": sql,
        "message": None,
    }


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.fct_deals as "
            "select 'd1' as deal_id, 'nowhere' as stage, 'ann@example.org' as email"
        )
    return file


def test_a_passing_test_says_how_many_rows_it_saw(warehouse: Path) -> None:
    [row] = check_rows([result("deal_id", "pass")], MANIFEST, warehouse)
    assert (row.check_name, row.asset, row.kind, row.severity) == (
        "not_null_deal_id",
        "marts.fct_deals",
        "dbt_test",
        "error",
    )
    assert (row.passed, row.rows_seen, row.message) == (True, 1, "")


def test_a_test_over_no_rows_says_not_supplied(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create or replace table marts.fct_deals as select 'd1' as deal_id where false")
    [row] = check_rows([result("deal_id", "pass")], MANIFEST, warehouse)
    assert row.message.startswith("not supplied")


def test_a_failing_test_names_table_column_and_value(warehouse: Path) -> None:
    failing = result("stage", "fail", "select stage from marts.fct_deals", failures=1)
    [row] = check_rows([failing], MANIFEST, warehouse)
    assert (row.passed, row.severity, row.rows_failing, row.asset) == (False, "error", 1, "marts.fct_deals")
    assert row.message == "column stage: 1 row against the rule accepted_values: stage = nowhere"


def test_personal_values_are_not_shown(warehouse: Path) -> None:
    failing = result("email", "fail", "select email as unique_field, 2 as n from marts.fct_deals", 1)
    [row] = check_rows([failing], MANIFEST, warehouse)
    assert "ann@example.org" not in row.message
    assert "not shown" in row.message


def test_a_warning_is_recorded_as_one(warehouse: Path) -> None:
    [row] = check_rows(
        [result("warned", "warn", "select stage from marts.fct_deals", 1)], MANIFEST, warehouse
    )
    assert (row.passed, row.severity) == (False, "warn")


def test_a_test_that_could_not_run_failed_and_a_skipped_one_was_not_made(warehouse: Path) -> None:
    broken = result("stage", "error") | {"message": "no such column"}
    [row] = check_rows([broken, result("deal_id", "skipped")], MANIFEST, warehouse)
    assert (row.passed, row.message) == (False, "could not run: no such column")


def test_models_that_did_not_build_are_named_with_dbts_words() -> None:
    results = [
        {"unique_id": DEALS, "status": "error", "message": "Binder Error: no column"},
        {"unique_id": "model.funnelhouse.dim_people", "status": "skipped", "message": None},
        result("stage", "error"),
    ]
    assert errors(results) == ["fct_deals could not be built: Binder Error: no column"]
