"""How the build grows with the data: CPU and memory of every process, from one size of world to the next.

    python -m tests.benchmarks.growth --folder /somewhere/large [--sizes M L] [--select +funnel]

The world comes from files, so that what is measured is ingestion of files, dbt and the estimates. It is
written by a process of its own, which does not count. A folder that holds a world already is used again.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from ingestion.pipeline import declare
from orchestration.assets.dbt import prepared_manifest
from orchestration.dbt_parts import chosen, positions
from orchestration.estimates import ESTIMATES, declare_estimates
from orchestration.observability import write_as_of
from orchestration.publication import recall
from orchestration.seeds import assemble
from orchestration.settings import DBT_PROJECT, read_settings

ROOT = Path(__file__).parents[2]
AS_OF = "2026-07-01"
# Every domain; identity lies upstream of all of them.
SELECTION = "+core +funnel +pipeline +attribution +cohorts +churn +renewals +survival +value +risk"
MOST_GROWTH = 1.1
MOST_BYTES = 4 * 2**30
SHOWN_MODELS = 15


@dataclass(frozen=True)
class Stage:
    """One process: CPU seconds of it and its children, seconds on the clock, its largest resident memory."""

    name: str
    cpu: float
    seconds: float
    peak: int


@dataclass(frozen=True)
class Growth:
    """A measure at two sizes; growth is its ratio over the ratio of the rows, so 1 is linear."""

    name: str
    small: float
    large: float
    growth: float


def growths(small: Mapping[str, float], large: Mapping[str, float], rows_ratio: float) -> list[Growth]:
    """Of every name that both sizes have, in the order of the larger one's."""
    return [
        Growth(name, small[name], large[name], large[name] / small[name] / rows_ratio)
        for name in large
        if small.get(name)
    ]


def measured(name: str, command: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> Stage:
    """Run a command to its end; a failure shows the end of what it said."""
    began = time.monotonic()
    with log.open("w") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} failed with {process.returncode}:\n{log.read_text()[-3000:]}")
    stage = Stage(name, usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss * 1024)
    sys.stderr.write(f"{name}: {stage.cpu:.1f} CPU s, {stage.seconds:.1f} s, {stage.peak / 2**30:.2f} GiB\n")
    return stage


