from report.attribution_charts import channels, shortened, spend


def credit(model: str, channel: str, value: float | None, cost: float | None = None) -> dict[str, object]:
    interval = {"value_low": value - 2, "value_high": value + 5} if value is not None else {}
    return {
        "model": model,
        "channel": channel,
        "value_reporting": value,
        "spend_reporting": cost,
        "value_low": None,
        "value_high": None,
    } | interval


def test_a_bar_reaches_from_the_low_to_the_high_end_of_its_interval() -> None:
    [bars] = channels([credit("linear", "email", 10.0), credit("linear", "direct", None)]).data
    assert (list(bars.x), list(bars.y)) == (["email"], [10.0])
    assert (list(bars.error_y.arrayminus), list(bars.error_y.array)) == ([2.0], [5.0])


def test_a_model_that_is_not_one_of_the_first_five_waits_in_the_legend() -> None:
    bars = channels([credit("linear", "email", 1.0), credit("u_shaped", "email", 1.0)]).data
    assert {bar.name: bar.visible for bar in bars} == {"linear": True, "u_shaped": "legendonly"}


def test_the_line_of_earned_and_spent_reaches_the_dearest_channel() -> None:
    *_, line = spend([credit("linear", "display", 10.0, 40.0), credit("linear", "social", 90.0, 30.0)]).data
    assert (list(line.x), list(line.y)) == ([0, 40.0], [0, 40.0])


def test_a_run_of_one_channel_is_told_once() -> None:
    assert shortened("direct > sales > sales > email > sales") == "direct > sales ×2 > email > sales"
    assert shortened("direct") == "direct"
