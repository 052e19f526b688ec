"""Which deals at risk have not been told of yet, and in what words."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

RISKS = ("stalled", "dark", "overdue")
# As many as a person reads in one message; the others are told a tick later.
DEALS_A_MESSAGE = 30


@dataclass(frozen=True)
class DealAtRisk:
    """An open deal and its risks, without who owns it or whom it is about."""

    deal_key: str
    deal_id: str | None
    stage: str
    amount: float | None
    risks: frozenset[str]
    reason: str


@dataclass(frozen=True)
class Told:
    """What the sensor remembers: the last version of which all was told, and the risks told of each deal."""

    version: str | None = None
    risks: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> "Told":
        if not cursor:
            return cls()
        kept = json.loads(cursor)
        return cls(kept["version"], {key: frozenset(risks) for key, risks in kept["risks"].items()})

    def written(self) -> str:
        risks = {key: sorted(risks) for key, risks in sorted(self.risks.items())}
        return json.dumps({"version": self.version, "risks": risks})


def deals_at_risk(published: Path) -> list[DealAtRisk]:
    """The deals at risk of a published version, the largest first; none where it has no such mart."""
    with duckdb.connect(str(published), read_only=True) as connection:
        if not connection.execute(
            "select 1 from duckdb_tables() where schema_name = 'marts' and table_name = 'fct_deals_at_risk'"
        ).fetchall():
            return []
        found = connection.execute(
            "select deal_key, deal_id, stage, cast(amount_reporting as double), risk_reason,"
            " is_stalled, is_dark, is_overdue"
            " from marts.fct_deals_at_risk where is_stalled or is_dark or is_overdue"
            " order by amount_reporting desc nulls last, deal_key"
        ).fetchall()
    return [
        DealAtRisk(key, deal_id, stage, amount, _risks(flags), reason or "")
        for key, deal_id, stage, amount, reason, *flags in found
    ]


def _risks(flags: Iterable[bool | None]) -> frozenset[str]:
    return frozenset(risk for risk, is_so in zip(RISKS, flags, strict=True) if is_so)


def next_alert(told: Told, version: str, deals: list[DealAtRisk]) -> tuple[list[DealAtRisk], Told]:
    """The deals to tell of now, and what is to be remembered once they have been told.

    A risk that is gone is forgotten, so a deal that recovers and falls back is told of anew. The version is
    remembered only when nothing of it is left to tell.
    """
    unsaid = [deal for deal in deals if deal.risks - told.risks.get(deal.deal_key, frozenset())]
    now = unsaid[:DEALS_A_MESSAGE]
    said = {deal.deal_key for deal in now}
    risks = {
        deal.deal_key: deal.risks
        if deal.deal_key in said
        else deal.risks & told.risks.get(deal.deal_key, frozenset())
        for deal in deals
    }
    is_all = len(now) == len(unsaid)
    return now, Told(version if is_all else told.version, {key: kept for key, kept in risks.items() if kept})


def words(version: str, deals: list[DealAtRisk]) -> str:
    """What a salesperson is told: no name of an owner, a contact or a company."""
    lines = [
        f"• {deal.deal_id or deal.deal_key} in {deal.stage}"
        f"{'' if deal.amount is None else f', {deal.amount:,.0f}'}: "
        f"{', '.join(risk for risk in RISKS if risk in deal.risks)}. {deal.reason}".rstrip()
        for deal in deals
    ]
    count = "1 deal is" if len(deals) == 1 else f"{len(deals)} deals are"
    return "\n".join([f"Funnelhouse: {count} newly at risk (version {version}).", *lines])
