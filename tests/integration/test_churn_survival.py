"""The survival of customers, in SQL and its estimate, against published figures and product limits."""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log, sqrt

import duckdb
import jinja2
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from estimators.survival import log_rank
from tests.conftest import ROOT
from tests.freireich import MERCAPTOPURINE, PLACEBO, Life

DBT = ROOT / "dbt_project"
MACROS = ("customer_segments", "date_spine", "rows_checksum")
ESTIMATED = "int_survival__log_rank_numbers"
MODELS = {
    "int_survival__counts": "intermediate",
    ESTIMATED: "intermediate",
    "fct_churn_survival": "marts",
    "int_survival__restricted_means": "intermediate",
    "fct_churn_survival_summary": "marts",
}
Z = 1.959964
Row = dict[str, float | None]
groups_of_lives = st.dictionaries(
    st.sampled_from(["smb", "enterprise", "unknown"]),
    st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=20),
    min_size=1,
)


def sql_of(model: str, horizon: int) -> str:
    """A model with its macros, its vars and the names of the others."""
    macros = "".join((DBT / "macros" / f"{name}.sql").read_text() for name in MACROS)
    text = (DBT / MODELS[model] / "survival" / f"{model}.sql").read_text()
    return jinja2.Template(macros + text).render(ref=lambda name: name, var=lambda _: horizon)


