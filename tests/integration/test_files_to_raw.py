"""Files become raw rows once: new and changed files are read, others are left alone."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import fsspec
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
import pytest

from ingestion.errors import IngestionError
from ingestion.judging import TypeFlip
from ingestion.pipeline import LoadReport, ingest
from orchestration.lock import held

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
DAY = date(2026, 7, 1)
Query = Callable[[str], list[tuple]]


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "exports"
    (folder / "deals").mkdir(parents=True)
    monkeypatch.setenv("SOURCES__FILES__BUCKET_URL", str(folder))
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def query(home: Path) -> Query:
    def ask(sql: str) -> list[tuple]:
        with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    return ask


def files(home: Path, full_refresh: bool = False) -> LoadReport:
    return ingest("files", home, DAY, full_refresh=full_refresh)


def ids(query: Query, table: str = "deals", column: str = "deal_id") -> list[str]:
    return [row[0] for row in query(f"select {column} from raw_files.{table} order by 1")]


def test_loading_twice_changes_nothing_and_loads_nothing(bucket: Path, home: Path, query: Query) -> None:
    (bucket / "deals" / "a.csv").write_text("deal_id,stage\n1,Won\n2,Lost\n")
    assert files(home).tables["deals"].loaded == 2
    before = query("from raw_files.deals order by deal_id"), query("from observability.row_conservation")
    again = files(home)
    assert (again.load_ids, again.tables) == ((), {})
    assert (
        query("from raw_files.deals order by deal_id"),
        query("from observability.row_conservation"),
    ) == before


def test_a_changed_file_replaces_its_own_rows_only(bucket: Path, home: Path, query: Query) -> None:
    (bucket / "deals" / "a.csv").write_text("deal_id,stage\n1,Won\n2,Lost\n")
    (bucket / "deals" / "b.csv").write_text("deal_id,stage\n3,Won\n")
    files(home)
    (bucket / "deals" / "a.csv").write_text("deal_id,stage\n2,Won\n4,Open\n5,Open\n")
    report = files(home)
    assert report.tables["deals"].extracted == 3
    assert ids(query) == ["2", "3", "4", "5"]
    (bucket / "deals" / "c.csv").write_text("deal_id,stage\n6,Open\n")
    assert files(home).tables["deals"].extracted == 1
    assert ids(query) == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize("content", ["deal_id,stage\n", "", "deal_id,stage\n,Won\n"])
def test_a_file_left_without_rows_leaves_none(bucket: Path, home: Path, query: Query, content: str) -> None:
    (bucket / "deals" / "a.csv").write_text("deal_id,stage\n1,Won\n")
    (bucket / "deals" / "b.csv").write_text("deal_id,stage\n2,Won\n")
    files(home)
    (bucket / "deals" / "a.csv").write_text(content)
    files(home)
    assert ids(query) == ["2"]


def test_the_first_file_of_all_may_be_empty(bucket: Path, home: Path, query: Query) -> None:
    (bucket / "deals" / "a.csv").write_text("deal_id,stage\n")
    assert files(home).tables["deals"].extracted == 0
    assert ids(query) == []


def test_a_file_that_is_gone_keeps_its_rows_until_a_full_refresh(
    bucket: Path, home: Path, query: Query
) -> None:
    for name in ("a", "b"):
        (bucket / "deals" / f"{name}.csv").write_text(f"deal_id,stage\n{name},Won\n")
    files(home)
    (bucket / "deals" / "a.csv").unlink()
    files(home)
    assert ids(query) == ["a", "b"]
    files(home, full_refresh=True)
    assert ids(query) == ["b"]
    (bucket / "deals" / "b.csv").unlink()
    files(home, full_refresh=True)
    assert ids(query) == []


def test_bad_rows_are_quarantined_and_the_rest_of_the_file_loads(
    bucket: Path, home: Path, query: Query
) -> None:
    (bucket / "deals" / "a.csv").write_text(
        "deal_id,stage,amount,created_at\n"
        "1,Won,10.50,2024-01-31\n"
        "2,Won,ten,2024-01-31\n"
        ",Won,1,2024-01-31\n"
        "4,Won\n"
        "5,Won,1,31.01.2024\n"
        '006,"فاز",0.1,2024-01-31T01:00:00+03:00\n'
    )
    report = files(home)
    counts = report.tables["deals"]
    assert (counts.extracted, counts.loaded, counts.deduplicated, counts.quarantined) == (6, 2, 0, 4)
    assert report.is_complete
    assert query("select deal_id, stage, amount, created_at from raw_files.deals order by _source_row") == [
        ("1", "Won", Decimal("10.5"), datetime(2024, 1, 31, tzinfo=UTC)),
        ("006", "فاز", Decimal("0.1"), datetime(2024, 1, 30, 22, tzinfo=UTC)),
    ]
    assert query("select _source_row from raw_files.deals order by 1") == [(1,), (6,)]
    assert query(
        "select source_system, entity, file_or_endpoint, row_number, reason, load_id "
        "from observability.quarantined_rows order by row_number"
    ) == [
        ("files", "deals", "deals/a.csv", number, reason, report.load_id)
        for number, reason in (
            (2, "column amount: 'ten' is not a decimal"),
            (3, "column deal_id: required, but empty"),
            (4, "the row has 2 columns, the header 4"),
            (5, "column created_at: '31.01.2024' is not a timestamp"),
        )
    ]
    kept = query("select row_json from observability.quarantined_rows where row_number = 2")[0][0]
    assert json.loads(kept) == {"deal_id": "2", "stage": "Won", "amount": "ten", "created_at": "2024-01-31"}


def test_a_refused_file_is_loud_and_the_others_load(
    bucket: Path, home: Path, query: Query, caplog: pytest.LogCaptureFixture
) -> None:
    (bucket / "deals" / "bad.csv").write_text("deal_id,name\n1,x\n")
    (bucket / "deals" / "good.csv").write_text("deal_id,stage\n2,Won\n")
    (bucket / "deals" / "worse.parquet").write_bytes(b"PAR1")
    report = files(home)
    assert list(report.refused) == ["deals/bad.csv", "deals/worse.parquet"]
    assert report.refused["deals/bad.csv"].startswith("file refused: required column stage is missing")
    assert not report.is_complete
    assert "files: deals/bad.csv is refused: required column stage is missing" in caplog.text
    assert ids(query) == ["2"]
    counts = report.tables["deals"]
    assert (counts.extracted, counts.loaded, counts.quarantined) == (3, 1, 2)
    assert counts.is_conserved
    kept = "select file_or_endpoint, row_number, row_json from observability.quarantined_rows order by 1"
    assert query(kept) == [
        ("deals/bad.csv", None, None),
        ("deals/worse.parquet", None, None),
    ]
    assert list(files(home).refused) == ["deals/bad.csv", "deals/worse.parquet"], "until it is repaired"
    (bucket / "deals" / "worse.parquet").unlink()
    (bucket / "deals" / "bad.csv").write_text("deal_id,stage\n1,Won\n")
    assert files(home).is_complete
    assert ids(query) == ["1", "2"]


def test_a_type_flip_stops_everything_until_it_is_corrected(bucket: Path, home: Path, query: Query) -> None:
    (bucket / "deals" / "a.csv").write_text("deal_id,stage,amount\n1,Won,1\n")
    files(home)
    rows = "".join(f"{number},Won,€ {number}\n" for number in range(1, 21))
    (bucket / "deals" / "a.csv").write_text("deal_id,stage,amount\n" + rows)
    (bucket / "deals" / "b.csv").write_text("deal_id,stage,amount\n3,Won,1\n")
    with pytest.raises(TypeFlip) as flip:
        files(home)
    assert "table deals, column amount: stored as decimal, arrives as text ('€ 1' in deals/a.csv)" in str(
        flip.value
    )
    assert ids(query) == ["1"]
    (bucket / "deals" / "a.csv").write_text("deal_id,stage,amount\n1,Won,1\n2,Won,2\n")
    files(home)
    assert ids(query) == ["1", "2", "3"]


def test_a_handful_of_bad_rows_is_no_type_flip(bucket: Path, home: Path, query: Query) -> None:
    (bucket / "deals" / "a.csv").write_text("deal_id,stage,amount\n1,Won,€ 1\n2,Won,€ 2\n")
    (bucket / "deals" / "b.csv").write_text("deal_id,stage,amount\n3,Won,1\n")
    files(home)
    assert ids(query) == ["3"]
    assert query("select row_number, reason from observability.quarantined_rows order by 1") == [
        (1, "column amount: '€ 1' is not a decimal"),
        (2, "column amount: '€ 2' is not a decimal"),
    ]


def test_one_row_reads_alike_from_each_format(bucket: Path, home: Path, query: Query) -> None:
    moment, amount = datetime(2024, 2, 29, 12, tzinfo=UTC), Decimal("19.990000001")
    written = {"order_id": "007", "customer_id": "C-1", "ordered_at": "2024-02-29 12:00:00"}
    table = pa.table({name: [value] for name, value in (written | {"amount": str(amount)}).items()})
    (bucket / "orders").mkdir()
    arrow_csv.write_csv(table, bucket / "orders" / "a.csv")
    (bucket / "orders" / "b.jsonl").write_text(
        '{"order_id": "007", "customer_id": "C-1", "amount": 19.990000001, "ordered_at": 1709208000000}'
    )
    at = pa.array([moment], pa.timestamp("ms", "UTC"))
    typed = table.set_column(2, "ordered_at", at).set_column(
        3, "amount", pa.array([amount], pa.decimal128(20, 9))
    )
    parquet.write_table(typed, bucket / "orders" / "c.parquet")
    files(home)
    found = query(
        "select distinct order_id, customer_id, ordered_at, amount, _source_row from raw_files.orders"
    )
    assert found == [("007", "C-1", moment, amount, 1)]
    assert ids(query, "orders", "_source_file") == ["orders/a.csv", "orders/b.jsonl", "orders/c.parquet"]


def test_extra_columns_stay_in_raw_and_never_stop_a_load(bucket: Path, home: Path, query: Query) -> None:
    (bucket / "deals" / "a.csv").write_text("deal_id,stage,Lead Score\n1,Won,7\n")
    (bucket / "deals" / "b.jsonl").write_text('{"deal_id": 2, "stage": "Won", "lead_score": {"total": 7}}')
    files(home)
    assert query("select deal_id, lead_score from raw_files.deals order by 1") == [
        ("1", "7"),
        ("2", '{"total":7}'),
    ]


def test_a_bucket_in_memory_is_read_like_a_folder(
    home: Path, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/shop of deals/deals/a.csv", b"deal_id,stage\n1,Won\n")
    monkeypatch.setenv("SOURCES__FILES__BUCKET_URL", "memory://shop of deals")
    files(home)
    memory.pipe("/shop of deals/deals/a.csv", b"deal_id,stage\n2,Won\n")
    files(home)
    assert ids(query) == ["2"]
    memory.rm("/shop of deals", recursive=True)


def python_m_ingestion(
    directory: Path, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SOURCES__", "FUNNELHOUSE_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "ingestion", *arguments],
        cwd=directory,
        env={**environment, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        timeout=600,
    )


def test_the_real_deals_read_alike_from_the_contract_and_from_the_export(tmp_path: Path) -> None:
    shape, export = tmp_path / "shape", tmp_path / "export"
    # A relative bucket, from another working directory than the project's.
    done = python_m_ingestion(
        DATA, "files", "--home", str(shape), SOURCES__FILES__BUCKET_URL="crm_opportunities"
    )
    assert done.returncode == 0, done.stderr
    assert "deals          8,800   8,800             0            0" in done.stdout
    mapped = python_m_ingestion(
        DATA / "crm_opportunities_export", "files", "--home", str(export), SOURCES__FILES__BUCKET_URL="."
    )
    assert mapped.returncode == 0, mapped.stderr
    assert "files: products.csv is ignored" in mapped.stderr
    columns = {
        "deals": "deal_id, owner, product, company_id, stage, created_at, closed_at, amount",
        "companies": "company_id, name, industry, employee_count, country",
    }
    with duckdb.connect(str(shape / "warehouse.duckdb")) as connection:
        connection.execute(f"attach '{export / 'warehouse.duckdb'}' as export (read_only)")
        for table, listed in columns.items():
            rows = f"select {listed} from {{}}raw_files.{table} order by all"
            ours = connection.execute(rows.format("")).fetchall()
            assert len(ours) == {"deals": 8800, "companies": 85}[table]
            assert connection.execute(rows.format("export.")).fetchall() == ours
        assert connection.execute(
            "select count(*) filter (company_id is null), count(*) filter (created_at is null), "
            "sum(amount), count(*) filter (is_won) from raw_files.deals"
        ).fetchall() == [(1425, 500, Decimal(10_005_534), 4238)]
        # The export leaves it to the stage.
        assert connection.execute(
            "select distinct stage, is_won from raw_files.deals where is_won is not null order by all"
        ).fetchall() == [("Lost", False), ("Won", True)]


def test_the_command_says_what_is_wrong_and_exits_accordingly(tmp_path: Path) -> None:
    none = python_m_ingestion(tmp_path)
    assert none.returncode == 2
    assert "No source is configured" in none.stderr
    assert "files       Set SOURCES__FILES__BUCKET_URL to a folder" in none.stderr
    assert not (tmp_path / "var").exists()
    gone = python_m_ingestion(tmp_path, "files", SOURCES__FILES__BUCKET_URL="nowhere")
    assert gone.returncode == 2
    assert f"SOURCES__FILES__BUCKET_URL names {tmp_path / 'nowhere'}, which is not a folder" in gone.stderr
    (tmp_path / "deals").mkdir()
    (tmp_path / "deals" / "a.csv").write_text("deal_id\n1\n")
    refused = python_m_ingestion(tmp_path, "files", SOURCES__FILES__BUCKET_URL=".")
    assert refused.returncode == 1, "a partial load is no success"
    assert "refused: deals/a.csv: file refused: required column stage is missing" in refused.stdout
    assert (tmp_path / "var" / "warehouse.duckdb").exists()


def test_what_a_vendor_or_a_setting_refuses_is_said_without_a_traceback(tmp_path: Path) -> None:
    silent = python_m_ingestion(
        tmp_path,
        "hubspot",
        SOURCES__HUBSPOT__ACCESS_TOKEN="secret-of-tests",
        SOURCES__HUBSPOT__BASE_URL="http://127.0.0.1:1",
        RUNTIME__REQUEST_MAX_ATTEMPTS="1",
    )
    assert silent.returncode == 1
    assert "hubspot: no answer came" in silent.stderr
    google = {
        f"SOURCES__GOOGLE_ADS__{name}": "secret-of-tests"
        for name in ("DEVELOPER_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN")
    }
    unread = python_m_ingestion(tmp_path, "google_ads", **google, SOURCES__GOOGLE_ADS__CUSTOMER_IDS="1, 2")
    assert unread.returncode == 2
    assert "google_ads: Configured value for field `customer_ids` cannot be coerced" in unread.stderr
    unknown = python_m_ingestion(
        tmp_path, "files", SOURCES__FILES__BUCKET_URL="shop://user:secret-of-tests@x"
    )
    assert unknown.returncode == 2
    assert "SOURCES__FILES__BUCKET_URL can't be opened: Protocol not known: shop" in unknown.stderr
    for run in (silent, unread, unknown):
        assert "Traceback" not in run.stderr
        assert "secret-of-tests" not in run.stderr


def test_a_second_run_of_a_home_stops_before_it_touches_the_first(tmp_path: Path) -> None:
    (tmp_path / "deals").mkdir()
    home = tmp_path / "var"
    # As funnelhouse holds it.
    with held(home):
        second = python_m_ingestion(tmp_path, "files", SOURCES__FILES__BUCKET_URL=".")
    assert second.returncode == 4
    assert f"Another run holds {home / 'run.lock'}: pid {os.getpid()}, since" in second.stderr
    assert not (home / "warehouse.duckdb").exists()
    assert python_m_ingestion(tmp_path, "files", SOURCES__FILES__BUCKET_URL=".").returncode == 0


def test_a_warehouse_that_is_open_elsewhere_is_named(bucket: Path, home: Path) -> None:
    files(home)
    reading = (
        "import duckdb, sys; connection = duckdb.connect(sys.argv[1], read_only=True); "
        "print('open', flush=True); sys.stdin.read()"
    )
    path = home / "warehouse.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", reading, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout and reader.stdout.readline() == b"open\n"
        with pytest.raises(IngestionError, match=f"{path} is open in another process.*PID {reader.pid}"):
            files(home)
        reader.communicate()
