"""What vendors write becomes typed rows, or quarantined ones with a reason; never nothing, never a guess."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from ingestion.judging import TypeFlip
from ingestion.landing import Landing, Read
from ingestion.pages import ColumnClash
from ingestion.table import Table

DEALS = Table(
    "deals",
    {
        "id": "text",
        "amount": "decimal",
        "visits": "bigint",
        "score": "double",
        "is_won": "bool",
        "created_at": "timestamp",
        "due": "date",
        "stages": "json",
    },
    key=("id",),
    newest_by="created_at",
)


LONG = "12345678901234567890123456789.123456789"


def landing(table: Table = DEALS, **more: Any) -> Landing:
    return Landing(table, "account-1", "deals", **more)


def outcome(landing: Landing, page: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows for each table that one page gives."""
    rows: dict[str, list[dict[str, Any]]] = {"deals": [], "_rejected": [], "_extracted": []}
    for item in landing.typed(page):
        rows[item.meta.hints["table_name"]] += item.data.to_pylist()
    return rows


def landed(column: str, *values: Any, page: Any = None) -> list[Any]:
    rows = page if page is not None else [{"id": str(n), column: value} for n, value in enumerate(values)]
    return [row[column] for row in outcome(landing(), rows)["deals"]]


def reason(column: str, value: Any) -> str:
    # A good row beside it, as a column of which nothing can be read is a type flip.
    good = {"amount": "1", "visits": "1", "is_won": "true", "created_at": "2024-01-01", "due": "2024-01-01"}
    page = [{"id": "1", column: good.get(column, "1")}, {"id": "2", column: value}]
    found = outcome(landing(), page)
    assert len(found["deals"]) == 1
    assert found["_rejected"][0]["row_number"] == 2
    return found["_rejected"][0]["reason"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-01-31", datetime(2024, 1, 31, tzinfo=UTC)),
        ("2024-01-31T10:20:30Z", datetime(2024, 1, 31, 10, 20, 30, tzinfo=UTC)),
        ("2024-01-31 10:20:30", datetime(2024, 1, 31, 10, 20, 30, tzinfo=UTC)),
        ("2024-01-31T10:20:30.123456+03:00", datetime(2024, 1, 31, 7, 20, 30, 123456, tzinfo=UTC)),
        ("2024-01-31T10:20:30+0300", datetime(2024, 1, 31, 7, 20, 30, tzinfo=UTC)),
        ("1706696430123", datetime(2024, 1, 31, 10, 20, 30, 123000, tzinfo=UTC)),
        (1706696430123, datetime(2024, 1, 31, 10, 20, 30, 123000, tzinfo=UTC)),
    ],
)
def test_timestamps_are_utc_whatever_the_vendor_writes(written: Any, meant: datetime) -> None:
    assert landed("created_at", written) == [meant]


@pytest.mark.parametrize(
    ("column", "written", "meant"),
    [
        ("id", "007", "007"),
        (
            "amount",
            "1234567890123456789012345678.123456789",
            Decimal("1234567890123456789012345678.123456789"),
        ),
        ("amount", " 12.50 ", Decimal("12.50")),
        ("amount", -3, Decimal(-3)),
        ("amount", 4.35, Decimal("4.35")),
        ("amount", "1e3", Decimal(1000)),
        ("visits", "9007199254740993", 9007199254740993),
        ("visits", "12.0", 12),
        ("score", "0.1", 0.1),
        ("score", 3, 3.0),
        ("is_won", "TRUE", True),
        ("is_won", False, False),
        ("is_won", "0", False),
        ("due", "2024-02-29", date(2024, 2, 29)),
        ("due", "2024-02", date(2024, 2, 1)),
        ("due", "2024-01-01T23:30:00-05:00", date(2024, 1, 2)),
        ("stages", [{"label": "تم"}], '[{"label": "تم"}]'),
    ],
)
def test_a_value_keeps_its_meaning(column: str, written: Any, meant: Any) -> None:
    assert landed(column, written) == [meant]


@pytest.mark.parametrize("column", [c for c in DEALS.columns if c != "id"])
@pytest.mark.parametrize("nothing", ["", "  ", None])
def test_nothing_is_null_in_every_type(column: str, nothing: str | None) -> None:
    assert landed(column, nothing) == [None]


