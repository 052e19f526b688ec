"""The demo: a make-believe company's vendors as a process beside the run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from orchestration.failures import ConfigurationError, Stopped
from orchestration.publication import current_file
from orchestration.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
# The make-believe company's own day, so that the demo says the same on every day and machine.
WORLD_AS_OF = date(2026, 7, 1)
SECONDS_TO_START = 300
WIDTH = 140


def show(settings: Settings, seed: int, size: str, as_of: date | None) -> None:
    """Serve the vendors, run everything, and print what the marts say."""
    from orchestration import run as running

    console = running.stderr_console()
    day = as_of or WORLD_AS_OF
    if day > WORLD_AS_OF:
        raise ConfigurationError(
            f"The make-believe company's story ends on {WORLD_AS_OF}: take an earlier day."
        )
    folder = settings.home / "sandbox"
    _claim(settings, folder, {"seed": seed, "size": size})
    console.print(f"Making a company up (seed {seed}, size {size}) and serving its vendors on localhost")
    world = ["--seed", str(seed), "--size", size, "--clock", f"{day.isoformat()}T00:00:00Z"]
    _sandbox("write", "--folder", str(folder / "files"), "--seeds-folder", str(folder / "seeds"), *world)
    with _vendors(folder, world) as environment:
        os.environ.update(environment)
        os.environ["SOURCES__FILES__BUCKET_URL"] = str(folder / "files")
        os.environ["FUNNELHOUSE_SEEDS"] = str(folder / "seeds")
        outcome = running.execute(running.Request("full", day), read_settings(), console)
    _tell(settings, outcome.version)


def _claim(settings: Settings, folder: Path, world: dict[str, object]) -> None:
    """Keep make-believe and real data apart: one home holds one world."""
    note = folder / "world.json"
    if not note.exists() and settings.warehouse.exists():
        raise ConfigurationError(
            f"{settings.home} holds data of your own. Give the demo another folder: "
            "FUNNELHOUSE_HOME=var-demo funnelhouse demo"
        )
    if note.exists() and json.loads(note.read_text()) != world:
        raise ConfigurationError(
            f"{settings.home} holds the demo of {note.read_text()}. Name another folder in FUNNELHOUSE_HOME, "
            "or remove this one."
        )
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(world))


def _sandbox(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise Stopped(f"The sandbox could not {arguments[0]}:\n{done.stderr}")


@contextmanager
def _vendors(folder: Path, world: list[str]) -> Iterator[dict[str, str]]:
    """The vendors as a process, and the variables that point the sources at it."""
    told = folder / "vendors.json"
    told.unlink(missing_ok=True)
    log = (folder / "vendors.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--env-file", str(told), *world],
        cwd=ROOT,
        stdout=log,
        stderr=log,
    )
    try:
        _wait(server, told, folder / "vendors.log")
        yield json.loads(told.read_text())
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _wait(server: subprocess.Popen[bytes], told: Path, log: Path) -> None:
    waited = time.monotonic() + SECONDS_TO_START
    while not told.exists():
        if server.poll() is not None or time.monotonic() > waited:
            raise Stopped(f"The sandbox's vendors did not start. What they said is in {log}.")
        time.sleep(0.1)


def _tell(settings: Settings, version: str | None) -> None:
    from rich.console import Console

    from report.summary import render

    # Where there is no terminal to fit, tables get the room that they need.
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(render(current_file(settings.home)))
    console.print()
    console.print(f"Marts    {settings.marts} (version {version})", soft_wrap=True)
    console.print(f"Page     {settings.docs / 'index.html'}", soft_wrap=True)
    console.print(
        "Dagster  funnelhouse dev, then http://localhost:3000 (from a clone: .venv/bin/funnelhouse dev)",
        soft_wrap=True,
    )
