"""Real data, no vendor configured: tests/data/crm_opportunities against pandas."""

from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import DATA, House, bare_environment

CONTRACT_SHAPE = DATA / "crm_opportunities"
EXPORT = DATA / "crm_opportunities_export"


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, House]:
    """One run over the data in the contract's shape, one over the export by the mapping beside it."""
    shaped = House(tmp_path_factory.mktemp("shaped") / "home")
    shaped.environment = bare_environment() | {"SOURCES__FILES__BUCKET_URL": str(CONTRACT_SHAPE)}
    export = House(tmp_path_factory.mktemp("export") / "home", directory=EXPORT)
    export.environment = bare_environment() | {"SOURCES__FILES__BUCKET_URL": "."}
    for house in (shaped, export):
        house.run("run", "--as-of", "2018-01-01")
    return {"shaped": shaped, "export": export}


@pytest.fixture(scope="module")
def deals() -> pd.DataFrame:
    frame = pd.read_csv(EXPORT / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    frame["days"] = (frame.close_date - frame.engage_date).dt.days
    return frame


@pytest.mark.parametrize("shape", ["shaped", "export"])
def test_the_known_figures(houses: dict[str, House], shape: str) -> None:
    [row] = houses[shape].query(
        "select deals, won, lost, win_rate, revenue_reporting, average_deal_value,"
        " mean_cycle_days, median_cycle_days from marts.fct_sales_performance"
        " where period_grain = 'all' and dimension = 'all'"
    )
    deals, won, lost, win_rate, revenue, average, mean, median = row
    assert (deals, won, lost, revenue) == (8800, 4238, 2473, 10_005_534)
    assert win_rate == pytest.approx(0.6315005, abs=5e-8)
    assert float(average) == pytest.approx(2360.9094, abs=5e-5)
    assert mean == pytest.approx(51.78197, abs=5e-6)
    assert median == 57


@pytest.mark.parametrize("shape", ["shaped", "export"])
def test_every_deal_is_there_with_or_without_a_company(houses: dict[str, House], shape: str) -> None:
    counts = houses[shape].query("select count(*), count(*) - count(company_key) from marts.fct_deals")
    assert counts == [(8800, 1425)]


def expected(deals: pd.DataFrame, by: pd.Series) -> dict[str, tuple]:
    """won, lost, win_rate, revenue, mean and median days of each value, by pandas alone."""
    closed = deals[deals.deal_stage.isin(["Won", "Lost"])]
    figures = {}
    for value, group in closed.groupby(by[closed.index]):
        won = group[group.deal_stage == "Won"]
        lost = len(group) - len(won)
        figures[str(value)] = (
            len(won),
            lost,
            len(won) / len(group),
            won.close_value.sum(),
            won.days.mean(),
            won.days.median(),
        )
    return figures


@pytest.mark.parametrize("shape", ["shaped", "export"])
@pytest.mark.parametrize(
    ("grain", "dimension", "column"),
    [("all", "product", "product"), ("all", "owner", "sales_agent"), ("quarter", "all", "close_date")],
)
def test_every_slice_equals_pandas(
    houses: dict[str, House], deals: pd.DataFrame, shape: str, grain: str, dimension: str, column: str
) -> None:
    key = "period_start" if grain == "quarter" else "dimension_value"
    by = deals[column].dt.to_period("Q").dt.start_time.dt.date if grain == "quarter" else deals[column]
    rows = houses[shape].query(
        f"select {key}, won, lost, win_rate, revenue_reporting, mean_cycle_days, median_cycle_days"
        f" from marts.fct_sales_performance where period_grain = '{grain}' and dimension = '{dimension}'"
        " and won + lost > 0"
    )
    found = {str(row[0]): tuple(float(value) for value in row[1:]) for row in rows}
    wanted = expected(deals, by)
    assert found.keys() == wanted.keys()
    assert len(wanted) > 3
    for value, figures in wanted.items():
        assert found[value] == pytest.approx(figures, rel=1e-9), value


def test_the_copy_is_the_published_data() -> None:
    assert len(pd.read_csv(EXPORT / "sales_pipeline.csv")) == 8800
    assert "public domain" in Path(DATA / "README.md").read_text().lower()
