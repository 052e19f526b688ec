"""The world read as the marts mean it: who is who, which channel brought a visit, what money is worth."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sandbox.choices import stage_targets
from sandbox.truth.campaigns import AdCampaigns
from sandbox.truth.channels import ACTIVITY_CHANNELS, channel_of
from sandbox.truth.exclusions import counted
from sandbox.truth.identity import LONG_AGO, TOLD_AT, Identity, identify, normalised
from sandbox.world import World

Row = dict[str, Any]
REPORTING = "USD"
UNKNOWN = "unknown"
DIRECT = ("direct",)
PAID_KINDS = {"SEARCH": "paid_search", "DISPLAY": "display", "PERFORMANCE_MAX": "paid_other"}


class Rates:
    """What one unit of a currency is worth in the reporting currency on a day."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._days: dict[str, list[date]] = defaultdict(list)
        self._rates: dict[str, list[Decimal]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row["rate_date"]):
            self._days[row["currency"]].append(row["rate_date"])
            self._rates[row["currency"]].append(row["rate_to_reporting"])

    def on(self, currency: str | None, day: date) -> Decimal:
        """The last rate on or before the day; a missing currency is the reporting one."""
        if currency is None or currency == REPORTING:
            return Decimal(1)
        position = bisect_right(self._days[currency], day) - 1
        if position < 0:
            raise ValueError(f"no exchange rate for {currency} on or before {day}; add one to exchange_rates")
        return self._rates[currency][position]

    def reporting(self, amount: Decimal | None, currency: str | None, day: date) -> Decimal | None:
        """The amount in the reporting currency, NULL for NULL."""
        return None if amount is None else amount * self.on(currency, day)


@dataclass(frozen=True, eq=False)
class Business:
    """The entities at as_of; deleted CRM objects and what hangs on them are left out."""

    as_of: datetime
    rates: Rates
    tables: dict[str, list[Row]]
    identity: Identity

    def __getitem__(self, name: str) -> list[Row]:
        return self.tables[name]

    @cached_property
    def contacts(self) -> dict[str, Row]:
        """Contacts by id."""
        return {row["contact_id"]: row for row in self["contacts"]}

    @cached_property
    def companies(self) -> dict[str, Row]:
        """Companies by id."""
        return {row["company_id"]: row for row in self["companies"]}

    @cached_property
    def contact_of_person(self) -> dict[str, Row]:
        """The newest contact of each person that has one: the one that changed last."""
        contacts = sorted(
            self["contacts"], key=lambda row: (row["updated_at"] or LONG_AGO, row["created_at"])
        )
        return {self.person_of_contact(row["contact_id"]): row for row in contacts}

    @cached_property
    def touches(self) -> list[Row]:
        """Web visits, clicks in e-mails that no machine made, calls and meetings, in order of time and id."""
        ads = AdCampaigns(self.tables, self.as_of.date())
        found = [
            {**row, "channel": row["channel"] or channel_of(row),
             "touch_type": row["touch_type"] or "session", "campaign": ads.of_visit(row)}
            for row in self["touchpoints"]
        ] + [
            {"touchpoint_id": f"email:{row['event_id']}", "person": row["person"],
             "occurred_at": row["occurred_at"], "channel": "email", "touch_type": "email_click",
             "is_retargeting": False, "campaign": ("mailchimp", row["campaign_id"])}
            for row in self["email_events"] if row["event_type"] == "click" and not row["is_machine"]
        ] + [
            {"touchpoint_id": f"activity:{row['activity_id']}", "activity_id": row["activity_id"],
             "person": row["person"] or self.person_of_deal_id.get(row["deal_id"]),
             "occurred_at": row["occurred_at"], "channel": ACTIVITY_CHANNELS[row["type"]],
             "touch_type": row["type"], "is_retargeting": False, "campaign": None}
            for row in self["activities"] if row["type"] in ACTIVITY_CHANNELS
        ]  # fmt: skip
        return sorted(found, key=lambda touch: (touch["occurred_at"], touch["touchpoint_id"]))

    @cached_property
    def touches_of(self) -> dict[str, list[Row]]:
        """Each person's touches in order of time."""
        return grouped(self.touches, "person")

    @cached_property
    def people_of_company(self) -> dict[str, list[str]]:
        """The persons of each company."""
        people: dict[str, list[str]] = defaultdict(list)
        for person in sorted(set(self.identity.person.values())):
            if company := self.company_of_person(person):
                people[company].append(person)
        return people

    @cached_property
    def person_of_deal_id(self) -> dict[str, str | None]:
        """Each deal's person: its contact's, else its primary contact's, else the smallest contact id's."""
        members = grouped(self["deal_contacts"], "deal_id")
        return {
            deal["deal_id"]: self._person_of_deal(deal, members[deal["deal_id"]]) for deal in self["deals"]
        }

    def _person_of_deal(self, deal: Row, members: list[Row]) -> str | None:
        if deal["contact_id"] in self.contacts:
            return self.person_of_contact(deal["contact_id"])
        known = sorted(
            (not row["is_primary"], row["contact_id"])
            for row in members
            if row["contact_id"] in self.contacts
        )
        return self.person_of_contact(known[0][1]) if known else None

    def person_of_contact(self, contact_id: str) -> str:
        """A contact's person."""
        return self.identity.person["contact", contact_id]

    def company_of_person(self, person: str | None) -> str | None:
        """The company of the person's contact."""
        contact = self.contact_of_person.get(person) if person else None
        return contact["company_id"] if contact and contact["company_id"] in self.companies else None

    def only_contact(self, person: str) -> str | None:
        """The id of the person's contact, where it has exactly one."""
        ids = self.contact_ids.get(person, [])
        return ids[0] if len(ids) == 1 else None

    @cached_property
    def contact_ids(self) -> dict[str, list[str]]:
        """All ids under which CRMs know each person."""
        ids: dict[str, list[str]] = defaultdict(list)
        for (kind, identifier), person in self.identity.person.items():
            if kind == "contact":
                ids[person].append(identifier)
        return ids

    def touches_of_company(self, company: str | None) -> list[Row]:
        """The touches of all people of a company in order of time and id."""
        people = self.people_of_company.get(company, []) if company else []
        found = [touch for person in people for touch in self.touches_of.get(person, [])]
        return sorted(found, key=lambda touch: (touch["occurred_at"], touch["touchpoint_id"]))

    @cached_property
    def channel_of_campaign(self) -> dict[tuple[str, str], str]:
        """The channel of every ad campaign's spend."""
        return {
            ("google_ads", row["campaign_id"]): PAID_KINDS[row["channel_type"]]
            for row in self["ad_campaigns"]
        }

    def acquisition_channel(self, person: str) -> str:
        """The channel of a person's earliest touch."""
        touches = self.touches_of.get(person)
        return touches[0]["channel"] if touches else UNKNOWN

    def segment_of_person(self, person: str | None) -> str:
        """The contact's segment, else its company's."""
        contact = self.contact_of_person.get(person) if person else None
        company = self.companies.get(self.company_of_person(person) or "")
        return (contact and contact["segment"]) or (company and company["segment"]) or UNKNOWN


def grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    """Rows by the value of a column, in their order."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def read_business(world: World) -> Business:
    """What counts of the world's tables, as rows; what the CRM has deleted is left in every_deal only."""
    gone = {(row["object"], row["id"]): row["archived_at"] for row in world["archived_objects"].to_pylist()}
    tables = {name: table.to_pylist() for name, table in world.tables.items()}
    for name in ("contacts", "lifecycle_history", "deal_contacts"):
        tables[name] = [row for row in tables[name] if ("contact", row["contact_id"]) not in gone]
    merged = {row["loser_id"] for row in tables["crm_merges"]}
    tables["contacts"] = [row for row in tables["contacts"] if row["contact_id"] not in merged]
    identity = identify(tables, world.now)
    tables = counted(tables, identity)
    tables["stage_targets"] = stage_targets(world).to_pylist()
    for name in TOLD_AT:
        tables[name] = [{**row, "person": identity.of_row(row)} for row in tables[name]]
    for name in ("contacts", "lifecycle_history"):
        tables[name] = [
            {**row, "person": identity.person["contact", row["contact_id"]]} for row in tables[name]
        ]
    tables["consents"] = [
        {**row, "person": identity.person.get(("email", normalised(row["email"]) or ""))}
        for row in tables["consents"]
    ]
    for name in ("deal", "deal_stage_history", "deal_field_history"):
        rows = tables["deals" if name == "deal" else name]
        tables[f"every_{name}"] = [{**row, "deleted_at": gone.get(("deal", row["deal_id"]))} for row in rows]
    for name in ("deals", "deal_contacts", "deal_stage_history", "deal_field_history"):
        tables[name] = [row for row in tables[name] if ("deal", row["deal_id"]) not in gone]
    return Business(world.now, Rates(tables["exchange_rates"]), tables, identity)
