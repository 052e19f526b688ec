"""Attribution against its yardsticks, in one run: ratios of seconds on the clock and of the largest memory.

    python -m tests.benchmarks.attribution --folder /somewhere --yardsticks /venv/bin/python

The yardsticks stay out of the lock (channelattribution is a source distribution that needs a C++ compiler,
and matplotlib): install the extra `benchmarks` into an environment of their own. Each side is a process of
its own that reads what lies ready for it, and tells how long it took from there. Ours runs the project's SQL
as dbt compiles it. What both sides say must agree.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RULES = ("position", "last_non_direct", "decay")
SHAPE = "touches_in_path, touch_no, lead_touch_no, opportunity_touch_no"
MODELS = "int_attribution__"
THREADS = 2
MEASURES = ("seconds", "cpu", "mib")
# Ours, theirs, the most seconds of theirs, and by how much a figure may differ: channelattribution simulates.
COMPARISONS = (("our totals", "channelattribution", 1.0, 0.1), ("our rules", "polars", 1.5, 1e-6))


def compiled(folder: Path) -> dict[str, str]:
    """The SQL of attribution's models as dbt compiles it, by name."""
    dbt = Path(sys.executable).parent / "dbt"
    project = ROOT / "dbt_project"
    (folder / "seeds").mkdir(exist_ok=True)
    for seed in (project / "seeds").glob("*.csv"):
        (folder / "seeds" / seed.name).write_bytes(seed.read_bytes())
    command = [dbt, "--no-version-check", "compile", "--project-dir", project, "--profiles-dir", project]
    command += ["--target-path", folder / "target", "--log-path", folder / "logs", "--full-refresh"]
    command += ["--select", "group:attribution"]
    told = {"FUNNELHOUSE_HOME": str(folder), "FUNNELHOUSE_SEED_PATH": str(folder / "seeds")}
    subprocess.run(command, env={**os.environ, **told}, check=True, stdout=subprocess.DEVNULL)
    found = (folder / "target" / "compiled").rglob(f"{MODELS}*.sql")
    return {file.stem: file.read_text() for file in found}


def connected(folder: Path) -> Any:
    """A warehouse, by as many threads as the yardsticks may have."""
    import duckdb

    engine = duckdb.connect(str(folder / "warehouse.duckdb"))
    engine.execute(f"set threads = {THREADS}")
    engine.execute("set preserve_insertion_order = false")
    return engine


def relation(engine: Any, name: str, sql: str, kind: str = "table") -> None:
    """Make a model's relation where the project has it."""
    engine.execute(f"create or replace {kind} intermediate.{MODELS}{name} as {sql}")


def totals(engine: Any, sql: Mapping[str, str], families: tuple[str, ...]) -> dict[str, float]:
    """Credit by model and channel, of paths whose touchpoint_key is the channel: no credit is joined back.

    Touches that a model gives the same, by what it says of their shares, are counted and given it at once.
    """
    relation(engine, "position_shares", sql[f"{MODELS}position_shares"])
    shared = {
        "position": f"""
            select model, channel, touches * credit as credit
            from (
                select channel, touches_in_path, touch_no, coalesce(lead_touch_no, 0) as lead_touch_no,
                    coalesce(opportunity_touch_no, 0) as opportunity_touch_no, count(*) as touches
                from intermediate.{MODELS}paths group by all
            ) inner join intermediate.{MODELS}position_shares using ({SHAPE})""",
        "shapley": f"""
            select 'shapley' as model, channel, touches * credit as credit
            from ({sql[f"{MODELS}shapley_shares"]})""",
    }
    found = {}
    for family in families:
        of_touches = sql[f"{MODELS}{family}_credits"]
        credits = shared.get(family, f"select *, touchpoint_key as channel from ({of_touches})")
        rows = engine.execute(f"select model, channel, sum(credit) from ({credits}) group by all").fetchall()
        found |= {f"{model} {channel}": float(credit) for model, channel, credit in rows}
    return found


