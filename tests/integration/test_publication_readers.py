"""What readers of marts.duckdb see while it is replaced, and what a publisher that dies leaves them."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import Description, history, publish

MARTS = {"fct_numbers": Description("One row per number.", {})}

READER = """
import sys, time
from pathlib import Path
import duckdb
marts, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen = []
while not stop.exists():
    with duckdb.connect(str(marts), read_only=True) as connection:
        rows = connection.execute(
            "select count(*), min(version), max(version) from marts.marts.fct_numbers"
        ).fetchone()
        current = connection.execute(
            "select version from observability.published_versions where is_current"
        ).fetchall()
    assert rows[0] == 200_000 and rows[1] == rows[2], rows
    assert len(current) == 1, current
    if not seen or seen[-1] != rows[1]:
        seen.append(rows[1])
        print("saw", rows[1], flush=True)
"""

# A publisher that dies at its nth step, where a step is a call that changes what is on disk.
KILLED = """
import os, sys
from datetime import date
from pathlib import Path
from orchestration import publication
home, at = Path(sys.argv[1]), int(sys.argv[2])
calls = 0
def dying(function):
    def call(*arguments, **named):
        global calls
        calls += 1
        if calls == at:
            os._exit(9)
        return function(*arguments, **named)
    return call
publication._copy = dying(publication._copy)
publication._sync = dying(publication._sync)
publication._serve = dying(publication._serve)
publication._record = dying(publication._record)
publication.os.link = dying(os.link)
Path.rename = dying(Path.rename)
Path.replace = dying(Path.replace)
publication.publish(
    home / "warehouse.duckdb", home, date(2026, 7, 2), "killed", 5,
    {"fct_numbers": publication.Description("One row per number.", {})},
)
print("published after", calls)
"""


def make_warehouse(home: Path, version: int) -> Path:
    warehouse = home / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("create schema if not exists observability")
        connection.execute(
            "create or replace table marts.fct_numbers as "
            f"select range as number, {version} as version from range(200_000)"
        )
        for table in ("quarantined_rows", "row_conservation", "check_results"):
            connection.execute(f"create or replace table observability.{table} as select 1 as one")
    return warehouse


def served(home: Path) -> tuple[object, ...]:
    with duckdb.connect(str(home / "marts.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select count(*), min(version), max(version) from marts.marts.fct_numbers"
        ).fetchall()[0]


def test_readers_see_whole_versions_and_nobody_waits(tmp_path: Path) -> None:
    publish(make_warehouse(tmp_path, 1), tmp_path, date(2026, 7, 1), "first", 5, MARTS)
    stop = tmp_path / "stop"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path / "marts.duckdb"), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "saw 1\n"
    # A reader that never lets go of the version that it opened.
    with duckdb.connect(str(tmp_path / "marts.duckdb"), read_only=True) as patient:
        for version in (2, 3):
            publish(make_warehouse(tmp_path, version), tmp_path, date(2026, 7, 1), f"run {version}", 1, MARTS)
            assert reader.stdout.readline() == f"saw {version}\n"
        assert patient.execute("select max(version) from marts.marts.fct_numbers").fetchall() == [(1,)]
    stop.touch()
    _, errors = reader.communicate(timeout=60)
    assert (reader.returncode, errors) == (0, "")


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many steps a publication takes that nobody kills."""
    home = tmp_path_factory.mktemp("whole")
    make_warehouse(home, 1)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), "0"], capture_output=True, text=True, check=True
    )
    return int(done.stdout.split()[-1])


def test_whoever_dies_while_publishing_leaves_one_whole_version_served(tmp_path: Path, steps: int) -> None:
    assert steps >= 10
    outcomes = set()
    for step in range(1, steps + 1):
        home = tmp_path / str(step)
        home.mkdir()
        publish(make_warehouse(home, 1), home, date(2026, 7, 1), "first", 5, MARTS)
        make_warehouse(home, 2)
        done = subprocess.run([sys.executable, "-c", KILLED, str(home), str(step)], capture_output=True)
        assert done.returncode == 9
        assert served(home) in ((200_000, 1, 1), (200_000, 2, 2))
        outcomes.add(served(home)[1])
        # The next publication clears up and numbers on.
        publish(make_warehouse(home, 3), home, date(2026, 7, 3), "next", 5, MARTS)
        assert served(home) == (200_000, 3, 3)
        assert not list(home.rglob("*.tmp*"))
        assert [row["is_current"] for row in history(home / "marts.duckdb")].count(True) == 1
    assert outcomes == {1, 2}, "killed before the rename the former is served, after it the new one"
