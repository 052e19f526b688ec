"""How far each attribution model is from what the make-believe company's channels truly bring.

    python -m tests.benchmarks.model_errors HOME [--seed 7] [--size S] [--conversion-type lead]

HOME is one that published that world's marts (`funnelhouse demo`). A channel's true share is its part of the
leads that would be lost if one channel after the other were switched off; the error of a model is the share
of the credit that it gives to the wrong channels. Channels win leads and nothing after that, so that the
truth of later conversions is the same but for chance.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import duckdb

from sandbox.sources import true_shares
from sandbox.world import PEOPLE, make_world

Shares = Mapping[str, float]


@dataclass(frozen=True)
class Miss:
    """How much of a model's credit is misplaced, and how much more than due it gives each channel."""

    model: str
    error: float
    by_channel: Shares


def misses(credits: Mapping[str, Shares], true: Shares) -> list[Miss]:
    """Every model's error, the smallest first; credits may be of any scale."""
    found, channels = [], sorted({channel for given in [true, *credits.values()] for channel in given})
    for model, given in credits.items():
        total = sum(given.values())
        by_channel = {
            channel: given.get(channel, 0.0) / total - true.get(channel, 0.0) for channel in channels
        }
        found.append(Miss(model, sum(map(abs, by_channel.values())) / 2, by_channel))
    return sorted(found, key=lambda miss: (miss.error, miss.model))


def published(home: Path, kind: str) -> tuple[date, dict[str, dict[str, float]]]:
    """The day of the published marts, and what each model gives each channel, Markov's totals apart."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'marts.duckdb'}' as published (read_only)")
        connection.execute("use published")
        (day,) = connection.execute(
            "select as_of from observability.published_versions where is_current"
        ).fetchall()[0]
        rows = connection.execute(
            "select model, channel, sum(credit) from marts.fct_attribution_credits"
            " where channel is not null and conversion_type = ? group by all"
            " union all select 'markov (totals)', channel, markov_conversions"
            " from marts.fct_channel_removal_effects where conversion_type = ?"
            " and markov_conversions is not null",
            [kind, kind],
        ).fetchall()
    credits: dict[str, dict[str, float]] = {}
    for model, channel, given in rows:
        credits.setdefault(model, {})[channel] = given
    return day, credits


def shown(found: list[Miss], true: Shares) -> str:
    """The errors as a table, in percentage points."""
    channels = sorted({channel for miss in found for channel in miss.by_channel} | true.keys())
    heading = "".join(f"{channel[:11]:>12}" for channel in channels)
    lines = [f"{'model':<18}{'error':>8}{heading}"]
    lines.append(f"{'truth':<18}{'':>8}" + "".join(f"{true.get(one, 0.0):>12.1%}" for one in channels))
    for miss in found:
        apart = "".join(f"{100 * miss.by_channel[channel]:>+12.1f}" for channel in channels)
        lines.append(f"{miss.model:<18}{miss.error:>8.1%}{apart}")
    return "\n".join(lines)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("home", type=Path, help="a FUNNELHOUSE_HOME with published marts")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--size", default="S", choices=list(PEOPLE))
    parser.add_argument("--conversion-type", default="lead")
    options = parser.parse_args()
    day, credits = published(options.home, options.conversion_type)
    world = make_world(options.seed, size=options.size).at(datetime.combine(day, time(), UTC))
    true = true_shares(world["lead_causes"])
    sys.stdout.write(shown(misses(credits, true), true) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
