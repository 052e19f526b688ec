"""What a person sees while a run goes on: Dagster's events as one line a step, on stderr."""

import time
from collections import Counter
from typing import Any

from dagster import DagsterEventType
from rich.console import Console
from rich.markup import escape
from rich.status import Status

LABELS = {
    "run__as_of": "as_of",
    "served": "what is served",
    "run__seed_files": "seeds",
    "ingest_hubspot": "ingest hubspot",
    "ingest_google_ads": "ingest google_ads",
    "ingest_mailchimp": "ingest mailchimp",
    "ingest_files": "ingest files",
    "rows_conserved": "check row conservation",
    "expectations_on_raw": "check what arrived",
    "published__marts": "publish",
    "published__dbt_docs": "dbt docs",
    "published__page": "page",
}
MODELS = "dbt_models_"
MARTS = "expectations_on_marts_"
ESTIMATE = "raw_estimates__"


class Progress:
    """A listener of one run's events; quiet about what Dagster itself does, which its UI and the log tell."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.started: dict[str, float] = {}
        self.counts: dict[str, Counter[str]] = {}
        self.status: Status | None = None

    def __enter__(self) -> "Progress":
        if self.console.is_terminal:
            self.status = self.console.status("starting")
            self.status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    def on_entry(self, entry: Any) -> None:
        """Take an entry of Dagster's event log."""
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        step = event.step_key
        counts = self.counts.setdefault(step, Counter())
        if event.event_type is DagsterEventType.STEP_START:
            self.started[step] = time.monotonic()
        elif event.event_type is DagsterEventType.ASSET_MATERIALIZATION:
            counts["relations"] += 1
            self._count_rows(counts, event.event_specific_data.materialization.metadata)
        elif event.event_type is DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.event_specific_data
            counts["checks"] += 1
            counts["failed" if not evaluation.passed else "passed"] += 1
        elif event.event_type in (DagsterEventType.STEP_SUCCESS, DagsterEventType.STEP_FAILURE):
            self._finish(step, event.event_type is DagsterEventType.STEP_SUCCESS)
            return
        self._show(step)

    def _count_rows(self, counts: Counter[str], metadata: Any) -> None:
        if "rows" in metadata:
            counts["rows"] += int(metadata["rows"].value)
        if "is_configured" in metadata and not metadata["is_configured"].value:
            counts["off"] += 1

    def _show(self, step: str) -> None:
        if self.status and step in self.started:
            self.status.update(f"{label(step)}  {self._told(step)}")

    def _finish(self, step: str, succeeded: bool) -> None:
        seconds = time.monotonic() - self.started.get(step, time.monotonic())
        mark = "[green]✓[/]" if succeeded else "[red]✗[/]"
        self.console.print(
            f"{mark} {label(step):<34} {escape(self._told(step)):<40} {seconds:6.1f} s", highlight=False
        )

    def _told(self, step: str) -> str:
        counts = self.counts.get(step, Counter())
        if counts["off"]:
            return "not configured"
        parts = []
        if step.startswith(MODELS) and counts["relations"]:
            parts.append(f"{counts['relations']:,} relations")
        elif "rows" in counts:
            parts.append(f"{counts['rows']:,} rows")
        if counts["checks"]:
            parts.append(f"{counts['checks']:,} checks")
        if counts["failed"]:
            parts.append(f"{counts['failed']:,} failed")
        return ", ".join(parts)


def label(step: str) -> str:
    """A step in a person's words."""
    for numbered, words in ((MODELS, "build and test models"), (MARTS, "check what leaves")):
        if step.startswith(numbered):
            return f"{words} {int(step.removeprefix(numbered)) + 1}"
    if step.startswith(ESTIMATE):
        return f"estimate {step.removeprefix(ESTIMATE)}"
    return LABELS.get(step, step.replace("__", " "))
