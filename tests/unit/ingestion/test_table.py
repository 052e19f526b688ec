"""A raw table states its columns once, and mistakes in the statement are found when it is written."""

import pytest

from ingestion.entities import ENTITIES
from ingestion.table import Table


def test_a_key_that_is_no_column_is_named() -> None:
    with pytest.raises(ValueError, match="table deals: deal_no not among its columns"):
        Table("deals", {"deal_id": "text"}, key=("deal_no",))


def test_an_unknown_type_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="table deals: unknown types money; use text, bigint"):
        Table("deals", {"amount": "money"}, key=())


def test_key_columns_are_required_unless_they_may_be_empty() -> None:
    table = Table(
        "clicks",
        {"id": "text", "url": "text", "at": "timestamp"},
        key=("id", "url"),
        required=("at",),
        empty_in_key=("url",),
    )
    assert table.filled == ("id", "at")


def test_every_entity_of_the_contract_is_there_with_its_types() -> None:
    assert len(ENTITIES) == 20
    deals = ENTITIES["deals"].columns
    expected = {
        "deal_id": "text",
        "amount": "decimal",
        "created_at": "timestamp",
        "close_date_expected": "date",
        "is_won": "bool",
        "probability": "decimal",
        "_source_row": "bigint",
    }
    assert {column: deals[column] for column in expected} == expected
    assert ENTITIES["deals"].required == ("deal_id", "stage")
    assert ENTITIES["touchpoints"].one_of == ("contact_id", "email", "anonymous_id")
    assert ENTITIES["deal_field_history"].columns["value"] == "text"
    assert ENTITIES["conversions"].columns["value"] == "decimal"
