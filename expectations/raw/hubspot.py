"""What must hold of what HubSpot sent."""

from expectations.claims import at_least, between, filled, fresh, one_of, plausible, unique
from expectations.suite import Check, Suite

# Accounts may add stages of their own, so an unknown one is worth a look and no reason to stop.
LIFECYCLE_STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesacceptedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
)


def suite(table: str, fed_by: tuple[str, ...], *claims: Check, personal: tuple[str, ...] = ()) -> Suite:
    """A suite of this source."""
    return Suite("raw", "hubspot", table, fed_by, claims, frozenset(personal))


SUITES = (
    suite(
        "contacts",
        ("contacts",),
        unique("id"),
        *filled("id"),
        *plausible("createdate", "updated_at"),
        fresh("updated_at", 14),
        one_of("lifecyclestage", LIFECYCLE_STAGES, severity="warn"),
        personal=("email", "firstname", "lastname"),
    ),
    suite(
        "companies",
        ("companies",),
        unique("id"),
        *filled("id"),
        *plausible("createdate", "updated_at"),
        *at_least(0, "numberofemployees", severity="warn"),
    ),
    suite(
        "deals",
        ("deals",),
        unique("id"),
        *filled("id", "dealstage"),
        *plausible("createdate", "updated_at"),
        fresh("updated_at", 14),
        *at_least(0, "amount"),
        *between(0, 1, "hs_deal_stage_probability"),
        one_of("dealtype", ("newbusiness", "existingbusiness", "renewal"), severity="warn"),
    ),
    suite(
        "property_history",
        ("lifecycle_history", "deal_stage_history", "deal_field_history"),
        unique("object_type", "object_id", "property_name", "changed_at", "value"),
        *filled("object_type", "object_id", "property_name", "changed_at"),
        *plausible("changed_at"),
        one_of("object_type", ("contacts", "companies", "deals")),
        personal=("value",),
    ),
    suite(
        "associations",
        ("deal_contacts",),
        unique("from_type", "from_id", "to_type", "to_id", "type_id"),
        *filled("from_id", "to_id"),
        one_of("from_type", ("contacts", "deals")),
        one_of("to_type", ("contacts", "companies")),
    ),
    suite(
        "owners",
        (),
        unique("id"),
        *filled("id"),
        personal=("email", "first_name", "last_name"),
    ),
    suite("pipelines", (), unique("object_type", "id"), *filled("object_type", "id", "stages")),
)
