from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from dagster import Definitions, define_asset_job, materialize

from orchestration import estimates
from orchestration.assets.estimates import estimated
from orchestration.estimates import Estimate, EstimateError, declare_estimates, make_estimate
from orchestration.failures import Stopped
from orchestration.resources import Home
from orchestration.run import Request, _outcome
from orchestration.settings import read_settings

DOUBLED = Estimate(
    "doubled",
    "intermediate.numbers",
    "tests.doubled",
    {"row_no": "bigint", "share": "double", "reason": "varchar"},
    "Twice the measure.",
    {"factor": 2},
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema intermediate")
        connection.execute(
            "create table intermediate.numbers as select * from (values"
            " (cast(2 as bigint), cast(0.25 as double), true), (1, null, false)"
            ") as given(row_no, measure, is_won)"
        )
    return file


def calls(monkeypatch: pytest.MonkeyPatch, function: Any) -> None:
    monkeypatch.setattr(estimates, "resolve_name", lambda name: function)


def rows(warehouse: Path, relation: str = "raw_estimates.doubled") -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(f"select * from {relation} order by 1").fetchall()


def double(columns: dict[str, np.ndarray], factor: int) -> dict[str, np.ndarray]:
    return {
        "row_no": columns["row_no"],
        "share": columns["measure"] * factor,
        "reason": np.array(["few", None], dtype=object),
    }


def test_a_relation_goes_through_the_function_and_lands_in_raw_estimates(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls(monkeypatch, double)
    assert make_estimate_declared(warehouse) == (2, 2)
    # What is missing comes as NaN and leaves as NULL; rows come in an order of their own.
    assert rows(warehouse) == [(1, None, "few"), (2, 0.5, None)]


def make_estimate_declared(warehouse: Path, estimate: Estimate = DOUBLED) -> tuple[int, int]:
    declare_estimates(warehouse, (estimate,))
    return make_estimate(estimate, warehouse)


def test_a_function_gets_arrays_of_the_types_of_the_relation(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, np.dtype] = {}

    def remember(columns: dict[str, np.ndarray], factor: int) -> dict[str, np.ndarray]:
        seen.update({name: values.dtype for name, values in columns.items()})
        return double(columns, factor)

    calls(monkeypatch, remember)
    make_estimate_declared(warehouse)
    assert seen == {"row_no": np.int64, "measure": np.float64, "is_won": np.bool_}


def test_no_rows_give_no_rows(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from intermediate.numbers")
    calls(monkeypatch, lambda columns, factor: double(columns, factor) | {"reason": np.array([], object)})
    assert make_estimate_declared(warehouse) == (0, 0)
    assert rows(warehouse) == []


@pytest.mark.parametrize("kind", ["varchar", "date", "decimal(18, 6)", "hugeint", "double[]"])
def test_a_column_that_is_no_number_is_refused_by_name(warehouse: Path, kind: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"alter table intermediate.numbers add column email {kind}")
    with pytest.raises(EstimateError) as refused:
        make_estimate(DOUBLED, warehouse)
    message = str(refused.value)
    assert message.startswith("Estimate doubled of intermediate.numbers: an estimator takes numbers alone")
    assert "email (" in message
    assert "row_no" in message.split("Number the rows")[1]


def test_a_relation_that_is_not_built_is_named(warehouse: Path) -> None:
    missing = Estimate("doubled", "intermediate.nowhere", "tests.doubled", DOUBLED.columns, "")
    with pytest.raises(EstimateError, match=r"of intermediate\.nowhere: the relation is not built"):
        make_estimate(missing, warehouse)


def test_a_function_that_stops_is_told_with_estimate_and_relation_and_what_stood_stays(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls(monkeypatch, double)
    make_estimate_declared(warehouse)
    before = rows(warehouse)

    def stop(columns: dict[str, np.ndarray], factor: int) -> dict[str, np.ndarray]:
        raise ValueError("no deal was ever won")

    calls(monkeypatch, stop)
    with pytest.raises(EstimateError) as stopped:
        make_estimate(DOUBLED, warehouse)
    assert (
        str(stopped.value) == "Estimate doubled of intermediate.numbers: tests.doubled stopped with "
        "ValueError: no deal was ever won"
    )
    assert rows(warehouse) == before


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"row_no": np.array([1])}, "gave the columns row_no; ESTIMATES declares reason, row_no, share"),
        (
            {"row_no": np.array([1]), "share": np.array([1.0, 2.0]), "reason": np.array(["a"], object)},
            "unequal length",
        ),
        (
            {"row_no": np.array([1]), "share": np.array([np.inf]), "reason": np.array(["a"], object)},
            "an infinite share",
        ),
    ],
)
def test_a_result_that_is_not_as_declared_is_refused(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, np.ndarray], told: str
) -> None:
    calls(monkeypatch, lambda columns, factor: wrong)
    with pytest.raises(EstimateError, match=told):
        make_estimate(DOUBLED, warehouse)


def test_declaring_keeps_what_was_estimated_unless_its_columns_have_changed(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls(monkeypatch, double)
    make_estimate_declared(warehouse)
    declare_estimates(warehouse, (DOUBLED,))
    assert len(rows(warehouse)) == 2
    declare_estimates(warehouse, (Estimate("doubled", "a.b", "", {"row_no": "bigint"}, ""),))
    assert rows(warehouse) == []


def test_a_run_with_a_function_that_stops_fails_in_words_that_name_it(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(columns: dict[str, np.ndarray], factor: int) -> dict[str, np.ndarray]:
        raise ValueError("no deal was ever won")

    calls(monkeypatch, stop)
    monkeypatch.setenv("FUNNELHOUSE_HOME", str(warehouse.parent))
    definitions = Definitions(
        assets=[estimated(DOUBLED)],
        jobs=[define_asset_job("build")],
        resources={"home": Home(path=str(warehouse.parent))},
    )
    result = definitions.resolve_job_def("build").execute_in_process(raise_on_error=False)
    request = Request("build", date(2026, 7, 1))
    with pytest.raises(Stopped) as stopped:
        _outcome(request, read_settings(), result, warehouse.parent / "run.log")
    assert str(stopped.value).startswith(
        "Failed in raw_estimates__doubled: Estimate doubled of intermediate.numbers: "
        "tests.doubled stopped with ValueError: no deal was ever won\nNothing has been published yet."
    )


def test_an_estimate_tells_dagster_the_rows_it_read_and_gave(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls(monkeypatch, double)
    declare_estimates(warehouse, (DOUBLED,))
    result = materialize([estimated(DOUBLED)], resources={"home": Home(path=str(warehouse.parent))})
    [made] = result.asset_materializations_for_node("raw_estimates__doubled")
    assert {name: value.value for name, value in made.metadata.items()} == {"rows read": 2, "rows": 2}
