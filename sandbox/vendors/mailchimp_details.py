"""Mailchimp's reports on one campaign: whom it was sent to and what they did."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from starlette.requests import Request
from starlette.responses import Response

from sandbox.vendors.mailchimp_account import Account
from sandbox.vendors.mailchimp_documents import activity, opened, recipient
from sandbox.vendors.mailchimp_parameters import moment
from sandbox.vendors.mailchimp_records import ACTIONS


class Details(Account):
    """The endpoints below /reports/{campaign_id}."""

    async def email_activity(self, request: Request) -> Response:
        """What each recipient did: opens, clicks, bounces. Opens by machines look like any other here."""
        values, campaign = self.values(request, "since"), self.campaign(request)
        events = self.records.events.of(campaign["campaign_id"])
        recipients = events.only(("send",)).recipients()
        events = events.only(tuple(ACTIONS))
        if after := moment(values, "since"):
            events = events.since(after)
            recipients = events.recipients()
        page = self.page(values, recipients)
        emails = []
        for email_id, acts in zip(page.tolist(), events.by_member(page), strict=True):
            email = recipient(self.records, campaign, email_id) | {
                "activity": [activity(act) for act in acts]
            }
            del email["merge_fields"], email["vip"]
            emails.append(email)
        body = {"emails": emails, "campaign_id": campaign["campaign_id"], "total_items": len(recipients)}
        return self.answer({**body, "_links": []}, values)

    async def sent_to(self, request: Request) -> Response:
        """Whom a campaign was sent to, and whether it arrived."""
        values, campaign = self.values(request), self.campaign(request)
        events = self.records.events.of(campaign["campaign_id"])
        recipients = events.only(("send",)).recipients()
        page = self.page(values, recipients)
        sent = []
        for email_id, acts in zip(page.tolist(), events.by_member(page), strict=True):
            kinds = {act["event_type"] for act in acts}
            opens = [act["timestamp"] for act in acts if act["event_type"] == "open"]
            status = "hard" if "bounce_hard" in kinds else "soft" if "bounce_soft" in kinds else "sent"
            last = {"last_open": opens[-1]} if opens else {}
            sent.append(
                recipient(self.records, campaign, email_id)
                | {"status": status, "open_count": len(opens), **last}
            )
        body = {"sent_to": sent, "campaign_id": campaign["campaign_id"], "total_items": len(recipients)}
        return self.answer({**body, "_links": []}, values)

    async def open_details(self, request: Request) -> Response:
        """Who opened a campaign and when, and which opens were made by a machine."""
        values, campaign = self.values(request, "since"), self.campaign(request)
        opens = self.records.events.of(campaign["campaign_id"]).only(("open",))
        if after := moment(values, "since"):
            opens = opens.since(after)
        openers = opens.recipients()
        page = self.page(values, openers)
        statuses = self.records.statuses(campaign["list_id"], page)
        members = [
            recipient(self.records, campaign, email_id) | {"contact_status": status} | opened(acts)
            for email_id, acts, status in zip(page.tolist(), opens.by_member(page), statuses, strict=True)
        ]
        machine = int(pc.sum(pc.fill_null(opens.table["is_machine"], False)).as_py() or 0)
        return self.answer({
            "members": members, "campaign_id": campaign["campaign_id"], "total_opens": len(opens.table),
            "total_proxy_excluded_opens": len(opens.table) - machine, "total_items": len(openers),
            "_links": [],
        }, values)  # fmt: skip

    async def unsubscribed(self, request: Request) -> Response:
        """Who unsubscribed by a campaign."""
        values, campaign = self.values(request), self.campaign(request)
        found = self.records.events.of(campaign["campaign_id"]).only(("unsubscribe",))
        page = self.page(values, np.arange(len(found.table)))
        left = [
            recipient(self.records, campaign, act["email_id"])
            | {"timestamp": act["timestamp"], "reason": "None given"}
            for act in found.table.take(pa.array(page, pa.int64())).to_pylist()
        ]
        body = {"unsubscribes": left, "campaign_id": campaign["campaign_id"], "total_items": len(found.table)}
        return self.answer({**body, "_links": []}, values)
