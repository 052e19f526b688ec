"""Judges the rows of a page in SQL: typed values where all can be read, else the reason why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.casting import as_text, directly, from_text, is_textual, literal, quoted
from ingestion.errors import IngestionError
from ingestion.table import DDL_TYPES, ROW_KEY, Table

QUOTE = "'"
NOUNS = {
    "bigint": "a whole number",
    "double": "a number",
    "decimal": "a decimal",
    "bool": "true or false",
    "timestamp": "a timestamp",
    "date": "a date",
    "json": "JSON",
}
# A few odd values in a sparse column are bad rows; this many, or half of a page, are a column that changed.
FLIPPED_VALUES = 20
# What file readers write in place of bytes that are no UTF-8; Unicode guarantees that no text has it.
NOT_UTF8 = "\ufdd0"


class TypeFlip(IngestionError):
    """A column arrives in another type than the one it is stored in."""

    def __init__(self, table: str, column: str, stored: str, arriving: str, example: str, at: str) -> None:
        self.table, self.column, self.stored, self.arriving = table, column, stored, arriving
        super().__init__(
            f"table {table}, column {column}: stored as {stored}, arrives as {arriving} "
            f"({example!r} in {at}). Nothing of this load was kept. Correct it at the source and run again; "
            "or, if the change is meant, change the type where the table is declared and run once with "
            "--full-refresh."
        )


@dataclass(frozen=True)
class Judge:
    """Judges one page: `kinds` are the columns to land, `arriving` says how those of the page arrive."""

    connection: duckdb.DuckDBPyConnection
    table: Table
    kinds: Mapping[str, str]
    arriving: Mapping[str, pa.DataType]
    place: str

    def judge(self, rows: pa.Table, row_numbers: pa.Array) -> int:
        """Fill the table `judged`; how many rows of it are bad."""
        self.connection.register("page", rows.append_column("_row_number", row_numbers))
        texts = ", ".join(f"{self._text(c)} as {self._value(c)}" for c in self.arriving)
        typed = ", ".join(f"{self._typed(c)} as {self.name(c)}" for c in self.kinds)
        problems = ", ".join(self._problems()) or "null"
        # Each level computes what the next one uses more than once.
        self.connection.execute(
            f"""create or replace temp table judged as
            select *, nullif(concat_ws('; ', {problems}), '') as _problem
            from (select *, {typed} from (select *{", " if texts else ""}{texts} from page))"""  # noqa: S608
        )
        self.connection.unregister("page")
        return self._one("select count(_problem) from judged")[0]

    def landed(self, account_id: str) -> pa.Table:
        """The good rows, typed."""
        columns = [f"{self.name(c)} as {quoted(c)}" for c in self.kinds]
        columns.append(f"{literal(account_id)} as _source_account_id")
        if self.table.key:
            columns.append(f"{self._row_key()} as {ROW_KEY}")
        listed = ", ".join(columns)
        return self.connection.execute(
            f"select {listed} from judged where _problem is null"  # noqa: S608
        ).to_arrow_table()

    def rejected(self) -> list[dict[str, Any]]:
        """The bad rows as they arrived, with their numbers and reasons."""
        arrived = ", ".join(f"{literal(c)}, {quoted(c)}" for c in self.arriving if not c.startswith("_"))
        rows = self.connection.execute(
            f"select _row_number, _problem, cast(json_object({arrived}) as varchar) from judged "  # noqa: S608
            "where _problem is not null order by _row_number"
        ).fetchall()
        same = {"entity": self.table.name, "file_or_endpoint": self.place, "rejected_at": datetime.now(UTC)}
        return [{**same, "row_number": n, "reason": reason, "row_json": row} for n, reason, row in rows]

    def refuse_flips(self) -> None:
        """Raise TypeFlip where a column changed its type, rather than some of its values being odd."""
        for column, bad in self._unreadable().items():
            rows, filled, unread, example = self._one(
                f"select count(*), count({self._present(column)}), count(*) filter (where {bad}), "  # noqa: S608
                f"any_value(cast({self._present(column)} as varchar)) filter (where {bad}) from judged"
            )
            if unread == filled >= 2 and (filled * 2 >= rows or filled >= FLIPPED_VALUES):
                raise TypeFlip(self.table.name, column, self.kinds[column], "text", example[:80], self.place)

    def name(self, column: str) -> str:
        """The typed value of a column in `judged`."""
        return f"typed_{list(self.kinds).index(column)}"

    def _value(self, column: str) -> str:
        return f"text_{list(self.arriving).index(column)}"

    def _present(self, column: str) -> str:
        """SQL that is NULL exactly where the column has nothing to read."""
        if column not in self.arriving:
            return "null"
        return self._value(column) if is_textual(self.arriving[column]) else quoted(column)

    def _text(self, column: str) -> str:
        arrow_type, kind = self.arriving[column], self.kinds[column]
        if directly(column, arrow_type, kind) is not None:
            return "null"
        return as_text(column, arrow_type, trimmed=kind != "text")

    def _typed(self, column: str) -> str:
        kind = self.kinds[column]
        if column not in self.arriving:
            return f"cast(null as {'varchar' if kind == 'json' else DDL_TYPES[kind]})"
        return directly(column, self.arriving[column], kind) or from_text(self._value(column), kind)

    def _unreadable(self) -> dict[str, str]:
        return {
            c: f"({self.name(c)} is null and {self._present(c)} is not null)"
            for c in self.arriving
            if self.kinds[c] != "text"
        }

    def _not_its_kind(self, column: str) -> str:
        return f"{QUOTE} is not {NOUNS[self.kinds[column]]}"

    def _problems(self) -> list[str]:
        problems = [
            f"case when {bad} then concat({literal(f'column {c}: {QUOTE}')}, "
            f"left(cast({self._present(c)} as varchar), 80), {literal(self._not_its_kind(c))}) end"
            for c, bad in self._unreadable().items()
        ]
        problems += [
            f"case when contains({self._value(c)}, '{NOT_UTF8}') "
            f"then {literal(f'column {c}: has bytes that are not UTF-8')} end"
            for c, arrow_type in self.arriving.items()
            if is_textual(arrow_type) and self.kinds[c] == "text"
        ]
        problems += [
            f"case when {self._present(c)} is null then {literal(f'column {c}: required, but empty')} end"
            for c in self.table.filled
        ]
        if self.table.one_of:
            empty = " and ".join(f"{self._present(c)} is null" for c in self.table.one_of)
            reason = f"columns {', '.join(self.table.one_of)}: one of them is required, but all are empty"
            problems.append(f"case when {empty} then {literal(reason)} end")
        return problems

    def _row_key(self) -> str:
        # Each part carries its length, so that no two keys run together; a missing part is no empty one.
        texts = [f"cast({self.name(c)} as varchar)" for c in self.table.key]
        parts = ", ".join(f"coalesce(length({text}) || ':' || {text}, '-')" for text in texts)
        return f"md5(concat_ws('|', {parts}))"

    def _one(self, sql: str) -> Sequence[Any]:
        return self.connection.execute(sql).fetchall()[0]
