"""Where ads lead: final URLs, tracking templates and suffixes, and the utm_campaign written in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

HOME = "https://www.funnelhouse.example/"


@dataclass(frozen=True)
class Link:
    """The addresses of a campaign and its ads, and the utm_campaign that they give (None: its name)."""

    tag: str | None = None
    final_url: str = HOME
    ad_template: str | None = None
    ad_suffix: str | None = None
    campaign_template: str | None = None
    campaign_suffix: str | None = None


def _tagged(tag: str, medium: str = "cpc") -> str:
    return f"utm_source=google&utm_medium={medium}&utm_campaign={quote_plus(tag)}"


SUMMER, STREET = "عروض الصيف 2025", "Straßenverkauf & Größe"
# By position in CAMPAIGNS. The tag of the two retargeting campaigns is one that both have.
LINKS: Mapping[int, Link] = {
    0: Link("brand-us", final_url=f"{HOME}?{_tagged('brand-us')}"),
    2: Link(SUMMER, campaign_template=f"{{lpurl}}?{_tagged(SUMMER)}"),
    4: Link("Retargeting", campaign_suffix=_tagged("Retargeting", "display")),
    5: Link(STREET, ad_suffix=_tagged(STREET)),
    7: Link(campaign_suffix="utm_source=google&utm_medium=display&utm_campaign={campaignid}"),
    8: Link(
        "Retargeting",
        ad_template=f"https://track.example/?to={{lpurl}}%3F{quote_plus(_tagged('Retargeting', 'display'))}",
    ),
}


def link(position: int) -> Link:
    """The addresses of the campaign at a position."""
    return LINKS.get(position, Link())


def tags(names: Sequence[str]) -> list[str]:
    """The utm_campaign of each campaign's visits, where a person wrote it and not the platform an id."""
    return [link(position).tag or name for position, name in enumerate(names)]
