"""Funnels worked by hand: somebody's events through the models, by each order mode."""

import csv
from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from tests.funnel_models import built, inputs_of
from tests.models import Model, Warehouse

START = datetime(2026, 1, 1)  # noqa: DTZ001 (the warehouse's timestamps are naive UTC)

# plain: an hour from the first step; stepped: step c within ten minutes of b; own: b has ten minutes of the
# hour; again: the same event first and later.
FUNNELS = """funnel,step_no,step,zone,entered_by,match,step_window_seconds,funnel_window_seconds
plain,1,a,tofu,event,a,,3600
plain,2,b,mofu,event,b,,3600
plain,3,c,bofu,event,c,,3600
stepped,1,a,tofu,event,a,,
stepped,2,b,mofu,event,b,,
stepped,3,c,bofu,event,c,600,
own,1,a,tofu,event,a,,3600
own,2,b,mofu,event,b,,600
own,3,c,bofu,event,c,,
again,1,buy,bofu,event,buy,,3600
again,2,buy again,post_sale,event,buy:repeat,,3600
"""


class Case(NamedTuple):
    """What somebody did, in minutes, and how deep each attempt gets in each order mode."""

    name: str
    funnel: str
    events: str
    strict: list[int]
    ordered: list[int]
    any: list[int]


CASES = (
    Case("on the window's edge", "plain", "a@0 b@30 c@60", [3], [3], [3]),
    Case("a second beyond it", "plain", "a@0 b@30 c@60:01", [2], [2], [2]),
    Case("restart", "plain", "a@0 a@50 b@70 c@80", [1, 3], [1, 3], [1, 3]),
    Case("equal times", "plain", "c@0 b@0 a@0", [3], [3], [3, 3, 3]),
    Case("equal times, then later", "plain", "b@0 a@0 c@9", [3], [3], [3, 3]),
    Case("step 2 before 1", "plain", "b@0 a@10 c@20", [1], [1], [3, 1]),
    Case("step 2 before 1 and after it", "plain", "b@0 a@10 b@15 c@20", [3], [3], [3, 3]),
    Case("all backwards", "plain", "c@0 b@10 a@20", [1], [1], [3, 2, 1]),
    Case("backwards, too slow", "plain", "c@0 b@10 a@60:01", [1], [1], [2, 1]),
    Case("foreign event between", "plain", "a@0 x@5 b@10 c@20", [1], [3], [3]),
    Case("foreign event later", "plain", "a@0 b@10 x@15 c@20", [2], [3], [3]),
    Case("foreign events around", "plain", "x@0 a@5 b@10 c@20 x@25", [3], [3], [3]),
    Case("foreign event at the step's moment", "plain", "a@0 b@10 x@10 c@20", [2], [3], [3]),
    Case("foreign event at the last moment", "plain", "a@0 b@10 c@20 x@20", [3], [3], [3]),
    Case("a later step comes early", "plain", "a@0 c@5 b@10 c@20", [1], [3], [3]),
    Case("repeats of the current step", "plain", "a@0 b@10 b@15 c@20", [3], [3], [3]),
    Case("repeat of an earlier step", "plain", "a@0 b@10 a@15 c@20", [2, 1], [3, 1], [3, 3, 1]),
    Case("repeats of the first step", "plain", "a@0 a@5 b@10", [2, 2], [2, 2], [2, 2]),
    Case("re-entry", "plain", "a@0 b@1 c@2 a@100 b@101 c@102", [3, 3], [3, 3], [3, 3]),
    Case("never finished", "plain", "a@0 b@10", [2], [2], [2]),
    Case("never started", "plain", "b@0 c@10", [], [], []),
    Case("in the step's window", "stepped", "a@0 b@500 c@510", [3], [3], [3]),
    Case("a second after the step's window", "stepped", "a@0 b@500 c@510:01", [2], [2], [2]),
    Case("the step's window runs from the step before", "stepped", "a@0 b@5 c@15", [3], [3], [3]),
    Case("the earliest step counts", "stepped", "a@0 b@1 b@20 c@25", [2], [2], [2]),
    Case("in any order the early step costs no time", "stepped", "c@0 a@90 b@300", [2], [2], [3, 2]),
    Case("in a step's own funnel window", "own", "a@0 b@10 c@60", [3], [3], [3]),
    Case("beyond a step's own funnel window", "own", "a@0 b@10:01 c@60", [1], [1], [1]),
    Case("the same event later", "again", "buy@0 buy@5", [2, 2], [2, 2], [2, 2, 2]),
    Case("the same event once", "again", "buy@0", [1], [1], [1]),
    Case("the same event too late", "again", "buy@0 buy@60:01", [1, 2], [1, 2], [1, 2, 2]),
)


