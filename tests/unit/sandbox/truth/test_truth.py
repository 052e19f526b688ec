"""The judge as a whole: all marts, quickly, and sums that agree with one another."""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from sandbox.truth import MARTS, truth
from sandbox.world import World
from tests.against_truth import GRAIN

Judged = dict[str, list[dict[str, Any]]]


def test_every_mart_has_rows_one_a_grain(judged: Judged) -> None:
    assert set(judged) == set(MARTS) == set(GRAIN)
    for name, grain in GRAIN.items():
        keys = [tuple(row[column] for column in grain) for row in judged[name]]
        assert keys, name
        assert len(keys) == len(set(keys)), name


def test_a_moment_that_is_not_midnight_is_refused(made: World) -> None:
    with pytest.raises(
        ValueError, match=r"the marts are as of midnight, not 09:30:00; cut the world with World\.at first"
    ):
        truth(made.at(datetime(2026, 1, 1, 9, 30, tzinfo=UTC)))


def test_a_world_without_events_has_empty_marts(made: World) -> None:
    empty = truth(made.at(datetime(2024, 12, 1, tzinfo=UTC)))
    assert {name for name, table in empty.items() if table.num_rows} == {"fct_stage_targets"}, "plans stand"
    assert set(empty["fct_stage_targets"]["actual"].to_pylist()) == {0}


def test_details_sum_to_their_totals(judged: Judged) -> None:
    sums: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in judged["fct_funnel_conversion"]:
        sums[row["order_mode"], row["cohort_month"], row["step"]][row["segment_name"]] += row["entered"]
    assert all(len(set(totals.values())) == 1 and len(totals) == 7 for totals in sums.values())
    revenue: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in judged["fct_sales_performance"]:
        revenue[row["dimension"], row["period_grain"]] += row["revenue_reporting"] or 0
    assert len(revenue) == 7 * 4
    assert len(set(revenue.values())) == 1


def test_the_last_days_pipeline_is_what_is_open(judged: Judged) -> None:
    last_day = max(row["date_day"] for row in judged["fct_pipeline_daily"])
    assert last_day == date(2026, 6, 30)
    counted = sum(row["open_deals"] for row in judged["fct_pipeline_daily"] if row["date_day"] == last_day)
    as_of = datetime(2026, 7, 1, tzinfo=UTC)
    open_before = [
        deal for deal in judged["fct_deals"]
        if deal["created_at"] < as_of and (deal["closed_at"] is None or deal["closed_at"] >= as_of)
    ]  # fmt: skip
    assert counted == len(open_before)


def test_the_pipeline_opens_as_it_closed_and_moves_between(judged: Judged) -> None:
    at = {
        (row["pipeline"], row["period_month"], row["movement"]): (row["deals"], row["amount_reporting"])
        for row in judged["fct_pipeline_movements"]
    }
    months = sorted({(pipeline, month) for pipeline, month, _ in at})
    for (pipeline, month), (next_pipeline, later) in pairwise(months):
        assert pipeline != next_pipeline or at[pipeline, month, "closing"] == at[pipeline, later, "opening"]
    for pipeline, month in months:
        moved = [counted for (*place, name), (counted, _) in at.items()
                 if place == [pipeline, month] and name != "closing"]  # fmt: skip
        assert sum(moved) == at[pipeline, month, "closing"][0]
    for month in {month for _, month in months}:
        moved_on = [
            counted
            for (_, of_month, name), counted in at.items()
            if of_month == month and name in ("transferred_in", "transferred_out")
        ]
        assert sum(amount for _, amount in moved_on) == sum(count for count, _ in moved_on) == 0


def test_what_was_open_then_is_the_pipeline_of_that_day(judged: Judged) -> None:
    then: dict[tuple[date, str, str], int] = defaultdict(int)
    for row in judged["fct_pipeline_then_and_now"]:
        then[row["date_day"], row["pipeline"], row["stage_then"]] += row["deals"]
    daily: dict[tuple[date, str, str], int] = defaultdict(int)
    last_days = {day for day, _, _ in then}
    for row in judged["fct_pipeline_daily"]:
        if row["date_day"] in last_days:
            daily[row["date_day"], row["pipeline"], row["stage"]] += row["open_deals"]
    assert then == daily != {}


def test_spend_is_the_same_by_day_and_by_month(judged: Judged) -> None:
    by_day = sum(row["spend_reporting"] for row in judged["fct_ad_performance"])
    assert by_day == sum(row["spend_reporting"] for row in judged["fct_channel_spend"]) > 0
