"""Models as dbt compiles them, the attribution's unless told, run in memory over inputs of one's own."""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name

import duckdb
import pyarrow as pa

from orchestration.estimates import ESTIMATES, Estimate

SELECTION = "group:attribution canonical_consents"
# What goes through an estimator between two models.
ESTIMATED = ("removal_effects",)
ROOT = Path(__file__).parents[2]
FOLDERS = ("--project-dir", "dbt_project", "--profiles-dir", "dbt_project")


@dataclass(frozen=True)
class Model:
    """A model's name, its relation, what it was compiled to, and the models and seeds that it reads."""

    name: str
    relation: str
    sql: str
    parents: tuple[str, ...]


def compiled(
    home: Path, variants: Mapping[str, Mapping[str, object]], selection: str = SELECTION
) -> dict[str, list[Model]]:
    """The selected models in the order in which they build, for each set of vars."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FUNNELHOUSE_")}
    subprocess.run(
        [sys.executable, "-m", "tests.attribution.models", str(home), json.dumps(variants), selection],
        cwd=ROOT,
        env=environment | {"FUNNELHOUSE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=600,
    )
    found = json.loads((home / "compiled.json").read_text())
    return {
        variant: [Model(*fields[:3], tuple(fields[3])) for fields in models]
        for variant, models in found.items()
    }


def compile_into(home: Path, variants: Mapping[str, Mapping[str, object]], selection: str) -> None:
    """Parse once, compile once for each set of vars, and write what came of it."""
    from dbt.cli.main import dbtRunner

    folders = [*FOLDERS, "--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    parsed = dbtRunner().invoke(["--no-version-check", "--quiet", "parse", *folders])
    assert parsed.success, parsed.exception
    found = {}
    for variant, variables in variants.items():
        choices = [
            "--select",
            selection,
            "--exclude",
            "resource_type:test resource_type:unit_test",
        ]
        done = dbtRunner(manifest=parsed.result).invoke(
            ["--no-version-check", "--quiet", "compile", *folders, *choices, "--vars", json.dumps(variables)]
        )
        assert done.success, done.exception
        nodes = [result.node for result in done.result.results]
        found[variant] = [
            (node.name, node.relation_name, node.compiled_code,
             [parent.split(".")[-1] for parent in node.depends_on.nodes if not parent.startswith("macro")])
            for node in in_order({node.name: node for node in nodes})
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
    compile_into(Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3])