def survival_of(
    groups: Mapping[str, Iterable[Life]], horizon: int = 12
) -> tuple[dict[tuple[str, int], Row], dict[str, Row]]:
    """The rows of both marts for customers of these segments; the total's are those of 'all'."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_survival__lives (customer_key bigint, tenure_months bigint, is_churned boolean,"
            " segment varchar, plan varchar, acquisition_channel varchar, country varchar)"
        )
        connection.executemany(
            "insert into int_survival__lives values (1, ?, ?, ?, 'team', 'email', 'DE')",
            [(*life, segment) for segment, lives in groups.items() for life in lives],
        )
        for model in MODELS:
            connection.execute(f"create table {model} as {sql_of(model, horizon)}")
            if model == ESTIMATED:
                given = connection.execute(f"select * from {ESTIMATED} order by all").to_arrow_table()
                found = log_rank({name: given.column(name).to_numpy() for name in given.column_names})
                table = pa.table({name: pa.array(made, from_pandas=True) for name, made in found.items()})
                connection.register("stg_estimates__log_rank_tests", table)
        names = "where segment_name in ('all', 'segment')"
        curves = rows(connection, f"select * from fct_churn_survival {names} order by tenure_months")
        summary = rows(connection, f"select * from fct_churn_survival_summary {names}")
    return (
        {(row["segment_value"], row["tenure_months"]): row for row in curves},
        {row["segment_value"]: row for row in summary},
    )


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict]:
    return connection.execute(sql).to_arrow_table().to_pylist()


def product_limit(lives: Sequence[Life], horizon: int) -> tuple[list[Row], Row]:
    """Kaplan and Meier (1958) with numpy: the curve month by month, and what it comes to."""
    lengths, left = (np.array(part) for part in zip(*lives, strict=True))
    months = np.arange(lengths.max() + 1)
    at_risk = np.array([(lengths >= month).sum() for month in months])
    churned = np.array([(left & (lengths == month)).sum() for month in months])
    survival = np.cumprod(1 - churned / at_risk)
    stays = at_risk - churned
    terms = np.divide(churned, at_risk * stays, out=np.zeros(len(months)), where=stays > 0)
    curve: list[Row] = []
    for month, share, variance in zip(months.tolist(), survival.tolist(), np.cumsum(terms), strict=True):
        low = high = None
        if 0 < share < 1:
            width = Z * sqrt(variance) / abs(log(share))
            low, high = share ** exp(width), share ** exp(-width)
        numbers = {"at_risk": int(at_risk[month]), "churned": int(churned[month])}
        gone = int((~left & (lengths == month)).sum())
        curve.append(
            {**numbers, "censored": gone, "survival": share, "survival_low": low, "survival_high": high}
        )
    is_known = len(months) >= horizon or survival[-1] == 0
    mean = survival[:horizon].sum()
    ahead = np.cumsum(survival[:horizon][::-1])[::-1]
    error = Z * sqrt((ahead**2 * terms[:horizon]).sum())
    halved = np.flatnonzero(survival <= 0.5 + 1e-9)
    return curve, {
        "median_tenure_months": int(halved[0]) if len(halved) else None,
        "restricted_mean_months": mean if is_known else None,
        "restricted_mean_low": max(mean - error, 0) if is_known and error else None,
        "restricted_mean_high": min(mean + error, horizon) if is_known and error else None,
    }


def drawn(seed: int, count: int, longest: int, share: float) -> list[Life]:
    """Lives of whole months with many ties, a share of them over."""
    rng = np.random.default_rng(seed)
    lengths, left = rng.integers(0, longest, count), rng.random(count) < share
    return [(int(length), bool(over)) for length, over in zip(lengths, left, strict=True)]


CASES: dict[str, list[Life]] = {
    "many ties": drawn(1, 400, 7, 0.7),
    "few ties": drawn(2, 300, 400, 0.5),
    "rare losses": drawn(3, 200, 50, 0.05),
    "all censored": drawn(4, 20, 29, 0.0),
    "all left": drawn(5, 40, 29, 1.1),
    "all left at once": [(5, True)] * 12,
    "left and censored at once": [(15, True), (15, False)] * 11,
    "tenure 0 alone": [(0, True), (0, False), (0, False)],
    "all left in their first month": [(0, True)] * 3,
    "one who left": [(3, True)],
    "one who stays": [(13, False)],
    "half left": [(2, True), (14, False)],
}


def test_the_marts_are_the_product_limit() -> None:
    curves, summary = survival_of(CASES, horizon=12)
    everybody = [life for lives in CASES.values() for life in lives]
    for value, lives in {**CASES, "all": everybody}.items():
        told, comes_to = product_limit(lives, 12)
        assert [month for name, month in curves if name == value] == list(range(len(told)))
        for month, row in enumerate(told):
            found = curves[value, month]
            assert {name: found[name] for name in row} == pytest.approx(row, abs=1e-12), (value, month)
            assert found["median_tenure_months"] == comes_to["median_tenure_months"], value
        found = {name: summary[value][name] for name in comes_to}
        assert found == pytest.approx(comes_to, abs=1e-9), value
        assert summary[value]["customers"] == len(lives)
        assert summary[value]["churned"] == sum(left for _, left in lives)


def test_the_published_remissions() -> None:
    """The figures of Cox and Oakes (1984), and of R's survival package for these data."""
    curves, summary = survival_of({"treated": MERCAPTOPURINE, "placebo": PLACEBO}, horizon=35)
    shown = {
        month: round(curves["treated", month]["survival"], 3) for month in (5, 6, 7, 10, 13, 16, 22, 23, 35)
    }
    assert shown == {
        5: 1,
        6: 0.857,
        7: 0.807,
        10: 0.753,
        13: 0.690,
        16: 0.627,
        22: 0.538,
        23: 0.448,
        35: 0.448,
    }
    ends = {
        month: tuple(round(curves["treated", month][end], 3) for end in ("survival_low", "survival_high"))
        for month in (6, 7)
    }
    assert ends == {6: (0.620, 0.952), 7: (0.563, 0.923)}
    assert {value: row["median_tenure_months"] for value, row in summary.items()} == {
        "treated": 23,
        "placebo": 8,
        "all": 12,
    }
    means = {
        value: round(row["restricted_mean_months"], 2) for value, row in summary.items() if value != "all"
    }
    assert means == {"treated": 23.29, "placebo": 8.67}
    assert {round(summary[value]["log_rank_chi_square"], 2) for value in ("treated", "placebo")} == {16.79}
    assert summary["treated"]["degrees_of_freedom"] == 1
    assert summary["treated"]["p_value"] == pytest.approx(4.17e-5, rel=2e-3)
    assert summary["all"]["refusal"] == "one value only"
    assert summary["all"]["p_value"] is None


@settings(deadline=None, max_examples=25)
@example(
    {
        "smb": [(0, False)],
        "enterprise": [(0, False), (0, True), (8, True), *[(9, False)] * 6, (9, True), (23, False)],
    }
)
@given(groups_of_lives)
def test_a_curve_never_rises_and_everybody_is_counted_once(groups: dict[str, list[Life]]) -> None:
    curves, summary = survival_of(groups)
    for value in summary:
        mine = [row for (name, _), row in curves.items() if name == value]
        assert mine[0]["at_risk"] == summary[value]["customers"]
        for row, later in zip(mine, [*mine[1:], None], strict=True):
            left = row["at_risk"] - row["churned"] - row["censored"]
            assert left == (later["at_risk"] if later else 0)
            assert 0 <= row["survival"] <= 1
            assert later is None or later["survival"] <= row["survival"]
            if row["survival_low"] is not None:
                assert 0 <= row["survival_low"] <= row["survival"] <= row["survival_high"] <= 1
        mean = summary[value]["restricted_mean_months"]
        assert mean is None or 0 <= mean <= summary[value]["horizon_months"]
    assert summary["all"]["churned"] == sum(left for lives in groups.values() for _, left in lives)
