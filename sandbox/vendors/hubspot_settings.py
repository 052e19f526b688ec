"""What a HubSpot portal says of itself: pipelines with their stages, and the account."""

from collections.abc import Mapping
from typing import Any

from sandbox.vendors.hubspot_properties import DEAL_STAGES, LIFECYCLE_STAGES

PORTAL_ID = 24_070_707
ACCOUNT: Mapping[str, Any] = {
    "portalId": PORTAL_ID, "accountType": "STANDARD", "timeZone": "UTC", "companyCurrency": "USD",
    "additionalCurrencies": ["EUR", "GBP", "EGP"], "utcOffset": "+00:00", "utcOffsetMilliseconds": 0,
    "uiDomain": "app.hubspot.com", "dataHostingLocation": "na1",
}  # fmt: skip

Stage = tuple[str, str, dict[str, str]]


def deal_pipelines(names: tuple[str, ...], since: str) -> list[dict[str, Any]]:
    """The pipelines of deals; all have the same stages."""
    stages = [
        (stage, label, {"isClosed": str(key in ("won", "lost")).lower(), "probability": probability})
        for key, (stage, label, probability) in DEAL_STAGES.items()
    ]
    labels = [(name, "Sales Pipeline" if name == "default" else name) for name in names]
    return _pipelines(labels, stages, since)


def contact_pipelines(since: str) -> list[dict[str, Any]]:
    """The lifecycle of contacts, which HubSpot shows as a pipeline."""
    stages: list[Stage] = [(stage, label, {}) for stage, label in LIFECYCLE_STAGES.values()]
    return _pipelines([("contacts-lifecycle-pipeline", "Lifecycle Stage Pipeline")], stages, since)


def _pipelines(names: list[tuple[str, str]], stages: list[Stage], since: str) -> list[dict[str, Any]]:
    common = {"archived": False, "createdAt": since, "updatedAt": since}
    listed = [
        {"id": stage, "label": label, "displayOrder": order, "metadata": metadata, **common}
        for order, (stage, label, metadata) in enumerate(stages)
    ]
    return [
        {"id": name, "label": label, "displayOrder": order, "stages": listed, **common}
        for order, (name, label) in enumerate(names)
    ]
