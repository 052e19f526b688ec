"""The one list of what is ingested."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

import dlt

from ingestion.errors import Misconfigured
from ingestion.table import Table

__all__ = [
    "SOURCES",
    "Misconfigured",
    "Source",
    "Window",
    "configured_sources",
    "how_to_turn_on",
    "source_named",
]
Window = tuple[date, date]


@dataclass(frozen=True)
class Source:
    """A vendor or the files; its module declares TABLES and `resources(as_of, window)`."""

    name: str
    module: str
    settings: tuple[str, ...]
    how_to_configure: str
    accepts_window: bool = False

    @property
    def tables(self) -> tuple[Table, ...]:
        """The raw tables, in the order in which they are extracted."""
        return tuple(import_module(self.module).TABLES)

    @property
    def dataset(self) -> str:
        """The schema of the raw tables in the warehouse."""
        return f"raw_{self.name}"

    def resources(self, as_of: date, window: Window | None) -> Iterable[Any]:
        """The dlt resources of one run."""
        return import_module(self.module).resources(as_of, window)

    def missing_settings(self) -> tuple[str, ...]:
        """The settings without a value, as environment variables."""
        return tuple(
            f"SOURCES__{self.name}__{setting}".upper()
            for setting in self.settings
            if not dlt.secrets.get(f"sources.{self.name}.{setting}")
        )

    def is_configured(self) -> bool:
        """Whether the source is on; half a configuration is an error, so that nobody believes it is."""
        missing = self.missing_settings()
        if missing and len(missing) < len(self.settings):
            raise Misconfigured(
                f"{self.name} is half configured: {', '.join(missing)} missing. {self.how_to_configure}"
            )
        return not missing


SOURCES: Mapping[str, Source] = {
    source.name: source
    for source in (
        Source(
            name="hubspot",
            module="ingestion.sources.hubspot",
            settings=("access_token",),
            how_to_configure="Set SOURCES__HUBSPOT__ACCESS_TOKEN to the token of a private app.",
        ),
        Source(
            name="google_ads",
            module="ingestion.sources.google_ads",
            settings=("developer_token", "client_id", "client_secret", "refresh_token", "customer_ids"),
            how_to_configure=(
                "Set SOURCES__GOOGLE_ADS__DEVELOPER_TOKEN, __CLIENT_ID, __CLIENT_SECRET, __REFRESH_TOKEN and "
                '__CUSTOMER_IDS, a JSON list such as ["1234567890"].'
            ),
            accepts_window=True,
        ),
        Source(
            name="mailchimp",
            module="ingestion.sources.mailchimp",
            settings=("api_key",),
            how_to_configure="Set SOURCES__MAILCHIMP__API_KEY, data centre included (…-us1).",
        ),
        Source(
            name="files",
            module="ingestion.sources.files",
            settings=("bucket_url",),
            how_to_configure=(
                "Set SOURCES__FILES__BUCKET_URL to a folder, or an fsspec URL, with one folder an entity."
            ),
        ),
    )
}


def source_named(name: str) -> Source:
    """The configured source of that name."""
    if name not in SOURCES:
        raise Misconfigured(f"no source is called {name!r}; there are {', '.join(SOURCES)}")
    source = SOURCES[name]
    if not source.is_configured():
        raise Misconfigured(f"{name} is not configured. {source.how_to_configure}")
    return source


def configured_sources() -> tuple[Source, ...]:
    """The sources that are on, in the order of SOURCES."""
    return tuple(source for source in SOURCES.values() if source.is_configured())


def how_to_turn_on() -> str:
    """What to say when no source is configured."""
    lines = [f"  {source.name:<11} {source.how_to_configure}" for source in SOURCES.values()]
    return "\n".join(
        [
            "No source is configured, so there is nothing to ingest. The sources are:",
            *lines,
            "The same names work in .dlt/config.toml and .dlt/secrets.toml, section [sources.<name>].",
        ]
    )
