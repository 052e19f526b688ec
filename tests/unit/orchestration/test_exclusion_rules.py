"""The shipped exclusions, judged by what browsers and machines say of themselves."""

import csv
from pathlib import Path

import duckdb
import pytest

RULES = Path(__file__).parents[3] / "dbt_project/seeds/exclusions.csv"
CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
PEOPLE = (
    CHROME.format("Windows NT 10.0; Win64; x64"),
    CHROME.format("Linux; Android 13; CUBOT NOTE 21"),  # a phone of that name
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/468.0]",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 [LinkedInApp]/4.1.950",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
)
MACHINES = (
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler"),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "crawler"),
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)", "crawler"),
    ("Mozilla/5.0 (compatible; Baiduspider/2.0)", "crawler"),
    ("LinkedInBot/1.0 (compatible; Mozilla/5.0)", "crawler"),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "link preview"),
    ("WhatsApp/2.23.20.0", "link preview"),
    ("Mozilla/5.0 AppleWebKit/537.36; compatible; ChatGPT-User/1.0", "link preview"),
    (CHROME.format("X11; Linux x86_64").replace("Chrome", "HeadlessChrome"), "automated browser"),
    ("curl/8.5.0", "script"),
    ("python-requests/2.32.3", "script"),
    ("Go-http-client/1.1", "script"),
    ("Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", "monitoring"),
    (CHROME.format("Macintosh") + " Chrome-Lighthouse", "monitoring"),
    ("Mozilla/5.0 (compatible; CensysInspect/1.1)", "security scanner"),
)


@pytest.mark.parametrize(("user_agent", "reason"), MACHINES)
def test_what_a_machine_says_of_itself_excludes_its_visit(user_agent: str, reason: str) -> None:
    assert reason in _reasons(user_agent)


@pytest.mark.parametrize("user_agent", PEOPLE)
def test_a_browser_of_somebody_is_no_machine(user_agent: str) -> None:
    assert _reasons(user_agent) == []


def _reasons(user_agent: str) -> list[str]:
    """Why the rules leave out a visit, each matched without regard to capitals, as the models do."""
    matches = "select regexp_matches(?, '(?i)' || ?)"
    return [
        rule["reason"]
        for rule in csv.DictReader(RULES.open(encoding="utf-8"))
        if duckdb.execute(matches, [user_agent, rule["pattern"]]).fetchone() == (True,)
    ]
