"""The marts of another make-believe company are what its truth says, too."""

from datetime import UTC, datetime, time
from pathlib import Path

from sandbox.truth import truth
from sandbox.world import WORLD_AS_OF, make_world
from tests.against_truth import differences
from tests.conftest import House


def test_every_mart_says_what_the_world_knows(tmp_path: Path) -> None:
    house = House(tmp_path / "home")
    house.run("demo", "--seed", "11")
    world = make_world(11).at(datetime.combine(WORLD_AS_OF, time(), UTC))
    assert differences(house.home / "marts.duckdb", house.home / "warehouse.duckdb", truth(world)) == {}
