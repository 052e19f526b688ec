"""A made-up company as attribution's models read it, and what may happen to it between two runs."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import numpy as np

START = datetime(2026, 1, 1)  # noqa: DTZ001 (the warehouse's timestamps are naive UTC)
CHANNELS = ("direct", "email", "organic", "paid_search")
TYPES = ("lead", "opportunity", "order", "won")
COLUMNS = {
    "marts.fct_conversions": "conversion_key text, conversion_id text, conversion_type text, converted_at "
    "timestamp, deal_key text, person_key text, company_key text",
    "marts.fct_touchpoints": "touchpoint_key text, touchpoint_id text, occurred_at timestamp, channel text, "
    "campaign_key text, is_retargeting boolean, person_key text",
    "marts.dim_people": "person_key text, company_key text",
    "marts.dim_channels": "channel text, is_direct boolean",
    "intermediate.canonical_consents": "person_key text, purpose text, status text, recorded_at timestamp, "
    "ended_at_or_never timestamp",
    "intermediate.canonical_deal_contacts": "deal_key text, person_key text",
}  # fmt: skip
Row = dict[str, Any]


class Business:
    """What the models read, row by row, and what may happen to it between two runs."""

    def __init__(self, seed: int, people: int = 60) -> None:
        self.rng = np.random.default_rng(seed)
        self.company_of = {f"p{number}": f"c{number % 20}" for number in range(people)}
        self.merged: dict[str, str] = {}
        self.numbers = count()
        self.is_direct = {channel: channel == "direct" for channel in CHANNELS}
        self.touches: list[Row] = []
        self.conversions: list[Row] = []
        self.denials: list[Row] = []
        self.contacts = [
            {"deal_key": f"d{deal}", "person_key": f"p{self.rng.integers(people)}"} for deal in range(30)
        ]
        for _ in range(6 * people):
            self.touch()
        for _ in range(2 * people):
            self.convert()
        for _ in range(people // 3):
            self.deny()

    def moment(self) -> datetime:
        """Some moment of half a year; only days, so that many things happen at once."""
        return START + timedelta(days=int(self.rng.integers(180)))

    def somebody(self) -> str:
        return str(self.rng.choice([*self.company_of]))

    def some(self, rows: list[Row]) -> Row:
        return rows[int(self.rng.integers(len(rows)))]

    def touch(self) -> None:
        self.touches.append(
            {
                "touchpoint_key": f"t{next(self.numbers)}",
                "touchpoint_id": f"{self.rng.integers(1000)}",
                "occurred_at": self.moment(),
                "channel": str(self.rng.choice(CHANNELS)),
                "campaign_key": None if self.rng.integers(2) else "campaign",
                "is_retargeting": bool(self.rng.integers(2)),
                "person_key": self.somebody(),
            }
        )

    def convert(self) -> None:
        kind, person = str(self.rng.choice(TYPES)), self.somebody()
        has_deal, is_known = kind in ("won", "opportunity"), bool(self.rng.integers(5))
        self.conversions.append(
            {
                "conversion_key": f"k{next(self.numbers)}",
                "conversion_id": f"{kind}:{self.rng.integers(1000)}",
                "conversion_type": kind,
                "converted_at": self.moment(),
                "deal_key": f"d{self.rng.integers(30)}" if has_deal else None,
                "person_key": person if is_known else None,
                "company_key": None if not self.rng.integers(10) else self.company_of[person],
            }
        )

    def deny(self) -> None:
        """Somebody who has not yet done so denies analytics for some time."""
        person, since = self.somebody(), self.moment()
        until = since + timedelta(days=int(self.rng.integers(1, 90)))
        if person not in {row["person_key"] for row in self.denials}:
            self.denials.append(
                {
                    "person_key": person,
                    "purpose": "analytics",
                    "status": "denied",
                    "recorded_at": since,
                    "ended_at_or_never": until,
                }
            )

    def late(self) -> None:
        """Touches and a conversion of long ago arrive now."""
        for _ in range(4):
            self.touch()
        self.convert()

    def duplicated(self) -> None:
        """Touches come again, under another id, as another vendor has them."""
        for _ in range(3):
            self.touches.append({**self.some(self.touches), "touchpoint_key": f"t{next(self.numbers)}"})

    def merge(self) -> None:
        """One person turns out to be another."""
        loser, winner = self.somebody(), self.somebody()
        self.merged[loser] = winner

    def unmerge(self) -> None:
        if self.merged:
            self.merged.pop(next(iter(self.merged)))

    def deleted(self) -> None:
        """Touches, a conversion, a denial and somebody's contact to a deal are gone."""
        for rows in (self.touches, self.touches, self.conversions, self.denials, self.contacts):
            rows.remove(self.some(rows))

    def restated(self) -> None:
        """Somebody corrects what was said of touches, conversions, denials and companies."""
        for column, value in (
            ("occurred_at", self.moment()),
            ("channel", "organic"),
            ("campaign_key", "other"),
            ("is_retargeting", True),
            ("touchpoint_id", "0"),
        ):
            self.some(self.touches)[column] = value
        self.some(self.conversions)["converted_at"] = self.moment()
        self.some(self.conversions)["person_key"] = self.somebody()
        self.some(self.conversions)["conversion_type"] = "order"
        self.some(self.denials)["recorded_at"] = START
        self.company_of[self.somebody()] = "c1"

    def inputs(self) -> dict[str, list[Row]]:
        """The tables; each time in another order."""
        alive = {"person_key": lambda key: self.merged.get(key, key)}
        tables = {
            "marts.fct_conversions": self.conversions,
            "marts.fct_touchpoints": self.touches,
            "marts.dim_people": [
                {"person_key": person, "company_key": company} for person, company in self.company_of.items()
                if person not in self.merged
            ],
            "marts.dim_channels": [
                {"channel": channel, "is_direct": flag} for channel, flag in self.is_direct.items()
            ],
            "intermediate.canonical_consents": [
                row for row in self.denials if row["person_key"] not in self.merged
            ],
            "intermediate.canonical_deal_contacts": self.contacts,
        }  # fmt: skip
        return {
            name: [
                {column: alive.get(column, lambda value: value)(value) for column, value in rows[at].items()}
                for at in self.rng.permutation(len(rows))
            ]
            for name, rows in tables.items()
        }
