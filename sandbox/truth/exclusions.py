"""What doesn't count: the records that the company's exclusions name, and all that is of them."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sandbox.strangers import EXCLUSIONS
from sandbox.truth.identity import TOLD_AT, Identity, nodes_of

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]
# Tables of nobody: they say nothing about people who don't count.
UNOWNED = ("email_members", "owners", "people", "exchange_rates")


@cache
def _named(object_name: str, field: str) -> Callable[[Any], bool]:
    """Whether a value of an object's field is one that an exclusion names."""
    rules = [re.compile(pattern, re.IGNORECASE) for kind, column, pattern, _ in EXCLUSIONS
             if (kind, column) == (object_name, field)]  # fmt: skip
    return lambda value: value is not None and any(rule.search(value.strip()) for rule in rules)


def excluded_people(tables: Tables, identity: Identity, companies: set[str]) -> set[str]:
    """Everybody of whom one address is our own, or who is a contact of a test company."""
    is_own = _named("contact", "email")
    own = {person for (kind, text), person in identity.person.items() if kind == "email" and is_own(text)}
    theirs = {
        identity.person["contact", row["contact_id"]]
        for row in tables["contacts"]
        if row["company_id"] in companies
    }
    return own | theirs


def is_excluded_visit(row: Row) -> bool:
    """Whether a visit is of the test site, or by a machine."""
    fields = ("landing_url", "user_agent")
    return any(_named("touchpoint", field)(row.get(field)) for field in fields)


def excluded_visitors(tables: Tables, identity: Identity) -> set[str]:
    """Of whom nothing is told but visits that don't count."""
    doubted, known = set[str](), set[str]()
    for name in TOLD_AT:
        for row in tables[name]:
            people = {identity.person[node] for node in nodes_of(row) if node in identity.person}
            (doubted if name == "touchpoints" and is_excluded_visit(row) else known).update(people)
    return doubted - known


def counted(tables: Tables, identity: Identity) -> dict[str, list[Row]]:
    """The tables without what is of our own people, of test companies, of tests; the people leave, too."""
    is_test_company, is_test_deal = _named("company", "name"), _named("deal", "name")
    companies = {row["company_id"] for row in tables["companies"] if is_test_company(row["name"])}
    people = excluded_people(tables, identity, companies) | excluded_visitors(tables, identity)
    contacts = {text for (kind, text), who in identity.person.items() if kind == "contact" and who in people}
    members = {row["deal_id"]: row["contact_id"] for row in tables["deal_contacts"] if row["is_primary"]}
    deals = {
        row["deal_id"]
        for row in tables["deals"]
        if is_test_deal(row["name"])
        or row["company_id"] in companies
        or (row["contact_id"] or members.get(row["deal_id"])) in contacts
    }

    def stays(row: Row) -> bool:
        return not (
            any(identity.person.get(node) in people for node in nodes_of(row))
            or row.get("company_id") in companies
            or ("activity_id" not in row and row.get("deal_id") in deals)
            or row.get("loser_id") in contacts
            or is_excluded_visit(row)
        )

    kept = {name: rows if name in UNOWNED else [r for r in rows if stays(r)] for name, rows in tables.items()}
    identity.person = {node: person for node, person in identity.person.items() if person not in people}
    return kept
