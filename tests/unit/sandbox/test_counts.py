from tests.benchmarks.counts import wrong


def test_too_few_rows_and_too_many_are_told() -> None:
    told = {"fct_deals": 3, "fct_orders": 3, "dim_people": 3}
    assert wrong({"fct_deals": 2, "fct_orders": 4, "dim_people": 3}, told) == ["fct_deals", "fct_orders"]


def test_a_calendar_may_hold_more_than_the_truth_but_not_less() -> None:
    assert wrong({"dim_dates": 9}, {"dim_dates": 5}) == []
    assert wrong({"dim_dates": 4}, {"dim_dates": 5}) == ["dim_dates"]
