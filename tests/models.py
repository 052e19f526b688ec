"""Models as dbt compiles them, run in memory over inputs of one's own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

import duckdb
import pyarrow as pa

from orchestration.estimates import ESTIMATES, Estimate

# What goes through an estimator between two models.
ESTIMATED = ("removal_effects",)
ROOT = Path(__file__).parents[1]
DBT = str(Path(sys.executable).parent / "dbt")


@dataclass(frozen=True)
class Model:
    """A model's name, its relation, what it was compiled to, and the models and seeds that it reads."""

    name: str
    relation: str
    sql: str
    parents: tuple[str, ...]


# Of a name, sets of vars and a selection: the models by set of vars.
Compile = Callable[[str, Mapping[str, Mapping[str, object]], str], dict[str, list[Model]]]


def environment(home: Path) -> dict[str, str]:
    """What dbt finds in the environment of a home, and nothing that would point at another one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUNNELHOUSE_")}
    return kept | {"FUNNELHOUSE_HOME": str(home)}


def arguments(target: Path) -> list[str]:
    """Where dbt finds the project, and a folder for what it leaves."""
    project = str(ROOT / "dbt_project")
    folders = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(target)]
    return [*folders, "--log-path", str(target / "logs")]


def parse(home: Path) -> None:
    """Let dbt parse the project for a home, whose target then holds the manifest."""
    command = [DBT, "--no-version-check", "--quiet", "parse", *arguments(home / "target")]
    subprocess.run(command, cwd=ROOT, env=environment(home), check=True, timeout=600)


def with_parse_of(parsed: Path, target: Path) -> Path:
    """A target of one's own, in which dbt finds what it has parsed for a home and needn't parse again."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(parsed / "target" / "partial_parse.msgpack", target)
    return target


def compile_into(
    home: Path, parsed: Path, variants: Mapping[str, Mapping[str, object]], selection: str
) -> None:
    """Compile the selected models for each set of vars, in a process of their own, and keep the result."""
    given = [str(home), str(parsed), json.dumps(variants), selection]
    subprocess.run(
        [sys.executable, "-m", "tests.models", *given],
        cwd=ROOT,
        env=environment(parsed),
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=600,
    )


def compiled(home: Path) -> dict[str, list[Model]]:
    """The models that were compiled into a folder, by set of vars, in the order in which they build."""
    found = json.loads((home / "compiled.json").read_text())
    return {
        variant: [Model(*fields[:3], tuple(fields[3])) for fields in models]
        for variant, models in found.items()
    }


def compile_all(
    home: Path, parsed: Path, variants: Mapping[str, Mapping[str, object]], selection: str
) -> None:
    """The work of compile_into."""
    from dbt.cli.main import dbtRunner

    folders = arguments(with_parse_of(parsed, home / "target"))
    manifest = dbtRunner().invoke(["--no-version-check", "--quiet", "parse", *folders])
    assert manifest.success, manifest.exception
    # Two that compile at once need a warehouse each.
    os.environ["FUNNELHOUSE_HOME"] = str(home)
    folders += ["--select", selection, "--exclude", "resource_type:test resource_type:unit_test"]
    found = {}
    for variant, variables in variants.items():
        words = ["--no-version-check", "--quiet", "compile", *folders, "--vars", json.dumps(variables)]
        done = dbtRunner(manifest=manifest.result).invoke(words)
        assert done.success, done.exception
        nodes = {result.node.name: result.node for result in done.result.results}
        found[variant] = [
            (node.name, node.relation_name, node.compiled_code,
             [parent.split(".")[-1] for parent in node.depends_on.nodes if not parent.startswith("macro")])
            for node in in_order(nodes)
        ]  # fmt: skip
    (home / "compiled.json").write_text(json.dumps(found))


def in_order(nodes: Mapping) -> list:
    """The nodes, each after those that it reads."""
    left, ordered = dict(nodes), []
    while left:
        ready = [
            name
            for name, node in left.items()
            if not {parent.split(".")[-1] for parent in node.depends_on.nodes} & set(left)
        ]
        ordered += [left.pop(name) for name in sorted(ready)]
    return ordered


class RunawayError(Exception):
    """A model has ten times the rows that it had when it was first built."""


class Warehouse:
    """A database in memory with the inputs, in which models are built."""

    def __init__(self) -> None:
        self.most: dict[str, int] = {}
        self.database = duckdb.connect(config={"threads": 1, "temp_directory": "", "memory_limit": "1GB"})
        self.database.execute("set TimeZone = 'UTC'; attach ':memory:' as warehouse")
        for schema in ("intermediate", "marts", "seeds", "staging"):
            self.database.execute(f"create schema warehouse.{schema}")

    def give(self, inputs: Mapping[str, pa.Table]) -> None:
        """Put the inputs where the models look for them."""
        for name, rows in inputs.items():
            self.database.register("rows", rows)
            self.database.execute(f"create or replace table warehouse.{name} as select * from rows")

    def build(self, models: Collection[Model]) -> None:
        for model in models:
            rows = f"select * from (\n{model.sql}\n) limit {self.most.get(model.name, 10**9)}"
            ((made,),) = self.rows(f"create or replace table {model.relation} as {rows}")
            self.most.setdefault(model.name, made * 10 + 1000)
            if made == self.most[model.name]:
                raise RunawayError(model.name)
            for estimate in ESTIMATES:
                if estimate.reads.endswith("." + model.name) and estimate.name in ESTIMATED:
                    self.estimate(estimate)

    def estimate(self, estimate: Estimate) -> None:
        """What the estimator makes of its relation, beside what it made of an earlier one."""
        given = self.database.execute(
            f"select * from warehouse.{estimate.reads} order by all"
        ).to_arrow_table()
        columns = {name: given.column(name).to_numpy() for name in given.column_names}
        found = resolve_name(estimate.function)(columns, **estimate.options)
        rows, earlier = (
            pa.table({name: pa.array(of[name], from_pandas=True) for name in estimate.columns})
            for of in (
                found,
                found | {"checksum": found["checksum"] + 1, "removal_effect": found["removal_effect"] / 2},
            )
        )
        self.give({f"staging.stg_estimates__{estimate.name}": pa.concat_tables([rows, earlier])})

    def rows(self, sql: str) -> list[tuple]:
        return self.database.execute(sql).fetchall()


if __name__ == "__main__":
    compile_all(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]), sys.argv[4])
