"""Businesses of a few rows, written by hand, so that the judge of the SQL is judged itself."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from sandbox.schemas import SCHEMAS
from sandbox.truth.business import Business, read_business
from sandbox.world import World, make_world

Rows = list[dict[str, Any]]


def table_by_hand(name: str, rows: Rows) -> pa.Table:
    """A table from rows that name only what matters."""
    schema = SCHEMAS[name]
    assert all(set(row) <= set(schema.names) for row in rows), f"{name} has other columns"
    return pa.Table.from_pylist(
        [{column: row.get(column) for column in schema.names} for row in rows], schema
    )


@pytest.fixture
def business() -> Callable[..., Business]:
    """A business as of a day (1 July 2026 unless said) from the rows given for some tables."""

    def build(as_of: date = date(2026, 7, 1), **given: Rows) -> Business:
        given.setdefault("exchange_rates", [
            {"rate_date": date(2026, 1, 1), "currency": "EUR", "rate_to_reporting": Decimal("1.1")},
            {"rate_date": date(2026, 3, 31), "currency": "EUR", "rate_to_reporting": Decimal("1.2")},
        ])  # fmt: skip
        assert set(given) <= set(SCHEMAS)
        tables = {name: table_by_hand(name, given.get(name, [])) for name in SCHEMAS}
        now = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
        return read_business(World(0, as_of, "S", now, tables))

    return build


@pytest.fixture(scope="session")
def made() -> World:
    """The demo's own world."""
    return make_world()


@pytest.fixture(scope="session")
def judged(truth_of: Callable[[int], dict[str, pa.Table]]) -> dict[str, Rows]:
    """What every mart must say about the demo's world."""
    return {name: table.to_pylist() for name, table in truth_of(7).items()}
