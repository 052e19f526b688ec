"""The funnelhouse command: thin verbs over run, publication and the sandbox."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.failures import ChecksFailed, ConfigurationError, Stopped
from orchestration.settings import Settings, read_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="From vendors' replies and files to published marts. Exit codes: 0 done, 2 wrong use or "
    "configuration, 3 a blocking check stopped the publication, 4 another run holds the lock, 1 any other.",
)
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="The midnight (UTC) up to which data exists."
    ),
]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DATE")]


@app.command()
def run(
    as_of: AsOf = None,
    vars_: Annotated[
        str | None, typer.Option("--vars", metavar="YAML", help="dbt vars for this run.")
    ] = None,
    select: Annotated[
        str | None, typer.Option(help="dbt's selection syntax: build and check that, publish nothing.")
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Read and build everything anew.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON to stdout.")] = False,
) -> None:
    """Bring the configured sources in, build, check, and publish what passed."""
    from orchestration import run as running
    from orchestration.variables import judge_vars

    settings = read_settings()
    options: dict[str, Any] = {"full_refresh": full_refresh}
    judge_vars(vars_)
    if vars_:
        options["vars"] = vars_
    day = _day(as_of, settings)
    running.configured(settings)
    _execute(running.Request("build" if select else "full", day, options, select=select), settings, as_json)


@app.command()
def backfill(source: str, first: Day, last: Day, as_of: AsOf = None) -> None:
    """Read a range of days of SOURCE again, both days included; a run then builds and publishes."""
    from ingestion.registry import SOURCES
    from orchestration import run as running

    settings = read_settings()
    by_day = [name for name, found in SOURCES.items() if found.accepts_window]
    if source not in by_day:
        raise ConfigurationError(
            f"{source}: no source with reports by day has this name. Sources that can be read again by day: "
            f"{', '.join(by_day)}. To read another source from the start: funnelhouse run --full-refresh."
        )
    if last < first:
        raise ConfigurationError(f"{first:%Y-%m-%d} is after {last:%Y-%m-%d}: give the earlier day first.")
    if source not in running.configured(settings):
        raise ConfigurationError(f"{source} is not configured. {SOURCES[source].how_to_configure}")
    _need_warehouse(settings)
    window = {"window_from": first.date().isoformat(), "window_to": last.date().isoformat()}
    request = running.Request("ingest", _day(as_of, settings), window, groups=(f"raw_{source}",))
    running.execute(request, settings, running.stderr_console())
    running.stderr_console().print(
        f"Read {source} again from {first:%Y-%m-%d} to {last:%Y-%m-%d}. Publish it with funnelhouse run."
    )


@app.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON to stdout.")] = False,
) -> None:
    """Make every check on the warehouse as it is; nothing is built or published."""
    from orchestration import run as running
    from orchestration.lock import held
    from orchestration.observability import is_built, read_as_of

    settings = read_settings()
    _need_warehouse(settings)
    with held(settings.home):
        if not is_built(settings.warehouse):
            raise ConfigurationError(
                f"No mart is built in {settings.warehouse}. Make them with funnelhouse run."
            )
        request = running.Request("checks", read_as_of(settings.warehouse))
        _execute(request, settings, as_json)


@app.command()
def status() -> None:
    """What is configured, served and going on."""
    from ingestion.registry import SOURCES
    from orchestration.lock import holder, is_held
    from orchestration.publication import history

    settings = read_settings()
    on = [source.name for source in SOURCES.values() if not source.missing_settings()]
    off = [name for name in SOURCES if name not in on]
    current = next((row for row in history(settings.marts) if row["is_current"]), None)
    typer.echo(f"home       {settings.home}")
    typer.echo(f"sources    on: {', '.join(on) or 'none'}; off: {', '.join(off) or 'none'}")
    typer.echo(
        f"served     {settings.marts}: version {current['version']}, published {current['published_at']} UTC"
        if current
        else "served     nothing yet; publish with funnelhouse run"
    )
    typer.echo(f"page       {settings.docs / 'index.html'}" if current else "page       none yet")
    typer.echo(f"run        {holder(settings.home) if is_held(settings.home) else 'none going on'}")


@app.command()
def versions(
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON to stdout.")] = False,
) -> None:
    """The publications so far, the newest first, and which files are kept."""
    from orchestration.publication import history

    settings = read_settings()
    found = history(settings.marts)
    for row in found:
        file = settings.home / "versions" / f"{row['version']}.duckdb"
        row["file"] = str(file) if file.exists() else None
    if as_json:
        typer.echo(json.dumps(found, default=str))
        return
    for row in found:
        mark = "→" if row["is_current"] else " "
        kept = row["file"] or "no longer kept"
        typer.echo(f"{mark} {row['version']}  published {row['published_at']:%Y-%m-%d %H:%M} UTC  {kept}")
    if not found:
        typer.echo("Nothing has been published yet; publish with funnelhouse run.", err=True)


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Another seed, another company.")] = 7,
    size: Annotated[str, typer.Option(help="S, M or L.")] = "S",
    as_of: AsOf = None,
) -> None:
    """A make-believe company from its vendors' replies to published marts, with a summary."""
    from orchestration.demo import show

    show(read_settings(), seed, size, as_of.date() if as_of else None)


@app.command()
def dev(port: Annotated[int, typer.Option(help="Where the UI listens.")] = 3000) -> None:
    """Dagster's UI, with the schedules and sensors at work."""
    from orchestration.instance import serve

    serve(read_settings(), port)


def _execute(request: Any, settings: Settings, as_json: bool) -> None:
    """Run, say how it ended, and leave a failure to main."""
    from orchestration import run as running

    console = running.stderr_console()
    try:
        outcome = running.execute(request, settings, console)
    except Stopped as stopped:
        if as_json:
            blocked = stopped if isinstance(stopped, ChecksFailed) else None
            served = blocked.served if blocked else running.served_version(settings)
            failed = tuple(blocked.failed) if blocked else ()
            typer.echo(json.dumps(running.Outcome(False, served, request.as_of, failed).as_json()))
        raise
    if as_json:
        typer.echo(json.dumps(outcome.as_json()))
    for warned in outcome.warnings:
        console.print(f"Warning: {warned.asset}: {warned.message}", markup=False)
    if outcome.published:
        console.print(f"Published version {outcome.version} as of {outcome.as_of}: {settings.marts}")
        console.print(f"The page: {settings.docs / 'index.html'}")
    elif request.job == "build":
        console.print("Built and checked; a selection is never published.")
    elif request.job == "checks":
        console.print("Every blocking check holds.")


def _need_warehouse(settings: Settings) -> None:
    if not settings.warehouse.exists():
        raise ConfigurationError(f"{settings.warehouse} does not exist yet. Make it with funnelhouse run.")


def _day(told: datetime | None, settings: Settings) -> date:
    """as_of: as told, else FUNNELHOUSE_AS_OF, else today in UTC."""
    return told.date() if told else settings.as_of or datetime.now(UTC).date()


def main() -> None:
    """Run a verb; what stops it goes to stderr, as its exit code says."""
    from dotenv import load_dotenv

    load_dotenv(Path.cwd() / ".env")
    try:
        app()
    except Stopped as stopped:
        typer.echo(str(stopped), err=True)
        sys.exit(stopped.exit_code)


if __name__ == "__main__":
    main()
