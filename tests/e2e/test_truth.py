"""The demo's marts are what the made-up company's truth says, for two seeds."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from sandbox.truth import truth
from sandbox.world import WORLD_AS_OF, make_world
from tests.against_truth import differences
from tests.conftest import House


@pytest.mark.parametrize("seed", [7, 11])
def test_every_mart_says_what_the_world_knows(tmp_path: Path, seed: int) -> None:
    house = House(tmp_path / "home")
    house.run("demo", "--seed", str(seed))
    world = make_world(seed).at(datetime.combine(WORLD_AS_OF, time(), UTC))
    assert differences(house.home / "marts.duckdb", house.home / "warehouse.duckdb", truth(world)) == {}
