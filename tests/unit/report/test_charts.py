from datetime import date

from report.charts import CHARTS
from report.customer_charts import retention, risk, survival, value, waterfall

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


def test_a_curve_whose_interval_is_unknown_is_its_own_interval() -> None:
    row = {
        "segment_value": "all",
        "tenure_months": 0,
        "survival": 1.0,
        "survival_low": None,
        "survival_high": None,
    }
    later = row | {"tenure_months": 1, "survival": 0.5, "survival_low": 0.2, "survival_high": 0.8}
    high, low, all_, smb = survival([row, later, row | {"segment_value": "smb"}]).data
    assert (list(high.y), list(low.y), list(all_.y)) == ([1.0, 0.8], [1.0, 0.2], [1.0, 0.5])
    assert (all_.name, smb.name, list(smb.x)) == ("all", "smb", [0])


def test_a_refused_fit_has_no_bar() -> None:
    rows = [{"segment": "smb", "customers": 3, "historic": 90.0, "orders_12m": None, "subscriptions": 40.0}]
    assert [list(bars.y) for bars in value(rows).data] == [[90.0], [None], [40.0]]


def test_what_was_predicted_stands_beside_what_followed() -> None:
    row = {"method": "learnt", "mean_predicted": 0.1, "actual_rate": 0.15, "customers": 20}
    everybody = row | {"method": "base_rate", "mean_predicted": 0.2, "actual_rate": 0.4}
    line, learnt, base_rate = risk([row, everybody]).data
    assert list(line.x) == list(line.y) == [0, 0.4]
    assert (list(learnt.x), list(learnt.y), list(learnt.text)) == ([0.1], [0.15], ["20 customers"])
    assert (list(base_rate.x), list(base_rate.y)) == ([0.2], [0.4])


def test_no_chart_needs_rows() -> None:
    assert all(chart([]) is not None for chart in CHARTS.values())
