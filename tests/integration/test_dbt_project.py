"""The SQL's own tests, over a warehouse into which nothing has come."""

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from ingestion.pipeline import declare
from orchestration.estimates import declare_estimates
from orchestration.observability import write_as_of
from orchestration.publication import recall
from tests.models import DBT, ROOT, arguments, environment, with_parse_of

STAGES = ("staging", "intermediate", "marts", "observability")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Path:
    """What one `dbt build` of everything leaves, unit tests included, in the home that was parsed for."""
    home, target = parsed, with_parse_of(parsed, tmp_path_factory.mktemp("empty"))
    declare(home)
    declare_estimates(home / "warehouse.duckdb")
    write_as_of(home / "warehouse.duckdb", "2026-07-01")
    recall(home / "warehouse.duckdb", home, date(2026, 7, 1))
    subprocess.run(
        [DBT, "--no-version-check", "build", *arguments(target)],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.DEVNULL,
        timeout=1200,
    )
    return target


@pytest.fixture(scope="module")
def results(target: Path) -> dict[str, str]:
    """What became of every node, by unique id."""
    run = json.loads((target / "run_results.json").read_text())
    return {result["unique_id"]: f"{result['status']} {result['message'] or ''}" for result in run["results"]}


@pytest.mark.parametrize(("kind", "least"), [("unit_test", 100), ("model", 100), ("seed", 10), ("test", 300)])
def test_every_node_holds_without_any_source(results: dict[str, str], kind: str, least: int) -> None:
    found = {name: said for name, said in results.items() if name.startswith(f"{kind}.")}
    assert len(found) >= least
    assert {name: said for name, said in found.items() if not said.startswith(("success", "pass"))} == {}


def test_no_join_compares_every_row_with_every_other(target: Path) -> None:
    """Where a left join has a condition of its left side alone, DuckDB hashes nothing."""
    files = [
        file for stage in STAGES for file in (target / "compiled" / "funnelhouse" / stage).rglob("*.sql")
    ]
    assert len(files) > 300
    assert {file.stem: found for file in files if (found := one_sided(file.read_text()))} == {}
    assert one_sided("select 1 from a left join b on a.x = b.x and a.y") == ["a.y"]


def one_sided(sql: str) -> list[str]:
    """The conditions of left joins that name nothing of what is joined."""
    found = []
    for join in sqlglot.parse_one(sql, dialect="duckdb").find_all(exp.Join):
        condition = join.args.get("on")
        if join.side == "LEFT" and condition:
            for part in condition.flatten() if isinstance(condition, exp.And) else [condition]:
                if join.alias_or_name not in {column.table for column in part.find_all(exp.Column)}:
                    found.append(part.sql(dialect="duckdb"))
    return found
