"""Judges the rows of a page in SQL: typed values where all can be read, else the reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as compute

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
# A few odd values in a sparse column are bad rows; this many, or half of a vendor's page, are a column that
# changed. A file may well be a handful of rows that somebody typed, so there it takes this many.
FLIPPED_VALUES = 20
# Names of our own beside those of a page. They have a blank, which no normalized name of a column has:
# a column called typed_1 or _reason must be data like any other.
ROW_NUMBER = "row number"
IS_BAD, REASON = "is bad", "why bad"
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
    """Judges the rows registered as `page`: `kinds` are the columns to land, `arriving` how those of the page
    arrive."""

    connection: duckdb.DuckDBPyConnection
    table: Table
    kinds: Mapping[str, str]
    arriving: Mapping[str, pa.DataType]
    place: str

    def landed(self, account_id: str) -> tuple[pa.Table, int]:
        """The good rows, typed, and the number of bad ones."""
        columns = [f"{self.name(c)} as {quoted(c)}" for c in self.kinds]
        columns.append(f"{literal(account_id)} as _source_account_id")
        if self.table.key:
            columns.append(f"{self._row_key()} as {ROW_KEY}")
        bad = " or ".join(check for check, _ in self._checks()) or "false"
        judged = self.connection.execute(
            f"select {', '.join(columns)}, {bad} as {quoted(IS_BAD)} from {self._read()}"  # noqa: S608
        ).to_arrow_table()
        is_bad = judged.column(IS_BAD)
        count = compute.sum(is_bad, min_count=0).as_py()
        rows = judged.drop_columns([IS_BAD])
        return (rows.filter(compute.invert(is_bad)) if count else rows), count

    def rejected(self) -> list[dict[str, Any]]:
        """The bad rows as they arrived, with their numbers and reasons."""
        reasons = ", ".join(f"case when {check} then {reason} end" for check, reason in self._checks())
        arrived = ", ".join(f"{literal(c)}, {quoted(c)}" for c in self.arriving if not c.startswith("_"))
        rows = self.connection.execute(
            f"select {quoted(ROW_NUMBER)}, concat_ws('; ', {reasons}) as {quoted(REASON)}, "  # noqa: S608
            f"cast(json_object({arrived}) as varchar) "
            f"from {self._read()} where {quoted(REASON)} <> '' order by {quoted(ROW_NUMBER)}"
        ).fetchall()
        same = {"entity": self.table.name, "file_or_endpoint": self.place, "rejected_at": datetime.now(UTC)}
        return [{**same, "row_number": n, "reason": reason, "row_json": row} for n, reason, row in rows]

    def refuse_flips(self) -> None:
        """Raise TypeFlip where a column changed its type, rather than some of its values being odd."""
        for column, bad in self._unreadable().items():
            present = self._present(column)
            rows, filled, unread, example = self.connection.execute(
                f"select count(*), count({present}), count(*) filter (where {bad}), "  # noqa: S608
                f"min(cast({present} as varchar)) filter (where {bad}) from {self._read()}"
            ).fetchall()[0]
            few = filled < (2 if self.table.key else FLIPPED_VALUES)
            if unread == filled and not few and (filled * 2 >= rows or filled >= FLIPPED_VALUES):
                raise TypeFlip(self.table.name, column, self.kinds[column], "text", example[:80], self.place)

    def _read(self) -> str:
        """The page with the text of each value that is read as text, and with all values typed."""
        texts = "".join(f", {self._text(c)} as {self._value(c)}" for c in self.arriving)
        typed = "".join(f", {self._typed(c)} as {self.name(c)}" for c in self.kinds)
        return f"(select *{typed} from (select *{texts} from page))"  # noqa: S608

    def name(self, column: str) -> str:
        """The name under which the typed value of a column is read."""
        return quoted(f"typed {list(self.kinds).index(column)}")

    def _value(self, column: str) -> str:
        return quoted(f"text {list(self.arriving).index(column)}")

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

    def _checks(self) -> list[tuple[str, str]]:
        """SQL that is true where a row is bad, with SQL for the reason."""
        checks = [
            (
                bad,
                f"concat({literal(f'column {c}: {QUOTE}')}, left(cast({self._present(c)} as varchar), 80), "
                f"{literal(self._not_its_kind(c))})",
            )
            for c, bad in self._unreadable().items()
        ]
        checks += [
            (
                f"coalesce(contains({self._value(c)}, '{NOT_UTF8}'), false)",
                literal(f"column {c}: has bytes that are not UTF-8"),
            )
            for c, arrow_type in self.arriving.items()
            if is_textual(arrow_type) and self.kinds[c] == "text"
        ]
        checks += [
            (f"{self._present(c)} is null", literal(f"column {c}: required, but empty"))
            for c in self.table.filled
        ]
        if self.table.one_of:
            empty = " and ".join(f"{self._present(c)} is null" for c in self.table.one_of)
            reason = f"columns {', '.join(self.table.one_of)}: one of them is required, but all are empty"
            checks.append((f"({empty})", literal(reason)))
        return checks

    def _row_key(self) -> str:
        # Each part carries its length, so that no two keys run together; a missing part is no empty one.
        texts = [f"cast({self.name(c)} as varchar)" for c in self.table.key]
        parts = ", ".join(f"coalesce(length({text}) || ':' || {text}, '-')" for text in texts)
        return f"md5(concat_ws('|', {parts}))"
