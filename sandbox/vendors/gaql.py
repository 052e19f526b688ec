"""Google Ads Query Language, the part that reports use: SELECT, FROM, WHERE … AND …, ORDER BY, LIMIT."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.vendors.google_ads_fields import FIELDS, METRICS_OF, RESOURCES

OPERATORS = ("=", "!=", ">=", "<=", ">", "<", "IN", "BETWEEN")
CLAUSES = ("SELECT", "FROM", "WHERE", "ORDER", "LIMIT", "PARAMETERS")
TOKEN = re.compile(r"""\s*(?:(?P<word>[A-Za-z_][\w.]*)|(?P<number>-?\d+(?:\.\d+)?)|'(?P<single>[^']*)'
    |"(?P<double>[^"]*)"|(?P<sign>!=|>=|<=|[=<>(),])|(?P<wrong>\S))""", re.VERBOSE)  # fmt: skip


class QueryError(ValueError):
    """A query that Google Ads refuses, with the name it gives to the mistake and to the kind of mistake."""

    def __init__(self, code: str, message: str, kind: str = "queryError") -> None:
        super().__init__(message)
        self.kind = kind
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Condition:
    """One comparison of the WHERE clause; its values have the field's type."""

    field: str
    operator: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Query:
    """A query that is right: its fields exist and may be asked for together."""

    select: tuple[str, ...]
    resource: str
    where: tuple[Condition, ...]
    order_by: tuple[tuple[str, bool], ...]
    limit: int | None

    @property
    def metrics(self) -> list[str]:
        """The metrics that are selected or compared."""
        named = [*self.select, *(condition.field for condition in self.where)]
        return list(dict.fromkeys(name for name in named if name.startswith("metrics.")))

    @property
    def by_date(self) -> bool:
        """Whether each day is a row of its own."""
        return "segments.date" in self.select


class _Tokens:
    """The words of a query, read from left to right."""

    def __init__(self, text: str) -> None:
        self.words: list[tuple[str, str]] = []
        for match in TOKEN.finditer(text.rstrip()):
            kind = str(match.lastgroup)
            if kind == "wrong":
                if match["wrong"] in "'\"":
                    raise QueryError("STRING_NOT_TERMINATED", "Error in query: unterminated string.")
                raise QueryError("BAD_SYMBOL", f"Error in query: unexpected symbol {match['wrong']}.")
            self.words.append(("text" if kind in ("single", "double") else kind, match[kind]))
        self.at = 0

    def peek(self) -> str:
        """The next word in capitals, or nothing at the end."""
        return self.words[self.at][1].upper() if self.at < len(self.words) else ""

    def next(self) -> tuple[str, str]:
        """The next word and its kind."""
        if self.at >= len(self.words):
            raise QueryError("UNEXPECTED_END_OF_QUERY", "Error in query: unexpected end of query.")
        self.at += 1
        return self.words[self.at - 1]

    def expect(self, word: str, code: str) -> None:
        """Read one word that must stand here."""
        if self.peek() != word:
            raise QueryError(code, f"Error in query: expected {word}, found {self.peek() or 'the end'}.")
        self.at += 1

    def separated(self, read: Callable[[], Any], separator: str) -> list[Any]:
        """One or more items with a separator between them."""
        items = [read()]
        while self.peek() == separator:
            self.at += 1
            items.append(read())
        return items


def parse(text: str) -> Query:
    """The query that a text holds."""
    tokens = _Tokens(text)
    tokens.expect("SELECT", "EXPECTED_SELECT")
    select = tuple(tokens.separated(lambda: _field(tokens), ","))
    tokens.expect("FROM", "EXPECTED_FROM")
    resource = tokens.next()[1]
    if resource not in RESOURCES:
        raise QueryError(
            "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", f"Error in query: invalid resource {resource!r}."
        )
    where: list[Condition] = []
    if tokens.peek() == "WHERE":
        tokens.next()
        where = tokens.separated(lambda: _condition(tokens), "AND")
    order_by: list[tuple[str, bool]] = []
    if tokens.peek() == "ORDER":
        tokens.next()
        tokens.expect("BY", "EXPECTED_BY")
        order_by = tokens.separated(lambda: _sort(tokens), ",")
    limit = None
    if tokens.peek() == "LIMIT":
        tokens.next()
        limit = _limit(*tokens.next())
    if tokens.peek():
        raise QueryError("UNEXPECTED_INPUT", f"Error in query: unexpected input {tokens.next()[1]}.")
    query = Query(select, resource, tuple(where), tuple(order_by), limit)
    _check(query)
    return query


def _field(tokens: _Tokens) -> str:
    kind, name = tokens.next()
    if kind != "word" or name.upper() in CLAUSES:
        raise QueryError("BAD_FIELD_NAME", f"Error in query: invalid field name {name!r}.")
    if name not in FIELDS:
        raise QueryError("UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{name}'.")
    return name