@pytest.mark.parametrize(
    ("column", "written", "why"),
    [
        ("amount", "abc", "column amount: 'abc' is not a decimal"),
        ("amount", "1,234.50", "column amount: '1,234.50' is not a decimal"),
        ("amount", "NaN", "column amount: 'NaN' is not a decimal"),
        ("amount", "1_000", "column amount: '1_000' is not a decimal"),
        ("visits", "1.7", "column visits: '1.7' is not a whole number"),
        ("visits", "99999999999999999999", "column visits: '99999999999999999999' is not a whole number"),
        ("is_won", "perhaps", "column is_won: 'perhaps' is not true or false"),
        ("created_at", "31/01/2024", "column created_at: '31/01/2024' is not a timestamp"),
        ("created_at", "2024-02-30", "column created_at: '2024-02-30' is not a timestamp"),
        ("created_at", "20240131", "column created_at: '20240131' is not a timestamp"),
        ("created_at", "infinity", "column created_at: 'infinity' is not a timestamp"),
        ("due", "soon", "column due: 'soon' is not a date"),
        ("stages", "{", "column stages: '{' is not JSON"),
        ("id", "", "column id: required, but empty"),
    ],
)
def test_what_cannot_be_read_is_quarantined_with_the_reason(column: str, written: Any, why: str) -> None:
    assert reason(column, written) == why


def test_a_rejected_row_is_kept_as_it_arrived_with_all_its_reasons() -> None:
    page = [{"id": "1", "amount": "2"}, {"id": None, "amount": "x'; drop table deals; --", "note": "عميل"}]
    rejected = outcome(landing(), page)["_rejected"][0]
    assert rejected["reason"] == (
        "column amount: 'x'; drop table deals; --' is not a decimal; column id: required, but empty"
    )
    assert rejected["row_json"] == '{"id":null,"amount":"x\'; drop table deals; --","note":"عميل"}'
    assert (rejected["entity"], rejected["file_or_endpoint"], rejected["row_number"]) == ("deals", "deals", 2)


def test_arrow_of_any_type_is_read_like_text() -> None:
    moment = datetime(2024, 1, 31, 10)  # noqa: DTZ001 - files do hold naive times
    page = pa.table(
        {
            "id": pa.array([7]),
            "amount": pa.array([1.1]),
            "visits": pa.array([12.0]),
            "is_won": pa.array([1], pa.int8()),
            "created_at": pa.array([moment], pa.timestamp("ns")),
            "due": pa.array([moment], pa.timestamp("us", "Asia/Riyadh")),
            "stages": pa.array([[{"a": 1}]]),
        }
    )
    row = outcome(landing(), page)["deals"][0]
    assert row["id"] == "7"
    assert row["amount"] == Decimal("1.1")
    assert (row["visits"], row["is_won"]) == (12, True)
    assert row["created_at"] == datetime(2024, 1, 31, 10, tzinfo=UTC)
    assert row["due"] == date(2024, 1, 31)
    assert row["stages"] == '[{"a":1}]'


def test_an_id_in_floats_is_written_as_the_whole_number_that_it_is() -> None:
    # Numbers beside a missing one become floats in pandas; 7.0 would match no 7 elsewhere.
    page = pa.table({"id": pa.array([7.0, 2.5, 1e15]), "note": pa.array([3.0, None, 0.1], pa.float32())})
    rows = outcome(landing(), page)["deals"]
    assert [row["id"] for row in rows] == ["7", "2.5", "1000000000000000"]


def test_bytes_that_are_no_text_are_quarantined() -> None:
    page = pa.table({"id": ["1", "2"], "note": ["caf\ufdd0", "café"]})
    found = outcome(landing(), page)
    assert [row["id"] for row in found["deals"]] == ["2"]
    assert found["_rejected"][0]["reason"] == "column note: has bytes that are not UTF-8"


def test_a_float_that_is_no_number_is_quarantined() -> None:
    page = pa.table({"id": ["1", "2", "3"], "score": [1.0, float("nan"), float("inf")]})
    reasons = [row["reason"] for row in outcome(landing(), page)["_rejected"]]
    assert reasons == ["column score: 'nan' is not a number", "column score: 'inf' is not a number"]


def test_extracted_is_landed_and_repeated_and_quarantined_over_pages() -> None:
    one = landing()
    first = outcome(one, [{"id": "1"}, {"id": "2"}, {"id": "2"}])["_extracted"][0]
    second = outcome(one, [{"id": "2"}, {"id": "3"}, {"id": ""}])
    assert (first["extracted"], first["deduplicated"], first["quarantined"]) == (3, 1, 0)
    counts = second["_extracted"][0]
    assert (counts["extracted"], counts["deduplicated"], counts["quarantined"]) == (3, 1, 1)
    assert second["_rejected"][0]["row_number"] == 6


def test_an_empty_page_is_counted_as_empty() -> None:
    assert outcome(landing(), [])["_extracted"][0]["extracted"] == 0


def test_a_key_may_hold_nothing_where_it_says_so() -> None:
    table = Table("deals", {"id": "text", "url": "text"}, key=("id", "url"), empty_in_key=("url",))
    found = outcome(
        landing(table), [{"id": "1", "url": None}, {"id": "1", "url": "-"}, {"id": "1", "url": ""}]
    )
    assert len({row["_row_key"] for row in found["deals"]}) == 2
    assert found["_extracted"][0]["deduplicated"] == 1


