"""Which channel brought a visit, and which one an activity is of."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

Row = dict[str, Any]
ACTIVITY_CHANNELS = {"call": "sales", "meeting": "sales"}
AI_HOSTS = ("chatgpt.com", "perplexity.ai", "claude.ai", "gemini.google.com")
SEARCH_NAMES = ("google", "bing")
SOCIAL_HOSTS = ("linkedin.com", "x.com", "facebook.com")
PAID_MEDIA = {"cpc": "paid_search", "display": "display", "pmax": "paid_other"}


def _is_of(host: str, domains: Iterable[str]) -> bool:
    """Whether the host is one of the domains or below one."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def channel_of(visit: Row) -> str:
    """The channel of a web visit: click id with its medium, then utm, then the referring host."""
    if visit["click_id"] and visit["utm_source"] == "google" and visit["utm_medium"] in PAID_MEDIA:
        return PAID_MEDIA[visit["utm_medium"]]
    if visit["utm_medium"] == "email":
        return "email"
    host = (urlsplit(visit["referrer"] or "").hostname or "").lower()
    if not host:
        return "direct"
    if _is_of(host, AI_HOSTS):
        return "ai_assistant"
    if any(name in host.split(".") for name in SEARCH_NAMES):
        return "organic_search"
    return "organic_social" if _is_of(host, SOCIAL_HOSTS) else "referral"
