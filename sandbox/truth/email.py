"""What became of each mailing."""

from collections.abc import Iterable

from sandbox.truth.business import Business, Row, grouped


def fct_email_performance(business: Business) -> list[Row]:
    """One row per campaign and day of sending, counting people, each once."""
    rows = []
    for campaign_id, events in sorted(grouped(business["email_events"], "campaign_id").items()):
        sends = [event for event in events if event["event_type"] == "send"]
        for day in sorted({event["occurred_at"].date() for event in sends}):
            got = _people(event for event in sends if event["occurred_at"].date() == day)
            rows.append({"campaign": f"mailchimp:{campaign_id}", "date_day": day, **_counts(events, got)})
    return rows


def _people(events: Iterable[Row]) -> set[str | None]:
    """Whom the events are about."""
    return {event["person"] for event in events}


def _counts(events: list[Row], got: set[str | None]) -> Row:
    """People by what they did with the mail; delivered is sent less bounced."""

    def who(*kinds: str, machine: bool | None = None) -> int:
        chosen = (e for e in events if e["event_type"] in kinds and machine in (None, bool(e["is_machine"])))
        return len(_people(chosen) & got)

    bounced = who("bounce_hard", "bounce_soft")
    delivered = len(got) - bounced
    opened, clicked = who("open", machine=False), who("click", machine=False)
    unsubscribed = who("unsubscribe")
    return {
        "sent": len(got),
        "delivered": delivered,
        "opened": opened,
        "machine_opened": who("open", machine=True),
        "clicked": clicked,
        "bounced": bounced,
        "unsubscribed": unsubscribed,
        "open_rate": opened / delivered if delivered else None,
        "click_rate": clicked / delivered if delivered else None,
        "unsubscribe_rate": unsubscribed / delivered if delivered else None,
    }
