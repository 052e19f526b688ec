"""Every deal from its creation to its deletion: what it was at any moment, stage by stage."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from sandbox.schemas import DEAL_STAGES
from sandbox.truth.business import Business, Row, grouped

OPEN_STAGES = DEAL_STAGES[:-2]


class History:
    """Values in order of time; before the first change the first value held."""

    def __init__(self, changes: Iterable[tuple[datetime, Any]], current: Any) -> None:
        ordered = sorted(changes, key=lambda change: change[0])
        self.moments = [moment for moment, _ in ordered]
        self.values = [value for _, value in ordered]
        self._current = current

    def at(self, moment: datetime) -> Any:
        """The value at the moment; without any history the current one."""
        if not self.values:
            return self._current
        return self.values[max(bisect_right(self.moments, moment) - 1, 0)]

    def told_by(self, moment: datetime) -> Any:
        """The value that somebody could know at the moment: before the first change none."""
        return None if self.moments and moment < self.moments[0] else self.at(moment)


@dataclass(frozen=True)
class Entry:
    """A stay in a stage; exited_at is the first moment after it, NULL where it lasts."""

    stage: str
    entered_at: datetime
    exited_at: datetime | None
    movement: str


@dataclass(frozen=True)
class State:
    """What a deal is at a moment; equal states follow one another without a change."""

    stage: str
    pipeline: str
    owner: str | None
    amount: Decimal | None
    close_date_expected: date | None

    @property
    def is_open(self) -> bool:
        """Whether the deal still can be won."""
        return self.stage in OPEN_STAGES

    @property
    def worth(self) -> Decimal:
        """The amount, of which an unknown one adds nothing."""
        return self.amount or Decimal(0)


@dataclass(frozen=True, eq=False)
class Life:
    """One deal with all that is recorded of it."""

    deal: Row
    deleted_at: datetime | None
    entries: list[Entry]
    amount: History
    close_date: History
    owner: History
    pipeline: History

    @property
    def id(self) -> str:
        """The CRM's id."""
        return self.deal["deal_id"]

    @property
    def created_at(self) -> datetime:
        """When it came into being."""
        return self.deal["created_at"]

    @property
    def is_dated(self) -> bool:
        """Whether its dates can be believed: not closed before it was created."""
        return self.deal["closed_at"] is None or self.deal["closed_at"] >= self.created_at

    def entry_at(self, moment: datetime) -> Entry:
        """The stay in a stage at the moment."""
        return max((e for e in self.entries if e.entered_at <= moment), default=self.entries[0], key=_entered)

    def at(self, moment: datetime) -> State | None:
        """What it is at the moment: nothing before its creation and from its deletion on."""
        if moment < self.created_at or (self.deleted_at is not None and self.deleted_at <= moment):
            return None
        return State(
            self.entry_at(moment).stage, self.pipeline.at(moment), self.owner.at(moment),
            self.amount.at(moment), self.close_date.at(moment),
        )  # fmt: skip

    def moments(self) -> list[datetime]:
        """Its creation and every moment since at which something may have changed."""
        told = {self.created_at} | {entry.entered_at for entry in self.entries}
        for history in (self.amount, self.close_date, self.owner, self.pipeline):
            told |= set(history.moments)
        told |= {self.deleted_at} if self.deleted_at else set()
        return sorted(moment for moment in told if moment >= self.created_at)


def _entered(entry: Entry) -> datetime:
    return entry.entered_at


@lru_cache(maxsize=1)
def lives(business: Business) -> list[Life]:
    """All deals, those that were deleted too, in order of their ids."""
    moves = grouped(business["every_deal_stage_history"], "deal_id")
    changes = grouped(business["every_deal_field_history"], "deal_id")
    return [
        _life(deal, moves[deal["deal_id"]], changes[deal["deal_id"]])
        for deal in sorted(business["every_deal"], key=lambda deal: deal["deal_id"])
    ]


def _life(deal: Row, moves: list[Row], changes: list[Row]) -> Life:
    """One deal's life out of its rows."""

    def history(field: str, read: Any = str) -> History:
        rows = [row for row in changes if row["field"] == field]
        values = [(row["changed_at"], read(row["value"]) if row["value"] else None) for row in rows]
        return History(values, deal[field])

    return Life(
        deal, deal["deleted_at"], entries(deal, moves), history("amount", Decimal),
        history("close_date_expected", date.fromisoformat), history("owner"), history("pipeline"),
    )  # fmt: skip


def entries(deal: Row, moves: list[Row]) -> list[Entry]:
    """The stays of a deal; repeats are one, equal times count in order of the stages."""
    stays = sorted((row["entered_at"], DEAL_STAGES.index(row["stage"])) for row in moves)
    if not stays:
        stays = [(deal["closed_at"] or deal["created_at"], DEAL_STAGES.index(deal["stage"]))]
    firsts = [next(same) for _, same in groupby(stays, key=lambda stay: stay[1])]
    ends = [entered_at for entered_at, _ in firsts[1:]] + [deal["deleted_at"]]
    before = [None] + [stage for _, stage in firsts[:-1]]
    return [
        Entry(DEAL_STAGES[stage], entered_at, end, movement(previous, stage))
        for (entered_at, stage), end, previous in zip(firsts, ends, before, strict=True)
    ]


def movement(before: int | None, stage: int) -> str:
    """What an entry into a stage is, seen from the stage before."""
    if stage >= len(OPEN_STAGES):
        return DEAL_STAGES[stage]
    if before is None:
        return "created"
    if before >= len(OPEN_STAGES):
        return "reopened"
    if stage < before:
        return "regressed"
    return "advanced" if stage == before + 1 else "skipped"
