"""What attribution keeps between runs is what it would make anew, whatever came late, twice or no more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from tests.attribution.business import COLUMNS, Business, Row
from tests.models import ROOT, arguments, with_parse_of


class Attribution:
    """The kept models and what they are made of, run by dbt in homes of one's own."""

    def __init__(self, folder: Path, parsed: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch
        self.arguments = arguments(with_parse_of(parsed, folder / "target"))
        patch.delenv("FUNNELHOUSE_SEED_PATH", raising=False)
        self.manifest = None
        self.manifest = self.dbt(parsed, "parse").result
        own = {
            node.unique_id: node
            for node in self.manifest.nodes.values()
            if node.resource_type == "model" and node.name.startswith("int_attribution__")
        }
        self.kept = sorted(node.name for node in own.values() if node.config.materialized == "incremental")
        waiting = [node.unique_id for node in own.values() if node.name in self.kept]
        self.models: set[str] = set()
        while waiting:
            node = own[waiting.pop()]
            if node.name not in self.models:
                self.models.add(node.name)
                waiting += [name for name in node.depends_on.nodes if name in own]

    def dbt(self, home: Path, *words: str) -> Any:
        """dbt in this process, on the warehouse of a home; what fails is raised."""
        home.mkdir(exist_ok=True)
        self.patch.setenv("FUNNELHOUSE_HOME", str(home))
        said = dbtRunner(manifest=self.manifest).invoke(
            ["--no-version-check", "--quiet", words[0], *self.arguments, *words[1:]]
        )
        failed = [
            one.message for one in getattr(said.result, "results", []) if one.status not in ("success",)
        ]
        assert said.success, f"{said.exception} {failed}"
        return said

    def run(self, home: Path, inputs: dict[str, list[Row]], *words: str) -> dict[str, list[tuple[Any, ...]]]:
        """What the kept models hold after a run over the inputs."""
        with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:
            for name, rows in inputs.items():
                warehouse.execute(f"create schema if not exists {name.partition('.')[0]}")
                warehouse.execute(f"create or replace table {name} ({COLUMNS[name]})")
                columns = [one.split()[0] for one in COLUMNS[name].split(", ")]
                if rows:
                    marks = ", ".join("?" * len(columns))
                    warehouse.executemany(
                        f"insert into {name} values ({marks})",
                        [[row[column] for column in columns] for row in rows],
                    )
        self.dbt(home, "run", "--select", *sorted(self.models), *words)
        return self.rows(home)

    def seed(self, home: Path) -> None:
        self.dbt(home, "seed", "--select", "attribution_weights", "attribution_lookbacks")

    def rows(self, home: Path) -> dict[str, list[tuple[Any, ...]]]:
        return {name: self.ask(home, f"select * from intermediate.{name} order by all") for name in self.kept}

    def ask(self, home: Path, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:
            return warehouse.execute(sql).fetchall()


@pytest.fixture(scope="module")
def attribution(tmp_path_factory: pytest.TempPathFactory, parsed: Path) -> Iterator[Attribution]:
    """Two homes: one keeps what it has made, one makes all of it anew each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        found = Attribution(tmp_path_factory.mktemp("attribution"), parsed, patch)
        for home in ("kept", "anew"):
            (found.folder / home).mkdir(exist_ok=True)
            found.seed(found.folder / home)
        yield found


COMMITTEES = "{attribution_subject: company, attribution_paths: cycles, attribution_collapse_repeats: true}"
STREAM = (
    ((), ()),
    (("late", "late", "duplicated"), ()),
    (("merge", "merge", "merge", "restated"), ()),
    (("deleted", "deleted", "unmerge", "deny"), ()),
    (("restated",), ("--vars", COMMITTEES)),
    (("late", "merge", "unmerge", "deleted", "duplicated", "restated"), ("--vars", COMMITTEES)),
    ((), ("--vars", "{attribution_lookback_days: 20, time_decay_half_life_days: 2}")),
)


def test_what_is_kept_is_what_would_be_made_anew(attribution: Attribution) -> None:
    kept, anew = attribution.folder / "kept", attribution.folder / "anew"
    business = Business(seed=1)
    assert {"int_attribution__paths", "int_attribution__position_credits"} <= set(attribution.kept)
    seen = []
    for number, (happenings, words) in enumerate(STREAM):
        for happening in happenings:
            getattr(business, happening)()
        found = attribution.run(kept, business.inputs(), *words)
        inputs = business.inputs()
        assert found == attribution.run(anew, inputs, "--full-refresh", *words), f"{number}: {happenings}"
        assert all(found.values())
        assert found not in seen, "what happened changes something"
        seen.append(found)


def test_only_whom_news_concern_is_built_anew(attribution: Attribution) -> None:
    """A mark on every kept row stays where nothing has happened."""
    home = attribution.folder / "marked"
    home.mkdir()
    attribution.seed(home)
    business = Business(seed=2)
    attribution.run(home, business.inputs())
    with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:
        warehouse.execute("update intermediate.int_attribution__paths set campaign_key = 'mark'")
        warehouse.execute("update intermediate.int_attribution__decay_credits set model = 'mark'")
    touched = business.some([row for row in business.conversions if row["person_key"]])
    business.touches.append(
        {**business.touches[0], "touchpoint_key": "new", "person_key": touched["person_key"],
         "occurred_at": touched["converted_at"]}
    )  # fmt: skip
    attribution.run(home, business.inputs())
    news = attribution.ask(
        home,
        "select conversion_key from intermediate.int_attribution__subjects "
        f"where person_key = '{touched['person_key']}'",
    )
    for model, mark in (("paths", "campaign_key"), ("decay_credits", "model")):
        built = attribution.ask(
            home,
            f"select distinct conversion_key from intermediate.int_attribution__{model} "
            f"where {mark} is distinct from 'mark'",
        )
        assert touched["conversion_key"] in {key for (key,) in built}
        assert set(built) <= set(news), "the others are kept as they were"
    before = attribution.rows(home)
    assert attribution.run(home, business.inputs()) == before, "without news nothing is built"
    found = attribution.run(home, business.inputs(), "--full-refresh")
    assert found != before and "mark" not in str(found)


CHANGES = {
    "an earlier project": """
        alter table intermediate.int_attribution__paths drop column fingerprint;
        alter table intermediate.int_attribution__decay_credits drop column fingerprint
    """,
    "another project": """
        update intermediate.int_attribution__paths set fingerprint = fingerprint + 1;
        alter table intermediate.int_attribution__paths drop column is_direct;
        alter table intermediate.int_attribution__paths add column former integer
    """,
    "other kinds of relations": """
        drop table intermediate.int_attribution__position_credits;
        drop table intermediate.int_attribution__paths;
        create view intermediate.int_attribution__paths as select 1 as conversion_key
    """,
    "a run that was broken off": """
        delete from intermediate.int_attribution__position_credits where hash(conversion_key) % 2 = 0
    """,
}


def test_what_an_earlier_project_or_a_failure_left_is_made_good(attribution: Attribution) -> None:
    home = attribution.folder / "left"
    home.mkdir()
    attribution.seed(home)
    business = Business(seed=3)
    before = attribution.run(home, business.inputs())
    for name, change in CHANGES.items():
        with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:
            warehouse.execute(change)
        assert attribution.run(home, business.inputs()) == before, name


# Of conversion k, whose person p has two touches, became a lead and an opportunity, and had bought before.
STORY = """
insert into marts.fct_conversions values
    ('before', '0', 'order', '2026-01-05', null, 'p', 'c'), ('k', '1', 'order', '2026-03-01', null, 'p', 'c'),
    ('l', '1', 'lead', '2026-01-02', null, 'p', 'c'), ('o', '1', 'opportunity', '2026-01-03', 'd', 'p', 'c'),
    ('w', '1', 'won', '2026-03-01', 'd', 'p', 'c'), ('other', '2', 'order', '2026-03-01', null, 'q', null);
insert into marts.fct_touchpoints values
    ('a', '1', '2026-02-01', 'email', null, false, 'p'), ('b', '2', '2026-02-02', 'direct', null, false, 'p'),
    ('z', '3', '2026-02-02', 'organic', null, false, 'q');
insert into marts.dim_people values ('p', 'c'), ('q', null), ('r', null);
insert into marts.dim_channels values ('email', false), ('direct', true), ('organic', false);
insert into intermediate.canonical_consents values ('p', 'analytics', 'denied', '2025-01-01', '2025-01-02');
"""
NEWS = {
    "touchpoint_key": "update marts.fct_touchpoints set touchpoint_key = 'n' where touchpoint_key = 'a'",
    "touchpoint_id": "update marts.fct_touchpoints set touchpoint_id = '9' where touchpoint_key = 'a'",
    "occurred_at": "update marts.fct_touchpoints set occurred_at = '2026-02-03' where touchpoint_key = 'a'",
    "channel": "update marts.fct_touchpoints set channel = 'organic' where touchpoint_key = 'a'",
    "campaign_key": "update marts.fct_touchpoints set campaign_key = 'n' where touchpoint_key = 'a'",
    "is_retargeting": "update marts.fct_touchpoints set is_retargeting = true where touchpoint_key = 'a'",
    "is_direct": "update marts.dim_channels set is_direct = true where channel = 'email'",
    "consent": "update intermediate.canonical_consents set ended_at_or_never = '2026-02-01 00:00:01'",
    "a colleague": "update marts.dim_people set company_key = 'c' where person_key = 'q'",
    "previous": "update marts.fct_conversions set converted_at = '2026-02-02' where conversion_id = '0'",
    "lead": "update marts.fct_conversions set converted_at = '2026-01-04' where conversion_key = 'l'",
    "opportunity": "update marts.fct_conversions set converted_at = '2026-02-01' where conversion_key = 'o'",
    "type": "update marts.fct_conversions set conversion_type = 'gift' where conversion_key = 'k'",
    "converted_at": "update marts.fct_conversions set converted_at = '2026-03-02' where conversion_key = 'k'",
    "a weight": "update seeds.attribution_weights set weight = 0.3 where weight = 0.2",
    "a lookback": "insert into seeds.attribution_lookbacks values ('order', null, 30)",
}


def test_all_that_a_path_hangs_on_is_in_its_fingerprint(attribution: Attribution) -> None:
    """The models' SQL as dbt has compiled it, after each piece of news; the conversion of others stays."""
    home = attribution.folder / "told"
    home.mkdir()
    attribution.seed(home)
    attribution.run(home, {name: [] for name in COLUMNS}, "--vars", COMMITTEES)
    compiled = attribution.folder / "target" / "compiled" / "funnelhouse" / "intermediate" / "attribution"
    models = [
        (name, (compiled / f"int_attribution__{name}.sql").read_text())
        for name in ("conversions", "subjects", "milestones", "fingerprints")
    ]
    with duckdb.connect(str(home / "warehouse.duckdb")) as warehouse:

        def fingerprints() -> dict[str, int]:
            for name, sql in models:
                warehouse.execute(f"create or replace table intermediate.int_attribution__{name} as {sql}")
            return dict(warehouse.execute("from intermediate.int_attribution__fingerprints").fetchall())

        warehouse.execute(STORY)
        before = fingerprints()
        assert before == fingerprints()
        for told, news in NEWS.items():
            warehouse.execute(f"begin; {news}")
            after = fingerprints()
            warehouse.execute("rollback")
            assert after["k"] != before["k"], told
            assert after["other"] == before["other"] or told in ("a weight", "a lookback", "a colleague"), (
                told
            )
