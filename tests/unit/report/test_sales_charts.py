from datetime import date

from report.sales_charts import forecast, funnel, funnel_segments, movements, pipeline

JUNE = date(2026, 6, 1)


def move(month: int, movement: str, amount: float) -> dict[str, object]:
    return {"period_month": date(2026, month, 1), "movement": movement, "amount_reporting": amount}


def test_each_funnel_has_a_panel() -> None:
    steps = [{"funnel": name, "step": "visit", "entered": 5} for name in ("trial", "b2b", "b2b")]
    first, second = funnel(steps).data
    assert (len(first.y), len(second.y)) == (2, 1)
    assert first.xaxis != second.xaxis


def test_a_rate_stands_between_its_interval() -> None:
    rate = {"funnel": "b2b", "segment_value": "smb", "step": "lead", "next_step": "mql", "entered": 10,
            "advanced": 4, "conversion_rate": 0.4, "low": 0.168, "high": 0.687}  # fmt: skip
    [marks] = funnel_segments([rate]).data
    assert (list(marks.x), list(marks.y)) == (["lead → mql"], [0.4])
    assert [round(length, 3) for length in (*marks.error_y.arrayminus, *marks.error_y.array)] == [
        0.232,
        0.287,
    ]


def test_the_pipeline_moves_over_its_last_three_months() -> None:
    rows = [move(3, "opening", 1), move(3, "closing", 70), move(3, "won", -9)]
    rows += [move(4, "opening", 70), move(4, "created", 50), move(4, "won", -20), move(4, "closing", 100)]
    rows += [move(5, "opening", 100), move(5, "transferred_in", 0), move(5, "closing", 100)]
    rows += [move(6, "opening", 100), move(6, "won", -30), move(6, "closing", 70)]
    [bars] = movements(rows).data
    assert list(bars.x) == ["opening", "created", "won", "closing"]
    assert list(bars.y) == [70, 50, -50, 70]


def test_a_month_to_come_has_a_range_and_a_target_but_no_bookings() -> None:
    month = {"pipeline": "default", "period_month": JUNE, "forecast_p10": 5.0, "forecast_p50": 9.0,
             "forecast_p90": 15.0, "target": 12.0, "actual": None}  # fmt: skip
    booked, expected, target = forecast([month]).data
    assert (list(booked.y), list(target.y)) == ([None], [12.0])
    assert (list(expected.error_y.array), list(expected.error_y.arrayminus)) == ([6.0], [4.0])


def test_stages_stand_in_the_order_given() -> None:
    stages = [
        {"pipeline": name, "stage": stage, "open_deals": 1, "amount_reporting": 2.0,
         "weighted_amount_reporting": 1.0}
        for name, stage in (("default", "second"), ("default", "first"), ("partners", "first"))
    ]  # fmt: skip
    bars = pipeline(stages).data
    assert [list(bar.y) for bar in bars] == [["second", "first"]] * 2 + [["first"]] * 2
    assert [bar.showlegend for bar in bars] == [True, True, False, False]
