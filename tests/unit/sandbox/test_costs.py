"""What the make-believe company spends besides ads, and what it has removed from its accounts."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from sandbox.world import World, make_world


@pytest.fixture(scope="module")
def made() -> World:
    return make_world()


def test_costs_come_in_several_currencies_for_some_channels_and_are_corrected(made: World) -> None:
    rows = made["costs"].to_pylist()
    assert {row["currency"] for row in rows} == {"USD", "EUR", "EGP", "GBP", None}
    assert None in {row["channel"] for row in rows} and len({row["channel"] for row in rows}) > 2
    corrections = [row for row in rows if row["amount"] < 0]
    assert corrections
    lines = Counter((row["month"], row["category"], row["currency"]) for row in rows)
    assert all(lines[row["month"], row["category"], row["currency"]] > 1 for row in corrections)
    assert {row["month"].day for row in rows} == {1}
    assert max(row["month"] for row in rows) == date(2026, 6, 1)


def test_a_month_of_costs_is_known_once_it_has_begun(made: World) -> None:
    for day, last in ((1, date(2026, 2, 1)), (2, date(2026, 3, 1))):
        months = made.at(datetime(2026, 3, day, tzinfo=UTC))["costs"]["month"].to_pylist()
        assert max(months) == last


@pytest.mark.parametrize("name", ["ad_campaigns", "ad_groups", "ads"])
def test_something_is_removed_once_its_campaign_is_over(made: World, name: str) -> None:
    assert "REMOVED" in made[name]["status"].to_pylist()
    assert set(made.at(datetime(2025, 7, 1, tzinfo=UTC))[name]["status"].to_pylist()) == {"ENABLED"}
    over = {row["campaign_id"] for row in made["ad_campaigns"].to_pylist() if row["ends_on"]}
    assert {row["campaign_id"] for row in made[name].to_pylist() if row["status"] == "REMOVED"} <= over
