"""Whether the marts of a larger make-believe company have as many rows as its truth says.

    funnelhouse demo --size M
    python -m tests.benchmarks.counts HOME --size M [--seed 7]

HOME is the one that the demo published to. Row by row, marts and truth are compared at size S
(tests/e2e/test_incremental.py).
"""

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path

import duckdb

from sandbox.truth import MARTS
from sandbox.truth.business import read_business
from sandbox.world import PEOPLE, WORLD_AS_OF, make_world
from tests.against_truth import MAY_HOLD_MORE


def published(home: Path) -> dict[str, int]:
    """Rows of each mart that a home serves."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'marts.duckdb'}' as published (read_only)")
        connection.execute("use published")
        return {
            mart: connection.execute(f"select count(*) from marts.{mart}").fetchall()[0][0] for mart in MARTS
        }


def wrong(found: Mapping[str, int], told: Mapping[str, int]) -> list[str]:
    """The marts with too few or too many rows."""
    return [
        mart
        for mart, rows in told.items()
        if found[mart] < rows or (found[mart] > rows and mart not in MAY_HOLD_MORE)
    ]


def main() -> int:
    """0 where every mart has the rows that it should, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--size", default="M", choices=PEOPLE)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    world = make_world(options.seed, size=options.size).at(datetime.combine(WORLD_AS_OF, time(), UTC))
    business = read_business(world)
    found, told = published(options.home), {}
    for name, mart in MARTS.items():
        told[name] = len(mart(business))
        sys.stdout.write(f"{name:<42} {found[name]:>12,} {told[name]:>12,}\n")
    differing = wrong(found, told)
    sys.stdout.write(f"\n{len(told)} marts, {len(differing)} differ: {', '.join(differing) or 'none'}\n")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
