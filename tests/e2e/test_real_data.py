"""Real data, no vendor configured: tests/data/crm_opportunities_export against pandas."""

from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import DATA, House, bare_environment

EXPORT = DATA / "crm_opportunities_export"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A publication of the export as it is; the contract's shape of it holds the same raw rows."""
    house = House(tmp_path_factory.mktemp("export") / "home", directory=EXPORT)
    house.environment = bare_environment() | {"SOURCES__FILES__BUCKET_URL": "."}
    house.run("run", "--as-of", "2018-01-01")
    return house


@pytest.fixture(scope="module")
def deals() -> pd.DataFrame:
    frame = pd.read_csv(EXPORT / "sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    frame["days"] = (frame.close_date - frame.engage_date).dt.days
    return frame


def test_the_known_figures(house: House) -> None:
    [row] = house.query(
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


def test_every_deal_is_there_with_or_without_a_company(house: House) -> None:
    counts = house.query("select count(*), count(*) - count(company_key) from marts.fct_deals")
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


@pytest.mark.parametrize(
    ("grain", "dimension", "column"),
    [("all", "product", "product"), ("all", "owner", "sales_agent"), ("quarter", "all", "close_date")],
)
def test_every_slice_equals_pandas(
    house: House, deals: pd.DataFrame, grain: str, dimension: str, column: str
) -> None:
    key = "period_start" if grain == "quarter" else "dimension_value"
    by = deals[column].dt.to_period("Q").dt.start_time.dt.date if grain == "quarter" else deals[column]
    rows = house.query(
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


def first_wins(deals: pd.DataFrame) -> pd.Series:
    """Whether a deal is the first that its account bought; who bought without an account isn't known."""
    won = deals[(deals.deal_stage == "Won") & deals.account.notna()]
    first = won.sort_values(["close_date", "opportunity_id"]).drop_duplicates("account")
    return deals.opportunity_id.isin(first.opportunity_id)


@pytest.mark.parametrize(
    ("dimension", "column"),
    [
        ("all", "all"),
        ("owner", "sales_agent"),
        ("product", "product"),
        ("deal_type", "new"),
        ("segment", "unknown"),
        ("lead_source", "unknown"),
        ("company_segment", "unknown"),
    ],
)
def test_every_cohort_equals_pandas(house: House, deals: pd.DataFrame, dimension: str, column: str) -> None:
    rows = house.query(
        "select period_month, dimension_value, deals, open_deals, won, lost, win_rate, win_rate_by_value,"
        " revenue_reporting, average_deal_value, median_cycle_days, mean_cycle_days, new_customers"
        f" from marts.fct_sales_performance_by_cohort where dimension = '{dimension}'"
    )
    found = {(row[0], row[1]): [None if v is None else float(v) for v in row[2:]] for row in rows}
    created = deals.assign(is_first=first_wins(deals)).dropna(subset="engage_date")
    months = created.engage_date.dt.to_period("M").dt.start_time.dt.date
    values = created[column] if column in created else pd.Series(column, index=created.index)
    wanted = {}
    for key, group in created.groupby([months, values]):
        won, lost = (group[group.deal_stage == stage] for stage in ("Won", "Lost"))
        closed, value = len(won) + len(lost), won.close_value.sum() + lost.close_value.sum()
        wanted[key] = [
            len(group),
            len(group) - closed,
            len(won),
            len(lost),
            len(won) / closed if closed else None,
            won.close_value.sum() / value if value else None,
            won.close_value.sum(),
            won.close_value.mean() if len(won) else None,
            won.days.median() if len(won) else None,
            won.days.mean() if len(won) else None,
            int((won.is_first).sum()),
        ]
    assert found.keys() == wanted.keys()
    assert len(wanted) >= 12
    assert sum(figures[0] for figures in wanted.values()) == 8300
    for key, figures in wanted.items():
        for value, figure in zip(found[key], figures, strict=True):
            assert value == (figure if figure is None else pytest.approx(figure, rel=1e-9, abs=1e-6)), key


def test_every_loss_equals_pandas(house: House, deals: pd.DataFrame) -> None:
    accounts = pd.read_csv(EXPORT / "accounts.csv")
    bands = pd.cut(
        accounts.employees,
        [0, 10, 50, 200, 1000, 5000, float("inf")],
        labels=["1-10", "11-50", "51-200", "201-1000", "1001-5000", "5001+"],
    ).astype(str)
    sizes = dict(zip(accounts.account, bands, strict=True))
    lost = deals[deals.deal_stage == "Lost"]
    size = lost.account.map(sizes).fillna("unknown")
    months = lost.close_date.dt.to_period("M").dt.start_time.dt.date
    wanted = {
        (month, "unknown", "unknown", "not recorded", band): (len(group), group.close_value.sum())
        for (month, band), group in lost.groupby([months, size])
    }
    rows = house.query(
        "select period_month, pipeline, last_open_stage, lost_reason, size_band, deals, amount_reporting"
        " from marts.fct_deal_losses"
    )
    assert {row[:5]: (row[5], row[6]) for row in rows} == wanted
    assert sum(count for count, _ in wanted.values()) == 2473
    assert len({band for *_, band in wanted}) >= 5


def test_the_pipeline_makes_sense_without_a_history(house: House) -> None:
    """What isn't recorded stays unsaid: how long stages last, who is silent, when a close was expected."""
    query = house.query
    assert query("select count(*), count(distinct deal_key) from marts.fct_deal_stage_intervals") == [
        (8800, 8800)
    ]
    assert query("select sum(deals) from marts.fct_pipeline_movements where movement = 'created'") == query(
        "select count(*) from marts.fct_deals where created_at is not null and not has_date_conflict"
    )
    [(closing, amount)] = query(
        "select deals, amount_reporting from marts.fct_pipeline_movements"
        " where movement = 'closing' order by period_month desc limit 1"
    )
    assert (closing, amount) == (1589, 0)
    assert query(
        "select count(*), count(typical_days_in_stage), count(is_dark), count(risk)"
        " from marts.fct_deals_at_risk"
    ) == [(2089, 0, 0, 0)]
    assert query("select count(*) from marts.fct_deal_slippage") == [(0,)]


def test_the_copy_is_the_published_data() -> None:
    assert len(pd.read_csv(EXPORT / "sales_pipeline.csv")) == 8800
    assert "public domain" in Path(DATA / "README.md").read_text().lower()
