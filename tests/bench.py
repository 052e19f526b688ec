"""Models, as they are or with one changed, beside the rows that a reference tells of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from tests.models import Model, RunawayError, Warehouse
from tests.sql_mutants import Mutant


@dataclass(frozen=True)
class Told:
    """What is told of a relation: its schema, columns, and how many of them are its grain."""

    schema: str
    columns: Mapping[str, pa.DataType]
    grain: int
    near: float | Mapping[str, float] = 1e-9

    def differences(self, name: str) -> str:
        """SQL of three rows in which the relation and the table told_<name> differ, either side's."""
        near = {
            column: self.near if isinstance(self.near, float) else self.near.get(column, 1e-9)
            for column in self.columns
        }
        same = [
            f"coalesce(abs(found.{column} - told.{column}) < {near[column]}, found.{column} is null)"
            f" and (found.{column} is null) = (told.{column} is null)"
            if kind == pa.float64()
            else f"found.{column} is not distinct from told.{column}"
            for column, kind in self.columns.items()
        ]
        grain = list(self.columns)[: self.grain]
        keys = " and ".join(f"found.{column} is not distinct from told.{column}" for column in grain)
        numbered = f"select *, row_number() over (partition by {', '.join(grain)}) as copy_no"
        return f"""
            with
            found as ({numbered} from warehouse.{self.schema}.{name}), told as ({numbered} from told_{name})
            select * from found full join told on {keys} and found.copy_no = told.copy_no
            where not coalesce(({") and (".join(same)}), false) limit 3
        """


def tables_of(kinds: Mapping[str, Told], rows: Mapping[str, Iterable[tuple]]) -> dict[str, pa.Table]:
    """The rows told of each relation as a table of its columns."""
    return {
        name: pa.Table.from_pylist(
            [dict(zip(kinds[name].columns, row, strict=True)) for row in told],
            schema=pa.schema(kinds[name].columns),
        )
        for name, told in rows.items()
    }


class Bench:
    """The models built of some inputs in a warehouse, and the rows told of them."""

    def __init__(
        self,
        models: Sequence[Model],
        inputs: Mapping[str, pa.Table],
        told: Mapping[str, pa.Table],
        kinds: Mapping[str, Told],
    ) -> None:
        given = {name.partition(".")[2] for name in inputs}
        own = [model for model in models if model.name not in given]
        self.models = [model for model in own if model.name in lineage(own, told)]
        self.told = {name: kinds[name] for name in told}
        self.warehouse = Warehouse()
        self.warehouse.give(inputs)
        for mart, rows in told.items():
            self.warehouse.database.register("rows", rows)
            self.warehouse.database.execute(f"create table told_{mart} as select * from rows")
        self.warehouse.build(self.models)
        for model in self.models:
            self.warehouse.database.execute(
                f"create table was_{model.name} as select * from {model.relation}"
            )

    def differences(self) -> dict[str, list[tuple]]:
        """Up to three rows of each relation in which the models and the references differ."""
        found = {name: self.warehouse.rows(told.differences(name)) for name, told in self.told.items()}
        return {name: rows for name, rows in found.items() if rows}

    def notices(self, mutant: Mutant) -> bool:
        """Whether the marts differ from what is told, or don't build, when one model reads so."""
        (mutated,) = (replace(model, sql=mutant.sql) for model in self.models if model.name == mutant.model)
        self.warehouse.database.execute("begin")
        try:
            self.warehouse.build([mutated])
            was = f"was_{mutated.name}"
            if not self.warehouse.rows(
                f"(select * from {was} except all select * from {mutated.relation}) union all"
                f" (select * from {mutated.relation} except all select * from {was}) limit 1"
            ):
                return False
            return self.differs([mutated, *self.made_of(mutated.name)])
        except (duckdb.Error, RunawayError, LookupError, ValueError):
            return True
        finally:
            self.warehouse.database.execute("rollback")

    def notices_seed(self, seed: str, rows: pa.Table, but: str = "") -> bool:
        """Whether the marts differ from what is told when a seed, but for one model, holds these rows."""
        self.warehouse.database.execute("begin")
        try:
            self.warehouse.give({f"seeds.{seed}": rows})
            return self.differs(self.made_of(seed, but))
        finally:
            self.warehouse.database.execute("rollback")

    def differs(self, models: Sequence[Model]) -> bool:
        """Whether a model differs from what the references tell of it, when these are built anew."""
        for model in models:
            self.warehouse.build([model])
            told = self.told.get(model.name)
            if told is not None and self.warehouse.rows(told.differences(model.name)):
                return True
        return False

    def made_of(self, name: str, but: str = "") -> list[Model]:
        """The models that are made of one, without it and what is made of it by another alone."""
        return [
            one
            for one in self.models
            if one.name not in (name, but) and name in lineage(self.models, [one.name], but)
        ]


def lineage(models: Sequence[Model], names: Iterable[str], but: str = "") -> set[str]:
    """The names of the models, and of those that they are made of, but through one."""
    parents = {model.name: model.parents for model in models if model.name != but}
    found, left = set(), list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += parents.get(name, ())
    return found
