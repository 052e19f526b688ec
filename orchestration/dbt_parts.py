"""The dbt project in parts: an estimate stands between the models that it reads and those that read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dagster_dbt import DbtProject
from dagster_dbt.utils import select_unique_ids

from orchestration.dbt_manifest import relation_of
from orchestration.estimates import SCHEMA, Estimate
from orchestration.failures import ConfigurationError

Manifest = Mapping[str, Any]
PART = "dbt_models_"


@dataclass(frozen=True)
class Part:
    """What one invocation of dbt builds: the models with as many estimates upstream, one behind the other."""

    name: str
    select: str
    exclude: str

    @property
    def words(self) -> list[str]:
        """The part as dbt's command takes it."""
        return ["--select", self.select, *(["--exclude", self.exclude] if self.exclude else [])]


def with_estimates(manifest: dict[str, Any], estimates: Sequence[Estimate]) -> dict[str, Any]:
    """The manifest with an edge from each relation to the source that is estimated from it.

    dbt's graph ends before an estimate and begins anew behind it; with the edges `+fct_deals` reaches on.
    """
    built = {".".join(relation_of(node)): name for name, node in manifest["nodes"].items()}
    sources = _estimated_sources(manifest)
    for estimate in estimates:
        if estimate.reads not in built or estimate.name not in sources:
            missing = f"model {estimate.reads}" if estimate.reads not in built else "source table"
            raise ConfigurationError(
                f"Estimate {estimate.name}: dbt has no {missing} for it. ESTIMATES, the models and "
                "dbt_project/staging/estimates/_estimates__sources.yml name the same things."
            )
        relation, source = built[estimate.reads], sources[estimate.name]
        manifest["parent_map"].setdefault(source, []).append(relation)
        manifest["child_map"].setdefault(relation, []).append(source)
    return manifest


def _estimated_sources(manifest: Manifest) -> dict[str, str]:
    return {
        node["name"]: unique_id
        for unique_id, node in manifest["sources"].items()
        if node["source_name"] == SCHEMA
    }


def positions(manifest: Manifest) -> dict[str, tuple[int, int]]:
    """Of every node: how many estimates lie upstream, one behind the other, and how many nodes."""
    estimated = set(_estimated_sources(manifest).values())
    waiting: set[str] = set()

    @cache
    def position(unique_id: str) -> tuple[int, int]:
        if unique_id in waiting:
            raise ConfigurationError(f"{unique_id} is made from itself, by way of an estimate.")
        waiting.add(unique_id)
        parents = [position(parent) for parent in manifest["parent_map"].get(unique_id, [])]
        waiting.discard(unique_id)
        rank = max((rank for rank, _ in parents), default=0) + (unique_id in estimated)
        return rank, max((depth for _, depth in parents), default=0) + 1

    return {unique_id: position(unique_id) for unique_id in manifest["parent_map"]}


def parts(manifest: Manifest) -> list[Part]:
    """One part more than there are estimates in a row."""
    placed = positions(manifest)
    ranks = {
        f"source:{SCHEMA}.{name}+": placed[node][0] for name, node in _estimated_sources(manifest).items()
    }
    return [
        Part(
            name=f"{PART}{rank}",
            select=" ".join(sorted(word for word, own in ranks.items() if own == rank)) or "fqn:*",
            exclude=" ".join(sorted(word for word, own in ranks.items() if own > rank)),
        )
        for rank in range(max(ranks.values(), default=0) + 1)
    ]


def part_numbers(manifest: Manifest) -> dict[str, int]:
    """The number of the part that builds each schema.relation."""
    placed = positions(manifest)
    return {
        ".".join(relation_of(node)): _rank(placed, unique_id)
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] != "test"
    }


def with_attached_tests(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with every test attached to a relation of the part that runs it: the last that it reads.

    dagster-dbt makes a check of a singular test over several models only if the test names one of them. A
    generic test stays with its own model, unless it compares it with one of a later part.
    """
    placed = positions(manifest)
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test":
            continue
        reads = [read for read in node["depends_on"]["nodes"] if read in manifest["nodes"]]
        if not reads:
            continue
        last = max(reads, key=lambda read: (*placed.get(read, (0, 0)), read))
        own = node.get("attached_node")
        meta = node["config"].setdefault("meta", {})
        if "dagster" not in meta and (own is None or _rank(placed, own) < _rank(placed, last)):
            meta["dagster"] = {"ref": {"name": manifest["nodes"][last]["name"]}}
    return manifest


def _rank(placed: Mapping[str, tuple[int, int]], unique_id: str) -> int:
    return placed.get(unique_id, (0, 0))[0]


def chosen(manifest: Manifest, words: str, project: DbtProject | None) -> frozenset[str]:
    """The nodes that a selection in dbt's syntax names, across estimates.

    Whoever selects the view of an estimate gets the estimate, and what that needs: it can't be newer than
    its relation. A test belongs to a selection that holds all it reads: it would compare a stale relation
    with one that is new.
    """
    found = set(select_unique_ids(words, "", "", project, manifest))
    for source in _estimated_sources(manifest).values():
        if any(child in found and child.startswith("model.") for child in manifest["child_map"][source]):
            found |= _upstream(manifest, source)
    kept = {name for name in found if not name.startswith(("test.", "unit_test."))}
    tests = (name for name, node in manifest["nodes"].items() if node["resource_type"] == "test")
    return frozenset(kept | {test for test in tests if _is_read_whole(manifest["nodes"][test], kept)})


def _is_read_whole(test: Mapping[str, Any], kept: set[str]) -> bool:
    reads = test["depends_on"]["nodes"]
    return bool(reads) and kept.issuperset(reads)


def _upstream(manifest: Manifest, unique_id: str) -> set[str]:
    """A node and all that it is made from."""
    seen: set[str] = set()
    waiting = [unique_id]
    while waiting:
        if (name := waiting.pop()) not in seen:
            seen.add(name)
            waiting += manifest["parent_map"].get(name, [])
    return seen
