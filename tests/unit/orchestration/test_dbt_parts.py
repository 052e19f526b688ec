from typing import Any

import pytest

from orchestration.dbt_parts import (
    Part,
    chosen,
    part_numbers,
    parts,
    positions,
    with_attached_tests,
    with_estimates,
)
from orchestration.estimates import Estimate
from orchestration.failures import ConfigurationError

# edges ─► components ─► people ─► leads ─► scores ─► lead_scores; channels stands apart.
READS = {
    "edges": [],
    "stg_components": ["source:components"],
    "people": ["stg_components", "edges"],
    "leads": ["people"],
    "stg_scores": ["source:scores"],
    "lead_scores": ["stg_scores", "leads"],
    "channels": [],
}
ESTIMATES = tuple(
    Estimate(name, f"intermediate.{reads}", "math.sqrt", {"row_no": "bigint"}, "An estimate.")
    for name, reads in (("components", "edges"), ("scores", "leads"))
)
FIRST, SECOND = "source:raw_estimates.components+", "source:raw_estimates.scores+"


def unique_id(name: str) -> str:
    kind, _, rest = name.rpartition(":")
    return {
        "source": f"source.funnelhouse.raw_estimates.{rest}",
        "test": f"test.funnelhouse.{rest}",
        "": f"model.funnelhouse.{rest}",
    }[kind]


def test_node(name: str, reads: list[str], own: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "unique_id": unique_id(f"test:{name}"),
        "resource_type": "test",
        "schema": "tests",
        "package_name": "funnelhouse",
        "fqn": ["funnelhouse", name],
        "attached_node": own and unique_id(own),
        "depends_on": {"nodes": [unique_id(read) for read in reads]},
        "config": {"enabled": True, "meta": {}},
        "tags": [],
    }


def model_node(name: str, reads: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "unique_id": unique_id(name),
        "resource_type": "model",
        "schema": "intermediate",
        "package_name": "funnelhouse",
        "fqn": ["funnelhouse", "intermediate", name],
        "depends_on": {"nodes": [unique_id(read) for read in reads]},
        "config": {"enabled": True, "meta": {}},
        "tags": [],
    }


test_node.__test__ = False  # type: ignore[attr-defined]


def manifest(**tests: tuple[list[str], str | None]) -> dict[str, Any]:
    """A manifest as dbt makes it, with the estimates put in; a test reads models and may belong to one."""
    nodes = {unique_id(name): model_node(name, reads) for name, reads in READS.items()}
    nodes |= {unique_id(f"test:{name}"): test_node(name, reads, own) for name, (reads, own) in tests.items()}
    sources = {
        unique_id(f"source:{name}"): {
            "name": name,
            "source_name": "raw_estimates",
            "resource_type": "source",
            "unique_id": unique_id(f"source:{name}"),
            "package_name": "funnelhouse",
            "fqn": ["funnelhouse", "staging", "raw_estimates", name],
            "config": {"enabled": True},
            "tags": [],
        }
        for name in ("components", "scores")
    }
    parents: dict[str, list[str]] = {name: node["depends_on"]["nodes"] for name, node in nodes.items()}
    parents |= {name: [] for name in sources}
    children = {name: [child for child, read in parents.items() if name in read] for name in parents}
    bare = {kind: {} for kind in ("exposures", "metrics", "unit_tests")}
    return with_estimates(
        {
            "metadata": {"project_name": "funnelhouse", "dbt_version": "1.11.0"},
            "nodes": nodes,
            "sources": sources,
            "parent_map": parents,
            "child_map": children,
            **bare,
        },
        ESTIMATES,
    )


def attached(**tests: tuple[list[str], str | None]) -> dict[str, str | None]:
    """The model whose part makes each test; None where the test stays with its own."""
    nodes = with_attached_tests(manifest(**tests))["nodes"]
    metas = {name: nodes[unique_id(f"test:{name}")]["config"]["meta"] for name in tests}
    return {name: meta["dagster"]["ref"]["name"] if meta else None for name, meta in metas.items()}


def selected(words: str) -> set[str]:
    return {name.split(".", 2)[2] for name in chosen(manifest(), words, None)}


