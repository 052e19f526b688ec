"""The three connectors against the sandbox server, as production runs them: only the base URL differs.

The clock stands in the first months of the make-believe history, so that there is little of everything.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.landing import TypeFlip
from ingestion.pipeline import ingest
from ingestion.registry import SOURCES
from ingestion.replies import VendorError
from ingestion.sources import hubspot
from sandbox.world import World, make_world

ROOT = Path(__file__).parents[2]
VENDORS = ("hubspot", "google_ads", "mailchimp")
EARLY, LATER = date(2025, 5, 1), date(2025, 7, 1)
CEILING, PAGE = 40, 20
RAW_TABLES = [(vendor, table.name) for vendor in VENDORS for table in SOURCES[vendor].tables]


@dataclass(frozen=True)
class Sandbox:
    """The running server, its clock, its faults and its log."""

    base_url: str
    environment: dict[str, str]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base_url}/control/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read())

    def at(self, day: date) -> None:
        self.control("POST", "clock", {"now": f"{day}T00:00:00Z"})

    def asked(self) -> list[dict[str, Any]]:
        """The requests since the last look."""
        log = self.control("GET", "log")
        self.control("DELETE", "log")
        return log


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    environment_file = tmp_path_factory.mktemp("sandbox") / "environment.json"
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--env-file", str(environment_file)]
    limits = ["--search-ceiling", str(CEILING), "--association-page", "1"]
    server = subprocess.Popen([*command, *limits], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while not environment_file.exists():
            assert server.poll() is None, "the sandbox stopped before it served"
            time.sleep(0.1)
        environment = json.loads(environment_file.read_text())
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("SOURCES__")]:
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setenv("SOURCES__GOOGLE_ADS__HISTORY_DAYS", "200")
            patch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0")
            patch.setattr(hubspot, "SEARCH_CEILING", CEILING)
            patch.setattr(hubspot, "SEARCH_LIMIT", PAGE)
            yield Sandbox(environment["SOURCES__HUBSPOT__BASE_URL"].removesuffix("/hubspot"), environment)
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world().at(datetime(LATER.year, LATER.month, LATER.day, tzinfo=UTC))


def rows_of(home: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(sql).fetchall()


def raw(home: Path, vendor: str, table: str) -> list[tuple]:
    return rows_of(home, f'select * exclude (_dlt_load_id) from raw_{vendor}."{table}" order by all')


@pytest.fixture(scope="module")
def whole(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything in one load of the later day."""
    home = tmp_path_factory.mktemp("whole")
    sandbox.at(LATER)
    for vendor in VENDORS:
        assert all(counts.is_conserved for counts in ingest(vendor, home, LATER).tables.values())
    return home


@pytest.fixture(scope="module")
def grown(whole: Path, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict]]:
    """The same day reached in two loads, and what the second one asked."""
    home = tmp_path_factory.mktemp("grown")
    sandbox.at(EARLY)
    for vendor in VENDORS:
        ingest(vendor, home, EARLY)
    # Links and figures that the vendors no longer report when the second load comes.
    spoil(home)
    sandbox.at(LATER)
    sandbox.asked()
    for vendor in VENDORS:
        ingest(vendor, home, LATER)
    return home, sandbox.asked()