def our_totals(folder: Path) -> Callable[[], Any]:
    """All rule models, Shapley and Markov on the journeys."""
    from estimators.markov import removal_effects

    engine, sql = connected(folder / "journeys"), json.loads((folder / "compiled.json").read_text())

    def work() -> Any:
        relation(engine, "paths", "select * replace (channel as touchpoint_key) from main.path_rows", "view")
        totals(engine, sql, (*RULES, "shapley"))
        relation(engine, "converted_subjects", sql[f"{MODELS}converted_subjects"], "view")
        for name in ("lost_touches", "steps", "transitions"):
            relation(engine, name, sql[f"{MODELS}{name}"])
        columns = engine.execute(f"select * from intermediate.{MODELS}transitions order by all").fetchnumpy()
        effects = removal_effects(columns)["removal_effect"]
        names = engine.execute("select channel from dim_channels order by channel").fetchall()
        return {name: share for (name,), share in zip(names, (effects / effects.sum()).tolist(), strict=True)}

    return work


def channelattribution(folder: Path) -> Callable[[], Any]:
    """Its Markov model alone, of first order, on one thread as it ships."""
    import ChannelAttribution
    import pandas

    journeys = pandas.read_parquet(folder / "journeys.parquet").astype({"path": object})

    def work() -> Any:
        model = ChannelAttribution.markov_model
        found = model(journeys, "path", "conversions", var_null="lost", sep=">", flg_pro=False, verbose=False)
        result = found["result"] if isinstance(found, dict) else found
        shares = result["total_conversions"] / result["total_conversions"].sum()
        return dict(zip(result["channel_name"], shares.tolist(), strict=True))

    return work


def our_rules(folder: Path, writes: bool = False) -> Callable[[], Any]:
    """Paths and rule models on the touches: totals by model and channel, or the credit rows."""
    engine, sql = connected(folder / "touches"), json.loads((folder / "compiled.json").read_text())
    engine.execute("drop schema intermediate cascade")
    engine.execute("create schema intermediate")
    relation(engine, "touches", "select * from main.rule_touches", "view")
    relation(engine, "subjects", "select * from main.rule_subjects", "view")
    relation(
        engine, "lookbacks", "select 'won' as conversion_type, channel, 90 as lookback_days from dim_channels"
    )
    milestones = (
        "'' as conversion_key, cast(null as timestamp) as lead_at, cast(null as timestamp) as opportunity_at"
    )
    relation(engine, "milestones", f"select {milestones} where false")
    relation(
        engine, "fingerprints", "select conversion_key, 0 as fingerprint from main.rule_subjects", "view"
    )

    def work() -> Any:
        relation(engine, "touches_in_window", sql[f"{MODELS}touches_in_window"], "view")
        if writes:
            relation(engine, "paths", sql[f"{MODELS}paths"])
            relation(engine, "position_shares", sql[f"{MODELS}position_shares"])
            for family in RULES:
                relation(engine, f"{family}_credits", sql[f"{MODELS}{family}_credits"])
            return {}
        engine.execute(f"create or replace table rule_paths as {sql[f'{MODELS}paths']}")
        relation(engine, "paths", "select * replace (channel as touchpoint_key) from main.rule_paths", "view")
        return totals(engine, sql, RULES)

    return work


def polars_rules(folder: Path) -> Callable[[], Any]:
    """The same paths and rules, written by hand in polars."""
    import polars as pl

    touches = pl.read_parquet(folder / "touch_rows.parquet")
    conversions = pl.read_parquet(folder / "conversion_rows.parquet")

    def work() -> Any:
        key, no, all_ = "conversion_key", pl.col("touch_no"), pl.col("touches")
        paths = (
            touches.lazy()
            .join(conversions.lazy(), on="person_key")
            .filter(
                pl.col("occurred_at").is_between(
                    pl.col("converted_at") - pl.duration(days=90), pl.col("converted_at")
                )
            )
            .sort(key, "occurred_at", "touchpoint_id")
            .with_columns(touch_no=pl.int_range(1, pl.len() + 1).over(key), touches=pl.len().over(key))
        )
        days = (
            pl.col("occurred_at").max().over(key) - pl.col("occurred_at")
        ).dt.total_microseconds() / 86_400e6
        weight = 2.0 ** (-days / 7)
        named = pl.when(pl.col("channel") != "channel_9").then(no).max().over(key).fill_null(all_)
        ends, inner = (no == 1).cast(float), (no == all_).cast(float)
        shares = {"first_touch": ends, "last_touch": inner, "linear": 1 / all_}
        shares["position_based"] = spread(pl, 0.4 * ends + 0.4 * inner, 0.8, 0.2, all_, 2)
        shares["u_shaped"] = ends
        shares["w_shaped"] = spread(pl, 0.3 * ends, 0.3, 0.1, all_, 1)
        shares["full_path"] = spread(pl, 0.225 * ends + 0.225 * inner, 0.45, 0.1, all_, 2)
        shares["last_non_direct"] = (no == named).cast(float)
        shares["time_decay"] = weight / weight.sum().over(key)
        found = paths.select("channel", **shares).group_by("channel").sum().collect()
        return {
            f"{model} {row['channel']}": row[model]
            for row in found.to_dicts()
            for model in shares
            if row[model]
        }

    return work


