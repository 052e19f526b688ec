"""The house rules that a reader relies on, checked against the tree."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.estimates import ESTIMATES, Estimate

ROOT = Path(__file__).parents[2]
DBT = ROOT / "dbt_project"
PACKAGES = ("ingestion", "sandbox", "estimators", "expectations", "orchestration", "report")
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
SOURCES = sorted(
    file.stem for file in (ROOT / "ingestion" / "sources").glob("*.py") if file.stem != "__init__"
)
MARTS = sorted((DBT / "marts").rglob("*.sql"))

AT_IMPORT = {
    "open", "connect", "getenv", "now", "today", "utcnow", "time", "urlopen", "read_text", "read_bytes",
    "write_text", "write_bytes", "mkdir", "exists", "iterdir", "glob", "rglob", "run", "Popen", "cwd",
}  # fmt: skip


def executed_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when a module is imported: all but the bodies of functions and the main guard."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (
                node for decorator in getattr(child, "decorator_list", []) for node in ast.walk(decorator)
            )
        elif not (isinstance(child, ast.If) and "__name__" in ast.unparse(child.test)):
            yield child
            yield from executed_at_import(child)


def impurities(source: str) -> list[str]:
    """Calls and reads at import that touch files, the network, the environment or the clock."""
    found = []
    for node in executed_at_import(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in AT_IMPORT:
                found.append(f"line {node.lineno}: {name}()")
        if isinstance(node, ast.Attribute) and node.attr == "environ":
            found.append(f"line {node.lineno}: environ")
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_runs_at_import(module: Path) -> None:
    assert impurities(module.read_text()) == []


def test_the_import_rule_notices_a_breach() -> None:
    assert impurities("from pathlib import Path\nTEXT = Path('x').read_text()\n") == ["line 2: read_text()"]
    assert impurities("import os\nHOME = os.environ['HOME']\n") == ["line 2: environ"]
    assert impurities("def later():\n    return open('x')\n") == []


def test_there_are_sources_and_marts() -> None:
    assert len(SOURCES) >= 4
    assert len(MARTS) >= 24


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_staging_suite_test_and_docs(source: str) -> None:
    assert list((DBT / "staging" / source).glob("stg_*.sql")), f"no staging models for {source}"
    assert (ROOT / "expectations" / "raw" / f"{source}.py").exists()
    assert (ROOT / "tests" / "unit" / "ingestion" / f"test_{source}.py").exists()
    assert re.search(rf"`{source}`", (ROOT / "README.md").read_text()), f"README has no line on `{source}`"


@cache
def yaml_entries(kind: str) -> dict[str, dict[str, Any]]:
    """Every entry of a kind (models, unit_tests) in the project's yml files, by name."""
    return {
        entry["name"]: entry
        for file in DBT.rglob("_*.yml")
        if "target" not in file.parts
        for entry in (yaml.safe_load(file.read_text()) or {}).get(kind, [])
    }


@pytest.mark.parametrize("mart", MARTS, ids=lambda file: file.stem)
def test_every_mart_is_described_contracted_tested_and_judged(mart: Path) -> None:
    model = yaml_entries("models")[mart.stem]
    assert model["description"].startswith("One row per")
    assert all(column.get("description") for column in model["columns"])
    assert all(column.get("data_type") for column in model["columns"])
    tested = {entry["model"] for entry in yaml_entries("unit_tests").values()}
    assert mart.stem in tested, f"{mart.stem} has no dbt unit test"
    suites = (ROOT / "expectations" / "marts" / f"{mart.parent.name}.py").read_text()
    assert re.search(rf"\b{mart.stem}\b", suites), f"{mart.stem} has no suite"


def test_estimates_and_their_source_tables_name_the_same() -> None:
    tables = [
        table["name"]
        for entry in [yaml_entries("sources").get("raw_estimates", {})]
        for table in entry.get("tables", [])
    ]
    assert sorted(tables) == sorted(estimate.name for estimate in ESTIMATES)


@pytest.mark.parametrize("estimate", ESTIMATES, ids=lambda estimate: estimate.name)
def test_every_estimate_has_a_function_a_relation_and_a_view(estimate: Estimate) -> None:
    assert estimate.description
    package, module, function = estimate.function.split(".")
    tree = ast.parse((ROOT / package / f"{module}.py").read_text())
    [found] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    assert package == "estimators"
    assert set(estimate.options) <= {argument.arg for argument in found.args.args + found.args.kwonlyargs}
    assert (ROOT / "tests" / "unit" / "estimators" / f"test_{module}.py").exists(), f"{module} has no test"
    schema, relation = estimate.reads.split(".")
    assert list((DBT / schema).rglob(f"{relation}.sql")), f"no model {estimate.reads}"
    view = (DBT / "staging" / "estimates" / f"stg_estimates__{estimate.name}.sql").read_text()
    assert re.search(rf"source\('raw_estimates', '{estimate.name}'\)", view)


MEASURES = ("decimal", "double", "bigint", "integer", "hugeint")
NOT_MEASURES = re.compile(r"(_no|_year|_quarter|_order)$|^(fiscal_)")


@pytest.mark.parametrize("mart", MARTS, ids=lambda file: file.stem)
def test_every_measure_says_what_it_may_be_summed_over(mart: Path) -> None:
    silent = [
        column["name"]
        for column in yaml_entries("models")[mart.stem]["columns"]
        if column["data_type"].lower().startswith(MEASURES)
        and not NOT_MEASURES.search(column["name"])
        and "additive_over" not in column.get("config", {}).get("meta", {})
    ]
    assert silent == []


def test_readme_shows_the_tree_as_it_is() -> None:
    shown = set(re.findall(r"^([a-z_]+)/", (ROOT / "README.md").read_text(), flags=re.MULTILINE))
    there = {
        folder.name
        for folder in ROOT.iterdir()
        if folder.is_dir() and not folder.name.startswith(".") and folder.name in tracked_folders()
    }
    assert shown == there


def tracked_folders() -> set[str]:
    """Top-level folders that hold a file which git would keep."""
    ignored = {"var", "logs", "build"}
    return {
        folder.name
        for folder in ROOT.iterdir()
        if folder.is_dir() and folder.name not in ignored and not folder.name.endswith(".egg-info")
    }


def test_every_environment_variable_that_is_read_is_in_the_example() -> None:
    known = set(
        re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    )
    read = set()
    for file in [*MODULES, *DBT.rglob("*.yml"), *DBT.rglob("*.sql")]:
        text = file.read_text()
        read |= set(re.findall(r"env_var\(\s*['\"]([A-Z][A-Z0-9_]+)", text))
        read |= set(re.findall(r"(?:getenv\(|environ(?:\.get\(|\[))\s*['\"]([A-Z][A-Z0-9_]+)", text))
    assert read <= known, f"not in .env.example: {sorted(read - known)}"
