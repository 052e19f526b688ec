"""How a file is read: its format, its columns, its rows, and why one is refused."""

import io
import json
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from ingestion import file_formats
from ingestion.entities import ENTITIES
from ingestion.errors import Misconfigured
from ingestion.file_formats import Columns, read_csv, read_jsonl, read_parquet
from ingestion.file_mapping import ExportMapping, RefusedFile, columns_of_file, mappings_from
from ingestion.sources.files import files_by_entity

DEALS = ENTITIES["deals"]


def columns(mapping: ExportMapping | None = None, entity: str = "deals") -> Columns:
    return lambda names: columns_of_file(ENTITIES[entity], names, mapping)


Rows = tuple[list[dict], list[int], list[tuple]]


def read(content: bytes | str, reader: Any = read_csv, **more: Any) -> Rows:
    raw = content.encode() if isinstance(content, str) else content
    rows, numbers, broken = [], [], []
    for batch in reader(io.BytesIO(raw), columns(**more)):
        rows += batch.rows.to_pylist()
        numbers += batch.numbers.to_pylist()
        broken += batch.broken
    return rows, numbers, broken


def test_csv_keeps_text_as_it_is_written() -> None:
    content = (
        "\ufeffdeal_id,stage,name\r\n"
        '007,Won,"Said ""yes"",\nthen signed"\r\n'
        "\r\n"
        "0x1F,مفاوضات,شركة النور\r\n"
        "8,Lost,"
    )
    rows, numbers, broken = read(content)
    assert rows == [
        {"deal_id": "007", "stage": "Won", "name": 'Said "yes",\nthen signed'},
        {"deal_id": "0x1F", "stage": "مفاوضات", "name": "شركة النور"},
        {"deal_id": "8", "stage": "Lost", "name": None},
    ]
    assert (numbers, broken) == ([1, 2, 3], [])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_columns(delimiter: str) -> None:
    content = delimiter.join(["deal_id", "stage", "name"]) + "\n" + delimiter.join(["1", "Won", "a b"]) + "\n"
    assert read(content)[0] == [{"deal_id": "1", "stage": "Won", "name": "a b"}]


def test_a_row_of_another_width_is_broken_and_the_others_keep_their_numbers() -> None:
    rows, numbers, broken = read("deal_id,stage\n1,Won\n2\n3,Lost\n4,Won,x\n5,Won\n")
    assert [row["deal_id"] for row in rows] == ["1", "3", "5"]
    assert numbers == [1, 3, 5]
    assert broken == [
        (2, "the row has 1 columns, the header 2", '{"line": "2"}'),
        (4, "the row has 3 columns, the header 2", '{"line": "4,Won,x"}'),
    ]


@pytest.mark.parametrize("reader", [read_csv, read_jsonl])
def test_numbers_and_characters_survive_the_edges_of_blocks(
    reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_formats, "BLOCK_BYTES", 61)
    lines = {
        read_csv: ["deal_id,stage"] + [f"{n},مرحلة" if n % 7 else "broken" for n in range(1, 200)],
        read_jsonl: [f'{{"deal_id": "{n}", "stage": "مرحلة"}}' if n % 7 else "broken" for n in range(1, 200)],
    }[reader]
    rows, numbers, broken = read("\n".join(lines), reader)
    whole = [n for n in range(1, 200) if n % 7]
    assert [(int(row["deal_id"]), row["stage"]) for row in rows] == [(n, "مرحلة") for n in whole]
    assert numbers == whole
    assert [number for number, _, _ in broken] == [n for n in range(1, 200) if not n % 7]


def test_a_file_that_is_not_utf8_is_refused_by_its_header_else_row_by_row() -> None:
    with pytest.raises(RefusedFile, match="its header is not UTF-8 text; save the file as CSV UTF-8"):
        read("deal_id,stage,المرحلة\n1,Won,x\n".encode("cp1256"))
    with pytest.raises(RefusedFile, match="its header is not UTF-8 text"):
        read("deal_id,stage\n1,Won\n".encode("utf-16"))
    rows, _, _ = read(b"deal_id,stage\n1,Won\n2,caf\xe9\n")
    assert rows[1]["stage"] == "caf" + file_formats.NOT_UTF8


def test_empty_lines_before_the_header_are_no_rows() -> None:
    rows, numbers, broken = read("\n\r\ndeal_id,stage\n1,Won\n2\n\n3,Lost\n")
    assert [row["deal_id"] for row in rows] == ["1", "3"]
    assert (numbers, [number for number, _, _ in broken]) == ([1, 3], [2])


def test_the_first_value_may_be_long() -> None:
    assert len(read(f"deal_id,stage\n1,{'x' * 200_000}\n")[0]) == 1


