"""The SQL's own tests, over a warehouse into which nothing has come."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ingestion.pipeline import declare
from orchestration.estimates import declare_estimates
from orchestration.observability import write_as_of
from orchestration.publication import recall
from tests.conftest import ROOT, bare_environment


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What became of every node of one `dbt build`, unit tests included, by unique id."""
    home = tmp_path_factory.mktemp("empty")
    declare(home)
    declare_estimates(home / "warehouse.duckdb")
    write_as_of(home / "warehouse.duckdb", "2026-07-01")
    recall(home / "warehouse.duckdb", home, date(2026, 7, 1))
    folders = ["--project-dir", "dbt_project", "--profiles-dir", "dbt_project"]
    target = ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    subprocess.run(
        [Path(sys.executable).parent / "dbt", "--no-version-check", "build", *folders, *target],
        cwd=ROOT,
        env=bare_environment() | {"FUNNELHOUSE_HOME": str(home), "PATH": os.environ["PATH"]},
        stdout=subprocess.DEVNULL,
        timeout=1200,
    )
    run = json.loads((home / "target" / "run_results.json").read_text())
    return {result["unique_id"]: f"{result['status']} {result['message'] or ''}" for result in run["results"]}


@pytest.mark.parametrize(("kind", "least"), [("unit_test", 100), ("model", 100), ("seed", 10), ("test", 300)])
def test_every_node_holds_without_any_source(results: dict[str, str], kind: str, least: int) -> None:
    found = {name: said for name, said in results.items() if name.startswith(f"{kind}.")}
    assert len(found) >= least
    assert {name: said for name, said in found.items() if not said.startswith(("success", "pass"))} == {}
