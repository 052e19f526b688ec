"""Reads csv, jsonl and parquet in batches of text or typed columns, keeping the number of each row."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

import duckdb
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv as arrow_csv
import pyarrow.parquet as arrow_parquet

from ingestion.casting import literal, quoted
from ingestion.file_mapping import RefusedFile
from ingestion.judging import NOT_UTF8

BLOCK_BYTES = 16 << 20
PARQUET_ROWS = 100_000
HEADER_BYTES = 1 << 20
END_BYTES = 1024
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DELIMITERS = (",", ";", "\t", "|")
ESCAPED = dict.fromkeys(range(0xDC80, 0xDD00), NOT_UTF8)
EXACT_DIGITS = 15
LONG_NUMBER = re.compile(rb"[0-9.]{16}")
Columns = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass
class Batch:
    """Rows of a file under their landing names, their numbers in it, and lines that are no rows."""

    rows: pa.Table
    numbers: pa.Array
    broken: list[tuple[int, str, str]] = field(default_factory=list)


def read_csv(stream: IO[bytes], columns: Columns) -> Iterator[Batch]:
    """Batches of a csv file with a header, by the delimiter under which the header has known names."""
    head = stream.read(HEADER_BYTES)
    if not head.removeprefix(BYTE_ORDER_MARK).strip():
        return
    names, delimiter, chosen = _header(head, columns)
    before, has_rows = _lines_before_rows(head, delimiter)
    if not has_rows:
        return
    stream.seek(0)
    utf8 = Utf8(stream)
    broken: list[tuple[int, str, str]] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        reason = f"the row has {row.actual_columns} columns, the header {row.expected_columns}"
        broken.append((row.number - before, reason, json.dumps({"line": row.text}, ensure_ascii=False)))
        return "skip"

    positions = [f"f{n}" for n in range(len(names))]
    reader = arrow_csv.open_csv(
        pa.PythonFile(utf8, mode="r"),
        # One thread: with several, a broken row doesn't know its number.
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=BLOCK_BYTES, column_names=positions, skip_rows_after_names=before
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(positions, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )
    position = {name: f"f{n}" for n, name in enumerate(names)}
    next_row = 1
    skipped = 0
    record_batch = next(reader, None)
    while record_batch is not None:
        following = next(reader, None)
        rows = pa.Table.from_batches([record_batch])
        numbers = _numbers(next_row, rows.num_rows, [number for number, _, _ in broken])
        next_row = numbers[-1].as_py() + 1 if rows.num_rows else next_row
        if following is None and rows.num_rows and _is_open(rows.column(rows.num_columns - 1)[-1], utf8.end):
            broken.append((numbers[-1].as_py(), _open_reason(names[-1]), _row_json(names, rows)))
            rows, numbers = rows.slice(0, rows.num_rows - 1), numbers[:-1]
        fresh, skipped = broken[skipped:], len(broken)
        yield Batch(_named(rows, {column: position[name] for column, name in chosen.items()}), numbers, fresh)
        record_batch = following
    if broken[skipped:]:
        yield Batch(pa.table({}), pa.array([], pa.int64()), broken[skipped:])


def _lines_before_rows(head: bytes, delimiter: str) -> tuple[int, bool]:
    """How many lines, empty ones and the header, stand before the first row, and whether there is one."""
    text = head.decode("utf-8-sig", "surrogateescape")
    before = 0
    is_headed = False
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if is_headed and line:
                return before, True
            before += not is_headed
            is_headed = is_headed or bool(line)
    except csv.Error:
        # A value of a row, longer than Python's reader takes.
        return before, True
    return before, len(head) == HEADER_BYTES


def _is_open(last: pa.StringScalar, end: bytes) -> bool:
    """Whether the last value of a file took in the lines after it, as its quote is never closed."""
    # A value with a line break is quoted; closed, it is followed by nothing but line ends.
    has_break = last.is_valid and ("\n" in last.as_py() or "\r" in last.as_py())
    return has_break and not end.rstrip(b"\r\n").endswith(b'"')


def _open_reason(column: str) -> str:
    return f"a quote is opened in column {column} and never closed, so that all after it is no row"


def _row_json(names: Sequence[str], rows: pa.Table) -> str:
    """The last row as it was read."""
    values = (column[-1].as_py() for column in rows.columns)
    return json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)


def _header(head: bytes, columns: Columns) -> tuple[list[str], str, Mapping[str, str]]:
    text = head.decode("utf-8-sig", "surrogateescape")
    refusals: list[tuple[int, RefusedFile]] = []
    for delimiter in DELIMITERS:
        # Spreadsheets export their empty columns too, any number of them.
        names = [
            name if name.strip() else f"unnamed {n}" for n, name in enumerate(_first_row(text, delimiter), 1)
        ]
        try:
            return names, delimiter, columns(names)
        except RefusedFile as refusal:
            refusals.append((len(names), refusal))
    raise max(refusals, key=lambda refused: refused[0])[1]


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        names = next(row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row)
        "".join(names).encode("utf-8")
    except (csv.Error, UnicodeEncodeError) as error:
        raise RefusedFile("its header is not UTF-8 text; save the file as CSV UTF-8") from error
    return names


def _numbers(first: int, count: int, broken: Sequence[int]) -> pa.Array:
    """The next `count` row numbers that no broken row has."""
    candidates = pa.arange(first, first + count + len(broken))
    if not broken:
        return candidates
    taken = compute.is_in(candidates, pa.array(broken, pa.int64()))
    return candidates.filter(compute.invert(taken))[:count]


def read_jsonl(stream: IO[bytes], columns: Columns) -> Iterator[Batch]:
    """Batches of a file with one JSON object a line; values as text, nested ones as JSON."""
    connection = duckdb.connect(":memory:")
    first = 1
    keys: dict[str, None] = {}
    try:
        for lines in _line_blocks(Utf8(stream)):
            rows = pa.table({"line": lines, "number": pa.arange(first, first + len(lines))})
            first += len(lines)
            connection.register("lines", rows)
            # A key of an earlier block stays known, so that only the first block can lack a required one.
            keys.update(dict.fromkeys(_keys(connection)))
            yield _objects(connection, columns(list(keys)))
    finally:
        connection.close()


IS_OBJECT = "coalesce(json_type(case when json_valid(line) then line end) = 'OBJECT', false)"


def _keys(connection: duckdb.DuckDBPyConnection) -> list[str]:
    keys = connection.execute(
        f"select key from (select unnest(json_keys(line)) as key, number from lines where {IS_OBJECT}) "  # noqa: S608
        "group by key order by min(number), key"
    )
    return [key for (key,) in keys.fetchall()]


def _objects(connection: duckdb.DuckDBPyConnection, chosen: Mapping[str, str]) -> Batch:
    broken = connection.execute(f"select number, line from lines where not {IS_OBJECT}").fetchall()  # noqa: S608
    pointers = ", ".join(
        literal("/" + name.replace("~", "~0").replace("/", "~1")) for name in chosen.values()
    )
    values = ", ".join(f"texts[{n}] as {quoted(column)}" for n, column in enumerate(chosen, 1))
    rows = connection.execute(
        f"select {values}, number as _number from ("  # noqa: S608
        f"select number, json_extract_string(line, [{pointers}]) as texts from lines where {IS_OBJECT}) "
        "order by number"
    ).to_arrow_table()
    reason = "the line is not a JSON object"
    return Batch(
        rows.drop_columns(["_number"]),
        rows.column("_number").combine_chunks(),
        [(number, reason, json.dumps({"line": line}, ensure_ascii=False)) for number, line in broken],
    )


def _line_blocks(stream: io.RawIOBase) -> Iterator[pa.Array]:
    rest = b""
    while True:
        block = stream.read(BLOCK_BYTES) or b""
        *whole, rest = (rest + block).split(b"\n") if block else (rest, b"")
        lines = pa.array(_exact(whole), pa.string())
        lines = lines.filter(compute.not_equal(compute.utf8_trim_whitespace(lines), ""))
        if len(lines):
            yield lines
        if not block:
            return


def _exact(lines: list[bytes]) -> list[bytes]:
    """The lines, with long numbers as texts, since JSON readers keep 17 digits of a number."""
    return [_with_long_numbers_as_text(line) if LONG_NUMBER.search(line) else line for line in lines]


def _with_long_numbers_as_text(line: bytes) -> bytes:
    try:
        value = json.loads(
            line,
            parse_float=lambda text: text if len(text) > EXACT_DIGITS else float(text),
            parse_int=lambda text: text if len(text) > EXACT_DIGITS else int(text),
        )
    except ValueError:
        return line
    return json.dumps(value, ensure_ascii=False).encode()


def read_parquet(stream: IO[bytes], columns: Columns) -> Iterator[Batch]:
    """Batches of a parquet file, with its own types."""
    try:
        parquet = arrow_parquet.ParquetFile(stream)
    except pa.ArrowInvalid as error:
        raise RefusedFile(f"it is not a parquet file: {error}") from error
    chosen = columns(parquet.schema_arrow.names)
    first = 1
    for record_batch in parquet.iter_batches(batch_size=PARQUET_ROWS):
        rows = _named(_plain(pa.Table.from_batches([record_batch])), chosen)
        yield Batch(rows, pa.array(range(first, first + rows.num_rows), pa.int64()))
        first += rows.num_rows


def _plain(rows: pa.Table) -> pa.Table:
    """Categories as their values, and bytes as the text that they hold, as some writers mark no text."""
    for n, kind in enumerate(rows.schema.types):
        if pa.types.is_dictionary(kind):
            rows = rows.set_column(n, rows.schema.names[n], rows.column(n).cast(kind.value_type))
        elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            try:
                rows = rows.set_column(n, rows.schema.names[n], rows.column(n).cast(pa.large_string()))
            except pa.ArrowInvalid:
                continue
    return rows


READERS: Mapping[str, Callable[[IO[bytes], Columns], Iterator[Batch]]] = {
    ".csv": read_csv,
    ".jsonl": read_jsonl,
    ".parquet": read_parquet,
}


def _named(rows: pa.Table, chosen: Mapping[str, str]) -> pa.Table:
    return pa.Table.from_arrays([rows.column(name) for name in chosen.values()], names=list(chosen))


class Utf8(io.RawIOBase):
    """Bytes of a stream without byte order mark, with NOT_UTF8 in place of what is not UTF-8."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._cut = b""
        self._ready = b""
        self.end = b""
        self._is_started = self._is_ended = False

    def readable(self) -> bool:
        """It is read only."""
        return True

    def read(self, size: int = -1) -> bytes:
        """`size` bytes, fewer only at the end, as a reader may take a short block for a cut row."""
        while not self._is_ended and (size < 0 or len(self._ready) < size):
            block = self._stream.read(size)
            self._is_ended = not block
            self.end = (self.end + block)[-END_BYTES:]
            self._ready += self._clean(self._cut + block)
        wanted = len(self._ready) if size < 0 else size
        read, self._ready = self._ready[:wanted], self._ready[wanted:]
        return read

    def _clean(self, data: bytes) -> bytes:
        self._cut = b""
        if not self._is_started and data:
            self._is_started = True
            data = data.removeprefix(BYTE_ORDER_MARK)
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" and not self._is_ended:
                self._cut, data = data[error.start :], data[: error.start]
            return data.decode("utf-8", "surrogateescape").translate(ESCAPED).encode("utf-8")
        return data
