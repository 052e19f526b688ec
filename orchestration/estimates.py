"""Estimates: what Python computes on a whole relation of numbers that stands between two dbt models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

SCHEMA = "raw_estimates"
INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
NUMBERS = frozenset(("BOOLEAN", "FLOAT", "DOUBLE", *INTEGERS))
Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Estimate:
    """A function of estimators, the relation whose columns it takes, and the columns that it gives.

    function(columns, **options) takes and gives a numpy array a column, by the column's name. It is named
    and not imported here: scikit-learn would cost every command a second.
    """

    name: str
    reads: str
    function: str
    columns: Mapping[str, str]
    description: str
    options: Mapping[str, Any] = field(default_factory=dict)


OUTCOME_SCORES: Mapping[str, str] = {
    "row_no": "bigint",
    "checksum": "bigint",
    "score": "double",
    "reason_1": "bigint",
    "reason_2": "bigint",
    "reason_3": "bigint",
    "refusal": "bigint",
    "needed": "bigint",
    "training_subjects": "bigint",
    "training_outcomes": "bigint",
    "auc": "double",
}

INTERVAL: Mapping[str, str] = {
    "type_no": "bigint",
    "channel_no": "bigint",
    "checksum": "bigint",
    "conversions_low": "double",
    "conversions_high": "double",
    "value_low": "double",
    "value_high": "double",
}

# In any order: what one needs of another is read from dbt's graph.
ESTIMATES: tuple[Estimate, ...] = (
    Estimate(
        name="lead_scores",
        reads="intermediate.int_funnel__lead_matrix",
        function="estimators.outcome_scores.score_outcomes",
        columns=OUTCOME_SCORES,
        description="How likely a lead becomes an opportunity, learnt from earlier ones, and why.",
        options={"subject": "lead_no", "outcome": "is_opportunity", "seed": 7},
    ),
    Estimate(
        name="churn_risks",
        reads="intermediate.int_risk__matrix",
        function="estimators.outcome_scores.score_outcomes",
        columns=OUTCOME_SCORES,
        description="How likely a customer leaves within 90 days, learnt from earlier ones, and why.",
        options={"subject": "customer_no", "outcome": "is_lost", "seed": 7},
    ),
    Estimate(
        name="sales_forecasts",
        reads="intermediate.int_pipeline__forecast_chances",
        function="estimators.forecasts.draw_forecasts",
        columns={
            "forecast_no": "bigint",
            "checksum": "bigint",
            "p10": "double",
            "p50": "double",
            "p90": "double",
            "probability_of_target": "double",
        },
        description="What a forecast's month books, drawn many times, and how often that is its target.",
        options={"seed": 7, "draws": 10_000},
    ),
    Estimate(
        name="removal_effects",
        reads="intermediate.int_attribution__transitions",
        function="estimators.markov.removal_effects",
        columns={
            "type_no": "bigint",
            "channel_no": "bigint",
            "checksum": "bigint",
            "removal_effect": "double",
            "removal_effect_value": "double",
        },
        description="What share of the conversions would be lost without each channel.",
    ),
    Estimate(
        name="credit_intervals",
        reads="intermediate.int_attribution__credit_shares",
        function="estimators.bootstrap.credit_intervals",
        columns={"model_no": "bigint", **INTERVAL},
        description="The 95 % interval of what each model but Markov gives each channel.",
        options={"seed": 7, "draws": 400},
    ),
    Estimate(
        name="markov_intervals",
        reads="intermediate.int_attribution__journey_transitions",
        function="estimators.bootstrap.markov_intervals",
        columns=INTERVAL,
        description="The 95 % interval of what the Markov model gives each channel, solved in each draw.",
        options={"seed": 7, "draws": 400},
    ),
    Estimate(
        name="log_rank_tests",
        reads="intermediate.int_survival__log_rank_numbers",
        function="estimators.survival.log_rank",
        columns={
            "name_no": "bigint",
            "checksum": "bigint",
            "chi_square": "double",
            "degrees_of_freedom": "bigint",
            "p_value": "double",
            "refusal": "bigint",
        },
        description="Whether customers of one segment, plan, channel or country leave sooner than others.",
    ),
    Estimate(
        name="purchase_predictions",
        reads="intermediate.int_value__purchase_counts",
        function="estimators.bg_nbd.predict_purchases",
        columns={
            "row_no": "bigint",
            "checksum": "bigint",
            "probability_alive": "double",
            "expected_orders": "double",
            "r": "double",
            "alpha": "double",
            "a": "double",
            "b": "double",
            "log_likelihood": "double",
            "refusal": "bigint",
            "needed": "bigint",
            "fitted_customers": "bigint",
        },
        description="Whether customers are still there, and how often they will buy: BG/NBD.",
    ),
    Estimate(
        name="spend_predictions",
        reads="intermediate.int_value__spend_means",
        function="estimators.gamma_gamma.predict_spend",
        columns={
            "row_no": "bigint",
            "checksum": "bigint",
            "expected_value": "double",
            "p": "double",
            "q": "double",
            "gamma": "double",
            "log_likelihood": "double",
            "refusal": "bigint",
            "needed": "bigint",
            "fitted_customers": "bigint",
        },
        description="What a purchase of each customer is worth on average: gamma-gamma.",
    ),
    Estimate(
        name="term_projections",
        reads="intermediate.int_value__term_counts",
        function="estimators.sbg.project_terms",
        columns={
            "fit_no": "bigint",
            "term": "bigint",
            "checksum": "bigint",
            "survival": "double",
            "residual_terms": "double",
            "alpha": "double",
            "beta": "double",
            "log_likelihood": "double",
            "refusal": "bigint",
            "needed": "bigint",
            "fitted_customers": "bigint",
        },
        description="Who renews a contract after each month, and the months still to come: sBG.",
    ),
    Estimate(
        name="person_components",
        reads="intermediate.canonical_identity_edges",
        function="estimators.components.connected_components",
        columns={"node_no": "bigint", "component_no": "bigint", "edges_checksum": "bigint"},
        description="Which identifiers are one person: the connected components of what links them.",
    ),
)


class EstimateError(Exception):
    """An estimate that could not be made: which, of what, and why."""


def declare_estimates(warehouse: Path, estimates: tuple[Estimate, ...] = ESTIMATES) -> None:
    """Make the tables of raw_estimates, empty where nothing was estimated or the columns have changed."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("begin")
        connection.execute(f"create schema if not exists {SCHEMA}")
        for estimate in estimates:
            expected = [(name, _type(connection, kind)) for name, kind in estimate.columns.items()]
            if _described(connection, f"{SCHEMA}.{estimate.name}") != expected:
                listed = ", ".join(f"{name} {kind}" for name, kind in expected)
                connection.execute(f"create or replace table {SCHEMA}.{estimate.name} ({listed})")
        connection.execute("commit")


