"""What doesn't count: the records that the company's exclusions name, and all that is of them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.strangers import EXCLUSIONS

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]


def _named(object_name: str, field: str) -> Callable[[Any], bool]:
    """Whether a value of an object's field is one that an exclusion names."""
    rules = [re.compile(pattern, re.IGNORECASE) for kind, column, pattern, _ in EXCLUSIONS
             if (kind, column) == (object_name, field)]  # fmt: skip
    return lambda value: value is not None and any(rule.search(value.strip()) for rule in rules)


def counted(tables: Tables) -> dict[str, list[Row]]:
    """The tables without what is of our own people, of test companies, of tests.

    A matched address excludes its person: contact, browsers, mails, orders; a matched company its people.
    """
    is_own, is_test = _named("contact", "email"), _named("company", "name")
    is_test_deal, is_test_page = _named("deal", "name"), _named("touchpoint", "landing_url")
    companies = {row["company_id"] for row in tables["companies"] if is_test(row["name"])}
    out = [row for row in tables["contacts"] if is_own(row["email"]) or row["company_id"] in companies]
    contacts = {row["contact_id"] for row in out}
    addresses = {row["email"].strip().lower() for row in out if row["email"]}

    def is_out(email: str | None) -> bool:
        return email is not None and (is_own(email) or email.strip().lower() in addresses)

    browsers = {row["anonymous_id"] for row in tables["identities"] if is_out(row["email"])}
    members = {row["deal_id"] for row in tables["deal_contacts"] if row["contact_id"] in contacts}
    deals = {
        row["deal_id"]
        for row in tables["deals"]
        if is_test_deal(row["name"])
        or row["contact_id"] in contacts
        or row["company_id"] in companies
        or (row["contact_id"] is None and row["deal_id"] in members)
    }

    def stays(row: Row) -> bool:
        return not (
            row.get("contact_id") in contacts
            or row.get("company_id") in companies
            or row.get("anonymous_id") in browsers
            or row.get("deal_id") in deals
            or is_out(row.get("email"))
            or is_test_page(row.get("landing_url"))
        )

    unowned = ("email_members", "owners", "people")
    return {name: rows if name in unowned else [r for r in rows if stays(r)] for name, rows in tables.items()}