def test_key_parts_do_not_run_together() -> None:
    table = Table("deals", {"a": "text", "b": "text"}, key=("a", "b"))
    rows = outcome(
        landing(table), [{"a": "x|1:", "b": "y"}, {"a": "x", "b": "1:|y"}, {"a": "x|", "b": "1:y"}]
    )
    assert len({row["_row_key"] for row in rows["deals"]}) == 3


def test_one_of_several_columns_is_enough() -> None:
    table = Table("deals", {"email": "text", "contact_id": "text"}, key=(), one_of=("email", "contact_id"))
    found = outcome(landing(table), [{"email": "a@b.c"}, {"contact_id": "1"}, {"email": " "}])
    assert len(found["deals"]) == 2
    assert found["_rejected"][0]["reason"] == (
        "columns email, contact_id: one of them is required, but all are empty"
    )


def test_a_column_that_changed_its_type_stops_with_table_column_and_both_types() -> None:
    page = [{"id": "1", "amount": "12 EUR"}, {"id": "2", "amount": "13 EUR"}]
    with pytest.raises(TypeFlip) as flip:
        outcome(landing(), page)
    assert str(flip.value).startswith(
        "table deals, column amount: stored as decimal, arrives as text ('12 EUR' in deals). "
        "Nothing of this load was kept."
    )
    assert "--full-refresh" in str(flip.value)


def test_odd_values_in_a_sparse_column_are_bad_rows_and_no_flip() -> None:
    page = [{"id": str(n)} for n in range(6)] + [{"id": "a", "due": "tbd"}, {"id": "b", "due": "n/a"}]
    assert len(outcome(landing(), page)["_rejected"]) == 2


def test_a_sparse_column_flips_once_enough_values_agree() -> None:
    page = [{"id": str(n)} for n in range(60)] + [{"id": f"x{n}", "due": "tbd"} for n in range(20)]
    with pytest.raises(TypeFlip, match="column due: stored as date, arrives as text"):
        outcome(landing(), page)


def test_an_undeclared_column_is_added_in_its_own_type() -> None:
    row = outcome(landing(), [{"id": "1", "shoeSize": 44, "vip": True, "tags": ["a"], "none": None}])[
        "deals"
    ][0]
    assert (row["shoe_size"], row["vip"], row["tags"]) == (44, True, '["a"]')
    assert "none" not in row


@pytest.mark.parametrize(("value", "arriving"), [("44 EU", "text"), (44.5, "double"), (True, "bool")])
def test_an_undeclared_column_in_another_type_than_stored_stops(value: Any, arriving: str) -> None:
    with pytest.raises(TypeFlip, match=f"column shoe_size: stored as bigint, arrives as {arriving}"):
        outcome(landing(stored=lambda: {"shoe_size": "bigint"}), [{"id": "1", "shoe_size": value}])


def test_a_whole_number_fits_a_stored_double() -> None:
    row = outcome(landing(stored=lambda: {"weight": "double"}), [{"id": "1", "weight": 3}])["deals"][0]
    assert row["weight"] == 3.0 and isinstance(row["weight"], float)


def test_column_names_from_outside_are_never_sql() -> None:
    name = "a\" from page; drop table seen; select '"
    found = outcome(landing(), [{"id": "1", name: "x"}, {"id": "1", name: "y"}])
    assert found["_extracted"][0]["deduplicated"] == 1


@pytest.mark.parametrize("name", ["text_0", "typed_1", "_reason", "_is_bad", "_row_number"])
def test_no_column_from_outside_is_taken_for_one_of_ours(name: str) -> None:
    page = [{"id": "1", "amount": "2", name: "x"}, {"id": "2", "amount": "ten", name: "y"}]
    found = outcome(landing(), page)
    assert [(row["id"], row["amount"], row[name]) for row in found["deals"]] == [("1", Decimal(2), "x")]
    reasons = [(row["row_number"], row["reason"]) for row in found["_rejected"]]
    assert reasons == [(2, "column amount: 'ten' is not a decimal")]


def test_two_columns_of_one_name_are_refused_by_name() -> None:
    with pytest.raises(ColumnClash, match="several columns would be called e_mail"):
        outcome(landing(), [{"id": "1", "eMail": "a", "e-mail": "b"}])


def test_replaced_groups_are_named_without_a_row_of_their_own() -> None:
    table = Table("deals", {"list_id": "text", "id": "text"}, key=("list_id", "id"), replaces=("list_id",))
    items = list(landing(table).replaced(Read([("l1",), ("l2",)])))
    assert items[0].data.to_pylist() == [
        {"_row_key": None, "list_id": "l1"},
        {"_row_key": None, "list_id": "l2"},
    ]
    assert list(landing(table).replaced(Read([]))) == []
