"""One run at a time: a lock that the operating system frees when its holder dies."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from orchestration.failures import ConfigurationError, RunHeld, Stopped


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the home's lock; within one process it may be taken again, another process gets RunHeld."""
    lock = FileLock(home / "run.lock", thread_local=False, is_singleton=True)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout:
        raise RunHeld(
            f"Another run holds {home / 'run.lock'}: {holder(home) or 'its pid is not written yet'}. "
            "Wait for it to end, or end that process; the lock is free as soon as it is gone."
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"FUNNELHOUSE_HOME: {home} cannot be written ({error}). Name a folder that can, or free this one."
        ) from error
    try:
        if lock.lock_counter == 1:
            _sign(home)
        yield
    finally:
        if lock.lock_counter == 1:
            _holder_file(home).unlink(missing_ok=True)
        lock.release()


def need_free(warehouse: Path) -> None:
    """Stop before any work where another process has the warehouse open: DuckDB lets one process write."""
    if not warehouse.exists():
        return
    try:
        duckdb.connect(str(warehouse)).close()
    except duckdb.IOException as error:
        raise Stopped(
            f"{warehouse} cannot be written: {error}\n"
            "Close it in the process that is named and run again. For a look at data, "
            "read marts.duckdb instead; a dbt left behind by a killed run ends by itself."
        ) from error


def holder(home: Path) -> str | None:
    """Who holds the lock, as "pid 123, since …"; a killed holder's note may outlive it."""
    try:
        return _holder_file(home).read_text()
    except FileNotFoundError:
        return None


def is_held(home: Path) -> bool:
    """Whether the process that signed the lock lives; asking never takes the lock from a run."""
    signed = re.match(r"pid (\d+)", holder(home) or "")
    if not signed:
        return False
    try:
        os.kill(int(signed[1]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _holder_file(home: Path) -> Path:
    return home / "run.lock.holder"


def _sign(home: Path) -> None:
    """Written whole or not at all: the second run reads it while we write."""
    note = _holder_file(home).with_suffix(".new")
    note.write_text(f"pid {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
    note.replace(_holder_file(home))
