"""One whole run of the make-believe company, as `make demo` does it."""

import re
from collections.abc import Callable

import pyarrow as pa
import pytest

from tests.against_truth import differences
from tests.conftest import House


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, str]:
    """A house after its demo, and what the demo printed."""
    house = House(tmp_path_factory.mktemp("demo") / "home")
    return house, house.run("demo").stdout


def test_every_mart_says_what_the_world_knows(
    demo: tuple[House, str], truth_of: Callable[[int], dict[str, pa.Table]]
) -> None:
    house, _ = demo
    assert differences(house.home / "marts.duckdb", house.home / "warehouse.duckdb", truth_of(7)) == {}


def test_it_ends_with_a_summary_and_where_to_look(demo: tuple[House, str]) -> None:
    house, printed = demo
    for title in (
        "Funnel",
        "Won value by channel",
        "Pipeline, open now",
        "Subscription cohorts",
        "Churn by month",
    ):
        assert title in printed
    assert re.search(r"google_ads claims [\d,.]+ lead conversions, the warehouse finds [\d,.]+\.", printed)
    assert printed.count("(holds)") == 2
    assert "BROKEN" not in printed
    assert str(house.home / "marts.duckdb") in printed
    assert str(house.home / "docs" / "index.html") in printed
    assert "funnelhouse dev" in printed


def test_the_page_shows_every_chart_and_needs_no_network(demo: tuple[House, str]) -> None:
    house, _ = demo
    page = (house.home / "docs" / "index.html").read_text()
    assert set(re.findall(r'<div id="chart-(\w+)"', page)) == {
        "funnel",
        "funnel_segments",
        "channels",
        "spend",
        "pipeline",
        "movements",
        "forecast",
        "retention",
        "retention_curves",
        "churn",
        "waterfall",
        "survival",
        "value",
        "loyalty",
        "renewals",
        "risk",
    }
    assert "Not supplied" not in page
    links = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert len(links) >= 3
    assert all((house.home / "docs" / link).exists() for link in links)


def test_no_credential_is_left_in_the_house(demo: tuple[House, str]) -> None:
    house, _ = demo
    kept = [path for path in house.home.rglob("*") if path.is_file() and path.name != "vendors.json"]
    assert len(kept) > 20
    for secret in (b"sandbox-token", b"sandbox-us1", b"sandbox-client-secret", b"sandbox-refresh-token"):
        assert [path for path in kept if secret in path.read_bytes()] == []
