"""How HubSpot words associations: type ids of its own, and labels that people gave."""

from collections.abc import Mapping
from typing import Any

from sandbox.vendors.hubspot_records import Records
from sandbox.vendors.vendor import Refusal

# (type id, label) of the associations that HubSpot defines
DEFINED: Mapping[tuple[str, str], tuple[tuple[int, str | None], ...]] = {
    ("deals", "contacts"): ((3, None),),
    ("contacts", "deals"): ((4, None),),
    ("deals", "companies"): ((5, "Primary"), (341, None)),
    ("companies", "deals"): ((6, "Primary"), (342, None)),
    ("contacts", "companies"): ((1, "Primary"), (279, None)),
    ("companies", "contacts"): ((2, "Primary"), (280, None)),
}
SINGULAR = {"contacts": "contact", "companies": "company", "deals": "deal"}
PRIMARY_CONTACT = "Primary contact"
FIRST_LABEL_ID = 101


def association_types(pair: tuple[str, str], labels: tuple[str, ...]) -> list[dict[str, Any]]:
    """The types that one association has."""
    defined = [
        {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": label} for type_id, label in DEFINED[pair]
    ]
    own = [{"category": "USER_DEFINED", "typeId": label_id(label), "label": label} for label in labels]
    return defined + own


def label_id(label: str) -> int:
    """The type id of a label that people gave: the same in every portal made by the sandbox."""
    return FIRST_LABEL_ID if label == PRIMARY_CONTACT else FIRST_LABEL_ID + 1 + sum(label.encode()) % 1000


def listed_associations(
    records: Records, kind: str, others: list[str], object_id: int
) -> dict[str, dict[str, Any]]:
    """The associations of one object as the object list shows them: without labels."""
    found = {}
    for other in others:
        if (kind, other) not in DEFINED:
            raise Refusal(
                "invalid", f"No association types exist between {kind} and {other}.", "associations"
            )
        names = [f"{SINGULAR[kind]}_to_{SINGULAR[other]}"]
        names += [f"{names[0]}_unlabeled"] * (len(DEFINED[kind, other]) - 1)
        linked = records.links[kind, other].of(object_id)
        if linked:
            found[other] = {
                "results": [{"id": str(other_id), "type": name} for other_id, _ in linked for name in names]
            }
    return found
