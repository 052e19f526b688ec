"""Which ad campaign a web visit came by: told by its click, else by what its utm_campaign names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

Row = dict[str, Any]
Campaign = tuple[str, str]
PLATFORM = "google_ads"
CLICKS_KEPT = timedelta(days=90)


class AdCampaigns:
    """The ad campaigns as visits name them."""

    def __init__(self, tables: Mapping[str, list[Row]], as_of: date) -> None:
        self._ids = {row["campaign_id"] for row in tables["ad_campaigns"]}
        self._clicks = _campaign_of_click(tables["ad_clicks"], as_of)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._tags: dict[str, set[str]] = defaultdict(set)
        for row in tables["ad_campaigns"]:
            self._names[_plain(row["name"])].add(row["campaign_id"])
        for row in (*tables["ad_campaigns"], *tables["ads"]):
            for tag in _written(row):
                self._tags[_plain(tag)].add(row["campaign_id"])

    def of_visit(self, visit: Row) -> Campaign | None:
        """By click id, as long as the platform tells of the click; else by utm_campaign."""
        found = self._clicks.get(visit.get("click_id")) or self.named(visit["utm_campaign"])
        return (PLATFORM, found) if found else None

    def named(self, tag: str | None) -> str | None:
        """The campaign of that id, else the only one of that name, else the only one whose ads give it."""
        if tag is None:
            return None
        if tag.strip() in self._ids:
            return tag.strip()
        for known in (self._names, self._tags):
            if len(ids := known.get(_plain(tag), set())) == 1:
                return next(iter(ids))
        return None


def _plain(text: str) -> str:
    return text.strip().lower()


def _campaign_of_click(clicks: Iterable[Row], as_of: date) -> dict[str | None, str]:
    """The campaign of every click of the last days before as_of, as first reported among them."""
    told: dict[str | None, str] = {}
    for row in sorted(clicks, key=lambda row: row["date_day"]):
        if row["click_id"] and as_of - CLICKS_KEPT <= row["date_day"] < as_of:
            told.setdefault(row["click_id"], row["campaign_id"])
    return told


def _written(row: Row) -> set[str]:
    """utm_campaign in the addresses of an ad or campaign, but for what the platform fills in."""
    addresses = [row.get("final_url"), row["tracking_url_template"], f"?{row['final_url_suffix'] or ''}"]
    # A tracker is given the landing page as an encoded value of its own address.
    found = [_tags(address) or _tags(unquote_plus(address)) for address in addresses if address]
    return {tag for tags in found for tag in tags if "{" not in tag}


def _tags(address: str) -> list[str]:
    return parse_qs(urlsplit(address).query).get("utm_campaign", [])
