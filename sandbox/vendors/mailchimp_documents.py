"""How Mailchimp writes down audiences, members, campaigns, reports and what recipients did."""

from collections.abc import Mapping
from typing import Any

from sandbox.vendors.mailchimp_records import ACTIONS, CAMPAIGN_TYPES, Records


def audience_document(held: Records, audience: Mapping[str, Any]) -> dict[str, Any]:
    """One audience with the sizes of its parts."""
    statuses = held.members[audience["list_id"]]["status"].value_counts().to_pylist()
    sizes = {entry["values"]: entry["counts"] for entry in statuses}
    return {
        "id": audience["list_id"], "web_id": 1, "name": audience["name"], "permission_reminder": "",
        "date_created": audience["date_created"], "list_rating": 3, "email_type_option": False,
        "visibility": "prv", "double_optin": False, "has_welcome": False, "marketing_permissions": False,
        "stats": {
            "member_count": sizes.get("subscribed", 0), "unsubscribe_count": sizes.get("unsubscribed", 0),
            "cleaned_count": sizes.get("cleaned", 0),
        },
        "_links": [],
    }  # fmt: skip


def member(row: Mapping[str, Any]) -> dict[str, Any]:
    """One member of an audience."""
    return {
        "id": row["id"], "email_address": row["email_address"], "contact_id": row["unique_email_id"],
        "unique_email_id": row["unique_email_id"][:10], "full_name": row["full_name"], "web_id": 1,
        "email_type": "html", "status": row["status"],
        "merge_fields": {"FNAME": row["first_name"] or "", "LNAME": row["last_name"] or ""},
        "ip_signup": "", "timestamp_signup": row["opted_in"] or "",
        "ip_opt": "", "timestamp_opt": row["opted_in"] or "",
        "member_rating": 2, "last_changed": row["last_changed"], "language": "", "vip": False,
        "email_client": "", "source": "API - Generic", "tags_count": 0, "tags": [],
        "list_id": row["list_id"], "_links": [],
    }  # fmt: skip


def settings(held: Records, campaign: Mapping[str, Any]) -> dict[str, Any]:
    """One campaign as it was set up."""
    campaign_id = campaign["campaign_id"]
    return {
        "id": campaign_id, "web_id": 1, "type": CAMPAIGN_TYPES[campaign["kind"]],
        "create_time": campaign["send_time"], "archive_url": "", "long_archive_url": "", "status": "sent",
        "emails_sent": held.counts.get((campaign_id, "send"), 0), "send_time": campaign["send_time"],
        "content_type": "template", "needs_block_refresh": False, "resendable": False,
        "recipients": {"list_id": campaign["list_id"], "list_is_active": True, "segment_text": ""},
        "settings": {
            "subject_line": campaign["subject"], "title": campaign["title"], "from_name": "Funnelhouse",
            "reply_to": "marketing@funnelhouse.example",
        },
        "tracking": {"opens": True, "html_clicks": True, "text_clicks": False},
        "_links": [],
    }  # fmt: skip


def rate(part: int, whole: int) -> float:
    """A share; of nothing it is 0, as Mailchimp writes it."""
    return round(part / whole, 4) if whole else 0


def report(held: Records, campaign: Mapping[str, Any]) -> dict[str, Any]:
    """One campaign's figures. What `proxy_excluded_` counts leaves out is opened by machines."""
    campaign_id = campaign["campaign_id"]

    def count(kind: str) -> int:
        return held.counts.get((campaign_id, kind), 0)

    def people(kind: str) -> int:
        return held.unique.get((campaign_id, kind), 0)

    sent, delivered = count("send"), count("send") - count("bounce_hard") - count("bounce_soft")
    return {
        "id": campaign_id, "campaign_title": campaign["title"], "list_id": campaign["list_id"],
        "type": CAMPAIGN_TYPES[campaign["kind"]], "list_is_active": True,
        "subject_line": campaign["subject"], "preview_text": "", "emails_sent": sent,
        "abuse_reports": count("complaint"), "unsubscribed": count("unsubscribe"),
        "send_time": campaign["send_time"],
        "bounces": {"hard_bounces": count("bounce_hard"), "soft_bounces": count("bounce_soft"),
                    "syntax_errors": 0},
        "forwards": {"forwards_count": 0, "forwards_opens": 0},
        "opens": {
            "opens_total": count("open"), "unique_opens": people("open"),
            "proxy_excluded_opens": count("human_open"), "proxy_excluded_unique_opens": people("human_open"),
            "open_rate": rate(people("open"), delivered),
            "proxy_excluded_open_rate": rate(people("human_open"), delivered),
            "last_open": held.latest.get((campaign_id, "open"), ""),
        },
        "clicks": {
            "clicks_total": count("click"), "unique_clicks": people("click"),
            "unique_subscriber_clicks": people("click"), "click_rate": rate(people("click"), delivered),
            "last_click": held.latest.get((campaign_id, "click"), ""),
        },
        "_links": [],
    }  # fmt: skip


def recipient(held: Records, campaign: Mapping[str, Any], email_id: str) -> dict[str, Any]:
    """How a report names one member."""
    address, first, last = held.addresses.get(email_id, ("", "", ""))
    return {
        "campaign_id": campaign["campaign_id"], "list_id": campaign["list_id"], "list_is_active": True,
        "email_id": email_id, "email_address": address,
        "merge_fields": {"FNAME": first, "LNAME": last}, "vip": False, "_links": [],
    }  # fmt: skip


def activity(event: Mapping[str, Any]) -> dict[str, Any]:
    """One thing that a recipient did."""
    kind = event["event_type"]
    entry = {"action": ACTIONS[kind], "timestamp": event["timestamp"], "ip": "203.0.113.7"}
    if kind.startswith("bounce"):
        entry["type"] = kind.removeprefix("bounce_")
        del entry["ip"]
    if kind == "click":
        entry["url"] = event["url"] or ""
    return entry


def opened(events: list[dict[str, Any]]) -> dict[str, Any]:
    """When a recipient opened, and which of the opens were a proxy's."""
    opens = [
        {"timestamp": event["timestamp"], "is_proxy_open": bool(event["is_machine"])} for event in events
    ]
    by_people = sum(not entry["is_proxy_open"] for entry in opens)
    return {"opens_count": len(opens), "proxy_excluded_opens_count": by_people, "opens": opens}