def spoil(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(
            "insert into raw_hubspot.associations by name select * replace ('1' as to_id, 'x' as _row_key) "
            "from raw_hubspot.associations where from_type = 'deals' and to_type = 'contacts'"
        )
        connection.execute(
            "insert into raw_google_ads.ad_daily by name select * replace (date '2025-04-29' as date, "
            "0 as ad_id, 'x' as _row_key) from raw_google_ads.ad_daily limit 1"
        )


@pytest.mark.parametrize(("vendor", "table"), RAW_TABLES)
def test_two_loads_hold_what_one_load_holds(grown, whole, vendor, table):
    home, _ = grown
    assert len(raw(whole, vendor, table)) > 0
    changed = rows_of(
        home,
        "select object_id from raw_hubspot.property_history where object_type = 'deals' "
        f"and changed_at >= timestamp '{EARLY}'",
    )
    if table == "associations":
        # A link that vanished without a change of its deal is not seen, as HubSpot tells of none.
        kept = [row for row in raw(home, vendor, table) if row[3] != "1" or (row[1],) in changed]
        assert kept == raw(whole, vendor, table)
    elif table == "click_views":
        # Google tells of clicks for ninety days; what the first load has read of days before them stays.
        told = [row for row in raw(home, vendor, table) if row[4] >= date(2025, 4, 2)]
        assert told == raw(whole, vendor, table)
        assert min(row[4] for row in raw(home, vendor, table)) == date(2025, 1, 31)
    else:
        assert raw(home, vendor, table) == raw(whole, vendor, table)


def test_the_second_load_asks_only_for_what_changed(grown):
    _, asked = grown
    kinds = Counter((one["vendor"], one["path"].split("/")[-1]) for one in asked)
    living = [
        one for one in asked if one["path"].endswith("/contacts") and one["query"].get("archived") == "false"
    ]
    assert living == []
    assert kinds["hubspot", "search"] > 3
    searches = [json.loads(one["body"]) for one in asked if one["path"].endswith("/contacts/search")]
    behind = {search["filterGroups"][0]["filters"][1]["value"] for search in searches}
    assert len(behind) > 1, "the ceiling was never reached"
    members = [one["query"] for one in asked if one["path"].endswith("/members")]
    assert all("since_last_changed" in query for query in members)
    queries = [json.loads(one["body"])["query"] for one in asked if one["path"].endswith(":searchStream")]
    first_days = {query.split("BETWEEN ")[1][1:11] for query in queries if "BETWEEN" in query}
    assert min(first_days) == "2025-03-31", "thirty days before the last loaded one"
    days = sorted({query[-11:-1] for query in queries if "click_view" in query})
    assert (days[0], days[-1], len(days)) == ("2025-04-27", "2025-06-30", 65), "three days before it"


def test_raw_holds_the_world(whole, world):
    archived = Counter(world["archived_objects"]["object"].to_pylist())
    for table in ("contacts", "deals"):
        assert rows_of(whole, f"select count(*) from raw_hubspot.{table}") == [(len(world[table]),)]
        found = rows_of(
            whole, f"select count(*) from raw_hubspot.{table} where archived and archived_at is not null"
        )
        assert found == [(archived[table],)] or found == [(archived[table.removesuffix("s")],)]
    stages = world["lifecycle_history"].num_rows
    assert rows_of(
        whole, "select count(*) from raw_hubspot.property_history where property_name = 'lifecyclestage'"
    ) == [(stages,)]
    spend = float(sum(world["ad_performance"]["spend"].to_pylist()))
    ((micros,),) = rows_of(whole, "select sum(cost_micros) from raw_google_ads.campaign_daily")
    assert micros / 1e6 == pytest.approx(spend, abs=0.01)
    clicks = [row for row in world["ad_clicks"].to_pylist() if row["date_day"] >= date(2025, 4, 2)]
    found = rows_of(whole, "select gclid, cast(campaign_id as varchar), date from raw_google_ads.click_views")
    assert sorted(found, key=str) == sorted(
        ((row["click_id"], row["campaign_id"], row["date_day"]) for row in clicks), key=str
    )
    events = Counter(world["email_events"]["event_type"].to_pylist())
    found = dict(rows_of(whole, "select action, count(*) from raw_mailchimp.email_activity group by all"))
    assert found["click"] == events["click"]
    assert rows_of(whole, "select count(*) from raw_mailchimp.sent_to") == [(events["send"],)]
    assert rows_of(whole, "select count(*) from raw_mailchimp.unsubscribes") == [(events["unsubscribe"],)]


def test_a_window_is_read_again_and_nothing_else(whole, sandbox):
    sandbox.at(LATER)
    kept = raw(whole, "google_ads", "ad_daily")
    with duckdb.connect(str(whole / "warehouse.duckdb")) as connection:
        connection.execute(
            "delete from raw_google_ads.ad_daily where date between '2025-03-01' and '2025-03-05'"
        )
        connection.execute("update raw_google_ads.ad_daily set clicks = -1 where date = '2025-03-06'")
    sandbox.asked()
    ingest("google_ads", whole, LATER, window=(date(2025, 3, 1), date(2025, 3, 5)))
    queries = [json.loads(one["body"])["query"] for one in sandbox.asked() if one["body"]]
    assert {query.split("WHERE ")[1] for query in queries if "WHERE" in query} == {
        "segments.date BETWEEN '2025-03-01' AND '2025-03-05'"
    }, "and no clicks, of which Google doesn't tell any more"
    again = raw(whole, "google_ads", "ad_daily")
    day = 4
    assert [row for row in again if row[day] != date(2025, 3, 6)] == [
        row for row in kept if row[day] != date(2025, 3, 6)
    ]
    assert {row[6] for row in again if row[day] == date(2025, 3, 6)} == {-1}


FIRST = date(2025, 1, 20)


@pytest.fixture
def faulty(sandbox: Sandbox) -> Iterator[Callable[..., None]]:
    """Switch a fault on; it is off again after the test."""
    sandbox.at(FIRST)
    yield lambda **fault: sandbox.control("POST", "faults", fault)
    sandbox.control("DELETE", "faults")


def test_an_account_in_which_nothing_happened_has_all_its_tables(sandbox, tmp_path):
    sandbox.at(date(2024, 1, 1))
    for vendor in VENDORS:
        ingest(vendor, tmp_path, date(2024, 1, 1))
    assert rows_of(tmp_path, "select count(*) from raw_hubspot.contacts") == [(0,)]
    for vendor, table in RAW_TABLES:
        columns = rows_of(tmp_path, f"select column_name from (describe raw_{vendor}.{table})")
        declared = next(one for one in SOURCES[vendor].tables if one.name == table).columns
        assert set(declared) <= {name for (name,) in columns}


def test_passing_failures_are_waited_out(faulty, tmp_path):
    faulty(name="rate_limited", vendor="hubspot", path="/contacts", retry_after=1)
    faulty(name="server_error", vendor="hubspot", path="/owners")
    faulty(name="drop_connection_mid_body", vendor="hubspot", path="/deals")
    report = ingest("hubspot", tmp_path, FIRST)
    assert report.tables["contacts"].loaded > 0
    assert report.tables["owners"].loaded > 0


def test_an_access_token_that_ended_is_renewed(faulty, tmp_path):
    faulty(name="token_expired", vendor="google_ads", path="searchStream")
    assert ingest("google_ads", tmp_path, FIRST).tables["campaigns"].loaded > 0


def test_clicks_of_days_that_google_has_forgotten_are_no_failure(sandbox, tmp_path):
    sandbox.at(date(2025, 5, 20))
    report = ingest("google_ads", tmp_path, FIRST)
    assert report.tables["click_views"].extracted == 0
    assert report.tables["ad_daily"].loaded > 0
    report = ingest("google_ads", tmp_path, date(2025, 5, 20))
    assert rows_of(tmp_path, "select min(date), max(date) from raw_google_ads.click_views") == [
        (date(2025, 2, 19), date(2025, 5, 19))
    ]


def test_a_day_of_clicks_that_fails_keeps_nothing_and_is_read_again(faulty, tmp_path, sandbox):
    sandbox.asked()
    # Four entities and two figures of two accounts, then some days of clicks.
    faulty(name="html_200", vendor="google_ads", path="searchStream", after=15)
    with pytest.raises(VendorError, match="isn't JSON"):
        ingest("google_ads", tmp_path, FIRST)
    failed = next(one for one in sandbox.asked() if one["faults"])
    assert "FROM click_view WHERE segments.date = " in failed["body"]
    assert rows_of(tmp_path, "select count(*) from raw_google_ads.click_views") == [(0,)]
    assert ingest("google_ads", tmp_path, FIRST).tables["click_views"].is_conserved
    queries = [json.loads(one["body"])["query"] for one in sandbox.asked() if one["body"]]
    assert len({query for query in queries if "click_view" in query}) == 90


@pytest.mark.parametrize(
    ("vendor", "fault", "path", "named"),
    [
        ("hubspot", "html_200", "contacts$", "GET /hubspot/crm/v3/objects/contacts"),
        ("google_ads", "truncated_json", "searchStream", "POST /google_ads/v25/customers/"),
        ("mailchimp", "html_200", "/reports$", "GET /mailchimp/3.0/reports"),
    ],
)
def test_what_is_not_json_stops_the_load_and_moves_no_cursor(
    faulty, sandbox, tmp_path, vendor, path, named, fault
):
    faulty(name=fault, vendor=vendor, path=path)
    with pytest.raises(Exception, match="isn't JSON") as stopped:
        ingest(vendor, tmp_path, FIRST)
    assert named in str(stopped.value)
    assert not any(
        value in str(stopped.value)
        for name, value in sandbox.environment.items()
        if "TOKEN" in name and "URL" not in name
    )
    counts = rows_of(tmp_path, f"select count(*) from raw_{vendor}.{SOURCES[vendor].tables[0].name}")
    assert counts == [(0,)]
    assert sum(table.loaded for table in ingest(vendor, tmp_path, FIRST).tables.values()) > 0


def test_a_property_that_nobody_declared_becomes_a_text_column(faulty, tmp_path):
    faulty(
        name="new_field", vendor="hubspot", path="objects/contacts$", field="properties.shoe_size", count=None
    )
    ingest("hubspot", tmp_path, FIRST)
    found = rows_of(tmp_path, "select distinct shoe_size, typeof(shoe_size) from raw_hubspot.contacts")
    assert found == [("new", "VARCHAR")]


def test_a_row_that_cannot_be_typed_is_quarantined(faulty, tmp_path):
    faulty(
        name="malformed_row",
        vendor="hubspot",
        path="objects/companies$",
        field="properties.numberofemployees",
        after=1,
    )
    report = ingest("hubspot", tmp_path, FIRST)
    assert report.tables["companies"].quarantined == 1
    assert report.tables["companies"].is_conserved
    reasons = rows_of(tmp_path, "select entity, reason from observability.quarantined_rows")
    assert reasons == [("companies", "column numberofemployees: 'abc' is not a whole number")]


def test_a_column_of_another_type_stops_the_load(faulty, tmp_path):
    faulty(name="type_flip", vendor="google_ads", path="searchStream", field="metrics.costMicros", count=None)
    with pytest.raises(TypeFlip, match="column cost_micros: stored as bigint, arrives as text"):
        ingest("google_ads", tmp_path, FIRST)


def test_a_second_load_of_the_same_moment_changes_nothing(whole, sandbox):
    sandbox.at(LATER)
    before = {key: raw(whole, *key) for key in RAW_TABLES if key[0] != "google_ads"}
    sandbox.asked()
    for vendor in ("hubspot", "mailchimp"):
        ingest(vendor, whole, LATER)
    assert {key: raw(whole, *key) for key in before} == before
    assert len(sandbox.asked()) < 60
