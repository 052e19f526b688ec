"""dbt's models and seeds as assets, its tests as their checks."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, Failure
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets
from dagster_dbt.core.dbt_cli_invocation import DbtCliInvocation

from orchestration.assets.begin import SEED_FILES
from orchestration.dbt_results import check_rows, errors
from orchestration.failures import ConfigurationError
from orchestration.observability import record
from orchestration.publication import Description
from orchestration.resources import Dbt, Home, Options, dbt_command
from orchestration.seeds import assemble
from orchestration.settings import DBT_PROJECT, Settings

KEPT_TARGETS = 5


class Translator(DagsterDbtTranslator):
    """A relation's key is [schema, name]; its group is its stage, and its source or domain."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self.get_resource_props(manifest, unique_id)
        if node["resource_type"] == "source":
            return spec
        spec = spec.replace_attributes(
            key=AssetKey([node["schema"], node["name"]]),
            group_name=group_of(node),
            description=node["description"] or None,
        )
        return (
            spec.replace_attributes(deps=[*spec.deps, SEED_FILES])
            if node["resource_type"] == "seed"
            else spec
        )


def group_of(node: Mapping[str, Any]) -> str:
    """staging_hubspot, canonical, intermediate_funnel, marts_core, seeds: from where the file lies."""
    if node["resource_type"] != "model":
        return str(node["schema"])
    stage, *folders = Path(node["original_file_path"]).parent.parts
    if folders == ["canonical"]:
        return "canonical"
    return "_".join([stage, *folders[:1]])


def prepared_manifest(settings: Settings) -> dict[str, Any]:
    """dbt's manifest for this home: parsed only when the project has changed since."""
    path = settings.dbt_target / "manifest.json"
    if not path.exists() or path.stat().st_mtime < _last_change(DBT_PROJECT):
        if not settings.assembled_seeds.exists():
            assemble(DBT_PROJECT / "seeds", None, settings.assembled_seeds)
        parsing = dbt_command(settings).cli(
            ["parse"], target_path=settings.dbt_target, raise_on_error=False, manifest={}
        )
        if error := parsing.get_error():
            raise ConfigurationError(f"dbt cannot parse {DBT_PROJECT}:\n{error}")
    return with_attached_tests(json.loads(path.read_text()))


def _last_change(project: Path) -> float:
    skipped = {"target", "logs", "dbt_packages"}
    return max(
        path.stat().st_mtime
        for path in project.rglob("*")
        if not skipped & set(path.relative_to(project).parts)
    )


def with_attached_tests(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest with every singular test attached to the last relation that it reads.

    dagster-dbt makes a check of a singular test over several models only if the test names one of them.
    """
    rank = {"observability": 4, "marts": 3, "intermediate": 2, "staging": 1}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test" or node.get("attached_node"):
            continue
        models = [
            manifest["nodes"][read] for read in node["depends_on"]["nodes"] if read in manifest["nodes"]
        ]
        meta = node["config"].setdefault("meta", {})
        if models and "dagster" not in meta:
            last = max(models, key=lambda model: (rank.get(model["schema"], 0), model["name"]))
            meta["dagster"] = {"ref": {"name": last["name"]}}
    return manifest


def published_models(manifest: Mapping[str, Any], schema: str) -> dict[str, Description]:
    """The models of a schema that readers may see, marts or observability, with what they mean."""
    return {
        node["name"]: Description(
            node["description"], {name: column["description"] for name, column in node["columns"].items()}
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == schema
    }


def dbt_models(manifest: Mapping[str, Any], settings: Settings) -> AssetsDefinition:
    """One operation that builds and tests the whole dbt project, or what a run selects of it."""
    translator = Translator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))
    project = DbtProject(DBT_PROJECT, target_path=settings.dbt_target, profiles_dir=DBT_PROJECT)

    @dbt_assets(
        manifest=manifest,
        project=project,
        name="dbt_models",
        dagster_dbt_translator=translator,
        pool="warehouse",
    )
    def built(context: AssetExecutionContext, dbt: Dbt, home: Home, options: Options) -> Iterator[Any]:
        target = settings.dbt_target / "runs" / context.run_id[:8]
        _prune(target.parent)
        invocation = _invoke(context, dbt, options, manifest, translator, target)
        for event in invocation.stream_raw_events():
            yield from event.to_default_asset_events(manifest, translator, context, target, project)
        _conclude(context, invocation, home, options, manifest)

    return built


def _invoke(
    context: AssetExecutionContext,
    dbt: Dbt,
    options: Options,
    manifest: Mapping[str, Any],
    translator: Translator,
    target: Path,
) -> DbtCliInvocation:
    """Start dbt: everything, or --select's words as they are, or the assets that the UI chose."""
    verb = "build" if context.selected_asset_keys else "test"
    arguments = [verb, "--exclude-resource-type", "unit_test"]
    if options.vars:
        arguments += ["--vars", options.vars]
    if options.full_refresh and verb == "build":
        arguments += ["--full-refresh"]
    if options.select:
        # Tests that read a relation which is not selected would compare it, stale, with one that is new.
        arguments += ["--select", options.select, "--indirect-selection", "cautious"]
    elif 0 < len(context.selected_asset_keys) < len(context.assets_def.node_keys_by_output_name):
        return dbt.cli(arguments, context=context, target_path=target, raise_on_error=False)
    return dbt.cli(
        arguments,
        manifest=manifest,
        dagster_dbt_translator=translator,
        target_path=target,
        raise_on_error=False,
    )


def _conclude(
    context: AssetExecutionContext,
    invocation: DbtCliInvocation,
    home: Home,
    options: Options,
    manifest: Mapping[str, Any],
) -> None:
    """Record the tests' results; a model that did not build, or a dbt that did not start, is a failure."""
    path = invocation.target_path / "run_results.json"
    if not path.exists():
        raise Failure(f"dbt stopped before it built anything: {invocation.get_error()}")
    results = json.loads(path.read_text())["results"]
    record(home.warehouse, context.run_id, check_rows(results, manifest, home.warehouse))
    if broken := errors(results):
        raise Failure("\n".join(broken))


def _prune(targets: Path) -> None:
    """Keep the artifacts of the last few invocations."""
    if targets.exists():
        for old in sorted(targets.iterdir(), key=lambda path: path.stat().st_mtime)[: 1 - KEPT_TARGETS]:
            shutil.rmtree(old)