def moment(minutes: str) -> datetime:
    """'60:01' is an hour and a second after the start."""
    whole, _, seconds = minutes.partition(":")
    return START + timedelta(minutes=int(whole), seconds=int(seconds or 0))


@pytest.fixture(scope="module")
def warehouse(funnel_models: list[Model]) -> Warehouse:
    """Everybody's events at once, the case's name as the segment that they carry."""
    happened = [
        {"person_key": f"visitor-{number:02}", "occurred_at": moment(minutes), "id": f"{number}-{place}",
         "name": name, "kind": "event", "segment": case.name}
        for number, case in enumerate(CASES)
        for place, (name, minutes) in enumerate(event.split("@") for event in case.events.split())
    ]  # fmt: skip
    rows = csv.DictReader(FUNNELS.splitlines())
    funnels = [
        {name: int(value) if value.isdigit() else value or None for name, value in row.items()}
        for row in rows
    ]
    return built(funnel_models, inputs_of(funnels, happened, START + timedelta(days=31)))


@pytest.fixture(scope="module")
def depths(warehouse: Warehouse) -> dict[tuple[str, str, str], list[int]]:
    """How deep each attempt got, by case, funnel and order mode."""
    found = defaultdict(list)
    for case, funnel, mode, depth in warehouse.rows(
        "select segment, funnel, order_mode, max(step_no) from warehouse.marts.fct_funnel_progress"
        " group by segment, funnel, order_mode, person_key, attempt_no order by attempt_no"
    ):
        found[case, funnel, mode].append(depth)
    return found


@pytest.mark.parametrize("mode", ["strict", "ordered", "any"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_attempts_go_as_deep_as_by_hand(
    depths: dict[tuple[str, str, str], list[int]], case: Case, mode: str
) -> None:
    assert depths.get((case.name, case.funnel, mode), []) == getattr(case, mode)


def test_the_deepest_attempt_counts_then_the_earliest(warehouse: Warehouse) -> None:
    best = dict(
        warehouse.rows(
            "select segment || ', ' || order_mode, max(attempt_no) from warehouse.marts.fct_funnel_progress"
            " where is_best_attempt and funnel = 'plain' group by all having count(distinct attempt_no) = 1"
        )
    )
    assert best["restart, ordered"] == 2
    assert best["re-entry, ordered"] == 1
    assert best["repeat of an earlier step, any"] == 1
    assert best["step 2 before 1, any"] == 1


def test_everybody_counts_once_by_the_best_attempt(warehouse: Warehouse) -> None:
    for mode in ("strict", "ordered", "any"):
        bests = [max(getattr(case, mode), default=0) for case in CASES if case.funnel == "own"]
        told = [sum(best >= step for best in bests) for step in (1, 2, 3)]
        found = warehouse.rows(
            "select sum(entered) from warehouse.marts.fct_funnel_conversion where funnel = 'own'"
            f" and order_mode = '{mode}' and segment_name = 'segment' and segment_value in"
            " ('in a step''s own funnel window', 'beyond a step''s own funnel window')"
            " group by step_no order by step_no"
        )
        assert [int(entered) for (entered,) in found] == told