def test_columns_without_a_name_stay_apart() -> None:
    assert list(read("deal_id,stage,, \n1,Won,a,b\n")[0][0].values()) == ["1", "Won", "a", "b"]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_row_whose_quote_is_never_closed_is_broken(end: str) -> None:
    rows, numbers, broken = read(f'deal_id,stage,name\n1,Won,"a\nb"\n2,Won,"c\n3,Won,d\n4,Won,e{end}')
    assert ([row["deal_id"] for row in rows], numbers) == (["1"], [1])
    assert [(number, reason) for number, reason, _ in broken] == [
        (2, "a quote is opened in column name and never closed, so that all after it is no row")
    ]
    assert "4,Won,e" in json.loads(broken[0][2])["name"]


@pytest.mark.parametrize(
    "content", ['deal_id,stage,name\n1,Won,"a\nb"', 'deal_id,stage,name\n1,Won,"a\n"\n\n']
)
def test_a_quoted_line_break_at_the_end_is_no_open_quote(content: str) -> None:
    assert (len(read(content)[0]), read(content)[2]) == (1, [])


@pytest.mark.parametrize(
    "content",
    ["", "\n", "\ufeff", "deal_id,stage\n", "deal_id,stage", "\ndeal_id,stage", "deal_id,stage\n\n"],
)
def test_an_empty_csv_has_no_rows(content: str) -> None:
    assert read(content)[0] == []


def test_jsonl_keeps_every_digit_and_nested_values() -> None:
    content = (
        '\ufeff{"deal_id": "007", "stage": "Won", "amount": 1234567890123456789.123456789, "is_won": true}\n'
        "\n"
        '{"stage": "Lost", "deal_id": 8, "amount": 0.10, "tags": ["a", {"b": "ع"}], "name": null}\r\n'
        "[1]\n"
        '{"deal_id": "9"\n'
        '{"deal_id": "10", "stage": ""}'
    )
    rows, numbers, broken = read(content, read_jsonl)
    assert [row["deal_id"] for row in rows] == ["007", "8", "10"]
    assert [row["amount"] for row in rows] == ["1234567890123456789.123456789", "0.1", None]
    assert rows[0]["is_won"] == "true"
    assert (rows[1]["tags"], rows[1]["name"]) == ('["a",{"b":"ع"}]', None)
    assert numbers == [1, 2, 5]
    assert broken == [
        (3, "the line is not a JSON object", '{"line": "[1]"}'),
        (4, "the line is not a JSON object", '{"line": "{\\"deal_id\\": \\"9\\""}'),
    ]


def test_json_keys_from_outside_are_never_sql() -> None:
    rows, _, _ = read('{"deal_id": "1", "stage": "Won", "a\'] as x, \\"~/b": 2}', read_jsonl)
    assert list(rows[0].values()) == ["1", "Won", "2"]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table({"deal_id": [7], "stage": ["Won"], "amount": [1.5]})
    parquet.write_table(table, tmp_path / "deals.parquet")
    rows, numbers, _ = read((tmp_path / "deals.parquet").read_bytes(), read_parquet)
    assert (rows, numbers) == ([{"deal_id": 7, "stage": "Won", "amount": 1.5}], [1])
    with pytest.raises(RefusedFile, match="it is not a parquet file"):
        read(b"deal_id,stage", read_parquet)


def test_parquet_of_categories_and_bytes_reads_as_the_text_that_it_holds(tmp_path: Path) -> None:
    table = pa.table(
        {
            "deal_id": pa.array(["1", "", "1"]).dictionary_encode(),
            "stage": pa.array(["فاز".encode(), b"Won", None], pa.binary()),
            "blob": pa.array([b"\xff", b"a", b"b"], pa.binary()),
        }
    )
    parquet.write_table(table, tmp_path / "deals.parquet")
    rows, _, _ = read((tmp_path / "deals.parquet").read_bytes(), read_parquet)
    assert [(row["deal_id"], row["stage"]) for row in rows] == [("1", "فاز"), ("", "Won"), ("1", None)]
    assert rows[0]["blob"] == b"\xff"


@pytest.mark.parametrize(
    ("names", "entity", "words"),
    [
        (
            ["deal_id", "name"],
            "deals",
            "column stage is missing; the file has deal_id, name",
        ),
        (["anonymous_id", "seen_at"], "identities", "required column one of contact_id / email is missing"),
        ([], "deals", "required column deal_id, stage is missing; the file has none"),
        (
            ["deal_id", "Deal ID", "stage"],
            "deals",
            "columns 'deal_id' and 'Deal ID' are both deal_id",
        ),
        (["deal_id", "stage", "x", "x"], "deals", "two columns are called 'x'; rename one"),
    ],
)
def test_a_file_is_refused_with_the_column_that_is_wrong(names: list[str], entity: str, words: str) -> None:
    with pytest.raises(RefusedFile, match=words):
        columns_of_file(ENTITIES[entity], names, None)


