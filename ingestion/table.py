"""What a raw table looks like: columns, types, key, and what a row must carry."""

from collections.abc import Mapping
from dataclasses import dataclass

DDL_TYPES: Mapping[str, str] = {
    "text": "varchar",
    "bigint": "bigint",
    "double": "double",
    "decimal": "decimal(38, 9)",  # what dlt makes of a decimal
    "bool": "boolean",
    "timestamp": "timestamp with time zone",
    "date": "date",
    "json": "json",
}
ROW_KEY = "_row_key"
RESERVED_PREFIXES = ("_dlt", "_source_", ROW_KEY)


@dataclass(frozen=True)
class Table:
    """One raw table; `columns` maps a name to text, bigint, double, decimal, bool, timestamp, date or json.

    Key columns and `required` ones may not be empty, except those of `empty_in_key`, which identify a row
    even where they say nothing (the url of an e-mail that was opened). Of `one_of` at least one is filled.
    With `replaces`, a load that has read a group (a value of those columns) in full replaces its stored rows,
    so that a row which is no longer reported goes; without, rows are merged by key.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    required: tuple[str, ...] = ()
    newest_by: str | None = None
    description: str = ""
    empty_in_key: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        named = {*self.key, *self.required, *self.empty_in_key, *self.one_of, *self.replaces}
        if self.newest_by is not None:
            named.add(self.newest_by)
        if missing := sorted(named - set(self.columns)):
            raise ValueError(f"table {self.name}: {', '.join(missing)} not among its columns")
        if unknown := sorted(set(self.columns.values()) - set(DDL_TYPES)):
            raise ValueError(
                f"table {self.name}: unknown types {', '.join(unknown)}; use {', '.join(DDL_TYPES)}"
            )

    @property
    def filled(self) -> tuple[str, ...]:
        """Columns without which a row goes to quarantine."""
        return tuple(c for c in (*self.key, *self.required) if c not in self.empty_in_key)

    @property
    def row_identity(self) -> str:
        """The column that every row of its own has, unlike one that only names a replaced group."""
        return ROW_KEY if self.key else "_source_row"

    @property
    def all_columns(self) -> dict[str, str]:
        """The declared columns and those that landing and dlt add, in the order of the raw table."""
        added = {"_source_account_id": "text"}
        if self.key:
            added[ROW_KEY] = "text"
        return {**self.columns, **added, "_dlt_load_id": "text"}
