"""SQL that reads a vendor's value as a column's type, or as NULL where it is none."""

import pyarrow as pa

from ingestion.table import DDL_TYPES

NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
WHOLE_NUMBER = r"[+-]?[0-9]+([.]0*)?"
# Integers of 11 to 14 digits are epoch milliseconds (1973 … 5138); fewer could be seconds, or a year.
EPOCH_MILLISECONDS = r"-?[0-9]{11,14}"
DAY = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
MONTH = r"[0-9]{4}-[0-9]{1,2}"
# Up to here every whole number is a float of its own.
LARGEST_EXACT = 2**53
# Types of arrow that another column type holds without loss.
HELD_BY = {("bigint", "decimal"), ("bigint", "double")}


def quoted(name: str) -> str:
    """A name as an SQL identifier, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def is_textual(kind: pa.DataType) -> bool:
    """Whether DuckDB reads this arrow type as VARCHAR."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view()


def kind_of(arrow_type: pa.DataType) -> str:
    """The column type that holds an arrow type without loss."""
    of = pa.types
    tests = (
        (of.is_boolean, "bool"),
        (of.is_integer, "bigint"),
        (of.is_floating, "double"),
        (of.is_decimal, "decimal"),
        (of.is_timestamp, "timestamp"),
        (of.is_date, "date"),
        (of.is_nested, "json"),
    )
    return next((kind for test, kind in tests if test(arrow_type)), "text")


def as_text(column: str, arrow_type: pa.DataType, trimmed: bool) -> str:
    """SQL for a column as text; nothing but blanks is NULL."""
    name = quoted(column)
    if pa.types.is_nested(arrow_type):
        return f"cast(to_json({name}) as varchar)"
    if pa.types.is_floating(arrow_type):
        # An id among missing ones arrives as 7.0, and must be the 7 of other files.
        whole = f"cast(try_cast({name} as bigint) as varchar)"
        is_whole = f"{name} = trunc({name}) and abs({name}) < {LARGEST_EXACT}"
        return f"case when {is_whole} then {whole} else cast({name} as varchar) end"
    if not is_textual(arrow_type):
        return f"cast({name} as varchar)"
    bare = rf"trim({name}, e' \t\r\n')"
    return f"nullif({bare}, '')" if trimmed else f"case when {bare} <> '' then {name} end"


def directly(column: str, arrow_type: pa.DataType, kind: str) -> str | None:
    """SQL for a column that arrives typed as `kind`; None where it has to be read as text."""
    incoming = kind_of(arrow_type)
    if incoming in ("text", "json") or (incoming != kind and (incoming, kind) not in HELD_BY):
        return None
    if kind == "timestamp" and arrow_type.tz is None:
        return f"cast({quoted(column)} as timestamp) at time zone 'UTC'"
    if kind == "double":
        return (
            f"case when isfinite(cast({quoted(column)} as double)) then cast({quoted(column)} as double) end"
        )
    return f"try_cast({quoted(column)} as {DDL_TYPES[kind]})"


def from_text(text: str, kind: str) -> str:
    """SQL for a trimmed text as `kind`; NULL where it isn't one."""
    is_number = f"regexp_full_match({text}, '{NUMBER}')"
    moment = f"""case
        when regexp_full_match({text}, '{DAY}([T ].*)?') then try_cast({text} as timestamp with time zone)
        when regexp_full_match({text}, '{EPOCH_MILLISECONDS}')
            then epoch_ms(try_cast({text} as bigint)) at time zone 'UTC'
        end"""
    return {
        "text": text,
        "json": f"case when json_valid({text}) then {text} end",
        "decimal": f"case when {is_number} then try_cast({text} as {DDL_TYPES['decimal']}) end",
        "double": f"case when {is_number} then try_cast({text} as double) end",
        # DuckDB alone would round 1.7 to 2 and read 1_000 as 1000.
        "bigint": f"""case when regexp_full_match({text}, '{WHOLE_NUMBER}')
            then try_cast(split_part({text}, '.', 1) as bigint) end""",
        "bool": f"""case
            when lower({text}) in ('true', 't', 'yes', 'y', '1', '1.0') then true
            when lower({text}) in ('false', 'f', 'no', 'n', '0', '0.0') then false
            end""",
        "timestamp": moment,
        "date": f"""case
            when regexp_full_match({text}, '{DAY}') then try_cast({text} as date)
            when regexp_full_match({text}, '{MONTH}') then try_cast({text} || '-01' as date)
            else cast({moment} as date)
            end""",
    }[kind]