def test_a_header_in_another_spelling_is_recognised() -> None:
    assert columns_of_file(DEALS, ["Deal ID", " Stage ", "isWon"], None) == {
        "deal_id": "Deal ID",
        "stage": " Stage ",
        "is_won": "isWon",
    }


def test_one_column_of_an_export_may_feed_two_of_the_contract() -> None:
    mapping = ExportMapping({"company_id": "Account", "name": "Account"})
    assert columns_of_file(ENTITIES["companies"], ["Account", "Revenue"], mapping) == {
        "company_id": "Account",
        "name": "Account",
        "revenue": "Revenue",
    }


def test_extra_columns_stay_apart_from_ours_and_from_each_other() -> None:
    mapping = ExportMapping({"amount": "net"})
    names = ["deal_id", "stage", "net", "amount", "_source_file", "المبلغ", "العميل", "a b", "a-b"]
    found = columns_of_file(DEALS, names, mapping)
    assert found["amount"] == "net"
    assert found["export_amount"] == "amount"
    assert found["export_source_file"] == "_source_file"
    assert len(found) == len(names)
    assert all(name.isascii() for name in found)


def test_a_mapped_column_that_the_file_lacks_is_named() -> None:
    mapping = ExportMapping({"amount": "close_valeu"})
    with pytest.raises(RefusedFile, match="column 'close_valeu', which the mapping names for amount"):
        columns_of_file(DEALS, ["deal_id", "stage", "close_value"], mapping)
    # A file of the same folder that already has the contract's own name is read as it is.
    assert columns_of_file(DEALS, ["deal_id", "stage", "amount"], mapping)["amount"] == "amount"


@pytest.mark.parametrize(
    ("configured", "words"),
    [
        (
            {"deal": {"deal_id": "x"}},
            r"\[sources.files.mapping.deal\]: there is no folder 'deal'",
        ),
        (
            {"deals": {"dealid": "x"}},
            'deals has no column dealid. Write contract column = "export\'s column"',
        ),
        ({"deals": {"deal_id": 7}}, "7 is not a name; names are texts in quotes"),
        ({"deals": {"file": 7}}, "7 is not a name; names are texts in quotes"),
        ("deals", "must be a table of folders, or as a variable JSON such as"),
        ("[1]", "must be a table of folders"),
        ({"deals": "x.csv"}, 'must be a table of lines such as deal_id = "opportunity_id"'),
    ],
)
def test_a_mapping_is_checked_against_the_contract(configured: dict, words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        mappings_from(configured, ENTITIES)


def test_a_mapping_may_come_as_json_from_a_variable() -> None:
    mappings = mappings_from('{"deals": {"deal_id": "Opportunity ID", "file": "*.csv"}}', ENTITIES)
    assert mappings == {"deals": ExportMapping({"deal_id": "Opportunity ID"}, ("*.csv",))}


def test_files_are_found_by_folder_and_by_mapping(caplog: pytest.LogCaptureFixture) -> None:
    bucket = fsspec.filesystem("memory")
    for path in (
        "deals/a.csv",
        "deals/2024/b.jsonl",
        "deals/.c.csv",
        "deals/D.CSV",
        "pipeline.csv",
        "old/x.csv",
        "orders/r.xlsx",
    ):
        bucket.pipe(f"/bucket[1]/{path}", b"x")
    mappings = mappings_from(
        {"deals": {"file": "pipe*.csv"}, "companies": {"file": ["pipeline.csv"]}}, ENTITIES
    )
    found = files_by_entity(bucket, "/bucket[1]", mappings)
    assert [file.path for file in found["deals"]] == [
        "deals/2024/b.jsonl",
        "deals/D.CSV",
        "deals/a.csv",
        "pipeline.csv",
    ]
    assert [file.path for file in found["companies"]] == ["pipeline.csv"]
    assert "files: orders/r.xlsx is ignored: only .csv, .jsonl, .parquet are read" in caplog.text
    assert "files: old/x.csv is ignored: it lies in no folder of the contract" in caplog.text
    before = {file.path: file.fingerprint for file in found["deals"]}
    bucket.pipe("/bucket[1]/deals/a.csv", b"y")
    mappings["deals"] = ExportMapping({"amount": "x"}, ("pipe*.csv",))
    remapped = {f.path: f.fingerprint for f in files_by_entity(bucket, "/bucket[1]", mappings)["deals"]}
    assert all(remapped[path] != before[path] for path in before), "another mapping reads the same bytes anew"