class Run:
    """One size of world in a folder of its own."""

    def __init__(self, folder: Path, size: str, seed: int, memory_limit: str, selection: str) -> None:
        self.folder, self.size, self.seed, self.selection = folder / size, size, seed, selection
        self.home = self.folder / "home"
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("SOURCES__", "DBT_"))
            },
            "FUNNELHOUSE_HOME": str(self.home),
            "FUNNELHOUSE_SEEDS": str(self.folder / "seeds"),
            "FUNNELHOUSE_MEMORY_LIMIT": memory_limit,
            "SOURCES__FILES__BUCKET_URL": str(self.folder / "files"),
            "PYTHONPATH": str(ROOT),
        }

    def write_world(self) -> None:
        """The world as files, unless it lies there already."""
        if (self.folder / "seeds" / "stage_targets.csv").exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        where = ["--folder", self.folder / "files", "--seeds-folder", self.folder / "seeds"]
        what = ["--everything", "--format", "parquet", "--size", self.size, "--seed", str(self.seed)]
        command = [sys.executable, "-m", "sandbox", "write", *where, *what, "--as-of", AS_OF]
        measured(
            f"write world {self.size} (not counted)", command, self.environment, self.folder / "write.log"
        )

    def stages(self) -> Iterator[Stage]:
        """Ingest, then dbt and the estimates in their order."""
        command = [sys.executable, "-m", "ingestion", "files", "--as-of", AS_OF, "--home", self.home]
        yield self._measured("ingest files", command)
        write_as_of(self.home / "warehouse.duckdb", AS_OF)
        declare(self.home)
        declare_estimates(self.home / "warehouse.duckdb")
        recall(self.home / "warehouse.duckdb", self.home, date.fromisoformat(AS_OF))
        assemble(DBT_PROJECT / "seeds", self.folder / "seeds", self.home / "seeds")
        os.environ.update(self.environment)
        settings = read_settings()
        self.environment |= settings.environment()
        manifest = prepared_manifest(settings)
        placed, by_part = positions(manifest), defaultdict(list)
        for node in chosen(manifest, self.selection, None):
            if node in manifest["nodes"]:
                by_part[placed[node][0]].append(manifest["nodes"][node]["name"])
        built = {name for names in by_part.values() for name in names}
        for part, names in sorted(by_part.items()):
            for estimate in ESTIMATES:
                place, _ = placed[f"source.funnelhouse.raw_estimates.{estimate.name}"]
                if place == part and estimate.reads.split(".")[-1] in built:
                    yield self._measured(f"estimate {estimate.name}", _estimating(estimate.name))
            yield self._measured(f"dbt part {part + 1}", self._building(names))
            results = self.home / "dbt" / "run_results.json"
            results.rename(self.home / f"results_{part}.json")

    def _measured(self, name: str, command: Sequence[str | Path]) -> Stage:
        return measured(name, command, self.environment, self.folder / f"{name.replace(' ', '_')}.log")

    def _building(self, names: Sequence[str]) -> list[str | Path]:
        dbt = Path(sys.executable).parent / "dbt"
        folders = ["--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT]
        words = ["--exclude-resource-type", "unit_test", "--indirect-selection", "empty"]
        return [dbt, "--no-version-check", "build", *folders, *words, "--select", *sorted(names)]

    def models(self) -> dict[str, float]:
        """Seconds of each model, seed and test on the clock; two are built at a time."""
        return {
            result["unique_id"].split(".", 2)[2]: result["execution_time"]
            for file in sorted(self.home.glob("results_*.json"))
            for result in json.loads(file.read_text())["results"]
        }

    def rows(self) -> int:
        """Rows of all files, as they were loaded."""
        import duckdb

        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            [(rows,)] = connection.execute(
                "select cast(sum(loaded) as bigint) from observability.row_conservation"
            ).fetchall()
        return int(rows)


def _estimating(name: str) -> list[str]:
    code = (
        "from orchestration.estimates import ESTIMATES, make_estimate;"
        "from orchestration.settings import read_settings;"
        f"[one] = [estimate for estimate in ESTIMATES if estimate.name == {name!r}];"
        "print(make_estimate(one, read_settings().warehouse))"
    )
    return [sys.executable, "-c", code]


def ends(found: Mapping[str, dict]) -> tuple[tuple[str, dict], tuple[str, dict]]:
    """The first size and the last."""
    pairs = list(found.items())
    return pairs[0], pairs[-1]


def shown(found: Mapping[str, dict]) -> str:
    """Both sizes side by side, and what the larger one took of memory."""
    (small, first), (large, second) = ends(found)
    ratio = second["rows"] / first["rows"]
    cpu = [{stage["name"]: stage["cpu"] for stage in one["stages"]} for one in (first, second)]
    for one in cpu:
        one["all"] = sum(one.values())
    peaks = {stage["name"]: stage["peak"] / 2**30 for stage in second["stages"]}
    lines = [f"rows: {small} {first['rows']:,}, {large} {second['rows']:,}, {ratio:.1f} times as many", ""]
    lines.append(f"{'CPU seconds':<40} {small:>10} {large:>10} {'growth':>8} {'GiB at ' + large:>9}")
    for line in growths(*cpu, ratio):
        peak = f"{peaks[line.name]:9.2f}" if line.name in peaks else ""
        lines.append(f"{line.name:<40} {line.small:10.1f} {line.large:10.1f} {line.growth:8.2f} {peak}")
    lines += ["", f"{'slowest models and tests, seconds':<60} {small:>10} {large:>10} {'growth':>8}"]
    slowest = sorted(growths(first["models"], second["models"], ratio), key=lambda line: -line.large)
    for line in slowest[:SHOWN_MODELS]:
        lines.append(f"{line.name[:60]:<60} {line.small:10.2f} {line.large:10.2f} {line.growth:8.2f}")
    return "\n".join(lines)


def main() -> int:
    """0 where growth and memory are as promised, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--folder", type=Path, required=True, help="for worlds, homes and results; some 30 GB for L"
    )
    parser.add_argument("--sizes", nargs="+", default=["M", "L"], choices=["S", "M", "L"])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--memory-limit", default="2500MB", help="DuckDB's, below what the process may take")
    parser.add_argument("--select", default=SELECTION, help="models, in dbt's words")
    options = parser.parse_args()
    found = {}
    for size in options.sizes:
        run = Run(options.folder.absolute(), size, options.seed, options.memory_limit, options.select)
        run.write_world()
        stages = [asdict(stage) for stage in run.stages()]
        found[size] = {"rows": run.rows(), "stages": stages, "models": run.models()}
        (run.folder / "result.json").write_text(json.dumps(found[size], indent=1))
    sys.stdout.write(shown(found) + "\n")
    (_, first), (_, second) = ends(found)
    cpu = [sum(stage["cpu"] for stage in one["stages"]) for one in (first, second)]
    growth = cpu[1] / cpu[0] / (second["rows"] / first["rows"])
    peak = max(stage["peak"] for stage in second["stages"])
    sys.stdout.write(
        f"\ngrowth {growth:.2f} (at most {MOST_GROWTH}), peak {peak / 2**30:.2f} GiB (at most 4)\n"
    )
    return int(growth > MOST_GROWTH or peak > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main())
