"""Runs sources alone: python -m ingestion [SOURCE …]; without a name, all that are configured."""

import argparse
import fcntl
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from ingestion.errors import IngestionError, Misconfigured
from ingestion.pipeline import LoadReport, ingest
from ingestion.registry import SOURCES, configured_sources, how_to_turn_on, source_named

DONE, FAILED, MISUSED, HELD = 0, 1, 2, 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Ingest, say what became of the rows, and return the exit code."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("dlt").setLevel(logging.WARNING)
    try:
        names = asked.sources or [source.name for source in configured_sources()]
        if not names:
            raise Misconfigured(how_to_turn_on())
        window = _window(asked.first_day, asked.last_day)
        for name in names:
            source_named(name)
        with _alone(asked.home):
            reports = [ingest(name, asked.home, asked.as_of, window, asked.full_refresh) for name in names]
    except Held as error:
        sys.stderr.write(f"{error}\n")
        return HELD
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        return MISUSED
    except IngestionError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    for report in reports:
        sys.stdout.write(written(report) + "\n")
    return DONE if all(report.is_complete for report in reports) else FAILED


class Held(IngestionError):
    """Another process is at work on this home."""


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the lock that funnelhouse's runs hold: a second run would take away the first one's folder."""
    home.mkdir(parents=True, exist_ok=True)
    path, note = home / "run.lock", home / "run.lock.holder"
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = note.read_text() if note.exists() else "its pid is not written yet"
            raise Held(f"Another run holds {path.resolve()}: {holder}. Wait for it to end") from None
        try:
            note.write_text(f"pid {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
            yield
        finally:
            note.unlink(missing_ok=True)


def written(report: LoadReport) -> str:
    """A report as a table for people."""
    if not report.load_ids:
        return f"{report.source}: nothing is new"
    head = ("table", "extracted", "loaded", "deduplicated", "quarantined", "")
    rows = [
        (
            name,
            *(f"{n:,}" for n in (c.extracted, c.loaded, c.deduplicated, c.quarantined)),
            _verdict(c.is_conserved),
        )
        for name, c in report.tables.items()
    ]
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    lines = [f"{report.source}, load {report.load_id}"]
    for name, *cells in (head, *rows):
        numbers = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        lines.append("  ".join([f"  {name:<{widths[0]}}", *numbers]).rstrip())
    lines += [f"  refused: {file}: {reason}" for file, reason in report.refused.items()]
    if any(counts.quarantined for counts in report.tables.values()):
        lines.append("  quarantined rows and why: observability.quarantined_rows")
    return "\n".join(lines)


def _verdict(is_conserved: bool) -> str:
    return "" if is_conserved else "rows are missing"


def _window(first: date | None, last: date | None) -> tuple[date, date] | None:
    if (first is None) != (last is None) or (first and last and first > last):
        raise Misconfigured("--from and --to go together, the earlier day first")
    return (first, last) if first and last else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingestion", description=__doc__)
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=", ".join(SOURCES))
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("FUNNELHOUSE_HOME") or "var"))
    as_of = os.environ.get("FUNNELHOUSE_AS_OF") or datetime.now(UTC).date().isoformat()
    parser.add_argument("--as-of", type=date.fromisoformat, default=as_of, metavar="DATE")
    parser.add_argument("--from", dest="first_day", type=date.fromisoformat, metavar="DATE")
    parser.add_argument("--to", dest="last_day", type=date.fromisoformat, metavar="DATE")
    parser.add_argument(
        "--full-refresh", action="store_true", help="drop the raw tables and read everything anew"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
