"""What people agreed to, by purpose and moment; of two choices at one moment the denial counts."""

from datetime import datetime
from functools import lru_cache

from sandbox.truth.business import Business, Row

ANALYTICS, MARKETING = "analytics", "marketing"


@lru_cache(maxsize=1)
def _choices(business: Business) -> dict[tuple[str, str], list[Row]]:
    """Each person's choices on a purpose, the newest last."""
    found: dict[tuple[str, str], list[Row]] = {}
    rows = sorted(business["consents"], key=lambda row: (row["recorded_at"], row["status"] == "denied"))
    for row in rows:
        if row["person"]:
            found.setdefault((row["person"], row["purpose"]), []).append(row)
    return found


def allowed(business: Business, person: str, purpose: str, moment: datetime) -> bool | None:
    """Whether the newest choice up to the moment allows the purpose; NULL where none had been made."""
    made = [row for row in _choices(business).get((person, purpose), []) if row["recorded_at"] <= moment]
    return made[-1]["status"] == "granted" if made else None


def is_withheld(business: Business, touch: Row) -> bool:
    """Whether the person had denied analytics when the touch happened."""
    return allowed(business, touch["person"], ANALYTICS, touch["occurred_at"]) is False
