from datetime import date

from report.charts import CHARTS, retention, waterfall

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
MONTH = {"opening": 100.0, "gained": 30.0, "returned": 5.0, "expansion": 10.0, "contraction": -4.0,
         "lost": -20.0, "fx": 0.0, "closing": 121.0, "period_month": JANUARY}  # fmt: skip


def cohort(month: date, period_no: int, rate: float, kind: str = "subscriptions") -> dict[str, object]:
    return {"cohort_type": kind, "cohort_month": month, "period_no": period_no, "retention_rate": rate}


def test_the_waterfall_runs_from_the_first_opening_to_the_last_closing() -> None:
    last = MONTH | {"opening": 121.0, "closing": 142.0, "period_month": FEBRUARY}
    [bars] = waterfall([MONTH, last]).data
    movements = ["gained", "returned", "expansion", "contraction", "lost", "fx"]
    assert list(bars.x) == ["opening", *movements, "closing"]
    assert list(bars.y) == [100.0, 60.0, 10.0, 20.0, -8.0, -40.0, 0.0, 142.0]


def test_a_month_that_a_cohort_has_not_reached_is_no_rate() -> None:
    rows = [cohort(JANUARY, 0, 1.0), cohort(JANUARY, 1, 0.5), cohort(FEBRUARY, 0, 1.0)]
    [cells] = retention([*rows, cohort(JANUARY, 0, 0.0, "orders")]).data
    assert list(cells.y) == ["2026-01", "2026-02"]
    assert [list(line) for line in cells.z] == [[1.0, 0.5], [1.0, None]]


def test_no_chart_needs_rows() -> None:
    assert all(chart([]) is not None for chart in CHARTS.values())
