import json
from datetime import date
from pathlib import Path

import pytest

from orchestration import demo
from orchestration.failures import ConfigurationError
from orchestration.settings import Settings

WORLD = {"seed": 7, "size": "S"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_a_demo_takes_a_fresh_home_and_takes_it_again(settings: Settings) -> None:
    folder = settings.home / "sandbox"
    demo._claim(settings, folder, WORLD)
    assert json.loads((folder / "world.json").read_text()) == WORLD
    settings.warehouse.touch()
    demo._claim(settings, folder, WORLD)


def test_a_demo_never_enters_a_home_with_data_of_ones_own(settings: Settings) -> None:
    settings.home.mkdir()
    settings.warehouse.touch()
    with pytest.raises(ConfigurationError, match=r"holds data of your own.*FUNNELHOUSE_HOME="):
        demo._claim(settings, settings.home / "sandbox", WORLD)


def test_another_world_needs_another_home(settings: Settings) -> None:
    demo._claim(settings, settings.home / "sandbox", WORLD)
    with pytest.raises(ConfigurationError, match=r'the demo of \{"seed": 7, "size": "S"\}'):
        demo._claim(settings, settings.home / "sandbox", {"seed": 8, "size": "S"})


def test_the_story_ends_on_its_own_day(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="ends on 2026-07-01"):
        demo.show(settings, 7, "S", date(2026, 7, 2))
