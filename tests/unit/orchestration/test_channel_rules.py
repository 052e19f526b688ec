"""The shipped channel rules, judged by examples of what browsers and platforms really send."""

import csv
from pathlib import Path

import duckdb
import pytest

RULES = Path(__file__).parents[3] / "dbt_project/seeds/channel_rules.csv"
FIELDS = ("click_id", "utm_source", "utm_medium", "utm_campaign", "referrer_host")
GCLID = "Cj0KCQjw-_vAhDLARIsAHFYQ8nq3GZb0r"
EXAMPLES: tuple[tuple[str, dict[str, str]], ...] = (
    # click ids by their shape, and what the medium says besides
    ("paid_search", {"click_id": GCLID}),
    ("paid_search", {"click_id": "EAIaIQobChMI2uGm0q"}),
    ("paid_search", {"click_id": "ClQKCQjw1ZKpBhDnARJDAFpmn2k3"}),  # wbraid
    ("paid_search", {"click_id": "0AAAAADuZ0xk3vV1w"}),  # gbraid
    ("paid_search", {"click_id": GCLID, "utm_source": "google", "utm_medium": "organic"}),
    ("paid_search", {"click_id": GCLID, "referrer_host": "www.google.com"}),
    ("display", {"click_id": GCLID, "utm_source": "google", "utm_medium": "display"}),
    ("display", {"click_id": GCLID, "utm_source": "google", "utm_medium": "remarketing"}),
    ("paid_video", {"click_id": GCLID, "utm_source": "youtube", "utm_medium": "video"}),
    ("paid_other", {"click_id": GCLID, "utm_medium": "pmax"}),
    ("paid_search", {"click_id": "7f1c5e0c8f6d1d2a7a0d3a8f7b4e5c6d"}),  # msclkid
    ("paid_search", {"click_id": "7f1c5e0c8f6d1d2a7a0d3a8f7b4e5c6d", "utm_source": "bing"}),
    ("email", {"click_id": "7f1c5e0c8f6d1d2a7a0d3a8f7b4e5c6d", "utm_source": "crm", "utm_medium": "email"}),
    ("paid_social", {"click_id": "E.C.P.CoABkz3sJ0bS"}),  # ttclid
    ("paid_social", {"click_id": "E_C_P_CoABkz3sJ0bS"}),
    ("paid_social", {"click_id": "2-6ca5dxkk0kqiwq0ibmfo3i8a3"}),  # twclid
    ("paid_social", {"click_id": "3f2b8a1c-5d6e-4f70-8a9b-0c1d2e3f4a5b"}),  # li_fat_id
    ("paid_social", {"click_id": "3f2b8a1c-5d6e-4f70-8a9b-0c1d2e3f4a5b", "utm_source": "linkedin"}),
    ("paid_other", {"click_id": "3f2b8a1c-5d6e-4f70-8a9b-0c1d2e3f4a5b", "utm_source": "taboola"}),
    # Facebook marks every outbound link, paid or not
    ("organic_social", {"click_id": "IwAR0xY3kQ8zvQ"}),
    ("organic_social", {"click_id": "IwY2xjawGhY", "utm_source": "blog"}),
    ("organic_social", {"click_id": "PAZXh0bgNhZW0", "utm_source": "ig", "utm_medium": "social"}),
    ("paid_social", {"click_id": "IwAR0xY3kQ8zvQ", "utm_source": "an", "utm_medium": "paid_social"}),
    ("paid_social", {"click_id": "IwAR0xY3kQ8zvQ", "utm_source": "fb", "utm_medium": "cpc"}),
    ("paid_other", {"click_id": "zx-41"}),
    ("paid_other", {"click_id": "qAbCdEfGhIjK", "referrer_host": "www.google.com"}),
    # what stands for no click id
    ("direct", {"click_id": "(not set)"}),
    ("direct", {"click_id": "{gclid}"}),
    ("direct", {"click_id": "{{ad.click_id_of_vendor_1}}"}),
    ("direct", {"click_id": "undefined"}),
    ("direct", {"click_id": "0"}),
    ("organic_search", {"click_id": "null", "referrer_host": "www.google.com"}),
    # UTM values
    ("paid_search", {"utm_source": "google", "utm_medium": "cpc"}),
    ("paid_search", {"utm_source": "google_ads", "utm_medium": "ppc"}),
    ("paid_search", {"utm_source": "bing.com", "utm_medium": "paid-search"}),
    ("paid_search", {"utm_source": "adwords", "utm_medium": "cpc"}),
    ("paid_search", {"utm_source": "portal", "utm_medium": "sem"}),
    ("paid_social", {"utm_source": "facebook", "utm_medium": "cpc"}),
    ("display", {"utm_source": "linkedin_ads", "utm_medium": "cpm"}),
    ("paid_social", {"utm_source": "newsfeed", "utm_medium": "paid_social"}),
    ("paid_social", {"utm_source": "m.facebook.com", "utm_medium": "retargeting"}),
    ("paid_other", {"utm_source": "taboola", "utm_medium": "cpc"}),
    ("paid_other", {"utm_source": "criteo", "utm_medium": "retargeting"}),
    ("display", {"utm_source": "google", "utm_medium": "banner"}),
    ("affiliate", {"utm_source": "awin", "utm_medium": "affiliate"}),
    ("email", {"utm_source": "google", "utm_medium": "email"}),
    ("email", {"utm_source": "newsletter"}),
    ("email", {"utm_source": "newsletter", "referrer_host": "www.google.com"}),
    ("organic_social", {"utm_source": "linkedin"}),
    ("organic_social", {"utm_source": "linkedin", "utm_medium": "organic"}),
    ("organic_social", {"utm_source": "employee", "utm_medium": "social"}),
    ("organic_search", {"utm_source": "google", "utm_medium": "organic"}),
    ("organic_search", {"utm_source": "google", "utm_medium": "maps"}),
    ("ai_assistant", {"utm_source": "chatgpt.com"}),
    ("ai_assistant", {"utm_source": "perplexity", "utm_medium": "referral"}),
    ("paid_other", {"utm_source": "chatgpt.com", "utm_medium": "cpc"}),
    ("referral", {"utm_source": "partner.example", "utm_medium": "referral"}),
    ("other", {"utm_source": "qr"}),
    ("other", {"utm_medium": "offline", "referrer_host": "www.google.com"}),
    # referring hosts
    ("organic_search", {"referrer_host": "www.google.co.uk"}),
    ("organic_search", {"referrer_host": "www.google.com.br"}),
    ("organic_search", {"referrer_host": "com.google.android.googlequicksearchbox"}),
    ("organic_search", {"referrer_host": "r.search.yahoo.com"}),
    ("organic_search", {"referrer_host": "search.brave.com"}),
    ("organic_search", {"referrer_host": "duckduckgo.com"}),
    ("referral", {"referrer_host": "docs.google.com"}),
    ("referral", {"referrer_host": "accounts.google.com"}),
    ("referral", {"referrer_host": "google.evil.example"}),
    ("referral", {"referrer_host": "notlinkedin.com"}),
    ("email", {"referrer_host": "mail.google.com"}),
    ("email", {"referrer_host": "com.google.android.gm"}),
    ("email", {"referrer_host": "us-mg5.mail.yahoo.com"}),
    ("email", {"referrer_host": "webmail.strato.example"}),
    ("ai_assistant", {"referrer_host": "chatgpt.com"}),
    ("ai_assistant", {"referrer_host": "gemini.google.com"}),
    ("ai_assistant", {"referrer_host": "copilot.microsoft.com"}),
    ("ai_assistant", {"referrer_host": "edgeservices.bing.com"}),
    ("organic_social", {"referrer_host": "l.facebook.com"}),
    ("organic_social", {"referrer_host": "t.co"}),
    ("organic_social", {"referrer_host": "com.linkedin.android"}),
    ("organic_social", {"referrer_host": "old.reddit.com"}),
    ("organic_social", {"referrer_host": "x.com"}),
    ("referral", {"referrer_host": "netflix.com"}),
    ("referral", {"referrer_host": "news.example"}),
    ("direct", {}),
)  # fmt: skip


@pytest.mark.parametrize(("channel", "values"), EXAMPLES)
def test_a_trace_is_of_the_channel_that_its_marks_say(channel: str, values: dict[str, str]) -> None:
    assert _channel({field: values.get(field, "") for field in FIELDS}) == channel


def test_each_channel_is_paid_or_not_in_all_its_rules() -> None:
    said: dict[str, set[tuple[str, str]]] = {}
    for rule in _rules():
        said.setdefault(rule["channel"], set()).add((rule["is_paid"], rule["is_direct"]))
    assert {channel for channel, flags in said.items() if len(flags) > 1} == set()


def _rules() -> list[dict[str, str]]:
    return sorted(csv.DictReader(RULES.open(encoding="utf-8")), key=lambda rule: int(rule["rule_order"]))


def _channel(values: dict[str, str]) -> str:
    """The channel of the first rule all of whose patterns match, by the engine that the models use."""
    for rule in _rules():
        given = [(values[field], rule[field]) for field in FIELDS if rule[field]]
        if all(duckdb.execute("select regexp_matches(?, ?)", pair).fetchone() == (True,) for pair in given):
            return rule["channel"]
    raise AssertionError("no rule matches")
