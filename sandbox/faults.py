"""The named ways in which vendors and data go wrong, switched on through the control plane."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

VENDORS = ("hubspot", "google_ads", "mailchimp")


@dataclass(frozen=True)
class Kind:
    """A way of going wrong. `options` holds the defaults; None marks an option that must be given."""

    description: str
    options: Mapping[str, Any] = field(default_factory=dict)


FAULTS: Mapping[str, Kind] = {
    "rate_limited": Kind("429 in the vendor's form", {"retry_after": 1}),
    "server_error": Kind("a 5xx in the vendor's form", {"status": 503}),
    "token_expired": Kind("401: the access token is refused until a new one is fetched"),
    "html_200": Kind("a gateway's HTML page with status 200"),
    "drop_connection_mid_body": Kind("the connection closes after half of the body"),
    "truncated_json": Kind("a whole response that holds half of the JSON"),
    "type_flip": Kind("a field of another type in every row", {"field": None, "value": "not a number"}),
    "new_field": Kind("a field nobody has seen before in every row", {"field": None, "value": "new"}),
    "missing_field": Kind("a field that is gone from every row", {"field": None}),
    "malformed_row": Kind("one row whose field can't be read", {"field": None, "value": "abc", "row": 0}),
    "search_index_lag": Kind("HubSpot's search shows the state of some seconds ago", {"seconds": 60}),
}
MATCHING = {"name", "vendor", "path", "after", "count"}


class WrongFault(ValueError):
    """A fault that can't be switched on as asked."""


@dataclass
class Fault:
    """One fault that is on: it skips the first `after` matching requests, then meets `count` (None: all)."""

    name: str
    vendor: str | None
    path: str
    after: int
    count: int | None
    options: dict[str, Any]

    def meets(self, vendor: str, path: str) -> bool:
        """Whether this request is one of those that the fault is for; counts it."""
        if self.vendor not in (None, vendor) or not re.search(self.path, path):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.count is None:
            return True
        self.count -= 1
        return self.count >= 0


def parse_fault(given: Mapping[str, Any]) -> Fault:
    """The fault that a control request asks for; refuses what it does not know."""
    name = str(given.get("name"))
    if name not in FAULTS:
        raise WrongFault(f"no fault is named {name!r}; choose one of {', '.join(FAULTS)}")
    defaults = FAULTS[name].options
    unknown = sorted(set(given) - MATCHING - set(defaults))
    if unknown:
        allowed = sorted(MATCHING | set(defaults))
        raise WrongFault(f"{name} has no option {unknown[0]!r}; it takes {', '.join(allowed)}")
    options = {option: given.get(option, default) for option, default in defaults.items()}
    missing = [option for option in options if defaults[option] is None and option not in given]
    if missing:
        raise WrongFault(f"{name} needs the option {missing[0]!r}")
    if given.get("vendor") not in (None, *VENDORS):
        raise WrongFault(f"no vendor is named {given['vendor']!r}; choose one of {', '.join(VENDORS)}")
    return Fault(
        name,
        given.get("vendor"),
        given.get("path", ""),
        given.get("after", 0),
        given.get("count", 1),
        options,
    )


class Faults:
    """The faults that are on."""

    def __init__(self) -> None:
        self._on: list[Fault] = []

    def switch_on(self, given: Mapping[str, Any]) -> Fault:
        """Switch a fault on by name."""
        fault = parse_fault(given)
        self._on.append(fault)
        return fault

    def clear(self) -> None:
        """Switch all faults off."""
        self._on.clear()

    def listed(self) -> list[dict[str, Any]]:
        """The faults that still have requests to meet."""
        return [vars(fault) for fault in self._on if fault.count is None or fault.count > 0]

    def meeting(self, vendor: str, path: str) -> dict[str, dict[str, Any]]:
        """Options by name of the faults that this request meets."""
        return {fault.name: fault.options for fault in self._on if fault.meets(vendor, path)}


def _holder(row: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """The innermost object on a dotted path and the last name of the path."""
    *parents, last = path.split(".")
    for parent in parents:
        row = row.setdefault(parent, {})
    return row, last


def _set_field(rows: Iterable[dict[str, Any]], path: str, value: Any) -> None:
    for row in rows:
        holder, name = _holder(row, path)
        holder[name] = value


def _drop_field(rows: Iterable[dict[str, Any]], path: str) -> None:
    for row in rows:
        holder, name = _holder(row, path)
        holder.pop(name, None)


DATA_FAULTS: Mapping[str, Callable[[list[dict[str, Any]], dict[str, Any]], None]] = {
    "type_flip": lambda rows, options: _set_field(rows, options["field"], options["value"]),
    "new_field": lambda rows, options: _set_field(rows, options["field"], options["value"]),
    "missing_field": lambda rows, options: _drop_field(rows, options["field"]),
    "malformed_row": lambda rows, options: _set_field(
        rows[options["row"] : options["row"] + 1], options["field"], options["value"]
    ),
}


def spoil(rows: list[dict[str, Any]], faults: Mapping[str, dict[str, Any]]) -> None:
    """Change the rows of a response in place as the data faults among `faults` say."""
    for name, options in faults.items():
        if name in DATA_FAULTS:
            DATA_FAULTS[name](rows, options)