def test_a_model_stands_behind_as_many_estimates_as_lie_upstream_one_behind_the_other() -> None:
    numbers = part_numbers(manifest())
    assert {name.split(".")[1]: number for name, number in numbers.items()} == {
        "edges": 0,
        "channels": 0,
        "stg_components": 1,
        "people": 1,
        "leads": 1,
        "stg_scores": 2,
        "lead_scores": 2,
    }


def test_there_is_one_part_more_than_estimates_in_a_row() -> None:
    assert parts(manifest()) == [
        Part("dbt_models_0", "fqn:*", f"{FIRST} {SECOND}"),
        Part("dbt_models_1", FIRST, SECOND),
        Part("dbt_models_2", SECOND, ""),
    ]
    assert parts(manifest())[2].words == ["--select", SECOND]


def test_without_estimates_one_part_is_everything() -> None:
    bare = manifest() | {"sources": {}}
    assert [(part.select, part.exclude) for part in parts(bare)] == [("fqn:*", "")]


def test_an_estimate_of_what_is_made_from_it_is_refused() -> None:
    looped = manifest()
    looped["parent_map"][unique_id("edges")] = [unique_id("people")]
    with pytest.raises(ConfigurationError, match="made from itself"):
        positions(looped)


@pytest.mark.parametrize(
    ("estimate", "missing"),
    [
        (Estimate("components", "intermediate.nowhere", "", {}, ""), "no model intermediate.nowhere"),
        (Estimate("nothing", "intermediate.edges", "", {}, ""), "no source table"),
    ],
)
def test_an_estimate_that_dbt_does_not_know_is_named(estimate: Estimate, missing: str) -> None:
    with pytest.raises(ConfigurationError, match=missing):
        with_estimates(manifest(), [estimate])


def test_a_singular_test_is_made_in_the_last_part_that_it_reads() -> None:
    assert attached(
        across=(["channels", "lead_scores", "edges"], None),
        within=(["leads", "people"], None),
        alone=([], None),
    ) == {"across": "lead_scores", "within": "leads", "alone": None}


def test_a_generic_test_stays_with_its_model_unless_it_reads_a_later_part() -> None:
    assert attached(
        unique=(["people"], "people"),
        relates_within=(["people", "leads"], "people"),
        relates_later=(["channels", "people"], "channels"),
    ) == {"unique": None, "relates_within": None, "relates_later": "people"}


def test_what_a_test_says_of_itself_stands() -> None:
    told = manifest(told=(["edges", "people"], None))
    told["nodes"][unique_id("test:told")]["config"]["meta"] = {"dagster": {"ref": {"name": "edges"}}}
    assert with_attached_tests(told)["nodes"][unique_id("test:told")]["config"]["meta"] == {
        "dagster": {"ref": {"name": "edges"}}
    }


def test_a_selection_reaches_across_estimates_in_both_directions() -> None:
    everything_of_people = {"raw_estimates.components", "edges", "stg_components", "people"}
    assert selected("+people") == everything_of_people
    assert selected("edges+1") == {"edges", "raw_estimates.components", "people"}
    assert selected("edges+") == set(READS) - {"channels"} | {
        "raw_estimates.components",
        "raw_estimates.scores",
    }


def test_the_view_of_an_estimate_brings_the_estimate_and_what_that_needs() -> None:
    assert selected("stg_components") == {"edges", "raw_estimates.components", "stg_components"}
    assert selected("stg_scores") >= {"edges", "people", "leads", "raw_estimates.scores", "stg_scores"}


def test_a_model_alone_is_a_model_alone() -> None:
    assert selected("people") == {"people"}
    assert selected("channels") == {"channels"}


def test_a_test_belongs_to_a_selection_that_holds_all_it_reads() -> None:
    made = manifest(both=(["people", "edges"], None), one=(["people"], "people"), none=([], None))
    tests = {name for name in chosen(made, "people", None) if name.startswith("test.")}
    assert tests == {unique_id("test:one")}
    tests = {name for name in chosen(made, "people edges", None) if name.startswith("test.")}
    assert tests == {unique_id("test:one"), unique_id("test:both")}