def spread(pl: Any, own: Any, weight: float, rest: float, touches: Any, positions: int) -> Any:
    """A model's credit: that of the positions a touch holds, or its part of what the others share."""
    others = touches - pl.min_horizontal(touches, positions)
    given = pl.when(own > 0).then(own).otherwise(rest / others)
    return given / (weight + pl.when(others > 0).then(rest).otherwise(0.0))


SIDES: Mapping[str, Callable[[Path], Callable[[], Any]]] = {
    "our totals": our_totals,
    "channelattribution": channelattribution,
    "our rules": our_rules,
    "polars": polars_rules,
    "our credit rows": lambda folder: our_rules(folder, writes=True),
}


def run_side(name: str, folder: Path) -> None:
    """One side in this process: its seconds from the data on, and what it found."""
    work = SIDES[name](folder)
    began, cpu = time.monotonic(), time.process_time()
    found = work()
    told = {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu, "found": found}
    sys.stdout.write("\n" + json.dumps(told) + "\n")


def measured(name: str, python: str, folder: Path) -> dict[str, Any]:
    """One side in a process of its own; its largest resident memory, too."""
    command = [python, str(Path(__file__)), "--folder", str(folder), "--side", name]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": str(THREADS)}
    with (folder / f"{name.replace(' ', '_')}.log").open("w+") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    if process.returncode:
        raise SystemExit(f"{name} failed with {process.returncode}:\n{text[-3000:]}")
    return {**json.loads(text.splitlines()[-1]), "mib": usage.ru_maxrss / 1024}


def largest_difference(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """Of any figure, as a share of theirs; one that a side lacks differs altogether."""
    pairs = [(ours.get(name, 0.0), theirs.get(name, 0.0)) for name in {**ours, **theirs}]
    return max(abs(one - other) / max(abs(one), abs(other), 1e-12) for one, other in pairs)


def main() -> int:
    """Both comparisons; the credit rows apart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="for data and results; some 3 GB")
    parser.add_argument("--yardsticks", default=sys.executable, help="a Python that has them")
    parser.add_argument("--converting", type=float, default=0.5, help="share of the journeys that convert")
    parser.add_argument("--side", choices=SIDES, help="this one alone, in this process")
    parser.add_argument("--prepare", action="store_true", help="lay the data ready and end")
    options = parser.parse_args()
    folder = options.folder.absolute()
    if options.side:
        run_side(options.side, folder)
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    if options.prepare:
        from tests.benchmarks.attribution_data import prepare

        prepare(folder, options.converting)
        return 0
    if not (folder / "touches").exists():
        # In a process of its own: the memory of this one would count as that of the sides.
        command = [sys.executable, __file__, "--folder", folder, "--converting", str(options.converting)]
        subprocess.run([*command, "--prepare"], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    (folder / "compiled.json").write_text(json.dumps(compiled(folder)))
    found = {}
    for name in SIDES:
        is_ours = name.startswith("our")
        found[name] = measured(name, sys.executable if is_ours else options.yardsticks, folder)
        seconds, cpu, mib = (found[name][measure] for measure in MEASURES)
        sys.stdout.write(f"{name:<20} {seconds:8.2f} s {cpu:8.2f} CPU s {mib:8.0f} MiB\n")
    for ours, theirs, most, apart in COMPARISONS:
        ratios = [f"{measure} {found[ours][measure] / found[theirs][measure]:.2f}" for measure in MEASURES]
        differ = largest_difference(found[ours]["found"], found[theirs]["found"])
        sys.stdout.write(
            f"{ours} / {theirs} (at most {most} s): {', '.join(ratios)}; figures differ by {differ:.1e}\n"
        )
        if differ > apart:
            raise SystemExit(f"{ours} and {theirs} don't say the same: one differs by {differ:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
