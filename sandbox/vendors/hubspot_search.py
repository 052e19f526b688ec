"""HubSpot's search: filter groups (any of them), filters (all of a group), one sort."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.vendors.hubspot_properties import DATE_PROPERTIES
from sandbox.vendors.hubspot_records import Objects
from sandbox.vendors.vendor import Refusal, only

MAX_PAGE = 200
MAX_GROUPS, MAX_FILTERS = 5, 6
COMPARISONS = {"EQ", "NEQ", "LT", "LTE", "GT", "GTE", "BETWEEN", "IN", "NOT_IN"}
OPERATORS = COMPARISONS | {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}


def matching_rows(objects: Objects, groups: Any, sorts: Any) -> np.ndarray:
    """The positions of the live objects that a search matches, in its order."""
    if not isinstance(groups, list) or len(groups) > MAX_GROUPS:
        raise Refusal(
            "invalid", f"filterGroups must be a list of at most {MAX_GROUPS} groups.", "filterGroups"
        )
    found = np.zeros(len(objects.ids), bool) if groups else np.ones(len(objects.ids), bool)
    for group in groups:
        only(group, ("filters",), "a filter group")
        filters = group.get("filters", [])
        if not filters or len(filters) > MAX_FILTERS:
            raise Refusal("invalid", f"A filter group holds 1 to {MAX_FILTERS} filters.", "filterGroups")
        matched = np.ones(len(objects.ids), bool)
        for given in filters:
            matched &= _matches(objects, given)
        found |= matched
    rows = np.flatnonzero(found & ~objects.archived)
    return rows[_order(objects, rows, sorts)]


def _known(objects: Objects, name: Any) -> str:
    if name not in objects.properties.column_names:
        raise Refusal("invalid", f"There was a problem with the request: property {name!r} does not exist.",
                      "propertyName")  # fmt: skip
    return name


def _matches(objects: Objects, given: Mapping[str, Any]) -> np.ndarray:
    only(given, ("propertyName", "operator", "value", "highValue", "values"), "a filter")
    name, operator = _known(objects, given.get("propertyName")), given.get("operator")
    if operator not in OPERATORS:
        raise Refusal(
            "invalid", f"Operator {operator!r} is not one of {', '.join(sorted(OPERATORS))}.", "operator"
        )
    texts = objects.properties[name]
    filled = pc.fill_null(pc.not_equal(texts, ""), False).to_numpy()
    if operator == "HAS_PROPERTY":
        return filled
    if operator == "NOT_HAS_PROPERTY":
        return ~filled
    values = _values(given, operator)
    if name in objects.numbers:
        return filled & _compare(objects.numbers[name], operator, [_number(name, value) for value in values])
    lowered = pc.fill_null(pc.utf8_lower(texts), "")
    wanted = [value.lower() for value in values]
    if operator in ("EQ", "IN"):
        return pc.is_in(lowered, value_set=pa.array(wanted)).to_numpy()
    if operator in ("NEQ", "NOT_IN"):
        return ~pc.is_in(lowered, value_set=pa.array(wanted)).to_numpy()
    raise Refusal("invalid", f"Operator {operator} does not apply to the text property {name!r}.", "operator")


def _values(given: Mapping[str, Any], operator: str) -> list[str]:
    if operator in ("IN", "NOT_IN"):
        values = given.get("values")
    else:
        values = [given.get("value")] + ([given.get("highValue")] if operator == "BETWEEN" else [])
    if (
        not isinstance(values, list)
        or not values
        or not all(isinstance(value, str | int) for value in values)
    ):
        wanted = {"IN": "values", "NOT_IN": "values", "BETWEEN": "value and highValue"}.get(operator, "value")
        raise Refusal("invalid", f"Operator {operator} needs {wanted}.", "filters")
    return [str(value) for value in values]


def _number(name: str, value: str) -> float:
    """A number, or for a date its milliseconds since 1970."""
    try:
        if name in DATE_PROPERTIES and not value.lstrip("-").isdecimal():
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
        return float(value)
    except ValueError as error:
        raise Refusal("invalid", f"{value!r} is not a value of the property {name!r}.", "value") from error


def _compare(numbers: np.ndarray, operator: str, values: list[float]) -> np.ndarray:
    if operator == "BETWEEN":
        return (numbers >= values[0]) & (numbers <= values[1])
    if operator in ("IN", "NOT_IN"):
        return np.isin(numbers, values) == (operator == "IN")
    compare = {"EQ": np.equal, "NEQ": np.not_equal, "LT": np.less, "LTE": np.less_equal,
               "GT": np.greater, "GTE": np.greater_equal}  # fmt: skip
    return compare[operator](numbers, values[0])


def _order(objects: Objects, rows: np.ndarray, sorts: Any) -> np.ndarray:
    if not isinstance(sorts, list) or len(sorts) > 1:
        raise Refusal("invalid", "A search takes a list of at most one sort.", "sorts")
    if not sorts:
        return np.arange(len(rows))
    sort = sorts[0]
    if isinstance(sort, str):
        sort = {
            "propertyName": sort.lstrip("-"),
            "direction": "DESCENDING" if sort[:1] == "-" else "ASCENDING",
        }
    only(sort, ("propertyName", "direction"), "a sort")
    name, direction = _known(objects, sort.get("propertyName")), sort.get("direction", "ASCENDING")
    if direction not in ("ASCENDING", "DESCENDING"):
        raise Refusal("invalid", f"direction must be ASCENDING or DESCENDING, not {direction!r}.", "sorts")
    if name in objects.numbers:
        keys = objects.numbers[name][rows]
    else:
        keys = (
            pc.rank(pc.fill_null(objects.properties[name], ""), tiebreaker="dense")
            .to_numpy()[rows]
            .astype(float)
        )
    return np.lexsort((objects.ids[rows], keys if direction == "ASCENDING" else -keys))
