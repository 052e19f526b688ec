"""What sales made of the leads that marketing handed over, and which of them are in danger."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from sandbox.schemas import LIFECYCLE_STAGES
from sandbox.truth.business import Business, Row, grouped
from sandbox.truth.calendar import days_between
from sandbox.truth.deals import fct_conversions
from sandbox.truth.selling import activities_of

MQL = LIFECYCLE_STAGES.index("mql")
AT_WORK = ("lead", "mql", "sal", "sql")
ANSWER_WITHIN, SLOWER_THAN = timedelta(days=2), timedelta(hours=24)


@lru_cache(maxsize=1)
def stage_entries(business: Business) -> dict[str, list[Row]]:
    """Each person's entries into stages, in order of time, of several at once the highest last."""
    rows = sorted(
        business["lifecycle_history"],
        key=lambda row: (row["entered_at"], LIFECYCLE_STAGES.index(row["stage"])),
    )
    return grouped(rows, "person")


def run_starts(entries: list[Row]) -> list[Row]:
    """The first entry of every stay in a stage; repeats are one stay."""
    return [
        row
        for before, row in zip([None, *entries], entries, strict=False)
        if before is None or before["stage"] != row["stage"]
    ]


@lru_cache(maxsize=1)
def sold_at(business: Business) -> dict[str, datetime]:
    """When each person first had an opportunity or a won deal."""
    found: dict[str, datetime] = {}
    for row in fct_conversions(business):
        if row["conversion_type"] in ("opportunity", "won") and row["person"]:
            found[row["person"]] = min(found.get(row["person"], row["converted_at"]), row["converted_at"])
    return found


def first_answer(business: Business, person: str, since: datetime, until: datetime | None) -> datetime | None:
    """The first outbound activity to the person from a moment on, before another."""
    return next(
        (row["occurred_at"] for row in activities_of(business).get(person, [])
         if row["direction"] == "outbound" and row["occurred_at"] >= since
         and (until is None or row["occurred_at"] < until)),
        None,
    )  # fmt: skip


def fct_handover(business: Business) -> list[Row]:
    """One row per person and entry into mql; repeats without another stage between are one."""
    rows = []
    for person, entries in sorted(stage_entries(business).items()):
        began = [row["entered_at"] for row in run_starts(entries) if row["stage"] == "mql"]
        for number, (mql_at, until) in enumerate(zip(began, [*began, None][1:], strict=True), 1):
            rows.append(_handover_row(business, person, number, mql_at, until))
    return rows


def _handover_row(
    business: Business, person: str, number: int, mql_at: datetime, until: datetime | None
) -> Row:
    """What became of one entry before the next."""
    entries = [row for row in stage_entries(business)[person]
               if row["entered_at"] >= mql_at and (until is None or row["entered_at"] < until)]  # fmt: skip

    def first(stage: str) -> datetime | None:
        return next((row["entered_at"] for row in entries if row["stage"] == stage), None)

    rejected_at = next(
        (row["entered_at"] for row in entries
         if row["entered_at"] > mql_at and LIFECYCLE_STAGES.index(row["stage"]) < MQL),
        None,
    )  # fmt: skip
    sal_at, sql_at = first("sal"), first("sql")
    answer = first_answer(business, person, mql_at, until)
    contact = business.contact_of_person[person]
    ways = ((sql_at, "qualified"), (rejected_at, "rejected"), (sal_at, "accepted"))
    return {
        "person": person, "handover_no": number, "contact_id": business.only_contact(person),
        "owner": contact["owner"], "segment": business.segment_of_person(person),
        "lead_source": contact["lead_source"], "mql_at": mql_at, "first_response_at": answer,
        "response_hours": days_between(mql_at, answer) * 24 if answer else None,
        "sal_at": sal_at, "sql_at": sql_at, "rejected_at": rejected_at,
        "status": next((name for moment, name in ways if moment), "waiting"),
        "rejection_reason": _reason(business, person, mql_at, rejected_at) if rejected_at else None,
        "is_recycled": number > 1,
        "hours_to_sal": days_between(mql_at, sal_at) * 24 if sal_at else None,
        "days_to_sql": days_between(mql_at, sql_at) if sql_at else None,
    }  # fmt: skip


def _reason(business: Business, person: str, mql_at: datetime, rejected_at: datetime) -> str:
    """What was written down of the last activity before the rejection."""
    notes = [row["outcome"] for row in activities_of(business).get(person, [])
             if mql_at <= row["occurred_at"] <= rejected_at]  # fmt: skip
    return (notes[-1] if notes else None) or "not recorded"


def fct_leads_at_risk(business: Business) -> list[Row]:
    """One row per person and risk, of leads without an opportunity."""
    sold = sold_at(business)
    return [
        row
        for person, entries in sorted(stage_entries(business).items())
        if entries[-1]["stage"] in AT_WORK and person not in sold
        for row in _risk_rows(business, person, entries)
    ]


def _risk_rows(business: Business, person: str, entries: list[Row]) -> Iterator[Row]:
    """The risks of one lead."""
    stage, entered_at = entries[-1]["stage"], run_starts(entries)[-1]["entered_at"]
    answer = first_answer(business, person, entered_at, None)
    waited = (answer or business.as_of) - entered_at
    is_told = bool(business["activities"])
    ranks = [LIFECYCLE_STAGES.index(row["stage"]) for row in entries]
    contact = business.contact_of_person[person]
    day, furthest = entered_at.date(), LIFECYCLE_STAGES[max(ranks)]
    reasons = {
        "untouched": f"Nobody has called or written since {day}, when the person became {stage}: "
        f"{waited // timedelta(days=1)} days",
        "slowly_answered": f"First called or written to {waited // timedelta(hours=1)} hours after becoming "
        f"{stage} on {day}: 24 hours are expected",
        "recycled": f"Was {furthest} before and went back to {stage} on {day}",
    }
    risks = {
        "untouched": is_told and answer is None and waited > ANSWER_WITHIN,
        "slowly_answered": is_told and answer is not None and waited > SLOWER_THAN,
        "recycled": ranks[-1] < max(ranks),
    }
    for risk in (name for name, holds in risks.items() if holds):
        yield {
            "person": person, "risk": risk, "risk_reason": reasons[risk],
            "contact_id": business.only_contact(person), "stage": stage, "entered_at": entered_at,
            "days_in_stage": days_between(entered_at, business.as_of), "owner": contact["owner"],
            "segment": business.segment_of_person(person), "lead_source": contact["lead_source"],
            "first_response_at": answer,
        }  # fmt: skip