def _sort(tokens: _Tokens) -> tuple[str, bool]:
    field = _field(tokens)
    if tokens.peek() in ("ASC", "DESC"):
        return field, tokens.next()[1].upper() == "DESC"
    return field, False


def _limit(kind: str, text: str) -> int:
    if kind != "number" or not text.isdecimal():
        raise QueryError("BAD_LIMIT_VALUE", f"Invalid limit value: {text}.")
    if int(text) < 1:
        raise QueryError("LIMIT_VALUE_TOO_LOW", "The limit must be at least 1.")
    return int(text)


def _condition(tokens: _Tokens) -> Condition:
    field = _field(tokens)
    operator = tokens.next()[1].upper()
    if operator == "DURING":
        raise QueryError("INVALID_VALUE_WITH_DURING_OPERATOR",
                         "Relative date ranges are not answered here: give dates with BETWEEN.")  # fmt: skip
    if operator not in OPERATORS:
        raise QueryError("BAD_OPERATOR", f"Error in query: invalid operator {operator}.")
    if operator == "IN":
        tokens.expect("(", "EXPECTED_LIST")
        if tokens.peek() == ")":
            raise QueryError("PROHIBITED_EMPTY_LIST_IN_CONDITION", "A condition holds an empty list.")
        values = tokens.separated(lambda: _value(field, *tokens.next()), ",")
        tokens.expect(")", "EXPECTED_LIST")
    elif operator == "BETWEEN":
        values = [_value(field, *tokens.next())]
        tokens.expect("AND", "EXPECTED_AND")
        values.append(_value(field, *tokens.next()))
    else:
        values = [_value(field, *tokens.next())]
    if operator in (">", "<", ">=", "<=", "BETWEEN") and FIELDS[field] not in ("int64", "double", "date"):
        raise QueryError("OPERATOR_FIELD_MISMATCH", f"Operator {operator} does not apply to {field}.")
    return Condition(field, operator, tuple(values))


def _value(field: str, kind: str, text: str) -> Any:
    """A value in the field's type."""
    wanted = FIELDS[field]
    if isinstance(wanted, frozenset):
        if text not in wanted:
            raise QueryError(
                "BAD_ENUM_CONSTANT", f"Invalid enum value cannot be included in WHERE clause: '{text}'."
            )
        return text
    if wanted == "date":
        if kind != "text" or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise QueryError("INVALID_DATE_FORMAT", f"Expected 'YYYY-MM-DD', found {text!r}.")
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise QueryError("BAD_VALUE", f"{text!r} is not a day of the calendar.") from error
    if wanted in ("int64", "double"):
        if not re.fullmatch(r"-?\d+(\.\d+)?", text):
            raise QueryError("BAD_NUMBER", f"{text!r} is not a number.")
        return float(text) if wanted == "double" else int(float(text))
    if wanted == "bool":
        return text.upper() == "TRUE"
    if kind != "text":
        raise QueryError("INVALID_STRING_VALUE", f"The value of {field} must be a quoted string.")
    return text


def _check(query: Query) -> None:
    """Refuse fields that may not stand where they stand."""
    compared = [condition.field for condition in query.where]
    allowed = {*RESOURCES[query.resource], "segments", "metrics"}
    for clause, fields in (("SELECT", query.select), ("WHERE", tuple(compared))):
        for field in fields:
            if field.split(".")[0] not in allowed:
                raise QueryError(
                    f"PROHIBITED_RESOURCE_TYPE_IN_{clause}_CLAUSE",
                    f"The field {field!r} is not compatible with the resource {query.resource!r}.",
                )
    for field, _ in query.order_by:
        if field not in query.select:
            raise QueryError("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
                             f"The field {field!r} of ORDER BY must be in the SELECT clause.")  # fmt: skip
    if "ad_group_ad.ad.final_urls" in compared:
        raise QueryError("PROHIBITED_FIELD_IN_WHERE_CLAUSE", "ad_group_ad.ad.final_urls can't be filtered.")
    others = [name for name in query.metrics if name not in METRICS_OF.get(query.resource, query.metrics)]
    if others:
        raise QueryError("PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
                         f"The metric {others[0]!r} is not compatible with {query.resource!r}.")  # fmt: skip
    # Of clicks a single day has to be given, which Google demands in other words.
    if query.by_date and query.resource != "click_view" and not _has_finite_range(query):
        raise QueryError("EXPECTED_FILTERS_ON_DATE_RANGE",
                         "A query that selects segments.date must filter it by a finite range.")  # fmt: skip


def _has_finite_range(query: Query) -> bool:
    operators = {condition.operator for condition in query.where if condition.field == "segments.date"}
    starts, ends = {"=", "BETWEEN", "IN", ">", ">="}, {"=", "BETWEEN", "IN", "<", "<="}
    return bool(operators & starts) and bool(operators & ends)