def make_estimate(estimate: Estimate, warehouse: Path) -> tuple[int, int]:
    """Move the relation into the function and what it gives into raw_estimates; the rows in and out."""
    about = f"Estimate {estimate.name} of {estimate.reads}"
    given = _read(estimate, warehouse, about)
    function = resolve_name(estimate.function)
    try:
        found = function(given, **estimate.options)
    except Exception as error:
        raise EstimateError(
            f"{about}: {estimate.function} stopped with {type(error).__name__}: {error}"
        ) from error
    result = _table(estimate, found, about)
    _write(estimate, warehouse, result)
    return len(next(iter(given.values()))), result.num_rows


def _read(estimate: Estimate, warehouse: Path, about: str) -> Columns:
    """The relation's columns, in an order that depends on its rows alone; a missing number is NaN."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        described = _described(connection, estimate.reads)
        if not described:
            raise EstimateError(f"{about}: the relation is not built. Build it, or run without --select.")
        if others := [f"{name} ({kind})" for name, kind in described if kind not in NUMBERS]:
            raise EstimateError(
                f"{about}: an estimator takes numbers alone, no identifier, name or date, and "
                f"{', '.join(others)} is none. Number the rows in the model (row_no), join what is estimated "
                "back by that number, and cast measures to double or bigint."
            )
        relation = connection.execute(f"select * from {estimate.reads} order by all").to_arrow_table()  # noqa: S608
    return {name: relation.column(name).to_numpy() for name in relation.column_names}


def _table(estimate: Estimate, found: Columns, about: str) -> pa.Table:
    """What a function gave, once it has the declared columns; a number that is not one is NULL."""
    if set(found) != set(estimate.columns):
        raise EstimateError(
            f"{about}: {estimate.function} gave the columns {', '.join(sorted(found))}; "
            f"ESTIMATES declares {', '.join(sorted(estimate.columns))}."
        )
    lengths = {name: len(found[name]) for name in estimate.columns}
    if len(set(lengths.values())) > 1:
        raise EstimateError(f"{about}: {estimate.function} gave columns of unequal length: {lengths}.")
    for name in estimate.columns:
        if np.issubdtype(found[name].dtype, np.floating) and np.isinf(found[name]).any():
            raise EstimateError(f"{about}: {estimate.function} gave an infinite {name}.")
    return pa.table({name: pa.array(found[name], from_pandas=True) for name in estimate.columns})


def _write(estimate: Estimate, warehouse: Path, result: pa.Table) -> None:
    """Replace the table whole, or leave the earlier one."""
    listed = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in estimate.columns.items())
    with duckdb.connect(str(warehouse)) as connection:
        connection.register("result", result)
        connection.execute("begin")
        connection.execute(
            f"create or replace table {SCHEMA}.{estimate.name} as select {listed} from result"  # noqa: S608
        )
        connection.execute("commit")


def _described(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    """The columns of a relation and their types; none where it does not exist."""
    return connection.execute(
        "select column_name, data_type from duckdb_columns()"
        " where schema_name || '.' || table_name = ? order by column_index",
        [relation],
    ).fetchall()


def _type(connection: duckdb.DuckDBPyConnection, kind: str) -> str:
    """DuckDB's own word for a type, as it would describe it: varchar for text, bigint for int8."""
    [(word,)] = connection.execute(f"select typeof(cast(null as {kind}))").fetchall()
    return str(word)
