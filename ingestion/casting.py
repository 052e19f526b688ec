"""SQL that turns what a vendor wrote into a column's type, or into NULL where it cannot be read as that type."""

import pyarrow as pa

from ingestion.table import DDL_TYPES

NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
# Integers of 11 to 14 digits are epoch milliseconds (1970-04 … 5138); fewer digits could be seconds or a year.
EPOCH_MILLISECONDS = r"-?[0-9]{11,14}"
DAY = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"


def quoted(name: str) -> str:
    """A name as an SQL identifier, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def is_textual(arrow_type: pa.DataType) -> bool:
    """Whether DuckDB reads this arrow type as VARCHAR."""
    return (
        pa.types.is_string(arrow_type)
        or pa.types.is_large_string(arrow_type)
        or arrow_type == pa.string_view()
    )


def kind_of(arrow_type: pa.DataType) -> str:
    """The column type that holds an arrow type without loss."""
    if pa.types.is_boolean(arrow_type):
        return "bool"
    if pa.types.is_integer(arrow_type):
        return "bigint"
    if pa.types.is_floating(arrow_type):
        return "double"
    if pa.types.is_decimal(arrow_type):
        return "decimal"
    if pa.types.is_timestamp(arrow_type):
        return "timestamp"
    if pa.types.is_date(arrow_type):
        return "date"
    if pa.types.is_nested(arrow_type):
        return "json"
    return "text"


def as_text(column: str, arrow_type: pa.DataType) -> str:
    """SQL for a column as text; nothing but blanks is NULL."""
    name = quoted(column)
    if is_textual(arrow_type):
        return f"case when trim({name}, e' \\t\\r\\n') = '' then null else {name} end"
    if pa.types.is_nested(arrow_type):
        return f"cast(to_json({name}) as varchar)"
    return f"cast({name} as varchar)"


def as_type(column: str, arrow_type: pa.DataType, kind: str) -> str:
    """SQL for a column as `kind`; NULL where the value isn't one."""
    name = quoted(column)
    incoming = kind_of(arrow_type)
    if kind == "timestamp" and incoming == "timestamp" and arrow_type.tz is None:
        return f"cast({name} as timestamp) at time zone 'UTC'"
    exact = {("bigint", "decimal"), ("bigint", "double"), ("decimal", "decimal")}
    if incoming not in ("text", "json", "double") and (incoming == kind or (incoming, kind) in exact):
        return f"try_cast({name} as {DDL_TYPES[kind]})"
    return (
        from_text(f"trim({as_text(column, arrow_type)})", kind)
        if kind != "text"
        else as_text(column, arrow_type)
    )


def from_text(text: str, kind: str) -> str:
    """SQL for a text expression as `kind`; NULL where the text isn't one."""
    number = f"regexp_full_match({text}, {literal(NUMBER)})"
    epoch = f"regexp_full_match({text}, {literal(EPOCH_MILLISECONDS)})"
    moment = (
        f"case when {epoch} then epoch_ms(try_cast({text} as bigint)) at time zone 'UTC' "
        f"when regexp_full_match({text}, {literal(DAY + '([T ].*)?')}) "
        f"then try_cast({text} as timestamp with time zone) end"
    )
    return {
        "text": text,
        "json": f"case when json_valid({text}) then {text} end",
        "decimal": f"case when {number} then try_cast({text} as {DDL_TYPES['decimal']}) end",
        "double": f"case when {number} then try_cast({text} as double) end",
        # DuckDB would round 1.7 to 2 and read 1_000 as 1000.
        "bigint": f"case when regexp_full_match({text}, {literal(r'[+-]?[0-9]+([.]0*)?')}) "
        f"then try_cast(split_part({text}, '.', 1) as bigint) end",
        "bool": f"case when lower({text}) in ('true', 't', 'yes', 'y', '1', '1.0') then true "
        f"when lower({text}) in ('false', 'f', 'no', 'n', '0', '0.0') then false end",
        "timestamp": moment,
        "date": f"case when regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{1,2}}') then try_cast({text} || '-01' as date) "
        f"when regexp_full_match({text}, {literal(DAY)}) then try_cast({text} as date) "
        f"else cast({moment} as date) end",
    }[kind]
