"""The clicks on ads as the platform records them one by one: id, day, campaign, group and ad."""

import numpy as np
import pyarrow as pa

from sandbox.ads import ACCOUNTS, CAMPAIGNS, Ads
from sandbox.columns import DAY_SECONDS, Ints, days, dice, only, pick, table, take
from sandbox.people import Span

TOLD_AGAIN = 0.02  # of the clicks, the share that the platform reports on the next day, too
WITHOUT_ID = 0.01  # of the clicks, the share whose id the platform keeps to itself


def clicks_table(span: Span, ads: Ads, clicked: Ints, day: Ints, click_ids: pa.Array) -> pa.Table:
    """One row per click and day on which it is reported, `day` counted from the first of the history."""
    rng = dice(span.seed, "ad clicks")
    again = np.flatnonzero((rng.random(len(clicked)) < TOLD_AGAIN) & (day < span.days - 1))
    has_id = rng.random(len(clicked)) >= WITHOUT_ID
    row = np.concatenate([np.arange(len(clicked)), again])
    on = np.concatenate([day, day[again] + 1])
    order = np.lexsort((row, on))
    row, on = row[order], on[order]
    account = np.array([CAMPAIGNS[c][0] for c in ads.campaign])[clicked[row]]
    return table("ad_clicks", {
        "click_id": only(take(click_ids, row), has_id[row]),
        "customer_id": pick([customer_id for customer_id, *_ in ACCOUNTS], account),
        "campaign_id": take(ads.campaign_ids, clicked[row]),
        "ad_group_id": take(ads.group_ids, clicked[row]),
        "ad_id": take(ads.ad_ids, clicked[row]),
        "date_day": days(span.start // DAY_SECONDS + on),
    })  # fmt: skip
