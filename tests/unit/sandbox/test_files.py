"""Files in the shape of contracts.md §1: the same bytes for the same world, untouched when unchanged."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sandbox.files import ALL_ENTITIES, FILE_ENTITIES, write_files, write_seeds
from sandbox.world import World, make_world


@pytest.fixture(scope="module")
def made() -> World:
    return make_world()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def dates(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
def test_a_second_writing_touches_nothing(made: World, tmp_path: Path, format: str) -> None:
    write_files(made, tmp_path / "a", format=format)
    before = dates(tmp_path / "a")
    write_files(made, tmp_path / "a", format=format)
    assert dates(tmp_path / "a") == before
    write_files(make_world(), tmp_path / "b", format=format)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_folder_holds_what_no_vendor_carries(made: World, tmp_path: Path) -> None:
    write_files(made, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(FILE_ENTITIES)
    found = pq.read_table(tmp_path / "touchpoints")
    assert found.num_rows == made["touchpoints"].num_rows
    assert found.schema.equals(made["touchpoints"].schema)


def test_only_changed_months_are_rewritten_as_time_goes_on(made: World, tmp_path: Path) -> None:
    write_files(made.at(datetime(2026, 5, 1, tzinfo=UTC)), tmp_path, ["touchpoints"])
    before = dates(tmp_path)
    write_files(made, tmp_path, ["touchpoints"])
    after = dates(tmp_path)
    may = str(tmp_path / "touchpoints" / "touchpoints-2026-05.parquet")
    assert {path for path in before if after[path] != before[path]} == {may} & set(before)
    assert len(after) > len(before)


def test_what_an_earlier_world_lacks_goes(made: World, tmp_path: Path) -> None:
    write_files(made, tmp_path, ["orders", "deals"], format="csv")
    write_files(made.at(datetime(2025, 9, 1, tzinfo=UTC)), tmp_path, ["orders", "deals"])
    kept = [path.name for path in (tmp_path / "orders").iterdir()]
    assert "orders-2025-08.parquet" in kept
    assert not any("2025-10" in name or name.endswith(".csv") for name in kept)


def test_the_formats_say_the_same(made: World, tmp_path: Path) -> None:
    for format in ("parquet", "csv", "jsonl"):
        write_files(made, tmp_path / format, ["orders"], format=format)
    name = "orders/orders-2026-06"
    rows = pq.read_table(tmp_path / "parquet" / f"{name}.parquet").to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "jsonl" / f"{name}.jsonl").read_text().splitlines()]
    with (tmp_path / "csv" / f"{name}.csv").open(newline="") as file:
        records = list(csv.DictReader(file))
    assert rows
    for row, line, record in zip(rows, lines, records, strict=True):
        assert line["amount"] == record["amount"] == str(row["amount"])
        assert line["ordered_at"] == record["ordered_at"] == row["ordered_at"].strftime("%Y-%m-%dT%H:%M:%SZ")
        assert line.get("channel") == row["channel"] == (record["channel"] or None)
        assert record["order_id"] == row["order_id"] and row["order_id"].startswith("0")


def test_files_leave_out_what_was_deleted_and_what_nobody_records(made: World, tmp_path: Path) -> None:
    write_files(made, tmp_path, ALL_ENTITIES)
    gone = {row["id"] for row in made["archived_objects"].to_pylist()}
    assert gone
    for entity, key in (("contacts", "contact_id"), ("lifecycle_history", "contact_id"), ("deals", "deal_id"),
                        ("deal_stage_history", "deal_id"), ("deal_contacts", "deal_id")):  # fmt: skip
        ids = set(pq.read_table(tmp_path / entity)[key].to_pylist())
        assert ids and not ids & gone
    assert "person_no" not in pq.read_schema(tmp_path / "contacts" / "contacts.parquet").names


def test_unknown_words_are_refused_with_the_known_ones(made: World, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="format 'xlsx' is unknown; choose one of parquet, csv, jsonl"):
        write_files(made, tmp_path, format="xlsx")
    with pytest.raises(ValueError, match="no entity is called order; choose from contacts, companies"):
        write_files(made, tmp_path, ["order"])


def test_the_seed_carries_every_rate(made: World, tmp_path: Path) -> None:
    path, excluded, targets, points = write_seeds(made, tmp_path)
    before = dates(tmp_path)
    write_seeds(made, tmp_path)
    assert dates(tmp_path) == before
    with path.open(newline="") as file:
        rates = list(csv.DictReader(file))
    assert path.name == "exchange_rates.csv"
    assert list(rates[0]) == ["rate_date", "currency", "rate_to_reporting"]
    assert [rate["rate_to_reporting"] for rate in rates] == [
        str(r) for r in made["exchange_rates"]["rate_to_reporting"].to_pylist()
    ]
    with excluded.open(newline="") as file:
        assert {row["object"] for row in csv.DictReader(file)} == {"contact", "company", "deal", "touchpoint"}
    with targets.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["metric"] for row in rows} == {"revenue", "deals", "entered"}
    assert {row["funnel_or_pipeline"] for row in rows} == {"default", "partners", "b2b_sales"}
    assert min(row["period_month"] for row in rows) == "2025-07-01"
    assert points.read_text().splitlines()[1] == '"lifecycle_stage","sql","25"'


def test_files_alone_tell_every_merge(made: World, tmp_path: Path) -> None:
    """Without the CRM nobody else says which contacts it merged."""
    write_files(made, tmp_path / "all", ALL_ENTITIES, "csv")
    write_files(made, tmp_path / "some", format="csv")
    merges = {
        name: (tmp_path / name / "contact_merges" / "contact_merges.csv").read_text().splitlines()
        for name in ("all", "some")
    }
    crm = made["crm_merges"].num_rows
    assert crm > 0
    assert len(merges["all"]) == len(merges["some"]) + crm == 1 + made["contact_merges"].num_rows + crm
