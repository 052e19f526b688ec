"""Whole houses for tests: a state folder, the command run in it as a user would, the vendors on localhost."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from filelock import FileLock

from sandbox.truth import truth
from sandbox.world import make_world

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"


def bare_environment() -> dict[str, str]:
    """The environment without what would configure a source or point at somebody's state."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SOURCES__", "FUNNELHOUSE_"))
    }


@dataclass
class House:
    """One FUNNELHOUSE_HOME with the environment that its commands see."""

    home: Path
    environment: dict[str, str] = field(default_factory=bare_environment)
    directory: Path | None = None

    def run(self, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """`funnelhouse ARGUMENTS`, with its exit code asserted and its words shown when it differs."""
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.cli", *arguments],
            cwd=self.directory or self.home.parent,
            env=self.environment | {"FUNNELHOUSE_HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=1500,
        )
        assert done.returncode == expect, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def query(self, sql: str) -> list[tuple]:
        """Rows of the published database."""
        with self._published() as connection:
            return connection.execute(sql).fetchall()

    def built(self, sql: str, values: Sequence[object] = ()) -> list[tuple]:
        """Rows of the warehouse, published or not."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()

    def marts(self) -> dict[str, list[tuple]]:
        """Every published mart, in its published order."""
        with self._published() as connection:
            names = connection.execute(
                "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
            ).fetchall()
            return {name: connection.execute(f'select * from marts."{name}"').fetchall() for (name,) in names}

    @contextmanager
    def _published(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.home / 'marts.duckdb'}' as published (read_only)")
            connection.execute("use published")
            yield connection


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "home")


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """A folder by its name, made by the first worker that asks for it and read by all."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def folder(name: str, make: Callable[[Path], object]) -> Path:
        found, is_made = shared / name, shared / f"{name}.made"
        with FileLock(shared / f"{name}.lock"):
            if not is_made.exists():
                shutil.rmtree(found, ignore_errors=True)
                found.mkdir()
                make(found)
                is_made.touch()
        return found

    return folder


@pytest.fixture(scope="session")
def truth_of(once: Once) -> Callable[[int], dict[str, pa.Table]]:
    """What every mart must say of the company of a seed on its last day."""

    def told(seed: int) -> dict[str, pa.Table]:
        made = once(
            f"truth-{seed}",
            lambda folder: (folder / "marts").write_bytes(pickle.dumps(truth(make_world(seed)))),
        )
        return pickle.loads((made / "marts").read_bytes())

    return told


@dataclass(frozen=True)
class Vendors:
    """The sandbox's server: where it is, and what a source needs to reach it."""

    base_url: str
    environment: dict[str, str]

    def control(self, method: str, path: str, body: dict | None = None) -> object:
        request = urllib.request.Request(
            f"{self.base_url}/control/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read() or b"null")


@contextmanager
def serve_vendors(folder: Path, seed: int = 7, clock: str | None = None) -> Iterator[Vendors]:
    """`python -m sandbox serve` until the block ends."""
    environment_file = folder / f"vendors-{seed}-{time.monotonic_ns()}.json"
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--seed", str(seed)]
    command += ["--env-file", str(environment_file), *(["--clock", clock] if clock else [])]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=bare_environment())
    try:
        while not environment_file.exists():
            assert server.poll() is None, "the sandbox stopped before it served"
            time.sleep(0.1)
        environment = json.loads(environment_file.read_text())
        yield Vendors(environment["SOURCES__HUBSPOT__BASE_URL"].removesuffix("/hubspot"), environment)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def vendors(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., object]:
    """A starter of sandbox vendors: `with vendors(seed=7, clock=...) as served:`."""
    folder = tmp_path_factory.mktemp("vendors")
    return lambda **options: serve_vendors(folder, **options)
